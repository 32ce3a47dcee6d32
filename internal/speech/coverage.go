package speech

import (
	"slices"

	"kikigaki/internal/interview"
)

// coverage counts seconds of speech: found, sent and answered, by lane.
func (a *assembly) coverage() interview.Coverage {
	var c interview.Coverage
	for lane, heard := range a.heard() {
		holes := clipTo(union(a.holes[lane]), heard)
		sent := clipTo(union(a.sent[lane]), heard)
		unsent := subtract(heard, sent)
		c.Speech += total(heard)
		c.Sent += total(sent)
		missing := union(append(slices.Clone(holes), unsent...))
		c.Transcribed += total(heard) - total(missing)
		c.Holes = append(c.Holes, missing...)
	}
	var notable []interview.Span
	for _, h := range union(c.Holes) {
		if h.Seconds() >= 0.2 { // crumbs at the edges of cuts are rounding, not lost words
			notable = append(notable, interview.Span{Start: centi(h.Start), End: centi(h.End)})
		}
	}
	c.Holes = notable
	c.Speech, c.Sent, c.Transcribed = centi(c.Speech), centi(c.Sent), centi(c.Transcribed)
	slices.Sort(a.leftOut)
	c.LeftOut = a.leftOut
	c.Thin, c.Pace = a.pace()
	return c
}

// heard is all speech by lane, whether or not it is in a cut.
func (a *assembly) heard() map[int][]interview.Span {
	if a.in.Sound.Layout != interview.TwoChannel || len(a.in.Sound.Turns) == 0 {
		return map[int][]interview.Span{0: union(a.in.Sound.Speech)}
	}
	out := map[int][]interview.Span{}
	for _, t := range a.in.Sound.Turns {
		lane := 0
		if t.Speaker == channelLabel(1) {
			lane = 1
		}
		out[lane] = append(out[lane], interview.Span{Start: t.Start, End: t.End})
	}
	for lane := range out {
		out[lane] = union(out[lane])
	}
	return out
}

// clipTo returns the parts of spans inside others.
func clipTo(in, within []interview.Span) []interview.Span {
	return subtract(in, subtract(in, within))
}
