package evidence

// What of a claim must stand in the evidence to the letter: numbers, dates, weekdays.

import (
	"slices"
	"strings"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

var dateWords = pattern.MustCompile(`明後日|あさって|明日|あした|今日|本日|再来週|来週|今週|先週|再来月|来月|今月|先月|再来年|来年|今年|去年|年度末|年度内|年内|年明け|年末|月末|上旬|中旬|下旬|お盆|正月|週末|週明け|[月火水木金土日]曜|上期|下期|第?[1-4一二三四]四半期|四半期|夏|秋|春|冬|\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|july|august|september|october|november|december|tomorrow|today|next (?:week|month|year)|this (?:week|month|year)|last (?:week|month|year)|end of)\b`)

// dateWordsIn looks for words about time only where a letter that one of them holds stands.
func dateWordsIn(s string) []string {
	if !strings.ContainsAny(s, "日月年週期夏秋春冬旬盆明末") && !holds(s, "あさって", "あした", "day", "week", "month", "year", "ary", "ember", "ober", "march", "april", "june", "july", "august", "today", "tomorrow", "end of") {
		return nil
	}
	return dateWords.FindAllString(s, -1)
}

// clippedDay reports a weekday that is said without its 曜: 「月木」, 「土日」.
func clippedDay(word, said string) bool {
	day, ok := strings.CutSuffix(word, "曜")
	if !ok {
		return false
	}
	for _, run := range weekdayRun.FindAllString(said, -1) {
		if strings.Contains(run, day) {
			return true
		}
	}
	return false
}

var weekdayRun = pattern.MustCompile(`[月火水木金土日]{2,}`)

// numbers finds a number of the claim that was not said. The number one in kanji or English words is wording.
func (k *Checker) numbers(claim string, e said) (string, bool) {
	mine := Numbers(claim)
	if len(mine) == 0 {
		return "", true
	}
	cited, around := Numbers(e.cited), Numbers(e.around)
	before := Numbers(e.before)
	for _, n := range mine {
		if n.Kanji && n.Value == 1 {
			continue
		}
		if slices.ContainsFunc(before, func(o Number) bool { return o.Value == n.Value && o.Unit == n.Unit }) {
			continue // in the question
		}
		if n.Unit == "時" && n.Value > 12 && slices.ContainsFunc(cited, func(o Number) bool { return o.Unit == "時" && o.Value+12 == n.Value }) {
			continue // 4時半 in the afternoon is 16時半
		}
		if slices.ContainsFunc(cited, func(o Number) bool { return o.Value == n.Value && unitsAgree(o.Unit, n.Unit) }) {
			continue
		}
		rival := slices.ContainsFunc(cited, func(o Number) bool { return o.Unit == n.Unit && n.Unit != "" && o.Value != n.Value })
		if !rival && slices.ContainsFunc(around, func(o Number) bool { return o.Value == n.Value && o.Unit == n.Unit }) {
			continue
		}
		if slices.ContainsFunc(cited, func(o Number) bool { return o.Value == n.Value && (o.Unit == "" || n.Unit == "") }) {
			continue
		}
		r := []rune(claim)
		if n.end < len(r) && content(r[n.end]) { // 「5軸」, a name of the trade that the talk comes back to
			if term := string(r[n.at : n.end+1]); n.Unit == "" && e.wide(term) && k.topic(term) {
				continue
			}
		}
		return string(r[n.at:n.end]), false
	}
	return "", true
}

func unitsAgree(a, b string) bool {
	return a == b || a == "" || b == "" || strings.HasPrefix(a, b) || strings.HasPrefix(b, a) || len(a) == 1 && len(b) == 1
}

// dueFits reports whether the due date is one that the words of the evidence mean.
func (k *Checker) dueFits(s interview.Statement, lang string) bool {
	for _, e := range s.Evidence {
		if p, ok := k.place[e.Segment]; ok && slices.Contains(k.datesAround(p, lang), *s.DueDate) {
			return true
		}
	}
	return false
}

// datesAround are the dates named from four segments before place p to near after it, worked out once.
func (k *Checker) datesAround(p int, lang string) []string {
	list, known := k.dates[neighbourhood{p, lang}]
	if known {
		return list
	}
	var before []When
	for i := max(0, p-4); i <= min(len(k.t.Segments)-1, p+near); i++ {
		for _, w := range k.calendar.Dates(k.t.Segments[i].Text, lang, before) {
			before = append(before, w)
			list = append(list, w.Date)
		}
	}
	k.dates[neighbourhood{p, lang}] = list
	return list
}
