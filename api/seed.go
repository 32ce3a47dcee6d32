package api

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"

	"kikigaki/internal/interview"
)

// startPages is what a page begins with, by kind of page and language; web/vite.config.ts writes it as pages.json. Without
// it the app finds its files itself, one after the other.
type startPages map[string]map[string]struct {
	Files []string `json:"files"` // below assets/
	Wait  string   `json:"wait"`  // HTML that stands there until the app does
}

// Kinds of pages that begin with more than the app.
const (
	pageHome   = "home"
	pageRecord = "record"
)

func readStartPages(files fs.FS) startPages {
	var out startPages
	if raw, err := fs.ReadFile(files, "pages.json"); err != nil || json.Unmarshal(raw, &out) != nil {
		return nil
	}
	return out
}

// seeded is the answer to a call that the page would make first. The app takes it in place of the call.
type seeded struct {
	Path string          `json:"path"`
	ETag string          `json:"etag,omitempty"`
	Body json.RawMessage `json:"body"`
}

// seedEnds is what the page holds its seeds in: a data block, which is no script and is not run.
const (
	seedBegin = `<script type="application/json" id="seed">`
	seedEnd   = `</script>`
)

// sendPage sends the app's page. A person who is signed in and opens it in a browser gets with it what the page asks for
// first, so that nothing waits for a second journey: each answer is that of the ordinary call, with its rights and its
// entry in the log of reads.
func (s *Server) sendPage(w http.ResponseWriter, r *http.Request, page []byte) error {
	out := &pageWriter{w: w}
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	if takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		out.gz = gzip.NewWriter(w)
	}
	head, body, ok := bytes.Cut(page, []byte("</head>"))
	before, after, there := bytes.Cut(body, []byte("</body>"))
	if !ok || !there || !wantsSeed(r) {
		return out.end(page)
	}
	me, ok := s.ask(w, r, "/v1/me", "")
	if !ok {
		return out.end(page)
	}
	var who Me
	if err := json.Unmarshal(me.Body, &who); err != nil {
		return fmt.Errorf("read the own account: %w", err)
	}
	kind, id := pageAt(r.URL.Path)
	// The files are on their way while the answers are gathered.
	var links bytes.Buffer
	start := s.starts[kind][who.Person.Language]
	for _, f := range start.Files {
		if bytes.Contains(page, []byte(f)) {
			continue // it names this one itself
		}
		fmt.Fprintf(&links, `<link rel="modulepreload" crossorigin href="/assets/%s">`, f)
	}
	const root = `<div id="root">`
	before = bytes.Replace(before, []byte(root), []byte(root+start.Wait), 1)
	if err := out.flush(head, links.Bytes(), []byte("</head>"), before); err != nil {
		return nil // the client is gone
	}
	seeds := append([]seeded{me}, s.seeds(r, kind, id, who.Person.Language)...)
	raw, err := json.Marshal(seeds) // "<" stands in it as \u003c
	if err != nil {
		return fmt.Errorf("encode the page's data: %w", err)
	}
	return out.end([]byte(seedBegin), raw, []byte(seedEnd+"</body>"), after)
}

// wantsSeed reports whether a request comes from somebody who opens the page now: not from a script, and not from a browser
// that fetches it in case it is wanted, which would be noted as having read.
func wantsSeed(r *http.Request) bool {
	if _, err := r.Cookie(sessionCookie); err != nil || r.Method != http.MethodGet || r.Header.Get("Authorization") != "" {
		return false
	}
	dest := r.Header.Get("Sec-Fetch-Dest")
	return (dest == "" || dest == "document") && r.Header.Get("Sec-Purpose") == "" && r.Header.Get("Purpose") == "" && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// pageAt tells what kind of page an address is, and of which interview.
func pageAt(path string) (kind, id string) {
	rest, below := strings.CutPrefix(path, "/interviews/")
	switch {
	case path == "/":
		return pageHome, ""
	case below && interview.ValidID(rest):
		return pageRecord, rest
	}
	return "", ""
}

// seeds are the answers beside the own account. What is refused is left out: the app asks for it and is told why.
func (s *Server) seeds(r *http.Request, kind, id, lang string) []seeded {
	var out []seeded
	add := func(path string) []byte {
		x, ok := s.ask(nil, r, path, lang)
		if !ok {
			return nil
		}
		out = append(out, x)
		return x.Body
	}
	switch kind {
	case pageHome:
		add("/v1/interviews?scope=mine&limit=200")
	case pageRecord:
		var x Interview
		if raw := add("/v1/interviews/" + id); raw == nil || json.Unmarshal(raw, &x) != nil {
			return out
		}
		n := x.Draft
		if x.Status == interview.Approved {
			n = x.Sealed
		}
		may := map[interview.Action]bool{}
		for _, a := range x.Can {
			may[a] = true
		}
		if n > 0 && (may[interview.ActReadDraft] || may[interview.ActReadRecord]) {
			add(fmt.Sprintf("/v1/interviews/%s/drafts/%d", id, n))
		}
		if may[interview.ActReadDraft] {
			add("/v1/interviews/" + id + "/drafts")
			add("/v1/interviews/" + id + "/comments")
		}
	}
	return out
}

// ask makes a call on behalf of the page's request, as its browser would. A cookie that the call sets is set by the page.
func (s *Server) ask(w http.ResponseWriter, r *http.Request, path, lang string) (seeded, bool) {
	sub, err := http.NewRequestWithContext(r.Context(), http.MethodGet, path, nil)
	if err != nil {
		return seeded{}, false
	}
	sub.Host, sub.RemoteAddr, sub.TLS, sub.RequestURI = r.Host, r.RemoteAddr, r.TLS, path
	for _, h := range []string{"Cookie", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "User-Agent"} {
		sub.Header[h] = r.Header[h]
	}
	sub.Header.Set("Accept", "application/json")
	if lang != "" {
		sub.Header.Set("Accept-Language", lang)
	}
	got := &keptAnswer{header: http.Header{}}
	s.ServeHTTP(got, sub)
	if w != nil {
		for _, c := range got.header.Values("Set-Cookie") {
			w.Header().Add("Set-Cookie", c)
		}
	}
	if got.status != http.StatusOK || !json.Valid(got.body.Bytes()) {
		return seeded{}, false
	}
	return seeded{Path: path, ETag: got.header.Get("ETag"), Body: got.body.Bytes()}, true
}

// keptAnswer keeps an answer.
type keptAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *keptAnswer) Header() http.Header { return a.header }

func (a *keptAnswer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *keptAnswer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// pageWriter writes a page in parts, compressed where gz is set.
type pageWriter struct {
	w  http.ResponseWriter
	gz *gzip.Writer
}

func (p *pageWriter) write(parts ...[]byte) error {
	var to io.Writer = p.w
	if p.gz != nil {
		to = p.gz
	}
	for _, b := range parts {
		if _, err := to.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// flush sends what is there on its way.
func (p *pageWriter) flush(parts ...[]byte) error {
	err := p.write(parts...)
	if err == nil && p.gz != nil {
		err = p.gz.Flush()
	}
	if err != nil {
		return err
	}
	if err := http.NewResponseController(p.w).Flush(); !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

func (p *pageWriter) end(parts ...[]byte) error {
	if err := p.write(parts...); err != nil {
		return err
	}
	if p.gz == nil {
		return nil
	}
	return p.gz.Close()
}
