package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"kikigaki/internal/interview"
)

// Level is how a check went.
type Level string

const (
	OK   Level = "ok"
	Warn Level = "warn" // works, with something to know
	Fail Level = "fail" // recordings would get lost or stuck
)

// CheckResult is one line of the doctor command.
type CheckResult struct {
	Name   string
	Level  Level
	Detail string // English, for the operator; no secrets
}

// CheckOptions say what besides the store itself is to be tried.
type CheckOptions struct {
	Origin     string // scheme://host[:port] of the web app, for the CORS preflight
	SkipPublic bool   // the public name leads to a server that is not running now (embedded store)
}

// Check tries every promise that uploads, playback and erasure rely on, with objects of its own that it removes.
func (b *Bucket) Check(ctx context.Context, opts CheckOptions) []CheckResult {
	c := &check{b: b, key: "check/" + interview.NewID(), body: make([]byte, 4096)}
	rand.Read(c.body)
	if !c.write(ctx) {
		return c.results // everything else would only repeat the reason
	}
	defer func() {
		if err := c.b.Delete(context.WithoutCancel(ctx), c.key); err != nil {
			c.add("delete", Warn, "the object of this check is left: %v", err)
		}
	}()
	c.read(ctx)
	c.byteRange(ctx)
	c.conditional(ctx)
	c.cutPart(ctx)
	c.skew()
	if opts.SkipPublic {
		c.add("public URL", OK, "not tried: the server is not running")
	} else {
		c.public(ctx)
		c.cors(ctx, opts.Origin)
	}
	c.remove(ctx)
	return c.results
}

type check struct {
	b       *Bucket
	key     string
	body    []byte
	results []CheckResult
}

func (c *check) add(name string, level Level, format string, args ...any) {
	c.results = append(c.results, CheckResult{name, level, fmt.Sprintf(format, args...)})
}

func (c *check) write(ctx context.Context) bool {
	_, err := c.b.Put(ctx, c.key, bytes.NewReader(c.body), int64(len(c.body)), "application/octet-stream", true)
	if err != nil {
		c.add("write", Fail, "%v", err)
		return false
	}
	c.add("write", OK, "bucket %s, checksums %s", c.b.name, c.b.opts.Checksum)
	return true
}

func (c *check) read(ctx context.Context) {
	if err := c.expect(ctx, "", c.body); err != nil {
		c.add("read", Fail, "%v", err)
		return
	}
	c.add("read", OK, "the same bytes came back")
}

func (c *check) byteRange(ctx context.Context) {
	if err := c.expect(ctx, "bytes=100-199", c.body[100:200]); err != nil {
		c.add("range", Fail, "players cannot seek: %v", err)
		return
	}
	c.add("range", OK, "a part of the object can be read")
}

func (c *check) expect(ctx context.Context, byteRange string, want []byte) error {
	r, _, err := c.b.GetRange(ctx, c.key, "", byteRange)
	if err != nil {
		return err
	}
	defer r.Close()
	got, err := io.ReadAll(io.LimitReader(r, int64(len(c.body))+1))
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return errors.New("other bytes came back than were written")
	}
	return nil
}

// conditional writes a second time with If-None-Match: a store that accepts it cannot keep a late upload from
// replacing a recording, and the unique keys of the records are then the only guard.
func (c *check) conditional(ctx context.Context) {
	_, err := c.b.Put(ctx, c.key, bytes.NewReader(c.body), int64(len(c.body)), "application/octet-stream", true)
	switch {
	case errors.Is(err, ErrExists):
		c.add("conditional write", OK, "a second write was refused")
	case err == nil:
		c.add("conditional write", Warn, "the store ignores If-None-Match: only unique keys keep recordings from being replaced")
	default:
		c.add("conditional write", Warn, "the store does not know If-None-Match: %v", err)
	}
}

// cutSize is how long the part is that the check breaks off half-way; cutWait is how long the store is given to list it.
const (
	cutSize     = 8 << 20
	cutWait     = time.Second
	cutPatience = 10 * time.Second
)

// cutPart breaks off a part half-way, as a lost connection does. A store that lists it as arrived (versitygw 1.8.0 pads it
// with zeros) makes an uploader that goes on believe it need not be sent again: the recording is damaged unnoticed.
func (c *check) cutPart(ctx context.Context) {
	upload, err := c.b.CreateUpload(ctx, c.key+"-cut", "application/octet-stream")
	if err != nil {
		c.add("cut part", Warn, "not tried: %v", err)
		return
	}
	defer func() { _ = c.b.Abort(context.WithoutCancel(ctx), c.key+"-cut", upload) }() // else the sweeper takes it
	u, err := c.b.PresignPart(ctx, c.b.opts.Endpoint, c.key+"-cut", upload, 1, time.Minute)
	if err != nil {
		c.add("cut part", Warn, "not tried: %v", err)
		return
	}
	if err := c.breakOff(ctx, u); err != nil {
		c.add("cut part", Warn, "not tried: %v", bare(err))
		return
	}
	for end := time.Now().Add(cutWait); ; {
		parts, err := c.b.Parts(ctx, c.key+"-cut", upload)
		if err == nil && len(parts) > 0 {
			c.add("cut part", Warn, "the store lists a part whose sender was cut off as arrived: an upload that goes on after a lost connection is damaged unnoticed; use another store, or put a proxy before this one that takes requests in whole before it passes them on")
			return
		}
		if err != nil || time.Now().After(end) {
			break
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(cutWait / 10):
		}
	}
	c.add("cut part", OK, "a part whose sender was cut off is not listed")
}

