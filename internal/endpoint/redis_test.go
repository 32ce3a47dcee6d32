package endpoint

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"kikigaki/internal/interview"
)

// redisServer is a real redis-server on a socket of its own, that can be stopped and started again.
type redisServer struct {
	socket string
	cmd    *exec.Cmd
}

func startRedis(t *testing.T) *redisServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("redis-server is missing: apt-get install redis-server")
	}
	s := &redisServer{socket: filepath.Join(t.TempDir(), "r.sock")}
	s.start(t)
	t.Cleanup(s.stop)
	return s
}

func (s *redisServer) start(t *testing.T) {
	t.Helper()
	s.cmd = exec.Command("redis-server", "--port", "0", "--unixsocket", s.socket, "--save", "", "--appendonly", "no", "--dir", filepath.Dir(s.socket))
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := s.client(t)
	for deadline := time.Now().Add(10 * time.Second); ; {
		if err := c.Ping(t.Context()).Err(); err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("redis-server does not answer")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (s *redisServer) stop() {
	if s.cmd.Process != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
}

func (s *redisServer) client(t *testing.T) *redis.Client {
	c := redis.NewClient(&redis.Options{Network: "unix", Addr: s.socket, MaxRetries: -1, DialTimeout: time.Second})
	t.Cleanup(func() { c.Close() })
	return c
}

// TestSharedOnBoth runs what must hold on a real Redis and on the embedded one.
func TestSharedOnBoth(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(t *testing.T) func(t *testing.T) *redis.Client{
		"redis-server": func(t *testing.T) func(t *testing.T) *redis.Client { return startRedis(t).client },
		"miniredis": func(t *testing.T) func(t *testing.T) *redis.Client {
			m := miniredis.RunT(t)
			return func(t *testing.T) *redis.Client {
				c := redis.NewClient(&redis.Options{Addr: m.Addr()})
				t.Cleanup(func() { c.Close() })
				return c
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := open(t)
			t.Run("concurrency over workers", func(t *testing.T) {
				limits := Limits{Name: "stt", Concurrency: 3}
				checkConcurrency(t, []Limiter{NewShared(client(t), limits), NewShared(client(t), limits), NewShared(client(t), limits)}, 3)
			})
			t.Run("requests a minute over workers", func(t *testing.T) {
				sharedRate(t, client)
			})
			t.Run("a hold reaches every worker", func(t *testing.T) {
				limits := Limits{Name: "hold"}
				a, b := NewShared(client(t), limits), NewShared(client(t), limits)
				a.Hold(t.Context(), 150*time.Millisecond)
				start := time.Now()
				release, err := b.Acquire(t.Context(), 1, 0)
				if err != nil {
					t.Fatal(err)
				}
				release()
				if d := time.Since(start); d < 140*time.Millisecond {
					t.Errorf("the other worker went out after %v", d)
				}
				a.Hold(t.Context(), 5*time.Minute)
				if _, err := b.Acquire(t.Context(), 1, 0); interview.ClassOf(err) != interview.RetryAfter {
					t.Errorf("= %v, want a verdict to come back later", err)
				}
			})
			t.Run("keys hold ids and counters only", func(t *testing.T) {
				c := client(t)
				keys, err := c.Keys(t.Context(), "*").Result()
				if err != nil {
					t.Fatal(err)
				}
				for _, k := range keys {
					if !strings.Contains(k, "kikigaki:limit:{") {
						t.Errorf("foreign key %q", k)
					}
				}
			})
		})
	}
}

// sharedRate: three workers together get the burst at once and then the even flow, not three times as much.
func sharedRate(t *testing.T, client func(t *testing.T) *redis.Client) {
	limits := Limits{Name: "rate", RequestsPerMinute: 600} // burst 120, then 8 a second
	workers := []*Shared{NewShared(client(t), limits), NewShared(client(t), limits), NewShared(client(t), limits)}
	ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer cancel()
	var mu sync.Mutex
	passed := 0
	var wg sync.WaitGroup
	start := time.Now()
	for _, w := range workers {
		for range 4 {
			wg.Go(func() {
				for ctx.Err() == nil {
					release, err := w.Acquire(ctx, 1, 0)
					if err != nil {
						return
					}
					release()
					mu.Lock()
					passed++
					mu.Unlock()
				}
			})
		}
	}
	wg.Wait()
	most := 120 + int(8*time.Since(start).Seconds()) + 13
	if passed > most || passed < 100 {
		t.Errorf("%d requests passed in %v, want 100 to %d", passed, time.Since(start), most)
	}
}

func TestDeadWorkersGiveTheirPlacesBack(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	c := s.client(t)
	limits := Limits{Name: "lease", Concurrency: 1}
	dead := NewShared(c, limits)
	if _, err := dead.enter(t.Context(), "lease-of-the-dead"); err != nil { // takes the place; nobody renews it
		t.Fatal(err)
	}
	live := NewShared(s.client(t), limits)
	if wait, err := live.enter(t.Context(), "x"); err != nil || wait == 0 {
		t.Fatalf("the place is taken, yet wait = %v, %v", wait, err)
	}
	// the lease's end passes
	if err := c.ZAdd(t.Context(), dead.prefix+"leases", redis.Z{Score: 1, Member: "lease-of-the-dead"}).Err(); err != nil {
		t.Fatal(err)
	}
	release, err := live.Acquire(t.Context(), 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	release()
	if n := c.ZCard(t.Context(), dead.prefix+"leases").Val(); n != 0 {
		t.Errorf("%d leases left", n)
	}
}

// TestRedisAway: the worker goes on with its share, and comes back to the shared count.
func TestRedisAway(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	limits := Limits{Name: "away", RequestsPerMinute: 400, Concurrency: 8}
	a, b := NewShared(s.client(t), limits), NewShared(s.client(t), limits)
	for _, w := range []*Shared{a, b} {
		release, err := w.Acquire(t.Context(), 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		release()
	}
	s.stop()
	start := time.Now()
	release, err := a.Acquire(t.Context(), 1, 0)
	if err != nil {
		t.Fatalf("with Redis away: %v", err)
	}
	release()
	if d := time.Since(start); d > 3*time.Second {
		t.Errorf("first call without Redis took %v", d)
	}
	own := a.offline()
	if own == nil {
		t.Fatal("does not remember that Redis is away")
	}
	if got := own.limits; got.RequestsPerMinute != 200 || got.Concurrency != 4 {
		t.Errorf("share = %+v, want half of the limits (two workers seen)", got)
	}
	// a hold made while Redis is away holds the share
	a.Hold(t.Context(), time.Minute)
	if _, err := a.Acquire(t.Context(), 1, 0); interview.ClassOf(err) != interview.RetryAfter {
		t.Errorf("held alone: %v", err)
	}
	s.start(t)
	b.mu.Lock()
	b.until = time.Time{}
	b.mu.Unlock()
	release, err = b.Acquire(t.Context(), 1, 0)
	if err != nil {
		t.Fatalf("with Redis back: %v", err)
	}
	release()
	if b.offline() != nil {
		t.Error("still on its share though Redis answers")
	}
}

// TestMoreWorkersSmallerShare: the share follows the number of workers seen lately, and keeps a hold.
func TestMoreWorkersSmallerShare(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	limits := Limits{Name: "many", RequestsPerMinute: 100}
	first := NewShared(s.client(t), limits)
	first.Hold(t.Context(), 10*time.Millisecond)
	var last *Shared
	for range 5 {
		last = NewShared(s.client(t), limits)
		release, err := last.Acquire(t.Context(), 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		release()
	}
	if got := last.alone.limits.RequestsPerMinute; got != 20 {
		t.Errorf("share of five workers = %d, want 20", got)
	}
	last.mu.Lock()
	last.alone.notBefore = time.Now().Add(time.Hour)
	last.mu.Unlock()
	last.seen(7)
	if last.alone.reserve(1, 0) == 0 {
		t.Error("the hold was lost when the share changed")
	}
}
