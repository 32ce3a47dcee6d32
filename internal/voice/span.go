package voice

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"kikigaki/internal/interview"
)

// label is the name of the k-th voice of a sound: S1, S2, S3.
func label(k int) string { return "S" + strconv.Itoa(k+1) }

// spans turns runs of frames into padded spans that do not overlap and end within the recording.
func spans(runs []run, frames int, duration float64) []interview.Span {
	padded := make([]run, 0, len(runs))
	for _, r := range runs {
		padded = append(padded, run{max(0, r.from-speechPad), min(frames, r.to+speechPad)})
	}
	out := []interview.Span{}
	for _, r := range fill(padded, 1) {
		s := interview.Span{Start: seconds(r.from), End: math.Min(duration, seconds(r.to))}
		if s.End > s.Start {
			out = append(out, s)
		}
	}
	return out
}

func sortRuns(runs []run) {
	slices.SortFunc(runs, func(a, b run) int { return cmp.Or(a.from-b.from, a.to-b.to) })
}

func sortTurns(turns []interview.Turn) {
	slices.SortFunc(turns, func(a, b interview.Turn) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Speaker, b.Speaker))
	})
}

// pauseJoined is the longest pause, in seconds, that belongs to the turn of one voice.
const pauseJoined = 1.0

// joined makes one turn of neighbouring turns of one voice with a short pause between them. turns are in order.
func joined(turns []interview.Turn) []interview.Turn {
	var out []interview.Turn
	for _, t := range turns {
		if n := len(out) - 1; n >= 0 && out[n].Speaker == t.Speaker && t.Start-out[n].End <= pauseJoined {
			out[n].End = max(out[n].End, t.End)
			continue
		}
		out = append(out, t)
	}
	return out
}

// padded gives turns the same margins as stretches of speech, but not into each other.
func padded(turns []interview.Turn) []interview.Turn {
	const pad = speechPad * frameLength
	out := slices.Clone(turns)
	for i, t := range turns {
		start, end := max(0, t.Start-pad), t.End+pad
		if i > 0 && turns[i-1].End <= t.Start {
			start = max(start, (turns[i-1].End+t.Start)/2)
		}
		if i+1 < len(turns) && turns[i+1].Start >= t.End {
			end = min(end, (turns[i+1].Start+t.End)/2)
		}
		out[i].Start, out[i].End = start, end
	}
	return out
}

// within cuts turns off at the end of the recording.
func within(turns []interview.Turn, duration float64) []interview.Turn {
	for i := range turns {
		turns[i].End = min(turns[i].End, duration)
	}
	return turns
}

// decibels is a power relative to a full-scale sine in dBFS; silence reads floorDB.
func decibels(power float64) float64 {
	if power <= 0 {
		return floorDB
	}
	return max(floorDB, math.Round(10*(10*math.Log10(2*power)))/10)
}

// activeLevel is the mean power of the frames of speech in dBFS, of all frames when there is no speech.
func (t *track) activeLevel(runs []run) float64 {
	if len(runs) == 0 {
		runs = []run{{0, t.frames}}
	}
	sum, n := 0.0, 0
	for _, r := range runs {
		for f := r.from; f < r.to; f++ {
			sum += math.Pow(10, unpack(t.level[f])/10)
			n++
		}
	}
	if n == 0 {
		return floorDB
	}
	return decibels(sum / float64(n) / 2)
}
