package evidence

import (
	"slices"
	"strings"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// Kind says what is wrong with a statement.
type Kind string

// The kinds of fault. They stand in Draft.Dropped as reasons.
const (
	NoEvidence   Kind = "no_evidence"
	NoSegment    Kind = "segment_not_found"
	NoQuote      Kind = "quote_not_found"
	WrongSpeaker Kind = "speaker_mismatch"
	WrongNumber  Kind = "number_not_in_evidence"
	WrongDate    Kind = "date_not_in_evidence"
	WrongName    Kind = "name_not_in_evidence"
	Negation     Kind = "negation_changed"
	Condition    Kind = "condition_changed"
	Hearsay      Kind = "hearsay_changed"
	Unsupported  Kind = "claim_not_in_evidence"
	WrongOwner   Kind = "owner_not_in_evidence"
	Verdict      Kind = "verdict_on_person" // praise or rating that nobody gave
	Command      Kind = "command_in_text"   // addressed to a reader or a machine, or not plain text
	Empty        Kind = "statement_empty"
)

// Fault is one thing that is wrong with a statement. Word may hold what was not found: it is content, goes back to the
// model that wrote the statement and into no log.
type Fault struct {
	Kind    Kind   `json:"kind"`
	Segment int    `json:"segment,omitempty"`
	Word    string `json:"-"`
}

// MinCoverage is the least share of a claim's content words that must stand in its evidence or right beside it. Below
// it the quote is there, but is about something else.
const MinCoverage = 0.1

// MinLetters is the share of single kanji and katakana from which a claim in quite other words may still be about the
// same thing. Both were set on what seven annotators wrote in their own words and on sentences about other matters.
const MinLetters = 0.4

var (
	verdict = pattern.MustCompile(`評価(?:は|を|が)(?:最高|高い|高く|[a-z]である|s)|最高評価|高評価|特s|昇格|昇進|最優秀|優秀|推薦|表彰|抜擢|満点|\b(?:promoted|promotion|rating|deserves|outstanding|excellent|approved)\b`)
	command = pattern.MustCompile(`(?:すること|せよ|しろ|してください|しなさい)。?$|<[a-z/!][^>]*>|https?:|\]\(|[{}]|\bignore (?:all|previous)\b`)
)

// near is how far from a cited segment a number or a name may still be found: the question that an answer answers.
const near = 2

// Checker checks statements against one transcript. It is not for use by several goroutines at once.
type Checker struct {
	t        *interview.Transcript
	calendar Calendar
	known    map[string]bool
	own      []string
	place    map[int]int
	folded   []string
	denied   map[int][]denied
	quotes   map[citation]found
	dates    map[neighbourhood][]string
}

// citation is a quote from a segment, found the words that stand there for it, neighbourhood the surroundings of a place that are
// read for dates.
type (
	citation struct {
		segment int
		quote   string
	}
	found struct {
		words string
		ok    bool
	}
	neighbourhood struct {
		place int
		lang  string
	}
)

// NewChecker prepares the checks of a transcript. With a zero Calendar due dates are not recalculated.
func NewChecker(t *interview.Transcript, c Calendar) *Checker {
	k := &Checker{t: t, calendar: c, known: known(t), own: participants(t), place: make(map[int]int, len(t.Segments)),
		quotes: map[citation]found{}, dates: map[neighbourhood][]string{}}
	for i, s := range t.Segments {
		k.place[s.ID] = i
	}
	return k
}

// CheckStatement checks one statement without recalculating due dates. Many statements: NewChecker.
func CheckStatement(t *interview.Transcript, s interview.Statement, section, lang string) []Fault {
	return NewChecker(t, Calendar{}).Check(s, section, lang)
}

// Check returns what is wrong with a statement, nothing when it stands on what was said.
func (k *Checker) Check(s interview.Statement, section, lang string) []Fault {
	if strings.TrimSpace(s.Text) == "" {
		return []Fault{{Kind: Empty}}
	}
	var faults []Fault
	if len(s.Evidence) == 0 {
		return []Fault{{Kind: NoEvidence}}
	}
	var cited []int
	for _, e := range s.Evidence {
		if _, ok := k.place[e.Segment]; !ok {
			faults = append(faults, Fault{Kind: NoSegment, Segment: e.Segment})
			continue
		}
		if _, ok := k.Quote(e.Segment, e.Quote); !ok {
			faults = append(faults, Fault{Kind: NoQuote, Segment: e.Segment})
			continue
		}
		cited = append(cited, e.Segment)
	}
	if len(faults) > 0 {
		return faults
	}
	ev := k.evidence(cited, s)
	faults = append(faults, k.speaker(s, section, cited)...)
	faults = append(faults, k.claim(s, section, lang, ev)...)
	return faults
}

// Quote is the function Quote for the transcript of the checker; each quote is looked for once.
func (k *Checker) Quote(segment int, quote string) (literal string, ok bool) {
	at := citation{segment, quote}
	f, known := k.quotes[at]
	if !known {
		f.words, f.ok = Quote(k.t, segment, quote)
		k.quotes[at] = f
	}
	return f.words, f.ok
}

// said is the text a claim is compared with, folded.
type said struct {
	cited  string                 // the cited segments
	around string                 // and those within near of them
	denied []denied               // negations of the cited segments
	parts  []string               // sentences of the cited segments
	raw    string                 // around, as spelt
	before string                 // what was said within near before them, folded
	wide   func(word string) bool // whether a word falls in the cited segments or five times near around them
}

func (k *Checker) evidence(ids []int, s interview.Statement) said {
	var e said
	places := map[int]bool{}
	var order []int
	add := func(i int) {
		if i >= 0 && i < len(k.t.Segments) && !places[i] {
			places[i] = true
			order = append(order, i)
		}
	}
	var cited []string
	for _, id := range ids {
		p := k.place[id]
		cited = append(cited, k.fold(p))
		e.denied = append(e.denied, k.negations(p)...)
		for d := -near; d <= near; d++ {
			add(p + d)
			if i := p + d; d < 0 && i >= 0 {
				e.before += k.fold(i) + "。"
			}
		}
	}
	slices.Sort(order)
	var raw, around []string
	for _, i := range order {
		raw, around = append(raw, k.t.Segments[i].Text), append(around, k.fold(i))
	}
	e.cited = strings.Join(cited, "。\n")
	e.raw = strings.Join(raw, "。\n")
	e.around = strings.Join(around, "。\n")
	e.parts = sentences(e.cited)
	e.wide = func(word string) bool {
		for _, id := range ids {
			p := k.place[id]
			for i := max(0, p-5*near); i <= min(len(k.t.Segments)-1, p+5*near); i++ {
				if strings.Contains(k.fold(i), word) {
					return true
				}
			}
		}
		return false
	}
	return e
}

// fold is the folded text of the segment at place i, worked out once.
func (k *Checker) fold(i int) string {
	if k.folded == nil {
		k.folded = make([]string, len(k.t.Segments))
	}
	if k.folded[i] == "" {
		k.folded[i] = Fold(strings.Join(AtPauses(k.t.Segments[i].Text), "。"))
	}
	return k.folded[i]
}

// negations are those of the segment at place i, worked out once.
func (k *Checker) negations(i int) []denied {
	if k.denied == nil {
		k.denied = map[int][]denied{}
	}
	d, ok := k.denied[i]
	if !ok {
		d = negations(k.fold(i))
		k.denied[i] = d
	}
	return d
}

func (k *Checker) part(id int) interview.Part { return k.t.Part(k.t.Segments[k.place[id]].Speaker) }

// speaker checks who said it. Wishes, concerns and gaps count only from the employee.
func (k *Checker) speaker(s interview.Statement, section string, cited []int) []Fault {
	spoke := map[interview.Part]bool{}
	for _, id := range cited {
		spoke[k.part(id)] = true
	}
	wrong := []Fault{{Kind: WrongSpeaker, Segment: cited[0]}}
	unknown := spoke[interview.PartUnknown] || spoke[interview.PartOther]
	switch section {
	case interview.Wishes, interview.Concerns, interview.SkillGaps:
		if s.Speaker != interview.PartEmployee && !(s.Speaker == interview.PartUnknown && unknown) {
			return wrong
		}
	}
	switch s.Speaker {
	case interview.PartBoth:
		if !unknown && len(spoke) < 2 {
			return wrong
		}
	case interview.PartEmployee, interview.PartInterviewer:
		if !spoke[s.Speaker] && !(unknown && len(spoke) == 1 && false) {
			return wrong
		}
		if section != interview.ActionItems && len(spoke) > 1 && k.leading(s, cited) != s.Speaker && s.Speaker == interview.PartInterviewer {
			return wrong
		}
	}
	if section == interview.ActionItems {
		return k.owner(s, cited)
	}
	return nil
}

// leading is the part whose cited words hold most of the claim.
func (k *Checker) leading(s interview.Statement, cited []int) interview.Part {
	best, part := -1.0, interview.PartUnknown
	for _, id := range cited {
		if c := coverage(Fold(s.Text), k.fold(k.place[id])); c > best {
			best, part = c, k.part(id)
		}
	}
	return part
}

func (k *Checker) claim(s interview.Statement, section, lang string, e said) []Fault {
	claim := Fold(s.Text)
	var faults []Fault
	add := func(kind Kind, word string) { faults = append(faults, Fault{Kind: kind, Word: word}) }

	whole := claim
	if s.Due != nil {
		whole += "。" + Fold(*s.Due)
	}
	if word, ok := k.numbers(whole, e); !ok {
		add(WrongNumber, word)
	}
	for _, w := range dateWordsIn(whole) {
		if !strings.Contains(e.around, w) && !strings.Contains(e.around, strings.TrimSuffix(w, "末")) && !clippedDay(w, e.around) {
			add(WrongDate, w)
			break
		}
	}
	if s.DueDate != nil && !k.calendar.RecordedOn.IsZero() && !k.dueFits(s, lang) {
		add(WrongDate, *s.DueDate)
	}
	for _, n := range k.namesIn(s.Text) {
		if !strings.Contains(e.raw, n) && !slices.Contains(k.own, n) && !(k.known[n] && !addressed(s.Text, n) && k.named(n, s)) {
			add(WrongName, n)
			break
		}
	}
	if negationFaultOf(claim, e.cited, section, e.denied) {
		add(Negation, "")
	}
	if conditionFault(claim, e.parts, e.around, func(w string) bool { return e.wide(w) || k.topic(w) }) {
		add(Condition, "")
	}
	if hearsayFault(claim, e.parts) {
		add(Hearsay, "")
	}
	if coverage(claim, e.around) < MinCoverage && letters(claim, e.around) < MinLetters {
		add(Unsupported, "")
	}
	for _, w := range verdict.FindAllString(claim, -1) {
		if !strings.Contains(e.cited, w) {
			add(Verdict, w)
			break
		}
	}
	if command.MatchString(claim) {
		add(Command, "")
	}
	return faults
}

// addressed reports a name that is followed by a form of address.
func addressed(text, name string) bool { return slices.Contains(names(text), name) }

// named reports whether a name falls in the wider neighbourhood of the evidence: what is spoken of for minutes is not
// named in every sentence.
func (k *Checker) named(name string, s interview.Statement) bool {
	for _, e := range s.Evidence {
		p, ok := k.place[e.Segment]
		if !ok {
			continue
		}
		for i := max(0, p-5*near); i <= min(len(k.t.Segments)-1, p+near); i++ {
			if strings.Contains(k.t.Segments[i].Text, name) {
				return true
			}
		}
	}
	return false
}

// topic reports a word that the talk comes back to.
func (k *Checker) topic(w string) bool {
	n := 0
	for i := range k.t.Segments {
		if strings.Contains(k.fold(i), w) {
			if n++; n >= 3 {
				return true
			}
		}
	}
	return false
}

func (k *Checker) namesIn(s string) []string {
	out := names(s)
	if japanese(s) {
		for n := range k.known {
			if strings.Contains(s, n) && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
		slices.Sort(out)
	}
	return out
}
