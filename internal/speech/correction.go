package speech

import (
	"slices"

	"kikigaki/internal/interview"
)

const (
	// removedMargin is how near, in seconds, new text may come to a range a participant had removed: when in doubt the
	// larger range stays removed.
	removedMargin = 0.3
	sameTime      = 0.02 // seconds between two runs' ideas of one edge
)

// keepCorrections carries over what people did to the version before: corrected segments replace what was recognised
// in their time, removed ranges stay removed, names and roles given by a person stay. Ids are never reused for other
// words: a segment that is the same in both versions keeps its id, all others get new ones.
func keepCorrections(t *interview.Transcript, previous *interview.Transcript) {
	if previous == nil {
		return
	}
	var kept []interview.Segment
	for _, p := range previous.Segments {
		if p.Corrected || p.OffRecord {
			kept = append(kept, p)
		}
	}
	var fresh []interview.Segment
	for _, s := range t.Segments {
		if !replaced(s, kept) {
			fresh = append(fresh, s)
		}
	}
	renumber(fresh, previous.Segments)
	t.Segments = append(fresh, kept...)
	slices.SortStableFunc(t.Segments, func(a, b interview.Segment) int {
		if c := compare(a.Start, b.Start); c != 0 {
			return c
		}
		return a.ID - b.ID
	})
	for _, p := range previous.Speakers {
		if p.By != "person" {
			continue
		}
		i := slices.IndexFunc(t.Speakers, func(s interview.Speaker) bool { return s.Label == p.Label })
		if i < 0 {
			t.Speakers = append(t.Speakers, p)
			continue
		}
		t.Speakers[i] = p
	}
	for _, s := range kept {
		if !slices.ContainsFunc(t.Speakers, func(x interview.Speaker) bool { return x.Label == s.Speaker }) && s.Speaker != "" {
			i := slices.IndexFunc(previous.Speakers, func(x interview.Speaker) bool { return x.Label == s.Speaker })
			sp := interview.Speaker{Label: s.Speaker, Role: interview.PartUnknown}
			if i >= 0 {
				sp = previous.Speakers[i]
			}
			t.Speakers = append(t.Speakers, sp)
		}
	}
	slices.SortStableFunc(t.Speakers, func(a, b interview.Speaker) int {
		switch {
		case a.Label < b.Label:
			return -1
		case a.Label > b.Label:
			return 1
		}
		return 0
	})
}

// replaced reports whether a recognised segment gives way to what people did.
func replaced(s interview.Segment, kept []interview.Segment) bool {
	span := interview.Span{Start: s.Start, End: s.End}
	covered := 0.0
	for _, k := range kept {
		ks := interview.Span{Start: k.Start, End: k.End}
		if k.OffRecord {
			if overlap(span, interview.Span{Start: ks.Start - removedMargin, End: ks.End + removedMargin}) > removedMargin {
				return true
			}
			continue
		}
		if k.Speaker == s.Speaker || overlap(span, ks) > 0.8*span.Seconds() {
			covered += overlap(span, ks)
		}
	}
	return covered > 0.5*span.Seconds()
}

// renumber gives fresh segments ids: the old one where time, voice and words are the same, else one that was never used.
func renumber(fresh, previous []interview.Segment) {
	next := 0
	for _, p := range previous {
		next = max(next, p.ID)
	}
	j := 0
	for i := range fresh {
		s := &fresh[i]
		s.ID = 0
		for j < len(previous) && previous[j].Start < s.Start-sameTime {
			j++
		}
		for k := j; k < len(previous) && previous[k].Start <= s.Start+sameTime; k++ {
			p := previous[k]
			if !p.Corrected && !p.OffRecord && p.Text == s.Text && p.Speaker == s.Speaker && p.Unclear == s.Unclear {
				s.ID = p.ID
			}
		}
		if s.ID == 0 {
			next++
			s.ID = next
		}
	}
}
