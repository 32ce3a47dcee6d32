// Package adversary plays a writer of drafts that cannot be trusted: from an annotated interview and a seed it makes
// statements that are faithful, and statements with one planted fault each. Tests of the checks measure with it how
// many faults are caught and how many faithful statements are lost. It shares no rule with the checks.
package adversary

import (
	"cmp"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"kikigaki/internal/drafting/score"
	"kikigaki/internal/interview"
)

// Faithful is the class of the statements without a fault.
const Faithful = "faithful"

// Classes of planted faults.
var Classes = []string{"invented_quote", "paraphrased_quote", "id_shift", "speaker", "owner", "number", "date", "name", "negation", "condition", "hearsay",
	"invented_claim", "off_record", "retracted", "third_party", "declined", "interviewer_only", "joke", "injection"}

// Case is one statement with what is wrong with it.
type Case struct {
	Class     string
	Section   string
	Statement interview.Statement
}

// Adversary makes cases from one annotated interview.
type Adversary struct {
	g    *score.Gold
	t    *interview.Transcript
	r    *rand.Rand
	base []Case // faithful statements to start from
}

// New prepares the annotated interview g; the same seed makes the same cases.
func New(g *score.Gold, seed uint64) *Adversary {
	a := &Adversary{g: g, t: g.Transcript(), r: rand.New(rand.NewPCG(seed, 0x6b696b69))}
	for _, key := range score.Sections {
		for _, it := range g.Items(key) {
			s := interview.Statement{Text: it.Text, Speaker: interview.PartEmployee}
			if key == interview.ActionItems {
				s.Owner, s.DueDate = interview.Part(it.Owner), it.DueDate
				s.Speaker = a.t.Part(a.t.Segment(it.Evidence[0]).Speaker)
				s.Due = a.dueWords(it)
				if s.Due == nil {
					s.DueDate = nil
				}
			}
			for _, id := range it.Evidence {
				s.Evidence = append(s.Evidence, interview.Evidence{Segment: id, Quote: a.t.Segment(id).Text})
			}
			a.base = append(a.base, Case{Faithful, key, s})
		}
	}
	return a
}

var dueLike = regexp.MustCompile(`(?i)(?:来月|今月|来週|再来週|今週|年度末|お盆明け|次の面談|明日|\d{1,2}月)[^、。]{0,12}(?:まで|中|末|頭|いっぱい|曜)[^、。\s\d]{0,2}|by (?:the )?[a-z]+(?: of [a-z]+(?: [a-z]+)?| friday)?|\d{1,2}日`)

// dueWords finds the words of a due in the evidence: the last that look like one.
func (a *Adversary) dueWords(it score.Item) *string {
	for _, id := range slices.Backward(it.Evidence) {
		if m := dueLike.FindAllString(a.t.Segment(id).Text, -1); len(m) > 0 {
			return &m[len(m)-1]
		}
	}
	return nil
}

// Input is what the drafts of these cases are made from.
func (a *Adversary) Transcript() *interview.Transcript { return a.t }

func (a *Adversary) pick() Case {
	c := a.base[a.r.IntN(len(a.base))]
	c.Statement.Evidence = slices.Clone(c.Statement.Evidence)
	return c
}

// Faithfuls returns every annotated item, each in one of the forms a careful writer may choose.
func (a *Adversary) Faithfuls() []Case {
	var out []Case
	for _, c := range a.base {
		c.Statement.Evidence = slices.Clone(c.Statement.Evidence)
		for i := range c.Statement.Evidence {
			e := &c.Statement.Evidence[i]
			e.Quote = a.vary(e.Quote, c.Statement.Text)
		}
		if a.r.IntN(3) == 0 {
			c.Statement.Text = wide(c.Statement.Text)
		}
		out = append(out, c)
	}
	return out
}

// vary rewrites a quote as faithful writers do: without hesitation, in other widths, only a part of it, with … for
// what is left out, without punctuation.
func (a *Adversary) vary(quote, claim string) string {
	switch a.r.IntN(6) {
	case 0:
		return hesitation.ReplaceAllString(quote, "")
	case 1:
		return wide(quote)
	case 2:
		if parts := sentences(quote); len(parts) > 1 {
			return slices.MaxFunc(parts, func(x, y string) int { return cmp.Compare(shared(claim, x), shared(claim, y)) }) // the part that carries it
		}
	case 3:
		if parts := sentences(quote); len(parts) > 2 {
			return parts[0] + "…" + parts[len(parts)-1]
		}
	case 4:
		return strings.NewReplacer("、", "", "。", " ", ",", "").Replace(quote)
	}
	return quote
}

var hesitation = regexp.MustCompile(`えーと、|えっと、|あの、|まあ、|その、|なんか、|えー、|うーん、|(?i)\bum, `)

func sentences(s string) []string {
	var out []string
	for _, p := range regexp.MustCompile(`[^。.?!]+[。.?!]?`).FindAllString(s, -1) {
		if len([]rune(strings.TrimSpace(p))) > 7 {
			out = append(out, strings.TrimSpace(p))
		}
	}
	return out
}

// wide writes digits in full width.
func wide(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c - '0' + '０'
		}
		return c
	}, s)
}

// Faults makes up to n statements of a class, fewer when the interview has no place for them.
func (a *Adversary) Faults(class string, n int) []Case {
	var out []Case
	for tries := 0; len(out) < n && tries < 40*n; tries++ {
		if c, ok := a.fault(class); ok {
			c.Class = class
			out = append(out, c)
		}
	}
	return out
}
