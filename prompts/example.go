package prompts

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"kikigaki/internal/interview"
)

// Example is a worked example of one section: a few lines of an invented talk, what is written down from them (nothing
// is as much a right answer as a statement), and why.
type Example struct {
	Lines  []Line   `json:"lines"`
	Expect []Expect `json:"expect"`
	Why    string   `json:"why"`
}

// Line is one segment as a model sees it: 12|B|text. In examples A is the interviewer and B the employee.
type Line struct {
	Segment int    `json:"segment"`
	Speaker string `json:"speaker"`
	Text    string `json:"text"`
}

func (l Line) String() string { return strconv.Itoa(l.Segment) + "|" + l.Speaker + "|" + l.Text }

// Expect is a statement that an example leads to. ExampleDay is the day its dates count from.
type Expect struct {
	Text      string         `json:"text"`
	Speaker   interview.Part `json:"speaker"`
	Owner     interview.Part `json:"owner,omitempty"`
	Due       string         `json:"due,omitempty"`
	DueDate   string         `json:"due_date,omitempty"`
	Sensitive bool           `json:"sensitive,omitempty"`
	Evidence  []Quote        `json:"evidence"`
}

// ExampleDay is the day of the invented talks, a Wednesday.
const ExampleDay = "2026-06-10"

// Quote is a literal piece of a segment.
type Quote struct {
	Segment int    `json:"segment"`
	Quote   string `json:"quote"`
}

var exampleLine = regexp.MustCompile(`^([0-9]{1,4})\|([AB])\|(.+)$`)

// Ends and beginnings that a statement never has: the polite form, and a subject.
var (
	politeEnd    = regexp.MustCompile(`(です|ます|でした|ました|ません|ください)。?$`)
	subjectStart = regexp.MustCompile(`(?i)^(the employee|the interviewer|he|she|they) |^(本人|社員|面談者|彼|彼女)は`)
)

// parts says who speaks a line of an example.
var parts = map[string]interview.Part{"A": interview.PartInterviewer, "B": interview.PartEmployee}

// examples reads and checks the examples of one section in one language.
func (b *builder) examples(n *node, section, language string) []Example {
	if n.kind != list {
		b.add(n.line, "not_list", "examples")
		return nil
	}
	out := []Example{}
	for _, item := range n.items {
		if !b.keys(item, "lines", "expect", "why") {
			continue
		}
		out = append(out, b.example(item, section, language))
	}
	return out
}

func (b *builder) example(n *node, section, language string) Example {
	e := Example{Why: b.text(n, "why", 200), Expect: []Expect{}}
	if n.get("why") == nil {
		b.add(n.line, "missing", "why")
	}
	lines := n.get("lines")
	if lines == nil || lines.kind != list || len(lines.items) == 0 {
		b.add(n.keyLine("lines"), "missing", "lines")
		return e
	}
	for _, l := range lines.items {
		m := exampleLine.FindStringSubmatch(l.text)
		if m == nil {
			b.add(l.line, "example_line", l.text)
			continue
		}
		id, _ := strconv.Atoi(m[1])
		if k := len(e.Lines); k > 0 && id <= e.Lines[k-1].Segment {
			b.add(l.line, "example_order", m[1])
		}
		e.Lines = append(e.Lines, Line{id, m[2], m[3]})
	}
	expect := n.get("expect")
	if expect == nil || expect.kind != list {
		b.add(n.keyLine("expect"), "not_list", "expect")
		return e
	}
	for _, x := range expect.items {
		if b.keys(x, "text", "speaker", "owner", "due", "due_date", "sensitive", "evidence") {
			e.Expect = append(e.Expect, b.expect(x, e.Lines, section, language))
		}
	}
	return e
}

func (b *builder) expect(n *node, lines []Line, section, language string) Expect {
	x := Expect{
		Text:      b.text(n, "text", 160),
		Speaker:   interview.Part(b.choice(n, "speaker", "employee", "interviewer", "both")),
		Owner:     interview.Part(b.choice(n, "owner", "employee", "interviewer", "hr", "unknown")),
		Due:       b.text(n, "due", 40),
		DueDate:   b.text(n, "due_date", 10),
		Sensitive: b.flag(n, "sensitive"),
	}
	for _, k := range []string{"text", "speaker", "evidence"} {
		if n.get(k) == nil {
			b.add(n.line, "missing", k)
		}
	}
	if language == "ja" && politeEnd.MatchString(x.Text) {
		b.add(n.keyLine("text"), "example_polite", x.Text)
	}
	if subjectStart.MatchString(x.Text) {
		b.add(n.keyLine("text"), "example_subject", x.Text)
	}
	if section != interview.ActionItems && (x.Owner != "" || x.Due != "" || x.DueDate != "") {
		b.add(n.line, "example_owner")
	}
	if section != interview.ActionItems && isHeart(section) && x.Speaker == interview.PartInterviewer {
		b.add(n.keyLine("speaker"), "example_employee", section)
	}
	if _, err := time.Parse(time.DateOnly, x.DueDate); x.DueDate != "" && err != nil {
		b.add(n.keyLine("due_date"), "example_date", x.DueDate)
	}
	b.evidence(n, &x, lines)
	return x
}

// evidence checks that every quote stands literally in the line it cites, that the words cited first are the
// speaker's, and that the due words were said.
func (b *builder) evidence(n *node, x *Expect, lines []Line) {
	ev := n.get("evidence")
	if ev == nil {
		return
	}
	if ev.kind != list || len(ev.items) == 0 {
		b.add(ev.line, "not_list", "evidence")
		return
	}
	said := ""
	for i, q := range ev.items {
		if !b.keys(q, "segment", "quote") {
			continue
		}
		quote := b.text(q, "quote", 200)
		id, err := strconv.Atoi(b.text(q, "segment", 4))
		line := lineWith(lines, id)
		if err != nil || line == nil {
			b.add(q.line, "example_segment", itoa(id))
			continue
		}
		if quote == "" || !strings.Contains(line.Text, quote) {
			b.add(q.line, "example_quote", quote, itoa(id))
		}
		if who := parts[line.Speaker]; i == 0 && x.Speaker != "" && x.Speaker != interview.PartBoth && x.Speaker != who {
			b.add(q.line, "example_speaker", string(x.Speaker), string(who))
		}
		said += line.Text
		x.Evidence = append(x.Evidence, Quote{id, quote})
	}
	if x.Due != "" && !strings.Contains(said, x.Due) {
		b.add(n.keyLine("due"), "example_due", x.Due)
	}
}

func lineWith(lines []Line, id int) *Line {
	for i := range lines {
		if lines[i].Segment == id {
			return &lines[i]
		}
	}
	return nil
}
