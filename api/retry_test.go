package api

import (
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// TestRetryAsksAgainForWhatWasUnclear: an interview that failed because too little was understood is not tried again with
// the same answers.
func TestRetryAsksAgainForWhatWasUnclear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	talk := w.at(interview.Transcribing)
	rec, err := w.store.AddRecording(ctx, interview.Recording{Interview: talk.ID, Key: interview.RecordingKey(talk.ID), Size: 5})
	check(t, err)
	cuts := []interview.Cut{{From: 0, To: 10}, {From: 10, To: 20}, {From: 20, To: 30}}
	check(t, w.store.PutCuts(ctx, talk.ID, rec.ID, talk.Generation, cuts))
	for i, a := range []interview.Answer{{Text: "企画に移りたい。"}, {Unclear: true, Doubts: []string{"stock_phrase"}}, {}} {
		_, err := w.store.SaveAnswer(ctx, talk.ID, rec.ID, cuts[i].ID(), a)
		check(t, err)
	}
	_, err = w.store.Move(ctx, store.MoveInput{ID: talk.ID, Event: interview.Broke, Error: &interview.Trouble{Code: "coverage_too_low", At: interview.Now()}})
	check(t, err)
	w.call("suzuki", "POST", "/v1/interviews/"+talk.ID+"/retry", nil).want(200)
	left, err := w.store.Answers(ctx, rec.ID)
	check(t, err)
	if len(left) != 1 || left[cuts[0].ID()].Text == "" {
		t.Errorf("%d answers stay: %v", len(left), left)
	}
}
