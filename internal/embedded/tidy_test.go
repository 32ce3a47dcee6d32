package embedded

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kikigaki/internal/blob"
	"kikigaki/internal/interview"

	"errors"
)

// A program killed while an upload is being completed: the store had claimed the upload and renamed its folder, in
// one or both of its trees, or had even put the object in place. After a restart, completing again must succeed.
func TestInterruptedCompletion(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name          string
		data, sidecar bool // which trees carry the claim
	}{
		{"data renamed", true, false},
		{"both renamed", true, true},
		{"attributes renamed", false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := startS3(t, dir)
			b := openBucket(t, s)
			upload := sendOnePart(t, s, b, "interviews/a/x", "content")
			s.Close()
			for tree, claimed := range map[string]bool{"objects": tt.data, "meta": tt.sidecar} {
				at := uploadDirs(t, dir, tree, upload)
				if claimed {
					if err := os.Rename(at, at+".0123-1.inprogress"); err != nil {
						t.Fatal(err)
					}
				}
			}
			b = openBucket(t, startS3(t, dir))
			o, err := b.Complete(t.Context(), "interviews/a/x", upload, 7)
			if err != nil || o.ContentType != "audio/mp4" {
				t.Fatalf("complete after the restart: %v, %+v", err, o)
			}
			if got := read(t, b, "interviews/a/x"); got != "content" {
				t.Errorf("read %q, want %q", got, "content")
			}
		})
	}
}

// Killed between putting the object in place and removing the upload: the object is the upload's own.
func TestInterruptedCleaningUp(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := startS3(t, dir)
	b := openBucket(t, s)
	upload := sendOnePart(t, s, b, "interviews/a/x", "content")
	at := uploadDirs(t, dir, "objects", upload)
	saved := t.TempDir()
	if err := os.CopyFS(saved, os.DirFS(at)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Complete(t.Context(), "interviews/a/x", upload, 7); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if err := os.CopyFS(at+".0123-1.inprogress", os.DirFS(saved)); err != nil {
		t.Fatal(err)
	}
	b = openBucket(t, startS3(t, dir))
	if o, err := b.Complete(t.Context(), "interviews/a/x", upload, 7); err != nil || o.Size != 7 {
		t.Errorf("complete again: %v, %+v", err, o)
	}
	for u, err := range b.OpenUploads(t.Context(), "") {
		t.Errorf("an upload is left: %+v, %v", u, err)
	}
	if _, err := os.Stat(filepath.Dir(at)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its folder is left: %v", err)
	}
}

// Bodies of requests that were cut off hold audio.
func TestUnfinishedBodiesAreRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := startS3(t, dir)
	b := openBucket(t, s)
	upload := sendOnePart(t, s, b, "interviews/a/x", "content")
	s.Close()
	at := filepath.Dir(uploadDirs(t, dir, "objects", upload))
	left := []string{filepath.Join(at, "ab.123"), filepath.Join(dir, "bucket/objects", bucketName, tmpDir, "cd.456")}
	for _, path := range left {
		if err := os.WriteFile(path, []byte("cut off"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b = openBucket(t, startS3(t, dir))
	for _, path := range left {
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("left: %s", filepath.Base(path))
		}
	}
	if parts, err := b.Parts(t.Context(), "interviews/a/x", upload); err != nil || len(parts) != 1 {
		t.Errorf("the upload itself: %v, %v", parts, err)
	}
}

// Sweeping takes what belongs to nothing and nothing else.
func TestSweep(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := startS3(t, dir)
	b := openBucket(t, s)
	put(t, b, "interviews/a/meta/meta", "named like the attributes' folder")
	put(t, b, "interviews/a/x", "kept")
	open := sendOnePart(t, s, b, "interviews/a/open", "content")
	done := sendOnePart(t, s, b, "interviews/a/done", "content")
	if _, err := b.Complete(t.Context(), "interviews/a/done", done, 7); err != nil {
		t.Fatal(err)
	}
	tidy := &tidier{objects: filepath.Join(dir, "bucket/objects"), sidecar: filepath.Join(dir, "bucket/meta")}
	tidy.sweep(t.Context(), time.Now().Add(-time.Hour))
	if len(grep(t, tidy.sidecar, done)) == 0 {
		t.Error("young leftovers are gone: they might have been requests in flight")
	}
	for range 9 { // one level of empty folders each
		tidy.sweep(t.Context(), time.Now().Add(time.Hour))
	}
	if found := grep(t, filepath.Join(tidy.sidecar, bucketName, tmpDir), done); len(found) > 0 {
		t.Errorf("left of a completed upload: %v", found)
	}
	for _, key := range []string{"interviews/a/meta/meta", "interviews/a/x", "interviews/a/done"} {
		if o, err := b.Stat(t.Context(), key); err != nil || o.ContentType != "audio/mp4" || o.ETag == "" {
			t.Errorf("%s after sweeping: %v, %+v", key, err, o)
		}
	}
	if o, err := b.Complete(t.Context(), "interviews/a/open", open, 7); err != nil || o.ContentType != "audio/mp4" {
		t.Errorf("an open upload after sweeping: %v, %+v", err, o)
	}
}

func TestLock(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new")
	unlock, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(dir); !errors.Is(err, interview.E("settings_invalid", nil)) {
		t.Errorf("locked twice: %v", err)
	}
	unlock()
	again, err := Lock(dir)
	if err != nil {
		t.Fatalf("lock after unlock: %v", err)
	}
	again()
	if _, err := Lock("/dev/null/x"); err == nil {
		t.Error("locked a folder that cannot be")
	}
}

func sendOnePart(t *testing.T, s *S3, b *blob.Bucket, key, content string) (upload string) {
	t.Helper()
	upload, err := b.CreateUpload(t.Context(), key, "audio/mp4")
	if err != nil {
		t.Fatal(err)
	}
	u, err := b.PresignPart(t.Context(), s.Endpoint(), key, upload, 1, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, u, bytes.NewReader([]byte(content)))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := s.HTTPClient().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("send a part: %s", resp.Status)
	}
	return upload
}

// uploadDirs finds the folder of an upload in one of the trees.
func uploadDirs(t *testing.T, dir, tree, upload string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "bucket", tree, bucketName, multipartDir, "*", upload))
	if err != nil || len(found) != 1 {
		t.Fatalf("upload folders in %s: %v, %v", tree, found, err)
	}
	return found[0]
}
