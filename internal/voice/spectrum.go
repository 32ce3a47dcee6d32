package voice

import (
	"math"

	"gonum.org/v1/gonum/dsp/fourier"
)

// fftSize is the power of two above window: 257 bins of 31.25 Hz.
const fftSize = 512

// spectrum turns one frame of samples into a power spectrum. It is not safe for concurrent use.
type spectrum struct {
	fft    *fourier.FFT
	weight []float64    // window samples: Hamming
	buf    []float64    // fftSize samples, zero-padded
	coef   []complex128 // fftSize/2+1
	power  []float64    // fftSize/2+1
	scale  float64
}

func newSpectrum() *spectrum {
	s := &spectrum{
		fft:    fourier.NewFFT(fftSize),
		weight: make([]float64, window),
		buf:    make([]float64, fftSize),
		coef:   make([]complex128, fftSize/2+1),
		power:  make([]float64, fftSize/2+1),
	}
	sum := 0.0
	for i := range s.weight {
		s.weight[i] = 0.54 - 0.46*math.Cos(2*math.Pi*float64(i)/float64(window-1))
		sum += s.weight[i]
	}
	s.scale = 4 / (sum * sum) // a full-scale sine has power 1 in its bin
	return s
}

// preEmphasis lifts the upper formants that the glottal slope of -6 dB/octave hides: y[n] = x[n] - preEmphasis x[n-1].
const preEmphasis = 0.97

// of returns the power spectrum, fftSize/2+1 bins, of window samples scaled to ±1; x[0] is preceded by before. The mean
// of the frame is taken off: cheap converters have an offset, which is no sound. The slice is reused by the next call.
func (s *spectrum) of(x []float32, before float32) []float64 {
	offset := (1 - preEmphasis) * meanOfFrame(x)
	last := before
	for i, v := range x[:window] {
		s.buf[i] = float64(v-preEmphasis*last-offset) * s.weight[i]
		last = v
	}
	s.fft.Coefficients(s.coef, s.buf)
	for i, c := range s.coef {
		s.power[i] = (real(c)*real(c) + imag(c)*imag(c)) * s.scale
	}
	return s.power
}

// meanOfFrame is the mean of window samples.
func meanOfFrame(x []float32) float32 {
	var sum float32
	for _, v := range x[:window] {
		sum += v
	}
	return sum / window
}

// filterbank is a set of triangular filters, evenly spaced on the mel scale, over the bins of a power spectrum.
type filterbank struct {
	first  []int       // first bin of each filter
	weight [][]float64 // weights from that bin on
}

// mel is O'Shaughnessy's scale, 2595 log10(1 + f/700), f in Hz.
func mel(f float64) float64     { return 2595 * math.Log10(1+f/700) }
func fromMel(m float64) float64 { return 700 * (math.Pow(10, m/2595) - 1) }

// newFilterbank makes n filters between low and high Hz. Every filter covers at least one bin.
func newFilterbank(n int, low, high float64) *filterbank {
	edge := make([]float64, n+2)
	for i := range edge {
		edge[i] = fromMel(mel(low)+(mel(high)-mel(low))*float64(i)/float64(n+1)) * fftSize / rate
	}
	b := &filterbank{first: make([]int, n), weight: make([][]float64, n)}
	for i := range n {
		l, c, r := edge[i], edge[i+1], edge[i+2]
		first, last := int(math.Ceil(l)), int(math.Floor(r))
		for k := first; k <= last; k++ {
			w := (float64(k) - l) / (c - l)
			if float64(k) > c {
				w = (r - float64(k)) / (r - c)
			}
			b.weight[i] = append(b.weight[i], max(0, w))
		}
		sum := 0.0
		for _, w := range b.weight[i] {
			sum += w
		}
		if sum < 0.5 { // narrower than a bin: take the nearest
			first, b.weight[i] = int(math.Round(c)), []float64{1}
		}
		b.first[i] = first
	}
	return b
}

// apply writes the filters' energies of a power spectrum into dst, one a filter.
func (b *filterbank) apply(power, dst []float64) {
	for i, weight := range b.weight {
		sum := 0.0
		p := power[b.first[i]:]
		for k, w := range weight {
			sum += w * p[k]
		}
		dst[i] = sum
	}
}
