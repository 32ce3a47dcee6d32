package api

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"

	"kikigaki/internal/interview"
)

//go:embed pages
var pageFiles embed.FS

// pagesOnce parses the embedded templates; they are part of the program, so a mistake in them is found by every test.
var pagesOnce = sync.OnceValues(func() (*template.Template, error) {
	return template.New("pages").Funcs(template.FuncMap{"t": pageText, "clock": clock, "join": strings.Join}).ParseFS(pageFiles, "pages/*.html")
})

// pageCSP lets a page load its style sheet and play the recording from here, nothing else; no script at all.
const pageCSP = "default-src 'none'; style-src 'self'; media-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// view is what every page's template gets.
type view struct {
	Lang   string
	Title  string
	Error  string
	Person interview.Person
	Data   any
}

// render writes a page. It is built in memory first, so that an error never leaves half a page.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, name string, v view) error {
	c := callOf(r.Context())
	v.Lang, v.Person = c.lang, c.person
	if v.Title == "" {
		v.Title = pageText(c.lang, name)
	}
	t, err := pagesOnce()
	if err != nil {
		return fmt.Errorf("parse pages: %w", err)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, v); err != nil {
		return fmt.Errorf("render page %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", pageCSP)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, err = w.Write(b.Bytes())
	return err
}

// refuse answers an error: a page for eyes on our own pages, a problem for everybody else. Who is not signed in is led
// to the sign-in and comes back.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := s.problem(r.Context(), err)
	if started(w) {
		panic(http.ErrAbortHandler)
	}
	own := strings.HasPrefix(r.URL.Path, "/plain/") || strings.HasPrefix(r.URL.Path, "/auth/")
	if !own || !wantsHTML(r) {
		writeProblem(w, p)
		return
	}
	if p.Status == http.StatusUnauthorized && r.Method == http.MethodGet {
		http.Redirect(w, r, "/plain/signin?next="+template.URLQueryEscaper(r.URL.Path), http.StatusSeeOther)
		return
	}
	for k, v := range p.GetHeaders() {
		w.Header()[k] = v
	}
	if e := s.render(w, r, p.Status, "problem", view{Title: pageText(callOf(r.Context()).lang, "problem"), Error: p.Detail, Data: p.RequestID}); e != nil {
		writeProblem(w, p)
	}
}

func (s *Server) plainStyle(w http.ResponseWriter, _ *http.Request) error {
	b, err := pageFiles.ReadFile("pages/style.css")
	if err != nil {
		return fmt.Errorf("read style sheet: %w", err)
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=3600")
	_, err = w.Write(b)
	return err
}

// clock shows seconds as people read a position: 12:34.
func clock(seconds any) string {
	var f float64
	switch v := seconds.(type) {
	case float64:
		f = v
	case *float64:
		if v == nil {
			return ""
		}
		f = *v
	}
	n := int(f)
	if n >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", n/3600, n/60%60, n%60)
	}
	return fmt.Sprintf("%d:%02d", n/60, n%60)
}
