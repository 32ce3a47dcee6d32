package worker

import (
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// TestUploadsThatNothingNamesAreGivenUp: parts whose upload never came into SQL go once they are old; those of an upload
// that is open there stay.
func TestUploadsThatNothingNamesAreGivenUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, world{})
	ctx := t.Context()
	talk := w.approved()
	begin := func(id string) (key, upload string) {
		t.Helper()
		key = interview.RecordingKey(id)
		upload, err := w.bucket.CreateUpload(ctx, key, "audio/wav")
		if err != nil {
			t.Fatal(err)
		}
		return key, upload
	}
	key, upload := begin(talk.ID)
	if _, err := w.store.AddUpload(ctx, store.Upload{Interview: talk.ID, Key: key, S3Upload: upload, ExpiresAt: interview.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	begin(talk.ID)
	begin(interview.NewID())
	open := func() (out []string) {
		for u, err := range w.bucket.OpenUploads(ctx, "") {
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, u.Upload)
		}
		return out
	}
	if err := w.worker.removeParts(ctx, partsAge); err != nil {
		t.Fatal(err)
	}
	if got := open(); len(got) != 3 {
		t.Errorf("young uploads are gone: %v", got)
	}
	if err := w.worker.removeParts(ctx, -time.Minute); err != nil {
		t.Fatal(err)
	}
	if got := open(); len(got) != 1 || got[0] != upload {
		t.Errorf("open are %v, want %s", got, upload)
	}
}
