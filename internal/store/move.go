package store

import (
	"context"

	"kikigaki/internal/interview"
)

// MoveInput is one step of an interview along interview.Moves, with what changes beside the status.
type MoveInput struct {
	ID         string
	Event      interview.Event
	From       interview.Status // when set, only from this status
	Generation int              // when above 0, only in this generation: a handler of an old one changes nothing
	OnDraft    int              // when above 0, only while this is the newest draft, else draft_superseded

	Error         *interview.Trouble // why it stands where it goes; nil clears
	LastError     *interview.Trouble // nil keeps, unless the event begins or ends a revision well
	Sealed        int                // approved version; 0 keeps
	ByHand        *bool              // nil keeps
	Processing    interview.Route    // "" keeps
	WaitingFor    *interview.Party   // overrides the table where the one who acted decides who is asked next
	NewGeneration bool               // raises Generation, clears Attempt, and drops the tasks of older generations
	Tried         bool               // raises Attempt
}

// Move takes an interview along one row of the transition table, as compare-and-set: of many that try the same move
// from the same state one wins. A lost or impossible move is state_conflict with the status met; draft_superseded when
// OnDraft is no longer the newest. With an error the talk holds its id alone: a transaction that is run again after a
// deadlock has to find it. review_since and approved_at follow by themselves.
func (q *queries) Move(ctx context.Context, in MoveInput) (t interview.Talk, err error) {
	err = q.begin(ctx, func(q *queries) error {
		// Locks the row: what is read next holds until the end of the transaction.
		if n, err := q.exec(ctx, `UPDATE talks SET attempt = attempt WHERE id = $1`, in.ID); err != nil {
			return err
		} else if n == 0 {
			return interview.E("not_found", nil)
		}
		if t, err = q.Talk(ctx, in.ID); err != nil {
			return err
		}
		if in.From != "" && t.Status != in.From || in.Generation > 0 && t.Generation != in.Generation {
			return &interview.Error{Code: "state_conflict", State: t.Status}
		}
		m, err := interview.Next(t.Status, in.Event)
		if err != nil {
			return err
		}
		if in.OnDraft > 0 && t.Draft != in.OnDraft {
			return interview.E("draft_superseded", nil)
		}
		from, generation, asked := t.Status, t.Generation, t.WaitingFor
		in.apply(&t, m)
		n, err := q.exec(ctx, `UPDATE talks SET status = $2, waiting_for = $3, generation = $4, attempt = $5, error = $6, last_error = $7,
				sealed = $8, by_hand = $9, processing = $10, updated_at = $11, review_since = $12, approved_at = $13
			WHERE id = $1 AND status = $14 AND generation = $15`,
			t.ID, t.Status, t.WaitingFor, t.Generation, t.Attempt, encoded{t.Error}, encoded{t.LastError}, t.Sealed, t.ByHand, t.Processing,
			t.UpdatedAt, utcOpt(t.ReviewSince), utcOpt(t.ApprovedAt), from, generation)
		if err == nil && n == 0 {
			err = &interview.Error{Code: "state_conflict", State: t.Status}
		}
		if err == nil && in.NewGeneration {
			err = q.DropTasks(ctx, t.ID, t.Generation)
		}
		if err == nil {
			err = q.emitMove(ctx, t, m.Event, from, asked)
		}
		return err
	})
	if err != nil {
		return interview.Talk{ID: in.ID}, wrap("move talk", err)
	}
	return t, nil
}

func (in MoveInput) apply(t *interview.Talk, m interview.Move) {
	now := later(t.UpdatedAt)
	asked := t.WaitingFor
	t.Status, t.WaitingFor, t.UpdatedAt = m.To, m.WaitingFor, now
	if in.WaitingFor != nil {
		t.WaitingFor = *in.WaitingFor
	}
	t.Error = in.Error
	switch {
	case in.LastError != nil:
		t.LastError = in.LastError
	case m.Event == interview.ReviseAsked, m.Event == interview.ReviseDone, m.Event == interview.RedraftAsked,
		m.Event == interview.DraftToCheck, m.Event == interview.DraftToReview, m.Event == interview.ApprovedBy:
		t.LastError = nil
	}
	if in.Sealed > 0 {
		t.Sealed = in.Sealed
	}
	set(&t.ByHand, in.ByHand)
	if in.Processing != "" {
		t.Processing = in.Processing
	}
	if in.Tried {
		t.Attempt++
	}
	if in.NewGeneration {
		t.Generation, t.Attempt = t.Generation+1, 0
	}
	// The clock of reminders and of the 5 business days starts when a party is asked, not at each edit.
	switch {
	case !m.To.In(interview.Checking, interview.InReview):
		t.ReviewSince = nil
	case t.ReviewSince == nil || asked != t.WaitingFor:
		t.ReviewSince = &now
	}
	switch m.Event {
	case interview.ApprovedBy:
		t.ApprovedAt = &now
	case interview.Reopened:
		t.ApprovedAt = nil
	}
}
