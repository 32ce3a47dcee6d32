package api

import (
	"context"
	"fmt"

	"kikigaki/internal/interview"
	"kikigaki/internal/queue"
	"kikigaki/internal/store"
)

func draftEvent(version int) queue.Event { return queue.Event{Type: "draft", Version: version} }

// writeByHand stores a record that people write, in the same form: after a refusal, or where a recording is of no use.
func (s *Server) writeByHand(ctx context.Context, ask Redraft) (*Body[Interview], error) {
	c := callOf(ctx)
	name := c.talk.Template
	if ask.Template != "" {
		name = ask.Template
	}
	form, err := s.Templates.Get(name, c.talk.Language)
	if err != nil {
		return nil, err
	}
	people, err := s.Store.PeopleByID(ctx, c.talk.Employee, c.talk.HeldBy())
	if err != nil {
		return nil, err
	}
	d := &interview.Draft{Interview: c.talk.ID, Template: form.ID(), Language: c.talk.Language,
		Author: interview.Author{Kind: "person", ID: c.person.ID},
		Header: interview.Header{Employee: headName(people[c.talk.Employee]), Interviewer: headName(people[c.talk.HeldBy()]),
			RecordedOn: c.talk.RecordedOn, Purpose: c.talk.Purpose}}
	if c.talk.Place != "" {
		d.Header.Place = &c.talk.Place
	}
	for _, sec := range form.Sections {
		d.Sections = append(d.Sections, interview.Section{Key: sec.Key, Title: sec.Title(c.talk.Language), State: interview.NotDiscussed})
	}
	e := &editor{draft: d, form: form, talk: c.talk, person: c.person.ID, part: partOf(c.talk, c.person.ID)}
	for i, sec := range ask.Sections {
		if err := e.section(sec, fmt.Sprintf("sections[%d]", i)); err != nil {
			return nil, err
		}
	}
	t := c.talk
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		if name != c.talk.Template {
			if _, err := tx.UpdateTalk(ctx, t.ID, zero, store.TalkChange{Template: &name}); err != nil {
				return err
			}
		}
		if err := tx.PutDraft(ctx, d, store.AnyVersion); err != nil {
			return err
		}
		yes := true
		var err error
		if t, err = tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.HandWritten, ByHand: &yes, NewGeneration: true}); err != nil {
			return err
		}
		if err := mail(ctx, tx, t, "draft_ready", t.Employee, fmt.Sprint(d.Version)); err != nil {
			return err
		}
		return audit(ctx, tx, "written_by_hand", fmt.Sprint(d.Version), "")
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, t, draftEvent(d.Version), stateEvent(t))
	return s.answerWith(ctx, t)
}

func headName(p interview.Person) interview.Name {
	return interview.Name{ID: p.ID, Name: p.Name, Department: p.Department}
}
