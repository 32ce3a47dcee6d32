package api

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/notify"
	"kikigaki/internal/store"
)

// decideDraft takes the employee's decision on the newest version. A decision on an older one is refused: what was
// approved is what was seen.
func (s *Server) decideDraft(ctx context.Context, in *choiceIn) (*Body[Verdict], error) {
	c := callOf(ctx)
	b := in.Body
	if b.Draft != c.talk.Draft {
		return nil, interview.E("draft_superseded", nil)
	}
	d, err := s.Store.Draft(ctx, c.talk.ID, b.Draft)
	if err != nil {
		return nil, err
	}
	if b.Decision == "approve" {
		return s.approve(ctx, d, b)
	}
	if b.Objection != "" {
		return nil, invalid("objection", "unknown") // an objection stands in a record that is confirmed
	}
	v := interview.Verdict{Interview: c.talk.ID, Draft: b.Draft, By: c.person.ID, Decision: "request_changes", Note: b.Note}
	t := c.talk
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if t, err = tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.ChangesRequested, OnDraft: b.Draft}); err != nil {
			return err
		}
		if v, err = tx.AddVerdict(ctx, v); err != nil {
			return err
		}
		if b.Note != "" {
			if _, err := tx.AddComment(ctx, interview.Comment{Interview: t.ID, Draft: b.Draft, Author: c.person.ID, Kind: "comment", Text: b.Note}); err != nil {
				return err
			}
		}
		if err := tx.DropMails(ctx, t.ID, "draft_ready", "revised", "reminder_1", "reminder_2"); err != nil {
			return err
		}
		if err := mail(ctx, tx, t, "changes_requested", t.Interviewer, v.ID); err != nil {
			return err
		}
		return audit(ctx, tx, "changes_requested", strconv.Itoa(b.Draft), "")
	})
	if err != nil {
		return nil, err
	}
	return s.verdict(ctx, t, v)
}

// approve accepts every untouched statement, seals the version and makes its action items promises.
func (s *Server) approve(ctx context.Context, d *interview.Draft, b Choice) (*Body[Verdict], error) {
	c := callOf(ctx)
	look, opened, err := s.look(ctx, c.talk, d)
	if err != nil {
		return nil, err
	}
	if open := len(look) - len(opened); open > 0 {
		return nil, interview.E("review_incomplete", nil).With("count", strconv.Itoa(open))
	}
	v := interview.Verdict{Interview: c.talk.ID, Draft: b.Draft, By: c.person.ID, Decision: "approve", Objection: b.Objection, Note: b.Note}
	seal, fields, err := SealDraft(d, b.Objection)
	if err != nil {
		return nil, err
	}
	v.Seal = seal
	t := c.talk
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if t, err = tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.ApprovedBy, OnDraft: b.Draft, Sealed: b.Draft}); err != nil {
			return err
		}
		// What was sealed must be what lies there now: an off-record mark may have come in between.
		now, err := tx.Draft(ctx, t.ID, b.Draft)
		if err != nil {
			return err
		}
		if err := CheckSeal(now, b.Objection, seal, fields); err != nil {
			return interview.E("draft_superseded", err)
		}
		if err := tx.SealDraft(ctx, t.ID, b.Draft, seal, fields); err != nil {
			return err
		}
		if v, err = tx.AddVerdict(ctx, v); err != nil {
			return err
		}
		if err := tx.PutPromises(ctx, t.ID, promisesOf(d, t)); err != nil {
			return err
		}
		if err := tx.DropMails(ctx, t.ID, "draft_ready", "revised", "reminder_1", "reminder_2", "changes_requested"); err != nil {
			return err
		}
		for _, person := range []string{t.Employee, t.Interviewer} {
			if err := mail(ctx, tx, t, "approved", person, strconv.Itoa(b.Draft)); err != nil {
				return err
			}
		}
		reason := ""
		if b.Objection != "" {
			reason = "with_objection"
		}
		return audit(ctx, tx, "approved", strconv.Itoa(b.Draft), reason)
	})
	if err != nil {
		return nil, err
	}
	return s.verdict(ctx, t, v)
}

func (s *Server) verdict(ctx context.Context, t interview.Talk, v interview.Verdict) (*Body[Verdict], error) {
	s.committed(ctx, t, stateEvent(t))
	view, err := s.showOne(ctx, t)
	if err != nil {
		return nil, err
	}
	return &Body[Verdict]{Verdict{ID: v.ID, Draft: v.Draft, Decision: v.Decision, Seal: v.Seal, At: v.At, Interview: view}}, nil
}

// promisesOf are the action items of a draft as they are followed up. What was taken off the record is none.
func promisesOf(d *interview.Draft, t interview.Talk) []interview.Promise {
	sec := d.Section(interview.ActionItems)
	if sec == nil {
		return nil
	}
	var out []interview.Promise
	for _, st := range sec.Statements {
		if st.Text == offRecordText("ja") || st.Text == offRecordText("en") {
			continue
		}
		p := interview.Promise{Interview: t.ID, Statement: st.ID, Owner: st.Owner, Text: st.Text, State: "open"}
		switch st.Owner {
		case interview.PartEmployee:
			p.Person = t.Employee
		case interview.PartInterviewer:
			p.Person = t.Interviewer
		}
		if st.Due != nil {
			p.Due = *st.Due
		}
		if st.DueDate != nil {
			p.DueDate = *st.DueDate
		}
		out = append(out, p)
	}
	return out
}

