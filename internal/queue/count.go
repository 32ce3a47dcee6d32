package queue

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"kikigaki/internal/interview"
)

// counting raises a counter that ends by itself, and returns it with the milliseconds it has left. One that lost its end
// (a replica that was promoted between the two writes of an older server) is given one, or it would refuse for ever.
var counting = redis.NewScript(`
local n = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if n == 1 or left < 0 then
	redis.call('PEXPIRE', KEYS[1], ARGV[1])
	left = tonumber(ARGV[1])
end
return {n, left}`)

// Count counts one more of key in a window that begins with the first one, for all processes together, and returns how many
// that makes and how long the window goes on. key holds no name and no address: it is digested by the caller.
// queue_unavailable when Redis is away.
func (r *Redis) Count(ctx context.Context, key string, window time.Duration) (n int, left time.Duration, err error) {
	v, err := counting.Run(ctx, r.client, []string{"kikigaki:count:" + key}, window.Milliseconds()).Int64Slice()
	if err != nil || len(v) != 2 {
		return 0, 0, interview.E("queue_unavailable", errors.New("redis does not count"))
	}
	return int(v[0]), time.Duration(v[1]) * time.Millisecond, nil
}
