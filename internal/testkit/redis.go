package testkit

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"syscall"
	"testing"

	"github.com/redis/go-redis/v9"
)

// RedisServer is a real redis-server of one test, without persistence.
type RedisServer struct {
	URL  string // redis://127.0.0.1:port/0
	Addr string // 127.0.0.1:port
	port int
	path string
	dir  string
	p    *process // nil while stopped
}

// Redis starts a redis-server on a free loopback port; it ends with the test. A machine without one fails the test and
// is told what to install. Starting takes about 10 ms.
func Redis(t testing.TB) *RedisServer {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatalf("tests need redis-server (Debian: apt install redis-server): %v", err)
	}
	r := &RedisServer{path: path, dir: t.TempDir()}
	t.Cleanup(func() {
		if r.p != nil {
			r.p.stop()
		}
	})
	for try := 1; ; try++ { // somebody else may take the port between looking and listening
		if r.port, err = freePort(); err == nil {
			err = r.start()
		}
		if err == nil {
			break
		}
		if try == 5 {
			t.Fatalf("Redis for tests: %v", err)
		}
	}
	r.Addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(r.port))
	r.URL = "redis://" + r.Addr + "/0"
	return r
}

func (r *RedisServer) start() error {
	p, err := start("redis-server", exec.Command(r.path, "--port", strconv.Itoa(r.port), "--bind", "127.0.0.1",
		"--dir", r.dir, "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction", "--daemonize", "no"))
	if err != nil {
		return err
	}
	c := redis.NewClient(&redis.Options{Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(r.port)), MaxRetries: -1})
	defer c.Close()
	// Dialling first keeps the client from logging each try.
	if err := p.answers(func() bool { return dials(r.port) && c.Ping(context.Background()).Err() == nil }); err != nil {
		p.stop()
		return err
	}
	// Another server may have had the port all along and answered for ours.
	select {
	case <-p.exited:
		return fmt.Errorf("redis-server ended: %s", p.said)
	default:
	}
	r.p = p
	return nil
}

// Stop kills the server with everything in it.
func (r *RedisServer) Stop(t testing.TB) {
	t.Helper()
	if r.p == nil {
		t.Fatal("Redis is not running")
	}
	r.p.stop()
	r.p = nil
}

// Start runs a stopped server again on the same port, empty.
func (r *RedisServer) Start(t testing.TB) {
	t.Helper()
	if r.p != nil {
		t.Fatal("Redis is running")
	}
	if err := r.start(); err != nil {
		t.Fatalf("start Redis again: %v", err)
	}
}

// Restart is Stop and Start: all data is lost.
func (r *RedisServer) Restart(t testing.TB) {
	t.Helper()
	r.Stop(t)
	r.Start(t)
}

// Pause freezes the server: connections stay open and nothing is answered, until Resume.
func (r *RedisServer) Pause(t testing.TB)  { t.Helper(); r.p.signal(t, syscall.SIGSTOP) }
func (r *RedisServer) Resume(t testing.TB) { t.Helper(); r.p.signal(t, syscall.SIGCONT) }

// Flush removes everything, as FLUSHALL by a careless operator.
func (r *RedisServer) Flush(t testing.TB) {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: r.Addr})
	defer c.Close()
	if err := c.FlushAll(t.Context()).Err(); err != nil {
		t.Fatalf("flush Redis: %v", err)
	}
}