// reviseDraft asks an engine for a version that answers the open comments.
func (s *Server) reviseDraft(ctx context.Context, in *reviseIn) (*Body[Interview], error) {
	c := callOf(ctx)
	if err := s.narrow(c.person, interview.ActRevise, c.talk); err != nil {
		return nil, err
	}
	if in.Body.Draft != c.talk.Draft {
		return nil, interview.E("draft_superseded", nil)
	}
	if versions, err := s.Store.Transcripts(ctx, c.talk.ID); err != nil {
		return nil, err
	} else if len(versions) == 0 {
		return nil, &interview.Error{Code: "state_conflict", State: c.talk.Status} // written by hand, or the transcript is gone
	}
	t := c.talk
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		for i, id := range in.Body.Comments {
			if x, err := s.commentIn(ctx, tx, id); err != nil || x.Resolved || x.Kind == "reaction" {
				if err != nil && interview.Code(err) != "not_found" {
					return err
				}
				return invalid(fmt.Sprintf("comments[%d]", i), "unknown")
			}
		}
		said, err := instruct(ctx, tx, c, in.Body.Instruction)
		if err != nil {
			return err
		}
		chosen := slices.Clone(in.Body.Comments)
		if said != "" && len(chosen) > 0 {
			chosen = append(chosen, said)
		}
		n, err := tx.AskComments(ctx, t.ID, in.Body.Draft, chosen...)
		if err != nil {
			return err
		}
		if n == 0 {
			return invalid("comments", "required") // nothing to answer
		}
		if t, err = tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.ReviseAsked, OnDraft: in.Body.Draft, NewGeneration: true}); err != nil {
			return err
		}
		if err := tx.AddTask(ctx, interview.Task{Kind: interview.TaskRevise, Interview: t.ID, Generation: t.Generation}, zero); err != nil {
			return err
		}
		return audit(ctx, tx, "revise_asked", strconv.Itoa(in.Body.Draft), "")
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, t, stateEvent(t))
	return s.answerWith(ctx, t)
}

// releaseDraft sends a checked draft on to the employee.
func (s *Server) releaseDraft(ctx context.Context, in *releaseIn) (*Body[Interview], error) {
	c := callOf(ctx)
	n := c.talk.Draft
	if in.Body != nil && in.Body.Draft != 0 {
		n = in.Body.Draft
	}
	t := c.talk
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if t, err = tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.Released, OnDraft: n}); err != nil {
			return err
		}
		if err := mail(ctx, tx, t, "draft_ready", t.Employee, fmt.Sprint(n)); err != nil {
			return err
		}
		return audit(ctx, tx, "released", strconv.Itoa(n), "")
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, t, stateEvent(t))
	return s.answerWith(ctx, t)
}

// reopenRecord opens an approved record again: version n stays sealed, n+1 begins as its copy.
func (s *Server) reopenRecord(ctx context.Context, in *reopenIn) (*Body[Interview], error) {
	c := callOf(ctx)
	note := ""
	if in.Body != nil {
		note = in.Body.Note
	}
	t := c.talk
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if t, err = tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.Reopened}); err != nil {
			return err
		}
		if _, err := tx.AddVerdict(ctx, interview.Verdict{Interview: t.ID, Draft: c.talk.Sealed, By: c.person.ID, Decision: "reopen", Note: note}); err != nil {
			return err
		}
		d, err := tx.Draft(ctx, t.ID, c.talk.Sealed)
		if err != nil {
			return err
		}
		d.CreatedAt, d.Author, d.Stale = zero, interview.Author{Kind: "person", ID: c.person.ID}, nil
		if err := tx.PutDraft(ctx, d, t.Draft); err != nil {
			return err
		}
		if note != "" {
			if _, err := tx.AddComment(ctx, interview.Comment{Interview: t.ID, Draft: d.Version, Author: c.person.ID, Kind: "comment", Text: note}); err != nil {
				return err
			}
		}
		if err := audit(ctx, tx, "reopened", strconv.Itoa(c.talk.Sealed), ""); err != nil {
			return err
		}
		t, err = tx.Talk(ctx, t.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, t, draftEvent(t.Draft), stateEvent(t))
	return s.answerWith(ctx, t)
}

// afterReminders is how many business days the employee has been asked before hr may close a record unconfirmed: the
// second reminder has then gone out.
const afterReminders = 8

// closeRecord ends a review that nobody answers. The record is never shown as confirmed and takes part in no statistics.
func (s *Server) closeRecord(ctx context.Context, in *closeIn) (*Body[Interview], error) {
	t := callOf(ctx).talk
	if t.WaitingFor != interview.ForEmployee || t.ReviewSince == nil || notify.NewCalendar(time.Local).Passed(*t.ReviewSince, interview.Now()) < afterReminders {
		return nil, &interview.Error{Code: "state_conflict", State: t.Status}
	}
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if t, err = tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.ClosedByHR, From: interview.InReview}); err != nil {
			return err
		}
		if _, err := tx.AddVerdict(ctx, interview.Verdict{Interview: t.ID, Draft: t.Draft, By: callOf(ctx).person.ID, Decision: "close_unconfirmed"}); err != nil {
			return err
		}
		if err := tx.DropMails(ctx, t.ID); err != nil {
			return err
		}
		return audit(ctx, tx, "closed_unconfirmed", strconv.Itoa(t.Draft), in.Body.Reason)
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, t, stateEvent(t))
	return s.answerWith(ctx, t)
}
