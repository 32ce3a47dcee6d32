package api

import (
	"context"
	"slices"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// Successors is who else may see an interview's record, and who could be let.
type Successors struct {
	HeldBy     Ref         `json:"held_by" doc:"With whom the talk was held"`
	Closed     bool        `json:"closed" doc:"Its present interviewer did not hold it and may not see what was made of it"`
	Released   []Successor `json:"released"`
	Candidates []Ref       `json:"candidates" doc:"Whom the employee may release it to: the interviewers of their interviews. Only for the employee"`
}

// Successor is somebody the employee has released the record to.
type Successor struct {
	Person    Ref       `json:"person"`
	Sensitive bool      `json:"sensitive" doc:"Sensitive statements too and, for the present interviewer, recording and transcript"`
	At        time.Time `json:"at"`
}

type succeedIn struct {
	OnTalk
	Body struct {
		Person    string `json:"person" minLength:"1" maxLength:"40" doc:"One of candidates"`
		Sensitive bool   `json:"sensitive,omitempty" doc:"Default: without what is sensitive"`
	}
}

type takeBackIn struct {
	OnTalk
	Person string `path:"person" maxLength:"40"`
}

func (s *Server) listSuccessors(ctx context.Context, _ *OnTalk) (*Body[Successors], error) {
	return s.successors(ctx, callOf(ctx).talk)
}

func (s *Server) successors(ctx context.Context, t interview.Talk) (*Body[Successors], error) {
	c := callOf(ctx)
	ids := []string{t.HeldBy(), t.Interviewer}
	if t.Succession != nil {
		for _, r := range t.Succession.Released {
			ids = append(ids, r.Person)
		}
	}
	var candidates []string
	if interview.RelationOf(c.person, t).Subject {
		var err error
		if candidates, err = s.candidates(ctx, t); err != nil {
			return nil, err
		}
	}
	people, err := s.Store.PeopleByID(ctx, append(slices.Clone(ids), candidates...)...)
	if err != nil {
		return nil, err
	}
	out := Successors{HeldBy: nameOf(people, t.HeldBy()), Released: []Successor{}, Candidates: []Ref{}}
	out.Closed = interview.RelationOf(interview.Person{ID: t.Interviewer}, t).Closed
	if t.Succession != nil {
		for _, r := range t.Succession.Released {
			out.Released = append(out.Released, Successor{Person: nameOf(people, r.Person), Sensitive: r.Sensitive, At: r.At})
		}
	}
	for _, id := range candidates {
		if p, ok := people[id]; ok && !p.Disabled {
			out.Candidates = append(out.Candidates, refOf(p))
		}
	}
	return &Body[Successors]{out}, nil
}

// candidates are the interviewers of the employee's interviews who did not hold this one: nobody else has a reason to
// read it, and the employee is shown nobody they do not know.
func (s *Server) candidates(ctx context.Context, t interview.Talk) ([]string, error) {
	var out []string
	cursor := ""
	for range 5 { // a thousand interviews with one person are enough to find their interviewers in
		talks, next, err := s.Store.Talks(ctx, store.TalkFilter{Employee: t.Employee}, store.Page{Limit: 200, Cursor: cursor})
		if err != nil {
			return nil, err
		}
		for _, x := range talks {
			if x.Status != interview.Erased && x.Interviewer != t.HeldBy() && x.Interviewer != t.Employee && !slices.Contains(out, x.Interviewer) {
				out = append(out, x.Interviewer)
			}
		}
		if cursor = next; next == "" {
			break
		}
	}
	return out, nil
}

// succeed lets a successor see the record. The employee alone does it, interview by interview, and can take it back.
func (s *Server) succeed(ctx context.Context, in *succeedIn) (*Body[Successors], error) {
	c := callOf(ctx)
	if err := s.narrow(c.person, interview.ActSucceed, c.talk); err != nil {
		return nil, err
	}
	known, err := s.candidates(ctx, c.talk)
	if err != nil {
		return nil, err
	}
	p, err := s.findPerson(ctx, in.Body.Person)
	if err != nil && interview.Code(err) != "not_found" {
		return nil, err
	}
	if err != nil || !slices.Contains(known, p.ID) {
		return nil, invalid("person", "unknown")
	}
	t := c.talk
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if t, err = tx.ReleaseRecord(ctx, t.ID, interview.Release{Person: p.ID, Sensitive: in.Body.Sensitive, At: interview.Now()}); err != nil {
			return err
		}
		reason := "without_sensitive"
		if in.Body.Sensitive {
			reason = "with_sensitive"
		}
		return audit(ctx, tx, "record_released", p.ID, reason)
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, t, stateEvent(t))
	return s.successors(ctx, t)
}

func (s *Server) takeBackRelease(ctx context.Context, in *takeBackIn) (*None, error) {
	t := callOf(ctx).talk
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if t, err = tx.TakeBackRelease(ctx, t.ID, in.Person); err != nil {
			return err
		}
		return audit(ctx, tx, "record_release_taken_back", in.Person, "")
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, t, stateEvent(t))
	return nil, nil
}

// draftFor loads a version of the interview in hand (0: the newest) as the caller may see it: guarded ones without what
// is sensitive.
func (s *Server) draftFor(ctx context.Context, n int) (*interview.Draft, error) {
	c := callOf(ctx)
	return s.draftOf(ctx, c.person, c.talk, n)
}

func (s *Server) draftOf(ctx context.Context, p interview.Person, t interview.Talk, n int) (*interview.Draft, error) {
	d, err := s.Store.Draft(ctx, t.ID, n)
	if err == nil && interview.RelationOf(p, t).Guarded {
		withoutSensitive(d)
	}
	return d, err
}

// withoutSensitive takes out of a version what is sensitive and what rests on the same words, and every remark that
// tells that there was something.
func withoutSensitive(d *interview.Draft) {
	d.NameSentences() // before some of them go
	hidden := map[int]bool{}
	for i := range d.Sections {
		sec := &d.Sections[i]
		sec.Statements = slices.DeleteFunc(slices.Clone(sec.Statements), func(st interview.Statement) bool {
			if st.Sensitive {
				for _, e := range st.Evidence {
					hidden[e.Segment] = true
				}
			}
			return st.Sensitive
		})
	}
	touched := func(list []interview.Evidence) bool {
		return slices.ContainsFunc(list, func(e interview.Evidence) bool { return hidden[e.Segment] })
	}
	for i := range d.Sections {
		if touched(d.Sections[i].Evidence) {
			d.Sections[i].Evidence = nil
		}
	}
	d.Summary = slices.DeleteFunc(slices.Clone(d.Summary), func(x interview.Sentence) bool { return touched(x.Evidence) })
	d.Dropped, d.Removed, d.Flags = nil, nil, nil
}
