package api

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// packed keeps the app's text files compressed: each is packed once, at its first request. The app has a few dozen of them.
type packed struct {
	mu    sync.Mutex
	files map[string][]byte
}

// compressible are the kinds of files that shrink.
func compressible(kind string) bool {
	for _, k := range []string{"text/", "application/javascript", "application/json", "image/svg+xml", "application/manifest+json"} {
		if strings.HasPrefix(kind, k) {
			return true
		}
	}
	return false
}

// takesGzip reports whether the client says it can unpack gzip.
func takesGzip(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == "gzip" && strings.ReplaceAll(weight, " ", "") != "q=0" {
			return true
		}
	}
	return false
}

// pack returns the compressed bytes of a file; read is called only when they are not there yet.
func (p *packed) pack(name string, read io.Reader) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b, ok := p.files[name]; ok {
		return b, nil
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression) // done once, sent often
	if err != nil {
		return nil, fmt.Errorf("compress a file of the app: %w", err)
	}
	if _, err := io.Copy(z, read); err != nil {
		return nil, fmt.Errorf("compress a file of the app: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compress a file of the app: %w", err)
	}
	if p.files == nil {
		p.files = map[string][]byte{}
	}
	p.files[name] = b.Bytes()
	return b.Bytes(), nil
}
