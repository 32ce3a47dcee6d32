package drafting

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// maxTalk is how many turns the two may talk about when a task is to be done.
const maxTalk = 8

// request follows a request to the employee through the talk about its date until it is accepted or dropped.
func (e *excerpt) request(t int, asked []int) (action, bool) {
	r := e.r
	a := action{owner: interview.PartEmployee, main: asked[len(asked)-1], from: t, to: t}
	for _, i := range asked {
		if utf8.RuneCountInString(r.sentences[i].s) > utf8.RuneCountInString(r.sentences[a.main].s) {
			a.main = i
		}
	}
	a.said = []int{a.main}
	accepted, firm := false, false
	dated := e.turnSentences(t)
	last := t
	for n := t + 1; n < len(r.turns) && n <= t+maxTalk; n++ {
		if r.turns[n].to == r.turns[n].from {
			break
		}
		text := r.text(n)
		if r.turns[n].part == interview.PartInterviewer {
			if n > t+1 && (e.startsAnew(n) || e.turnOut(n) || accepted && e.promises(n)) {
				break
			}
			for i := r.turns[n].from; i < r.turns[n].to; i++ {
				if len(r.dates[i]) > 0 {
					dated = append(dated, i)
					a.said = append(a.said, i)
				}
			}
			last = n
			continue
		}
		if e.turnOut(n) || r.c.decline.in(text) && !weakNo.in(text) || vague.MatchString(text) && !r.accepts(n) {
			if accepted && e.turnOut(n) {
				break // another matter, and left out
			}
			return action{}, false
		}
		yes := false
		for i := r.turns[n].from; i < r.turns[n].to; i++ {
			s := r.sentences[i]
			if r.c.agree.in(s.s) && !s.ask {
				yes = true
				verb := r.c.commit.cue.in(s.s) && (e.strong(s.s) || e.sameVerb(a.main, i))
				firm = firm || verb || len(r.dates[i]) > 0
				if utf8.RuneCountInString(s.s) > 3 || verb {
					a.said = append(a.said, i)
				}
			}
			if len(r.dates[i]) > 0 && !reason.MatchString(s.s) {
				dated = append(dated, i)
				a.said = append(a.said, i)
			}
		}
		asksOn := r.sentences[r.turns[n].to-1].ask || asksBack.MatchString(text) || strings.Contains(text, "いつ")
		if n == t+1 && !yes && len(e.datesIn(n)) == 0 && !asksOn {
			break
		}
		accepted = accepted || yes
		last = n
		if n+1 < len(r.turns) && asksWhen.MatchString(r.text(n+1)) {
			last = n + 1
			continue
		}
		if firm && n+1 < len(r.turns) && (len(e.datesIn(n+1)) == 0 || e.startsAnew(n+1)) {
			break
		}
		if yes && n+1 < len(r.turns) && len(e.datesIn(n+1)) == 0 && !asksOn {
			break
		}
	}
	if !accepted {
		return action{}, false
	}
	a.to = last
	a.due = e.dueOf(e.lastDated(dated))
	for back := 0; a.due == nil && back <= 2 && t-back >= 0 && untilThen.MatchString(r.text(t)); back++ {
		if a.due = e.dueOf(e.ahead(t - back)); a.due != nil && back > 0 {
			for _, i := range e.turnSentences(t - back) {
				if len(r.dates[i]) > 0 && r.sentences[i].out == "" {
					a.said = append(a.said, i)
				}
			}
		}
	}
	if a.due == nil && !firm {
		return action{}, false
	}
	return a, true
}

var untilThen = pattern.MustCompile(`(?:それ|その日|その時|そのとき)まで`)

// sameVerb reports an answer that takes up the verb of the request: 「…つけてみてください」「つけてみます」.
func (e *excerpt) sameVerb(asked, answer int) bool {
	if e.r.lang != "ja" {
		return false
	}
	verb := func(i int) string {
		m := morphemes(e.k, e.r.sentences[i].s)
		if at := e.mainVerb(m, interview.PartEmployee); at >= 0 {
			return m[at].base
		}
		return ""
	}
	v := verb(answer)
	return v != "" && v != "する" && v == verb(asked)
}

// asksWhen keeps the talk about a task open that was taken on already.
var asksWhen = pattern.MustCompile(`いつ(?:まで|頃|ごろ|ぐらい|くらい|に)|期限|何日(?:まで|頃|ごろ)|by when|when (?:can|could|will|do) you`)

var reason = pattern.MustCompile(`(?:ので|から|んで|もんですから)$`)

// lastDated are the sentences of the last turn that names a date.
func (e *excerpt) lastDated(dated []int) []int {
	turn := -1
	for _, i := range dated {
		if len(e.r.dates[i]) > 0 && e.hasDate(i) {
			turn = max(turn, e.r.sentences[i].turn)
		}
	}
	if turn < 0 {
		return dated
	}
	var out []int
	for _, i := range dated {
		if e.r.sentences[i].turn == turn {
			out = append(out, i)
		}
	}
	return out
}

func (e *excerpt) hasDate(i int) bool {
	return slices.ContainsFunc(e.r.dates[i], func(w evidence.When) bool { return w.Date != "" && !e.noDay(&w) })
}

// turnOut reports a turn that stays out as a whole.
func (e *excerpt) turnOut(t int) bool {
	left := false
	for i := e.r.turns[t].from; i < e.r.turns[t].to; i++ {
		if s := e.r.sentences[i]; s.out == "" && utf8.RuneCountInString(s.s) > 2 {
			return false
		}
		left = left || e.r.sentences[i].out != ""
	}
	return left
}

// startsAnew reports an interviewer's turn that goes on to another task or matter.
func (e *excerpt) startsAnew(t int) bool {
	r := e.r
	for i := r.turns[t].from; i < r.turns[t].to; i++ {
		s := r.sentences[i]
		if utf8.RuneCountInString(s.s) < 6 {
			continue
		}
		if r.c.transition.in(s.s) && !e.hasDateAhead(i) || r.asksAbout(s.s) != "" && s.ask && len(r.dates[i]) == 0 {
			return true
		}
		if r.c.request.only(s.s) && len(r.dates[i]) == 0 && !strings.Contains(s.s, "いかが") && !strings.Contains(s.s, "どう") {
			return true
		}
	}
	return e.plansNextTalk(t)
}

// hasDateAhead reports a date after the day of the talk: 「今日」 fixes nothing.
func (e *excerpt) hasDateAhead(i int) bool {
	today := e.r.Calendar.RecordedOn.Format("2006-01-02")
	return slices.ContainsFunc(e.r.dates[i], func(w evidence.When) bool { return w.Date != today })
}

// plansNextTalk reports a turn that fixes the next talk: that is no task.
func (e *excerpt) plansNextTalk(t int) bool {
	re := nextTalkJA
	if e.r.lang == "en" {
		re = nextTalkEN
	}
	for i := e.r.turns[t].from; i < e.r.turns[t].to; i++ {
		if s := e.r.sentences[i].s; re.MatchString(s) && !notNext.MatchString(s) {
			return true
		}
	}
	return false
}

// promises reports a turn in which the interviewer takes something on.
func (e *excerpt) promises(t int) bool {
	for i := e.r.turns[t].from; i < e.r.turns[t].to; i++ {
		s := e.r.sentences[i]
		if e.r.c.commit.only(s.s) && !s.ask && e.strong(s.s) || e.r.c.hr.in(s.s) && handsOn.MatchString(s.s) {
			return true
		}
	}
	return false
}
