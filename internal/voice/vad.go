package voice

import (
	"context"
	"math"
)

// Constants of speech detection. Levels are in decibels over the measured noise floor; nothing depends on the absolute
// level, so a recording at -45 dBFS is heard like one at -5.
const (
	floorWindow   = 20 * framesASec // frames the floor is taken from
	floorStep     = 2 * framesASec
	floorQuantile = 0.10
	floorRise     = 12.0 // dB the floor may rise above the file's own
	floorReach    = 70.0 // dB: a floor never counts as lower than this below the loudest value
	snrCap        = 30.0
	bestBands     = 12             // of bandCount: a voice does not fill all bands at a time
	pauseFill     = 40             // frames: shorter pauses are part of the talk
	speechLeast   = 20             // frames: shorter sounds are not talk
	onLeast       = 5              // frames above the threshold that a run needs
	voicedLeast   = 5              // voiced frames that a run needs
	voicedShare   = 0.10           // of the clear frames around that must be voiced: talk has half, noise a few by chance
	tonalShare    = 0.75           // of as many as are voiced that may stand still, as notes and tones do
	around        = 2 * framesASec // frames to both sides that these shares are taken from
	voicedAt      = 128            // voicing × 255
)

// run is a stretch of frames [from, to).
type run struct{ from, to int }

func (r run) frames() int { return r.to - r.from }

// detect finds the runs of speech in a channel. The statistic of a frame is the mean of the best bands' signal-to-noise
// ratios; the threshold lies between the two classes that Otsu's method finds, with hysteresis. What stands out is
// looked at for pitch. The errors are those of src and ctx's.
func (t *track) detect(ctx context.Context, src Source, channel int) ([]run, error) {
	stat := t.statistic()
	if len(stat) == 0 {
		return nil, nil
	}
	on, off := threshold(stat)
	var runs []run
	for i := 0; i < len(stat); {
		if stat[i] < off {
			i++
			continue
		}
		from, above := i, 0
		for ; i < len(stat) && stat[i] >= off; i++ {
			if stat[i] >= on {
				above++
			}
		}
		if above >= onLeast {
			runs = append(runs, run{from, i})
		}
	}
	runs = fill(runs, pauseFill)
	if err := t.voice(ctx, src, channel, runs); err != nil {
		return nil, err
	}
	voiced := running(t.frames, func(f int) bool { return t.voicing[f] >= voicedAt })
	clear := clearFrames{
		all:    running(t.frames, func(f int) bool { return stat[f] >= on }),
		voiced: running(t.frames, func(f int) bool { return stat[f] >= on && t.voicing[f] >= voicedAt }),
		tonal:  running(t.frames, func(f int) bool { return stat[f] >= on && t.tonal[f] > 0 }),
	}
	var kept []run
	for _, r := range runs {
		for _, part := range clear.talk(r) {
			if part.frames() >= speechLeast && voiced[part.to]-voiced[part.from] >= voicedLeast {
				kept = append(kept, part)
			}
		}
	}
	return kept, nil
}

// running counts the frames below 0, 1, … frames that have a property.
func running(frames int, has func(int) bool) []int32 {
	sum := make([]int32, frames+1)
	for f := range frames {
		sum[f+1] = sum[f]
		if has(f) {
			sum[f+1]++
		}
	}
	return sum
}

// clearFrames are running counts over the frames above the upper threshold: all, voiced, and standing still.
type clearFrames struct{ all, voiced, tonal []int32 }

