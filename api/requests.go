package api

import (
	"context"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// answerWithin is how long hr has to answer what the employee asks for.
const answerWithin = 14 * day

func (s *Server) listRequests(ctx context.Context, in *OnTalk) (*Body[Page[Request]], error) {
	list, next, err := s.Store.Requests(ctx, store.RequestFilter{Interview: in.ID}, store.Page{Limit: 200})
	if err != nil {
		return nil, err
	}
	out := []Request{}
	for _, r := range list {
		v, err := s.requestView(ctx, r)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return &Body[Page[Request]]{pageOf(out, next)}, nil
}

// AskedFor is a request as hr sees it in the list over all interviews.
type AskedFor struct {
	Request
	Interview  string `json:"interview"`
	Employee   Ref    `json:"employee"`
	RecordedOn string `json:"recorded_on"`
}

type allRequestsIn struct {
	Paging
	State string `query:"state" enum:"open,done,refused"`
}

// allRequests lists what employees asked for, newest first. Nobody of hr sees their own here: another one answers it.
func (s *Server) allRequests(ctx context.Context, in *allRequestsIn) (*Body[Page[AskedFor]], error) {
	c := callOf(ctx)
	state := in.State
	if state == "done" {
		state = "granted"
	}
	list, next, err := s.Store.Requests(ctx, store.RequestFilter{State: state}, in.page())
	if err != nil {
		return nil, err
	}
	out := []AskedFor{}
	for _, r := range list {
		t, err := s.Store.Talk(ctx, r.Interview)
		if err != nil {
			return nil, err
		}
		if interview.Judge(c.person, interview.ActSeeRequests, t) != nil || !interview.RelationOf(c.person, t).HR {
			continue
		}
		v, err := s.requestView(ctx, r)
		if err != nil {
			return nil, err
		}
		people, err := s.Store.PeopleByID(ctx, t.Employee)
		if err != nil {
			return nil, err
		}
		out = append(out, AskedFor{Request: v, Interview: t.ID, Employee: nameOf(people, t.Employee), RecordedOn: t.RecordedOn})
	}
	return &Body[Page[AskedFor]]{pageOf(out, next)}, nil
}

// requestView shows a request; the store's "granted" is "done" to people.
func (s *Server) requestView(ctx context.Context, r store.Request) (Request, error) {
	v := Request{ID: r.ID, Kind: r.Kind, Text: r.Text, State: r.State, Answer: r.Answer, At: r.CreatedAt, AnsweredAt: r.AnsweredAt}
	if v.State == "granted" {
		v.State = "done"
	}
	due, err := time.Parse(time.DateOnly, r.DueOn)
	if err != nil {
		return v, interview.E("internal_error", nil)
	}
	v.Due = due
	if r.AnsweredBy != "" {
		p, err := s.Store.PeopleByID(ctx, r.AnsweredBy)
		if err != nil {
			return v, err
		}
		ref := nameOf(p, r.AnsweredBy)
		v.AnsweredBy = &ref
	}
	return v, nil
}

func (s *Server) makeRequest(ctx context.Context, in *requestIn) (*Body[Request], error) {
	c := callOf(ctx)
	if c.talk.Status == interview.Erased {
		return nil, &interview.Error{Code: "state_conflict", State: c.talk.Status}
	}
	r := store.Request{Interview: in.ID, Person: c.person.ID, Kind: in.Body.Kind, Text: in.Body.Text,
		DueOn: interview.Now().Local().Add(answerWithin).Format(time.DateOnly)}
	open, _, err := s.Store.Requests(ctx, store.RequestFilter{Interview: in.ID, State: "open"}, store.Page{Limit: maxRequests})
	if err != nil {
		return nil, err
	}
	if len(open) >= maxRequests {
		return nil, interview.E("too_many", nil)
	}
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if r, err = tx.AddRequest(ctx, r); err != nil {
			return err
		}
		return audit(ctx, tx, "request_made", r.ID, r.Kind)
	})
	if err != nil {
		return nil, err
	}
	v, err := s.requestView(ctx, r)
	if err != nil {
		return nil, err
	}
	return &Body[Request]{v}, nil
}

func (s *Server) answerRequest(ctx context.Context, in *answerIn) (*Body[Request], error) {
	c := callOf(ctx)
	r, err := s.Store.Request(ctx, in.Request)
	if err != nil {
		return nil, err
	}
	if r.Interview != in.ID {
		return nil, interview.E("not_found", nil)
	}
	if r.Kind == "erase" && in.Body.State == "done" {
		// Erasing answers by itself and takes the request along: while it is here, nothing was erased.
		return nil, &interview.Error{Code: "state_conflict", State: c.talk.Status}
	}
	state := map[string]string{"done": "granted", "refused": "refused"}[in.Body.State]
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if r, err = tx.AnswerRequest(ctx, r.ID, state, in.Body.Answer, c.person.ID); err != nil {
			return err
		}
		if err := mail(ctx, tx, c.talk, "request_answered", r.Person, r.ID); err != nil {
			return err
		}
		return audit(ctx, tx, "request_answered", r.ID, in.Body.State)
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, c.talk)
	v, err := s.requestView(ctx, r)
	if err != nil {
		return nil, err
	}
	return &Body[Request]{v}, nil
}
