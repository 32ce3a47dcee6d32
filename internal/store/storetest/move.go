package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func wholeWay(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.NeedsConsent)
	trouble := &interview.Trouble{Code: "endpoint_unavailable", Step: "draft", At: interview.Now()}
	move := func(ev interview.Event, want interview.Status, in store.MoveInput) interview.Talk {
		t.Helper()
		in.ID, in.Event = v.ID, ev
		got, err := s.Move(ctx, in)
		check(t, err)
		equal(t, string(ev), got.Status, want)
		stored, err := s.Talk(ctx, v.ID)
		check(t, err)
		equal(t, "stored after "+string(ev), stored.Status, want)
		equal(t, "time moves on", got.UpdatedAt.After(v.UpdatedAt), true)
		v = stored
		return stored
	}
	move(interview.ConsentGiven, interview.AwaitingRecording, store.MoveInput{})
	move(interview.RecordingArrived, interview.Queued, store.MoveInput{})
	move(interview.PrepareStarted, interview.Preparing, store.MoveInput{Tried: true})
	equal(t, "attempt", v.Attempt, 1)
	move(interview.Broke, interview.Failed, store.MoveInput{Error: trouble})
	equal(t, "error", v.Error.Code, trouble.Code)
	move(interview.RetryAsked, interview.Queued, store.MoveInput{NewGeneration: true})
	equal(t, "error is cleared", v.Error == nil, true)
	equal(t, "generation", v.Generation, 2)
	equal(t, "attempt begins again", v.Attempt, 0)
	move(interview.PrepareStarted, interview.Preparing, store.MoveInput{Generation: 2})
	move(interview.ChunksOut, interview.Transcribing, store.MoveInput{})
	move(interview.TranscriptReady, interview.Drafting, store.MoveInput{})
	check(t, s.PutDraft(ctx, draft(v.ID, "one"), 0))
	move(interview.DraftToReview, interview.InReview, store.MoveInput{})
	equal(t, "draft", v.Draft, 1)
	if v.ReviewSince == nil || !v.ReviewSince.Equal(v.UpdatedAt) {
		t.Errorf("review_since: got %v, want %v", v.ReviewSince, v.UpdatedAt)
	}
	since := *v.ReviewSince
	move(interview.EditMade, interview.InReview, store.MoveInput{})
	equal(t, "an edit does not restart the clock", v.ReviewSince.Equal(since), true)
	move(interview.ChangesRequested, interview.InReview, store.MoveInput{})
	equal(t, "waits for", v.WaitingFor, interview.ForInterviewer)
	equal(t, "the next one's clock starts", v.ReviewSince.After(since), true)
	move(interview.ReviseAsked, interview.Revising, store.MoveInput{})
	equal(t, "no clock while revising", v.ReviewSince == nil, true)
	move(interview.ReviseBroke, interview.InReview, store.MoveInput{LastError: trouble})
	equal(t, "last error", v.LastError.Code, trouble.Code)
	move(interview.ReviseAsked, interview.Revising, store.MoveInput{})
	equal(t, "last error is cleared", v.LastError == nil, true)
	move(interview.ReviseDone, interview.InReview, store.MoveInput{})
	move(interview.ApprovedBy, interview.Approved, store.MoveInput{Sealed: 1, OnDraft: 1})
	equal(t, "sealed", v.Sealed, 1)
	equal(t, "approved at", v.ApprovedAt.Equal(v.UpdatedAt), true)
	move(interview.Reopened, interview.InReview, store.MoveInput{})
	equal(t, "seal stays", v.Sealed, 1)
	equal(t, "no longer approved", v.ApprovedAt == nil, true)
}

// Every status meets every event as the transition table says, and nothing else changes a row.
func everyMove(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	events := map[interview.Event]bool{}
	for _, m := range interview.Moves {
		events[m.Event] = true
	}
	e, i := person(t, s, "e@example.jp"), person(t, s, "i@example.jp")
	for _, from := range interview.Statuses {
		for ev := range events {
			v, err := s.OpenTalk(ctx, interview.Talk{Employee: e.ID, Interviewer: i.ID, Template: "x", Language: "ja", RecordedOn: "2026-05-20", Status: from})
			check(t, err)
			want, no := interview.Next(from, ev)
			got, err := s.Move(ctx, store.MoveInput{ID: v.ID, Event: ev})
			if no != nil {
				e, ok := errors.AsType[*interview.Error](err)
				if !ok || e.Code != "state_conflict" || e.State != from {
					t.Errorf("%s from %s: got %v, want state_conflict with the state met", ev, from, err)
				}
				got, err = s.Talk(ctx, v.ID)
				check(t, err)
				equal(t, "untouched", got.Status == from && got.UpdatedAt.Equal(v.UpdatedAt), true)
				continue
			}
			check(t, err)
			if got.Status != want.To || got.WaitingFor != want.WaitingFor {
				t.Errorf("%s from %s: got %s waiting for %q, want %s waiting for %q", ev, from, got.Status, got.WaitingFor, want.To, want.WaitingFor)
			}
		}
	}
}

