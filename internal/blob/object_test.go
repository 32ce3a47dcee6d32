package blob

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// Both checksum settings over both schemes: the SDK sends a body in four different ways.
func TestObjects(t *testing.T) {
	t.Parallel()
	plain := store(t)
	for _, scheme := range []string{"http", "https"} {
		for _, checksum := range []string{ChecksumWhenRequired, ChecksumWhenSupported} {
			t.Run(scheme+" "+checksum, func(t *testing.T) {
				t.Parallel()
				opts := plain
				opts.Checksum = checksum
				if scheme == "https" {
					opts = overTLS(t, opts)
				}
				b, prefix := open(t, opts)
				content := noise(300_000, 1)
				for _, name := range []string{"x", "面談 録音+1%?&=#.m4a", "deep/er/é", strings.Repeat("長", 60)} {
					key := prefix + name
					o := b.mustPut(t, key, content)
					got, err := b.Stat(t.Context(), key)
					if err != nil || got.Size != 300_000 || got.ETag != o.ETag || got.ContentType != "audio/mp4" || got.Seen() == "" {
						t.Errorf("stat %s: %+v, %v", name, got, err)
					}
					if !bytes.Equal(b.mustRead(t, key), content) {
						t.Errorf("%s: other bytes came back", name)
					}
				}
				var keys []string
				for o, err := range b.List(t.Context(), prefix) {
					if err != nil {
						t.Fatal(err)
					}
					keys = append(keys, o.Key)
				}
				if len(keys) != 4 {
					t.Errorf("listed %q, want 4 keys", keys)
				}
				// A stream that cannot be rewound, small and in parts.
				for _, n := range []int{1000, PartSize + 1} {
					key := fmt.Sprintf("%sstream-%d", prefix, n)
					content := noise(n, 2)
					if _, err := b.Put(t.Context(), key, io.MultiReader(bytes.NewReader(content)), int64(n), "audio/mp4", true); err != nil {
						t.Fatal(err)
					}
					if !bytes.Equal(b.mustRead(t, key), content) {
						t.Errorf("stream of %d: other bytes came back", n)
					}
				}
			})
		}
	}
}

// overTLS puts a TLS end in front of the store that passes everything on unchanged.
func overTLS(t *testing.T, opts Options) Options {
	t.Helper()
	target, err := url.Parse(opts.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewTLSServer(&httputil.ReverseProxy{FlushInterval: -1, Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = target.Scheme, target.Host, r.In.Host
	}})
	t.Cleanup(front.Close)
	opts.Endpoint, opts.HTTPClient = front.URL, front.Client()
	return opts
}

func TestConditionalPut(t *testing.T) {
	t.Parallel()
	opts, net := through(t, store(t))
	b, prefix := open(t, opts)
	first := noise(1000, 1)
	b.mustPut(t, prefix+"x", first)
	_, err := b.Put(t.Context(), prefix+"x", strings.NewReader("second"), 6, "audio/mp4", true)
	wantCode(t, "second put", err, "state_conflict")
	if !errors.Is(err, ErrExists) {
		t.Errorf("second put: %v, want ErrExists", err)
	}
	if !bytes.Equal(b.mustRead(t, prefix+"x"), first) {
		t.Error("the second put replaced the object")
	}
	if _, err := b.Put(t.Context(), prefix+"x", strings.NewReader("third"), 5, "audio/mp4", false); err != nil {
		t.Errorf("unconditional put: %v", err)
	}

	net.set(loseOnce(func(r *http.Request) bool { return r.Method == http.MethodPut }))
	if o, err := b.Put(t.Context(), prefix+"lost", strings.NewReader("mine"), 4, "audio/mp4", true); err != nil || o.Size != 4 {
		t.Errorf("put whose reply was lost: %+v, %v", o, err)
	}
	// The same, while another's object was there first: its put must not count as ours.
	net.set(loseOnce(func(r *http.Request) bool { return r.Method == http.MethodPut }))
	_, err = b.Put(t.Context(), prefix+"lost", strings.NewReader("more"), 4, "audio/mp4", true)
	wantCode(t, "lost reply to a refusal", err, "state_conflict")
}

