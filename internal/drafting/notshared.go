package drafting

import (
	"strings"
	"unicode/utf8"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// notShared marks wishes and judgements of the interviewer that the employee does not take up, and recaps that the
// employee puts right.
func (r *Reading) notShared() {
	for t := 1; t < len(r.turns); t++ {
		if r.turns[t].part != interview.PartEmployee || r.turns[t-1].part != interview.PartInterviewer {
			continue
		}
		before := r.text(t - 1)
		wish := r.c.interviewerWish.in(before) && (r.lang == "en" || r.c.interviewerWish.person.in(before) || strings.Contains(before, "てほしい"))
		judged := r.c.judgement.in(before) || strings.HasSuffix(before, "向いてん") || r.c.interviewerWish.in(before)
		denied, strong, owned := false, false, false
		for i := r.turns[t].from; i < r.turns[t].to && i < r.turns[t].from+3; i++ {
			s := r.sentences[i]
			if s.out != "" && s.out != ReasonInterviewerOnly {
				continue
			}
			denied = denied || r.c.deny.in(s.s)
			strong = strong || strongDenial.MatchString(s.s)
			owned = owned || r.lang == "en" && r.c.accept.in(s.s)
		}
		if owned {
			denied, strong = false, false // "no, that's, yeah, that's true"
		}
		switch {
		case wish && (r.unwilling(t) || !r.takesUp(t)):
			r.markExchange(t, ReasonInterviewerOnly)
		case judged && denied && r.opensOrStates(t-1), strong && utf8.RuneCountInString(before) > 8 && !r.offers(t-1):
			r.markExchange(t, ReasonInterviewerOnly)
		}
	}
}

var strongDenial = pattern.MustCompile(`^(?:え|あ)?(?:いや|いえ|いいえ)?(?:そこ|それ)(?:も|は)(?:違|ちゃ)|違うと思って|それ(?:は|も)ちゃいます|i do not agree|i don't agree|that is not (?:true|right)|^no,? that`)

// unwilling: the answer to a wish of the interviewer's holds a refusal, an evasion or an echo, and no acceptance.
func (r *Reading) unwilling(t int) bool {
	if r.accepts(t) {
		return false
	}
	for i := r.turns[t].from; i < r.turns[t].to; i++ {
		s := r.sentences[i].s
		if (r.c.reluctant.in(s) || r.c.deny.in(s) || r.c.decline.in(s)) && !asksBack.MatchString(s) {
			return true
		}
	}
	return false
}

// takesUp: the answer to a wish of the interviewer's makes it the employee's own: it accepts, or says so in a wish.
func (r *Reading) takesUp(t int) bool {
	if r.accepts(t) {
		return true
	}
	for i := r.turns[t].from; i < r.turns[t].to && i < r.turns[t].from+3; i++ {
		if own.MatchString(r.sentences[i].s) {
			return true
		}
	}
	return false
}

var own = pattern.MustCompile(`たい(?:です|な|と|ん|っす|$)|興味(?:が|は)?(?:あ|持)|挑戦|頑張|がんば|やってみ|考えてみます|うれしい|嬉しい|光栄|\b(?:i'd (?:love|like)|happy to|keen|sure|absolutely|definitely|sounds (?:good|great|interesting)|why not|count me in|interested)\b`)

func (r *Reading) opensOrStates(t int) bool { return r.runes(t) >= 6 }
