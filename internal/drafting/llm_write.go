package drafting

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
	"kikigaki/prompts"
)

// writeAnswer is what the writing stage answers: sentences that cite facts by number.
type writeAnswer struct {
	Sections map[string][]writtenStatement `json:"sections"`
	Summary  []writtenSentence             `json:"summary"`
}

type writtenStatement struct {
	Text      string `json:"text"`
	Facts     []int  `json:"facts"`
	Sensitive bool   `json:"sensitive"`
}

type writtenSentence struct {
	Text  string `json:"text"`
	Facts []int  `json:"facts"`
}

func (a *writeAnswer) limits() string {
	if len(a.Summary) > maxSentences {
		return "summary"
	}
	for _, s := range a.Summary {
		if utf8.RuneCountInString(s.Text) > maxWords {
			return "summary"
		}
	}
	for key, list := range a.Sections {
		if len(list) > maxStatements {
			return key
		}
		for _, s := range list {
			if utf8.RuneCountInString(s.Text) > maxWords || len(s.Facts) > maxFacts {
				return key
			}
		}
	}
	return ""
}

// factLine shows a fact to the writer: number|section|speaker|kind|claim|quote, and owner and due of an action item.
func (f fact) line() string {
	clean := func(s string) string { return strings.ReplaceAll(escape(s), "|", "/") }
	s := strconv.Itoa(f.id) + "|" + f.Section + "|" + string(f.Speaker) + "|" + f.Kind + "|" + clean(f.Claim) + "|" + clean(f.Quote)
	if f.Section == interview.ActionItems && f.Owner != nil {
		s += "|" + *f.Owner
		if f.Due != nil {
			s += "|" + clean(*f.Due)
		}
	}
	return s
}

func factLines(facts []fact) string {
	var b strings.Builder
	for i, f := range facts {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(f.line())
	}
	return b.String()
}

// writeReply is the answer expected for that many tokens of facts.
func writeReply(tokens int) int { return tokens*2/3 + 500 }

// write turns facts into the draft's statements and summary.
func (r *run) write(ctx context.Context, d *interview.Draft, facts []fact) error {
	r.absences(d, facts)
	if !slices.ContainsFunc(facts, fact.tells) {
		return nil
	}
	answer, err := r.writeKeys(ctx, facts, r.in.Template.Keys())
	if err != nil {
		return err
	}
	byID := map[int]fact{}
	for _, f := range facts {
		byID[f.id] = f
	}
	for i := range d.Sections {
		s := &d.Sections[i]
		for _, w := range answer.Sections[s.Key] {
			r.addWritten(s, w, byID)
		}
	}
	for _, w := range answer.Summary {
		if ev := gather(w.Facts, byID); len(ev) > 0 && len(d.Summary) < 4 && strings.TrimSpace(w.Text) != "" {
			d.Summary = append(d.Summary, interview.Sentence{Text: strings.TrimSpace(w.Text), Evidence: ev})
		}
	}
	return nil
}

// tells reports a fact that a statement can stand on.
func (f fact) tells() bool { return f.Kind == prompts.KindSaid || f.Kind == prompts.KindCorrects }

// absences notes where a section was said to be empty, or could not be made out.
func (r *run) absences(d *interview.Draft, facts []fact) {
	for _, f := range facts {
		s := d.Section(f.Section)
		if s == nil || len(f.evidence) == 0 {
			continue
		}
		switch f.Kind {
		case prompts.KindNone:
			s.State, s.Evidence = interview.StatedNone, append(s.Evidence, f.evidence...)
		case prompts.KindUnclear:
			if s.State != interview.StatedNone {
				s.State = interview.Unclear
			}
			s.Evidence = append(s.Evidence, f.evidence...)
		}
	}
}

