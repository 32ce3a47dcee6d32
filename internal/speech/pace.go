package speech

import (
	"slices"

	"kikigaki/internal/interview"
)

const (
	// thinShare is the share of a voice's usual pace below which words are probably missing. Honest text of the samples
	// stays above it (TestThinTextIsShown); a chunk that lost its half falls below.
	thinShare = 0.55
	// paceSeconds of speech are the least from which a pace is measured, paceCuts the least cuts that make it usual.
	paceSeconds = 8.0
	paceCuts    = 5
)

// pace is how much text one cut has for its speech.
type pace struct {
	span    interview.Span
	voice   string // "" where a cut holds several
	letters int
	seconds float64
}

// measure notes the pace of an answer that has text.
func (a *assembly) measure(cut interview.Cut, voiced []region, answer interview.Answer) {
	p := pace{span: cut.Span(), letters: spoken(answer.Text)}
	for i, r := range voiced {
		p.seconds += r.Seconds()
		if i == 0 {
			p.voice = r.speaker
		} else if r.speaker != p.voice {
			p.voice = ""
		}
	}
	for _, piece := range answer.Pieces {
		if piece.Text == "" {
			return // its holes are shown as such
		}
	}
	if p.letters > 0 && p.seconds > 0 {
		a.paces = append(a.paces, p)
	}
}

// pace finds the cuts whose text is much thinner than is usual for their voice, and the pace of the whole.
func (a *assembly) pace() (thin []interview.Span, whole float64) {
	usual := map[string][]float64{}
	letters, seconds := 0, 0.0
	for _, p := range a.paces {
		letters, seconds = letters+p.letters, seconds+p.seconds
		if p.seconds >= paceSeconds {
			usual[p.voice] = append(usual[p.voice], float64(p.letters)/p.seconds)
		}
	}
	if seconds > 0 {
		whole = centi(float64(letters) / seconds)
	}
	for _, p := range a.paces {
		all := usual[p.voice]
		if p.seconds < paceSeconds || len(all) < paceCuts {
			continue
		}
		sorted := slices.Sorted(slices.Values(all))
		if float64(p.letters)/p.seconds < thinShare*sorted[len(sorted)/2] {
			thin = append(thin, interview.Span{Start: centi(p.span.Start), End: centi(p.span.End)})
		}
	}
	slices.SortFunc(thin, func(x, y interview.Span) int { return compare(x.Start, y.Start) })
	return thin, whole
}
