package speech

import (
	"slices"

	"kikigaki/internal/interview"
)

// union returns the spans sorted, overlapping and touching ones joined.
func union(in []interview.Span) []interview.Span {
	s := slices.Clone(in)
	slices.SortFunc(s, func(a, b interview.Span) int { return compare(a.Start, b.Start) })
	var out []interview.Span
	for _, x := range s {
		if x.End <= x.Start {
			continue
		}
		if n := len(out); n > 0 && x.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, x.End)
			continue
		}
		out = append(out, x)
	}
	return out
}

// clip returns the parts of the spans that lie within w, joined.
func clip(in []interview.Span, w interview.Span) []interview.Span {
	var out []interview.Span
	for _, s := range in {
		if a, b := max(s.Start, w.Start), min(s.End, w.End); b > a {
			out = append(out, interview.Span{Start: a, End: b})
		}
	}
	return union(out)
}

// subtract returns what of a is not covered by b.
func subtract(a, b []interview.Span) []interview.Span {
	b = union(b)
	var out []interview.Span
	for _, s := range union(a) {
		at := s.Start
		for _, x := range b {
			if x.End <= at || x.Start >= s.End {
				continue
			}
			if x.Start > at {
				out = append(out, interview.Span{Start: at, End: x.Start})
			}
			at = max(at, x.End)
		}
		if at < s.End {
			out = append(out, interview.Span{Start: at, End: s.End})
		}
	}
	return out
}

// total is the length of all spans in seconds.
func total(in []interview.Span) float64 {
	sum := 0.0
	for _, s := range in {
		sum += s.Seconds()
	}
	return sum
}

func overlap(a, b interview.Span) float64 { return max(0, min(a.End, b.End)-max(a.Start, b.Start)) }

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
