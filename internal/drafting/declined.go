package drafting

import (
	"strings"
	"unicode/utf8"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

var (
	offerJA  = compile([]string{`ませんか`, `(?:て|で)(?:もらえ|いただけ|くれ)(?:ない|ません|る|ます)`, `[らかたなまわがばさ]ないか$`, `(?:使い|受け|出|行き|やり|試し|申し込み|参加し)ますか$`, `どうだ(?:い|ろう)?(?:$|。)`, `ましょうか`, `どうかな`, `たらどう`, `いかがです`, `どうですか`, `どうされ`, `どう$`, `どう。`, `どうでしょう`, `お願い(?:でき|し(?:たい|よう))`, `やってみ`, `出て(?:くれ|み|もら)`, `出ん`, `入って`, `参加`, `受け(?:て|る|られ)`, `枠(?:が|は|も)`, `募集`, `推薦`, `講座`, `研修`, `プログラム`, `頼まれて`, `ですけど$`, `けど$`, `って(?:いう|ん)のが`})
	offerEN  = pattern.MustCompile(`would you like|do you want|how about|there is a|there's a|there(?:'s| is) also|if you (?:wanted|want|fancy|fancied)|if you'd like|you (?:might|could)|why don't you|join`)
	weakNo   = compile([]string{`大丈夫です`, `いいです`, `結構です`})
	acceptJA = compile([]string{`お願いします`, `受けます`, `やります`, `行きます`, `出ます$`, `申し込みます`, `ぜひ`, `そうします`, `出します`, `送ります`, `やってみます`})
	acceptEN = pattern.MustCompile(`\byes\b|i will|i'll`)
)

func (r *Reading) offers(t int) bool {
	if t < 0 || r.turns[t].part != interview.PartInterviewer {
		return false
	}
	if r.lang == "en" {
		return offerEN.MatchString(r.text(t))
	}
	text := r.text(t)
	return offerJA.in(text)
}

func (r *Reading) accepts(t int) bool {
	if r.lang == "en" {
		return acceptEN.MatchString(r.text(t))
	}
	return acceptJA.in(r.text(t))
}

// refuses are words that can only turn something down, so that what came before was an offer however it was put.
var refuses = pattern.MustCompile(`遠慮(?:します|しと|してお|させて)|辞退|お断り|断ります|見送(?:り|ら)(?:ます|せて)|やめて(?:おき|おく)|やめと(?:き|く)|勘弁|パス(?:で|し|させ)|取らないで|no,? thank|count me out|i'll pass|i will pass|let someone else`)

// acceptsApart is accepts in the sentences that decline nothing: "I'll skip it" takes nothing on.
func (r *Reading) acceptsApart(t int) bool {
	for i := r.turns[t].from; i < r.turns[t].to; i++ {
		if s := r.sentences[i].s; !r.c.decline.in(s) && (r.lang == "en" && acceptEN.MatchString(s) || r.lang != "en" && acceptJA.in(s)) {
			return true
		}
	}
	return false
}

// declined marks proposals that the employee turned down, with the talk about them.
func (r *Reading) declined() {
	for t := 1; t < len(r.turns); t++ {
		no := false
		if r.turns[t].part != interview.PartEmployee || r.turns[t-1].part != interview.PartInterviewer {
			continue
		}
		offered := r.offers(t-1) || t >= 3 && r.offers(t-3) && r.hesitates(t-2)
		for i := r.turns[t].from; i < r.turns[t].to && i < r.turns[t].from+4; i++ {
			s := r.sentences[i]
			if s.out != "" || !r.c.decline.in(s.s) || !offered && !refuses.MatchString(s.s) {
				continue
			}
			if weakNo.in(s.s) && (!proposes(r.text(t-1)) || r.opensTopic(t-1) && r.asksAbout(r.text(t-1)) == "health") {
				continue
			}
			no = true
		}
		if !no || r.acceptsApart(t) && !r.c.decline.in(r.sentences[r.turns[t].to-1].s) {
			continue
		}
		r.markExchange(t, ReasonDeclined)
	}
}

var (
	proposal = compile([]string{`ませんか`, `ましょうか`, `どうかな`, `たらどう`, `いかがです`, `どうですか`, `どうでしょう`, `お願い`, `補助`, `講座`, `研修`, `参加`, `枠`, `見たろか`, `てみ`})
	closing  = compile([]string{`わかりました`, `わかった`, `了解`, `なるほど`, `i understand`, `fair enough`, `okay`})
)

func proposes(s string) bool {
	return proposal.in(s)
}

// markExchange marks the turn t of the employee, the interviewer's before it, and the persuasion around them.
func (r *Reading) markExchange(t int, reason string) {
	r.markAnswer(t, reason)
	r.markProposal(t-1, reason)
	// persuasion before: the employee had already hesitated
	for b := t - 2; b > 0 && b > t-6; b -= 2 {
		if r.turns[b].part != interview.PartEmployee || r.runes(b) > r.short(24) || !r.hesitates(b) && r.runes(b) > r.short(6) {
			break
		}
		if !r.hesitates(b) {
			break
		}
		r.markTurn(b, reason)
		r.markProposal(b-1, reason)
	}
	// and after
	for n := t + 1; n+1 < len(r.turns) && n < t+6; n += 2 {
		if r.opensTopic(n) || r.turns[n].part != interview.PartInterviewer || r.turnsOver(n) || r.begins(n+1) {
			break
		}
		short := r.runes(n) < 14 && !r.closes(n)
		if !r.hesitates(n+1) && !(short && r.runes(n+1) > 6 && !r.turnsAway(n)) {
			break
		}
		if r.accepts(n + 1) {
			break
		}
		r.markTurn(n, reason)
		if r.markAnswer(n+1, reason) {
			break
		}
	}
}

// markAnswer marks an answer up to where it goes over to something of its own; it reports whether it did.
func (r *Reading) markAnswer(t int, reason string) (on bool) {
	for i := r.turns[t].from; i < r.turns[t].to; i++ {
		if s := r.sentences[i].s; i > r.turns[t].from && r.fresh(s) && utf8.RuneCountInString(s) >= 10 {
			return true
		}
		r.mark(i, reason)
	}
	return false
}

// begins reports a turn that opens with a "but" or "rather": the employee says what they do want.
func (r *Reading) begins(t int) bool {
	return r.turns[t].from < r.turns[t].to && r.fresh(r.sentences[r.turns[t].from].s)
}

// turnsOver reports an interviewer's turn that goes on to the next point.
func (r *Reading) turnsOver(t int) bool {
	for i := r.turns[t].from; i < r.turns[t].to; i++ {
		if s := r.sentences[i].s; utf8.RuneCountInString(s) >= 8 && r.c.transition.in(s) {
			return true
		}
	}
	return false
}

// turnsAway reports a short remark of the interviewer's that asks for something else.
func (r *Reading) turnsAway(n int) bool {
	s := r.text(n)
	return strings.Contains(s, "じゃあ") || strings.Contains(s, "ほか") || strings.Contains(s, "次")
}

func (r *Reading) closes(n int) bool {
	return closing.in(r.text(n))
}

func (r *Reading) hesitates(t int) bool {
	for i := r.turns[t].from; i < r.turns[t].to && i < r.turns[t].from+3; i++ {
		s := r.sentences[i]
		if r.c.reluctant.in(s.s) && !asksBack.MatchString(s.s) || r.c.decline.in(s.s) && !weakNo.in(s.s) || r.c.deny.in(s.s) {
			return true
		}
	}
	return false
}

var asksBack = pattern.MustCompile(`(?:いつ|どんな|何|なに|どこ|どれ|どう|だれ|誰|いくら|いくつ).{0,12}(?:か|の)?$|そうなんですか$|本当ですか$|いいんですか$|どういう`)

// markProposal marks the sentences of an interviewer's turn that make the proposal: the last three at most, and none
// before a change of subject.
func (r *Reading) markProposal(t int, reason string) {
	if t < 0 {
		return
	}
	from := max(r.turns[t].from, r.turns[t].to-4)
	for i := r.turns[t].to - 1; i > from; i-- {
		if nextPoint.MatchString(r.sentences[i].s) {
			from = i // what was said before it is another matter
		}
	}
	for i := from; i < r.turns[t].to; i++ {
		r.mark(i, reason)
	}
}

// nextPoint opens one point more within a turn.
var nextPoint = pattern.MustCompile(`^(?:あ)?(?:それと|それから|あともう|あと(?:一つ|は)|もう一(?:つ|個|点|件)|ところで|そういえば|別の話|話は変わ)|^(?:there's also|there is also|also|another thing|one more thing|oh and|by the way)\b`)
