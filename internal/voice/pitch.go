package voice

import "math"

// Pitch is looked for between 65 and 400 Hz, in the signal at 4 kHz: enough for the fundamental and a few harmonics,
// and a quarter of the work squared.
const (
	pitchRate   = 4000
	pitchWindow = pitchRate * 40 / 1000 // samples
	pitchLow    = 65.0                  // Hz
	pitchHigh   = 400.0
	decimation  = rate / pitchRate
)

// pitcher estimates pitch and voicing of one frame by the autocorrelation of the windowed signal divided by that of
// the window (Boersma 1993, "Accurate short-term analysis of the fundamental frequency"). Not safe for concurrent use.
type pitcher struct {
	weight []float64 // Hann
	own    []float64 // normalised autocorrelation of weight, by lag
	x      []float64
	r      []float64
	minLag int
	maxLag int
}

func newPitcher() *pitcher {
	p := &pitcher{minLag: pitchRate / int(pitchHigh), maxLag: int(math.Ceil(pitchRate / pitchLow))}
	p.weight = make([]float64, pitchWindow)
	p.x = make([]float64, pitchWindow+lagsAtOnce-1) // the last ones stay zero
	p.r = make([]float64, p.maxLag+2)
	p.own = make([]float64, p.maxLag+2)
	for i := range p.weight {
		p.weight[i] = 0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/pitchWindow)
	}
	for lag := range p.own {
		for i := 0; i+lag < pitchWindow; i++ {
			p.own[lag] += p.weight[i] * p.weight[i+lag]
		}
	}
	for lag := len(p.own) - 1; lag >= 0; lag-- {
		p.own[lag] /= p.own[0]
	}
	return p
}

// of returns the fundamental frequency in Hz and the voicing (0 to 1: height of the peak) of pitchWindow samples at
// pitchRate. Of several peaks the shortest lag within 0.85 of the highest wins, against octave errors downwards.
func (p *pitcher) of(x []float32) (hz, voicing float64) {
	mean := 0.0
	for _, v := range x[:pitchWindow] {
		mean += float64(v)
	}
	mean /= pitchWindow
	energy := 0.0
	for i, v := range x[:pitchWindow] {
		p.x[i] = (float64(v) - mean) * p.weight[i]
		energy += p.x[i] * p.x[i]
	}
	if energy < 1e-12 {
		return 0, 0
	}
	p.correlate(energy)
	best := 0.0
	for lag := p.minLag; lag <= p.maxLag; lag++ {
		if p.peak(lag) && p.r[lag] > best {
			best = p.r[lag]
		}
	}
	if best <= 0 {
		return 0, 0
	}
	for lag := p.minLag; lag <= p.maxLag; lag++ {
		if p.peak(lag) && p.r[lag] >= 0.85*best {
			a, b, c := p.r[lag-1], p.r[lag], p.r[lag+1]
			shift := 0.0 // vertex of the parabola through the three points
			if d := a - 2*b + c; d < 0 {
				shift = 0.5 * (a - c) / d
			}
			return pitchRate / (float64(lag) + shift), min(1, p.r[lag])
		}
	}
	return 0, 0
}

// lagsAtOnce lags share what is loaded of the signal.
const lagsAtOnce = 4

// correlate fills r from minLag-1 to maxLag+1 with the autocorrelation of x, divided by energy and by that of the window.
func (p *pitcher) correlate(energy float64) {
	first, last := p.minLag-1, p.maxLag+1
	for lag := first; lag <= last; lag += lagsAtOnce {
		n := pitchWindow - lag
		a, b := p.x[:n], p.x[lag:lag+n+lagsAtOnce-1] // x ends in zeros
		var s0, s1, s2, s3 float64
		b0, b1, b2 := b[0], b[1], b[2]
		b = b[3:]
		for i, v := range a {
			if i >= len(b) {
				break // never: for the compiler
			}
			b3 := b[i]
			s0 += v * b0
			s1 += v * b1
			s2 += v * b2
			s3 += v * b3
			b0, b1, b2 = b1, b2, b3
		}
		for k, sum := range [lagsAtOnce]float64{s0, s1, s2, s3} {
			if at := lag + k; at <= last {
				p.r[at] = sum / energy / p.own[at]
			}
		}
	}
}

func (p *pitcher) peak(lag int) bool { return p.r[lag] > p.r[lag-1] && p.r[lag] >= p.r[lag+1] }

// decimate writes every decimation-th sample of x, low-passed at about 1.5 kHz by symmetric taps, into dst. x must hold
// decimation*len(dst) + len(taps) - 1 samples.
func decimate(x, dst, taps []float32) {
	n := len(taps)
	middle := n / 2
	for i := range dst {
		w := x[i*decimation : i*decimation+n]
		even, odd := w[middle]*taps[middle], float32(0)
		for k := 0; k+1 < middle; k += 2 {
			even += (w[k] + w[n-1-k]) * taps[k]
			odd += (w[k+1] + w[n-2-k]) * taps[k+1]
		}
		if middle%2 == 1 {
			odd += (w[middle-1] + w[middle+1]) * taps[middle-1]
		}
		dst[i] = even + odd
	}
}

// decimationTaps is a windowed sinc (Hamming), 31 taps, cut-off 1.6 kHz at rate.
func decimationTaps() []float32 {
	const n, cut = 31, 1600.0 / rate
	taps := make([]float32, n)
	sum := 0.0
	v := make([]float64, n)
	for i := range v {
		t := float64(i) - (n-1)/2
		s := 2 * cut
		if t != 0 {
			s = math.Sin(2*math.Pi*cut*t) / (math.Pi * t)
		}
		v[i] = s * (0.54 - 0.46*math.Cos(2*math.Pi*float64(i)/(n-1)))
		sum += v[i]
	}
	for i := range v {
		taps[i] = float32(v[i] / sum)
	}
	return taps
}
