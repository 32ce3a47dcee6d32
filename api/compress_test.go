package api

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

// TestAssetsTravelCompressed: text shrinks for those who can unpack it; the bytes are the same for everybody.
func TestAssetsTravelCompressed(t *testing.T) {
	t.Parallel()
	script := strings.Repeat("export const record = 1;\n", 500)
	s := New(Options{Web: fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}, "assets/a-1.js": {Data: []byte(script)}, "assets/f.woff2": {Data: []byte(script)}}})
	get := func(path, encoding string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", path, nil)
		if encoding != "" {
			r.Header.Set("Accept-Encoding", encoding)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	for range 2 { // the second is served from memory
		w := get("/assets/a-1.js", "br, gzip")
		if w.Code != 200 || w.Header().Get("Content-Encoding") != "gzip" || w.Header().Get("Vary") != "Accept-Encoding" || w.Body.Len() > len(script)/10 {
			t.Fatalf("%d %v, %d bytes", w.Code, w.Header(), w.Body.Len())
		}
		z, err := gzip.NewReader(bytes.NewReader(w.Body.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(z); err != nil || string(b) != script {
			t.Errorf("unpacked %d bytes, %v", len(b), err)
		}
	}
	for _, encoding := range []string{"", "br", "gzip;q=0"} {
		if w := get("/assets/a-1.js", encoding); w.Header().Get("Content-Encoding") != "" || w.Body.String() != script {
			t.Errorf("%q: %v", encoding, w.Header())
		}
	}
	if w := get("/assets/f.woff2", "gzip"); w.Header().Get("Content-Encoding") != "" {
		t.Error("a font is compressed again")
	}
}
