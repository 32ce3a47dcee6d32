package embedded

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func TestRedis(t *testing.T) {
	t.Parallel()
	r, err := StartRedis()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	opts, err := redis.ParseURL(r.URL())
	if err != nil {
		t.Fatal(err)
	}
	opts.MaxRetries, opts.DialerRetries = -1, 1
	c := redis.NewClient(opts)
	defer c.Close()
	ctx := t.Context()

	if err := c.Set(ctx, "lease", "x", 1500*time.Millisecond).Err(); err != nil {
		t.Fatal(err)
	}
	if err := c.Set(ctx, "kept", "x", 0).Err(); err != nil {
		t.Fatal(err)
	}
	eventually(t, 5*time.Second, "the lease ends by itself", func() bool { return c.Exists(ctx, "lease").Val() == 0 })
	if c.Exists(ctx, "kept").Val() != 1 {
		t.Error("a key without expiry is gone")
	}

	u, err := url.Parse(r.URL())
	if err != nil || !strings.HasPrefix(u.Host, "127.0.0.1:") {
		t.Errorf("it listens on %s, want loopback", u.Host)
	}
	for name, password := range map[string]string{"none": "", "wrong": "guess"} {
		other := redis.NewClient(&redis.Options{Addr: r.Addr(), Password: password})
		if err := other.Get(ctx, "kept").Err(); err == nil || err == redis.Nil {
			t.Errorf("password %s: reads what is inside", name)
		}
		other.Close()
	}
	r.Close()
	if err := c.Ping(ctx).Err(); err == nil {
		t.Error("it answers after Close")
	}
}

func TestTwoRedisAreApart(t *testing.T) {
	t.Parallel()
	a, err := StartRedis()
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := StartRedis()
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if a.Addr() == b.Addr() || a.password == b.password {
		t.Errorf("two of them share %s or a password", a.Addr())
	}
}
