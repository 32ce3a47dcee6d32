package drafting

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/interview"
)

// maxForward is how long, in seconds, words stay off the record when nobody says that the record goes on (words §6).
const maxForward = 300

// offTheRecord marks what was said on the condition that it is not recorded: back, forward or both, as the request
// says (words §6, scope of off the record).
func (r *Reading) offTheRecord() {
	c := &r.c.offRecord
	last := -9 // turn of the last request
	for i := range r.sentences {
		s := &r.sentences[i]
		if !c.in(s.s) || c.end.in(s.s) || r.c.private.in(s.s) {
			continue
		}
		if last == s.turn && s.part == r.turns[last].part {
			r.mark(i, ReasonOffRecord) // the same request, in other words
			continue
		}
		if c.all.in(s.s) {
			for j := range r.sentences {
				r.mark(j, ReasonOffRecord)
			}
			r.Flags = append(r.Flags, interview.Flag{Kind: "off_record_all", Segment: s.id})
			return
		}
		if s.turn-last <= 4 && r.turns[s.turn].part != r.turns[max(0, last)].part || c.granted.in(s.s) {
			r.mark(i, ReasonOffRecord) // the listener agrees
			continue
		}
		last = s.turn
		back, forward := c.back.in(s.s), c.forward.in(s.s)
		if r.ownMatter(i) {
			r.markOwnMatter(i)
			continue
		}
		if !back && !forward {
			forward = r.leadsOn(s.s)
			back = !forward
		}
		r.mark(i, ReasonOffRecord)
		from, to := i, i
		if back {
			from = r.topicStart(i)
		}
		if forward {
			to = r.forwardEnd(i)
		}
		for j := from; j <= to; j++ {
			if s.part == interview.PartInterviewer && r.sentences[j].part == interview.PartEmployee && !forward {
				r.Flags = append(r.Flags, interview.Flag{Kind: "off_record_proposal", Segment: r.sentences[j].id})
				continue
			}
			r.mark(j, ReasonOffRecord)
		}
		r.markRepeats(from, to)
	}
}

// ownMatter reports a request that holds the thing itself in the same sentence: 「…なんですけど、これは内緒に」.
func (r *Reading) ownMatter(i int) bool {
	c, s := &r.c.offRecord, r.sentences[i].s
	m := c.cue.find(s)
	if m == nil {
		return false
	}
	if r.lang == "en" {
		return utf8.RuneCountInString(s[m[1]:]) > 24
	}
	before, after := deixis.ReplaceAllString(s[:m[0]], ""), s[m[1]:]
	return utf8.RuneCountInString(before) >= 16 || utf8.RuneCountInString(after) >= 16
}

var deixis = regexp.MustCompile(`すみません|これは?|今の|さっきの|ここから(?:の|は|先)?|この先|ちょっと|まだ|それは?|あの|話は?|部分は?|ところは?|[ぁ-ん]にも(?:言|話)[^。]*$`)

// markOwnMatter marks the turn of such a request and the replies that take it up.
func (r *Reading) markOwnMatter(i int) {
	t := r.sentences[i].turn
	for j := i; j < r.turns[t].to; j++ {
		r.mark(j, ReasonOffRecord)
	}
	to := i
	for n := t + 1; n < len(r.turns) && n <= t+3; n++ {
		stop := false
		for j := r.turns[n].from; j < r.turns[n].to && !stop; j++ {
			other := r.turns[n].part != r.turns[t].part
			if stop = other && (r.newMatter(j, n > t+1 || j > r.turns[n].from) || n > t+1 && r.runes(n) > 24); !stop {
				r.mark(j, ReasonOffRecord)
				to = j
			}
		}
		if stop {
			break
		}
	}
	r.markRepeats(i, max(i, to))
}

// leadsOn reports a request that ends open, as one does before the thing itself.
func (r *Reading) leadsOn(s string) bool {
	if r.lang == "en" {
		return !strings.Contains(s, "that")
	}
	for _, e := range []string{"けど", "が", "ので", "んで"} {
		if strings.HasSuffix(s, e) {
			return true
		}
	}
	return false
}

