package api

import (
	"fmt"
	"slices"
	"strings"

	"kikigaki/internal/interview"
)

// summary replaces the sentences of the summary. Each keeps its id, so that remarks stay with it. What the editor may
// not see stays where it is; the employee changes what the summary says of their own words, and disputes the rest.
func (e *editor) summary(list []SentencePatch) error {
	e.draft.NameSentences()
	before := e.draft.Summary
	visible := e.visible()
	known := func(id string) int {
		at := e.draft.Sentence(id)
		if at < 0 || !visible[before[at].ID] {
			return -1
		}
		return at
	}
	out, taken := []interview.Sentence{}, map[string]bool{}
	for i, x := range list {
		path := fmt.Sprintf("summary[%d]", i)
		cited, err := e.cite(x.Evidence, path)
		if err != nil {
			return err
		}
		id := ""
		if x.ID != "" {
			at := known(x.ID)
			if at < 0 {
				return invalid(path+".id", "unknown")
			}
			if id = before[at].ID; taken[id] {
				return invalid(path+".id", "duplicate")
			}
			taken[id] = true
		}
		out = append(out, interview.Sentence{ID: id, Text: strings.TrimSpace(x.Text), Evidence: cited})
	}
	for i := range out {
		for _, was := range before {
			if out[i].ID == "" && was.Text == out[i].Text && visible[was.ID] && !taken[was.ID] {
				out[i].ID, taken[was.ID] = was.ID, true
			}
		}
		if out[i].ID == "" {
			out[i].ID = interview.NewID()
		}
	}
	if e.part == interview.PartEmployee && !e.ownSummary(before, out) {
		return interview.E("forbidden", nil)
	}
	e.draft.Summary = withHidden(before, out, visible)
	return nil
}

// visible are the ids of the sentences that the editor may see.
func (e *editor) visible() map[string]bool {
	seen := *e.draft
	if e.shut {
		seen.Sections = slices.Clone(seen.Sections)
		withoutSensitive(&seen)
	}
	ids := map[string]bool{}
	for _, x := range seen.Summary {
		ids[x.ID] = true
	}
	return ids
}

// withHidden puts the sentences of before that are not visible back: behind the last one before them that is still there,
// else at the place they had.
func withHidden(before, after []interview.Sentence, visible map[string]bool) []interview.Sentence {
	out := slices.Clone(after)
	behind := -1 // in out
	for i, x := range before {
		switch at := slices.IndexFunc(out, func(y interview.Sentence) bool { return y.ID == x.ID }); {
		case !visible[x.ID] && behind >= 0:
			behind++
			out = slices.Insert(out, behind, x)
		case !visible[x.ID]:
			out = slices.Insert(out, min(i, len(out)), x)
		case at >= 0:
			behind = at
		}
	}
	return out
}

// ownSummary reports whether all that differs stands on words of the employee, before and after.
func (e *editor) ownSummary(before, after []interview.Sentence) bool {
	same := func(list []interview.Sentence, x interview.Sentence) bool {
		return slices.ContainsFunc(list, func(y interview.Sentence) bool {
			return x.ID == y.ID && x.Text == y.Text && slices.EqualFunc(x.Evidence, y.Evidence, func(a, b interview.Evidence) bool { return a.Segment == b.Segment })
		})
	}
	for _, pair := range [][2][]interview.Sentence{{before, after}, {after, before}} {
		for _, x := range pair[0] {
			if !same(pair[1], x) && !e.saidByEmployee(x.Evidence) {
				return false
			}
		}
	}
	return true
}

// saidByEmployee reports whether there is evidence and all of it is in the employee's voice.
func (e *editor) saidByEmployee(list []interview.Evidence) bool {
	if e.script == nil || len(list) == 0 {
		return false
	}
	for _, x := range list {
		g := e.script.Segment(x.Segment)
		if g == nil || !slices.ContainsFunc(e.script.Speakers, func(s interview.Speaker) bool { return s.Label == g.Speaker && s.Role == interview.PartEmployee }) {
			return false
		}
	}
	return true
}
