package blob

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// stall is how long a transfer may stand still before it counts as broken. A slow line keeps moving; a dead one does
// not, and TCP alone would wait for a quarter of an hour.
const stall = 30 * time.Second

// headerTimeout bounds the wait for an answer after the request was sent. Completing a large multipart upload copies
// it in some stores, so it is generous.
const headerTimeout = 3 * time.Minute

var errStalled = errors.New("the transfer stood still")

// newHTTPClient wraps the transport of given (nil: a transport of our own) with the stall watch and the clock.
// Redirects are answers, never followed: a signed request must not travel to another host.
func newHTTPClient(given *http.Client, c *clock) *http.Client {
	var rt http.RoundTripper
	if given != nil {
		rt = given.Transport
	}
	if rt == nil {
		d := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}
		rt = &http.Transport{
			Proxy: http.ProxyFromEnvironment,
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := d.DialContext(ctx, network, addr)
				if err != nil {
					return nil, err
				}
				return &watchedConn{conn}, nil
			},
			TLSHandshakeTimeout:   10 * time.Second,
			ResponseHeaderTimeout: headerTimeout,
			ExpectContinueTimeout: time.Second,
			IdleConnTimeout:       60 * time.Second,
			MaxIdleConnsPerHost:   32,
			ForceAttemptHTTP2:     true,
		}
	}
	return &http.Client{
		Transport:     &watchedTransport{next: rt, clock: c, stall: stall},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// watchedConn ends a write that makes no progress.
type watchedConn struct{ net.Conn }

func (c *watchedConn) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(stall)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// watchedTransport ends an answer that stops arriving and reads the store's clock from each one.
type watchedTransport struct {
	next  http.RoundTripper
	clock *clock
	stall time.Duration
}

func (t *watchedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(r.Context())
	resp, err := t.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		cancel(nil)
		return nil, err
	}
	t.clock.observe(resp.Header.Get("Date"))
	body := &watchedBody{ReadCloser: resp.Body, cancel: cancel, ctx: ctx, stall: t.stall}
	body.timer = time.AfterFunc(t.stall, func() { cancel(errStalled) })
	body.timer.Stop()
	resp.Body = body
	return resp, nil
}

// watchedBody runs its timer only while someone is reading: a consumer that takes its time is not a stall.
type watchedBody struct {
	io.ReadCloser
	cancel context.CancelCauseFunc
	ctx    context.Context
	timer  *time.Timer
	stall  time.Duration
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.timer.Reset(b.stall)
	n, err := b.ReadCloser.Read(p)
	b.timer.Stop()
	if err != nil && !errors.Is(err, io.EOF) && errors.Is(context.Cause(b.ctx), errStalled) {
		err = errStalled
	}
	return n, err
}

func (b *watchedBody) Close() error {
	b.timer.Stop()
	err := b.ReadCloser.Close()
	b.cancel(nil)
	return err
}

// clock is our time and how far the store's differs. A presigned URL is judged by the store's clock, so it must be
// signed with it; the SDK corrects only its own requests.
type clock struct {
	now  func() time.Time
	skew atomic.Int64 // nanoseconds, store minus ours; 0 below skewTolerance
}

// skewTolerance hides the second's resolution of the Date header and the travel time of the answer.
const skewTolerance = 5 * time.Second

func (c *clock) observe(date string) {
	at, err := http.ParseTime(date)
	if err != nil {
		return
	}
	d := at.Sub(c.now())
	if d.Abs() < skewTolerance {
		d = 0
	}
	c.skew.Store(int64(d))
}

// Skew is the store's clock minus ours, 0 when they agree within a few seconds or no answer came yet.
func (c *clock) Skew() time.Duration { return time.Duration(c.skew.Load()) }

// Skew is the store's clock minus ours, as of its last answer; see clock.Skew.
func (b *Bucket) Skew() time.Duration { return b.clock.Skew() }

func (c *clock) storeTime() time.Time { return c.now().Add(c.Skew()) }
