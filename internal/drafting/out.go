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
		if r.ownMatter(i) && !opensRange.MatchString(s.s) {
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

// opensRange begins a stretch of the talk rather than naming one matter.
var opensRange = regexp.MustCompile(`^(?:では|じゃあ|あ)?(?:ここから|これから|今から|この先)`)

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

func hasAny(s string, list []string) bool {
	return slices.ContainsFunc(list, func(w string) bool { return strings.Contains(s, w) })
}
