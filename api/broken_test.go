package api

import (
	"errors"
	"strings"
	"testing"

	"kikigaki/internal/interview"
)

// After a commit of which nobody knows how it ended, a recording goes only once SQL is known not to name it: what stands
// there stays.
func TestARecordingOutlivesACommitWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.AwaitingRecording)
	put := func() interview.Recording {
		t.Helper()
		r := interview.Recording{ID: interview.NewID(), Interview: talk.ID, Key: interview.RecordingKey(talk.ID), Size: 5}
		_, err := w.bucket.Put(t.Context(), r.Key, strings.NewReader("sound"), 5, "audio/mp4", true)
		check(t, err)
		return r
	}
	stored, lost := put(), put()
	_, err := w.store.AddRecording(t.Context(), stored)
	check(t, err)
	broken := interview.E("database_unavailable", errors.New("connection lost"))
	for _, r := range []interview.Recording{stored, lost} {
		w.s.recordingNotStored(t.Context(), r, broken)
	}
	soon(t, "the removal of what SQL does not name", func() bool {
		_, err := w.bucket.Stat(t.Context(), lost.Key)
		return interview.Code(err) == "not_found" && err != nil
	})
	if _, err := w.bucket.Stat(t.Context(), stored.Key); err != nil {
		t.Errorf("a stored recording was removed: %v", err)
	}
}
