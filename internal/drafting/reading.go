package drafting

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// Reading is one pass over a transcript: what was said by whom, what of it must stay out of every draft, and which
// dates were named. Both engines and Finish work from it.
type Reading struct {
	Calendar evidence.Calendar // with the follow-up the talk agreed on
	Flags    []interview.Flag  // remarks for people: speech addressed to the machine, words about harm

	t         *interview.Transcript
	lang      string
	c         *cues
	sentences []sentence
	turns     []turn
	bySegment map[int][]int // segment id to its sentences
	dates     [][]evidence.When
	contents  []evidence.Content
	texts     []string   // of the turns
	rare      [][]string // words of the sentences that can tell one matter from another
	followUp  []int      // segments in which the next talk was agreed on
}

// strength orders the reasons: a stronger one is not replaced by a weaker one.
var strength = map[string]int{ReasonOffRecord: 9, ReasonInstruction: 8, ReasonThirdParty: 7, ReasonRetracted: 6, ReasonJoke: 5, ReasonDeclined: 4,
	ReasonInterviewerOnly: 3, ReasonHypothetical: 2}

// Read goes over a transcript and decides what stays out.
func Read(in Input) *Reading {
	r := &Reading{t: in.Transcript, lang: in.spoken(), bySegment: map[int][]int{}}
	r.c = words().by[r.lang].forReading()
	r.sentences, r.turns = split(in.Transcript)
	for i, s := range r.sentences {
		r.bySegment[s.id] = append(r.bySegment[s.id], i)
	}
	r.Calendar = evidence.NewCalendar(in.RecordedOn, in.FiscalYearStart, in.FollowUp)
	r.offTheRecord()
	r.thirdParties()
	r.instructions()
	r.jokes()
	r.hypotheses()
	r.retractions()
	r.declined()
	r.notShared()
	r.struckOut()
	r.readDates()
	if r.Calendar.FollowUp == "" {
		r.agreeFollowUp()
	}
	r.flags()
	return r
}

// Segments returns the whole segments that stay out, by id, with the reason. A segment of which a part may be used is
// not among them.
func (r *Reading) Segments() map[int]string {
	out := map[int]string{}
	for id := range r.bySegment {
		if reason := r.whole(id); reason != "" {
			out[id] = reason
		}
	}
	for _, s := range r.t.Segments {
		if s.OffRecord {
			out[s.ID] = ReasonOffRecord
		}
	}
	return out
}

func (r *Reading) whole(id int) string {
	reason := ""
	for _, i := range r.bySegment[id] {
		s := r.sentences[i]
		if s.out == "" && utf8.RuneCountInString(s.s) > 5 {
			return ""
		}
		if strength[s.out] > strength[reason] {
			reason = s.out
		}
	}
	return reason
}

// Out returns why a quote of a segment must stay out, "" when it may be used.
func (r *Reading) Out(segment int, quote string) string {
	if s := r.t.Segment(segment); s != nil && s.OffRecord {
		return ReasonOffRecord
	}
	if reason := r.whole(segment); reason != "" {
		return reason
	}
	q := evidence.Normalize(quote)
	for _, i := range r.bySegment[segment] {
		s := r.sentences[i]
		if s.out == "" {
			continue
		}
		n := evidence.Normalize(s.raw)
		if q != "" && utf8.RuneCountInString(n) > 3 && (strings.Contains(q, n) || strings.Contains(n, q)) {
			return s.out
		}
	}
	return ""
}

// minRepeat is the share of a left-out sentence whose content a statement may not hold, wherever it claims to have it
// from.
const minRepeat = 0.6

// Repeats reports a statement that says what must stay out although it cites something else.
func (r *Reading) Repeats(text string) (reason string, segment int) {
	said := evidence.ContentOf(text)
	for i := 0; i < len(r.sentences); i++ {
		s := r.sentences[i]
		if s.out == "" || strength[s.out] < strength[ReasonInterviewerOnly] || utf8.RuneCountInString(s.s) < 12 {
			continue
		}
		own := r.content(i)
		if said.Of(own) >= minRepeat && own.Of(said) >= 0.5 && !r.saidElsewhere(said) {
			return s.out, s.id
		}
	}
	return "", 0
}

// saidElsewhere reports whether the talk says a text in words that may be used.
func (r *Reading) saidElsewhere(text evidence.Content) bool {
	for i, s := range r.sentences {
		if s.out == "" && s.part != interview.PartInterviewer && r.content(i).Of(text) >= minRepeat {
			return true
		}
	}
	return false
}

// Usable shortens a quote to what of it may be used, when the segment holds something that must stay out beside it.
// It returns "" when nothing is left, and for words that were off the record or another's, which are never cut around.
func (r *Reading) Usable(segment int, quote string) string {
	if r.Out(segment, quote) == "" {
		return quote
	}
	if r.whole(segment) != "" {
		return ""
	}
	q := evidence.Normalize(quote)
	var kept []string
	for _, i := range r.bySegment[segment] {
		s := r.sentences[i]
		if n := evidence.Normalize(s.raw); n == "" || !strings.Contains(q, n) {
			continue
		}
		if s.out == "" {
			kept = append(kept, strings.TrimRight(s.raw, "。. "))
			continue
		}
		if strength[s.out] >= strength[ReasonThirdParty] {
			return ""
		}
	}
	return strings.Join(kept, "…")
}