// talk leaves those parts of a run that sound like talk by the clear frames around within the run: voiced often enough
// and not standing still. Noise, breath and keys fail the first, music and tones the second. What fails for less than
// around amid talk, or half of that beside it, stays: a drawn-out vowel is no music, and words must not be lost.
func (c clearFrames) talk(r run) []run {
	var out []run
	for f := r.from; f < r.to; f++ {
		a, b := max(r.from, f-around), min(r.to, f+around+1)
		n := float64(c.all[b] - c.all[a])
		voiced, tonal := float64(c.voiced[b]-c.voiced[a]), float64(c.tonal[b]-c.tonal[a])
		if voiced <= voicedShare*n || tonal > tonalShare*voiced {
			continue
		}
		switch k := len(out); {
		case k > 0 && f-out[k-1].to < around:
			out[k-1].to = f + 1
		case k == 0 && f-r.from < around/2:
			out = append(out, run{r.from, f + 1})
		default:
			out = append(out, run{f, f + 1})
		}
	}
	if k := len(out); k > 0 && r.to-out[k-1].to < around/2 {
		out[k-1].to = r.to
	}
	return out
}

// fill joins runs that are less than gap frames apart.
func fill(runs []run, gap int) []run {
	var out []run
	for _, r := range runs {
		if n := len(out); n > 0 && r.from-out[n-1].to < gap {
			out[n-1].to = r.to
			continue
		}
		out = append(out, r)
	}
	return out
}

// statistic is the band signal-to-noise ratio of every frame, smoothed over 7 frames, in dB.
func (t *track) statistic() []float32 {
	smooth := t.smoothBands()
	floor := t.noiseFloor(smooth)
	raw := make([]float32, t.frames)
	var snr [bandCount]float64
	for f := range raw {
		if t.level[f] == 0 {
			continue
		}
		at := float64(f) / floorStep
		k := min(int(at), len(floor)-1)
		next := min(k+1, len(floor)-1)
		w := float32(at - float64(k))
		for b := range snr {
			level := floor[k][b]*(1-w) + floor[next][b]*w
			snr[b] = min(snrCap, max(0, unpack(smooth[f*bandCount+b])-float64(level)))
		}
		raw[f] = float32(meanOfBest(&snr))
	}
	return movingMean(raw, 7)
}

// meanOfBest is the mean of the bestBands largest values; it reorders them.
func meanOfBest(v *[bandCount]float64) float64 {
	for i := 1; i < len(v); i++ { // insertion sort, falling: 20 values, nearly sorted by chance never; still the fastest here
		x := v[i]
		k := i
		for ; k > 0 && v[k-1] < x; k-- {
			v[k] = v[k-1]
		}
		v[k] = x
	}
	sum := 0.0
	for _, x := range v[:bestBands] {
		sum += x
	}
	return sum / bestBands
}

func movingMean(x []float32, width int) []float32 {
	out := make([]float32, len(x))
	half := width / 2
	var sum float64
	for i := -half; i < len(x); i++ {
		if in := i + half; in < len(x) {
			sum += float64(x[in])
		}
		if i < 0 {
			continue
		}
		n := min(len(x)-1, i+half) - max(0, i-half) + 1
		out[i] = float32(sum / float64(n))
		if i >= half {
			sum -= float64(x[i-half])
		}
	}
	return out
}

// threshold splits the statistic in two classes (Otsu 1979: greatest variance between them) and lies at 0.32 of the
// way from the lower class's mean to the upper's, within [4, 10.5] dB. A run begins at on and ends at off, which lies at
// 0.6 of the way from the lower class to on: steady noise reads 2 to 5 dB over its own quantile.
func threshold(stat []float32) (on, off float32) {
	const bins = 128
	var n [bins]float64
	var total, sum float64
	for _, v := range stat {
		i := min(bins-1, int(float64(v)/snrCap*bins))
		n[i]++
		total++
		sum += float64(i)
	}
	var below, belowSum, best, lo, hi float64
	for i := range n {
		below += n[i]
		belowSum += n[i] * float64(i)
		above := total - below
		if below == 0 || above == 0 {
			continue
		}
		a, b := belowSum/below, (sum-belowSum)/above
		if v := below * above * (a - b) * (a - b); v > best {
			best, lo, hi = v, a, b
		}
	}
	lo, hi = lo*snrCap/bins, hi*snrCap/bins
	at := math.Max(4, math.Min(10.5, lo+0.32*(hi-lo)))
	return float32(at), float32(lo + 0.6*(at-lo))
}
