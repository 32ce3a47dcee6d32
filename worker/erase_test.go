package worker

import (
	"strings"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// keys lists what lies below a prefix of the bucket.
func (w *world) keys(prefix string) (out []string) {
	w.t.Helper()
	for o, err := range w.bucket.List(w.t.Context(), prefix) {
		if err != nil {
			w.t.Fatal(err)
		}
		out = append(out, o.Key)
	}
	return out
}

// emptied waits until the bytes of every line of the ledger are gone, and returns the lines.
func (w *world) emptied(lines int) []store.Erasure {
	w.t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		ledger, _, err := w.store.ErasureLedger(w.t.Context(), store.Page{Limit: 100})
		if err != nil {
			w.t.Fatal(err)
		}
		done := 0
		for _, e := range ledger {
			if e.BytesAt != nil {
				done++
			}
		}
		if len(ledger) == lines && done == lines {
			return ledger
		}
		if time.Now().After(end) {
			w.t.Fatalf("%d of %d lines are done, want %d", done, len(ledger), lines)
		}
	}
}

// What retention, refusal and withdrawal after approval erase is the recording alone: its file, its playback, its outline
// and its decoded sound go, and what was handed in afterwards stays.
func TestAnErasedRecordingLeavesNoBytes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, world{speech: &fickle{}})
	w.start()
	talk := w.arrive(talkFile(t))
	w.until(talk.ID, in(interview.InReview))
	rec, err := w.store.LatestRecording(t.Context(), talk.ID)
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); len(w.keys(interview.Prefix(talk.ID)+"playback/")) < 2; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no playback file")
		}
	}
	if err := w.store.EraseRecordings(t.Context(), talk.ID, false, "system", "retention_audio"); err != nil {
		t.Fatal(err)
	}
	again, err := w.store.AddRecording(t.Context(), interview.Recording{Interview: talk.ID, Key: interview.RecordingKey(talk.ID)})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{again.Key, interview.PlaybackKey(talk.ID, again.ID, 0), interview.SoundKey(talk.ID, again.ID)} {
		if _, err := w.bucket.Put(t.Context(), key, strings.NewReader("new"), 3, "audio/mp4", true); err != nil {
			t.Fatal(err)
		}
	}
	w.emptied(1)
	if got := w.keys(interview.Prefix(talk.ID)); len(got) != 3 || strings.Contains(strings.Join(got, " "), rec.ID) {
		t.Errorf("left: %v", got)
	}
}
