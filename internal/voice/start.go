package voice

import (
	"math"
)

// hearing is what the starts work on.
type hearing struct {
	rows   *rows
	voices int
	global *[cepstra]float64
}

const segmentsAtMost = 600 // clustering grows with the square: from longer talks evenly spread segments are taken

// bicStart clusters the segments between change points by BIC over the first dim coefficients.
func bicStart(dim int, window float64, kl2 bool, lambda float64) func(*hearing) []int8 {
	return func(h *hearing) []int8 {
		r := h.rows
		of := unknown(r.n)
		pieces := thin(r.segments(window, kl2), segmentsAtMost)
		var stats []*gauss
		var kept []run
		for _, u := range pieces {
			g := newGauss(dim)
			for i := u.from; i < u.to; i++ {
				if r.weight[i] > 0 {
					g.add(r.row(i))
				}
			}
			if g.n >= 0.2*float64(r.perSec) {
				stats, kept = append(stats, g), append(kept, u)
			}
		}
		for i, c := range agglomerate(stats, h.voices, lambda) {
			mark(of, kept[i], c)
		}
		return of
	}
}

// thin takes at most n of the runs, evenly spread.
func thin(runs []run, n int) []run {
	if len(runs) <= n {
		return runs
	}
	out := make([]run, n)
	for i := range out {
		out[i] = runs[i*len(runs)/n]
	}
	return out
}

// ldaStart groups windows along the directions in which runs differ most in proportion to how much neighbouring
// windows of one run differ: a voice changes between runs, what is said changes within them too.
func ldaStart(dim, keep int, pitch float64) func(*hearing) []int8 {
	return func(h *hearing) []int8 {
		w := h.rows.windows(1.0, 0.5, dim, h.global)
		if len(w.at) < 2*h.voices {
			return unknown(h.rows.n)
		}
		x, d := w.discriminate(keep, pitch)
		return h.spread(w, kMeans(x, d, w.n, h.voices))
	}
}

// spread gives the labels of windows to the rows; where two overlap the later one has the second half.
func (h *hearing) spread(w *windows, labels []int) []int8 {
	of := unknown(h.rows.n)
	for i, u := range w.at {
		if i > 0 && w.at[i-1].to > u.from {
			u.from = (u.from + w.at[i-1].to) / 2
		}
		mark(of, u, labels[i])
	}
	return of
}

func unknown(n int) []int8 {
	of := make([]int8, n)
	for i := range of {
		of[i] = -1
	}
	return of
}

func mark(of []int8, u run, label int) {
	for i := u.from; i < u.to; i++ {
		of[i] = int8(label)
	}
}

// meanOf is the mean and the deviation of v without NaN; the deviation is at least 1e-3.
func meanOf(v []float64) (mean, dev float64) {
	n, sum, sq := 0.0, 0.0, 0.0
	for _, x := range v {
		if !math.IsNaN(x) {
			n++
			sum += x
			sq += x * x
		}
	}
	if n == 0 {
		return 0, 1
	}
	mean = sum / n
	return mean, math.Sqrt(math.Max(1e-6, sq/n-mean*mean))
}
