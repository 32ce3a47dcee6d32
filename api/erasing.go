package api

import (
	"context"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// secondWithin is how long a wish to erase waits for the second person of hr.
const secondWithin = 7 * day

// eraseInterview erases an interview for hr. Before a review that takes one person. From in_review on the record is the
// employee's too: it takes their open request, or a reason and a second person of hr. A hold stands above all.
func (s *Server) eraseInterview(ctx context.Context, in *eraseIn) (*Body[Erased], error) {
	c := callOf(ctx)
	if c.talk.Hold {
		return nil, interview.E("on_hold", nil)
	}
	asked, err := s.openErasure(ctx, c.talk)
	if err != nil {
		return nil, err
	}
	reason := in.Reason
	late := c.talk.Status.In(interview.InReview, interview.Revising, interview.Approved, interview.ClosedUnconfirmed) ||
		c.talk.Draft > 0 && c.talk.Status.In(interview.Drafting, interview.Failed) // a new draft was asked for: there was one to review
	switch {
	case asked != "":
		reason = "request"
	case late && reason == "":
		return nil, invalid("reason", "required")
	case late:
		second, err := s.secondPerson(ctx, c)
		if err != nil {
			return nil, err
		}
		if !second {
			err := s.Store.Tx(ctx, func(tx *store.Tx) error { return audit(ctx, tx, "erase_asked", "", reason) })
			if err != nil {
				return nil, err
			}
			return &Body[Erased]{Erased{Status: c.talk.Status, Needs: "second_person"}}, nil
		}
	case reason == "":
		reason = "hr"
	}
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.EraseTalk(ctx, c.talk.ID, interview.EraseAsked, c.person.ID, reason); err != nil {
			return err
		}
		if asked == "" {
			return nil
		}
		if err := audit(ctx, tx, "request_answered", asked, "done"); err != nil {
			return err
		}
		return mail(ctx, tx, c.talk, "request_answered", c.talk.Employee, asked)
	})
	if err != nil {
		return nil, err
	}
	t, err := s.Store.Talk(ctx, c.talk.ID)
	if err != nil {
		return nil, err
	}
	s.committed(ctx, t, stateEvent(t))
	return &Body[Erased]{Erased{Status: t.Status}}, nil
}

// openErasure returns the id of the employee's open request to erase, if there is one.
func (s *Server) openErasure(ctx context.Context, t interview.Talk) (string, error) {
	list, _, err := s.Store.Requests(ctx, store.RequestFilter{Interview: t.ID, State: "open"}, store.Page{Limit: 200})
	if err != nil {
		return "", err
	}
	for _, r := range list {
		if r.Kind == "erase" {
			return r.ID, nil
		}
	}
	return "", nil
}

// secondPerson reports whether another person of hr, who is still that, has asked for the same within a week. The audit
// log, which nobody can change, is where the first wish stands.
func (s *Server) secondPerson(ctx context.Context, c *call) (bool, error) {
	from := interview.Now().Add(-secondWithin)
	if from.Before(c.talk.CreatedAt) {
		from = c.talk.CreatedAt.Add(-time.Second)
	}
	lines, _, err := s.Store.Audit(ctx, store.AuditFilter{Interview: c.talk.ID, Action: "erase_asked", From: from}, store.Page{Limit: 50})
	if err != nil {
		return false, err
	}
	for _, l := range lines {
		if l.Actor == c.person.ID {
			continue
		}
		p, err := s.Store.Person(ctx, l.Actor)
		if err != nil && interview.Code(err) != "not_found" {
			return false, err
		}
		if err == nil && interview.Judge(p, interview.ActErase, c.talk) == nil {
			return true, nil
		}
	}
	return false, nil
}
