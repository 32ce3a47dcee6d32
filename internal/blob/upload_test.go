package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

func TestUpload(t *testing.T) {
	t.Parallel()
	b, prefix := open(t, store(t))
	for _, n := range []int{1, 1000, PartSize - 1, PartSize, PartSize + 1, 2*PartSize + 17} {
		key := fmt.Sprintf("%s%d", prefix, n)
		content := noise(n, uint64(n))
		// Odd reads: the stream comes as a network gives it.
		o, err := b.Upload(t.Context(), key, iotest.HalfReader(bytes.NewReader(content)), UploadOptions{ContentType: "audio/mp4"})
		if err != nil {
			t.Errorf("%d bytes: %v", n, err)
			continue
		}
		if o.Size != int64(n) || o.SHA256 != digest(content) || o.Seen() == "" {
			t.Errorf("%d bytes: %+v", n, o)
		}
		if !bytes.Equal(b.mustRead(t, key), content) {
			t.Errorf("%d bytes: others came back", n)
		}
		if _, err := b.Upload(t.Context(), key, bytes.NewReader(content), UploadOptions{}); !errors.Is(err, ErrExists) {
			t.Errorf("%d bytes to a taken key: %v, want ErrExists", n, err)
		}
		other := noise(n+1, 3)
		if o, err := b.Upload(t.Context(), key, bytes.NewReader(other), UploadOptions{Replace: true}); err != nil || o.SHA256 != digest(other) {
			t.Errorf("%d bytes to replace: %+v, %v", n, o, err)
		}
	}
	for u, err := range b.OpenUploads(t.Context(), prefix) {
		t.Errorf("left: upload of %s, %v", u.Key, err)
	}
}

// A failed stream stores nothing, whatever went wrong and however far it got.
func TestFailedUploadLeavesNothing(t *testing.T) {
	t.Parallel()
	b, prefix := open(t, store(t))
	big := noise(2*PartSize+1000, 5)
	cut := errors.New("the browser has gone")
	for i, tt := range []struct {
		name string
		r    io.Reader
		opts UploadOptions
		code string
	}{
		{"empty", strings.NewReader(""), UploadOptions{}, "recording_empty"},
		{"cut early", io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(cut)), UploadOptions{}, "upload_incomplete"},
		{"cut late", io.MultiReader(bytes.NewReader(big), iotest.ErrReader(cut)), UploadOptions{}, "upload_incomplete"},
		{"too large at once", bytes.NewReader(big[:1001]), UploadOptions{MaxSize: 1000}, "recording_too_large"},
		{"too large late", bytes.NewReader(big), UploadOptions{MaxSize: int64(len(big)) - 1}, "recording_too_large"},
		{"declared too large", bytes.NewReader(big), UploadOptions{Size: 1001, MaxSize: 1000}, "recording_too_large"},
		{"fewer than declared", bytes.NewReader(big), UploadOptions{Size: int64(len(big)) + 1}, "upload_size_mismatch"},
		{"more than declared", bytes.NewReader(big), UploadOptions{Size: int64(len(big)) - 1}, "upload_size_mismatch"},
		{"small, fewer than declared", strings.NewReader("abc"), UploadOptions{Size: 4}, "upload_size_mismatch"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			key := fmt.Sprintf("%s%d", prefix, i)
			_, err := b.Upload(t.Context(), key, tt.r, tt.opts)
			wantCode(t, "upload", err, tt.code)
			b.nothingBelow(t, key)
		})
	}
	_, err := b.Upload(t.Context(), prefix+"x", bytes.NewReader(big), UploadOptions{MaxSize: 5 << 30})
	if err != nil {
		t.Errorf("within the limit: %v", err)
	}
}

func TestUploadCancelled(t *testing.T) {
	t.Parallel()
	b, prefix := open(t, store(t))
	ctx, cancel := context.WithCancel(t.Context())
	r := io.MultiReader(io.LimitReader(endless{}, 3*PartSize), readFunc(func([]byte) (int, error) {
		cancel()
		<-ctx.Done()
		return 0, ctx.Err()
	}))
	_, err := b.Upload(ctx, prefix+"x", r, UploadOptions{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the caller's own cancellation", err)
	}
	b.nothingBelow(t, prefix)
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func TestLostRepliesDuringUpload(t *testing.T) {
	t.Parallel()
	content := noise(PartSize+1000, 9)
	for name, match := range map[string]func(*http.Request) bool{
		"part":       func(r *http.Request) bool { return r.Method == http.MethodPut },
		"completion": isComplete,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opts, net := through(t, store(t))
			b, prefix := open(t, opts)
			net.set(loseOnce(match))
			o, err := b.Upload(t.Context(), prefix+"x", bytes.NewReader(content), UploadOptions{})
			if err != nil || o.SHA256 != digest(content) {
				t.Fatalf("upload: %+v, %v", o, err)
			}
			if !bytes.Equal(b.mustRead(t, prefix+"x"), content) {
				t.Error("other bytes came back")
			}
		})
	}
}

// 10,000 parts must hold the largest object allowed, and equal parts are needed by some stores.
func TestPartSizes(t *testing.T) {
	t.Parallel()
	for _, opts := range []UploadOptions{{MaxSize: 2 << 30}, {MaxSize: 200 << 30}, {Size: 5 << 40}, {Size: 1}} {
		bound := max(opts.Size, opts.MaxSize)
		n := partSize(1, opts)
		if n != partSize(MaxParts, opts) {
			t.Errorf("%+v: parts differ in size", opts)
		}
		if int64(n)*MaxParts < bound || n < PartSize {
			t.Errorf("%+v: parts of %d", opts, n)
		}
	}
	var sum int64
	for n := 1; n <= MaxParts; n++ {
		sum += int64(partSize(n, UploadOptions{}))
	}
	if sum < 5<<40 {
		t.Errorf("without a limit %d parts hold %d bytes, fewer than an object may have", MaxParts, sum)
	}
	if got := partSize(1000, UploadOptions{}); got != PartSize {
		t.Errorf("the first 8 GB go in parts of %d", got)
	}
}

// endless is a stream of one repeating pattern.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(i * 7)
	}
	return len(p), nil
}
