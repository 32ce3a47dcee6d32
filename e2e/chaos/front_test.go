//go:build linux

package chaos

import (
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// newFront is the balancer before the API: it takes the next address when one refuses the connection, and says 503 with
// Retry-After when all do. It repeats nothing that may have arrived.
func newFront(backends ...string) http.Handler {
	var turn atomic.Int64
	transport := &http.Transport{DisableKeepAlives: true, DialContext: (&net.Dialer{Timeout: time.Second}).DialContext}
	next := roundTripper(func(r *http.Request) (resp *http.Response, err error) {
		first := int(turn.Add(1))
		for i := range backends {
			r.URL.Host = backends[(first+i)%len(backends)]
			if resp, err = transport.RoundTrip(r); !refused(err) {
				return resp, err
			}
		}
		return nil, err
	})
	return &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.Host = "http", r.In.Host },
		Transport: next, FlushInterval: -1,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if refused(err) {
				w.Header().Set("Retry-After", "1")
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			panic(http.ErrAbortHandler) // the answer was lost: so it is for the client
		},
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// refused says that a request cannot have arrived.
func refused(err error) bool {
	for err != nil {
		if op, ok := err.(*net.OpError); ok {
			return op.Op == "dial"
		}
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return false
		}
		err = u.Unwrap()
	}
	return false
}

// shelf stands before the bucket and knows HTTP: it answers 503, is slow, or cuts requests and answers in the middle.
type shelf struct {
	proxy *httputil.ReverseProxy
	mu    sync.Mutex
	how   string
	share float64
	rnd   *rand.Rand
	hit   atomic.Int64

	touched *touches // told whose requests are broken
	picked  []*picked
}

func newShelf(endpoint string, seed uint64) (*shelf, error) {
	to, err := url.Parse(endpoint)
	if err != nil {
		return nil, err
	}
	s := &shelf{rnd: rand.New(rand.NewPCG(seed, 5))}
	s.proxy = &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = r.In.Host }, // the name is signed
		Transport: &http.Transport{MaxIdleConnsPerHost: 64},
		ErrorHandler: func(_ http.ResponseWriter, r *http.Request, _ error) {
			s.touched.note(time.Now(), ownerOf(r.URL.Path))
			panic(http.ErrAbortHandler)
		},
		ErrorLog: nobody,
	}
	return s, nil
}

// for d a share of the requests is treated so: "503", "slow", "cut" (the request or its answer breaks off), "lost" (the
// request is carried out, its answer lost).
func (s *shelf) bad(how string, share float64, d time.Duration) {
	s.set(how, share)
	time.Sleep(d)
	s.set("", 0)
}

func (s *shelf) set(how string, share float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.how, s.share = how, share
}

func (s *shelf) next() (how string, at float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.how == "" || s.rnd.Float64() >= s.share {
		return "", 0
	}
	s.hit.Add(1)
	return s.how, s.rnd.Float64()
}

// picked are single requests that are treated in their own way: they come late, or stand still until a moment and are then
// broken off.
type picked struct {
	method, part string // of the address, the query included
	of           string // a further part of it, as "/<interview>/"
	late         time.Duration
	until        <-chan struct{}
	most         int64 // how many of them stand still; 0: all
	met          atomic.Int64
	broken       atomic.Bool // whatever comes is broken off at once
}

func (s *shelf) pick(p *picked) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.picked = append(s.picked, p)
}

func (s *shelf) chosen(r *http.Request) (out []*picked) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.picked {
		uri := r.URL.RequestURI()
		if plain, err := url.QueryUnescape(uri); err == nil { // a listing names its prefix in the query
			uri = plain
		}
		if p.method != r.Method || !strings.Contains(uri, p.part) || !strings.Contains(uri, p.of) {
			continue
		}
		if n := p.met.Add(1); p.most == 0 || n <= p.most || p.broken.Load() {
			out = append(out, p)
		}
	}
	return out
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, p := range s.chosen(r) {
		if p.late > 0 {
			pause(r.Context(), p.late)
		}
		if p.until != nil && !p.broken.Load() {
			select {
			case <-p.until:
			case <-r.Context().Done():
			}
		}
		if p.until != nil {
			panic(http.ErrAbortHandler)
		}
	}
	how, at := s.next()
	if how != "" {
		s.touched.note(time.Now(), ownerOf(r.URL.Path))
	}
	switch how {
	case "503":
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, `<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`)
		return
	case "slow":
		select {
		case <-time.After(time.Duration(at * float64(3*time.Second))):
		case <-r.Context().Done():
			return
		}
	case "cut":
		if r.ContentLength > 0 {
			r.Body = &broken{r.Body, int64(at * float64(r.ContentLength))}
		} else {
			w = &breaking{w, int(at * 20000)}
		}
	case "lost":
		w = &breaking{w, 0}
	}
	s.proxy.ServeHTTP(w, r)
}

// broken is a body that ends too early, as when its sender's line is cut.
type broken struct {
	io.ReadCloser
	left int64
}

func (b *broken) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// breaking is an answer whose connection ends after so many bytes.
type breaking struct {
	http.ResponseWriter
	left int
}

func (b *breaking) WriteHeader(status int) {
	if b.left == 0 {
		panic(http.ErrAbortHandler)
	}
	b.ResponseWriter.WriteHeader(status)
}

func (b *breaking) Write(p []byte) (int, error) {
	n, err := b.ResponseWriter.Write(p[:min(len(p), b.left)])
	if b.left -= n; b.left <= 0 {
		panic(http.ErrAbortHandler)
	}
	return n, err
}
