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
	p.x = make([]float64, pitchWindow)
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
	for lag := p.minLag - 1; lag <= p.maxLag+1; lag++ {
		a, b := p.x[:pitchWindow-lag], p.x[lag:]
		var s0, s1, s2, s3 float64
		i := 0
		for ; i+4 <= len(a) && i+4 <= len(b); i += 4 {
			s0 += a[i] * b[i]
			s1 += a[i+1] * b[i+1]
			s2 += a[i+2] * b[i+2]
			s3 += a[i+3] * b[i+3]
		}
		for ; i < len(a); i++ {
			s0 += a[i] * b[i]
		}
		p.r[lag] = (s0 + s1 + s2 + s3) / energy / p.own[lag]
	}
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

func (p *pitcher) peak(lag int) bool { return p.r[lag] > p.r[lag-1] && p.r[lag] >= p.r[lag+1] }

// decimate writes every decimation-th sample of x, low-passed at about 1.5 kHz, into dst. x must hold
// decimation*len(dst) + len(taps) - 1 samples.
func decimate(x, dst, taps []float32) {
	for i := range dst {
		var sum float32
		for k, v := range x[i*decimation : i*decimation+len(taps)] {
			sum += v * taps[k]
		}
		dst[i] = sum
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
