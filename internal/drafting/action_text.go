package drafting

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/interview"
)

// actionStatement writes an action item: a verb in plain form, owner and due in fields of their own.
func (e *excerpt) actionStatement(a action) (interview.Statement, bool) {
	s := interview.Statement{Speaker: e.r.sentences[a.main].part, By: "ai", Owner: a.owner}
	if e.r.lang == "en" {
		s.Text = e.englishAction(a)
	} else {
		s.Text = e.japaneseAction(a)
	}
	if s.Text == "" {
		return s, false
	}
	var parts []int
	for _, i := range a.said {
		if !slices.Contains(parts, i) && e.r.sentences[i].out == "" && len(parts) < 5 {
			parts = append(parts, i)
		}
	}
	if a.due != nil { // the sentence that names the due is always cited
		for _, i := range a.said {
			for j := range e.r.dates[i] {
				if &e.r.dates[i][j] == a.due && !slices.Contains(parts, i) {
					parts[len(parts)-1] = i
				}
			}
		}
		due := a.due.Text
		s.Due = &due
		if a.due.Date != "" {
			d := a.due.Date
			s.DueDate = &d
		}
		if !e.cites(parts, a) {
			if i, ok := e.sentenceOf(a); ok {
				parts = append(parts, i)
			}
		}
	}
	for _, i := range parts {
		s.Evidence = append(s.Evidence, e.quote(i))
		e.used[i] = interview.ActionItems
	}
	return s, true
}

func (e *excerpt) cites(parts []int, a action) bool {
	for _, i := range parts {
		for j := range e.r.dates[i] {
			if &e.r.dates[i][j] == a.due {
				return true
			}
		}
	}
	return false
}

// sentenceOf finds the sentence that names the due of an action.
func (e *excerpt) sentenceOf(a action) (int, bool) {
	for _, x := range append([]action{a}, a.again...) {
		for t := max(0, x.from-1); t <= min(len(e.r.turns)-1, x.to); t++ {
			for i := e.r.turns[t].from; i < e.r.turns[t].to; i++ {
				for j := range e.r.dates[i] {
					if &e.r.dates[i][j] == a.due && e.r.sentences[i].out == "" {
						return i, true
					}
				}
			}
		}
	}
	return 0, false
}

// japaneseAction takes the clause that says most of what is to be done.
func (e *excerpt) japaneseAction(a action) string {
	best := ""
	for n, i := range a.said {
		s := e.r.sentences[i]
		if s.out != "" || n > 0 && !(e.r.c.commit.only(s.s) && e.strong(s.s)) && !e.r.c.request.only(s.s) {
			continue
		}
		text := e.deed(i, a.owner)
		// the sentence that was asked or promised first wins unless another says clearly more
		if best == "" || utf8.RuneCountInString(text) > utf8.RuneCountInString(best)+6 && utf8.RuneCountInString(best) < 14 || utf8.RuneCountInString(text) > utf8.RuneCountInString(best) && utf8.RuneCountInString(best) < 8 && objects.MatchString(text) {
			best = text
		}
	}
	if utf8.RuneCountInString(best) < 2 {
		return ""
	}
	text := shorten(e.withObject(best, a) + "。")
	if !e.namesThing(text) && !strings.Contains(text, "を") {
		return "" // a verb alone tells a reader nothing
	}
	return text
}
