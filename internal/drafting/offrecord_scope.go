package drafting

// How far a request to leave something out reaches: back to where its matter began, forward to where the record goes on.

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/interview"
)

// replyEnd is the last sentence of the answer to a request that refers back: the listener agrees, and what is promised
// about the same matter is said in the same breath.
func (r *Reading) replyEnd(i int) int {
	end := r.turns[r.sentences[i].turn].to - 1
	for j := i + 1; j <= end; j++ {
		if x := r.sentences[j]; r.newMatter(j, true) || r.fresh(x.s) || utf8.RuneCountInString(x.s) >= 14 && !sameOne.MatchString(x.s) {
			return j - 1
		}
	}
	t := r.sentences[i].turn
	for n := t + 1; n <= t+2 && n < len(r.turns); n++ {
		for j := r.turns[n].from; j < r.turns[n].to; j++ {
			x := r.sentences[j]
			goesOn := sameOne.MatchString(x.s) || r.c.offRecord.granted.in(x.s) || r.c.offRecord.in(x.s)
			if r.newMatter(j, !goesOn && j > r.turns[n].from) || !goesOn && utf8.RuneCountInString(x.s) >= r.short(14) {
				return end
			}
			end = j
		}
	}
	return end
}

// propose asks people whether a sentence is to leave the record.
func (r *Reading) propose(i int) {
	if f := (interview.Flag{Kind: "off_record_proposal", Segment: r.sentences[i].id}); !slices.Contains(r.Flags, f) {
		r.Flags = append(r.Flags, f)
	}
}

// short brings a length in Japanese letters to the language of the talk.
func (r *Reading) short(runes int) int {
	if r.lang == "en" {
		return runes * 2
	}
	return runes
}

// sameOne points at the matter just spoken of.
var sameOne = regexp.MustCompile(`(?:その|この|今の|本)(?:件|話|こと|点)|それ(?:は|について|なら|と)|そこ(?:は|について)|そういうこと|\b(?:it|that|this|him|her|them)\b`)

// leadsOn reports a request that ends open, as one does before the thing itself.
func (r *Reading) leadsOn(s string) bool {
	if r.lang == "en" {
		return !strings.Contains(s, "that")
	}
	s = permission.ReplaceAllString(s, "")
	for _, e := range []string{"けど", "が", "ので", "んで"} {
		if strings.HasSuffix(s, e) {
			return true
		}
	}
	return false
}

var (
	// asks leave before one speaks
	permission = regexp.MustCompile(`(?:それでも|でも)?(?:いい|よろしい|大丈夫|構いません)(?:です|でしょう|す)?か(?:ね)?$`)
	// the listener asks to hear it
	goAhead = regexp.MustCompile(`^(?:はい|ええ|うん|もちろん|なんだ|何だ|なに|何)*(?:どうぞ|何でしょう|なんでしょう|どうした|どうされ|聞きますよ|聞くよ|(?:言|話)ってみ|(?:言|話し)て(?:み|ください|ごらん))|^(?:sure|of course|yes)?,? ?(?:go ahead|go on|what is it)`)
)

// opensTalk reports a request after which the thing itself is told: nothing of the kind was said before it in answer to
// the last question, or the listener asks to hear it.
func (r *Reading) opensTalk(i int) bool {
	t := r.sentences[i].turn
	if t+1 < len(r.turns) && goAhead.MatchString(r.text(t+1)) {
		return true
	}
	if t == 0 || !r.sentences[r.turns[t-1].to-1].ask {
		return false
	}
	for j := r.turns[t].from; j < i; j++ {
		if utf8.RuneCountInString(r.sentences[j].s) >= r.short(8) {
			return false
		}
	}
	return r.turns[t].part == interview.PartEmployee
}

var opener = regexp.MustCompile(`^(?:あ)?(?:と|あと|で|実は|なんか|それと|それから|ところで|そういえば|ちなみに|話(?:は|が)変わ|これ|また|別の話|ほかは|余談|also|and|by the way|so|one more|actually)`)

