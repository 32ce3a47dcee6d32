package endpoint

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
)

const (
	// leaseTTL is how long a place for a call stays taken when its worker dies without giving it back.
	leaseTTL = 30 * time.Second
	// redisPatience is how long one question to Redis may take before the worker goes on with its own share.
	redisPatience = 500 * time.Millisecond
	// retryRedis is how long a worker stays on its own share before it asks Redis again.
	retryRedis = 5 * time.Second
	// minWorkers is the least number of workers assumed when the share is reckoned.
	minWorkers = 2
)

// enter takes a place in the sorted set of leases (score = end of the lease in ms of Redis's clock), unless the endpoint
// is held or all places are taken. It also counts the workers seen lately, so that each knows its share when Redis is
// gone. Keys: hold, leases, workers. Args: lease id, places, lease ms, worker id. Returns {wait in ms, workers};
// wait 0 = the place is taken.
var enter = redis.NewScript(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local ttl = tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
redis.call('ZADD', KEYS[3], now + 120000, ARGV[4])
redis.call('PEXPIRE', KEYS[3], 120000)
local workers = redis.call('ZCARD', KEYS[3])
local held = tonumber(redis.call('GET', KEYS[1]) or '0') - now
if held > 0 then return {held, workers} end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[2]) then
  return {100, workers}
end
redis.call('ZADD', KEYS[2], now + ttl, ARGV[1])
redis.call('PEXPIRE', KEYS[2], ttl * 2)
return {0, workers}`)

// renew prolongs a lease that is still there; it never makes one anew. Key: leases. Args: lease id, lease ms.
var renew = redis.NewScript(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
  redis.call('PEXPIRE', KEYS[1], tonumber(ARGV[2]) * 2)
  return 1
end
return 0`)

// hold lets nothing through for ARGV[1] ms, but never shortens a hold that is longer. The moment is stored, not only a
// time to live: the embedded Redis moves those in steps of a second. Key: hold.
var hold = redis.NewScript(`
local t = redis.call('TIME')
local till = t[1] * 1000 + math.floor(t[2] / 1000) + tonumber(ARGV[1])
if tonumber(redis.call('GET', KEYS[1]) or '0') < till then
  redis.call('SET', KEYS[1], string.format('%d', till), 'PX', ARGV[1])
end
return 1`)

// Shared limits the calls of all workers through Redis: requests and tokens per minute by redis_rate (GCRA), calls at
// once by leases that run out by themselves, and one moment before which nobody asks. When Redis is away each worker
// goes on with its share: the limits divided by the workers last seen, at least two. Redis holds ids and counters only.
type Shared struct {
	rdb    redis.UniversalClient
	rate   *redis_rate.Limiter
	limits Limits
	worker string
	prefix string

	mu      sync.Mutex
	workers int
	alone   *Local    // the share; kept as long as the number of workers stays
	until   time.Time // no question to Redis before
}

// NewShared makes a limiter for the endpoint l.Name over Redis. The client stays the caller's.
func NewShared(rdb redis.UniversalClient, l Limits) *Shared {
	s := &Shared{rdb: rdb, rate: redis_rate.NewLimiter(rdb), limits: l, worker: token(),
		prefix: "kikigaki:limit:{" + l.Name + "}:", workers: minWorkers}
	s.alone = NewLocal(l.withoutBudget().share(minWorkers))
	return s
}

// Acquire: see Limiter.
func (s *Shared) Acquire(ctx context.Context, requests, tokens int) (func(), error) {
	if err := spend(ctx, s.limits.Budget, requests, tokens); err != nil {
		return nil, err
	}
	if own := s.offline(); own != nil {
		return own.acquire(ctx, requests, tokens)
	}
	release, err := s.acquire(ctx, requests, tokens)
	if err == nil || !errors.Is(err, errRedisAway) {
		return release, err
	}
	return s.goAlone().acquire(ctx, requests, tokens)
}

var errRedisAway = errors.New("redis is away")

