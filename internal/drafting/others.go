package drafting

import (
	"strings"
	"unicode/utf8"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

var (
	workJA   = pattern.MustCompile(`担当|やって(?:い)?ます|やって(?:い)?て|任され|開発|受け持|見て(?:い)?ます|になって|兼務`)
	selfJA2  = pattern.MustCompile(`得意|強み|好き(?:なん|です|で)|嫌いじゃな|大切に|向いて(?:い)?る|うれしかった|やりがい`)
	notSelf  = pattern.MustCompile(`得意先|得意ではな|得意じゃな`)
	workEN   = pattern.MustCompile(`\bi (?:work|make|write|run|lead|look after|am in charge)\b`)
	selfEN2  = pattern.MustCompile(`\bi (?:like|enjoy|love|am good at|care about)\b|my strength`)
	maxOther = 3
)

// others fills the sections beside the four at the heart, sparingly: the answer to a question about the work, what
// the employee says of themselves, and when the two talk next.
func (e *excerpt) others(sections map[string][]interview.Statement) {
	want := map[string]bool{}
	for _, s := range e.in.Template.Drafted() {
		want[s.Key] = true
	}
	_, topics := e.blocks()
	work, self := workJA, selfJA2
	if e.r.lang == "en" {
		work, self = workEN, selfEN2
	}
	for i, s := range e.r.sentences {
		if s.part != interview.PartEmployee || s.out != "" || e.used[i] != "" || s.ask || utf8.RuneCountInString(s.s) < 10 {
			continue
		}
		key := ""
		switch {
		case want["self_understanding"] && self.MatchString(s.s) && !notSelf.MatchString(s.s):
			key = "self_understanding"
		case want["current_work"] && topics[i] == "current_work" && work.MatchString(s.s):
			key = "current_work"
		}
		if key == "" || len(sections[key]) >= maxOther {
			continue
		}
		text := e.write(candidate{i: i}, key)
		if text == "" {
			continue
		}
		sections[key] = append(sections[key], interview.Statement{Text: text, Speaker: interview.PartEmployee, By: "ai", Evidence: []interview.Evidence{e.quote(i)}})
		e.used[i] = key
	}
	if want["purpose"] {
		if s, ok := e.purpose(); ok {
			sections["purpose"] = append(sections["purpose"], s)
		}
	}
	if want["last_time"] {
		sections["last_time"] = append(sections["last_time"], e.lastTime()...)
	}
	if want["next"] && len(e.r.followUp) > 0 {
		if s, ok := e.next(); ok {
			sections["next"] = append(sections["next"], s)
		}
	}
}

// next says when the two talk again, in the words in which the day was agreed on.
func (e *excerpt) next() (interview.Statement, bool) {
	s := interview.Statement{Speaker: interview.PartBoth, By: "ai"}
	parts := map[interview.Part]bool{}
	day := ""
	for _, id := range e.r.followUp {
		for _, i := range e.r.bySegment[id] {
			for _, w := range e.r.dates[i] {
				if w.Date != e.r.Calendar.FollowUp || e.r.sentences[i].out != "" || strings.HasPrefix(w.Text, "次") {
					continue
				}
				if utf8.RuneCountInString(w.Text) > utf8.RuneCountInString(day) {
					day = w.Text
				}
				if len(s.Evidence) < 3 {
					s.Evidence = append(s.Evidence, e.quote(i))
					parts[e.r.sentences[i].part] = true
				}
			}
		}
	}
	if day == "" {
		return s, false
	}
	if len(parts) < 2 {
		s.Speaker = e.r.sentences[e.r.bySegment[s.Evidence[0].Segment][0]].part
	}
	s.Text = "次の面談は" + strings.ReplaceAll(trimDay(day), "、", "") + "だ。"
	if e.r.lang == "en" {
		s.Text = capital("next talk "+day) + "."
	}
	return s, true
}

var dayTrail = pattern.MustCompile(`(?:までには|までに|まで|には|に|で|、|の)+$`)

func trimDay(s string) string { return dayTrail.ReplaceAllString(s, "") }
