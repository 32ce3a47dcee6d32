package drafting

import (
	"slices"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
)

// nameSentences gives each sentence without an id that of the sentence of the version before that says the same: in the
// same words, else on the same words of the talk. A new one gets an id of its own. Remarks therefore stay with what they
// were made on, wherever it stands.
func nameSentences(list []interview.Sentence, before *interview.Draft) {
	taken := map[string]bool{}
	for _, s := range list {
		taken[s.ID] = true
	}
	same := []func(a, b interview.Sentence) bool{
		func(a, b interview.Sentence) bool { return a.Text == b.Text },
		func(a, b interview.Sentence) bool {
			return slices.ContainsFunc(a.Evidence, func(e interview.Evidence) bool { return sharesEvidence(b.Evidence, []int{e.Segment}) })
		},
	}
	for _, alike := range same {
		for i := range list {
			for j := 0; before != nil && list[i].ID == "" && j < len(before.Summary); j++ {
				if id := before.SentenceID(j); !taken[id] && alike(list[i], before.Summary[j]) {
					list[i].ID, taken[id] = id, true
				}
			}
		}
	}
	for i := range list {
		if list[i].ID == "" {
			list[i].ID = interview.NewID()
		}
	}
}

// nameStatements does the same for the statements that an engine wrote anew: one that is about the same matter as a
// statement of the version before, in the same section, is that statement. Remarks, and what the employee has looked at
// already, stay with it; whether it still says the same is told by its words. What people wrote has kept its id.
func nameStatements(d, before *interview.Draft) {
	if before == nil {
		return
	}
	taken := map[string]bool{}
	for _, sec := range d.Sections {
		for _, st := range sec.Statements {
			taken[st.ID] = true
		}
	}
	for i := range d.Sections {
		old := before.Section(d.Sections[i].Key)
		if old == nil {
			continue
		}
		list := d.Sections[i].Statements
		known := func(id string) bool {
			return slices.ContainsFunc(old.Statements, func(x interview.Statement) bool { return x.ID == id })
		}
		for {
			best, at, from := 0.0, -1, -1
			for j := range list {
				if list[j].By == "person" || known(list[j].ID) {
					continue
				}
				for k, was := range old.Statements {
					if was.By == "person" || taken[was.ID] || !sameMatter(list[j], was) {
						continue
					}
					if l := likeness(list[j], was); l > best {
						best, at, from = l, j, k
					}
				}
			}
			if at < 0 {
				break
			}
			list[at].ID, taken[old.Statements[from].ID] = old.Statements[from].ID, true
		}
	}
}

// likeness of two statements of the same matter, above 0: their words, and a little for the words of the talk they share.
func likeness(a, b interview.Statement) float64 {
	l := (evidence.Coverage(a.Text, b.Text)+evidence.Coverage(b.Text, a.Text))/2 + 0.01
	if a.Text == b.Text {
		l++
	}
	for _, e := range a.Evidence {
		if slices.ContainsFunc(b.Evidence, func(o interview.Evidence) bool { return o.Segment == e.Segment && o.Quote == e.Quote }) {
			l += 0.1
		}
	}
	return l
}
