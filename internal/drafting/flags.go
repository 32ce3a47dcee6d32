package drafting

import (
	"strings"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// flags adds the remarks that people are shown beside a draft: words about harm, harassment and wrongdoing have a
// fixed line of their own (words §8). What was said is not repeated.
func (r *Reading) flags() {
	seen := map[string]bool{}
	for _, s := range r.sentences {
		if s.out == ReasonOffRecord {
			continue // not even that something was said
		}
		for _, c := range words().sensitive {
			if c.name != "crisis" && c.name != "harassment" && c.name != "whistle" {
				continue
			}
			m := c.ja
			if r.lang == "en" {
				m = c.en
			}
			if !seen[c.name] && m.in(s.s) {
				seen[c.name] = true
				r.Flags = append(r.Flags, interview.Flag{Kind: c.name, Segment: s.id})
			}
		}
	}
}

var (
	nextTalkJA = pattern.MustCompile(`次回(?:は|なん|です|だけ|ですが|の(?:面談|話|日程|予定|1on1))|次の(?:面談|1on1|回)|^(?:それでは|では|じゃあ|ほな)?次(?:は|回は)|また会|もう一回(?:やっ|話|面談)`)
	nextTalkEN = pattern.MustCompile(`meet again|next (?:meeting|talk|session|one-on-one|one\b|chat|catch-up|conversation)|talk again|see you (?:on|again)|^(?:so |okay |right |and )*next time\b`)
	notNext    = pattern.MustCompile(`まで(?:に|には|。|$)|次の面談(?:まで|で(?:は|確))|(?:次の面談|次回)(?:で|に|のとき(?:に)?)[^。]*(?:見せ|報告|教え|聞かせ|持って|話し|話して|出し|発表|渡)`)
)

// turnsBack goes back to something else: 「あ、それと」.
var turnsBack = pattern.MustCompile(`^(?:あ)?(?:それと|それから|あと(?:、|[^でのかに])|そういえば|そうだ、)|^oh,? and\b|^and (?:the|that|about)\b`)

// agreeFollowUp finds the day of the next talk: the last day named after it was proposed, as long as the two speak
// of nothing else.
func (r *Reading) agreeFollowUp() {
	re := nextTalkJA
	if r.lang == "en" {
		re = nextTalkEN
	}
	best := ""
	for i, s := range r.sentences {
		if !re.MatchString(s.s) || s.out != "" || notNext.MatchString(s.s) && len(r.dates[i]) == 0 || notNext.MatchString(s.s) {
			continue
		}
		found, where, quiet := "", []int(nil), 0
		for j := i; j < len(r.sentences) && r.sentences[j].turn <= s.turn+7; j++ {
			if j > i && turnsBack.MatchString(r.sentences[j].s) {
				break // another matter
			}
			named := false
			for _, w := range r.dates[j] {
				if w.Date != "" && !w.Limit && w.Date > r.Calendar.RecordedOn.Format("2006-01-02") {
					found, named = w.Date, true
				}
			}
			if named {
				where, quiet = append(where, r.sentences[j].id), 0
			} else if quiet++; quiet > 6 {
				break
			}
			if j > i+1 && r.opensTopic(r.sentences[j].turn) && r.sentences[j].turn > s.turn && !named {
				break
			}
		}
		if found != "" {
			best, r.followUp = found, where
		}
	}
	if best != "" {
		r.Calendar.FollowUp = best
		for i, s := range r.sentences { // 「次の面談まで」 now means a day
			if strings.Contains(s.s, "次") || strings.Contains(s.s, "面談") || strings.Contains(s.s, "next") || strings.Contains(s.s, "meet") || strings.Contains(s.s, "talk") {
				r.dates[i] = r.Calendar.Dates(s.raw, r.lang, r.before(i))
			}
		}
	}
}
