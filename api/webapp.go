package api

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"

	"kikigaki/internal/interview"
)

// appCSP lets the web app load its own parts and talk to its own server and, for uploads, to the bucket.
func (s *Server) appCSP() string {
	connect := "'self'"
	if o := originOf(s.PublicBucket); o != "" {
		connect += " " + o
	}
	return "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; " +
		"connect-src " + connect + "; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// webApp serves the app's files: names with a hash for ever, the page itself never from a cache, and every address that
// is no file and no API gets the page, which knows its own addresses.
func (s *Server) webApp(w http.ResponseWriter, r *http.Request) error {
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	if strings.HasPrefix(name, "v1/") || name == "v1" || strings.HasPrefix(name, "auth/") || strings.HasPrefix(name, "plain/") {
		return interview.E("not_found", nil)
	}
	if s.Web == nil {
		http.Redirect(w, r, "/plain/", http.StatusSeeOther)
		return nil
	}
	if name != "" && name != "index.html" {
		served, err := s.asset(w, r, name)
		if served || err != nil {
			return err
		}
		if ext := path.Ext(name); ext != "" && ext != ".html" {
			return interview.E("not_found", nil) // a file that is gone, not an address of the app
		}
	}
	page, err := fs.ReadFile(s.Web, "index.html")
	if errors.Is(err, fs.ErrNotExist) {
		http.Redirect(w, r, "/plain/", http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the web app: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", s.appCSP())
	return s.sendPage(w, r, page)
}

// asset serves one file of the app if it is there.
func (s *Server) asset(w http.ResponseWriter, r *http.Request, name string) (bool, error) {
	if !fs.ValidPath(name) {
		return false, nil
	}
	f, err := s.Web.Open(name)
	if err != nil {
		return false, nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		return false, nil
	}
	h := w.Header()
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = "application/octet-stream"
	}
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "public, max-age=3600")
	if strings.HasPrefix(name, "assets/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if compressible(kind) {
		h.Set("Vary", "Accept-Encoding")
		if r.Header.Get("Range") == "" && takesGzip(r) {
			b, err := s.packed.pack(name, f)
			if err != nil {
				return true, err
			}
			h.Set("Content-Encoding", "gzip")
			h.Set("Content-Length", strconv.Itoa(len(b)))
			_, err = w.Write(b)
			return true, err
		}
	}
	if seeker, ok := f.(io.ReadSeeker); ok {
		http.ServeContent(w, r, name, info.ModTime(), seeker)
		return true, nil
	}
	_, err = io.Copy(w, f)
	return true, err
}