// writeKeys asks for some sections. When facts and answer do not fit one request, or the answer stays broken, the
// sections are divided; a section alone is written from the facts of each half of the talk.
func (r *run) writeKeys(ctx context.Context, facts []fact, keys []string) (writeAnswer, error) {
	mine := slices.DeleteFunc(slices.Clone(facts), func(f fact) bool {
		return f.Kind != prompts.KindRetracts && (!slices.Contains(keys, f.Section) || !f.tells())
	})
	if !slices.ContainsFunc(mine, fact.tells) {
		return writeAnswer{}, nil
	}
	p, err := r.prompt(prompts.Write, keys...)
	if err != nil {
		return writeAnswer{}, err
	}
	lines := factLines(mine)
	n := r.engine.tokens(lines)
	m := r.engine.model
	room := m.Context - r.engine.tokens(p.System) - r.engine.tokens(string(p.Schema)) - 240 - r.engine.tokens(r.data(withTerms|withSheet|withGuide))
	err = errTooLong
	var got writeAnswer
	if reply := writeReply(n); n+reply <= room && (m.Reasoning || reply <= m.MaxOutput) {
		err = r.writeOnce(ctx, p, mine, lines, reply, &got)
	}
	if !errors.Is(err, errTooLong) && !errors.Is(err, errBroken) {
		return got, err
	}
	if len(keys) > 1 {
		a, b := balance(mine, keys)
		return r.writeBoth(ctx, facts, a, facts, b)
	}
	if len(mine) < 2 {
		return writeAnswer{}, err
	}
	return r.writeBoth(ctx, mine[:len(mine)/2], keys, mine[len(mine)/2:], keys)
}

func (r *run) writeBoth(ctx context.Context, fa []fact, ka []string, fb []fact, kb []string) (writeAnswer, error) {
	a, err := r.writeKeys(ctx, fa, ka)
	if err != nil {
		return a, err
	}
	b, err := r.writeKeys(ctx, fb, kb)
	if err != nil {
		return b, err
	}
	out := writeAnswer{Sections: map[string][]writtenStatement{}}
	for _, x := range []writeAnswer{a, b} {
		for k, list := range x.Sections {
			out.Sections[k] = append(out.Sections[k], list...)
		}
		out.Summary = append(out.Summary, x.Summary[:min(2, len(x.Summary))]...)
	}
	return out, nil
}

// balance divides sections so that each half has about as many facts.
func balance(facts []fact, keys []string) (a, b []string) {
	count := map[string]int{}
	for _, f := range facts {
		count[f.Section]++
	}
	half := 0
	for i, k := range keys {
		half += count[k] + 1
		if half*2 >= len(facts)+len(keys) || i == len(keys)-2 {
			return keys[:i+1], keys[i+1:]
		}
	}
	return keys[:1], keys[1:]
}

// writeOnce asks, and once more when the answer passes over more than a few facts without a word.
func (r *run) writeOnce(ctx context.Context, p prompts.Prompt, facts []fact, lines string, reply int, to *writeAnswer) error {
	a := ask{prompt: p, lang: r.lang, data: r.data(withTerms | withSheet | withGuide), lines: lines, reply: reply}
	if err := r.answer(ctx, a, to); err != nil {
		return err
	}
	left := forgotten(facts, *to)
	if len(left) <= 2 || len(left)*8 <= len(facts) {
		return nil
	}
	a.data = noteForgotten(r.lang, left) + "\n\n" + a.data
	var second writeAnswer
	err := r.answer(ctx, a, &second)
	if err == nil && len(forgotten(facts, second)) < len(left) {
		*to = second
	}
	if errors.Is(err, errTooLong) || errors.Is(err, errBroken) || interview.Code(err) == "endpoint_answer_unusable" {
		return nil // the first answer stands
	}
	return err
}

