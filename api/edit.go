package api

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
	"kikigaki/internal/store"
	"kikigaki/prompts"
)

// editor applies a person's changes to a draft.
type editor struct {
	draft  *interview.Draft
	script *interview.Transcript // nil: written by hand, nothing to cite
	form   *prompts.Template
	talk   interview.Talk
	person string
	part   interview.Part // of the person in this talk
	shut   bool           // sensitive statements are not there for the person
}

// editDraft makes a new version out of a person's changes to the newest one.
func (s *Server) editDraft(ctx context.Context, in *editIn) (*Tagged[DraftDocument], error) {
	c := callOf(ctx)
	if err := seenVersion(in.IfMatch.IfMatch, "d", in.N); err != nil {
		return nil, err
	}
	if in.N != c.talk.Draft {
		return nil, interview.E("precondition_failed", nil)
	}
	d, err := s.Store.Draft(ctx, c.talk.ID, in.N)
	if err != nil {
		return nil, err
	}
	e, err := s.editor(ctx, d)
	if err != nil {
		return nil, err
	}
	if err := e.apply(in.Body); err != nil {
		return nil, err
	}
	d.Author, d.CreatedAt = interview.Author{Kind: "person", ID: c.person.ID}, zero
	t := c.talk
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		err := tx.PutDraft(ctx, d, in.N)
		if interview.Code(err) == "draft_superseded" {
			return interview.E("precondition_failed", nil) // somebody was faster: the two are shown side by side
		}
		if err != nil {
			return err
		}
		if c.talk.Status == interview.InReview { // not t: after a deadlock this runs again
			m := store.MoveInput{ID: c.talk.ID, Event: interview.EditMade, OnDraft: d.Version}
			if e.part == interview.PartEmployee { // whoever is asked stays asked
				m.WaitingFor = &c.talk.WaitingFor
			}
			if t, err = tx.Move(ctx, m); err != nil {
				return err
			}
			if e.part != interview.PartEmployee {
				if err := mailRevised(ctx, tx, t, strconv.Itoa(d.Version)); err != nil {
					return err
				}
			}
		}
		return audit(ctx, tx, "edited", fmt.Sprint(d.Version), "")
	})
	if err != nil {
		return nil, err
	}
	if t, err = s.Store.Talk(ctx, t.ID); err != nil {
		return nil, err
	}
	c.talk = t
	s.committed(ctx, t, draftEvent(d.Version), stateEvent(t))
	if e.shut {
		withoutSensitive(d)
	}
	return s.draftDocument(ctx, d)
}

func (s *Server) editor(ctx context.Context, d *interview.Draft) (*editor, error) {
	c := callOf(ctx)
	e := &editor{draft: d, talk: c.talk, person: c.person.ID, part: partOf(c.talk, c.person.ID),
		shut: interview.RelationOf(c.person, c.talk).Guarded}
	var err error
	if e.form, err = s.Templates.Get(d.Template, ""); err != nil {
		if e.form, err = s.Templates.Get(c.talk.Template, ""); err != nil {
			return nil, err
		}
	}
	if e.script, err = s.Store.Transcript(ctx, c.talk.ID, 0); err != nil && interview.Code(err) != "not_found" {
		return nil, err
	}
	if err != nil {
		e.script = nil
	}
	return e, nil
}

func (e *editor) apply(p DraftPatch) error {
	if len(p.Statements)+len(p.Sections) == 0 && p.Summary == nil {
		return invalid("body", "empty")
	}
	for i, st := range p.Statements {
		if err := e.statement(st, fmt.Sprintf("statements[%d]", i)); err != nil {
			return err
		}
	}
	for i, sec := range p.Sections {
		if err := e.section(sec, fmt.Sprintf("sections[%d]", i)); err != nil {
			return err
		}
	}
	if p.Summary != nil { // an empty one is what is left when the last sentence goes
		if err := e.summary(p.Summary); err != nil {
			return err
		}
	}
	return nil
}