func oneWinnerPerMove(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	for _, c := range []struct {
		from interview.Status
		ev   interview.Event
	}{{interview.InReview, interview.ApprovedBy}, {interview.Checking, interview.Released}, {interview.AwaitingRecording, interview.RecordingArrived},
		{interview.Failed, interview.RetryAsked}, {interview.Drafting, interview.DraftToReview}} {
		v := talk(t, s, c.from)
		errs := race(racers, func(int) error {
			_, err := s.Move(ctx, store.MoveInput{ID: v.ID, Event: c.ev, From: c.from})
			return err
		})
		equal(t, string(c.ev)+" winners", winners(t, errs, "state_conflict"), 1)
		to, err := interview.Next(c.from, c.ev)
		check(t, err)
		for _, err := range errs {
			if e, ok := errors.AsType[*interview.Error](err); ok && e.State != to.To {
				t.Errorf("%s: the loser is told %q, want %q", c.ev, e.State, to.To)
			}
		}
	}
	// Different moves from one state exclude one another too.
	v := talk(t, s, interview.InReview)
	events := []interview.Event{interview.ApprovedBy, interview.ClosedByHR, interview.ReviseAsked, interview.RedraftAsked}
	errs := race(racers, func(i int) error {
		_, err := s.Move(ctx, store.MoveInput{ID: v.ID, Event: events[i%4], From: interview.InReview})
		return err
	})
	equal(t, "winners of different moves", winners(t, errs, "state_conflict"), 1)
}

func moveOnDraft(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.InReview)
	check(t, s.PutDraft(ctx, draft(v.ID, "one"), 0))
	check(t, s.PutDraft(ctx, draft(v.ID, "two"), 1))
	lost, err := s.Move(ctx, store.MoveInput{ID: v.ID, Event: interview.ApprovedBy, OnDraft: 1})
	code(t, err, "draft_superseded")
	equal(t, "what a transaction that runs again starts from", lost.ID, v.ID)
	// Approving races with an edit: never is a version approved that was not the newest at that moment.
	errs := race(2, func(i int) error {
		if i == 0 {
			_, err := s.Move(ctx, store.MoveInput{ID: v.ID, Event: interview.ApprovedBy, OnDraft: 2, Sealed: 2})
			return err
		}
		return s.Tx(ctx, func(tx *store.Tx) error {
			if err := tx.PutDraft(ctx, draft(v.ID, "three"), 2); err != nil {
				return err
			}
			_, err := tx.Move(ctx, store.MoveInput{ID: v.ID, Event: interview.EditMade})
			return err
		})
	})
	got, err := s.Talk(ctx, v.ID)
	check(t, err)
	switch {
	case errs[0] == nil && errs[1] == nil:
		t.Error("both the approval and the edit took effect")
	case errs[0] == nil:
		equal(t, "approved version is the newest", got.Draft, got.Sealed)
		code(t, errs[1], "state_conflict")
	default:
		equal(t, "status", got.Status, interview.InReview)
		code(t, errs[0], "draft_superseded")
	}
}

func generations(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.Failed)
	old := interview.Task{Kind: interview.TaskTranscribe, Interview: v.ID, Subject: "c1", Generation: v.Generation}
	mail := interview.Task{Kind: interview.TaskNotify, Interview: v.ID, Subject: "m1", Generation: v.Generation}
	check(t, s.AddTasks(ctx, time.Time{}, old, mail))
	v, err := s.Move(ctx, store.MoveInput{ID: v.ID, Event: interview.RetryAsked, NewGeneration: true})
	check(t, err)
	for _, c := range []struct {
		task interview.Task
		want store.TaskState
	}{{old, store.TaskDropped}, {mail, store.TaskPending}} {
		row, err := s.Task(ctx, c.task.ID())
		check(t, err)
		equal(t, fmt.Sprint(c.task.Kind), row.State, c.want)
	}
	_, err = s.Move(ctx, store.MoveInput{ID: v.ID, Event: interview.PrepareStarted, Generation: v.Generation - 1})
	code(t, err, "state_conflict")
	_, err = s.Move(ctx, store.MoveInput{ID: v.ID, Event: interview.PrepareStarted, Generation: v.Generation})
	check(t, err)
	_, err = s.Move(ctx, store.MoveInput{ID: "none", Event: interview.PrepareStarted})
	code(t, err, "not_found")
	by, hand, route := interview.ForHR, true, interview.Internal
	v, err = s.Move(ctx, store.MoveInput{ID: v.ID, Event: interview.ConsentRefused, WaitingFor: &by, ByHand: &hand, Processing: route})
	check(t, err)
	equal(t, "written beside the move", v.WaitingFor == by && v.ByHand && v.Processing == route, true)
}