// acquire takes its share of the minute first and the place last: the place is given only while the endpoint is not
// held, in one step, so that whoever waited meanwhile hears of a hold.
func (s *Shared) acquire(ctx context.Context, requests, tokens int) (func(), error) {
	if err := s.take(ctx, "requests", s.limits.RequestsPerMinute, requestBurst(s.limits.RequestsPerMinute), requests); err != nil {
		return nil, err
	}
	if err := s.take(ctx, "tokens", s.limits.TokensPerMinute, tokenBurst(s.limits.TokensPerMinute), tokens); err != nil {
		return nil, err
	}
	id := token()
	for {
		wait, err := s.enter(ctx, id)
		if err != nil {
			return nil, err
		}
		if wait == 0 {
			return s.keep(ctx, id), nil
		}
		if err := pause(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// Hold: see Holder. It holds the share as well, for the case that Redis goes away meanwhile.
func (s *Shared) Hold(ctx context.Context, wait time.Duration) {
	wait = min(wait, MaxWait)
	s.mu.Lock()
	own := s.alone
	s.mu.Unlock()
	own.Hold(ctx, wait)
	// The caller's context may be over because of the very answer that made us hold.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), redisPatience)
	defer cancel()
	_ = hold.Run(ctx, s.rdb, []string{s.prefix + "hold"}, max(1, wait.Milliseconds())).Err() // the share is held in any case
}

func (s *Shared) enter(ctx context.Context, id string) (time.Duration, error) {
	ask, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	got, err := enter.Run(ask, s.rdb, []string{s.prefix + "hold", s.prefix + "leases", s.prefix + "workers"},
		id, s.limits.concurrency(), leaseTTL.Milliseconds(), s.worker).Int64Slice()
	if err != nil || len(got) != 2 {
		return 0, away(ctx, err)
	}
	s.seen(int(got[1]))
	return time.Duration(got[0]) * time.Millisecond, nil
}

// take waits until n units of a per-minute limit are granted.
func (s *Shared) take(ctx context.Context, name string, perMinute, burst, n int) error {
	if perMinute <= 0 || n <= 0 {
		return nil
	}
	limit := redis_rate.Limit{Rate: max(1, perMinute-burst), Period: time.Minute, Burst: burst}
	for {
		ask, cancel := context.WithTimeout(ctx, redisPatience)
		got, err := s.rate.AllowN(ask, s.prefix+name, limit, min(n, burst))
		cancel()
		if err != nil {
			return away(ctx, err)
		}
		if got.Allowed > 0 {
			return nil
		}
		if err := pause(ctx, max(got.RetryAfter, 10*time.Millisecond)); err != nil {
			return err
		}
	}
}

// keep renews a lease until it is released. A worker that dies stops renewing, and the place becomes free by itself.
func (s *Shared) keep(ctx context.Context, id string) func() {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(leaseTTL / 3)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				ask, cancel := context.WithTimeout(ctx, redisPatience)
				_ = renew.Run(ask, s.rdb, []string{s.prefix + "leases"}, id, leaseTTL.Milliseconds()).Err() // a lost lease only lets one more in
				cancel()
			}
		}
	}()
	return sync.OnceFunc(func() {
		stop()
		<-done
		ask, cancel := context.WithTimeout(context.WithoutCancel(ctx), redisPatience)
		defer cancel()
		_ = s.rdb.ZRem(ask, s.prefix+"leases", id).Err() // else it runs out
	})
}

// seen remembers how many workers share the endpoint.
func (s *Shared) seen(workers int) {
	workers = max(workers, minWorkers)
	s.mu.Lock()
	defer s.mu.Unlock()
	if workers == s.workers {
		return
	}
	s.workers = workers
	share := NewLocal(s.limits.withoutBudget().share(workers))
	share.notBefore = s.alone.heldUntil()
	s.alone = share
}

// offline returns the share while Redis is known to be away.
func (s *Shared) offline() *Local {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Now().Before(s.until) {
		return s.alone
	}
	return nil
}

func (s *Shared) goAlone() *Local {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until = time.Now().Add(retryRedis)
	return s.alone
}

func (l Limits) withoutBudget() Limits {
	l.Budget = nil // was asked already
	return l
}

// away tells the end of the caller's time from the absence of Redis.
func away(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err == nil {
		err = errors.New("unexpected reply")
	}
	return fmt.Errorf("%w: %w", errRedisAway, err)
}

func token() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails on supported systems
	return hex.EncodeToString(b[:])
}
