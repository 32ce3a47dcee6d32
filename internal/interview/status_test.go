package interview

import (
	"errors"
	"testing"
)

// TestMovesAreTheContract walks the transition table of the contract, row by row.
func TestMovesAreTheContract(t *testing.T) {
	t.Parallel()
	rows := []struct {
		from Status
		ev   Event
		to   Status
		wait Party
	}{
		{NeedsConsent, ConsentGiven, AwaitingRecording, ForInterviewer},
		{InReview, ConsentRefused, AwaitingRecording, ForInterviewer},
		{NeedsConsent, ConsentRefused, AwaitingRecording, ForInterviewer},
		{AwaitingRecording, RecordingArrived, Queued, ForSystem},
		{Queued, PrepareStarted, Preparing, ForSystem},
		{Preparing, ChunksOut, Transcribing, ForSystem},
		{Transcribing, TranscriptReady, Drafting, ForSystem},
		{Queued, TranscriptReady, Drafting, ForSystem}, // captions alone
		{Preparing, NoEndpoint, NeedsTranscription, ForInterviewer},
		{NeedsTranscription, EndpointThere, Queued, ForSystem},
		{Drafting, Broke, Failed, ForInterviewer},
		{Failed, RetryAsked, Queued, ForSystem},
		{Drafting, DraftToCheck, Checking, ForInterviewer},
		{Drafting, DraftToReview, InReview, ForEmployee},
		{Checking, Released, InReview, ForEmployee},
		{InReview, ChangesRequested, InReview, ForInterviewer},
		{InReview, HandedBack, InReview, ForEmployee},
		{InReview, ReviseAsked, Revising, ForSystem},
		{Revising, ReviseDone, InReview, ForEmployee},
		{Revising, ReviseBroke, InReview, ForInterviewer},
		{InReview, ApprovedBy, Approved, ForNobody},
		{InReview, ClosedByHR, ClosedUnconfirmed, ForNobody},
		{Approved, Reopened, InReview, ForEmployee},
		{Transcribing, ConsentWithdrawn, Erased, ForNobody},
		{Approved, ConsentWithdrawn, Approved, ForNobody},
		{ClosedUnconfirmed, ConsentWithdrawn, ClosedUnconfirmed, ForNobody},
		{Approved, EraseAsked, Erased, ForNobody},
	}
	for _, r := range rows {
		m, err := Next(r.from, r.ev)
		if err != nil || m.To != r.to || m.WaitingFor != r.wait {
			t.Errorf("%s --%s--> %s for %q, %v; want %s for %q", r.from, r.ev, m.To, m.WaitingFor, err, r.to, r.wait)
		}
	}
}

func TestForbiddenMovesNameTheStateMet(t *testing.T) {
	t.Parallel()
	for _, r := range []struct {
		from Status
		ev   Event
	}{{Drafting, ApprovedBy}, {Approved, ApprovedBy}, {Erased, ConsentGiven}, {Erased, EraseAsked}, {Checking, ChangesRequested},
		{NeedsConsent, RecordingArrived}, {Approved, ConsentRefused}, {Revising, ApprovedBy}, {ClosedUnconfirmed, Reopened}} {
		_, err := Next(r.from, r.ev)
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Code != "state_conflict" || e.State != r.from {
			t.Errorf("%s --%s: %v", r.from, r.ev, err)
		}
	}
}

func TestNothingLeavesErasedAndEveryStateIsReached(t *testing.T) {
	t.Parallel()
	reached := map[Status]bool{NeedsConsent: true}
	for _, m := range Moves {
		reached[m.To] = true
		for _, f := range m.From {
			if f == Erased {
				t.Errorf("%s leaves erased", m.Event)
			}
		}
	}
	for _, s := range Statuses {
		if !reached[s] {
			t.Errorf("%s is reached by no move", s)
		}
	}
}
