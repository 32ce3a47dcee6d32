package voice

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"
)

const (
	bandCount   = 20 // mel bands for speech detection
	bandLow     = 120.0
	bandHigh    = 6000.0
	blockFrames = 20 * framesASec
	floorDB     = -127.0 // what digital zero reads as
)

// track is what is kept of one channel: 26 bytes a frame, so that three hours of two channels need 56 MB.
// Levels are stored in half decibels above floorDB.
type track struct {
	frames  int
	bands   []uint8  // frames × bandCount, level of each mel band
	level   []uint8  // frames, level of the frame, not pre-emphasised
	high    []uint8  // frames, level between 4.3 and 7 kHz: tells telephone sound
	voicing []uint8  // frames, voicing × 255; 0 where nothing stands out of the noise
	pitch   []uint16 // frames, Hz × 100; 0 where there is none
	tonal   []uint8  // frames, how many peaks of the spectrum stand still for steadyRun frames, and whether one line is all
}

func newTrack(samples int64) *track {
	t := &track{}
	t.resize(int((samples + hop - 1) / hop))
	return t
}

// resize makes the track so many frames long; what is new is zero.
func (t *track) resize(frames int) {
	t.frames = frames
	t.bands, t.level, t.high = resized(t.bands, frames*bandCount), resized(t.level, frames), resized(t.high, frames)
	t.voicing, t.pitch, t.tonal = resized(t.voicing, frames), resized(t.pitch, frames), resized(t.tonal, frames)
}

func resized[T any](s []T, n int) []T {
	if n <= len(s) {
		return s[:n]
	}
	return append(s, make([]T, n-len(s))...)
}

func pack(power float64) uint8 {
	if power <= 0 {
		return 0
	}
	return uint8(math.Round(2 * max(0, min(-floorDB, 10*math.Log10(power)-floorDB))))
}

func unpack(v uint8) float64 { return float64(v)/2 + floorDB }

// pitchHz is the pitch of a frame, 0 where there is none.
func (t *track) pitchHz(frame int) float64 { return float64(t.pitch[frame]) / 100 }

// analyse goes over what is left of a channel block by block on all cores. Blocks are independent, so the result does
// not depend on their order.
func (e *Ear) analyse(ctx context.Context, src Source, channel int) (*track, error) {
	t := e.track(channel)
	t.resize(int((src.Samples() + hop - 1) / hop))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	pool := make(chan *analyser, runtime.GOMAXPROCS(0))
	for from := e.heard[channel]; from < t.frames; from += blockFrames {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			var a *analyser
			select {
			case a = <-pool:
			default:
				a = newAnalyser()
			}
			defer func() { pool <- a }()
			return a.block(src, channel, t, from, min(t.frames, from+blockFrames))
		})
	}
	if err := g.Wait(); err != nil {
		return nil, fmt.Errorf("analyse channel %d: %w", channel, err)
	}
	e.heard[channel] = t.frames
	return t, nil
}

// margin is how many samples around a block its first and last frames reach into.
const margin = 512

// analyser holds the buffers of one worker.
type analyser struct {
	spectrum *spectrum
	bank     *filterbank
	raw      []int16
	wave     []float32 // block with margins, ±1
	energy   []float64
	sums     *sums
	peaks    [][2]uint64 // a bit for each bin from peakFirst on: a local peak
	run      [peakBins]int
}

func newAnalyser() *analyser {
	n := blockFrames*hop + 2*margin
	return &analyser{
		spectrum: newSpectrum(), bank: newFilterbank(bandCount, bandLow, bandHigh), raw: make([]int16, n), wave: make([]float32, n),
		energy: make([]float64, bandCount), sums: newSums(blockFrames), peaks: make([][2]uint64, blockFrames),
	}
}

