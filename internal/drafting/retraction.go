package drafting

import (
	"strings"
	"unicode/utf8"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// matterFrom is the first sentence of turn t about one of the topics: where one of them is named in a sentence that
// opens a matter, else the beginning of the turn.
func (r *Reading) matterFrom(t int, topics []string) int {
	for j := r.turns[t].from + 1; j < r.turns[t].to; j++ {
		if s := r.sentences[j].s; hasAny(s, topics) && opener.MatchString(s) {
			return j
		}
	}
	return r.turns[t].from
}

var (
	topicJA  = pattern.MustCompile(`([\p{Han}\p{Katakana}ー]{2,}|[a-z]{2,})(?:の(?:話|件|こと|ほう|くだり|ところ)|は|って|も|を|への|に(?:行く|移る|異動))`)
	topicEN  = pattern.MustCompile(`\b(?:about|the|that) ([a-z]{4,})\b`)
	notTopic = map[string]bool{"今年": true, "今回": true, "最初": true, "記録": true, "話": true, "私": true, "自分": true, "希望": true, "今日": true, "先": true, "前": true, "実": true,
		"病名": true, "名前": true, "今": true, "件": true, "部分": true, "内容": true, "シート": true, "全部": true, "面談": true, "異動": true, "thing": true, "going": true, "getting": true, "having": true, "doing": true, "being": true, "last": true, "first": true, "next": true, "same": true, "other": true, "whole": true, "time": true, "year": true, "week": true, "month": true, "things": true, "just": true, "part": true, "idea": true}
	bracketed = pattern.MustCompile(`(?:あれ|それ|その件|あの件|さっき言った|最初に言った)`)
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
		if !notTopic[m[1]] && !(r.lang == "en" && notTask[m[1]]) {
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
		if len(topics) == 0 {
			topics = r.topics(s.s[m[0]:]) // 「やっぱりなしで、…は」
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

// struckOut marks what the listener says to a retraction or refusal: 「了解、消しとく」, 「断っとく」 are no tasks.
func (r *Reading) struckOut() {
	for t := 1; t < len(r.turns); t++ {
		if r.turns[t].part == r.turns[t-1].part || !r.retracted(t-1) && !r.turnedDown(t-1) {
			continue
		}
		for i := r.turns[t].from; i < r.turns[t].to && i < r.turns[t].from+4; i++ {
			if s := r.sentences[i].s; strikesOut.MatchString(s) && utf8.RuneCountInString(s) <= r.short(20) {
				r.mark(i, ReasonRetracted)
			}
		}
	}
}

// turnedDown reports a turn that ends in a refusal, or in words about somebody who is not there.
func (r *Reading) turnedDown(t int) bool {
	last := r.turns[t].to - 1
	if last < r.turns[t].from {
		return false
	}
	out := r.sentences[last].out
	return out == ReasonDeclined || out == ReasonInterviewerOnly || out == ReasonThirdParty
}

// retracted reports a turn in which something was taken back.
func (r *Reading) retracted(t int) bool {
	for i := r.turns[t].from; i < r.turns[t].to; i++ {
		if s := r.sentences[i]; s.out != "" && strength[s.out] >= strength[ReasonRetracted] && r.c.retraction.in(s.s) {
			return true
		}
	}
	return false
}

var strikesOut = pattern.MustCompile(`消(?:し|す)|外(?:し|す)|取り(?:下げ|消)|(?:な|無)しに|除(?:き|い|く)|抜(?:き|い|く)|カット|省(?:き|い|く)|断(?:り|る|っ)|忘れ|なかったこと|(?:次|ほか|他|別)の(?:人|方|者)|\b(?:scrubbed|struck|strike|crossed|cross|remove|removed|take (?:it|that) (?:off|out)|drop(?:ped)?|leave (?:it|that) out|gone)\b`)

// former points at a wish of an earlier talk or of a form: what was said just before is another matter.
var former = pattern.MustCompile(`(?:前|以前|前回|去年|昨年|先月|先日|春|秋|シート|調書|アンケート|用紙)(?:に|の面談で|は|の)?(?:お)?(?:言っ|言い|話し|書い|書か|出し|出て|伝え|申し|希望)|\b(?:in|on) my form\b|i(?:'d| had)? asked (?:about|for|to)|last (?:time|year) i|i (?:once|used to|previously) `)

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

var makesSure = pattern.MustCompile(`(?:よね|っけ|でしたね|しね|のか|ですか|sure|really)$`)

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
			for j := r.matterFrom(t, topics); j < r.turns[t].to; j++ {
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
		for j := r.matterFrom(at, topics); j < r.turns[at].to; j++ {
			r.mark(j, ReasonRetracted)
		}
	}
	return ok
}
