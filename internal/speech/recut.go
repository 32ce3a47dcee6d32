package speech

import (
	"math"

	"kikigaki/internal/interview"
)

// minPart is the shortest part, in seconds, that a chunk is split into for a second look.
const minPart = 2.0

// recut splits the chunk in two at its quietest inner place: the longest pause not far from the middle, else the
// quietest 200 ms. A chunk that is too short to split, or cannot be written, stays whole and is sent without keywords.
func (c Chunk) recut() []interview.Cut {
	span := c.Cut.Span()
	if c.Write == nil || span.Seconds() < 2*minPart {
		return []interview.Cut{c.Cut}
	}
	at, found := c.pause()
	if !found {
		at, found = c.quietest()
	}
	if !found {
		return []interview.Cut{c.Cut}
	}
	left, right := c.Cut, c.Cut
	left.To, right.From = at, at
	return []interview.Cut{left, right}
}

// pause returns the middle sample of the best pause: long and near the middle.
func (c Chunk) pause() (int64, bool) {
	span := c.Cut.Span()
	voiced := clip(c.Speech, span)
	best, at := 0.0, int64(0)
	for i := 0; i+1 < len(voiced); i++ {
		gap := interview.Span{Start: voiced[i].End, End: voiced[i+1].Start}
		middle := (gap.Start + gap.End) / 2
		left, right := middle-span.Start, span.End-middle
		if gap.Seconds() < 0.15 || min(left, right) < minPart {
			continue
		}
		if score := min(gap.Seconds(), 1) * min(left, right) / span.Seconds(); score > best {
			best, at = score, int64(math.Round(middle*interview.SampleRate))
		}
	}
	return at, best > 0
}

// quietest returns the middle of the 200 ms with the least power, at least minPart from both ends.
func (c Chunk) quietest() (int64, bool) {
	if c.Samples == nil {
		return 0, false
	}
	const window = interview.SampleRate / 5
	edge := int64(minPart * interview.SampleRate)
	buf := make([]int16, window)
	best, at, found := math.Inf(1), int64(0), false
	for from := c.Cut.From + edge; from+window <= c.Cut.To-edge; from += window / 2 {
		n, err := c.Samples(from, buf)
		if err != nil || n < window {
			break
		}
		power := 0.0
		for _, s := range buf {
			power += float64(s) * float64(s)
		}
		if power < best {
			best, at, found = power, from+window/2, true
		}
	}
	return at, found
}
