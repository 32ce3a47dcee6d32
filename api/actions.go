package api

import (
	"cmp"
	"context"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// listActions lists action items of the interviews the caller may see them of, and their own.
func (s *Server) listActions(ctx context.Context, in *actionsIn) (*Body[Page[Promise]], error) {
	p := callOf(ctx).person
	f := store.PromiseFilter{Interview: in.Interview, State: in.State, Participant: p.ID}
	if in.Mine {
		f.Person = p.ID
	}
	if in.Overdue {
		f.State, f.DueTo = "open", yesterday()
	}
	// hr sees those of approved records; of their own interviews they see what the others see.
	if p.Has(interview.RoleHR) && !in.Mine {
		f.Participant, f.ApprovedOnly = "", true
	}
	list, next, err := s.Store.Promises(ctx, f, in.page())
	if err != nil {
		return nil, err
	}
	items, err := s.promiseViews(ctx, list...)
	if err != nil {
		return nil, err
	}
	return &Body[Page[Promise]]{pageOf(items, next)}, nil
}

// promiseViews renders those action items that the caller may see.
func (s *Server) promiseViews(ctx context.Context, list ...interview.Promise) ([]Promise, error) {
	p := callOf(ctx).person
	talks := map[string]interview.Talk{}
	var ids []string
	for _, x := range list {
		t, ok := talks[x.Interview]
		if !ok {
			var err error
			if t, err = s.Store.Talk(ctx, x.Interview); err != nil {
				return nil, err
			}
			talks[x.Interview] = t
		}
		ids = append(ids, t.Employee, x.Person)
	}
	people, err := s.Store.PeopleByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := []Promise{}
	shown := map[string]map[string]bool{}
	for _, x := range list {
		t := talks[x.Interview]
		own := x.Person == p.ID && t.Status != interview.Erased
		if interview.Judge(p, interview.ActSeeActions, t) != nil && !own {
			continue
		}
		seen, known := shown[t.ID]
		if !known && !own {
			if seen, err = s.shownStatements(ctx, p, t); err != nil {
				return nil, err
			}
			shown[t.ID] = seen
		}
		if seen != nil && !seen[x.Statement] && !own {
			continue // an action item is a statement of the record: who may not read it there does not read it here
		}
		v := Promise{ID: x.ID, Interview: x.Interview, Employee: nameOf(people, t.Employee), RecordedOn: t.RecordedOn, Statement: x.Statement,
			Text: x.Text, Owner: x.Owner, Due: x.Due, DueDate: x.DueDate, State: x.State, Mine: x.Person == p.ID, ETag: etag(x.UpdatedAt),
			Overdue: x.State == "open" && x.DueDate != "" && x.DueDate <= yesterday(), CanChange: changesActions(p, t, x), UpdatedAt: x.UpdatedAt}
		if x.Person != "" {
			r := nameOf(people, x.Person)
			v.Person = &r
		}
		out = append(out, v)
	}
	return out, nil
}

// shownStatements are the statements of an interview's record that p may see; nil: all of them.
func (s *Server) shownStatements(ctx context.Context, p interview.Person, t interview.Talk) (map[string]bool, error) {
	rel := interview.RelationOf(p, t)
	if !rel.Guarded && !asHR(rel) || t.Draft == 0 {
		return nil, nil
	}
	d, err := s.draftOf(ctx, p, t, cmp.Or(t.Sealed, t.Draft))
	if err != nil {
		return nil, err
	}
	if asHR(rel) && !rel.Successor {
		forHR(d)
	}
	out := map[string]bool{}
	for _, sec := range d.Sections {
		for _, st := range sec.Statements {
			out[st.ID] = true
		}
	}
	return out, nil
}

// changesActions reports whether p may change the state of an action item: the two people those of their interview, hr
// what hr has taken on.
func changesActions(p interview.Person, t interview.Talk, x interview.Promise) bool {
	if interview.Judge(p, interview.ActSeeActions, t) != nil && x.Person != p.ID {
		return false
	}
	rel := interview.RelationOf(p, t)
	return rel.Subject || rel.Interviewer || x.Person == p.ID || rel.HR && x.Owner == interview.PartHR
}

func (s *Server) changeAction(ctx context.Context, in *actionChangeIn) (*Body[Promise], error) {
	c := callOf(ctx)
	seen, err := seenAt(in.IfMatch.IfMatch, false)
	if err != nil {
		return nil, err
	}
	x, err := s.Store.Promise(ctx, in.Action)
	if err != nil {
		return nil, err
	}
	if seen, err := s.promiseViews(ctx, x); err != nil || len(seen) == 0 {
		if err == nil {
			err = interview.E("not_found", nil)
		}
		return nil, err
	}
	t, err := s.Store.Talk(ctx, x.Interview)
	if err != nil {
		return nil, err
	}
	c.talk = t
	switch {
	case !changesActions(c.person, t, x):
		return nil, interview.E("forbidden", nil)
	case in.Body.State == nil && in.Body.DueDate == nil:
		return nil, invalid("body", "empty")
	case in.Body.DueDate != nil && *in.Body.DueDate != "" && !validDay(*in.Body.DueDate):
		return nil, invalid("due_date", "date")
	}
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if x, err = tx.UpdatePromise(ctx, x.ID, seen, store.PromiseChange{State: in.Body.State, DueDate: in.Body.DueDate}); err != nil {
			return err
		}
		return audit(ctx, tx, "action_changed", x.ID, x.State)
	})
	if err != nil {
		return nil, err
	}
	v, err := s.promiseViews(ctx, x)
	if err != nil {
		return nil, err
	}
	if len(v) == 0 {
		return nil, interview.E("not_found", nil)
	}
	return &Body[Promise]{v[0]}, nil
}

// yesterday is the newest day that is over; what was due then is overdue.
func yesterday() string { return interview.Now().Local().AddDate(0, 0, -1).Format("2006-01-02") }
