package endpoint

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kikigaki/internal/interview"
)

// TestBucketKeepsTheLimitInEveryWindow drives the buckets with a clock of its own: whatever the demand, no 60 s hold
// more than the limit, and a steady demand gets nearly all of it.
func TestBucketKeepsTheLimitInEveryWindow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name             string
		perMinute, burst int
		n                func(*rand.Rand) int
	}{
		{"requests", 60, requestBurst(60), func(*rand.Rand) int { return 1 }},
		{"few requests", 3, requestBurst(3), func(*rand.Rand) int { return 1 }},
		{"one request", 1, requestBurst(1), func(*rand.Rand) int { return 1 }},
		{"tokens", 30000, tokenBurst(30000), func(r *rand.Rand) int { return 100 + r.IntN(8000) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			type event struct {
				at time.Time
				n  int
			}
			rng := rand.New(rand.NewPCG(1, 2))
			b := newBucket(c.perMinute, c.burst)
			now := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
			start := now
			var events []event
			passed := 0
			for now.Sub(start) < 20*time.Minute {
				n := c.n(rng)
				if w := b.wait(now, n); w > 0 {
					now = now.Add(w)
					continue
				}
				b.take(now, n)
				events = append(events, event{now, n})
				passed += n
			}
			for i := range events {
				sum := 0
				for j := i; j < len(events) && events[j].at.Sub(events[i].at) < time.Minute; j++ {
					sum += events[j].n
				}
				if sum > c.perMinute+c.burst/50 {
					t.Fatalf("%d units within a minute, limit %d", sum, c.perMinute)
				}
			}
			// what is not burst flows evenly: at least (limit − burst) a minute gets through
			if want := 20 * max(1, c.perMinute-c.burst) * 9 / 10; passed < want {
				t.Errorf("%d units passed in 20 minutes, want at least %d", passed, want)
			}
		})
	}
}

func TestBucketLetsACallLargerThanTheBurstThrough(t *testing.T) {
	t.Parallel()
	l := NewLocal(Limits{TokensPerMinute: 1000})
	release, err := l.Acquire(t.Context(), 1, 50_000)
	if err != nil {
		t.Fatal(err)
	}
	release()
	if l.reserve(1, 50_000) == 0 {
		t.Error("a second one went through at once")
	}
}

func TestLocalConcurrency(t *testing.T) {
	t.Parallel()
	l := NewLocal(Limits{Concurrency: 3})
	checkConcurrency(t, []Limiter{l}, 3)
}

// checkConcurrency runs 40 calls over the limiters and checks that no more than most were out at once.
func checkConcurrency(t *testing.T, limiters []Limiter, most int32) {
	t.Helper()
	var now, peak atomic.Int32
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			release, err := limiters[i%len(limiters)].Acquire(t.Context(), 1, 1)
			if err != nil {
				t.Error(err)
				return
			}
			n := now.Add(1)
			for p := peak.Load(); n > p && !peak.CompareAndSwap(p, n); p = peak.Load() {
			}
			time.Sleep(5 * time.Millisecond) // the length of a call
			now.Add(-1)
			release()
			release() // twice is harmless
		})
	}
	wg.Wait()
	if p := peak.Load(); p > most || p < 2 {
		t.Errorf("%d calls at once, want 2 to %d", p, most)
	}
}

func TestHold(t *testing.T) {
	t.Parallel()
	l := NewLocal(Limits{})
	l.Hold(t.Context(), 120*time.Millisecond)
	l.Hold(t.Context(), time.Millisecond) // never shortens
	start := time.Now()
	if _, err := l.Acquire(t.Context(), 1, 0); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d < 115*time.Millisecond {
		t.Errorf("went out after %v, held for 120 ms", d)
	}
	l.Hold(t.Context(), 5*time.Minute)
	_, err := l.Acquire(t.Context(), 1, 0)
	e, ok := errors.AsType[*interview.Error](err)
	if !ok || e.Code != "endpoint_unavailable" || e.Wait < 4*time.Minute || interview.ClassOf(err) != interview.RetryAfter {
		t.Errorf("a long hold must give the place to others: %v", err)
	}
	l.Hold(t.Context(), 48*time.Hour)
	if _, err := l.Acquire(t.Context(), 1, 0); err == nil || mustWait(t, err) > MaxWait {
		t.Errorf("hold is not capped: %v", err)
	}
}

func mustWait(t *testing.T, err error) time.Duration {
	t.Helper()
	e, ok := errors.AsType[*interview.Error](err)
	if !ok {
		t.Fatalf("%v is no verdict", err)
	}
	return e.Wait
}

func TestAcquireGivesUpWithTheCaller(t *testing.T) {
	t.Parallel()
	l := NewLocal(Limits{Concurrency: 1})
	if _, err := l.Acquire(t.Context(), 1, 0); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := l.Acquire(ctx, 1, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("= %v", err)
	}
}

type oneCall struct{ spent atomic.Int32 }

func (b *oneCall) Spend(_ context.Context, requests, _ int) error {
	if int(b.spent.Add(int32(requests))) > 1 {
		return interview.E("budget_reached", nil)
	}
	return nil
}

func TestBudget(t *testing.T) {
	t.Parallel()
	l := NewLocal(Limits{Budget: &oneCall{}})
	if _, err := l.Acquire(t.Context(), 1, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Acquire(t.Context(), 1, 0); interview.Code(err) != "budget_reached" || interview.ClassOf(err) != interview.Configuration {
		t.Errorf("= %v", err)
	}
}

func TestShare(t *testing.T) {
	t.Parallel()
	got := Limits{RequestsPerMinute: 100, TokensPerMinute: 3, Concurrency: 8}.share(5)
	if got.RequestsPerMinute != 20 || got.TokensPerMinute != 1 || got.Concurrency != 1 {
		t.Errorf("= %+v", got)
	}
	if got := (Limits{}).share(5); got.RequestsPerMinute != 0 {
		t.Error("no limit must stay no limit")
	}
}
