package store

import (
	"context"
	"strings"
	"time"

	"kikigaki/internal/interview"
)

// Again is what became of a line of a ledger that was kept outside of the database.
type Again string

const (
	AgainKnown   Again = "known"   // the database has the line: it was never lost
	AgainStrange Again = "strange" // the database has never heard of the interview
	AgainGone    Again = "gone"    // what the line names had not come back
	AgainErased  Again = "erased"  // it had come back, and was erased again
)

// EraseAgain applies a line of the ledger that a restored backup does not have: what it names and the backup brought back
// is erased once more, a decision about consent behind it stands again, and the line is in the ledger again, so that its
// bytes are erased too. takeOff takes ranges off the record as the line says and reports whether it found words there.
func (s *Store) EraseAgain(ctx context.Context, e Erasure, takeOff func(ctx context.Context, tx *Tx, t interview.Talk, o OffRecord) (bool, error)) (done Again, err error) {
	err = s.Tx(ctx, func(tx *Tx) error {
		done = AgainKnown
		if _, err := tx.Erasure(ctx, e.ID); err == nil || interview.Code(err) != "not_found" {
			return err
		}
		n, err := tx.exec(ctx, `UPDATE talks SET attempt = attempt WHERE id = $1`, e.Interview) // locks the row
		if err != nil {
			return err
		}
		if done = AgainStrange; n == 0 {
			return nil
		}
		t, err := tx.Talk(ctx, e.Interview)
		if err != nil {
			return err
		}
		done = AgainGone
		if t.Status == interview.Erased {
			return tx.noteErasure(ctx, e, t)
		}
		if t.Hold { // it was lifted before the first time, or nothing would have been erased
			if _, err := tx.exec(ctx, `UPDATE talks SET hold = FALSE WHERE id = $1`, t.ID); err != nil {
				return err
			}
		}
		back, err := tx.eraseAgain(ctx, e, t, takeOff)
		if err != nil {
			return err
		}
		if back {
			done = AgainErased
			return tx.AddAudit(ctx, interview.AuditEvent{Actor: "system", Action: "erased_again", Interview: e.Interview, Object: e.ID, Reason: e.Reason})
		}
		return nil
	})
	return done, wrap("erase again", err)
}

// noteErasure is a line about something that had not come back; its bytes may have.
func (t *Tx) noteErasure(ctx context.Context, e Erasure, talk interview.Talk) error {
	return t.AddErasure(ctx, e, talk.Generation)
}

// eraseAgain erases what a line names and reports whether anything of it was there. The interview's row is locked.
func (t *Tx) eraseAgain(ctx context.Context, e Erasure, talk interview.Talk, takeOff func(context.Context, *Tx, interview.Talk, OffRecord) (bool, error)) (bool, error) {
	if e.What == "talk" || e.Reason == "consent_withdrawn" && talk.Status.In(interview.BeforeApproval...) {
		// A withdrawal after an approval that the backup does not know is a withdrawal before it: everything goes.
		if err := t.decidedAgain(ctx, e, talk); err != nil {
			return false, err
		}
		return true, t.eraseTalk(ctx, interview.EraseAsked, e)
	}
	var n, more int64
	var err error
	switch e.What {
	case "recording":
		if n, err = t.exec(ctx, `UPDATE recordings SET erased = TRUE, sound = '', starts = '', format = '', sha256 = '', playback = ''
			WHERE id = $1 AND interview = $2 AND NOT erased`, e.Recording, talk.ID); err == nil {
			more, err = t.exec(ctx, `DELETE FROM cuts WHERE recording = $1`, e.Recording)
		}
	case "transcript":
		n, err = t.exec(ctx, `DELETE FROM transcripts WHERE interview = $1 AND created_at <= $2`, talk.ID, utc(e.At))
	case "drafts":
		n, err = t.draftsAgain(ctx, e, talk)
	case "off_record":
		if e.OffRecord != nil {
			var found bool
			if found, err = takeOff(ctx, t, talk, *e.OffRecord); found {
				n = 1
			}
		}
	}
	if err != nil {
		return false, err
	}
	if n+more > 0 {
		if err := t.decidedAgain(ctx, e, talk); err != nil {
			return false, err
		}
	}
	return n+more > 0, t.noteErasure(ctx, e, talk)
}