// topicStart finds where the matter began that the request at sentence i refers back to.
func (r *Reading) topicStart(i int) int {
	s := r.sentences[i]
	part := s.part
	if part == interview.PartInterviewer && s.turn > 0 && r.turns[s.turn-1].part == interview.PartEmployee && r.told(s.turn-1) {
		part = interview.PartEmployee // the interviewer offers to leave out what the employee has said
	}
	first := max(0, s.turn-12)
	for j := i - 1; j >= 0 && r.sentences[j].turn >= first; j-- {
		x := r.sentences[j]
		if x.part != part {
			if r.opensTopic(x.turn) && x.turn != s.turn {
				return r.turns[x.turn].from
			}
			if x.part == interview.PartInterviewer && x.turn < s.turn-1 && r.turnsOver(x.turn) {
				return r.turns[x.turn].from
			}
			continue
		}
		if x.turn != s.turn && r.runes(x.turn) >= 16 && (opener.MatchString(x.s) || j == r.turns[x.turn].from && r.turns[x.turn].seconds >= 8 && x.turn > 0 && r.asked(x.turn-1)) {
			return j
		}
		if x.turn == s.turn && opener.MatchString(x.s) && utf8.RuneCountInString(x.s) >= 8 {
			return j
		}
	}
	// nothing shows where it began: the last turn in which the same person said something of some length
	for t := s.turn - 1; t >= first; t-- {
		if r.turns[t].part == part && (r.turns[t].seconds >= 8 || r.runes(t) >= 16) {
			if t > 0 && r.asked(t-1) {
				return r.turns[t-1].from
			}
			return r.turns[t].from
		}
	}
	return r.turns[s.turn].from
}

// told reports that the employee told something since the interviewer last went over to another matter.
func (r *Reading) told(t int) bool {
	for n := t; n >= max(0, t-4); n-- {
		if r.turns[n].part == interview.PartEmployee {
			if r.runes(n) >= r.short(16) {
				return true
			}
		} else if r.turnsOver(n) {
			return false
		}
	}
	return false
}

var (
	namedJA = regexp.MustCompile(`((?:[\p{Han}\p{Katakana}ー]+[ぁ-ん]{0,2}(?:の|と|や))*[\p{Han}\p{Katakana}ー]+[ぁ-ん]{0,2})の(?:話|件|こと|くだり|ところ|部分)`)
	namedEN = regexp.MustCompile(`\b(?:about|the part (?:on|about)) (?:my |the |our |his |her )?([a-z]{4,})(?: and (?:my |the |our )?([a-z]{4,}))?`)
	joins   = regexp.MustCompile(`[のとや]`)
)