var opener = regexp.MustCompile(`^(?:あ)?(?:と|あと|で|実は|なんか|それと|それから|ところで|そういえば|ちなみに|話(?:は|が)変わ|これ|また|別の話|ほかは|余談|also|and|by the way|so|one more|actually)`)

// topicStart finds where the matter began that the request at sentence i refers back to.
func (r *Reading) topicStart(i int) int {
	s := r.sentences[i]
	first := max(0, s.turn-12)
	if topics := r.topics(s.s); len(topics) > 0 {
		for t := first; t <= s.turn; t++ {
			for j := r.turns[t].from; j < min(i, r.turns[t].to); j++ {
				if hasAny(r.sentences[j].s, topics) {
					return j
				}
			}
		}
		if r.markFar(i, topics) {
			return r.turns[s.turn].from
		}
	}
	for j := i - 1; j >= 0 && r.sentences[j].turn >= first; j-- {
		x := r.sentences[j]
		if x.part != s.part {
			if r.opensTopic(x.turn) {
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
		if r.turns[t].part == s.part && (r.turns[t].seconds >= 8 || r.runes(t) >= 16) {
			if t > 0 && r.asked(t-1) {
				return r.turns[t-1].from
			}
			return r.turns[t].from
		}
	}
	return r.turns[s.turn].from
}

// markFar marks the sentences in which the same person named the matter long before; it reports whether there were any.
func (r *Reading) markFar(i int, topics []string) (found bool) {
	for j := range r.sentences[:i] {
		if x := r.sentences[j]; x.part == r.sentences[i].part && hasAny(x.s, topics) {
			r.mark(j, ReasonOffRecord)
			found = true
		}
	}
	return found
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
	end := i
	for j := i + 1; j < len(r.sentences); j++ { // somebody says where it ends
		x := r.sentences[j]
		if x.turn != r.sentences[j-1].turn {
			seconds += r.turns[x.turn].seconds
		}
		if seconds > maxForward {
			break
		}
		if c.end.in(x.s) {
			return j - 1
		}
	}
	seconds = 0
	for j := i + 1; j < len(r.sentences); j++ {
		x := r.sentences[j]
		if x.turn != r.sentences[j-1].turn {
			seconds += r.turns[x.turn].seconds
		}
		if seconds > maxForward {
			break
		}
		if x.part != r.sentences[i].part && r.newMatter(j, x.turn-r.sentences[i].turn > 1 || j > r.turns[x.turn].from) {
			break
		}
		end = j
	}
	return end
}

// newMatter reports a sentence that asks about a section of the record or, further on, goes over to the next point.
func (r *Reading) newMatter(j int, further bool) bool {
	s := r.sentences[j]
	n := utf8.RuneCountInString(s.s)
	return s.ask && n >= 6 && r.asksAbout(s.s) != "" || further && n >= 8 && r.c.transition.in(s.s)
}

var rareWord = regexp.MustCompile(`[\p{Han}]{2,}|[\p{Katakana}ー]{3,}|[a-z]{6,}`)

// markRepeats leaves out later mentions of what was off the record: sentences that hold two words, or one long one,
// that occur in the range and nowhere before it.
func (r *Reading) markRepeats(from, to int) {
	before := map[string]bool{}
	for _, s := range r.sentences[:from] {
		for _, w := range rareWord.FindAllString(s.s, -1) {
			before[w] = true
		}
	}
	rare := map[string]bool{}
	for _, s := range r.sentences[from : to+1] {
		for _, w := range rareWord.FindAllString(s.s, -1) {
			if !before[w] {
				rare[w] = true
			}
		}
	}
	for j := to + 1; j < len(r.sentences); j++ {
		hits, long := 0, false
		for _, w := range slices.Compact(rareWord.FindAllString(r.sentences[j].s, -1)) {
			if rare[w] {
				hits++
				long = long || utf8.RuneCountInString(w) >= 4
			}
		}
		if hits >= 2 && long || hits >= 3 {
			r.mark(j, ReasonOffRecord)
			r.Flags = append(r.Flags, interview.Flag{Kind: "off_record_proposal", Segment: r.sentences[j].id})
		}
	}
}

// thirdParties marks other people's private matters, and what was said to be one.
func (r *Reading) thirdParties() {
	c := &r.c.thirdParty
	for i := range r.sentences {
		s := r.sentences[i]
		text, raw := c.not.cut(s.s), s.s
		if r.lang == "en" {
			raw = s.raw
		}
		if m := c.what.find(text); m != nil {
			named := c.who.in(raw) && (r.lang == "en" || c.who.in(text))
			if r.lang == "en" {
				named = named && personInEnglish(s.raw)
			}
			if !named && i > r.turns[s.turn].from {
				named = r.lang != "en" && c.who.in(r.sentences[i-1].s)
			}
			if named && !aboutSelf(text, r.lang) {
				r.markMatter(i)
			}
		}
		if r.c.private.in(s.s) {
			r.markPrivate(i)
		}
	}
}

var (
	englishPerson = regexp.MustCompile(`\b(?:[A-Z][a-z]{2,}|colleague|teammate|friend|manager|boss|[Hh]e|[Ss]he)\b`)
	selfJA        = regexp.MustCompile(`(?:私|自分|僕|俺)(?:が|は|も|の)`)
	selfEN        = regexp.MustCompile(`\b(?:i am|i was|i had|i have|my own)\b`)
)

// personInEnglish reports another person beyond the capital at the head of the sentence.
func personInEnglish(s string) bool {
	for _, m := range englishPerson.FindAllString(s, -1) {
		switch m {
		case "The", "This", "That", "But", "And", "Also", "When", "What", "There", "They", "You", "Last", "Yes", "Well", "Now", "Then", "Because", "Sunday", "Monday", "Friday":
		default:
			return true
		}
	}
	return false
}

func aboutSelf(s, lang string) bool {
	if lang == "en" {
		return selfEN.MatchString(s)
	}
	return selfJA.MatchString(s)
}

// markMatter marks a private matter: from the sentence to the end of the turn, and the reply that takes it up.
func (r *Reading) markMatter(i int) {
	t := r.sentences[i].turn
	from := i
	for from > r.turns[t].from && r.c.thirdParty.who.in(r.sentences[from-1].s) && !r.c.thirdParty.not.in(r.sentences[from-1].s) {
		from--
	}
	for j := from; j < r.turns[t].to; j++ {
		if j > i && r.fresh(r.sentences[j].s) {
			break
		}
		r.mark(j, ReasonThirdParty)
	}
	if t+1 < len(r.turns) && (r.runes(t+1) < 20 || r.c.private.in(r.text(t+1))) {
		r.markTurn(t+1, ReasonThirdParty)
	}
}

// fresh reports a sentence that goes over to something else.
func (r *Reading) fresh(s string) bool {
	if r.lang == "en" {
		return strings.HasPrefix(s, "so ") || strings.HasPrefix(s, "but ") || strings.HasPrefix(s, "anyway")
	}
	for _, p := range []string{"ただ", "でも", "それで", "あでも", "あと", "じゃあ", "それより", "むしろ", "どっちか", "どちらか", "できれば"} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// markPrivate marks what somebody has just called private: the last turn that names a person or a matter.
func (r *Reading) markPrivate(i int) {
	t := r.sentences[i].turn
	for back := t; back >= max(0, t-3); back-- {
		for j := r.turns[back].to - 1; j >= r.turns[back].from; j-- {
			if j >= i {
				continue
			}
			s := r.sentences[j].s
			if r.c.thirdParty.what.in(s) || r.c.thirdParty.who.in(s) {
				for k := j; k <= i; k++ {
					r.mark(k, ReasonThirdParty)
				}
				return
			}
		}
	}
	if t > 0 {
		r.markTurn(t-1, ReasonThirdParty)
	}
	r.mark(i, ReasonThirdParty)
}

// instructions marks and flags speech addressed to the machine that writes the record.
func (r *Reading) instructions() {
	for i := range r.sentences {
		s := r.sentences[i]
		if !r.c.injection.in(s.s) && !(r.lang == "ja" && words().by["en"].injection.in(s.s)) {
			continue
		}
		t := r.turns[s.turn]
		for j := max(t.from, i-2); j < min(t.to, i+2); j++ {
			r.mark(j, ReasonInstruction)
		}
		r.Flags = append(r.Flags, interview.Flag{Kind: "instruction_to_ai", Segment: s.id})
	}
}

// jokes marks what was not meant, from the remark that says so.
func (r *Reading) jokes() {
	c := &r.c.joke
	for i := range r.sentences {
		s := r.sentences[i]
		switch {
		case c.back.in(s.s):
			r.mark(i, ReasonJoke)
			if m := c.back.find(s.s); m != nil && utf8.RuneCountInString(s.s[m[1]:]) > 8 {
				r.sentences[i].out = "" // the serious answer follows in the same sentence
			}
			for t := s.turn; t >= max(0, s.turn-8); t-- {
				if r.opensTopic(t) && t < s.turn {
					break
				}
				for j := r.turns[t].from; j < min(i, r.turns[t].to); j++ {
					r.mark(j, ReasonJoke)
				}
			}
		case c.in(s.s):
			r.joke(i)
		case r.lang == "ja" && fancy.MatchString(s.s) && r.laughed(s.turn):
			r.markTurn(s.turn, ReasonJoke)
		}
	}
}

// fancy opens a picture that is not meant; it counts only when the other laughs.
var fancy = regexp.MustCompile(`いっそ|^(?:もう)?あれです(?:ね|よ)|だったら(?:よかった|最高)のに`)

// laughed reports that somebody laughs within three turns after turn t.
func (r *Reading) laughed(t int) bool {
	for n := t + 1; n < len(r.turns) && n <= t+3; n++ {
		for i := r.turns[n].from; i < r.turns[n].to; i++ {
			if r.c.laugh.in(r.sentences[i].s) {
				return true
			}
		}
	}
	return false
}

var denial = regexp.MustCompile(`^(?:え|あ)?(?:いや|いえ|いいえ|no\b)`)

func (r *Reading) joke(i int) {
	s := r.sentences[i]
	r.mark(i, ReasonJoke)
	// words before it in the same turn
	content := false
	for j := r.turns[s.turn].from; j < i; j++ {
		content = content || utf8.RuneCountInString(r.sentences[j].s) >= 10
	}
	if content {
		for j := max(r.turns[s.turn].from, i-2); j < i; j++ {
			r.mark(j, ReasonJoke)
		}
		return
	}
	prev := s.turn - 1
	if prev < 0 {
		return
	}
	if denial.MatchString(s.s) && r.runes(prev) >= 16 || s.part != interview.PartEmployee && r.turns[prev].part == interview.PartEmployee && !r.selfJoke(s.turn) {
		r.markTail(prev, ReasonJoke)
		return
	}
	if prev > 0 && r.runes(prev) < 40 {
		r.markTurn(prev, ReasonJoke)
		target := prev - 1
		if r.runes(target) < 6 && target > 1 {
			r.markTurn(target-1, ReasonJoke)
			target -= 2
		}
		r.markTail(target, ReasonJoke)
	}
}

// selfJoke reports that the one who says so made the joke: the other only answered in surprise.
func (r *Reading) selfJoke(t int) bool { return t > 1 && r.runes(t-1) < 8 }

// markTail marks a short turn whole, of a long one the last two sentences.
func (r *Reading) markTail(t int, reason string) {
	if t < 0 || t >= len(r.turns) {
		return
	}
	from := r.turns[t].from
	if r.turns[t].to-from > 4 {
		from = r.turns[t].to - 2
	}
	for j := from; j < r.turns[t].to; j++ {
		r.mark(j, reason)
	}
}

// hypotheses marks cases that were only supposed. A condition that can come true, with a wish, stays.
func (r *Reading) hypotheses() {
	c := &r.c.hypothetical
	for i := range r.sentences {
		if s := r.sentences[i].s; c.in(s) && !c.real.in(s) {
			r.mark(i, ReasonHypothetical)
		}
	}
}

func hasAny(s string, list []string) bool {
	return slices.ContainsFunc(list, func(w string) bool { return strings.Contains(s, w) })
}
