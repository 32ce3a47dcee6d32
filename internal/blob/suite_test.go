package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
)

// store is what a test runs against: a versitygw of its own, or with TEST_S3_ENDPOINT any other server, reached with
// TEST_S3_ACCESS_KEY, TEST_S3_SECRET_KEY, TEST_S3_REGION and TEST_S3_BUCKET (created if missing), whose other objects
// are left alone.
func store(t *testing.T) Options {
	t.Helper()
	if endpoint := os.Getenv("TEST_S3_ENDPOINT"); endpoint != "" {
		bucket := os.Getenv("TEST_S3_BUCKET")
		if bucket == "" {
			bucket = "kikigaki-test"
		}
		return Options{Endpoint: endpoint, Region: os.Getenv("TEST_S3_REGION"), Bucket: bucket, UsePathStyle: true,
			AccessKey: os.Getenv("TEST_S3_ACCESS_KEY"), SecretKey: os.Getenv("TEST_S3_SECRET_KEY")}
	}
	return options(testkit.S3(t))
}

func options(s *testkit.S3Server) Options {
	return Options{Endpoint: s.Endpoint, Region: s.Region, Bucket: s.Bucket, AccessKey: s.AccessKey, SecretKey: s.SecretKey, UsePathStyle: true}
}

// open opens the bucket and returns a prefix that is the test's own and erased with it.
func open(t *testing.T, opts Options) (b *Bucket, prefix string) {
	t.Helper()
	b, err := Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.EnsureBucket(t.Context()); err != nil {
		t.Fatal(err)
	}
	prefix = "test/" + interview.NewID() + "/"
	t.Cleanup(func() {
		if os.Getenv("TEST_S3_ENDPOINT") == "" {
			return // the server goes with the test
		}
		if _, err := b.DeletePrefix(context.Background(), prefix); err != nil {
			t.Errorf("clean up: %v", err)
		}
	})
	return b, prefix
}

// noise is n bytes that do not compress and are the same for the same seed.
func noise(n int, seed uint64) []byte {
	b := make([]byte, n)
	io.ReadFull(rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)}), b)
	return b
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (b *Bucket) mustPut(t *testing.T, key string, content []byte) Object {
	t.Helper()
	o, err := b.Put(t.Context(), key, bytes.NewReader(content), int64(len(content)), "audio/mp4", true)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (b *Bucket) mustRead(t *testing.T, key string) []byte {
	t.Helper()
	r, _, err := b.Get(t.Context(), key, "")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// wantCode fails unless err has the code.
func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if code == "" && err != nil || code != "" && !isCode(err, code) {
		t.Errorf("%s: %v, want %q", what, err, code)
	}
}

// nothingBelow fails if an object or an open upload stands below prefix.
func (b *Bucket) nothingBelow(t *testing.T, prefix string) {
	t.Helper()
	for o, err := range b.List(t.Context(), prefix) {
		t.Errorf("left: object %s, %v", o.Key, err)
	}
	for u, err := range b.OpenUploads(t.Context(), prefix) {
		t.Errorf("left: upload of %s, %v", u.Key, err)
	}
}

// browse is a request as a browser makes it.
func browse(t *testing.T, method, url string, body io.Reader, header map[string]string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, got
}

// sendPart sends a part as a browser does.
func sendPart(t *testing.T, b *Bucket, key, upload string, n int, content []byte) {
	t.Helper()
	u, err := b.PresignPart(t.Context(), "", key, upload, n, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if resp, body := browse(t, http.MethodPut, u, bytes.NewReader(content), nil); resp.StatusCode != http.StatusOK {
		t.Fatalf("part %d: %s %s", n, resp.Status, body)
	}
}

// beginUpload begins an upload and sends its parts in the order given.
func beginUpload(t *testing.T, b *Bucket, key string, parts map[int][]byte, order ...int) string {
	t.Helper()
	upload, err := b.CreateUpload(t.Context(), key, "audio/mp4")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range order {
		sendPart(t, b, key, upload, n, parts[n])
	}
	return upload
}

// faulty is a network that can be told to fail.
type faulty struct {
	mu   sync.Mutex
	next http.RoundTripper
	// after sees each answer before our client does and may replace it; nil lets it through.
	after func(*http.Request, *http.Response) (*http.Response, error)
	// before sees each request before the server does; it may change it.
	before func(*http.Request)
}

func (f *faulty) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	before, after := f.before, f.after
	f.mu.Unlock()
	if before != nil {
		before(r)
	}
	resp, err := f.next.RoundTrip(r)
	if err != nil || after == nil {
		return resp, err
	}
	return after(r, resp)
}

func (f *faulty) set(after func(*http.Request, *http.Response) (*http.Response, error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.after = after
}

// through gives the options a network of their own.
func through(t *testing.T, opts Options) (Options, *faulty) {
	t.Helper()
	rt := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(rt.CloseIdleConnections)
	f := &faulty{next: rt}
	opts.HTTPClient = &http.Client{Transport: f}
	return opts, f
}

var errCut = errors.New("connection cut")

// loseOnce drops the answer to the first request that matches, after the server has acted on it.
func loseOnce(match func(*http.Request) bool) func(*http.Request, *http.Response) (*http.Response, error) {
	var once sync.Once
	return func(r *http.Request, resp *http.Response) (_ *http.Response, err error) {
		if match(r) {
			once.Do(func() {
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				err = errCut
			})
		}
		return resp, err
	}
}

func isComplete(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.Contains(r.URL.RawQuery, "uploadId=")
}

// withStall is b's client with another patience for bodies.
func withStall(b *Bucket, next http.RoundTripper, stall time.Duration) *s3.Client {
	o := b.client.Options()
	o.HTTPClient = &http.Client{Transport: &watchedTransport{next: next, clock: b.clock, stall: stall}}
	return s3.New(o)
}
