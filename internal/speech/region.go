package speech

import (
	"slices"

	"kikigaki/internal/interview"
)

// region is a stretch of speech of one voice, in seconds from the start of the recording.
type region struct {
	interview.Span
	speaker    string
	confidence float64
}

const (
	// joinGap is the pause up to which two stretches of one voice are laid as one: shorter than the pause between two
	// sentences, so that no sentence end is hidden.
	joinGap = 0.25
	// minRegion is the shortest stretch that is laid on its own; shorter ones lend their time to a neighbour.
	minRegion = 0.12
)

// regions are the stretches of speech in w on a cut, divided where the voice changes. Where two channels carry one
// voice each they are that voice's turns; in a mixed channel the turns divide what was heard. Speech outside every turn
// belongs to the nearest one.
func regions(sound interview.Sound, cut interview.Cut, w interview.Span) []region {
	if sound.Layout == interview.TwoChannel {
		label := cut.Speaker
		if label == "" {
			label = channelLabel(cut.Channel)
		}
		var own []region
		for _, t := range sound.Turns {
			if t.Speaker == label {
				own = append(own, region{interview.Span{Start: t.Start, End: t.End}, label, t.Confidence})
			}
		}
		if own == nil {
			for _, s := range sound.Speech {
				own = append(own, region{s, label, sound.Confidence})
			}
		}
		return tidy(own, w)
	}
	if len(sound.Turns) == 0 {
		label := cut.Speaker
		confidence := 0.0
		if label == "" && sound.Voices == 1 {
			label, confidence = channelLabel(0), 1
		}
		if label == "" {
			label = Nobody
		}
		var out []region
		for _, s := range clip(sound.Speech, w) {
			out = append(out, region{s, label, confidence})
		}
		return tidy(out, w)
	}
	var out []region
	for _, s := range clip(sound.Speech, w) {
		out = append(out, divide(s, sound.Turns)...)
	}
	return tidy(out, w)
}

// SpeechOf are the stretches of speech of a cut's own voice, in seconds from the start of the recording: all speech
// within a mixed channel, the turns of its voice where two channels carry one each.
func SpeechOf(sound interview.Sound, cut interview.Cut) []interview.Span {
	var out []interview.Span
	for _, r := range regions(sound, cut, cut.Span()) {
		out = append(out, r.Span)
	}
	return union(out)
}

// Nobody is the label of a voice that was not told apart.
const Nobody = "U"

func channelLabel(channel int) string {
	if channel == 1 {
		return "S2"
	}
	return "S1"
}

// divide cuts a stretch of speech where the voice changes. Where turns overlap, the one that started last speaks: it is
// the one who breaks in.
func divide(s interview.Span, turns []interview.Turn) []region {
	edges := []float64{s.Start, s.End}
	for _, t := range near(turns, s) {
		for _, e := range []float64{t.Start, t.End} {
			if e > s.Start && e < s.End {
				edges = append(edges, e)
			}
		}
	}
	slices.Sort(edges)
	var out []region
	for i := 0; i+1 < len(edges); i++ {
		part := interview.Span{Start: edges[i], End: edges[i+1]}
		if part.Seconds() <= 0 {
			continue
		}
		t := speakerAt((part.Start+part.End)/2, turns)
		r := region{part, t.Speaker, t.Confidence}
		if n := len(out); n > 0 && out[n-1].speaker == r.speaker {
			out[n-1].confidence = weigh(out[n-1], r)
			out[n-1].End = r.End
			continue
		}
		out = append(out, r)
	}
	return out
}

// near returns the turns that touch s. Turns are in order of their starts.
func near(turns []interview.Turn, s interview.Span) []interview.Turn {
	to, _ := slices.BinarySearchFunc(turns, s.End, func(t interview.Turn, at float64) int { return compare(t.Start, at) })
	from := to
	for from > 0 && to-from < 64 && (turns[from-1].End > s.Start || to-from < 4) {
		from--
	}
	return turns[from:to]
}

// speakerAt is the turn at a moment, else the nearest one.
func speakerAt(at float64, turns []interview.Turn) interview.Turn {
	to, _ := slices.BinarySearchFunc(turns, at, func(t interview.Turn, x float64) int { return compare(t.Start, x) })
	best, distance := interview.Turn{Speaker: Nobody}, -1.0
	for i := min(to, len(turns)-1); i >= 0 && to-i < 64; i-- {
		t := turns[i]
		d := max(0, t.Start-at, at-t.End)
		if distance < 0 || d < distance || d == 0 && distance == 0 && t.Start > best.Start {
			best, distance = t, d
		}
		if d == 0 && i < to {
			break // turns further back started earlier
		}
	}
	return best
}

// tidy sorts regions into w, joins stretches of one voice over short pauses and lets the shortest ones go.
func tidy(in []region, w interview.Span) []region {
	var clipped []region
	for _, r := range in {
		r.Start, r.End = max(r.Start, w.Start), min(r.End, w.End)
		if r.Seconds() > 0 {
			clipped = append(clipped, r)
		}
	}
	slices.SortStableFunc(clipped, func(a, b region) int { return compare(a.Start, b.Start) })
	var out []region
	for _, r := range clipped {
		n := len(out)
		switch {
		case n > 0 && out[n-1].speaker == r.speaker && r.Start-out[n-1].End < joinGap:
			out[n-1].confidence = weigh(out[n-1], r)
			out[n-1].End = max(out[n-1].End, r.End)
		case n > 0 && r.Start-out[n-1].End < joinGap && r.Seconds() < minRegion:
			out[n-1].End = max(out[n-1].End, r.End)
		default:
			out = append(out, r)
		}
	}
	return out
}

// weigh is the mean confidence of two stretches by their length.
func weigh(a, b region) float64 {
	la, lb := a.Seconds(), b.Seconds()
	if la+lb <= 0 {
		return a.confidence
	}
	return (a.confidence*la + b.confidence*lb) / (la + lb)
}