// named are the things that a request names: 「さっきの席替えの話は」.
func (r *Reading) named(s string) []string {
	var out []string
	add := func(w string) {
		if w != "" && !notTopic[w] && !pointer[w] && utf8.RuneCountInString(w) >= 2 && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	if r.lang == "en" {
		for _, m := range namedEN.FindAllStringSubmatch(s, -1) {
			add(m[1])
			add(m[2])
		}
		return out
	}
	for _, m := range namedJA.FindAllStringSubmatch(s, -1) {
		for _, w := range joins.Split(m[1], -1) {
			add(w)
		}
	}
	return out
}

// pointer are words that say where a matter was spoken of, not what it is.
var pointer = map[string]bool{"今": true, "先ほど": true, "先程": true, "最初": true, "途中": true, "最後": true, "前": true, "後半": true, "前半": true, "先": true, "以上": true, "言った": true, "話した": true}

// reach is how many turns back one mention of a matter is taken for the same talk about it as the next.
const reach = 12

// markNamed marks the last talk before sentence i about one of the matters that a request names; it reports whether
// there was one.
func (r *Reading) markNamed(i int, named []string) (found bool) {
	next := -1 // turn of the mention after the one looked at
	for j := i - 1; j >= 0 && (next < 0 || next-r.sentences[j].turn <= reach); j-- {
		if !hasAny(r.sentences[j].s, named) {
			continue
		}
		t := r.sentences[j].turn
		from, to := j, r.exchangeEnd(j, i, named)
		if r.sentences[j].part == interview.PartEmployee && t > 0 && r.asked(t-1) && hasAny(r.text(t-1), named) {
			from = r.turns[t-1].from
		}
		for k := from; k <= to; k++ {
			r.mark(k, ReasonOffRecord)
		}
		found, next = true, t
	}
	return found
}

// exchangeEnd is the last sentence, before sentence limit, of the talk about the matter that sentence j names.
func (r *Reading) exchangeEnd(j, limit int, named []string) int {
	end, lastNamed := j, r.sentences[j].turn
	for k := j + 1; k < limit; k++ {
		x := r.sentences[k]
		if hasAny(x.s, named) {
			end, lastNamed = k, x.turn
			continue
		}
		if x.turn-lastNamed > 2 || x.part == interview.PartInterviewer && r.newMatter(k, true) || r.fresh(x.s) && utf8.RuneCountInString(x.s) >= 10 {
			break
		}
		end = k
	}
	return end
}

// asked reports whether a turn ends in a question of some length: one that opens a matter, not an echo.
func (r *Reading) asked(t int) bool {
	last := r.sentences[max(r.turns[t].from, r.turns[t].to-1)]
	return last.ask && utf8.RuneCountInString(last.s) >= 12
}

// forwardEnd finds the last sentence of a range that runs on from sentence i.
func (r *Reading) forwardEnd(i int) int {
	c := &r.c.offRecord
	seconds := 0.0
	for j := i + 1; j < len(r.sentences); j++ { // somebody says where it ends
		x := r.sentences[j]
		if x.turn != r.sentences[j-1].turn {
			seconds += r.turns[x.turn].seconds
		}
		if seconds > maxToEnd {
			break
		}
		if c.end.in(x.s) && (seconds <= maxForward || ofTheRecord.MatchString(x.s)) {
			return j - 1
		}
	}
	seconds = 0
	end, opened := i, -1 // the turn of the question that the range was opened for
	for j := i; j < len(r.sentences); j++ {
		x := r.sentences[j]
		if j > i && x.turn != r.sentences[j-1].turn {
			seconds += r.turns[x.turn].seconds
		}
		if seconds > maxForward {
			break
		}
		if x.part == interview.PartInterviewer && r.sentences[i].part == interview.PartInterviewer && opened < 0 {
			if x.ask {
				opened = x.turn
			}
		} else if j > i && x.part == interview.PartInterviewer && x.turn != opened && r.newMatter(j, x.turn-r.sentences[i].turn > 1 || j > r.turns[x.turn].from) {
			break
		}
		end = j
	}
	return end
}

// ofTheRecord is an end that cannot be meant of anything but the record.
var ofTheRecord = regexp.MustCompile(`(?:記録|録音|録画|議事録)[^。]{0,6}(?:戻|再開)|オフレコ[^。]{0,6}(?:ここまで|終わ|以上)|(?:back|again) on the record|on the record again|resume the recording`)

// newMatter reports a sentence that asks about a section of the record or, further on, goes over to the next point.
func (r *Reading) newMatter(j int, further bool) bool {
	s := r.sentences[j]
	n := utf8.RuneCountInString(s.s)
	return s.ask && n >= 6 && r.asksAbout(s.s) != "" || further && n >= 8 && r.c.transition.in(s.s)
}

var rareWord = regexp.MustCompile(`\p{Han}[ぁ-ん]\p{Han}+|[\p{Han}]{2,}|[\p{Katakana}ー]{3,}|[a-z]{6,}`)

// rareWords are the words of sentence i that can tell one matter from another, worked out once.
func (r *Reading) rareWords(i int) []string {
	if r.rare == nil {
		r.rare = make([][]string, len(r.sentences))
	}
	if r.rare[i] == nil {
		r.rare[i] = append([]string{}, slices.Compact(rareWord.FindAllString(r.sentences[i].s, -1))...)
	}
	return r.rare[i]
}

// again takes up a matter that was spoken of before.
var again = regexp.MustCompile(`さっき|先ほど|先程|先の話|例の|あの(?:件|話)|その件|\bearlier\b|mentioned|you told me|that matter`)

// markRepeats leaves out later mentions of what was off the record: sentences that hold two words, or one long one,
// that occur in the range and nowhere before it.
func (r *Reading) markRepeats(from, to int) {
	before := map[string]bool{}
	for j := range from {
		for _, w := range r.rareWords(j) {
			before[w] = true
		}
	}
	rare := map[string]bool{}
	for j := from; j <= to; j++ {
		for _, w := range r.rareWords(j) {
			if !before[w] {
				rare[w] = true
			}
		}
	}
	for j := to + 1; j < len(r.sentences); j++ {
		if r.sentences[j].out == ReasonOffRecord {
			continue
		}
		hits, long := 0, false
		for _, w := range r.rareWords(j) {
			if rare[w] {
				hits++
				long = long || utf8.RuneCountInString(w) >= 4
			}
		}
		back := again.MatchString(r.sentences[j].s)
		if hits >= 2 && (long || back) || hits >= 3 {
			end := j
			if back { // spoken of again on purpose: what follows is about it
				end = max(j, r.replyEnd(j))
			}
			for k := j; k <= end; k++ {
				r.mark(k, ReasonOffRecord)
				r.propose(k)
			}
		}
	}
}

func hasAny(s string, list []string) bool {
	return slices.ContainsFunc(list, func(w string) bool { return strings.Contains(s, w) })
}