// block analyses frames [from, to). A frame is centred on its 10 ms.
func (a *analyser) block(src Source, channel int, t *track, from, to int) error {
	wave, err := readWave(src, channel, int64(from)*hop-margin, (to-from)*hop+2*margin, a.raw, a.wave)
	if err != nil {
		return err
	}
	a.sums.take(wave, margin+hop/2-window/2, to-from)
	for f := from; f < to; f++ {
		centre := margin + (f-from)*hop + hop/2
		x := wave[centre-window/2 : centre+window/2]
		mean, energy := a.sums.frame(f - from)
		t.level[f] = pack(2 * energy / window) // a full-scale sine is 0 dBFS
		if t.level[f] == 0 {
			a.peaks[f-from] = [2]uint64{}
			continue // digital zero: all values stay 0
		}
		power := a.spectrum.of(x, mean, wave[centre-window/2-1])
		a.bank.apply(power, a.energy)
		for i, e := range a.energy {
			t.bands[f*bandCount+i] = pack(e)
		}
		high := 0.0
		for _, p := range power[highFirst:highLast] {
			high += p
		}
		t.high[f] = pack(high)
		a.peaks[f-from] = peaksOf(power)
		t.tonal[f] = 0
		if lone(power) {
			t.tonal[f] = 1
		}
	}
	a.steady(t, from, to)
	return nil
}

// readWave reads n samples from sample from on, which may lie before the start or end after the end (zeros there),
// scaled to ±1, into wave.
func readWave(src Source, channel int, from int64, n int, raw []int16, wave []float32) ([]float32, error) {
	wave = wave[:n]
	clear(wave)
	skip := 0
	if from < 0 {
		skip, from = int(-from), 0
	}
	want := min(int64(n-skip), src.Samples()-from)
	if want <= 0 {
		return wave, nil
	}
	got, err := src.ReadAt(channel, from, raw[:want])
	if err != nil && int64(got) < want {
		return nil, fmt.Errorf("read samples from %d: %w", from, err)
	}
	for i, v := range raw[:got] {
		wave[skip+i] = float32(v) / 32768
	}
	return wave, nil
}

const (
	highFirst = 4300 * fftSize / rate // bins of the band above the telephone's
	highLast  = 7000 * fftSize / rate
	peakFirst = 5   // 156 Hz
	peakBins  = 123 // up to 4 kHz
	peakOver  = 4.0 // power of a peak over the mean of the 9 bins around it
	steadyRun = 30  // frames: vowels of talk move on within 0.3 s, notes and tones do not
)

// peaksOf marks the bins that are local maxima and stand out of their surroundings.
func peaksOf(power []float64) (mask [2]uint64) {
	sum := 0.0
	for _, p := range power[peakFirst-4 : peakFirst+4] {
		sum += p
	}
	for i := range peakBins {
		k := peakFirst + i
		sum += power[k+4]
		if power[k] > power[k-1] && power[k] >= power[k+1] && power[k]*9 > peakOver*sum {
			mask[i/64] |= 1 << (i % 64)
		}
		sum -= power[k-4]
	}
	return mask
}

// lone reports whether one narrow line holds nearly all of the power: a tone, whether it stands or slides. A voice has
// harmonics beside its strongest one, lifted by the pre-emphasis.
func lone(power []float64) bool {
	const share, width = 0.93, 3 // of the power; bins to both sides: the main lobe of the window
	total, strongest := 0.0, 0
	for k, p := range power {
		total += p
		if p > power[strongest] {
			strongest = k
		}
	}
	line := 0.0
	for _, p := range power[max(0, strongest-width):min(len(power), strongest+width+1)] {
		line += p
	}
	return line > share*total
}

// steady adds to tonal: how many bins hold a peak in each frame that stays for at least steadyRun frames (compare the
// "continuous frequency activation" of Seyerlehner et al. 2007 for finding music).
func (a *analyser) steady(t *track, from, to int) {
	a.run = [peakBins]int{}
	n := to - from
	for i := 0; i <= n; i++ {
		var now [2]uint64
		if i < n {
			now = a.peaks[i]
		}
		for b := range a.run {
			if now[b/64]>>(b%64)&1 == 1 {
				a.run[b]++
				continue
			}
			if a.run[b] >= steadyRun {
				for k := i - a.run[b]; k < i; k++ {
					t.tonal[from+k]++
				}
			}
			a.run[b] = 0
		}
	}
}
