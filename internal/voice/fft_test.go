package voice

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/dsp/fourier"
)

// TestRealFFT compares with gonum's transform, which takes another way (mixed radix, FFTPACK).
func TestRealFFT(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	inputs := map[string]func(n int) float64{
		"noise":     func(int) float64 { return r.NormFloat64() },
		"impulse":   func(n int) float64 { return map[bool]float64{n == 37: 1}[true] },
		"constant":  func(int) float64 { return 1 },
		"alternate": func(n int) float64 { return float64(1 - 2*(n%2)) },
		"sine":      func(n int) float64 { return math.Sin(2 * math.Pi * 41.3 * float64(n) / fftSize) },
		"nothing":   func(int) float64 { return 0 },
	}
	f, reference := newRealFFT(), fourier.NewFFT(fftSize)
	for name, sample := range inputs {
		var x [fftSize]float64
		total := 0.0
		for n := range x {
			x[n] = sample(n)
			total += x[n] * x[n]
		}
		const scale = 0.37
		var got [half + 1]float64
		f.power(&x, scale, &got)
		for k, c := range reference.Coefficients(nil, x[:]) {
			want := (real(c)*real(c) + imag(c)*imag(c)) * scale
			if math.Abs(got[k]-want) > 1e-12*(want+total) {
				t.Errorf("%s: bin %d has %g, want %g", name, k, got[k], want)
			}
		}
	}
}

// BenchmarkFFT is one power spectrum by our own transform and by gonum's.
func BenchmarkFFT(b *testing.B) {
	var x [fftSize]float64
	for n := range x {
		x[n] = math.Sin(float64(n * n))
	}
	b.Run("radix 4", func(b *testing.B) {
		f := newRealFFT()
		var power [half + 1]float64
		for b.Loop() {
			f.power(&x, 1, &power)
		}
	})
	b.Run("gonum", func(b *testing.B) {
		f := fourier.NewFFT(fftSize)
		c := make([]complex128, half+1)
		var power [half + 1]float64
		for b.Loop() {
			f.Coefficients(c, x[:])
			for k, v := range c {
				power[k] = real(v)*real(v) + imag(v)*imag(v)
			}
		}
	})
}
