package queue

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"kikigaki/internal/interview"
)

// Redis is one connection pool to the courier, shared by tasks, events and limits of a process.
type Redis struct {
	client redis.UniversalClient
}

// Open reads a redis://, rediss:// or redis-sentinel:// URL. It does not connect: a Redis that is away at start is a
// Redis that is away, and the program says so while it goes on. A list of addresses means a cluster, which is refused:
// a queue lives in one hash slot and would not scale over its shards.
//
// Sentinel: redis-sentinel://[:password@]host1:26379,host2:26379/DB?master=NAME.
func Open(rawURL string) (*Redis, error) {
	scheme, _, _ := strings.Cut(rawURL, "://")
	switch scheme {
	case "redis", "rediss", "unix":
		if u, err := url.Parse(rawURL); scheme != "unix" && (err != nil || strings.Contains(u.Host, ",")) {
			return nil, errors.New("REDIS_URL: a list of addresses (Redis Cluster) is not supported; give one redis:// address, or redis-sentinel://")
		}
		o, err := redis.ParseURL(rawURL)
		if err != nil {
			return nil, errors.New("REDIS_URL: not a Redis URL") // the parser's own error repeats the URL, password included
		}
		tune(&o.DialTimeout, &o.ReadTimeout, &o.WriteTimeout)
		return &Redis{redis.NewClient(o)}, nil
	case "redis-sentinel":
		o, err := sentinel(rawURL)
		if err != nil {
			return nil, err
		}
		return &Redis{redis.NewFailoverClient(o)}, nil
	}
	return nil, errors.New("REDIS_URL: must begin with redis://, rediss:// or redis-sentinel://")
}

// tune keeps a dead Redis from holding up a request: the API answers within seconds whether or not the wake-up went out.
func tune(dial, read, write *time.Duration) {
	*dial, *read, *write = 2*time.Second, 3*time.Second, 3*time.Second
}

// sentinel parses by hand because asynq ignores the database number of such a URL and go-redis does not read it at all.
func sentinel(rawURL string) (*redis.FailoverOptions, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, errors.New("REDIS_URL: not a redis-sentinel URL")
	}
	q := u.Query()
	if q.Get("master") == "" {
		return nil, errors.New("REDIS_URL: redis-sentinel needs ?master=NAME")
	}
	o := &redis.FailoverOptions{MasterName: q.Get("master"), SentinelAddrs: strings.Split(u.Host, ",")}
	if u.User != nil {
		o.Username = u.User.Username()
		o.Password, _ = u.User.Password()
	}
	if p := strings.Trim(u.Path, "/"); p != "" {
		if o.DB, err = strconv.Atoi(p); err != nil {
			return nil, errors.New("REDIS_URL: the database of a redis-sentinel URL must be a number")
		}
	}
	if q.Get("tls") == "true" {
		o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	tune(&o.DialTimeout, &o.ReadTimeout, &o.WriteTimeout)
	return o, nil
}

// MakeRedisClient hands the shared pool to asynq.
func (r *Redis) MakeRedisClient() any { return shared{r.client} }

// shared keeps asynq from closing a pool that others use.
type shared struct{ redis.UniversalClient }

func (shared) Close() error { return nil }

var _ asynq.RedisConnOpt = (*Redis)(nil)

// Client is the pool for limits and leases.
func (r *Redis) Client() redis.UniversalClient { return r.client }

// Close closes the pool.
func (r *Redis) Close() error { return r.client.Close() }

// Ping answers queue_unavailable when Redis is away.
func (r *Redis) Ping(ctx context.Context) error {
	if err := r.client.Ping(ctx).Err(); err != nil {
		return interview.E("queue_unavailable", errors.New("redis does not answer"))
	}
	return nil
}

// Health is what doctor and readyz ask of a Redis server.
type Health struct {
	Version string
	Policy  string        // maxmemory-policy; empty when the server does not tell
	Skew    time.Duration // its clock against ours
}

// Check reads version, eviction policy and clock. Problems are sentences for the operator.
func (r *Redis) Check(ctx context.Context) (h Health, problems []string, err error) {
	if err := r.Ping(ctx); err != nil {
		return h, nil, err
	}
	info, err := r.client.Info(ctx, "server").Result()
	if err == nil {
		for line := range strings.Lines(info) {
			if v, ok := strings.CutPrefix(strings.TrimSpace(line), "redis_version:"); ok {
				h.Version = v
			}
		}
	}
	var major, minor int
	if n, _ := fmt.Sscanf(h.Version, "%d.%d", &major, &minor); n == 2 && (major < 6 || major == 6 && minor < 2) {
		problems = append(problems, "Redis "+h.Version+" is older than 6.2: finished tasks would stay active for ever")
	}
	if m, err := r.client.ConfigGet(ctx, "maxmemory-policy").Result(); err == nil {
		h.Policy = m["maxmemory-policy"]
		if h.Policy != "" && h.Policy != "noeviction" {
			problems = append(problems, "maxmemory-policy is "+h.Policy+": it must be noeviction, or tasks vanish")
		}
	}
	before := time.Now()
	if t, err := r.client.Time(ctx).Result(); err == nil {
		h.Skew = t.Sub(before.Add(time.Since(before) / 2)).Truncate(time.Millisecond)
		if h.Skew.Abs() > 5*time.Second {
			problems = append(problems, "the clock of Redis differs by "+h.Skew.String()+": more than 5 s steals running tasks")
		}
	}
	return h, problems, nil
}
