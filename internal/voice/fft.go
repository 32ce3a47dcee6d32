package voice

import "math"

const (
	half   = fftSize / 2 // complex points that a transform of fftSize real samples needs
	digits = 4           // half is 4^digits
)

// realFFT transforms fftSize real samples by way of half as many complex ones: even samples are taken as the real and odd
// ones as the imaginary parts, and the two spectra are told apart by their symmetry (Sorensen et al. 1987, "Real-valued
// fast Fourier transform algorithms"). The complex transform is Gentleman and Sande's with radix 4: decimation in
// frequency, in place, its output in the order of reversed base-4 digits. Not safe for concurrent use.
type realFFT struct {
	re, im   [half]float64
	cos, sin [half]float64 // of 2πk/half: the factors within the complex transform
	splitCos [half/2 + 1]float64
	splitSin [half/2 + 1]float64 // of 2πk/fftSize: the factors between even and odd samples
	at       [half]uint8         // where the complex transform leaves its k-th value
}

func newRealFFT() *realFFT {
	f := &realFFT{}
	for k := range half {
		f.sin[k], f.cos[k] = math.Sincos(2 * math.Pi * float64(k) / half)
		reversed := 0
		for d, rest := 0, k; d < digits; d, rest = d+1, rest/4 {
			reversed = 4*reversed + rest%4
		}
		f.at[k] = uint8(reversed)
	}
	for k := range f.splitCos {
		f.splitSin[k], f.splitCos[k] = math.Sincos(2 * math.Pi * float64(k) / fftSize)
	}
	return f
}

// power writes the squared magnitudes of the transform of x, zero to half the sample rate, times scale into dst:
// |Σ x[n] exp(-2πi nk/fftSize)|², k = 0 … half.
func (f *realFFT) power(x *[fftSize]float64, scale float64, dst *[half + 1]float64) {
	for n := range half {
		f.re[n], f.im[n] = x[2*n], x[2*n+1]
	}
	f.transform()
	r, i := f.re[0], f.im[0] // at[0] is 0
	dst[0], dst[half] = (r+i)*(r+i)*scale, (r-i)*(r-i)*scale
	for k := 1; k <= half/2; k++ {
		// With Z the complex transform: the even samples' is E = (Z[k] + conj Z[half-k]) / 2, the odd samples' is
		// O = (Z[k] - conj Z[half-k]) / 2i; X[k] = E + wO and X[half-k] = conj(E - wO), w = exp(-2πik/fftSize).
		a, b := f.at[k], f.at[half-k]
		er, ei := f.re[a]+f.re[b], f.im[a]-f.im[b]
		or, oi := f.im[a]+f.im[b], f.re[b]-f.re[a]
		c, s := f.splitCos[k], f.splitSin[k]
		wr, wi := c*or+s*oi, c*oi-s*or
		dst[k] = ((er+wr)*(er+wr) + (ei+wi)*(ei+wi)) * scale / 4
		dst[half-k] = ((er-wr)*(er-wr) + (ei-wi)*(ei-wi)) * scale / 4
	}
}

// transform is the complex transform of half points, in place; its output is in the order of at.
func (f *realFFT) transform() {
	re, im := &f.re, &f.im
	for m := half / 4; m > 1; m /= 4 { // m: distance of the four values of a butterfly
		stride := half / (4 * m)
		for j := range m {
			c1, s1 := f.cos[j*stride], f.sin[j*stride]
			c2, s2 := f.cos[2*j*stride], f.sin[2*j*stride]
			c3, s3 := f.cos[3*j*stride], f.sin[3*j*stride]
			for a := j; a+3*m < half; a += 4 * m {
				b, c, d := a+m, a+2*m, a+3*m
				r0, i0, r1, i1 := re[a]+re[c], im[a]+im[c], re[a]-re[c], im[a]-im[c]
				r2, i2, r3, i3 := re[b]+re[d], im[b]+im[d], im[b]-im[d], re[d]-re[b] // the last pair times -i
				re[a], im[a] = r0+r2, i0+i2
				x, y := r1+r3, i1+i3
				re[b], im[b] = x*c1+y*s1, y*c1-x*s1
				x, y = r0-r2, i0-i2
				re[c], im[c] = x*c2+y*s2, y*c2-x*s2
				x, y = r1-r3, i1-i3
				re[d], im[d] = x*c3+y*s3, y*c3-x*s3
			}
		}
	}
	for a := 0; a < half; a += 4 { // the last round has no factors
		r, i := re[a:a+4:a+4], im[a:a+4:a+4]
		r0, i0, r1, i1 := r[0]+r[2], i[0]+i[2], r[0]-r[2], i[0]-i[2]
		r2, i2, r3, i3 := r[1]+r[3], i[1]+i[3], i[1]-i[3], r[3]-r[1]
		r[0], i[0] = r0+r2, i0+i2
		r[1], i[1] = r1+r3, i1+i3
		r[2], i[2] = r0-r2, i0-i2
		r[3], i[3] = r1-r3, i1-i3
	}
}
