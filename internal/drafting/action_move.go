package drafting

import (
	"kikigaki/internal/evidence"
	"kikigaki/internal/pattern"
)

// moves asks for another day, or sets one: 「さっきの資料、来週の月曜でもいいですか」.
var moves = pattern.MustCompile(`でも?(?:いい|よろしい|大丈夫|構わない)(?:です|でしょう)?(?:か|かな|よね)|待って(?:くれ|もら|いただ|ください)|(?:変え|変更|ずらし|ずらさ|延ば|伸ばし|延期|後ろ倒し|前倒し)|まで(?:待|で(?:いい|お願い))|じゃなくて|ではなくて|にして(?:もら|いただ|ください)|に(?:しよう|しましょう|なりました|なった)|\binstead\b|\bcould (?:we|i) (?:say|make|do|push|move)\b|\bcan (?:we|i) (?:say|make|do|push|move)\b|\b(?:push|move|make) (?:it|that)\b|\brather than\b`)

// maxSpan is how many turns back the matter of a new day may have been named.
const maxSpan = 2

// moveDues gives a task the day that the two agree on later, when they come back to it only to change its day. What
// was said then is no task of its own.
func (e *excerpt) moveDues(list []action) []action {
	r := e.r
	for t := range r.turns {
		due := e.movedTo(t)
		if due == nil {
			continue
		}
		at := e.movedTask(list, t, due)
		if at < 0 {
			continue
		}
		a := &list[at]
		a.due = due
		for n := t; n <= t+1 && n < len(r.turns); n++ {
			for i := r.turns[n].from; i < r.turns[n].to; i++ {
				if len(r.dates[i]) > 0 && r.sentences[i].out == "" {
					a.said = append(a.said, i)
				}
			}
		}
		kept := list[:0]
		for i, b := range list {
			if i != at && b.owner == list[at].owner && b.from >= t && b.from <= t+maxSpan && b.due != nil && b.due.Date == due.Date {
				continue
			}
			kept = append(kept, b)
		}
		list = kept
	}
	return list
}

// movedTo is the day that turn t asks for and the next turn lets stand; nil when there is none.
func (e *excerpt) movedTo(t int) *evidence.When {
	r := e.r
	asked := false
	var dated []int
	for i := r.turns[t].from; i < r.turns[t].to; i++ {
		if r.sentences[i].out != "" {
			return nil
		}
		if e.hasDate(i) {
			dated = append(dated, i)
		}
	}
	for i := r.turns[t].from; i < r.turns[t].to && len(dated) > 0; i++ {
		asked = asked || moves.MatchString(r.sentences[i].s)
	}
	if !asked || len(dated) == 0 || t+1 >= len(r.turns) || e.plansNextTalk(t) {
		return nil
	}
	next := e.datesIn(t + 1)
	if !r.c.agree.in(r.text(t+1)) && len(next) == 0 || r.c.decline.in(r.text(t+1)) {
		return nil
	}
	due := e.dueOf(dated)
	if due == nil || due.Date == "" {
		return nil
	}
	return due
}

// movedTask is the task, taken on before turn t, whose day is changed there: one whose day or words are named with the
// change.
func (e *excerpt) movedTask(list []action, t int, due *evidence.When) int {
	r := e.r
	words := map[string]bool{}
	days := map[string]bool{}
	for n := max(0, t-maxSpan); n <= t; n++ {
		if r.turns[n].part != r.turns[t].part {
			continue
		}
		for _, w := range movedWord.FindAllString(r.text(n), -1) {
			if !notTask[w] {
				words[w] = true
			}
		}
		for _, w := range e.datesIn(n) {
			days[w.Date] = true
		}
	}
	best, most := -1, 0
	for i, a := range list {
		if a.to >= t-1 || a.due == nil || a.due.Date == "" || a.due.Date == due.Date {
			continue
		}
		score := 0
		if days[a.due.Date] {
			score += 3
		}
		for _, w := range movedWord.FindAllString(r.sentences[a.main].s, -1) {
			if words[w] {
				score += 2
				words[w] = false
			}
		}
		for w := range words { // given back for the next task
			words[w] = true
		}
		if score >= most && score > 1 {
			best, most = i, score
		}
	}
	return best
}

var movedWord = pattern.MustCompile(`[\p{Han}]{2,4}|\p{Katakana}[\p{Katakana}ー]+|[a-z]{4,}`)
