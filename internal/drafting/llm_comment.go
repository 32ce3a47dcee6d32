package drafting

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/interview"
	"kikigaki/prompts"
)

// remark is something to be said about a statement, or about the whole record: a person's comment, or a fault that the
// check found. It is data to the model.
type remark struct {
	id        string // comment id; empty for a fault
	statement string // statement id; empty for the whole record
	text      string
}

// target is a statement that may change, and where it stands.
type target struct {
	section   string
	statement interview.Statement
}

// change is a model's answer to one remark.
type change struct {
	Comment   int      `json:"comment"`
	Statement *int     `json:"statement"`
	Change    string   `json:"change"`
	Section   *string  `json:"section"`
	Text      *string  `json:"text"`
	Speaker   *string  `json:"speaker"`
	Sensitive bool     `json:"sensitive"`
	Evidence  []quoted `json:"evidence"`
	Owner     *string  `json:"owner"`
	Due       *string  `json:"due"`
}

type changesAnswer struct {
	Changes []change `json:"changes"`
}

func (a *changesAnswer) limits() string {
	if len(a.Changes) > maxStatements {
		return "changes"
	}
	for _, c := range a.Changes {
		if c.Text != nil && utf8.RuneCountInString(*c.Text) > maxWords || len(c.Evidence) > 40 {
			return "changes"
		}
	}
	return ""
}

const (
	maxRemarks = 20 // in one request
	around     = 4  // segments shown on each side of a statement's evidence
)

// discuss asks what to do about the remarks. targets are the statements that may change, by number from 1. The answer
// holds changes whose remark and statement exist; a change that names neither is left out.
func (r *run) discuss(ctx context.Context, targets []target, remarks []remark) ([]change, error) {
	p, err := r.prompt(prompts.Revise)
	if err != nil {
		return nil, err
	}
	var out []change
	for first := 0; first < len(remarks); first += maxRemarks {
		batch := remarks[first:min(len(remarks), first+maxRemarks)]
		got, err := r.discussBatch(ctx, p, targets, batch)
		if err != nil {
			return nil, err
		}
		for _, c := range got {
			c.Comment += first
			out = append(out, c)
		}
	}
	return out, nil
}

func (r *run) discussBatch(ctx context.Context, p prompts.Prompt, targets []target, remarks []remark) ([]change, error) {
	shown := concerned(targets, remarks)
	data := r.data(withTerms) + "\n" + r.remarksText(targets, shown, remarks)
	lines := r.linesFor(p, data, targets, shown, remarks)
	var got changesAnswer
	err := r.answer(ctx, ask{prompt: p, lang: r.lang, data: data, lines: joinLines(lines), reply: 300 + 250*len(remarks)}, &got)
	if (errors.Is(err, errTooLong) || errors.Is(err, errBroken)) && len(remarks) > 1 {
		half := len(remarks) / 2
		a, err := r.discussBatch(ctx, p, targets, remarks[:half])
		if err != nil {
			return nil, err
		}
		b, err := r.discussBatch(ctx, p, targets, remarks[half:])
		for i := range b {
			b[i].Comment += half
		}
		return append(a, b...), err
	}
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(got.Changes, func(c change) bool {
		if c.Comment < 1 || c.Comment > len(remarks) {
			return true
		}
		own := remarks[c.Comment-1].statement
		switch {
		case own != "" && c.Change == "add":
			return false // a comment on a statement can name something beside it
		case c.Statement == nil:
			return c.Change != "add"
		case *c.Statement < 1 || *c.Statement > len(targets):
			return true
		}
		return own != "" && targets[*c.Statement-1].statement.ID != own
	}), nil
}

// concerned are the indices of the statements to show: those the remarks name, or all when a remark is about the whole
// record.
func concerned(targets []target, remarks []remark) []int {
	var out []int
	for i, t := range targets {
		if slices.ContainsFunc(remarks, func(m remark) bool { return m.statement == "" || m.statement == t.statement.ID }) {
			out = append(out, i)
		}
	}
	return out
}

