package voice

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// discriminate returns the windows' coordinates (n × d) in the keep directions of greatest total over within-run
// variance (Fisher's discriminant, with the runs in place of known speakers), each with unit within-run deviation.
// Log pitch joins the coordinates before, scaled by its weight; 0 leaves it out.
func (w *windows) discriminate(keep int, pitch float64) ([]float64, int) {
	n, d := len(w.at), w.dim
	if pitch > 0 {
		d++
	}
	mean, dev := meanOf(w.pitch)
	x := make([]float64, n*d)
	for i := range n {
		copy(x[i*d:], w.x[i*w.dim:(i+1)*w.dim])
		if pitch > 0 && !math.IsNaN(w.pitch[i]) {
			x[i*d+w.dim] = pitch * (w.pitch[i] - mean) / dev
		}
	}
	total, within := mat.NewSymDense(d, nil), mat.NewSymDense(d, nil)
	nt, nw := 0.0, 0.0
	diff := mat.NewVecDense(d, nil)
	for i := range n {
		if w.n[i] < 20 {
			continue
		}
		total.SymRankOne(total, 1, mat.NewVecDense(d, x[i*d:(i+1)*d]))
		nt++
		if k := w.neighbour(i); k >= 0 && w.n[k] >= 20 {
			for j := range d {
				diff.SetVec(j, x[i*d+j]-x[k*d+j])
			}
			within.SymRankOne(within, 0.5, diff)
			nw++
		}
	}
	if nw < float64(2*d) {
		return x, d
	}
	total.ScaleSym(1/nt, total)
	within.ScaleSym(1/nw, within)
	trace := mat.Trace(within) / float64(d)
	for j := range d {
		within.SetSym(j, j, within.At(j, j)+0.05*trace)
	}
	var chol mat.Cholesky
	if !chol.Factorize(within) {
		return x, d
	}
	var l mat.TriDense
	chol.LTo(&l)
	var inv, t, s mat.Dense
	if err := inv.Inverse(&l); err != nil {
		return x, d
	}
	t.Mul(&inv, total)
	s.Mul(&t, inv.T())
	sym := mat.NewSymDense(d, nil)
	for i := range d {
		for j := i; j < d; j++ {
			sym.SetSym(i, j, (s.At(i, j)+s.At(j, i))/2)
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(sym, true) {
		return x, d
	}
	var vec, basis mat.Dense
	eig.VectorsTo(&vec)
	basis.Mul(inv.T(), &vec)
	keep = min(keep, d)
	out := make([]float64, n*keep)
	for i := range n {
		for k := range keep {
			sum := 0.0
			for j := range d {
				sum += x[i*d+j] * basis.At(j, d-1-k)
			}
			out[i*keep+k] = sum
		}
	}
	return out, keep
}

// neighbour is the first window after i in the same run that does not overlap it, -1 when there is none.
func (w *windows) neighbour(i int) int {
	for k := i + 1; k < len(w.at) && w.runOf[k] == w.runOf[i]; k++ {
		if w.at[k].from >= w.at[i].to {
			return k
		}
	}
	return -1
}
