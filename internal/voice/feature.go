package voice

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"
)

const (
	cepstra     = 19 // c1..c19: c0 is loudness and tells distance, not voice
	melCount    = 26
	rowsAtMost  = 150_000 // rows; longer talks take every 2nd, 3rd … frame
	stepAtMost  = 4       // frames: a segment of a second then has 25 rows; with half of that clusters of 12 dimensions fall apart
	bandMissing = 45.0    // dB that a telephone's upper band lies below the lower one
)

// rows are the feature vectors of the frames of speech, in order of time: mel-frequency cepstral coefficients (Davis
// and Mermelstein 1980) without mean normalisation and without deltas. Normalising would take away what a handset or a
// seat does to a voice, which helps to tell two people apart in one recording.
type rows struct {
	n      int
	step   int       // frames between rows
	x      []float32 // n × cepstra
	frame  []int32   // n: frame of the recording
	weight []float32 // n: 0 for rows not to learn from, else 1
	pitch  []float32 // n: natural logarithm of Hz, 0 where unvoiced
	runs   []run     // in rows
	perSec int       // rows a second within a run
}

func (r *rows) row(i int) []float32 { return r.x[i*cepstra : (i+1)*cepstra] }

// Before the logarithm a constant is added to every mel energy: this many decibels below the mean energy of speech. It
// does what a little white noise in the recording does: bands in which a voice has nothing to say stop telling voices
// apart by their noise. Real calls with white noise at 15 dB were separated better than clean ones. The starts work
// on two such views because which one is better differs from recording to recording.
const (
	deepFloor = 27.0
	highFloor = 19.0
)

// features computes the rows of all runs, once for each floor (dB below the mean energy of speech). The results share
// everything but x.
func features(ctx context.Context, src Source, channel int, t *track, runs []run, floors ...float64) ([]*rows, error) {
	total := 0
	for _, r := range runs {
		total += r.frames()
	}
	out := &rows{step: stepOf(total)}
	out.perSec = framesASec / out.step
	for _, r := range runs {
		n := (r.frames() + out.step - 1) / out.step
		out.runs = append(out.runs, run{out.n, out.n + n})
		out.n += n
	}
	out.frame = make([]int32, out.n)
	out.pitch = make([]float32, out.n)
	views := make([]*rows, len(floors))
	added := make([]float64, len(floors))
	mean := t.meanEnergy(runs)
	for i, floor := range floors {
		v := *out
		v.x = make([]float32, out.n*cepstra)
		views[i] = &v
		added[i] = mean*math.Pow(10, -floor/10) + 1e-11
	}
	top := 7600.0
	if t.narrow(runs) {
		top = 3800
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	pool := make(chan *cepstrum, runtime.GOMAXPROCS(0))
	for i, r := range runs {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			var c *cepstrum
			select {
			case c = <-pool:
			default:
				c = newCepstrum(top, added)
			}
			defer func() { pool <- c }()
			return c.run(src, channel, t, r, views, out.runs[i].from)
		})
	}
	if err := g.Wait(); err != nil {
		return nil, fmt.Errorf("features of channel %d: %w", channel, err)
	}
	return views, nil
}

// stepOf is how many frames lie between rows when there are so many frames of speech.
func stepOf(frames int) int { return min(stepAtMost, 1+(frames-1)/rowsAtMost) }

// meanEnergy is the mean energy of the bands up to 3.6 kHz in runs.
func (t *track) meanEnergy(runs []run) float64 {
	var level [256]float64
	for v := range level {
		level[v] = math.Pow(10, unpack(uint8(v))/10)
	}
	sum, n := 0.0, 0
	for _, r := range runs {
		for f := r.from; f < r.to; f++ {
			for _, v := range t.bands[f*bandCount : f*bandCount+16] {
				sum += level[v]
				n++
			}
		}
	}
	return sum / float64(max(1, n))
}

// narrow reports whether the loud frames have next to nothing above 4.3 kHz: telephone sound. A filter bank up to
// 7.6 kHz would then mostly measure the codec's noise.
func (t *track) narrow(runs []run) bool {
	var h histogram
	for _, r := range runs {
		for f := r.from; f < r.to; f++ {
			h.add(t.level[f], 1)
		}
	}
	loud := h.quantile(0.6)
	var high, low float64
	for _, r := range runs {
		for f := r.from; f < r.to; f++ {
			if t.level[f] < loud {
				continue
			}
			high += math.Pow(10, unpack(t.high[f])/10)
			for _, v := range t.bands[f*bandCount+4 : f*bandCount+14] { // about 0.5 to 3.4 kHz
				low += math.Pow(10, unpack(v)/10)
			}
		}
	}
	return high < low*math.Pow(10, -bandMissing/10)
}

// cepstrum holds the buffers of one worker.
type cepstrum struct {
	spectrum *spectrum
	bank     *filterbank
	energy   []float64
	dct      []float64 // cepstra × melCount
	raw      []int16
	wave     []float32
	log      []float64
	floors   []float64
}

func newCepstrum(top float64, floors []float64) *cepstrum {
	c := &cepstrum{floors: floors, log: make([]float64, melCount), spectrum: newSpectrum(), bank: newFilterbank(melCount, 100, top), energy: make([]float64, melCount)}
	c.dct = make([]float64, cepstra*melCount)
	for k := range cepstra {
		for m := range melCount {
			c.dct[k*melCount+m] = math.Sqrt(2.0/melCount) * math.Cos(math.Pi*float64(k+1)*(float64(m)+0.5)/melCount)
		}
	}
	return c
}

// run fills the rows of one run of frames, starting at row first.
func (c *cepstrum) run(src Source, channel int, t *track, r run, views []*rows, first int) error {
	out := views[0]
	i := first
	for from := r.from; from < r.to; from += blockFrames / out.step * out.step {
		to := min(r.to, from+blockFrames/out.step*out.step)
		n := (to-from)*hop + 2*margin
		if len(c.raw) < n {
			c.raw, c.wave = make([]int16, n), make([]float32, n)
		}
		wave, err := readWave(src, channel, int64(from)*hop-margin, n, c.raw, c.wave)
		if err != nil {
			return err
		}
		for f := from; f < to; f += out.step {
			start := margin + (f-from)*hop + hop/2 - window/2
			x := wave[start : start+window]
			c.bank.apply(c.spectrum.of(x, meanOfFrame(x), wave[start-1]), c.energy)
			for v, floor := range c.floors {
				for m, e := range c.energy {
					c.log[m] = math.Log(e + floor)
				}
				row := views[v].row(i)
				for k := range row {
					sum := 0.0
					for m, w := range c.dct[k*melCount : (k+1)*melCount] {
						sum += w * c.log[m]
					}
					row[k] = float32(sum)
				}
			}
			out.frame[i] = int32(f)
			if t.voicing[f] >= voicedAt && t.pitch[f] > 0 {
				out.pitch[i] = float32(math.Log(t.pitchHz(f)))
			}
			i++
		}
	}
	return nil
}
