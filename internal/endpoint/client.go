package endpoint

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kikigaki/internal/interview"
)

// MaxAnswer is the most bytes of one answer that are read. The longest honest answer (a whole draft, or five minutes of
// speech with times) stays far below it.
const MaxAnswer = 8 << 20

// maxErrorBody is the most of an error's body that is read for its code.
const maxErrorBody = 64 << 10

// Timeouts bound one call; zero values take the defaults.
type Timeouts struct {
	Dial   time.Duration // 10 s: TCP and TLS each
	Header time.Duration // 5 min: from the request sent to the first byte; models answer only when they are done
	Total  time.Duration // 10 min: everything, a trickling body included
}

// NewHTTPClient makes the HTTP client endpoints are called with. It never follows a redirect: a 302 would carry the key
// and take the other page for an answer. A proxy of the environment is used for https alone, where it sees a tunnel;
// plain http (an endpoint in the house) and internal endpoints are called directly.
func NewHTTPClient(t Timeouts, internal bool) *http.Client {
	d := func(v, def time.Duration) time.Duration {
		if v > 0 {
			return v
		}
		return def
	}
	dialer := &net.Dialer{Timeout: d(t.Dial, 10*time.Second), KeepAlive: 30 * time.Second}
	return &http.Client{
		Timeout:       d(t.Total, 10*time.Minute),
		CheckRedirect: refuseRedirect,
		Transport: &http.Transport{
			Proxy: func(r *http.Request) (*url.URL, error) {
				if internal || r.URL.Scheme != "https" {
					return nil, nil
				}
				return http.ProxyFromEnvironment(r)
			},
			DialContext:            dialer.DialContext,
			TLSHandshakeTimeout:    d(t.Dial, 10*time.Second),
			ResponseHeaderTimeout:  d(t.Header, 5*time.Minute),
			IdleConnTimeout:        90 * time.Second,
			MaxIdleConnsPerHost:    32,
			MaxResponseHeaderBytes: 64 << 10,
			ForceAttemptHTTP2:      true,
		},
	}
}

func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Client calls one endpoint and trusts nothing it is answered. It is safe for use by many goroutines. It satisfies the
// HTTPDoer of go-openai, so that a chat library gets the same treatment as our own audio call.
type Client struct {
	set     Settings
	base    *url.URL
	limiter Limiter
	http    *http.Client
}

// New checks the settings and makes a client. limiter may be nil; it is told when the endpoint asks to be left alone.
// hc may be nil; its redirect policy is replaced in any case.
func New(set Settings, limiter Limiter, hc *http.Client) (*Client, error) {
	set = set.Expand("")
	if !set.Configured() {
		return nil, interview.E("needs_transcription", errors.New("no endpoint is set"))
	}
	if err := set.Validate(); err != nil {
		return nil, err
	}
	base, err := url.Parse(strings.TrimRight(set.BaseURL, "/"))
	if err != nil {
		return nil, errors.New("endpoint base URL cannot be read")
	}
	if hc == nil {
		hc = NewHTTPClient(Timeouts{}, set.Internal)
	}
	own := *hc
	own.CheckRedirect = refuseRedirect
	own.Jar = nil // a cookie of an endpoint has no business in the next interview's call
	return &Client{set: set, base: base, limiter: limiter, http: &own}, nil
}

// Settings returns what the client was made from.
func (c *Client) Settings() Settings { return c.set }

// URL is the address of a call, e.g. URL("audio/transcriptions").
func (c *Client) URL(path string) string { return c.base.String() + "/" + strings.TrimLeft(path, "/") }

// Do sends one request to the endpoint and returns its answer only when that has status 200 exactly and a body of at
// most MaxAnswer bytes, which has been read. Everything else is an *interview.Error of the endpoint_* codes, or the
// error of the request's own context. A request to another host is refused. The key is set here and nowhere else.
func (c *Client) Do(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != c.base.Scheme || req.URL.Host != c.base.Host {
		return nil, errors.New("call endpoint: request names another host")
	}
	req.Header.Del("Authorization")
	if c.set.APIKey != "" {
		req.Header.Set("Authorization", "Bearer "+c.set.APIKey)
	}
	if req.Header.Get("Accept") == "" {
		req.Header.Set("Accept", "application/json")
	}
	req.Header.Set("User-Agent", "kikigaki")
	ctx := req.Context()
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, ClassifyTransport(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody)) // the status decides even when the body breaks off
		e := Classify(resp.StatusCode, resp.Header, body)
		c.hold(ctx, e)
		return nil, e
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, MaxAnswer+1))
	if err != nil {
		return nil, ClassifyTransport(ctx, err)
	}
	if len(body) > MaxAnswer {
		return nil, Unusable(&Failure{Status: resp.StatusCode, Reason: "answer_too_large", RequestID: RequestID(resp.Header)})
	}
	if e := errorInside(resp, body); e != nil {
		c.hold(ctx, e)
		return nil, e
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = int64(len(body))
	return resp, nil
}

// errorInside finds an error that came with status 200, as some servers answer.
func errorInside(resp *http.Response, body []byte) *interview.Error {
	trimmed := bytes.TrimSpace(body)
	f := &Failure{Status: resp.StatusCode, RequestID: RequestID(resp.Header)}
	if len(trimmed) == 0 {
		f.Reason = "empty_body"
		return Unusable(f)
	}
	if trimmed[0] != '{' {
		f.Reason = "no_json_object" // HTML of a proxy, a bare string, an event stream
		return Unusable(f)
	}
	if hasError(trimmed) {
		return Classify(http.StatusOK, resp.Header, trimmed)
	}
	return nil
}

func (c *Client) hold(ctx context.Context, e *interview.Error) {
	if h, ok := c.limiter.(Holder); ok && e.Wait > 0 {
		h.Hold(ctx, e.Wait)
	}
}

// get reads one path of the endpoint.
func (c *Client) get(ctx context.Context, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL(path), nil)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	return c.Do(req)
}