// What an interview waits for is shown while workers have it, and not written over what people have moved on to.
func trouble(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	why := &interview.Trouble{Code: "endpoint_unavailable", Step: "transcribe", At: interview.Now()}
	for status, want := range map[interview.Status]bool{interview.Transcribing: true, interview.Drafting: true, interview.Failed: false, interview.InReview: false} {
		v := talk(t, s, status)
		check(t, s.SetTrouble(ctx, v.ID, why))
		got, err := s.Talk(ctx, v.ID)
		check(t, err)
		equal(t, "trouble in "+string(status), got.Error != nil && got.Error.Code == why.Code, want)
		equal(t, "the status stays", got.Status, status)
		check(t, s.SetTrouble(ctx, v.ID, nil))
		got, err = s.Talk(ctx, v.ID)
		check(t, err)
		equal(t, "taken back in "+string(status), got.Error == nil, true)
	}
}

func consents(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.NeedsConsent)
	in := interview.Notice{Name: "recording-consent/ja@1", Language: "ja", Text: "録音について"}
	ids := make([]string, racers)
	for _, err := range race(racers, func(i int) error {
		n, err := s.PutNotice(ctx, in)
		ids[i] = n.ID
		return err
	}) {
		check(t, err)
	}
	for _, id := range ids {
		equal(t, "one row of one text", id, ids[0])
	}
	in.Text = "別の文"
	other, err := s.PutNotice(ctx, in)
	check(t, err)
	equal(t, "another text is another notice", other.ID != ids[0], true)
	got, err := s.Notice(ctx, ids[0])
	check(t, err)
	equal(t, "text", got.Text, "録音について")

	at := interview.Now().Add(-time.Hour)
	for i, c := range []interview.Consent{
		{Person: v.Employee, By: v.Interviewer, Decision: interview.Attested, Method: "spoken"},
		{Person: v.Interviewer, By: v.Interviewer, Decision: interview.Given, Notice: ids[0], Abroad: true},
		{Person: v.Employee, By: v.Employee, Decision: interview.Objected},
	} {
		c.Interview, c.At = v.ID, at.Add(time.Duration(i)*time.Second)
		_, err := s.AddConsent(ctx, c)
		check(t, err)
	}
	latest, err := s.LatestConsents(ctx, v.ID)
	check(t, err)
	equal(t, "employee", latest[v.Employee].Decision, interview.Objected)
	equal(t, "interviewer", latest[v.Interviewer].Abroad, true)
	list, err := s.Consents(ctx, v.ID)
	check(t, err)
	equal(t, "all kept", len(list), 3)
	_, err = s.AddConsent(ctx, interview.Consent{Interview: "none"})
	code(t, err, "not_found")
}

func sheetAndNotes(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.AwaitingRecording)
	_, err := s.Sheet(ctx, v.ID)
	code(t, err, "not_found")
	first, err := s.PutSheet(ctx, store.Sheet{Interview: v.ID, Body: []byte(`{"wish":"海外"}`), By: v.Employee}, time.Time{})
	check(t, err)
	_, err = s.PutSheet(ctx, store.Sheet{Interview: v.ID, Body: []byte(`{"wish":"本社"}`), By: v.Employee}, first.UpdatedAt)
	check(t, err)
	_, err = s.PutSheet(ctx, store.Sheet{Interview: v.ID, Body: []byte(`{}`), By: v.Employee}, first.UpdatedAt)
	code(t, err, "precondition_failed")
	_, err = s.PutSheet(ctx, store.Sheet{Interview: v.ID, Body: []byte(`{`)}, time.Time{})
	code(t, err, "validation_failed")
	got, err := s.Sheet(ctx, v.ID)
	check(t, err)
	equal(t, "sheet", string(got.Body), `{"wish":"本社"}`)

	for _, vis := range []string{"hr", "self"} {
		_, err = s.PutNote(ctx, store.Note{Interview: v.ID, Author: v.Interviewer, Visibility: vis, Text: vis}, time.Time{})
		check(t, err)
	}
	_, err = s.PutNote(ctx, store.Note{Interview: v.ID, Author: v.Interviewer, Visibility: "all"}, time.Time{})
	code(t, err, "validation_failed")
	for _, c := range []struct {
		who  string
		hr   bool
		want int
	}{{v.Interviewer, false, 2}, {"hr person", true, 1}, {v.Employee, false, 0}} {
		list, err := s.Notes(ctx, v.ID, c.who, c.hr)
		check(t, err)
		equal(t, "notes seen by "+c.who, len(list), c.want)
	}
	_, err = s.PutNote(ctx, store.Note{Interview: v.ID, Author: v.Interviewer, Visibility: "self", Text: ""}, time.Time{})
	check(t, err)
	list, err := s.Notes(ctx, v.ID, v.Interviewer, false)
	check(t, err)
	equal(t, "an emptied note is gone", len(list), 1)
}
