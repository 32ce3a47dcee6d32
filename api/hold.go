package api

import (
	"context"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// saysNo reports whether a decision of the employee's ends what the recording is used for.
func saysNo(d interview.Decision) bool {
	return d == interview.Withdrawn || d == interview.Refused || d == interview.Objected
}

// heldNo is the employee's no to an interview on hold: work stops at once and what was made of the talk is closed; it is
// erased when the hold is lifted, not before.
func heldNo(ctx context.Context, tx *store.Tx, t interview.Talk) (interview.Talk, error) {
	yes := true
	if !t.Status.In(interview.BeforeApproval...) { // the sealed record stays; recording and transcript are closed
		t, err := tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.ConsentWithdrawn, ByHand: &yes})
		if err != nil {
			return t, err
		}
		return t, audit(ctx, tx, "erase_held", "", "on_hold")
	}
	t, err := tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.ConsentRefused, ByHand: &yes, NewGeneration: true})
	if err != nil {
		return t, err
	}
	if err := tx.DropMails(ctx, t.ID); err != nil {
		return t, err
	}
	return t, audit(ctx, tx, "erase_held", "", "on_hold")
}

// afterHold does what the employee asked for while the interview was on hold.
func (s *Server) afterHold(ctx context.Context, tx *store.Tx, t interview.Talk) (interview.Talk, error) {
	latest, err := tx.LatestConsents(ctx, t.ID)
	if err != nil {
		return t, err
	}
	d, who := latest[t.Employee].Decision, callOf(ctx).person.ID
	switch {
	case !saysNo(d):
		return t, nil
	case d == interview.Withdrawn && t.Status.In(interview.BeforeApproval...):
		err = tx.EraseTalk(ctx, t.ID, interview.ConsentWithdrawn, who, "consent_withdrawn")
	default:
		if err = tx.EraseRecordings(ctx, t.ID, true, who, "consent_"+string(d)); err == nil && t.Status == interview.AwaitingRecording && t.Draft > 0 && t.Sealed == 0 {
			err = tx.EraseDrafts(ctx, t.ID, who, "consent_"+string(d)) // nobody has written by hand since
		}
	}
	if err != nil {
		return t, err
	}
	return tx.Talk(ctx, t.ID)
}
