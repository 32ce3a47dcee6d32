package drafting

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
	"kikigaki/prompts"
)

// singleAnswer is a whole record in one answer.
type singleAnswer struct {
	OffRecord    []int                    `json:"off_record"`
	Instructions []int                    `json:"instructions"`
	Sections     map[string]singleSection `json:"sections"`
	Summary      []singleSentence         `json:"summary"`
}

type singleSection struct {
	State         interview.SectionState `json:"state"`
	StateEvidence []quoted               `json:"state_evidence"`
	Statements    []singleStatement      `json:"statements"`
}

type singleStatement struct {
	Text      string         `json:"text"`
	Speaker   interview.Part `json:"speaker"`
	Sensitive bool           `json:"sensitive"`
	Evidence  []quoted       `json:"evidence"`
	Owner     *string        `json:"owner"`
	Due       *string        `json:"due"`
}

type singleSentence struct {
	Text     string   `json:"text"`
	Evidence []quoted `json:"evidence"`
}

type quoted struct {
	Segment int    `json:"segment"`
	Quote   string `json:"quote"`
}

func (a *singleAnswer) limits() string {
	if len(a.Summary) > maxSentences || len(a.OffRecord) > 5000 || len(a.Instructions) > 5000 {
		return "summary"
	}
	for key, s := range a.Sections {
		if len(s.Statements) > maxStatements || len(s.StateEvidence) > maxStatements {
			return key
		}
		for _, st := range s.Statements {
			if utf8.RuneCountInString(st.Text) > maxWords || len(st.Evidence) > 40 {
				return key
			}
			for _, e := range st.Evidence {
				if utf8.RuneCountInString(e.Quote) > maxQuote {
					return key
				}
			}
		}
	}
	return ""
}

// singleReply is the answer expected for a talk of that many tokens.
func singleReply(tokens int) int { return tokens*2/3 + 1500 }

// fitsSingle reports whether the whole talk goes in one pass.
func (r *run) fitsSingle() (bool, error) {
	n := r.script.tokens()
	if n > singleTokens || r.script.seconds() > singleSeconds {
		return false, nil
	}
	p, err := r.in.Template.Prompt(prompts.Single, r.lang)
	if err != nil {
		return false, err
	}
	m := r.engine.model
	reply := singleReply(n)
	if !m.Reasoning && reply > m.MaxOutput {
		return false, nil
	}
	return r.engine.tokens(p.System)+r.engine.tokens(string(p.Schema))+r.engine.tokens(r.data(withTerms|withSheet|withGuide))+140+n+reply <= m.Context, nil
}

// single reads the whole talk and writes the record in one pass.
func (r *run) single(ctx context.Context, d *interview.Draft) error {
	p, err := r.prompt(prompts.Single)
	if err != nil {
		return err
	}
	var got singleAnswer
	a := ask{prompt: p, lang: r.lang, data: r.data(withTerms | withSheet | withGuide), lines: joinLines(r.script.lines),
		reply: singleReply(r.script.tokens())}
	if err := r.answer(ctx, a, &got); err != nil {
		delete(r.prompts, prompts.Single) // what did not lead to the draft does not sign it
		return err
	}
	r.reads(r.script.lines)
	for _, id := range got.Instructions {
		if r.known[id] != nil {
			r.flag("instruction_to_ai", id)
		}
	}
	var ranges [][]int
	if len(got.OffRecord) > 0 {
		ranges = append(ranges, got.OffRecord)
	}
	out := r.offRecord(ranges)
	for i := range d.Sections {
		s := &d.Sections[i]
		from, ok := got.Sections[s.Key]
		if !ok {
			continue
		}
		if from.State == interview.StatedNone || from.State == interview.Unclear {
			if ev := r.literal(from.StateEvidence, out); len(ev) > 0 {
				s.State, s.Evidence = from.State, ev
			}
		}
		for _, st := range from.Statements {
			r.addSingle(s, st, out)
		}
	}
	for _, w := range got.Summary {
		ev := r.literal(w.Evidence, out)
		if len(ev) > 0 && len(ev) == len(w.Evidence) && len(d.Summary) < 4 && strings.TrimSpace(w.Text) != "" {
			d.Summary = append(d.Summary, interview.Sentence{Text: strings.TrimSpace(w.Text), Evidence: ev})
		}
	}
	return nil
}

func (r *run) addSingle(s *interview.Section, from singleStatement, out map[int]bool) {
	if slices.ContainsFunc(from.Evidence, func(q quoted) bool { return out[q.Segment] }) {
		return // offRecord has named the places
	}
	st := interview.Statement{Text: strings.TrimSpace(from.Text), Speaker: from.Speaker, By: "ai", Sensitive: from.Sensitive,
		Evidence: r.literal(from.Evidence, nil)}
	if st.Text == "" {
		return
	}
	if len(st.Evidence) == 0 {
		for _, q := range from.Evidence {
			r.drop(q.Segment, string(evidence.NoSegment))
		}
		return
	}
	if s.Key == interview.ActionItems {
		r.assign(&st, from.Owner, from.Due)
		if st.Owner == "" {
			st.Owner = interview.PartUnknown
		}
	}
	r.place(s, st)
}

// literal turns a model's quotes into evidence: segments that do not exist are dropped, a quote that stands in its
// segment is spelt as it stands there, any other is left for the check to name.
func (r *run) literal(from []quoted, out map[int]bool) []interview.Evidence {
	var ev []interview.Evidence
	for _, q := range from {
		if r.known[q.Segment] == nil || out[q.Segment] {
			continue
		}
		text := strings.TrimSpace(q.Quote)
		if exact, ok := evidence.Quote(r.in.Transcript, q.Segment, text); ok {
			text = exact
		}
		ev = union(ev, []interview.Evidence{{Segment: q.Segment, Quote: text}})
	}
	return ev
}
