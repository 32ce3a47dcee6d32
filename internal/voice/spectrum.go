package voice

import "math"

// fftSize is the power of two above window: 257 bins of 31.25 Hz.
const fftSize = 512

// spectrum turns one frame of samples into a power spectrum. It is not safe for concurrent use.
type spectrum struct {
	fft    *realFFT
	weight [window]float64   // Hamming
	buf    [fftSize]float64  // zero-padded
	power  [half + 1]float64 // by bin
	scale  float64
}

func newSpectrum() *spectrum {
	s := &spectrum{fft: newRealFFT()}
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

// of returns the power spectrum, fftSize/2+1 bins, of window samples scaled to ±1 with their mean; x[0] is preceded by
// before. The mean is taken off: cheap converters have an offset, which is no sound. The slice is reused by the next call.
func (s *spectrum) of(x []float32, mean, before float32) []float64 {
	offset := (1 - preEmphasis) * mean
	last := before
	for i, v := range x[:window] {
		s.buf[i] = float64(v-preEmphasis*last-offset) * s.weight[i]
		last = v
	}
	s.fft.power(&s.buf, s.scale, &s.power)
	return s.power[:]
}

// meanOfFrame is the mean of window samples. (Four sums because one has to wait for itself.)
func meanOfFrame(x []float32) float32 {
	var sum [4]float32
	for ; len(x) >= 4; x = x[4:] {
		sum[0] += x[0]
		sum[1] += x[1]
		sum[2] += x[2]
		sum[3] += x[3]
	}
	return (sum[0] + sum[1] + sum[2] + sum[3]) / window
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
