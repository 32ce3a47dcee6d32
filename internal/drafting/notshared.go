package drafting

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/interview"
)

var (
	topicJA  = regexp.MustCompile(`([\p{Han}\p{Katakana}ー]{2,}|[a-z]{2,})(?:の(?:話|件|こと|ほう|くだり|ところ)|は|って|も|を|への|に(?:行く|移る|異動))`)
	topicEN  = regexp.MustCompile(`\b(?:about|the|that) ([a-z]{4,})\b`)
	notTopic = map[string]bool{"今年": true, "今回": true, "最初": true, "記録": true, "話": true, "私": true, "自分": true, "希望": true, "今日": true, "先": true, "前": true, "実": true,
		"病名": true, "名前": true, "今": true, "件": true, "部分": true, "内容": true, "シート": true, "全部": true, "面談": true, "異動": true, "thing": true, "going": true, "getting": true, "having": true, "doing": true, "being": true, "last": true, "first": true, "next": true, "same": true, "other": true, "whole": true, "time": true, "year": true, "week": true, "month": true, "things": true, "just": true, "part": true, "idea": true}
	bracketed = regexp.MustCompile(`(?:あれ|それ|その件|あの件|さっき言った|最初に言った)`)
	wishLike  = compile([]string{`たい`, `たら`, `れば`, `かな`, `いいな`, `ええな`, `てみよう`, `希望`, `手を挙げ`, `ほうが`, `うれし`, `あり`, `書い(?:て|と)`, `want`, `would like`, `wish`, `hope`})
)

// topics are the nouns that a request or retraction names.
func (r *Reading) topics(s string) []string {
	re := topicJA
	if r.lang == "en" {
		re = topicEN
	}
	var out []string
	for _, m := range re.FindAllStringSubmatch(s, -1) {
		if !notTopic[m[1]] {
			out = append(out, m[1])
		}
	}
	return out
}

// retractions marks what was taken back: at once, or much later by naming it.
func (r *Reading) retractions() {
	c := &r.c.retraction
	done := -9
	for i := range r.sentences {
		s := r.sentences[i]
		if s.turn-done <= 4 && s.part == interview.PartEmployee && c.in(s.s) {
			for j := r.turns[s.turn].from; j < r.turns[s.turn].to; j++ {
				r.mark(j, ReasonRetracted) // the same matter, said once more
			}
			continue
		}
		if s.out != "" && s.out != ReasonJoke || !c.in(s.s) || s.part == interview.PartInterviewer && s.ask {
			continue
		}
		m := c.cue.find(s.s)
		if s.part == interview.PartInterviewer && !c.near.in(s.s) {
			continue // the interviewer repeats that it is dropped
		}
		if former.MatchString(s.s) {
			r.takeBackFormer(i)
			done = s.turn
			continue
		}
		if c.near.in(s.s) && !(m[0] > 36 && wishLike.in(s.s[:m[0]])) && !bracketed.MatchString(s.s) {
			r.takeBack(i)
			continue
		}
		topics := r.topics(lastClause(s.s[:m[0]]))
		if len(topics) == 0 {
			topics = r.topics(s.s[:m[0]])
		}
		for back := 1; len(topics) == 0 && back <= 3 && s.turn-back >= 0; back++ {
			if back == 1 {
				for j := i - 1; j >= r.turns[s.turn].from && len(topics) == 0; j-- {
					topics = r.topics(r.sentences[j].s)
				}
			}
			if len(topics) == 0 {
				topics = r.topics(r.text(s.turn - back))
			}
			if r.runes(s.turn-back) >= 12 {
				break // this is what is answered; what was said before it is another matter
			}
		}
		switch {
		case len(topics) > 0 && r.takeBackNamed(i, topics):
		case len(topics) > 0 && m[0] > 24: // named here, and said nowhere else
			for j := i; j < r.turns[s.turn].to && !(j > i && r.fresh(r.sentences[j].s)); j++ {
				r.mark(j, ReasonRetracted)
			}
		default:
			r.takeBack(i)
		}
		done = s.turn
	}
}

// former points at a wish of an earlier talk or of a form: what was said just before is another matter.
var former = regexp.MustCompile(`(?:前|以前|前回|去年|昨年|先月|先日|春|秋|シート|調書|アンケート|用紙)(?:に|の面談で|は|の)?(?:お)?(?:言っ|言い|話し|書い|書か|出し|出て|伝え|申し|希望)|\b(?:in|on) my form\b|i(?:'d| had)? asked (?:about|for|to)|last (?:time|year) i|i (?:once|used to|previously) `)

