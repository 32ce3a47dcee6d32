package evidence

import (
	"strings"

	"kikigaki/internal/interview"
)

// MinAlignment is the least share of a quote that must stand in the segment it cites. Below it a quote is a
// paraphrase; above it a difference can be a word the recogniser misheard and the writer put right.
const MinAlignment = 0.9

// minLoose is the length, in runes of the normal form, from which a quote may differ at all: in a shorter one a tenth
// is less than one rune.
const minLoose = 10

// loosened is how many runes after a loose end are looked at for a negation.
const loosened = 8

// Quote looks for a quote in a segment and returns the words as they literally stand there. A quote may leave words
// out with "…". ok is false when it is not there: alignment below MinAlignment, or a difference in a number or a
// negation, which is never a slip of the recogniser's that a writer may mend.
func Quote(t *interview.Transcript, segment int, quote string) (literal string, ok bool) {
	s := t.Segment(segment)
	if s == nil || s.OffRecord || s.Unclear {
		return "", false
	}
	return find(s.Text, quote)
}

func find(source, quote string) (string, bool) {
	hay := normal(source)
	var found []string
	for _, part := range parts(quote) {
		needle := normal(part)
		if len(needle.r) == 0 {
			continue
		}
		from, to, ok := locate(hay.r, needle.r)
		if !ok {
			return "", false
		}
		literal := source[hay.from[from]:hay.to[to-1]]
		exact := to-from == len(needle.r) && string(hay.r[from:to]) == string(needle.r)
		whole := literal
		if !exact && hay.r[to-1] != needle.r[len(needle.r)-1] {
			// the alignment let the end go: what was said there may turn the sense round
			whole = source[hay.from[from]:hay.to[min(len(hay.r), to+loosened)-1]]
		}
		if !same(whole, part, exact) {
			return "", false
		}
		found = append(found, literal)
		hay = text{hay.r[to:], hay.from[to:], hay.to[to:]}
	}
	if len(found) == 0 {
		return "", false
	}
	return strings.Join(found, "…"), true
}

func parts(quote string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(quote, "...", "…"), func(c rune) bool { return c == '…' })
}

// same compares what an alignment must not change: numbers always (punctuation is part of 3.5), negations when the
// words are not the same to the letter.
func same(literal, quote string, exact bool) bool {
	if literal == quote {
		return true
	}
	a, b := Numbers(literal), Numbers(quote)
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Value != b[i].Value {
			return false
		}
	}
	return exact || countNegations(Fold(literal)) == countNegations(Fold(quote))
}

// locate finds needle in hay, exactly or with the fewest edits, and returns the range in hay.
func locate(hay, needle []rune) (from, to int, ok bool) {
	if i := index(hay, needle); i >= 0 {
		return i, i + len(needle), true
	}
	if len(needle) < minLoose || float64(len(hay)) < MinAlignment*float64(len(needle)) {
		return 0, 0, false
	}
	limit := int((1 - MinAlignment) * float64(len(needle)))
	// Semi-global edit distance (Sellers 1980): row i holds the distance of needle[:i] to the best substring that
	// ends at j, and where that substring begins.
	n := len(hay)
	dist, start := make([]int, n+1), make([]int, n+1)
	for j := range start {
		start[j] = j
	}
	for i, c := range needle {
		diagonal, begun := dist[0], start[0]
		dist[0], start[0] = i+1, 0
		for j := 1; j <= n; j++ {
			best, at := diagonal, begun
			if c != hay[j-1] {
				best++
			}
			if d := dist[j] + 1; d < best {
				best, at = d, start[j]
			}
			if d := dist[j-1] + 1; d < best {
				best, at = d, start[j-1]
			}
			diagonal, begun = dist[j], start[j]
			dist[j], start[j] = best, at
		}
	}
	end := 0
	for j := range dist {
		if dist[j] < dist[end] {
			end = j
		}
	}
	if dist[end] > limit || end <= start[end] {
		return 0, 0, false
	}
	return start[end], end, true
}

func index(hay, needle []rune) int {
outer:
	for i := 0; i+len(needle) <= len(hay); i++ {
		for j, c := range needle {
			if hay[i+j] != c {
				continue outer
			}
		}
		return i
	}
	return -1
}