// draftsAgain takes the versions written before a line of the ledger.
func (t *Tx) draftsAgain(ctx context.Context, e Erasure, talk interview.Talk) (int64, error) {
	if talk.Sealed > 0 {
		return 0, nil
	}
	n, err := t.exec(ctx, `DELETE FROM drafts WHERE interview = $1 AND created_at <= $2`, talk.ID, utc(e.At))
	if err != nil || n == 0 {
		return n, err
	}
	for _, table := range draftTables {
		if _, err := t.exec(ctx, `DELETE FROM `+table+` WHERE interview = $1`, talk.ID); err != nil {
			return n, err
		}
	}
	_, err = t.exec(ctx, `UPDATE talks SET draft = 0, updated_at = $2 WHERE id = $1`, talk.ID, later(talk.UpdatedAt))
	return n, err
}

// decisions behind reasons of the ledger.
var decisions = map[string]interview.Decision{"consent_refused": interview.Refused, "consent_objected": interview.Objected,
	"consent_withdrawn": interview.Withdrawn, "interviewer_refused": interview.Refused, "interviewer_withdrawn": interview.Withdrawn}

// decidedAgain lets the decision that led to an erasure stand again: the backup knows an earlier one.
func (t *Tx) decidedAgain(ctx context.Context, e Erasure, talk interview.Talk) error {
	d, ok := decisions[e.Reason]
	if !ok {
		return nil
	}
	who := talk.Employee
	if strings.HasPrefix(e.Reason, "interviewer_") {
		who = talk.Interviewer
	}
	latest, err := t.LatestConsents(ctx, talk.ID)
	if err != nil || latest[who].Decision == d {
		return err
	}
	if _, err := t.AddConsent(ctx, interview.Consent{Interview: talk.ID, Person: who, By: who, Decision: d, At: e.At}); err != nil {
		return err
	}
	if d == interview.Withdrawn || !talk.Status.In(interview.BeforeApproval...) {
		return nil
	}
	yes := true
	_, err = t.Move(ctx, MoveInput{ID: talk.ID, Event: interview.ConsentRefused, ByHand: &yes, NewGeneration: true})
	return err
}

// RetryErasures wishes anew for erasures older than before whose bytes are not gone and whose task has ended or was never
// there. It returns how many there were.
func (q *queries) RetryErasures(ctx context.Context, before time.Time, limit int) (n int, err error) {
	err = q.begin(ctx, func(q *queries) error {
		lines, err := all(ctx, q.r, scanErasure, `SELECT `+erasureColumns+` FROM erasures WHERE bytes_at IS NULL AND at < $1
				AND NOT EXISTS (SELECT 1 FROM tasks WHERE tasks.kind = 'erase' AND tasks.subject = erasures.id AND tasks.state IN ('pending', 'sent'))
			ORDER BY at, id LIMIT $2`, utc(before), limit)
		if err != nil {
			return err
		}
		n = len(lines)
		now := interview.Now()
		for _, e := range lines {
			again, err := q.exec(ctx, `UPDATE tasks SET state = 'pending', attempts = 0, run_after = $2, updated_at = $2 WHERE kind = 'erase' AND subject = $1`, e.ID, now)
			if err != nil {
				return err
			}
			if again > 0 {
				continue
			}
			if err := q.AddTask(ctx, interview.Task{Kind: interview.TaskErase, Interview: e.Interview, Subject: e.ID, Generation: 0}, time.Time{}); err != nil {
				return err
			}
		}
		return nil
	})
	return n, wrap("retry erasures", err)
}
