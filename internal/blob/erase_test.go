package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"kikigaki/internal/testkit"
)

// everything is what an interview may have in the bucket; it returns what must stay.
func everything(t *testing.T, b *Bucket, prefix string) (gone, kept string) {
	t.Helper()
	gone, kept = prefix+"interviews/a/", prefix+"interviews/ab/"
	for _, key := range []string{gone + "recording/x", gone + "playback/x", gone + "chunks/0-0-480000", gone + "transcript/1.json", kept + "recording/x"} {
		b.mustPut(t, key, []byte("words"))
		if _, err := b.Put(t.Context(), key, strings.NewReader("newer words"), 11, "audio/mp4", false); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{gone + "recording/y", gone + "recording/y", gone + "recording/z", kept + "recording/y"} {
		upload, err := b.CreateUpload(t.Context(), key, "audio/mp4")
		if err != nil {
			t.Fatal(err)
		}
		sendPart(t, b, key, upload, 1, []byte("words in a part"))
	}
	return gone, kept
}

// versionsBelow counts versions and delete markers.
func versionsBelow(t *testing.T, b *Bucket, prefix string) (n int) {
	t.Helper()
	if err := b.versions(t.Context(), prefix, func(batch identifiers) error { n += len(batch); return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDeletePrefix(t *testing.T) {
	t.Parallel()
	for _, versions := range []bool{false, true} {
		t.Run(fmt.Sprintf("versions %v", versions), func(t *testing.T) {
			t.Parallel()
			var opts Options
			want := Erased{Objects: 4, Uploads: 3}
			if versions && os.Getenv("TEST_S3_ENDPOINT") == "" {
				opts = options(testkit.S3Versioned(t))
				want.Objects = 4*2 + 2 // two versions each, one delete marker over one of them and the version under it
			} else {
				opts = store(t)
			}
			b, prefix := open(t, opts)
			gone, kept := everything(t, b, prefix)
			if want.Objects > 4 {
				b.mustPut(t, gone+"recording/deleted", []byte("words"))
				if _, err := b.client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &b.name, Key: ptr(gone + "recording/deleted")}); err != nil {
					t.Fatal(err)
				}
				if n := versionsBelow(t, b, gone); n != want.Objects {
					t.Fatalf("%d versions before, want %d: the test would see nothing", n, want.Objects)
				}
			}
			got, err := b.DeletePrefix(t.Context(), gone)
			if err != nil || os.Getenv("TEST_S3_ENDPOINT") == "" && got != want {
				t.Fatalf("erased %+v, %v; want %+v", got, err, want)
			}
			if n := versionsBelow(t, b, gone); n != 0 {
				t.Errorf("%d versions are left", n)
			}
			b.nothingBelow(t, gone)
			if got := b.mustRead(t, kept+"recording/x"); string(got) != "newer words" {
				t.Errorf("the neighbour reads %q", got)
			}
			var open int
			for _, err := range b.OpenUploads(t.Context(), kept) {
				if err != nil {
					t.Fatal(err)
				}
				open++
			}
			if open != 1 {
				t.Errorf("the neighbour has %d open uploads, want 1", open)
			}
			if again, err := b.DeletePrefix(t.Context(), gone); err != nil || again != (Erased{}) {
				t.Errorf("erase again: %+v, %v", again, err)
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

// More objects and uploads than a page of a listing holds.
func TestDeleteManyPages(t *testing.T) {
	t.Parallel()
	b, prefix := open(t, store(t))
	const n = 1100
	var g sync.WaitGroup
	for lane := range 4 {
		g.Go(func() {
			for i := lane; i < n; i += 4 {
				if _, err := b.Put(t.Context(), fmt.Sprintf("%sa/%04d", prefix, i), strings.NewReader("x"), 1, "audio/mp4", true); err != nil {
					t.Error(err)
					return
				}
				if _, err := b.CreateUpload(t.Context(), fmt.Sprintf("%sa/%04d", prefix, i), "audio/mp4"); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	g.Wait()
	got, err := b.DeletePrefix(t.Context(), prefix+"a/")
	if err != nil || got != (Erased{Objects: n, Uploads: n}) {
		t.Fatalf("erased %+v, %v; want %d of each", got, err, n)
	}
	b.nothingBelow(t, prefix)
}

// A part arrives and an upload is completed while the erasing goes on: the last look must find them.
func TestDeleteWhileUploading(t *testing.T) {
	t.Parallel()
	plain := store(t)
	opts, net := through(t, plain)
	b, prefix := open(t, opts)
	other, _ := open(t, plain)
	upload, err := b.CreateUpload(t.Context(), prefix+"x", "audio/mp4")
	if err != nil {
		t.Fatal(err)
	}
	sendPart(t, other, prefix+"x", upload, 1, []byte("words"))
	var once sync.Once
	net.set(func(r *http.Request, resp *http.Response) (*http.Response, error) {
		if r.Method == http.MethodGet && strings.Contains(r.URL.RawQuery, "versions") {
			once.Do(func() { // right after the first listing of objects was taken
				if _, err := other.Put(t.Context(), prefix+"late", strings.NewReader("words"), 5, "audio/mp4", true); err != nil {
					t.Error(err)
				}
				if _, err := other.CreateUpload(t.Context(), prefix+"later", "audio/mp4"); err != nil {
					t.Error(err)
				}
			})
		}
		return resp, nil
	})
	if _, err := b.DeletePrefix(t.Context(), prefix); err != nil {
		t.Fatal(err)
	}
	other.nothingBelow(t, prefix)
}

func TestDeletePrefixRefuses(t *testing.T) {
	t.Parallel()
	b := &Bucket{}
	for _, prefix := range []string{"", "/", "interviews", "interviews/a"} {
		if _, err := b.DeletePrefix(t.Context(), prefix); err == nil {
			t.Errorf("deleting %q was accepted", prefix)
		}
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	b, prefix := open(t, store(t))
	b.mustPut(t, prefix+"x", []byte("gone"))
	b.mustPut(t, prefix+"xy", []byte("kept"))
	for range 2 {
		if err := b.Delete(t.Context(), prefix+"x"); err != nil {
			t.Fatal(err)
		}
	}
	_, err := b.Stat(t.Context(), prefix+"x")
	wantCode(t, "stat", err, "not_found")
	if got := b.mustRead(t, prefix+"xy"); string(got) != "kept" {
		t.Errorf("the neighbour reads %q", got)
	}
}

// Erasing a part of an upload, an abandoned half and all: nothing of the words is left on the server's disk.
func TestNothingOnTheServersDisk(t *testing.T) {
	t.Parallel()
	s := testkit.S3(t)
	b, prefix := open(t, options(s))
	words := bytes.Repeat([]byte("ないしょの話"), 400_000)
	pr, pw := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		pw.Write(words)
		pw.Write(words)
		cancel()
		pw.CloseWithError(errors.New("tab closed"))
	}()
	if _, err := b.Upload(ctx, prefix+"a", pr, UploadOptions{}); err == nil {
		t.Fatal("an upload that broke off succeeded")
	}
	if _, err := b.Upload(t.Context(), prefix+"b", bytes.NewReader(words), UploadOptions{}); err != nil {
		t.Fatal(err)
	}
	if n := bytesBelow(t, s.Dir, words[:1000]); n == 0 {
		t.Fatal("the words are nowhere before: the test would see nothing")
	}
	if _, err := b.DeletePrefix(t.Context(), prefix); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(5 * time.Second); bytesBelow(t, s.Dir, words[:1000]) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) { // the server may still be closing the cut request
			t.Fatalf("words are left in %d files", bytesBelow(t, s.Dir, words[:1000]))
		}
	}
}

// bytesBelow counts the files below dir that hold what.
func bytesBelow(t *testing.T, dir string, what []byte) (n int) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		path := dir + "/" + e.Name()
		if e.IsDir() {
			n += bytesBelow(t, path, what)
			continue
		}
		if b, err := os.ReadFile(path); err == nil && bytes.Contains(b, what) {
			n++
		}
	}
	return n
}