// breakOff begins to send a part and ends the connection half-way, as a line does that goes dead: by hand, because an HTTP
// client tells the store that it gave up.
func (c *check) breakOff(ctx context.Context, rawURL string) error {
	u, err := url.Parse(rawURL)
	if err != nil {
		return err
	}
	dial := new(net.Dialer).DialContext
	if c.b.opts.HTTPClient != nil {
		if t, ok := c.b.opts.HTTPClient.Transport.(*http.Transport); ok && t.DialContext != nil {
			dial = t.DialContext // the embedded store's socket
		}
	}
	address := u.Host
	if u.Port() == "" {
		address = net.JoinHostPort(u.Hostname(), map[string]string{"https": "443"}[u.Scheme])
		if u.Scheme == "http" {
			address = net.JoinHostPort(u.Hostname(), "80")
		}
	}
	conn, err := dial(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(cutPatience)); err != nil {
		return err
	}
	if u.Scheme == "https" {
		secure := tls.Client(conn, &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12})
		if err := secure.HandshakeContext(ctx); err != nil {
			return err
		}
		conn = secure
	}
	if _, err := fmt.Fprintf(conn, "PUT %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", u.RequestURI(), u.Host, cutSize); err != nil {
		return err
	}
	if _, err := conn.Write(make([]byte, cutSize/2)); err != nil {
		return nil // refused before the body came: that store takes no half part either
	}
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		if err := half.CloseWrite(); err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, io.LimitReader(conn, 64<<10)) // until the store is done with it, at most cutPatience
	}
	return nil
}

func (c *check) skew() {
	switch d := c.b.clock.Skew(); {
	case d.Abs() > 15*time.Minute:
		c.add("clock", Fail, "the store's clock differs by %v: it refuses our signatures", d.Round(time.Second))
	case d != 0:
		c.add("clock", Warn, "the store's clock differs by %v; presigned URLs are signed with its time", d.Round(time.Second))
	default:
		c.add("clock", OK, "agrees with the store's")
	}
}

// public reads the object the way a browser will: by a presigned URL under the public name.
func (c *check) public(ctx context.Context) {
	u, err := c.b.PresignGet(ctx, "", c.key, time.Minute, Delivery{})
	if err != nil {
		c.add("public URL", Fail, "%v", err)
		return
	}
	resp, err := c.browse(ctx, http.MethodGet, u, nil)
	if err != nil {
		c.add("public URL", Fail, "%s cannot be reached: %v", host(u), bare(err))
		return
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(io.LimitReader(resp.Body, int64(len(c.body))+1))
	if err != nil || resp.StatusCode != http.StatusOK || !bytes.Equal(got, c.body) {
		c.add("public URL", Fail, "%s answered %d: signed for that name, the store must see the same Host", host(u), resp.StatusCode)
		return
	}
	c.add("public URL", OK, "%s serves presigned URLs", host(u))
}

// cors asks as a browser does before it sends a part from the web app's origin.
func (c *check) cors(ctx context.Context, origin string) {
	u, err := c.b.PresignPart(ctx, "", c.key, "check", 1, time.Minute)
	if err != nil {
		c.add("cors", Fail, "%v", err)
		return
	}
	if origin == "" || sameOrigin(origin, u) {
		c.add("cors", OK, "not needed: browsers reach the bucket under the app's own name")
		return
	}
	resp, err := c.browse(ctx, http.MethodOptions, u, map[string]string{"Origin": origin,
		"Access-Control-Request-Method": http.MethodPut, "Access-Control-Request-Headers": "content-type"})
	if err != nil {
		c.add("cors", Fail, "%s cannot be reached: %v", host(u), bare(err))
		return
	}
	resp.Body.Close()
	allowed := resp.Header.Get("Access-Control-Allow-Origin")
	switch {
	case resp.StatusCode >= 300 || allowed != origin && allowed != "*":
		c.add("cors", Fail, "the bucket refuses uploads from %s: allow this origin, the methods GET and PUT and all headers", origin)
	case allowed == "*":
		c.add("cors", Warn, "the bucket allows every origin; name %s alone", origin)
	default:
		c.add("cors", OK, "uploads from %s are allowed", origin)
	}
}

func (c *check) remove(ctx context.Context) {
	if err := c.b.Delete(ctx, c.key); err != nil {
		c.add("delete", Fail, "erasure does not work: %v", err)
		return
	}
	if _, err := c.b.Stat(ctx, c.key); !isCode(err, "not_found") {
		c.add("delete", Fail, "the object is still there after deleting it")
		return
	}
	c.add("delete", OK, "nothing is left")
}

// browse is a request as a browser makes it: no credentials of ours, no redirects.
func (c *check) browse(ctx context.Context, method, u string, header map[string]string) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	r, err := http.NewRequestWithContext(ctx, method, u, nil)
	if err != nil {
		cancel()
		return nil, err
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		cancel()
		return nil, err
	}
	resp.Body = &cancelBody{resp.Body, cancel}
	return resp, nil
}

type cancelBody struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (b *cancelBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}

func host(u string) string {
	p, err := url.Parse(u)
	if err != nil {
		return "the public URL"
	}
	return p.Scheme + "://" + p.Host
}

func sameOrigin(origin, u string) bool { return host(origin) == host(u) }