// mine reports whether the person may change a statement: the employee what they said, the interviewer everything but
// the words the employee wrote or corrected themselves.
func (e *editor) mine(st *interview.Statement, sec *interview.Section) bool {
	own := st.By == "person" && st.Author == e.person
	if e.part == interview.PartEmployee {
		form := e.form.Section(sec.Key)
		if form != nil && form.Source == prompts.SourcePeople && !own {
			return false // 面談者所見 is the interviewer's
		}
		return own || st.Speaker == interview.PartEmployee || st.Speaker == interview.PartBoth
	}
	return st.By != "person" || st.Author != e.talk.Employee
}

func (e *editor) statement(p StatementPatch, path string) error {
	if p.ID == "" {
		return e.add(p, path)
	}
	sec, at := e.find(p.ID)
	if sec == nil {
		return invalid(path+".id", "unknown")
	}
	st := sec.Statements[at]
	if !e.mine(&st, sec) {
		return interview.E("forbidden", nil)
	}
	if p.Remove {
		r := interview.Removed{ID: st.ID, Section: sec.Key, By: e.person}
		for _, x := range st.Evidence {
			r.Segments = append(r.Segments, x.Segment)
		}
		e.draft.Removed = append(e.draft.Removed, r)
		sec.Statements = slices.Delete(sec.Statements, at, at+1)
		if len(sec.Statements) == 0 && sec.State == interview.Discussed {
			sec.State = interview.NotDiscussed
		}
		return nil
	}
	if err := e.fill(&st, p, sec.Key, path); err != nil {
		return err
	}
	if p.Section != "" && p.Section != sec.Key {
		to := e.draft.Section(p.Section)
		if to == nil {
			return invalid(path+".section", "unknown")
		}
		if form := e.form.Section(to.Key); form != nil && form.Source == prompts.SourcePeople && e.part == interview.PartEmployee {
			return interview.E("forbidden", nil) // as for a new one
		}
		switch {
		case to.Key != interview.ActionItems:
			st.Owner, st.Due, st.DueDate = "", nil, nil
		case st.Owner == "":
			st.Owner = interview.PartUnknown
		}
		sec.Statements = slices.Delete(sec.Statements, at, at+1)
		if len(sec.Statements) == 0 && sec.State == interview.Discussed {
			sec.State = interview.NotDiscussed
		}
		to.Statements = append(to.Statements, st)
		to.State = interview.Discussed
		return nil
	}
	sec.Statements[at] = st
	return nil
}

func (e *editor) find(id string) (*interview.Section, int) {
	for i := range e.draft.Sections {
		for j := range e.draft.Sections[i].Statements {
			if st := &e.draft.Sections[i].Statements[j]; st.ID == id && !(e.shut && st.Sensitive) {
				return &e.draft.Sections[i], j
			}
		}
	}
	return nil, 0
}

func (e *editor) add(p StatementPatch, path string) error {
	sec := e.draft.Section(p.Section)
	switch {
	case sec == nil:
		return invalid(path+".section", "unknown")
	case p.Text == nil || strings.TrimSpace(*p.Text) == "":
		return invalid(path+".text", "required")
	case p.Remove:
		return invalid(path+".id", "required")
	}
	form := e.form.Section(sec.Key)
	if form != nil && form.Source == prompts.SourcePeople && e.part == interview.PartEmployee {
		return interview.E("forbidden", nil)
	}
	st := interview.Statement{ID: interview.NewID(), Speaker: e.part, Audience: "both", Sensitive: form != nil && form.Sensitive}
	if !st.Sensitive {
		st.Audience = "hr"
	}
	if sec.Key == interview.ActionItems {
		st.Owner = interview.PartUnknown
	}
	if err := e.fill(&st, p, sec.Key, path); err != nil {
		return err
	}
	if e.part == interview.PartInterviewer && st.Speaker == interview.PartEmployee && len(st.Evidence) == 0 && e.script != nil {
		return invalid(path+".evidence", "required") // nobody writes the employee's words without a place they stand
	}
	sec.Statements = append(sec.Statements, st)
	sec.State = interview.Discussed
	return nil
}

