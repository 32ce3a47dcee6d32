package api

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"kikigaki/internal/interview"
)

// MaxBody is the largest request body, in bytes, of a call that does not stream.
const MaxBody = 4 << 20

var requestIDs = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)

// observe is the outermost layer: request id, client, language, headers that every answer has, one log line, and the
// last resort against panics.
func (s *Server) observe(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	c := &call{requestID: r.Header.Get("X-Request-Id"), lang: language(r.Header.Get("Accept-Language"), "")}
	if !requestIDs.MatchString(c.requestID) {
		c.requestID = interview.NewID()
	}
	r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
	s.locate(r, c)
	rec := &recorder{ResponseWriter: w}
	h := rec.Header()
	h.Set("X-Request-Id", c.requestID)
	h.Set("X-Content-Type-Options", "nosniff")
	// Not no-referrer: under it a browser sends forms with "Origin: null", which is refused as from another site where
	// there is no Sec-Fetch-Site (http under a name that is not this machine's). Other sites are told nothing either way.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)")
	h.Set("Vary", "Accept-Language, Cookie, Authorization")
	if s.secure(c) {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	defer func() {
		p := recover()
		if p != nil && p != http.ErrAbortHandler { //nolint:errorlint // a panic's value is no wrapped error
			// The value may quote a body: the log gets its type and where it happened.
			s.Log.ErrorContext(r.Context(), "panic", "request", c.requestID, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			c.cause = interview.E("internal_error", errors.New("panic"))
			if rec.status == 0 {
				writeProblem(rec, problem(c.cause, c.lang, c.requestID))
				p = nil
			}
		}
		took := time.Since(began)
		status := outcome(r, rec.code())
		s.finish(r, c, status, rec.written, took.Milliseconds())
		s.counted.request(c.route, status, took)
		if p != nil {
			panic(http.ErrAbortHandler) // the head is out: cut the connection, so that nobody takes half for the whole
		}
	}()
	s.dispatch(rec, r, c)
}

// dispatch finds the row of a request. Paths and methods that have none get a problem, not the mux's own words.
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request, c *call) {
	h, pattern := s.router.mux.Handler(r)
	c.route = pattern
	if pattern == "" {
		c.route = "none"
		probe := &recorder{ResponseWriter: discard{http.Header{}}}
		h.ServeHTTP(probe, r)
		if loc := probe.Header().Get("Location"); loc != "" && probe.code()/100 == 3 {
			http.Redirect(w, r, loc, probe.code())
			return
		}
		code := "not_found"
		if probe.code() == http.StatusMethodNotAllowed {
			code = "method_not_allowed"
			w.Header().Set("Allow", probe.Header().Get("Allow"))
		}
		writeProblem(w, s.problem(r.Context(), interview.E(code, nil)))
		return
	}
	s.router.mux.ServeHTTP(w, r)
}

// locate works out who asks and under which address, believing only proxies that were named.
func (s *Server) locate(r *http.Request, c *call) {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	c.client = host
	if s.trusted(host) {
		if v := last(r.Header.Get("X-Forwarded-Proto")); v == "http" || v == "https" {
			scheme = v
		}
		if v := last(r.Header.Get("X-Forwarded-Host")); validHost(v) {
			r.Host = v
		}
		// From the right: the first address that is not one of our proxies is the client.
		list := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := len(list) - 1; i >= 0; i-- {
			a, err := netip.ParseAddr(strings.TrimSpace(list[i]))
			if err != nil {
				break
			}
			c.client = a.String()
			if !s.trusted(c.client) {
				break
			}
		}
	}
	if !validHost(r.Host) {
		r.Host = "localhost"
	}
	c.base = scheme + "://" + r.Host
}

func (s *Server) trusted(host string) bool {
	a, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, p := range s.TrustedProxies {
		if p.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

func last(list string) string {
	parts := strings.Split(list, ",")
	return strings.TrimSpace(parts[len(parts)-1])
}

var hosts = regexp.MustCompile(`^[A-Za-z0-9._\[\]:-]{1,255}$`)

func validHost(h string) bool { return hosts.MatchString(h) }

// address is where people reach this installation: the configured one, else that of the request.
func (s *Server) address(c *call) string {
	if s.BaseURL != "" {
		return strings.TrimSuffix(s.BaseURL, "/")
	}
	return c.base
}

// secure reports whether the client's side of the connection is encrypted, as far as we are told.
func (s *Server) secure(c *call) bool {
	return strings.HasPrefix(c.base, "https://") || strings.HasPrefix(s.BaseURL, "https://")
}

// recorder notes what became of an answer. Unwrap lets http.ResponseController through to the connection.
type recorder struct {
	http.ResponseWriter
	status  int
	written int64
}

func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 || w.status/100 == 1 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.written += int64(n)
	return n, err
}

// started reports whether the head of the answer is out.
func started(w http.ResponseWriter) bool {
	for {
		switch v := w.(type) {
		case *recorder:
			return v.status != 0
		case interface{ Unwrap() http.ResponseWriter }:
			w = v.Unwrap()
		default:
			return false
		}
	}
}

func (w *recorder) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

type discard struct{ h http.Header }

func (d discard) Header() http.Header         { return d.h }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