// SaysOut reports a claim that is made of the part of a cited segment that must stay out rather than of its quote.
func (r *Reading) SaysOut(segment int, claim, quote string) string {
	for _, i := range r.bySegment[segment] {
		s := r.sentences[i]
		if s.out != "" && utf8.RuneCountInString(s.s) > 5 {
			if c := evidence.Coverage(claim, s.raw); c >= 0.3 && c > evidence.Coverage(claim, quote) {
				return s.out
			}
		}
	}
	return ""
}

// content is what a sentence is about, worked out once.
func (r *Reading) content(i int) evidence.Content {
	if r.contents == nil {
		r.contents = make([]evidence.Content, len(r.sentences))
	}
	if r.contents[i] == nil {
		r.contents[i] = evidence.ContentOf(r.sentences[i].raw)
	}
	return r.contents[i]
}

// Class returns the class of sensitive matter of a statement, and whether that class is left out altogether.
func (r *Reading) Class(s interview.Statement) (class string, out bool) {
	text := evidence.Plain(s.Text)
	said := text
	for _, e := range s.Evidence {
		if len(s.Evidence) == 1 || evidence.Coverage(s.Text, e.Quote) > 0.3 {
			said += "。" + evidence.Plain(e.Quote)
		}
	}
	for _, c := range words().sensitive {
		m := c.ja
		if r.lang == "en" {
			m = c.en
		}
		if m.in(said) {
			out := c.out && m.in(text)
			if c.name == "money" && payRules.MatchString(text) {
				out = false // a question on the company's pay and support stays
			}
			return c.name, out
		}
	}
	return "", false
}

// private reports a text about a matter that no record holds.
func (r *Reading) private(text string) bool {
	if !words().private[r.lang].in(text) { // one look for all classes
		return false
	}
	_, out := r.Class(interview.Statement{Text: text})
	return out
}

var payRules = pattern.MustCompile(`補助|手当|制度|規程|規定|給与|賃金|支給|支援|学費|旅費|allowance|support|policy`)

func (r *Reading) mark(i int, reason string) {
	if i < 0 || i >= len(r.sentences) {
		return
	}
	if s := &r.sentences[i]; strength[reason] > strength[s.out] {
		s.out = reason
	}
}

func (r *Reading) markTurn(t int, reason string) {
	if t < 0 || t >= len(r.turns) {
		return
	}
	for i := r.turns[t].from; i < r.turns[t].to; i++ {
		r.mark(i, reason)
	}
}

// text of a turn as cue lists read it, sentences parted by 。
func (r *Reading) text(t int) string {
	if t < 0 || t >= len(r.turns) {
		return ""
	}
	if r.texts == nil {
		r.texts = make([]string, len(r.turns))
	}
	if r.texts[t] == "" && r.turns[t].to > r.turns[t].from {
		var b strings.Builder
		for i := r.turns[t].from; i < r.turns[t].to; i++ {
			if i > r.turns[t].from {
				b.WriteString("。")
			}
			b.WriteString(r.sentences[i].s)
		}
		r.texts[t] = b.String()
	}
	return r.texts[t]
}

func (r *Reading) runes(t int) int { return utf8.RuneCountInString(r.text(t)) }

// opensTopic reports whether a turn of the interviewer asks about a section of the record.
func (r *Reading) opensTopic(t int) bool {
	if t < 0 || t >= len(r.turns) || r.turns[t].part == interview.PartEmployee {
		return false
	}
	for i := r.turns[t].from; i < r.turns[t].to; i++ {
		if s := r.sentences[i]; s.ask && r.asksAbout(s.s) != "" && utf8.RuneCountInString(s.s) >= 6 {
			return true
		}
	}
	return false
}

var questionOrder = []string{interview.SkillGaps, interview.Concerns, interview.Wishes, interview.ActionItems, "self_understanding", "current_work", "health", "next", "last_time"}

// asksAbout names the section a question is about, "" when none.
func (r *Reading) asksAbout(s string) string {
	about, known := r.c.asked[s]
	if !known {
		for _, key := range questionOrder {
			if r.c.questions[key].in(s) {
				about = key
				break
			}
		}
		r.c.asked[s] = about
	}
	return about
}

// readDates resolves the dates of all sentences once, each with those said shortly before in mind.
func (r *Reading) readDates() {
	r.dates = make([][]evidence.When, len(r.sentences))
	var before []evidence.When
	var at []int
	for i, s := range r.sentences {
		for len(at) > 0 && at[0] < i-16 {
			before, at = before[1:], at[1:]
		}
		r.dates[i] = r.Calendar.Dates(s.raw, r.lang, before)
		for _, w := range r.dates[i] {
			if w.Date != "" {
				before, at = append(before, w), append(at, i)
			}
		}
	}
}

// before are the dates named in the sixteen sentences before sentence i.
func (r *Reading) before(i int) []evidence.When {
	var out []evidence.When
	for j := max(0, i-16); j < i; j++ {
		for _, w := range r.dates[j] {
			if w.Date != "" {
				out = append(out, w)
			}
		}
	}
	return out
}

// datesOf resolves the words of a due in the light of the cited segments.
func (r *Reading) datesOf(due string, ids []int, t *interview.Transcript) []string {
	var out []string
	add := func(d string) {
		if d != "" && !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	words := evidence.Normalize(due)
	for _, id := range ids {
		for _, i := range r.bySegment[id] {
			for _, w := range r.dates[i] {
				n := evidence.Normalize(w.Text)
				if n != "" && (strings.Contains(words, n) || strings.Contains(n, words)) {
					add(w.Date)
				}
			}
		}
	}
	if len(out) == 0 {
		add(r.Calendar.Resolve(due, r.lang))
	}
	return out
}
