package drafting

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"kikigaki/internal/interview"
)

// Revise answers comments with a new version. Only statements that a comment concerns change, and only those the
// engine wrote: what people wrote stays to the letter. Each change carries the id of the comment that caused it. A
// change that the talk does not support is not made. Without open comments the version is the same as before.
func (l *LLM) Revise(ctx context.Context, in Input) (_ *interview.Draft, err error) {
	if in.Previous == nil {
		return nil, errors.New("revise draft: the previous version is required")
	}
	r, err := l.start(in)
	if err != nil {
		return nil, err
	}
	defer func() { r.end(err) }()
	d := copyDraft(in.Previous)
	if err := r.reviseDraft(ctx, d); err != nil {
		return nil, unusable(err)
	}
	for _, g := range r.script.lines {
		r.read[g.segment] = true // the version rests on an earlier reading of the whole talk
	}
	d.Cost = interview.Cost{}
	d.Dropped, d.Flags = nil, nil
	r.sign(d)
	if d, err = r.finish(d); err != nil {
		return nil, err
	}
	inOrder(d, in.Previous)
	return d, nil
}

// inOrder puts the statements of a revision where they stood before; what is new follows. A reader who compares two
// versions should meet only what changed.
func inOrder(d, before *interview.Draft) {
	place := map[string]int{}
	for _, s := range before.Sections {
		for i, st := range s.Statements {
			place[st.ID] = i + 1
		}
	}
	for i := range d.Sections {
		list := d.Sections[i].Statements
		slices.SortStableFunc(list, func(a, b interview.Statement) int {
			x, y := place[a.ID], place[b.ID]
			if x == 0 || y == 0 {
				return cmp.Compare(y, x) // 0 is new, and comes last
			}
			return cmp.Compare(x, y)
		})
	}
}

func (r *run) reviseDraft(ctx context.Context, d *interview.Draft) error {
	remarks := openRemarks(r.in.Comments)
	if len(remarks) == 0 {
		return nil
	}
	var targets []target
	for _, s := range d.Sections {
		for _, st := range s.Statements {
			if st.By != "person" {
				targets = append(targets, target{s.Key, st})
			}
		}
	}
	remarks = slices.DeleteFunc(remarks, func(m remark) bool {
		return m.statement != "" && !slices.ContainsFunc(targets, func(t target) bool { return t.statement.ID == m.statement })
	})
	if len(remarks) == 0 {
		return nil // all of them are about people's own words, which people change
	}
	changes, err := r.discuss(ctx, targets, remarks)
	if err != nil {
		return err
	}
	failed := r.apply(d, targets, remarks, changes)
	if len(failed) == 0 {
		return nil
	}
	changes, err = r.discuss(ctx, targets, failed)
	if err != nil {
		if lasting(err) {
			return nil
		}
		return err
	}
	r.apply(d, targets, failed, changes)
	return nil
}

// openRemarks are the comments that ask for something, threads joined, oldest first.
func openRemarks(comments []interview.Comment) []remark {
	list := slices.Clone(comments)
	slices.SortStableFunc(list, func(a, b interview.Comment) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID))
	})
	var out []remark
	at := map[string]int{} // comment id to index of its thread
	for _, c := range list {
		if c.DeletedAt != nil || c.Resolved || c.Kind == "reaction" || strings.TrimSpace(c.Text) == "" {
			continue
		}
		if i, ok := at[c.Parent]; ok && c.Parent != "" {
			out[i].text += "\n" + c.Text
			at[c.ID] = i
			continue
		}
		at[c.ID] = len(out)
		out = append(out, remark{id: c.ID, statement: c.Statement, text: c.Text})
	}
	return out
}

// apply makes the changes that the check accepts, at most one of a statement, and returns the remarks whose change it
// refused, with the fault named.
func (r *run) apply(d *interview.Draft, targets []target, remarks []remark, changes []change) []remark {
	var failed []remark
	done := map[string]bool{}
	refuse := func(m remark, s interview.Statement, section string) {
		m.text += "\n" + faultText(r.lang, r.faults(s, section))
		failed = append(failed, m)
	}
	for _, c := range changes {
		m := remarks[c.Comment-1]
		by := m.id
		if c.Change == "add" {
			s := sectionOf(d, c.Section)
			if s == nil {
				continue
			}
			st := r.changed(interview.Statement{}, s.Key, c)
			st.ChangedBy = &by
			if len(r.faults(st, s.Key)) > 0 {
				refuse(m, st, s.Key)
				continue
			}
			r.place(s, st)
			continue
		}
		t := targets[*c.Statement-1]
		if done[t.statement.ID] || c.Change == "keep" {
			continue
		}
		s := d.Section(t.section)
		i := slices.IndexFunc(s.Statements, func(x interview.Statement) bool { return x.ID == t.statement.ID })
		if i < 0 {
			continue
		}
		switch c.Change {
		case "remove":
			done[t.statement.ID] = true
			resummarise(d, s.Statements[i], nil)
			s.Statements = slices.Delete(s.Statements, i, i+1)
			if len(s.Statements) == 0 {
				s.State = interview.NotDiscussed
			}
		case "rewrite":
			st := r.changed(t.statement, t.section, c)
			if st.Text == t.statement.Text && slices.Equal(quotes(st.Evidence), quotes(t.statement.Evidence)) && st.Owner == t.statement.Owner {
				continue
			}
			st.ChangedBy = &by
			if len(r.faults(st, t.section)) > 0 {
				refuse(m, st, t.section)
				continue
			}
			done[t.statement.ID] = true
			resummarise(d, s.Statements[i], &st)
			s.Statements[i] = st
		}
	}
	return failed
}

func sectionOf(d *interview.Draft, key *string) *interview.Section {
	if key == nil {
		return nil
	}
	return d.Section(*key)
}

func quotes(ev []interview.Evidence) []string {
	var out []string
	for _, e := range ev {
		out = append(out, e.Quote)
	}
	return out
}

// resummarise keeps the summary true: a sentence that rests on the words of a changed statement alone becomes the new
// statement, or goes with it. A sentence that rests on other words too goes.
func resummarise(d *interview.Draft, old interview.Statement, now *interview.Statement) {
	var out []interview.Sentence
	for _, s := range d.Summary {
		mine := 0
		for _, e := range s.Evidence {
			if slices.ContainsFunc(old.Evidence, func(o interview.Evidence) bool { return o.Segment == e.Segment && o.Quote == e.Quote }) {
				mine++
			}
		}
		switch {
		case mine == 0:
			out = append(out, s)
		case mine == len(s.Evidence) && now != nil && !now.Sensitive:
			out = append(out, interview.Sentence{ID: s.ID, Text: now.Text, Evidence: slices.Clone(now.Evidence)})
		}
	}
	d.Summary = out
}

// copyDraft copies what a revision may change.
func copyDraft(from *interview.Draft) *interview.Draft {
	d := *from
	d.NameSentences()
	d.Sections = slices.Clone(from.Sections)
	for i := range d.Sections {
		d.Sections[i].Statements = slices.Clone(d.Sections[i].Statements)
		for j := range d.Sections[i].Statements {
			d.Sections[i].Statements[j].Evidence = slices.Clone(d.Sections[i].Statements[j].Evidence)
		}
		d.Sections[i].Evidence = slices.Clone(d.Sections[i].Evidence)
	}
	return &d
}
