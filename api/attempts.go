package api

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"time"

	"kikigaki/internal/interview"
)

// Counter counts for all processes of the installation together; see queue.Redis.
type Counter interface {
	Count(ctx context.Context, key string, window time.Duration) (n int, left time.Duration, err error)
}

// attempts bounds how often something is tried in a window: counted together with all other processes, and while the one
// who counts is away by this process alone, which makes the limits that much wider and locks nobody out.
type attempts struct {
	shared Counter // nil: this process is the only one
	key    []byte
	mu     sync.Mutex
	seen   map[string]window
}

type window struct {
	n   int
	end time.Time
}

const (
	// maxAttempts bounds the memory: a flood of new keys ends the oldest windows early.
	maxAttempts = 20000
	// countWait bounds how long a sign-in waits for the shared count.
	countWait = 500 * time.Millisecond
)

func newAttempts(shared Counter, secret []byte) *attempts {
	return &attempts{shared: shared, key: secret, seen: map[string]window{}}
}

// take counts one try and returns how long to wait when it is one too many. The key is what is counted, an address of mail
// or network; only its digest under the installation's secret leaves this process.
func (a *attempts) take(ctx context.Context, key string, limit int, length time.Duration) time.Duration {
	alone := a.alone(key, limit, length) // counted in any case: what was tried here is known when the others are away
	if a.shared == nil || alone > 0 {
		return alone
	}
	ctx, cancel := context.WithTimeout(ctx, countWait)
	defer cancel()
	mac := hmac.New(sha256.New, a.key)
	mac.Write([]byte(key))
	n, left, err := a.shared.Count(ctx, hex.EncodeToString(mac.Sum(nil)[:16]), length)
	switch {
	case err != nil:
		return alone
	case n > limit:
		return max(left, time.Second)
	}
	return 0
}

func (a *attempts) alone(key string, limit int, length time.Duration) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := interview.Now()
	if len(a.seen) >= maxAttempts {
		for k, w := range a.seen {
			if now.After(w.end) || len(a.seen) >= maxAttempts {
				delete(a.seen, k)
			}
		}
	}
	w := a.seen[key]
	if !now.Before(w.end) {
		w = window{end: now.Add(length)}
	}
	w.n++
	a.seen[key] = w
	if w.n > limit {
		return w.end.Sub(now)
	}
	return 0
}
