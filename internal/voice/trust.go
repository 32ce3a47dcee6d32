package voice

import (
	"math"
	"slices"

	"kikigaki/internal/interview"
)

// turns makes turns of labels. A pause of up to pauseJoined within one voice belongs to its turn, as people who label
// talk have it. With judge each turn gets a confidence.
func (t *telling) turns(of []int8, judge bool) []interview.Turn {
	var out []interview.Turn
	var parts [][]run
	for _, u := range t.rows.runs {
		for i := u.from; i < u.to; {
			j := i
			for j < u.to && of[j] == of[i] {
				j++
			}
			turn := interview.Turn{Speaker: label(int(of[i])), Start: seconds(int(t.rows.frame[i])), End: seconds(int(t.rows.frame[j-1]) + t.rows.step)}
			if n := len(out) - 1; n >= 0 && out[n].Speaker == turn.Speaker && turn.Start-out[n].End <= pauseJoined {
				out[n].End = turn.End
				parts[n] = append(parts[n], run{i, j})
			} else {
				out = append(out, turn)
				parts = append(parts, []run{{i, j}})
			}
			i = j
		}
	}
	if judge {
		for i := range out {
			out[i].Confidence = math.Round(1000*t.trust(parts[i])) / 1000
		}
	}
	return padded(slices.DeleteFunc(out, func(t interview.Turn) bool { return t.End-t.Start < turnLeast }))
}

const (
	shortTurn  = 1.0 // seconds: below, trust falls in proportion; half of the turns under 0.8 s were wrong on real calls
	weakMargin = 3.5 // mean log likelihood ratio of a row: the same
)

// trust is the share of the readings that agree with a turn, less where the turn is short or its voice hardly fits
// better than the other. A turn of several stretches of speech is trusted no more than its weakest stretch, whose own
// length does not count, and no turn more than the whole: one voice taken for two gives readings that agree on many
// places, but not on all.
func (t *telling) trust(parts []run) float64 {
	least, rows, sum, fit := t.confidence, 0, 0.0, 0.0
	for _, p := range parts {
		support, margin := 0.0, 0.0
		for i := p.from; i < p.to; i++ {
			support += float64(t.support[i])
			margin += float64(t.margin[i])
		}
		n := float64(p.frames())
		least = math.Min(least, support/n*fits(margin/n))
		rows, sum, fit = rows+p.frames(), sum+support, fit+margin
	}
	n := float64(rows)
	return math.Min(least, sum/n*fits(fit/n)*math.Min(1, n/float64(t.rows.perSec)/shortTurn))
}

// fits is 1 where a voice fits clearly better than the next, 0 where it does not.
func fits(margin float64) float64 { return math.Max(0, math.Min(1, margin/weakMargin)) }
