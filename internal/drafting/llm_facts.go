package drafting

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
	"kikigaki/prompts"
)

// fact is one thing that was said, as extraction reports it.
type fact struct {
	Section  string         `json:"section"`
	Claim    string         `json:"claim"`
	Speaker  interview.Part `json:"speaker"`
	Segments []int          `json:"segments"`
	Quote    string         `json:"quote"`
	Kind     string         `json:"kind"`
	Owner    *string        `json:"owner"`
	Due      *string        `json:"due"`

	id       int
	evidence []interview.Evidence
}

type factsAnswer struct {
	Facts []fact `json:"facts"`
}

// Most of what one answer may hold.
const (
	maxFacts      = 300
	maxStatements = 80  // of a section
	maxSentences  = 12  // of a summary, before it is cut to four
	maxWords      = 400 // characters of a claim or statement
	maxQuote      = 800
)

func (a *factsAnswer) limits() string {
	if len(a.Facts) > maxFacts {
		return "facts"
	}
	for _, f := range a.Facts {
		if utf8.RuneCountInString(f.Claim) > maxWords || utf8.RuneCountInString(f.Quote) > maxQuote || len(f.Segments) > 2000 {
			return "facts"
		}
	}
	return ""
}

// partLimit is how many tokens of the talk one extraction can take: what the context leaves beside the instructions,
// and as much as can be answered within the longest reply.
func (r *run) partLimit(p prompts.Prompt) int {
	m := r.engine.model
	fixed := r.engine.tokens(p.System) + r.engine.tokens(string(p.Schema)) + 2*contextTokens + 640 + r.engine.tokens(r.data(withTerms|withGuide))
	limit := (m.Context - fixed) * 2 / 3
	if !m.Reasoning {
		limit = min(limit, 2*(m.MaxOutput-500))
	}
	return limit
}

// affordable is how many parts keep the input of the whole run at twice the talk: what is left of that after the talk
// itself and the writing, whose facts are about a sixth of the talk.
func (r *run) affordable(extract prompts.Prompt) (int, error) {
	write, err := r.in.Template.Prompt(prompts.Write, r.lang)
	if err != nil {
		return 0, fmt.Errorf("render instructions: %w", err)
	}
	cost := func(p prompts.Prompt) int {
		return r.engine.tokens(p.System) + r.engine.tokens(string(p.Schema)) + r.engine.tokens(r.data(withTerms|withGuide)) + 40
	}
	talk := r.script.tokens()
	return max(1, (talk-talk/6-cost(write))/(cost(extract)+contextTokens/2)), nil
}

// factsReply is the answer expected for a part: about half of what was read.
func factsReply(tokens int) int { return tokens/2 + 500 }

