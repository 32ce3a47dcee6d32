package drafting

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// mergeActions joins what is spoken of more than once: the same owner and the same matter, the later due wins.
func (e *excerpt) mergeActions(list []action) []action {
	var out []action
	for _, a := range list {
		at := -1
		for i := range out {
			for _, o := range append([]action{out[i]}, out[i].again...) {
				if e.sameTask(o, a) {
					at = i
				}
			}
		}
		if at < 0 {
			out = append(out, a)
			continue
		}
		o := &out[at]
		for _, i := range a.said {
			if !slices.Contains(o.said, i) {
				o.said = append(o.said, i)
			}
		}
		if a.due != nil {
			o.due = a.due
		}
		o.again = append(o.again, a)
	}
	return out
}

func (e *excerpt) sameTask(a, b action) bool {
	if a.owner != b.owner {
		return false
	}
	mainA, mainB := e.r.sentences[a.main].raw, e.r.sentences[b.main].raw
	apart := a.due != nil && b.due != nil && a.due.Date != b.due.Date && names(mainA, mainB) && names(mainB, mainA)
	if b.from <= a.to+2 && b.from >= a.from && !e.parted(a, b) && !apart {
		return true
	}
	mine := e.taskWords(a)
	if b.from-a.to > 12 && utf8.RuneCountInString(e.r.sentences[b.main].s) >= 20 && names(e.r.sentences[b.main].raw, e.r.text(a.from)+e.r.text(a.to)) {
		return false // spoken of at length, and of something else
	}
	for _, w := range e.r.topics(e.r.sentences[b.main].s) {
		if mine[w] && e.rare(w) {
			return true
		}
	}
	hits := 0
	after := -1
	if apart {
		after = a.to
	}
	for w := range e.taskWordsAfter(b, after) {
		for v := range mine {
			if v == w && utf8.RuneCountInString(w) >= 5 && e.rare(w) {
				return true
			}
			if v == w || strings.HasPrefix(v, w) || strings.HasPrefix(w, v) {
				if e.rare(v) && e.rare(w) {
					hits++
					break
				}
			}
		}
	}
	return hits >= 2 || hits == 1 && utf8.RuneCountInString(e.r.text(b.from)) < 30
}

// rare reports a word that few sentences hold: two tasks that share it are the same one.
func (e *excerpt) rare(w string) bool {
	n := 0
	for _, s := range e.r.sentences {
		if strings.Contains(s.s, w) {
			if n++; n > 6 {
				return false
			}
		}
	}
	return true
}

// parted reports that another matter was opened between two tasks.
func (e *excerpt) parted(a, b action) bool {
	for t := a.to + 1; t <= b.from; t++ {
		if e.r.turns[t].part == interview.PartInterviewer && e.startsAnew(t) {
			return true
		}
	}
	return false
}

// taskWords are the nouns spoken while a task was given.
func (e *excerpt) taskWords(a action) map[string]bool { return e.taskWordsAfter(a, -1) }

// taskWordsAfter leaves out the turns up to one in which another task was given.
func (e *excerpt) taskWordsAfter(a action, after int) map[string]bool {
	out := map[string]bool{}
	back := 2
	if e.r.turns[a.from].part == interview.PartEmployee {
		back = 3 // the interviewer's two turns before it
	}
	for t := max(0, a.from-back, after+1); t <= min(len(e.r.turns)-1, a.to); t++ {
		if e.r.turns[t].part == interview.PartEmployee && t != e.r.sentences[a.main].turn {
			continue // reasons and side remarks
		}
		for _, w := range taskWord.FindAllString(e.r.text(t), -1) {
			if !notTask[w] && !strings.ContainsAny(w, "曜月日") {
				out[w] = true
			}
		}
	}
	return out
}

var (
	taskWord = pattern.MustCompile(`[\p{Han}]{2,6}|[a-z]*[\p{Katakana}ー]{3,}|[a-z]{4,}`)
	notTask  = map[string]bool{"来月": true, "来週": true, "今月": true, "今週": true, "面談": true, "時間": true, "今日": true, "自分": true, "部長": true, "課長": true, "一回": true, "今年": true,
		"来年": true, "予定": true, "確認": true, "返事": true, "相談": true, "会社": true, "仕事": true, "月末": true, "水曜": true, "金曜": true, "月曜": true, "火曜": true, "木曜": true, "will": true, "that": true,
		"this": true, "with": true, "have": true, "your": true, "what": true, "yes": true, "good": true, "thank": true, "there": true, "about": true, "next": true, "month": true, "friday": true, "them": true, "then": true, "they": true, "from": true, "week": true, "days": true, "second": true, "first": true,
		"before": true, "after": true, "could": true, "would": true, "should": true, "might": true, "their": true, "those": true, "these": true, "which": true, "where": true, "some": true, "much": true,
		"many": true, "more": true, "most": true, "just": true, "like": true, "really": true, "maybe": true, "right": true, "okay": true, "sure": true, "thing": true, "things": true, "time": true, "year": true,
		"also": true, "only": true, "into": true, "over": true, "than": true, "been": true, "going": true, "want": true, "need": true, "make": true, "take": true, "come": true, "back": true, "well": true,
		"know": true, "think": true, "tell": true, "said": true, "look": true, "perhaps": true, "please": true, "thanks": true, "shall": true, "until": true, "again": true, "still": true, "something": true,
		"when": true, "were": true, "same": true, "fine": true, "very": true, "here": true, "each": true, "every": true, "other": true, "monday": true, "tuesday": true, "wednesday": true, "thursday": true, "send": true, "write": true}
)
