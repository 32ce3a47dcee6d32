package api

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// tally is a shared count in this process; it notes its keys and can be away.
type tally struct {
	mu   sync.Mutex
	n    map[string]int
	away bool
}

func (c *tally) Count(_ context.Context, key string, window time.Duration) (int, time.Duration, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away {
		return 0, 0, errors.New("away")
	}
	c.n[key]++
	return c.n[key], window, nil
}

// Two processes have one limit; while nobody counts for both, each has its own and nobody is locked out.
func TestAttemptsAreCountedTogether(t *testing.T) {
	t.Parallel()
	shared := &tally{n: map[string]int{}}
	one, two := newAttempts(shared, []byte("secret")), newAttempts(shared, []byte("secret"))
	const address = "mail:sato@example.co.jp"
	for i, a := range []*attempts{one, two, one, two, one, two} {
		if wait := a.take(t.Context(), address, 4, time.Minute); (wait > 0) != (i >= 4) {
			t.Errorf("try %d: wait %v", i+1, wait)
		}
	}
	if wait := two.take(t.Context(), "mail:kato@example.co.jp", 4, time.Minute); wait > 0 {
		t.Errorf("another address waits %v", wait)
	}
	for key := range shared.n {
		if strings.Contains(key, "sato") || len(key) != 32 {
			t.Errorf("the shared count sees %q", key)
		}
	}
	shared.away = true
	three := newAttempts(shared, []byte("secret"))
	for i := range 6 {
		if wait := three.take(t.Context(), address, 4, time.Minute); (wait > 0) != (i >= 4) {
			t.Errorf("alone, try %d: wait %v", i+1, wait)
		}
	}
}