// extract reads the whole talk in parts, several at once, and returns the facts in the order of the talk.
func (r *run) extract(ctx context.Context) ([]fact, error) {
	p, err := r.prompt(prompts.Extract)
	if err != nil {
		return nil, err
	}
	limit := r.partLimit(p)
	if limit < 300 {
		return nil, interview.E("endpoint_rejected", fmt.Errorf("a context of %d tokens has no room beside the instructions", r.engine.model.Context))
	}
	affordable, err := r.affordable(p)
	if err != nil {
		return nil, err
	}
	parts := r.script.parts(limit, affordable)
	found := make([][]fact, len(parts))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(r.engine.options.Parallel)
	for i, part := range parts {
		g.Go(func() error {
			var err error
			found[i], err = r.extractPart(gctx, p, part, maxHalvings)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("read talk: %w", context.Cause(ctx))
		}
		return nil, err
	}
	return r.merge(slices.Concat(found...)), nil
}

// maxHalvings is how often a part is cut in two before its model counts as broken: a sixteenth of a part is less than
// a minute of talk.
const maxHalvings = 4

// extractPart asks about one part, and about its halves when the answer does not fit or stays broken.
func (r *run) extractPart(ctx context.Context, p prompts.Prompt, part part, halvings int) ([]fact, error) {
	data := r.data(withTerms | withGuide)
	if s := part.surroundings(r.lang); s != "" {
		data += "\n" + s
	}
	var got factsAnswer
	err := r.answer(ctx, ask{prompt: p, lang: r.lang, data: data, lines: joinLines(part.lines), reply: factsReply(part.tokens())}, &got)
	if errors.Is(err, errTooLong) || errors.Is(err, errBroken) {
		two, ok := part.halves()
		if !ok || halvings == 0 {
			return nil, err
		}
		first, err := r.extractPart(ctx, p, two[0], halvings-1)
		if err != nil {
			return nil, err
		}
		second, err := r.extractPart(ctx, p, two[1], halvings-1)
		return append(first, second...), err
	}
	if err != nil {
		return nil, err
	}
	r.reads(part.lines)
	return r.visible(got.Facts, part), nil
}

// visible keeps the facts that cite lines the model saw, at least one of them of the part itself, and drops ids that it
// made up.
func (r *run) visible(facts []fact, p part) []fact {
	own, seen := map[int]bool{}, map[int]bool{}
	for _, l := range p.lines {
		own[l.segment], seen[l.segment] = true, true
	}
	for _, l := range append(slices.Clone(p.before), p.after...) {
		seen[l.segment] = true
	}
	var out []fact
	for _, f := range facts {
		var ids []int
		mine := false
		for _, id := range f.Segments {
			if !seen[id] {
				r.drop(id, string(evidence.NoSegment))
				continue
			}
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
			mine = mine || own[id]
		}
		if !mine {
			continue // nothing of this part: either made up, or the neighbouring part's own fact
		}
		f.Segments = ids
		f.Claim, f.Quote = strings.TrimSpace(f.Claim), strings.TrimSpace(f.Quote)
		out = append(out, f)
	}
	return out
}

// merge puts the facts of all parts together: what is off the record leaves, instruction-like words become flags, what
// is taken back takes its fact with it, and what was reported twice is one fact.
func (r *run) merge(facts []fact) []fact {
	place := map[int]int{}
	for i, s := range r.in.Transcript.Segments {
		place[s.ID] = i
	}
	slices.SortStableFunc(facts, func(a, b fact) int { return cmp.Compare(place[a.Segments[0]], place[b.Segments[0]]) })
	var ranges [][]int
	for _, f := range facts {
		switch f.Kind {
		case prompts.KindOffRecord:
			ranges = append(ranges, f.Segments)
		case prompts.KindInstruct:
			r.flag("instruction_to_ai", f.Segments[0])
		}
	}
	out := r.offRecord(ranges)
	var kept []fact
	for _, f := range facts {
		if f.Kind == prompts.KindOffRecord || f.Kind == prompts.KindInstruct {
			continue
		}
		if i := slices.IndexFunc(f.Segments, func(id int) bool { return out[id] }); i >= 0 {
			continue
		}
		if f.Kind == prompts.KindSaid && takenBack(facts, f, place) {
			r.drop(f.Segments[0], ReasonRetracted)
			continue
		}
		if slices.ContainsFunc(kept, func(k fact) bool { return sameFact(k, f) }) {
			continue
		}
		if f.Kind != prompts.KindRetracts && f.Kind != prompts.KindNone && f.Kind != prompts.KindUnclear && f.Claim == "" {
			continue
		}
		f.id = len(kept) + 1
		f.evidence = r.cite(f)
		kept = append(kept, f)
	}
	return kept
}

// offRecord returns the segments a model says are off the record. They leave the draft; people are shown the places and
// can take them back in. More than two fifths of a talk is not believed: that is how words in the talk would empty a
// record.
func (r *run) offRecord(ranges [][]int) map[int]bool {
	out := map[int]bool{}
	for _, ids := range ranges {
		for _, id := range ids {
			if r.known[id] != nil {
				out[id] = true
			}
		}
	}
	if len(out)*5 > len(r.script.lines)*2 && len(out) > 10 {
		for _, ids := range ranges {
			r.flag("off_record_proposal", ids[0])
		}
		return map[int]bool{}
	}
	for _, ids := range ranges {
		for i, id := range ids {
			if r.known[id] == nil {
				continue
			}
			if i == 0 {
				r.flag("off_record_proposal", id)
			}
			r.drop(id, ReasonOffRecord)
		}
	}
	return out
}

// takenBack reports whether a later fact names f's segment as the place of what it takes back, about the same matter.
func takenBack(facts []fact, f fact, place map[int]int) bool {
	for _, g := range facts {
		if g.Kind != prompts.KindRetracts && g.Kind != prompts.KindCorrects || g.Section != f.Section || sameFact(f, g) {
			continue
		}
		later := place[slices.MaxFunc(g.Segments, func(a, b int) int { return cmp.Compare(place[a], place[b]) })]
		if later >= place[f.Segments[0]] && slices.Contains(g.Segments, f.Segments[0]) && overlap(f.Claim, g.Claim) >= 0.3 {
			return true
		}
	}
	return false
}

// sameFact reports the same claim about the same words.
func sameFact(a, b fact) bool {
	return a.Kind == b.Kind && a.Section == b.Section && slices.Equal(a.Segments, b.Segments) &&
		evidence.Normalize(a.Claim) == evidence.Normalize(b.Claim)
}

// cite turns a fact's segments into evidence: the quote where it stands, and of the other segments the sentence nearest
// to the claim. A quote that stands nowhere is cited as it is, so that the check names it.
func (r *run) cite(f fact) []interview.Evidence {
	at := -1
	quote := f.Quote
	for i, id := range f.Segments {
		if literal, ok := evidence.Quote(r.in.Transcript, id, f.Quote); ok && f.Quote != "" {
			at, quote = i, literal
			break
		}
	}
	var out []interview.Evidence
	if at >= 0 {
		out = append(out, interview.Evidence{Segment: f.Segments[at], Quote: quote})
	} else if f.Quote != "" {
		return []interview.Evidence{{Segment: f.Segments[0], Quote: f.Quote}}
	}
	for i, id := range f.Segments {
		if i == at || len(out) >= 6 {
			continue
		}
		if q := nearest(r.known[id].Text, f.Claim); q != "" {
			out = append(out, interview.Evidence{Segment: id, Quote: q})
		}
	}
	return out
}
