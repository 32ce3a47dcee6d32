package embedded

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// Redis is an in-process Redis on a random loopback port behind a random password, without persistence: what is in it
// is derived from SQL and comes back from there.
type Redis struct {
	server   *miniredis.Miniredis
	password string
	stop     chan struct{}
	done     chan struct{}
	once     sync.Once
}

// StartRedis listens and returns. Close ends it.
func StartRedis() (*Redis, error) {
	// The port is open to every local user; the password keeps the others out.
	r := &Redis{server: miniredis.NewMiniRedis(), password: rand.Text(), stop: make(chan struct{}), done: make(chan struct{})}
	r.server.RequireAuth(r.password)
	if err := r.server.StartAddr("127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("start the embedded Redis: %w", err)
	}
	go r.tick()
	return r, nil
}

// tick lets time pass: this Redis never expires a key by itself, and locks, leases and worker records end by expiry.
// The step is what really elapsed, so that keys expire after a suspended laptop wakes up too.
func (r *Redis) tick() {
	defer close(r.done)
	t := time.NewTicker(time.Second)
	defer t.Stop()
	last := time.Now().Round(0) // wall clock: the monotonic one stands still during suspend
	for {
		select {
		case <-r.stop:
			return
		case <-t.C:
			now := time.Now().Round(0)
			if d := now.Sub(last); d > 0 {
				r.server.FastForward(d)
			}
			last = now
		}
	}
}

// Addr is host:port.
func (r *Redis) Addr() string { return r.server.Addr() }

// URL is the redis:// URL with the password; it must not be logged.
func (r *Redis) URL() string {
	u := url.URL{Scheme: "redis", User: url.UserPassword("", r.password), Host: r.Addr(), Path: "/0"}
	return u.String()
}

// Close ends it and forgets everything. It may be called twice.
func (r *Redis) Close() {
	r.once.Do(func() {
		close(r.stop)
		<-r.done
		r.server.Close()
	})
}
