package api

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func (s *Server) getSheet(ctx context.Context, in *OnTalk) (*Tagged[Sheet], error) {
	v, err := s.Store.Sheet(ctx, in.ID)
	if interview.Code(err) == "not_found" {
		return &Tagged[Sheet]{Body: Sheet{Answers: []SheetAnswer{}}}, nil
	}
	if err != nil {
		return nil, err
	}
	return sheetView(v)
}

func sheetView(v store.Sheet) (*Tagged[Sheet], error) {
	out := Sheet{UpdatedAt: &v.UpdatedAt}
	if err := json.Unmarshal(v.Body, &out.Answers); err != nil {
		return nil, fmt.Errorf("decode sheet: %w", interview.E("internal_error", nil))
	}
	return &Tagged[Sheet]{etag(v.UpdatedAt), out}, nil
}

func (s *Server) putSheet(ctx context.Context, in *sheetIn) (*Tagged[Sheet], error) {
	c := callOf(ctx)
	_, err := s.Store.Sheet(ctx, in.ID)
	if err != nil && interview.Code(err) != "not_found" {
		return nil, err
	}
	seen, err := seenAt(in.IfMatch.IfMatch, err == nil) // the first one stands on nothing
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(in.Body.Answers)
	if err != nil {
		return nil, fmt.Errorf("encode sheet: %w", err)
	}
	var v store.Sheet
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if v, err = tx.PutSheet(ctx, store.Sheet{Interview: in.ID, Body: body, By: c.person.ID}, seen); err != nil {
			return err
		}
		return audit(ctx, tx, "sheet_written", "", "")
	})
	if err != nil {
		return nil, err
	}
	return sheetView(v)
}

// earlierTalks is how many of the employee's earlier interviews a briefing looks at, newest first.
const earlierTalks = 100

// getBriefing is what the interviewer reads before the talk: the sheet, the last confirmed record that they may read, what
// was promised. A record by another interviewer stays closed until the employee releases it to them.
func (s *Server) getBriefing(ctx context.Context, in *OnTalk) (*Body[Briefing], error) {
	c := callOf(ctx)
	out := Briefing{Sheet: Sheet{Answers: []SheetAnswer{}}, Actions: []Promise{}, Earlier: []EarlierTalk{}}
	if c.may(interview.ActReadSheet) {
		sheet, err := s.getSheet(ctx, in)
		if err != nil {
			return nil, err
		}
		out.Sheet = sheet.Body
	}
	talks, _, err := s.Store.Talks(ctx, store.TalkFilter{Employee: c.talk.Employee, Status: []interview.Status{interview.Approved}, To: c.talk.RecordedOn},
		store.Page{Limit: earlierTalks})
	if err != nil {
		return nil, err
	}
	talks = slices.DeleteFunc(talks, func(t interview.Talk) bool {
		rel := interview.RelationOf(c.person, t) // also of hr: as the interviewer of this talk they read what an interviewer reads
		return t.ID == c.talk.ID || t.Sealed == 0 || !(rel.Interviewer && !rel.Closed || rel.Successor)
	})
	var ids []string
	for _, t := range talks {
		ids = append(ids, t.HeldBy())
	}
	people, err := s.Store.PeopleByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	for i, t := range talks {
		if i == 0 {
			if out.Last, err = s.lastRecord(ctx, t); err != nil {
				return nil, err
			}
		}
		out.Earlier = append(out.Earlier, EarlierTalk{Interview: t.ID, RecordedOn: t.RecordedOn, Interviewer: nameOf(people, t.HeldBy())})
		list, _, err := s.Store.Promises(ctx, store.PromiseFilter{Interview: t.ID, State: "open"}, store.Page{Limit: 50})
		if err != nil {
			return nil, err
		}
		open, err := s.promiseViews(ctx, list...)
		if err != nil {
			return nil, err
		}
		out.Actions = append(out.Actions, open...)
	}
	return &Body[Briefing]{out}, nil
}

// lastRecord is an earlier confirmed record without what is sensitive, whoever asks.
func (s *Server) lastRecord(ctx context.Context, t interview.Talk) (*LastRecord, error) {
	d, err := s.Store.Draft(ctx, t.ID, t.Sealed)
	if err != nil {
		return nil, err
	}
	if err := s.logRead(ctx, t, "record"); err != nil {
		return nil, err
	}
	withoutSensitive(d)
	out := &LastRecord{Interview: t.ID, RecordedOn: t.RecordedOn, Summary: []string{}, Sections: d.Sections}
	for _, x := range d.Summary {
		out.Summary = append(out.Summary, x.Text)
	}
	return out, nil
}

func (s *Server) getNotes(ctx context.Context, in *OnTalk) (*Body[Notes], error) {
	c := callOf(ctx)
	list, err := s.Store.Notes(ctx, in.ID, c.person.ID, interview.RelationOf(c.person, c.talk).HR)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, n := range list {
		ids = append(ids, n.Author)
	}
	people, err := s.Store.PeopleByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := Notes{Items: []Note{}, Reminder: phrase(c.lang, "reminder")}
	for _, n := range list {
		out.Items = append(out.Items, Note{Visibility: n.Visibility, Text: n.Text, Author: nameOf(people, n.Author), UpdatedAt: n.UpdatedAt, ETag: etag(n.UpdatedAt)})
	}
	return &Body[Notes]{out}, nil
}

func (s *Server) putNote(ctx context.Context, in *noteIn) (*Body[Notes], error) {
	c := callOf(ctx)
	seen, err := seenAt(in.IfMatch.IfMatch, false)
	if err != nil {
		return nil, err
	}
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		if _, err := tx.PutNote(ctx, store.Note{Interview: in.ID, Author: c.person.ID, Visibility: in.Body.Visibility, Text: in.Body.Text}, seen); err != nil {
			return err
		}
		return audit(ctx, tx, "note_written", "", in.Body.Visibility)
	})
	if err != nil {
		return nil, err
	}
	return s.getNotes(ctx, &in.OnTalk)
}

func (s *Server) listReads(ctx context.Context, in *readsIn) (*Body[Page[Reading]], error) {
	list, next, err := s.Store.Reads(ctx, in.ID, in.page())
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range list {
		ids = append(ids, r.Person)
	}
	people, err := s.Store.PeopleByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := []Reading{}
	for _, r := range list {
		out = append(out, Reading{Person: nameOf(people, r.Person), What: r.What, At: r.At})
	}
	return &Body[Page[Reading]]{pageOf(out, next)}, nil
}