// forgotten lists the facts of the heart sections that no statement cites, except those about what is taken back.
func forgotten(facts []fact, a writeAnswer) []int {
	cited := map[int]bool{}
	for _, list := range a.Sections {
		for _, s := range list {
			for _, id := range s.Facts {
				cited[id] = true
			}
		}
	}
	var out []int
	for _, f := range facts {
		if !f.tells() || cited[f.id] || !slices.Contains(prompts.Heart, f.Section) {
			continue
		}
		superseded := slices.ContainsFunc(facts, func(g fact) bool {
			return g.id > f.id && (g.Kind == prompts.KindRetracts || g.Kind == prompts.KindCorrects) && overlap(f.Claim, g.Claim) >= 0.3
		})
		if !superseded {
			out = append(out, f.id)
		}
	}
	return out
}

func noteForgotten(language string, ids []int) string {
	var s []string
	for _, id := range ids {
		s = append(s, strconv.Itoa(id))
	}
	list := strings.Join(s, ", ")
	if language == "ja" {
		return "前の答えでは、次の番号の事実がどの文にもありませんでした: " + list + "。残す価値のあるものを落とさず、初めから書き直してください。"
	}
	return "The previous answer had no statement for these facts: " + list + ". Drop none that is worth keeping, and write it again from the beginning."
}

// addWritten makes a statement of a written one: evidence, speaker, owner and due come from its facts.
func (r *run) addWritten(s *interview.Section, w writtenStatement, facts map[int]fact) {
	st := interview.Statement{Text: strings.TrimSpace(w.Text), By: "ai", Sensitive: w.Sensitive, Evidence: gather(w.Facts, facts)}
	for _, id := range w.Facts {
		f, ok := facts[id]
		if !ok || !f.tells() {
			continue
		}
		switch {
		case st.Speaker == "":
			st.Speaker = f.Speaker
		case st.Speaker != f.Speaker && f.Speaker == interview.PartBoth:
			st.Speaker = interview.PartBoth
		}
		if s.Key == interview.ActionItems {
			r.assign(&st, f.Owner, f.Due)
		}
	}
	if st.Text == "" || len(st.Evidence) == 0 {
		return // it cites no fact: there is no place to name
	}
	if s.Key == interview.ActionItems && st.Owner == "" {
		st.Owner = interview.PartUnknown
	}
	r.place(s, st)
}

// assign sets owner and due; what was said later wins.
func (r *run) assign(st *interview.Statement, owner, due *string) {
	if owner != nil && *owner != "" && (st.Owner == "" || interview.Part(*owner) != interview.PartUnknown) {
		st.Owner = interview.Part(*owner)
	}
	if due == nil || strings.TrimSpace(*due) == "" {
		return
	}
	d := strings.TrimSpace(*due)
	st.Due, st.DueDate = &d, nil
	if date := r.reading.Calendar.Resolve(d, r.lang); date != "" {
		st.DueDate = &date
	}
}

// place adds a statement; the same sentence written twice is one with the evidence of both.
func (r *run) place(s *interview.Section, st interview.Statement) {
	s.State, s.Evidence = interview.Discussed, nil
	for i := range s.Statements {
		t := &s.Statements[i]
		if evidence.Normalize(t.Text) == evidence.Normalize(st.Text) && t.Speaker == st.Speaker {
			t.Evidence = union(t.Evidence, st.Evidence)
			t.Sensitive = t.Sensitive || st.Sensitive
			return
		}
	}
	st.ID = interview.NewID()
	s.Statements = append(s.Statements, st)
}

// gather is the evidence of several facts, each piece once, in order.
func gather(ids []int, facts map[int]fact) []interview.Evidence {
	var out []interview.Evidence
	for _, id := range ids {
		if f, ok := facts[id]; ok && f.tells() {
			out = union(out, f.evidence)
		}
	}
	return out
}

func union(a, b []interview.Evidence) []interview.Evidence {
	for _, e := range b {
		if len(a) < 12 && !slices.ContainsFunc(a, func(x interview.Evidence) bool { return x.Segment == e.Segment && x.Quote == e.Quote }) {
			a = append(a, e)
		}
	}
	return a
}