// takeBackFormer marks the wish of an earlier talk that sentence i takes back: where this talk names it, the sentence,
// and the exchange that makes sure of it.
func (r *Reading) takeBackFormer(i int) {
	s := r.sentences[i]
	if topics := r.topics(s.s); len(topics) == 0 || !r.takeBackNamed(i, topics) {
		for j := i; j < r.turns[s.turn].to && !(j > i && r.fresh(r.sentences[j].s)); j++ {
			r.mark(j, ReasonRetracted)
		}
		if i > r.turns[s.turn].from && former.MatchString(r.sentences[i-1].s) {
			r.mark(i-1, ReasonRetracted)
		}
	}
	r.confirmed(s.turn)
}

// confirmed marks the exchange after a retraction in which the other makes sure: 「…と言ってましたよね」「はい、でも今は」.
func (r *Reading) confirmed(t int) {
	if t+1 >= len(r.turns) || r.opensTopic(t+1) || r.turnsOver(t+1) || r.runes(t+1) > r.short(36) {
		return
	}
	r.markTurn(t+1, ReasonRetracted)
	last := r.sentences[r.turns[t+1].to-1]
	if sure := last.ask || makesSure.MatchString(last.s); sure && t+2 < len(r.turns) && r.runes(t+2) < r.short(60) {
		r.markTurn(t+2, ReasonRetracted)
	}
}

var makesSure = regexp.MustCompile(`(?:よね|っけ|でしたね|しね|のか|ですか|sure|really)$`)

// lastClause is what is taken back: the clauses before it give the reason.
func lastClause(s string) string {
	for _, end := range []string{"ので", "から", "んで", "けど", "ですが"} {
		if at := strings.LastIndex(s, end); at > 0 {
			s = s[at+len(end):]
		}
	}
	return s
}

// takeBack marks the last thing the same person said before sentence i, and the remark itself.
func (r *Reading) takeBack(i int) {
	s := r.sentences[i]
	r.mark(i, ReasonRetracted)
	own := false
	for j := i - 1; j >= r.turns[s.turn].from; j-- {
		if own && r.sentences[j].id != s.id {
			break // taken back in the same breath: what was said before it stands
		}
		own = own || utf8.RuneCountInString(r.sentences[j].s) >= 12
		r.mark(j, ReasonRetracted)
	}
	for j := i + 1; j < r.turns[s.turn].to; j++ {
		if wishLike.in(r.sentences[j].s) && r.fresh(r.sentences[j].s) {
			break
		}
		r.mark(j, ReasonRetracted)
	}
	if own {
		return
	}
	if s.turn >= 2 && r.runes(s.turn-1) < 30 {
		r.markTurn(s.turn-1, ReasonRetracted)
		r.markTail(s.turn-2, ReasonRetracted)
	}
}

// takeBackNamed marks the earlier wishes that name one of the topics or answer a question that does. ok is false when
// there are none.
func (r *Reading) takeBackNamed(i int, topics []string) (ok bool) {
	at := r.sentences[i].turn
	for t := 0; t < at; t++ {
		if r.turns[t].part == interview.PartInterviewer {
			continue
		}
		mine := hasAny(r.text(t), topics)
		asked := t > 0 && r.turns[t-1].part != r.turns[t].part && hasAny(r.text(t-1), topics)
		if !mine && !asked || !wishLike.in(r.text(t)) && !asked {
			continue
		}
		if at-t <= 3 {
			asked = true
		}
		if mine {
			for j := r.turns[t].from; j < r.turns[t].to; j++ {
				// a long turn may hold other matters
				if r.turns[t].to-r.turns[t].from <= 4 || hasAny(r.sentences[j].s, topics) {
					r.mark(j, ReasonRetracted)
				}
			}
		} else {
			r.markTurn(t, ReasonRetracted)
		}
		if asked {
			for j := r.turns[t-min(1, t)].from; j < r.turns[t-min(1, t)].to; j++ {
				if hasAny(r.sentences[j].s, topics) {
					r.mark(j, ReasonRetracted)
				}
			}
		}
		ok = true
		for next := t + 1; next+1 < at && next < t+4; next += 2 {
			if !hasAny(r.text(next), topics) && r.runes(next) >= 25 {
				break
			}
			if r.opensTopic(next) && !hasAny(r.text(next), topics) {
				break
			}
			r.markTurn(next, ReasonRetracted)
			if !hasAny(r.text(next+1), topics) && wishLike.in(r.text(next+1)) && !hasAny(r.text(next), topics) {
				break
			}
			r.markTurn(next+1, ReasonRetracted)
		}
	}
	if ok {
		for j := r.turns[at].from; j < r.turns[at].to; j++ {
			r.mark(j, ReasonRetracted)
		}
	}
	return ok
}

