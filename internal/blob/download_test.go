package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func endlessDigest(n int64) string {
	h := sha256.New()
	buf := make([]byte, PartSize)
	endless{}.Read(buf)
	for n > 0 {
		m := min(n, int64(len(buf)))
		h.Write(buf[:m])
		n -= m
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestDownload(t *testing.T) {
	t.Parallel()
	b, prefix := open(t, store(t))
	content := noise(3<<20, 1)
	o := b.mustPut(t, prefix+"x", content)
	path := filepath.Join(t.TempDir(), "recording")
	got, err := b.Download(t.Context(), prefix+"x", o.Seen(), path)
	if err != nil || got.Size != 3<<20 || got.SHA256 != digest(content) || got.Seen() != o.Seen() {
		t.Fatalf("download: %+v, %v", got, err)
	}
	onDisk, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(onDisk, content) {
		t.Errorf("the file differs: %v", err)
	}
	if fi, err := os.Stat(path); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", fi.Mode(), err)
	}
	dir := t.TempDir()
	_, err = b.Download(t.Context(), prefix+"none", "", filepath.Join(dir, "x"))
	wantCode(t, "nothing there", err, "not_found")
	_, err = b.Download(t.Context(), prefix+"x", `"0123"`, filepath.Join(dir, "x"))
	wantCode(t, "another state", err, "checksum_mismatch")
	_, err = b.Download(t.Context(), prefix+"x", "", filepath.Join(dir, "none", "x"))
	wantCode(t, "no such folder", err, "internal_error")
	_, err = b.Download(t.Context(), prefix+"x", "", "/dev/full/x")
	wantCode(t, "no folder at all", err, "internal_error")
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// Twenty cuts: the digest is right and hardly a byte is fetched twice.
func TestDownloadResumes(t *testing.T) {
	t.Parallel()
	opts, net := through(t, store(t))
	b, prefix := open(t, opts)
	content := noise(10<<20, 2)
	o := b.mustPut(t, prefix+"x", content)
	var cuts, fetched atomic.Int64
	net.set(func(r *http.Request, resp *http.Response) (*http.Response, error) {
		if r.Method != http.MethodGet {
			return resp, nil
		}
		body := resp.Body
		left := int64(400_000)
		if cuts.Add(1) > 20 {
			left = 1 << 40
		}
		resp.Body = struct {
			io.Reader
			io.Closer
		}{readFunc(func(p []byte) (int, error) {
			if left <= 0 {
				return 0, errCut
			}
			n, err := body.Read(p[:min(int64(len(p)), left)])
			left -= int64(n)
			fetched.Add(int64(n))
			return n, err
		}), body}
		return resp, nil
	})
	got, err := b.Download(t.Context(), prefix+"x", o.Seen(), filepath.Join(t.TempDir(), "x"))
	if err != nil || got.SHA256 != digest(content) {
		t.Fatalf("download: %+v, %v", got, err)
	}
	if cuts.Load() != 21 || fetched.Load() != int64(len(content)) {
		t.Errorf("%d answers brought %d bytes, want 21 and %d", cuts.Load(), fetched.Load(), len(content))
	}
}

// cutFirst ends the first answer of a download after n bytes and then calls next.
func cutFirst(n int64, next func()) func(*http.Request, *http.Response) (*http.Response, error) {
	var seen atomic.Bool
	return func(r *http.Request, resp *http.Response) (*http.Response, error) {
		if r.Method != http.MethodGet || seen.Swap(true) {
			return resp, nil
		}
		body := resp.Body
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(io.LimitReader(body, n), readFunc(func([]byte) (int, error) { next(); return 0, errCut })), body}
		return resp, nil
	}
}

// The object is replaced while it is being downloaded: no mixture of both may come out.
func TestDownloadOfReplaced(t *testing.T) {
	t.Parallel()
	plain := store(t)
	opts, net := through(t, plain)
	b, prefix := open(t, opts)
	other, _ := open(t, plain)
	b.mustPut(t, prefix+"x", noise(1<<20, 1))
	net.set(cutFirst(1000, func() {
		if _, err := other.Put(t.Context(), prefix+"x", bytes.NewReader(noise(1<<20, 2)), 1<<20, "audio/mp4", false); err != nil {
			t.Error(err)
		}
	}))
	dir := t.TempDir()
	_, err := b.Download(t.Context(), prefix+"x", "", filepath.Join(dir, "x"))
	wantCode(t, "download", err, "checksum_mismatch")
	if !errors.Is(err, ErrChanged) {
		t.Errorf("got %v, want ErrChanged", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestDownloadGivesUp(t *testing.T) {
	t.Parallel()
	opts, net := through(t, store(t))
	b, prefix := open(t, opts)
	b.mustPut(t, prefix+"x", noise(1<<20, 1))
	net.set(func(r *http.Request, resp *http.Response) (*http.Response, error) {
		if r.Method == http.MethodGet {
			resp.Body.Close()
			resp.Body = io.NopCloser(iotestErr{})
		}
		return resp, nil
	})
	_, err := b.Download(t.Context(), prefix+"x", "", filepath.Join(t.TempDir(), "x"))
	wantCode(t, "a store that always breaks off", err, "storage_unavailable")

	ctx, cancel := context.WithCancel(t.Context())
	net.set(cutFirst(1000, cancel))
	_, err = b.Download(ctx, prefix+"x", "", filepath.Join(t.TempDir(), "x"))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

type iotestErr struct{}

func (iotestErr) Read([]byte) (int, error) { return 0, errCut }

// A body that stops arriving is broken off and resumed; nobody waits for TCP to notice.
func TestStalledDownload(t *testing.T) {
	t.Parallel()
	opts, net := through(t, store(t))
	b, prefix := open(t, opts)
	content := noise(1<<20, 1)
	b.mustPut(t, prefix+"x", content)
	b.client = withStall(b, net, 100*time.Millisecond)
	var stalled atomic.Bool
	net.set(func(r *http.Request, resp *http.Response) (*http.Response, error) {
		if r.Method != http.MethodGet || stalled.Swap(true) {
			return resp, nil
		}
		body := resp.Body
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(io.LimitReader(body, 1000), readFunc(func([]byte) (int, error) {
			<-r.Context().Done()
			return 0, r.Context().Err()
		})), body}
		return resp, nil
	})
	got, err := b.Download(t.Context(), prefix+"x", "", filepath.Join(t.TempDir(), "x"))
	if err != nil || got.SHA256 != digest(content) || !stalled.Load() {
		t.Errorf("download: %+v, %v", got, err)
	}
	// A reader that takes its time is no stall.
	r, _, err := b.Get(t.Context(), prefix+"x", "")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	buf := make([]byte, 1000)
	if _, err := io.ReadFull(r, buf); err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond) // three times the limit
	rest, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(append(buf, rest...), content) {
		t.Errorf("slow reader: %d bytes, %v", len(rest), err)
	}
}

func TestDiskFull(t *testing.T) {
	t.Parallel()
	b, prefix := open(t, store(t))
	b.mustPut(t, prefix+"x", noise(1<<20, 1))
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	_, err = b.fetch(t.Context(), prefix+"x", "", &fileSink{f: full, hash: sha256.New()})
	wantCode(t, "fetch to a full disk", err, "disk_full")
	if strings.Contains(err.Error(), "/dev/full") {
		t.Errorf("the path is in %v", err)
	}
}
