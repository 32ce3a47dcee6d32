package voice

import (
	"math"
	"sort"
)

const (
	levelSmooth  = 15   // frames over which the level difference of two channels is taken
	bothAlike    = 4.0  // dB of difference below which both may be speaking, at most
	bothShare    = 0.12 // the same as a share of the spread of differences
	bothLeast    = 40   // frames: shorter double talk is bleed
	loudSide     = 10.0 // dB below a channel's loud level: frames that tell whether the sides differ
	oneSideSwing = 6.0  // dB: less spread than this, and both channels hold the same people
	certainSwing = 9.0  // dB: from here on whose voice is whose is beyond doubt
	crumb        = 20   // frames of the shortest stretch kept after bleed is removed
)

// twoSides is what two channels with one voice each have in common: bleed of the other voice.
type twoSides struct {
	difference []float32 // frames: level of channel 0 over channel 1, each relative to its own loud level, in dB
	spread     float64   // from the 5th to the 95th percentile over the loud frames
}

// compare measures the level difference of two channels. Each channel's level is taken relative to its own 90th
// percentile of active frames, so that a microphone that is 20 dB lower loses nothing.
func compare(tracks [2]*track, runs [2][]run) twoSides {
	n := min(tracks[0].frames, tracks[1].frames)
	var level [2][]float32
	var loud [2][]bool
	for ch, t := range tracks {
		var h histogram
		for _, r := range runs[ch] {
			for f := r.from; f < min(n, r.to); f++ {
				h.add(t.level[f], 1)
			}
		}
		gain := float32(0)
		if h.total > 0 {
			gain = float32(unpack(h.quantile(0.9)))
		}
		raw := make([]float32, n)
		for f := range raw {
			raw[f] = float32(unpack(t.level[f])) - gain
		}
		level[ch] = movingMean(raw, levelSmooth)
		loud[ch] = make([]bool, n)
		for f, v := range level[ch] {
			loud[ch][f] = h.total > 0 && v > -loudSide
		}
	}
	s := twoSides{difference: make([]float32, n)}
	var active []float64
	on := masks(runs, n)
	for f := range s.difference {
		s.difference[f] = level[0][f] - level[1][f]
		if on[f] != 0 && (loud[0][f] || loud[1][f]) {
			active = append(active, float64(s.difference[f]))
		}
	}
	if len(active) > 0 {
		sort.Float64s(active)
		s.spread = active[len(active)*95/100] - active[len(active)*5/100]
	}
	return s
}

// masks has bit 0 where channel 0 is active, bit 1 where channel 1 is.
func masks(runs [2][]run, n int) []uint8 {
	on := make([]uint8, n)
	for ch := range runs {
		for _, r := range runs[ch] {
			for f := r.from; f < min(n, r.to); f++ {
				on[f] |= 1 << ch
			}
		}
	}
	return on
}

// withoutBleed leaves to each channel the runs of its own voice. Where only one channel is active it keeps what is
// louder on its side; where both are, the louder side has the word, unless the levels are about equal for bothLeast
// frames: then both speak.
func (s twoSides) withoutBleed(runs [2][]run) [2][]run {
	n := len(s.difference)
	on := masks(runs, n)
	alike := float32(math.Min(bothAlike, bothShare*s.spread))
	owner := make([]uint8, n)
	for f := range owner {
		switch d := s.difference[f]; {
		case on[f] == 0:
		case on[f] == 3 && d < alike && d > -alike:
			owner[f] = 3
		case d > 0:
			owner[f] = on[f] & 1
		default:
			owner[f] = on[f] & 2
		}
	}
	for f := 0; f < n; { // short double talk goes to whoever is louder
		g := f
		for g < n && owner[g] == 3 {
			g++
		}
		if g > f && g-f < bothLeast {
			for k := f; k < g; k++ {
				owner[k] = 2
				if s.difference[k] > 0 {
					owner[k] = 1
				}
			}
		}
		f = max(g, f+1)
	}
	var out [2][]run
	for ch := range out {
		var own []run
		for f := 0; f < n; {
			g := f
			for g < n && owner[g]>>ch&1 == 1 {
				g++
			}
			if g > f {
				own = append(own, run{f, g})
			}
			f = max(g, f+1)
		}
		for _, r := range fill(own, pauseFill/2) {
			if r.frames() >= crumb {
				out[ch] = append(out[ch], r)
			}
		}
	}
	return out
}
