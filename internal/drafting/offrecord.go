package drafting

import (
	"unicode/utf8"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// How long, in seconds, words stay off the record: when nobody says that the record goes on (words §6), and up to words
// that say so.
const (
	maxForward = 300
	maxToEnd   = 900
)

// offTheRecord marks what was said on the condition that it is not recorded: back, forward or both, as the request
// says (words §6, scope of off the record). What was promised in answer to a request belongs to what was asked for.
func (r *Reading) offTheRecord() {
	c := &r.c.offRecord
	last := -9 // turn of the last request
	for i := range r.sentences {
		s := &r.sentences[i]
		if !r.asksLeaveOut(i) {
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
		recent := last >= 0 && s.turn-last <= 6
		if recent && s.turn-last <= 4 && s.part != r.turns[last].part && !opensRange.MatchString(s.s) || recent && c.granted.in(s.s) && !c.forward.in(s.s) {
			r.mark(i, ReasonOffRecord) // the listener agrees
			continue
		}
		last = s.turn
		r.leaveOut(i)
	}
}

// asksLeaveOut reports a sentence that asks or offers to leave something out of the record.
func (r *Reading) asksLeaveOut(i int) bool {
	c, s := &r.c.offRecord, r.sentences[i].s
	return c.in(s) && !c.end.in(s) && !(r.c.private.in(s) && r.ofOthers(i))
}

// ofOthers reports that another person's private matter was spoken of shortly before: that is left out for their sake.
func (r *Reading) ofOthers(i int) bool {
	c := &r.c.thirdParty
	for j := i; j >= 0 && r.sentences[j].turn >= r.sentences[i].turn-3; j-- {
		if s := r.sentences[j]; c.what.in(s.s) && (c.who.in(s.s) || c.who.in(s.raw)) {
			return true
		}
	}
	return false
}

// leaveOut marks what the request at sentence i covers.
func (r *Reading) leaveOut(i int) {
	c, s := &r.c.offRecord, &r.sentences[i]
	back, forward := c.back.in(s.s), c.forward.in(s.s)
	if t := s.turn + 1; t < len(r.turns) && r.turns[t].part != s.part && (goAhead.MatchString(r.text(t)) || s.ask && !back && mayTell.MatchString(r.text(t))) {
		back, forward = false, true // the listener waits for it
	}
	if opensRange.MatchString(s.s) {
		back = false
	} else if r.ownMatter(i) && !(back && len(r.named(s.s)) > 0) {
		r.markOwnMatter(i)
		return
	}
	if !back && !forward {
		forward = r.leadsOn(s.s) || r.opensTalk(i)
		back = !forward
	}
	if back && !forward && s.part == interview.PartInterviewer && r.keptIn(i) {
		return // offered, and the employee says that it may stay
	}
	r.mark(i, ReasonOffRecord)
	from := i
	if back {
		if named := r.named(s.s); len(named) > 0 && r.markNamed(i, named) {
			from = i
		} else {
			from = r.topicStart(i)
		}
	}
	if forward && i > r.turns[s.turn].from && opener.MatchString(r.sentences[i-1].s) {
		from = min(from, i-1) // asked for in two sentences
	}
	to := r.replyEnd(i)
	if forward {
		to = r.forwardEnd(i)
	}
	ownOnly := s.part == interview.PartInterviewer && !forward && !r.taken(i)
	for j := from; j <= to; j++ {
		if ownOnly && r.sentences[j].part == interview.PartEmployee {
			r.propose(j)
			continue
		}
		r.mark(j, ReasonOffRecord)
	}
	r.markRepeats(from, to)
}

// opensRange begins a stretch of the talk rather than naming one matter.
var opensRange = pattern.MustCompile(`^(?:では|じゃあ|あ|すみません|えっと)*(?:ここから|これから|今から|この先)`)

// taken reports that the employee agrees to what the interviewer offered to leave out, or lets it stand: a statement
// that it will not be written needs no answer, a question does.
func (r *Reading) taken(i int) bool {
	t := r.sentences[i].turn
	if t+1 >= len(r.turns) || r.turns[t+1].part != interview.PartEmployee {
		return !r.sentences[i].ask
	}
	return !r.sentences[i].ask || r.c.agree.in(r.text(t+1)) || r.c.offRecord.granted.in(r.text(t+1))
}

// keptIn reports that the employee turns down an offer to leave something out.
func (r *Reading) keptIn(i int) bool {
	t := r.sentences[i].turn + 1
	return t < len(r.turns) && r.turns[t].part == interview.PartEmployee && r.c.offRecord.end.in(r.text(t))
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
	if clauseTopic.MatchString(s[:m[0]]) && !pointsBack.MatchString(s[:m[0]]) {
		return true
	}
	if confides.MatchString(s[m[0]:]) {
		return true
	}
	before, after := deixis.ReplaceAllString(s[:m[0]], ""), s[m[1]:]
	return utf8.RuneCountInString(before) >= 16 || utf8.RuneCountInString(after) >= 16
}

var (
	// the matter itself after the words that ask for silence: 「ここだけの話、…」
	confides = pattern.MustCompile(`^ここだけの話(?:なん|です|だ)?(?:けど|が|ね)?[^。]{6,}`)
	// the matter itself as a clause: 「…に通っていることは」
	clauseTopic = pattern.MustCompile(`[^。]{4,}(?:てい?る|[たるうくつむぶすい])(?:こと|って話)(?:は|も|を)`)
	pointsBack  = pattern.MustCompile(`今(?:の|言|話|お|申)|さっき|先ほど|先程|ここまで`)
)

var deixis = pattern.MustCompile(`すみません|これは?|今の|さっきの|ここから(?:の|は|先)?|この先|ちょっと|まだ|それは?|あの|話は?|部分は?|ところは?|[ぁ-ん]にも(?:言|話)[^。]*$`)

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