func (r *run) remarksText(targets []target, shown []int, remarks []remark) string {
	heads := [2]string{"Statements (number|section|text):", "Comments (number|statement|comment):"}
	if r.lang == "ja" {
		heads = [2]string{"文(番号|項目|文):", "意見(番号|文の番号|意見):"}
	}
	var b strings.Builder
	b.WriteString(heads[0])
	number := map[string]string{}
	for _, i := range shown {
		t := targets[i]
		number[t.statement.ID] = strconv.Itoa(i + 1)
		fmt.Fprintf(&b, "\n%d|%s|%s", i+1, t.section, escape(t.statement.Text))
	}
	b.WriteString("\n" + heads[1])
	for i, m := range remarks {
		n := number[m.statement]
		if n == "" {
			n = "-"
		}
		fmt.Fprintf(&b, "\n%d|%s|%s", i+1, n, escape(m.text))
	}
	return b.String()
}

// linesFor chooses the lines to rest on: around the evidence of the statements shown and, for remarks about the whole
// record, those most like the remark; the whole talk when it fits.
func (r *run) linesFor(p prompts.Prompt, data string, targets []target, shown []int, remarks []remark) []line {
	m := r.engine.model
	room := m.Context - r.engine.tokens(p.System) - r.engine.tokens(string(p.Schema)) - r.engine.tokens(data) - 1000 - 250*len(remarks)
	whole := slices.ContainsFunc(remarks, func(x remark) bool { return x.id != "" })
	if total := r.script.tokens(); whole && total <= min(room, singleTokens) {
		return r.script.lines
	}
	index := map[int][]int{}
	for i, l := range r.script.lines {
		index[l.segment] = append(index[l.segment], i)
	}
	take := map[int]bool{}
	near := func(i int) {
		for j := max(0, i-around); j <= min(len(r.script.lines)-1, i+around); j++ {
			take[j] = true
		}
	}
	for _, i := range shown {
		if !slices.ContainsFunc(remarks, func(x remark) bool { return x.statement == targets[i].statement.ID }) {
			continue
		}
		for _, e := range targets[i].statement.Evidence {
			for _, j := range index[e.Segment] {
				near(j)
			}
		}
	}
	for _, x := range remarks {
		if x.id == "" {
			continue
		}
		for _, i := range r.like(x.text) {
			near(i)
		}
	}
	var out []line
	for i, l := range r.script.lines {
		if take[i] && l.tokens <= room {
			out = append(out, l)
			room -= l.tokens
		}
	}
	return out
}

// like finds the three lines that share most with a text.
func (r *run) like(text string) []int {
	type hit struct {
		at    int
		score float64
	}
	var hits []hit
	for i, l := range r.script.lines {
		if s := overlap(text, l.text); s > 0.15 {
			hits = append(hits, hit{i, s})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	var out []int
	for _, h := range hits[:min(3, len(hits))] {
		out = append(out, h.at)
	}
	return out
}

// statement makes the statement a change asks for, starting from old (the zero value for a new one).
func (r *run) changed(old interview.Statement, section string, c change) interview.Statement {
	s := old
	if c.Text != nil {
		s.Text = strings.TrimSpace(*c.Text)
	}
	if c.Speaker != nil && *c.Speaker != "" {
		s.Speaker = interview.Part(*c.Speaker)
	}
	if s.Speaker == "" {
		s.Speaker = interview.PartEmployee
	}
	s.By, s.Sensitive = "ai", c.Sensitive || old.Sensitive
	if ev := r.literal(c.Evidence, nil); len(ev) > 0 {
		s.Evidence = ev
	}
	if section == interview.ActionItems {
		if c.Owner != nil {
			s.Owner = ""
		}
		r.assign(&s, c.Owner, c.Due)
	}
	return s
}