var (
	offerJA  = compile([]string{`ませんか`, `(?:て|で)(?:もらえ|いただけ|くれ)(?:ない|ません|る|ます)`, `[らかたなまわがばさ]ないか$`, `(?:使い|受け|出|行き|やり|試し|申し込み|参加し)ますか$`, `どうだ(?:い|ろう)?(?:$|。)`, `ましょうか`, `どうかな`, `たらどう`, `いかがです`, `どうですか`, `どうされ`, `どう$`, `どう。`, `どうでしょう`, `お願い(?:でき|し(?:たい|よう))`, `やってみ`, `出て(?:くれ|み|もら)`, `出ん`, `入って`, `参加`, `受け(?:て|る|られ)`, `枠(?:が|は|も)`, `募集`, `推薦`, `講座`, `研修`, `プログラム`, `頼まれて`, `ですけど$`, `けど$`, `って(?:いう|ん)のが`})
	offerEN  = regexp.MustCompile(`would you like|do you want|how about|there is a|there's a|you (?:might|could)|why don't you|join`)
	weakNo   = compile([]string{`大丈夫です`, `いいです`, `結構です`})
	acceptJA = compile([]string{`お願いします`, `受けます`, `やります`, `行きます`, `出ます$`, `申し込みます`, `ぜひ`, `そうします`, `出します`, `送ります`, `やってみます`})
	acceptEN = regexp.MustCompile(`\byes\b|i will|i'll`)
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
var refuses = regexp.MustCompile(`遠慮(?:します|しと|してお|させて)|辞退|お断り|断ります|見送(?:り|ら)(?:ます|せて)|やめて(?:おき|おく)|やめと(?:き|く)|勘弁|パス(?:で|し|させ)|取らないで|no,? thank|count me out|i'll pass|i will pass|let someone else`)

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
		if r.turns[b].part != interview.PartEmployee || r.runes(b) > 24 || !r.hesitates(b) && r.runes(b) > 6 {
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

var asksBack = regexp.MustCompile(`(?:いつ|どんな|何|なに|どこ|どれ|どう|だれ|誰|いくら|いくつ).{0,12}(?:か|の)?$|そうなんですか$|本当ですか$|いいんですか$|どういう`)

// markProposal marks the sentences of an interviewer's turn that make the proposal: the last three at most, and none
// before a change of subject.
func (r *Reading) markProposal(t int, reason string) {
	if t < 0 {
		return
	}
	for i := max(r.turns[t].from, r.turns[t].to-4); i < r.turns[t].to; i++ {
		r.mark(i, reason)
	}
}

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
		denied, strong := false, false
		for i := r.turns[t].from; i < r.turns[t].to && i < r.turns[t].from+3; i++ {
			s := r.sentences[i]
			if s.out != "" && s.out != ReasonInterviewerOnly {
				continue
			}
			denied = denied || r.c.deny.in(s.s)
			strong = strong || strongDenial.MatchString(s.s)
		}
		switch {
		case wish && r.unwilling(t):
			r.markExchange(t, ReasonInterviewerOnly)
		case judged && denied && r.opensOrStates(t-1), strong && utf8.RuneCountInString(before) > 8 && !r.offers(t-1):
			r.markExchange(t, ReasonInterviewerOnly)
		}
	}
}

var strongDenial = regexp.MustCompile(`^(?:え|あ)?(?:いや|いえ|いいえ)?(?:そこ|それ)(?:も|は)(?:違|ちゃ)|違うと思って|それ(?:は|も)ちゃいます|i do not agree|i don't agree|that is not (?:true|right)|^no,? that`)

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

func (r *Reading) opensOrStates(t int) bool { return r.runes(t) >= 6 }
