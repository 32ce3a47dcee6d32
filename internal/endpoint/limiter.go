package endpoint

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"kikigaki/internal/interview"
)

// maxBlock is the longest a caller is made to wait inside Acquire. Beyond it the caller gets endpoint_unavailable with
// Wait set, gives its place to others and comes back.
const maxBlock = 30 * time.Second

// Limiter lets calls through no faster than the endpoint allows, over all workers.
type Limiter interface {
	// Acquire waits until one more call with that many requests and tokens may go out and one of the places for calls
	// at once is free. For speech, tokens are seconds of audio. release must be called when the call is over; calling it
	// twice is harmless. Errors: the context's; endpoint_unavailable with Wait when it would take too long;
	// budget_reached.
	Acquire(ctx context.Context, requests, tokens int) (release func(), err error)
}

// Holder is a Limiter that can be told to let nothing through for a while, because the endpoint said Retry-After.
type Holder interface {
	Hold(ctx context.Context, wait time.Duration)
}

// Budget is asked before each call whether the day still has room for it. Spend returns budget_reached when it has not.
type Budget interface {
	Spend(ctx context.Context, requests, tokens int) error
}

// Limits are the numbers of one endpoint.
type Limits struct {
	Name              string // of the endpoint in keys: stt, llm
	RequestsPerMinute int    // 0 = unlimited
	TokensPerMinute   int    // 0 = unlimited
	Concurrency       int    // calls at once; 0 = 16
	Budget            Budget // nil = none
}

// Limits takes the numbers from the settings.
func (s Settings) Limits(name string, budget Budget) Limits {
	return Limits{Name: name, RequestsPerMinute: s.RequestsPerMinute, TokensPerMinute: s.TokensPerMinute,
		Concurrency: s.Concurrency, Budget: budget}
}

func (l Limits) concurrency() int {
	if l.Concurrency > 0 {
		return l.Concurrency
	}
	return 16
}

// share is what one of n workers may use alone.
func (l Limits) share(n int) Limits {
	part := func(v int) int {
		if v == 0 {
			return 0
		}
		return max(1, v/n)
	}
	l.RequestsPerMinute, l.TokensPerMinute = part(l.RequestsPerMinute), part(l.TokensPerMinute)
	l.Concurrency = max(1, l.concurrency()/n)
	return l
}

// Local limits the calls of this process.
type Local struct {
	limits Limits
	places chan struct{}
	clock  func() time.Time

	mu        sync.Mutex
	requests  bucket
	tokens    bucket
	notBefore time.Time
}

// NewLocal makes a limiter for one process.
func NewLocal(l Limits) *Local {
	return &Local{limits: l, places: make(chan struct{}, l.concurrency()), clock: time.Now,
		requests: newBucket(l.RequestsPerMinute, requestBurst(l.RequestsPerMinute)),
		tokens:   newBucket(l.TokensPerMinute, tokenBurst(l.TokensPerMinute))}
}

// Acquire: see Limiter.
func (l *Local) Acquire(ctx context.Context, requests, tokens int) (func(), error) {
	if err := spend(ctx, l.limits.Budget, requests, tokens); err != nil {
		return nil, err
	}
	return l.acquire(ctx, requests, tokens)
}

// acquire takes the place first and asks for leave last: whoever waits for a place while the endpoint says that it wants
// to be left alone must hear of it.
func (l *Local) acquire(ctx context.Context, requests, tokens int) (func(), error) {
	select {
	case l.places <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	release := sync.OnceFunc(func() { <-l.places })
	for wait := l.reserve(requests, tokens); wait > 0; wait = l.reserve(requests, tokens) {
		if err := pause(ctx, wait); err != nil {
			release()
			return nil, err
		}
	}
	return release, nil
}

// Hold: see Holder.
func (l *Local) Hold(_ context.Context, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at := l.clock().Add(min(wait, MaxWait)); at.After(l.notBefore) {
		l.notBefore = at
	}
}

func (l *Local) heldUntil() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.notBefore
}

// reserve takes requests and tokens, or takes nothing and says how long to wait.
func (l *Local) reserve(requests, tokens int) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock()
	if d := l.notBefore.Sub(now); d > 0 {
		return d
	}
	wait := max(l.requests.wait(now, requests), l.tokens.wait(now, tokens))
	if wait > 0 {
		return wait
	}
	l.requests.take(now, requests)
	l.tokens.take(now, tokens)
	return 0
}

// bucket is the generic cell rate algorithm: at is the theoretical arrival time of the next unit. Over any minute it
// lets through at most burst + rate units.
type bucket struct {
	every time.Duration // between two units; 0 = unlimited
	burst int
	at    time.Time
}

// newBucket leaves room for the burst within the per-minute limit, so that no window of 60 s exceeds it.
func newBucket(perMinute, burst int) bucket {
	if perMinute <= 0 {
		return bucket{}
	}
	return bucket{every: time.Minute / time.Duration(max(1, perMinute-burst)), burst: burst}
}

// requestBurst and tokenBurst split a limit per minute into what may come at once and what flows evenly: a fifth of the
// requests, half of the tokens (one long call must fit).
func requestBurst(perMinute int) int { return max(1, perMinute/5) }
func tokenBurst(perMinute int) int   { return max(1, perMinute/2) }

func (b *bucket) wait(now time.Time, n int) time.Duration {
	if b.every == 0 || n <= 0 {
		return 0
	}
	n = min(n, b.burst) // a call larger than the burst still goes out, alone
	at := b.at
	if at.Before(now) {
		at = now
	}
	return max(0, at.Add(time.Duration(n)*b.every).Sub(now)-time.Duration(b.burst)*b.every)
}

func (b *bucket) take(now time.Time, n int) {
	if b.every == 0 || n <= 0 {
		return
	}
	if b.at.Before(now) {
		b.at = now
	}
	b.at = b.at.Add(time.Duration(n) * b.every)
}

// pause waits for d with a little scatter, unless the caller's time or ours would be up.
func pause(ctx context.Context, d time.Duration) error {
	if d > maxBlock {
		return busy(d)
	}
	if until, ok := ctx.Deadline(); ok && time.Until(until) < d {
		return busy(d)
	}
	t := time.NewTimer(d + time.Duration(rand.Int64N(int64(d)/20+int64(time.Millisecond))))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func busy(wait time.Duration) error {
	e := interview.E("endpoint_unavailable", &Failure{Reason: "rate_limited_by_us"})
	e.Wait = min(wait, MaxWait)
	return e
}

func spend(ctx context.Context, b Budget, requests, tokens int) error {
	if b == nil {
		return nil
	}
	return b.Spend(ctx, requests, tokens)
}