// fill puts the given fields into a statement. Who widens who may read a sensitive one must be the employee.
func (e *editor) fill(st *interview.Statement, p StatementPatch, section, path string) error {
	was := *st
	if p.Text != nil {
		text := strings.TrimSpace(*p.Text)
		if text == "" {
			return invalid(path+".text", "required")
		}
		st.Text = text
	}
	if p.Speaker != nil {
		st.Speaker = *p.Speaker
	}
	if p.Evidence != nil {
		cited, err := e.cite(p.Evidence, path)
		if err != nil {
			return err
		}
		st.Evidence, st.Grounded = cited, len(cited) > 0
	}
	if p.Sensitive != nil {
		st.Sensitive = *p.Sensitive
		if st.Sensitive && p.Audience == nil {
			st.Audience = "both"
		}
	}
	if p.Audience != nil {
		st.Audience = *p.Audience
	}
	if e.part != interview.PartEmployee && was.Sensitive && (!st.Sensitive || st.Audience == "hr") {
		return interview.E("forbidden", nil)
	}
	if err := e.action(st, p, section, path); err != nil {
		return err
	}
	if was.ID == "" || was.Text != st.Text || was.Speaker != st.Speaker || p.Evidence != nil || was.Text == "" {
		st.By, st.Author = "person", e.person
		st.Grounded = len(st.Evidence) > 0
	}
	who := e.person
	st.ChangedBy = &who
	return nil
}

// action fills what only action items have.
func (e *editor) action(st *interview.Statement, p StatementPatch, section, path string) error {
	if p.Owner == nil && p.Due == nil && p.DueDate == nil {
		return nil
	}
	if section != interview.ActionItems {
		return invalid(path+".owner", "unknown")
	}
	if p.Owner != nil {
		st.Owner = *p.Owner
	}
	if p.Due != nil {
		st.Due = nil
		if *p.Due != "" {
			st.Due = p.Due
		}
	}
	if p.DueDate != nil {
		st.DueDate = nil
		if *p.DueDate != "" {
			if !validDay(*p.DueDate) {
				return invalid(path+".due_date", "date")
			}
			st.DueDate = p.DueDate
		}
	}
	return nil
}

// cite checks that quotes stand where they are said to stand and keeps them as the transcript has them.
func (e *editor) cite(list []EvidencePatch, path string) ([]interview.Evidence, error) {
	out := []interview.Evidence{}
	for i, x := range list {
		field := fmt.Sprintf("%s.evidence[%d]", path, i)
		if e.script == nil || e.script.Segment(x.Segment) == nil {
			return nil, invalid(field+".segment", "unknown")
		}
		literal, ok := evidence.Quote(e.script, x.Segment, x.Quote)
		if !ok {
			return nil, invalid(field+".quote", "quote_not_found")
		}
		out = append(out, interview.Evidence{Segment: x.Segment, Quote: literal})
	}
	if e.script != nil {
		evidence.Times(e.script, out)
	}
	return out, nil
}

func (e *editor) section(p SectionPatch, path string) error {
	sec := e.draft.Section(p.Key)
	if sec == nil {
		return invalid(path+".key", "unknown")
	}
	for i, st := range p.Statements {
		st.Section = p.Key
		if err := e.statement(st, fmt.Sprintf("%s.statements[%d]", path, i)); err != nil {
			return err
		}
	}
	if p.State == nil {
		return nil
	}
	form := e.form.Section(sec.Key)
	if form != nil && form.Source == prompts.SourcePeople && e.part == interview.PartEmployee {
		return interview.E("forbidden", nil)
	}
	if (len(sec.Statements) > 0) != (*p.State == interview.Discussed) {
		return invalid(path+".state", "statements") // only a section with statements was discussed
	}
	sec.State = *p.State
	if *p.State == interview.NotDiscussed {
		sec.Evidence = nil
	}
	return nil
}
