package blob

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
)

func TestOptions(t *testing.T) {
	t.Parallel()
	good := Options{Endpoint: "http://x:1", Bucket: "kikigaki", AccessKey: "a", SecretKey: "b"}
	for name, change := range map[string]func(*Options){
		"bucket too short": func(o *Options) { o.Bucket = "ab" },
		"bucket a path":    func(o *Options) { o.Bucket = "a/b/c" },
		"no scheme":        func(o *Options) { o.Endpoint = "x:1" },
		"password in URL":  func(o *Options) { o.Endpoint = "http://a:b@x" },
		"public a word":    func(o *Options) { o.PublicURL = "audio" },
		"half a key":       func(o *Options) { o.SecretKey = "" },
		"checksum":         func(o *Options) { o.Checksum = "always" },
	} {
		opts := good
		change(&opts)
		_, err := Open(t.Context(), opts)
		wantCode(t, name, err, "settings_invalid")
	}
	all := Options{Bucket: "a", Endpoint: "x", Checksum: "y", AccessKey: "z"}
	if _, err := Open(t.Context(), all); err == nil || strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("four mistakes: %v, want all named", err)
	}
	for name, tt := range map[string]struct {
		change func(*Options)
		want   string
	}{
		"AWS":          {func(o *Options) { o.Endpoint = "" }, ChecksumWhenSupported},
		"other server": {func(o *Options) {}, ChecksumWhenRequired},
		"set":          {func(o *Options) { o.Checksum = ChecksumWhenSupported }, ChecksumWhenSupported},
	} {
		opts := good
		tt.change(&opts)
		b, err := Open(t.Context(), opts)
		if err != nil || b.opts.Checksum != tt.want {
			t.Errorf("%s: checksums %v, %v; want %s", name, b, err, tt.want)
		}
	}
}

func TestEnsureBucket(t *testing.T) {
	t.Parallel()
	opts := options(testkit.S3(t))
	opts.Bucket = "not-there-yet"
	b, err := Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Put(t.Context(), "x", strings.NewReader("x"), 1, "audio/mp4", true)
	wantCode(t, "put without a bucket", err, "storage_refused")
	var g sync.WaitGroup
	for range 8 {
		g.Go(func() {
			if err := b.EnsureBucket(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	g.Wait()
	b.mustPut(t, "x", []byte("x"))
}

func TestWrongKeys(t *testing.T) {
	t.Parallel()
	good := options(testkit.S3(t))
	for name, change := range map[string]func(*Options){
		"secret": func(o *Options) { o.SecretKey = "guess" },
		"key":    func(o *Options) { o.AccessKey = "nobody" },
	} {
		opts := good
		change(&opts)
		b, err := Open(t.Context(), opts)
		if err != nil {
			t.Fatal(err)
		}
		_, err = b.Put(t.Context(), "x", strings.NewReader("x"), 1, "audio/mp4", true)
		wantCode(t, name+": put", err, "storage_refused")
		if interview.ClassOf(err) != interview.Configuration {
			t.Errorf("%s: class %s, want configuration", name, interview.ClassOf(err))
		}
		wantCode(t, name+": ensure", b.EnsureBucket(t.Context()), "storage_refused")
		_, err = b.DeletePrefix(t.Context(), "interviews/a/")
		wantCode(t, name+": delete", err, "storage_refused")
	}
}

// A store that is away, comes back, or says nothing.
func TestStoreAway(t *testing.T) {
	t.Parallel()
	s := testkit.S3(t)
	b, prefix := open(t, options(s))
	b.mustPut(t, prefix+"x", []byte("x"))
	s.Stop(t)
	_, err := b.Stat(t.Context(), prefix+"x")
	wantCode(t, "while away", err, "storage_unavailable")
	if interview.ClassOf(err) != interview.Retry {
		t.Errorf("class %s, want retry", interview.ClassOf(err))
	}
	s.Start(t)
	if _, err := b.Stat(t.Context(), prefix+"x"); err != nil {
		t.Errorf("back again: %v", err)
	}
	s.Pause(t)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := b.Stat(ctx, prefix+"x"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("frozen: %v, want the caller's deadline", err)
	}
	s.Resume(t)
	if _, err := b.Stat(t.Context(), prefix+"x"); err != nil {
		t.Errorf("thawed: %v", err)
	}
}

// Verdicts come from codes and statuses, never from texts, and no text of the store gets out.
func TestClassify(t *testing.T) {
	t.Parallel()
	const secret = "NoSuchKey の内容"
	for _, tt := range []struct {
		status  int
		code    string
		verdict string
		wait    time.Duration
	}{
		{404, "NoSuchKey", "not_found", 0},
		{404, "NoSuchBucket", "storage_refused", 0},
		{404, "NoSuchUpload", "upload_expired", 0},
		{403, "AccessDenied", "storage_refused", 0},
		{403, "SomethingNew", "storage_refused", 0},
		{403, "RequestTimeTooSkewed", "storage_refused", 0},
		{412, "PreconditionFailed", "state_conflict", 0},
		{409, "ConditionalRequestConflict", "state_conflict", 0},
		{400, "EntityTooLarge", "recording_too_large", 0},
		{400, "BadDigest", "storage_unavailable", 0},
		{507, "InsufficientStorage", "disk_full", 0},
		{507, "XMinioStorageFull", "disk_full", 0},
		{503, "SlowDown", "storage_unavailable", 2 * time.Second},
		{500, "InternalError", "storage_unavailable", 2 * time.Second},
		{301, "PermanentRedirect", "storage_refused", 0},
		{501, "NotImplemented", "storage_refused", 0},
		{502, "", "storage_unavailable", 2 * time.Second},
	} {
		t.Run(fmt.Sprintf("%d %s", tt.status, tt.code), func(t *testing.T) {
			t.Parallel() // with a server of its own: the SDK tries some of them again, which takes seconds
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if tt.wait > 0 {
					w.Header().Set("Retry-After", "2")
				}
				w.Header().Set("X-Amz-Request-Id", "request-1")
				w.WriteHeader(tt.status)
				if tt.code != "" {
					fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", tt.code, secret)
				}
			}))
			defer srv.Close()
			b, err := Open(t.Context(), Options{Endpoint: srv.URL, Bucket: "kikigaki", AccessKey: "a", SecretKey: "b", UsePathStyle: true})
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = b.Get(t.Context(), "interviews/a", "")
			wantCode(t, "get", err, tt.verdict)
			e, ok := errors.AsType[*interview.Error](err)
			if !ok || e.Wait != tt.wait {
				t.Errorf("wait %v, want %v", e.Wait, tt.wait)
			}
			f, ok := errors.AsType[*Failure](err)
			if !ok || f.Status != tt.status || f.Request != "request-1" {
				t.Errorf("cause %+v", f)
			}
			if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), srv.URL) {
				t.Errorf("the store's text or address is in %v", err)
			}
			if _, ok := interview.Messages[tt.verdict]; !ok {
				t.Errorf("%s has no text", tt.verdict)
			}
		})
	}
}
