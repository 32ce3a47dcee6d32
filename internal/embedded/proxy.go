package embedded

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"

	"kikigaki/internal/interview"
)

// Proxy lets browsers reach the store under the program's own name; mount it at /{bucket}/. It forwards only what this
// program presigns: reading an object, and sending a part of an upload. Path and Host go through unchanged because the
// signature covers them; cookies and every header the store could take for an order do not. Answers can be saved or
// played, never shown as a page.
func (s *S3) Proxy(bucket string) http.Handler {
	p := &proxy{bucket: bucket}
	p.forward = &httputil.ReverseProxy{
		Transport:      s.transport,
		FlushInterval:  -1,                         // bytes go on as they come
		ErrorLog:       log.New(io.Discard, "", 0), // its lines would hold the query, which is a key to the object
		Rewrite:        rewrite,
		ModifyResponse: modify,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if r.Context().Err() != nil {
				return // the browser has gone
			}
			s.opts.Log.WarnContext(r.Context(), "embedded bucket did not answer", "method", r.Method, "error", err)
			unavailable(w, r)
		},
	}
	return p
}

type proxy struct {
	bucket  string
	forward *httputil.ReverseProxy
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key, ok := strings.CutPrefix(r.URL.Path, "/"+p.bucket+"/")
	if !ok || key == "" {
		refuse(w, http.StatusNotFound)
		return
	}
	if r.Method == http.MethodOptions {
		preflight(w, r)
		return
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || !presigned(query) || r.Header.Get("Authorization") != "" {
		refuse(w, http.StatusForbidden)
		return
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		ok = only(query, "response-content-type", "response-content-disposition", "x-id")
	case http.MethodPut:
		ok = query.Get("uploadId") != "" && query.Get("partNumber") != "" && only(query, "uploadId", "partNumber", "x-id")
	default:
		w.Header().Set("Allow", "GET, HEAD, PUT, OPTIONS")
		refuse(w, http.StatusMethodNotAllowed)
		return
	}
	if !ok {
		refuse(w, http.StatusForbidden)
		return
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		allow(w.Header(), origin, r.Host) // kept by the forwarder, which adds the answer's headers to these
	}
	p.forward.ServeHTTP(w, r)
}

// signature is the query of a URL presigned by version 4 with the Host header alone.
var signature = []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"}

func presigned(q url.Values) bool {
	for _, name := range signature {
		if len(q[name]) != 1 || q.Get(name) == "" {
			return false
		}
	}
	return q.Get("X-Amz-SignedHeaders") == "host"
}

// only reports whether q holds, beside the signature, nothing but the named parameters, each once.
func only(q url.Values, names ...string) bool {
next:
	for name, values := range q {
		if len(values) != 1 {
			return false
		}
		for _, n := range append(names, signature...) {
			if n == name {
				continue next
			}
		}
		return false
	}
	return true
}

// forwarded are the request headers that mean something for one object. Others, as x-amz-copy-source, could turn a
// signed request into another one.
var forwarded = []string{"Accept", "Accept-Language", "Content-Length", "Content-Type", "Content-Md5", "Expect", "Range", "If-Range",
	"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "User-Agent"}

func rewrite(r *httputil.ProxyRequest) {
	in := r.Out.Header
	r.Out.Header = pick(in, forwarded)
	if in.Get("User-Agent") == "" {
		r.Out.Header.Set("User-Agent", "") // else the transport names itself
	}
	r.Out.Host = r.In.Host
	r.Out.URL.Scheme, r.Out.URL.Host = "http", "bucket.internal"
}

// returned are the answer's headers that a player or an uploader uses.
var returned = []string{"Accept-Ranges", "Content-Disposition", "Content-Length", "Content-Range", "Content-Type", "Etag",
	"Last-Modified", "Retry-After", "X-Amz-Request-Id"}

func modify(resp *http.Response) error {
	h := pick(resp.Header, returned)
	if !strings.HasPrefix(strings.ToLower(h.Get("Content-Disposition")), "attachment") {
		h.Set("Content-Disposition", "attachment")
	}
	guard(h)
	resp.Header = h
	return nil
}

// guard keeps a browser from treating an object as a page of ours.
func guard(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
}

// allow answers CORS for the very host that was asked, and for no other.
func allow(h http.Header, origin, host string) bool {
	u, err := url.Parse(origin)
	h.Add("Vary", "Origin")
	if err != nil || !strings.EqualFold(u.Host, host) {
		return false
	}
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", "ETag")
	return true
}

func preflight(w http.ResponseWriter, r *http.Request) {
	guard(w.Header())
	w.Header().Set("Allow", "GET, HEAD, PUT, OPTIONS")
	if origin := r.Header.Get("Origin"); origin != "" {
		if !allow(w.Header(), origin, r.Host) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		w.Header().Set("Access-Control-Allow-Methods", "GET, HEAD, PUT")
		w.Header().Set("Access-Control-Allow-Headers", "Content-Type, Content-MD5, Range, If-Match, If-None-Match, If-Range")
	}
	w.WriteHeader(http.StatusNoContent)
}

func refuse(w http.ResponseWriter, status int) {
	guard(w.Header())
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, http.StatusText(status)+"\n")
}

// unavailable is what the store's absence looks like: a pause, because it is being started again.
func unavailable(w http.ResponseWriter, r *http.Request) {
	e := interview.E("storage_unavailable", nil)
	lang := "en"
	if strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "ja") {
		lang = "ja"
	}
	guard(w.Header())
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Retry-After", "1")
	w.WriteHeader(http.StatusServiceUnavailable)
	_ = json.NewEncoder(w).Encode(map[string]any{"status": http.StatusServiceUnavailable, "code": e.Code, "title": e.Text(lang)})
}

func pick(from http.Header, names []string) http.Header {
	h := http.Header{}
	for _, n := range names {
		if v := from.Values(n); len(v) > 0 {
			h[http.CanonicalHeaderKey(n)] = v
		}
	}
	return h
}