func TestOneWinnerOfSixteen(t *testing.T) {
	t.Parallel()
	b, prefix := open(t, store(t))
	var won atomic.Int32
	var winner atomic.Value
	var g sync.WaitGroup
	for i := range 16 {
		g.Go(func() {
			content := fmt.Sprintf("writer %02d", i)
			_, err := b.Put(t.Context(), prefix+"x", strings.NewReader(content), int64(len(content)), "audio/mp4", true)
			if err == nil {
				won.Add(1)
				winner.Store(content)
				return
			}
			wantCode(t, content, err, "state_conflict")
		})
	}
	g.Wait()
	if won.Load() != 1 {
		t.Fatalf("%d of 16 won, want 1", won.Load())
	}
	if got := string(b.mustRead(t, prefix+"x")); got != winner.Load() {
		t.Errorf("%q stands there, %q won", got, winner.Load())
	}
}

func TestRange(t *testing.T) {
	t.Parallel()
	b, prefix := open(t, store(t))
	content := noise(1000, 1)
	o := b.mustPut(t, prefix+"x", content)
	for _, tt := range []struct {
		ask, want string
		body      []byte
	}{
		{"bytes=0-1", "bytes 0-1/1000", content[:2]},
		{"bytes=-500", "bytes 500-999/1000", content[500:]},
		{"bytes=990-", "bytes 990-999/1000", content[990:]},
		{"bytes=990-5000", "bytes 990-999/1000", content[990:]},
		{"", "", content},
	} {
		r, part, err := b.GetRange(t.Context(), prefix+"x", o.Seen(), tt.ask)
		if err != nil {
			t.Errorf("%s: %v", tt.ask, err)
			continue
		}
		got, err := io.ReadAll(r)
		r.Close()
		if err != nil || !bytes.Equal(got, tt.body) || part.Range != tt.want || part.Size != int64(len(tt.body)) {
			t.Errorf("%s: range %q of %d bytes, %v; want %q", tt.ask, part.Range, part.Size, err, tt.want)
		}
	}
	if _, _, err := b.GetRange(t.Context(), prefix+"x", "", "bytes=1000-"); !errors.Is(err, ErrRange) {
		t.Errorf("past the end: %v, want ErrRange", err)
	}
}

// What was seen once is what is read, or nothing is.
func TestSeenStateIsPinned(t *testing.T) {
	t.Parallel()
	b, prefix := open(t, store(t))
	o := b.mustPut(t, prefix+"x", []byte("seen"))
	if _, err := b.Put(t.Context(), prefix+"x", strings.NewReader("other"), 5, "audio/mp4", false); err != nil {
		t.Fatal(err)
	}
	_, _, err := b.Get(t.Context(), prefix+"x", o.Seen())
	if o.Version != "" {
		if err != nil {
			t.Errorf("a store with versions gives the seen one: %v", err)
		}
		return
	}
	wantCode(t, "get of a replaced object", err, "checksum_mismatch")
	if !errors.Is(err, ErrChanged) {
		t.Errorf("got %v, want ErrChanged", err)
	}
	_, _, err = b.Get(t.Context(), prefix+"none", "")
	wantCode(t, "get of nothing", err, "not_found")
	_, err = b.Stat(t.Context(), prefix+"none")
	wantCode(t, "stat of nothing", err, "not_found")
}

func TestKeys(t *testing.T) {
	t.Parallel()
	b := &Bucket{}
	for _, key := range []string{"", "/x", "x/", "a//b", "a/../b", "./a", "a\x00b", "a\nb", `a\b`, "a/\xff", strings.Repeat("a", 1025)} {
		if _, err := b.Stat(t.Context(), key); err == nil {
			t.Errorf("key %q was accepted", key)
		}
	}
}
