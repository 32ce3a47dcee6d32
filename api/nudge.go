package api

import (
	"context"
	"strconv"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

type handBackIn struct {
	OnTalk
	Body struct {
		Draft int    `json:"draft" minimum:"1" doc:"Version that is to be looked at again; must be the newest"`
		Note  string `json:"note,omitempty" maxLength:"4000" doc:"Becomes a remark on the whole record"`
	}
}

// handBack asks the employee to look again at the version that stands: the interviewer has answered, nothing in the text
// was to be changed.
func (s *Server) handBack(ctx context.Context, in *handBackIn) (*Body[Interview], error) {
	c := callOf(ctx)
	if in.Body.Draft != c.talk.Draft {
		return nil, interview.E("draft_superseded", nil)
	}
	if c.talk.WaitingFor != interview.ForInterviewer {
		return nil, &interview.Error{Code: "state_conflict", State: c.talk.Status} // it is with the employee already
	}
	t := c.talk
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if t, err = tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.HandedBack, OnDraft: in.Body.Draft}); err != nil {
			return err
		}
		if in.Body.Note != "" {
			if _, err := tx.AddComment(ctx, interview.Comment{Interview: t.ID, Draft: in.Body.Draft, Author: c.person.ID, Kind: "comment", Text: in.Body.Note}); err != nil {
				return err
			}
		}
		// Once per request: after a second one of the same version the employee is told again.
		if err := mailRevised(ctx, tx, t, strconv.Itoa(in.Body.Draft)+"/"+strconv.FormatInt(t.UpdatedAt.UnixMicro(), 36)); err != nil {
			return err
		}
		return audit(ctx, tx, "handed_back", strconv.Itoa(in.Body.Draft), "")
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, t, stateEvent(t))
	return s.answerWith(ctx, t)
}

// mailRevised tells the employee that it is their turn again. What still waits of an earlier turn is dropped: one mail is
// enough, and it leads to the newest version.
func mailRevised(ctx context.Context, tx *store.Tx, t interview.Talk, dedupe string) error {
	if err := tx.DropMails(ctx, t.ID, "changes_requested", "revised", "reminder_1", "reminder_2"); err != nil {
		return err
	}
	return mail(ctx, tx, t, "revised", t.Employee, dedupe)
}

// Reminded says that a reminder is on its way.
type Reminded struct {
	At time.Time `json:"at"`
}

// remind tells the employee once more that their answer is waited for: about the recording, or about the record. Once a
// day, so that a reminder stays one; and nothing of what they opened is told to anybody.
func (s *Server) remind(ctx context.Context, _ *OnTalk) (*Body[Reminded], error) {
	c := callOf(ctx)
	kind := "reminder_1"
	switch {
	case c.talk.Status == interview.NeedsConsent:
		kind = "consent_asked"
	case c.talk.WaitingFor != interview.ForEmployee:
		return nil, &interview.Error{Code: "state_conflict", State: c.talk.Status}
	}
	now := interview.Now()
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		m := store.Mail{Person: c.talk.Employee, Kind: kind, Interview: c.talk.ID, Dedupe: "asked:" + c.talk.ID + ":" + now.Local().Format(time.DateOnly)}
		added, err := tx.AddMail(ctx, m)
		if err != nil {
			return err
		}
		if !added {
			return interview.E("reminded_today", nil)
		}
		return audit(ctx, tx, "reminded", "", kind)
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, c.talk)
	return &Body[Reminded]{Reminded{At: now}}, nil
}
