package voice

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

const (
	backgroundSize = 32
	relevance      = 8.0  // rows of prior weight of a mean (Reynolds et al. 2000)
	subspaceMost   = 1200 // windows the principal directions are taken from
)

// windows are short stretches of speech described by where their means lie relative to a background mixture trained
// on the same recording: the supervector of speaker verification, brought down to its principal directions
// (Shum et al. 2011 do so with i-vectors). Because means are compared within one sound of the mixture, what is said
// weighs less than who says it.
type windows struct {
	at    []run // in rows
	runOf []int // which run each lies in
	dim   int
	x     []float64 // len(at) × dim
	n     []float64 // rows heard in each
	pitch []float64 // median log pitch, NaN where unvoiced
}

// windows cuts the runs into windows of length seconds, step seconds apart, and projects them to dim directions.
func (r *rows) windows(length, step float64, dim int, global *[cepstra]float64) *windows {
	w := &windows{dim: dim}
	long, hopRows := max(1, int(length*float64(r.perSec))), max(1, int(step*float64(r.perSec)))
	for u, run_ := range r.runs {
		for from := run_.from; ; from += hopRows {
			to := from + long
			if to+hopRows > run_.to {
				to = run_.to
			}
			w.at = append(w.at, run{from, to})
			w.runOf = append(w.runOf, u)
			if to >= run_.to {
				break
			}
		}
	}
	all := make([]int32, 0, r.n)
	for i := range r.n {
		if r.weight[i] > 0 {
			all = append(all, int32(i))
		}
	}
	ubm := r.train(all, backgroundSize, global)
	r.project(w, ubm)
	return w
}

// project computes supervectors and reduces them.
func (r *rows) project(w *windows, ubm *mixtureModel) {
	size := ubm.k * cepstra
	shares := r.shares(ubm)
	scale := make([]float64, ubm.k) // root of the weight: a sound that is rare says less
	for c := range scale {
		logNorm := 0.5 * cepstra * math.Log(2*math.Pi)
		for d := range cepstra {
			logNorm -= 0.5 * math.Log(float64(ubm.prec[c*cepstra+d]))
		}
		scale[c] = math.Exp(0.5 * (float64(ubm.weight[c]) + logNorm))
	}
	v, heard := make([]float64, size), make([]float64, ubm.k)
	super := func(u run) ([]float64, float64) { // v is used again by the next call
		clear(v)
		clear(heard)
		total := 0.0
		for i := u.from; i < u.to; i++ {
			if r.weight[i] == 0 {
				continue
			}
			total++
			x := r.row(i)
			for k, c := range shares[i].component {
				p := float64(shares[i].share[k])
				if p < 0.01 {
					break
				}
				heard[c] += p
				m, o := ubm.mean[int(c)*cepstra:(int(c)+1)*cepstra], v[int(c)*cepstra:(int(c)+1)*cepstra]
				for d := range o {
					o[d] += p * float64(x[d]-m[d])
				}
			}
		}
		for c := range ubm.k { // MAP shift of the mean, in deviations
			f := scale[c] / (heard[c] + relevance)
			for d := range cepstra {
				v[c*cepstra+d] *= f * math.Sqrt(float64(ubm.prec[c*cepstra+d]))
			}
		}
		return v, total
	}
	n := len(w.at)
	w.n = make([]float64, n)
	w.pitch = make([]float64, n)
	skip := (n + subspaceMost - 1) / subspaceMost
	mean := make([]float64, size)
	cov := mat.NewSymDense(size, nil)
	used := 0.0
	for i := 0; i < n; i += skip {
		v, total := super(w.at[i])
		if total < 20 {
			continue
		}
		used++
		for d, x := range v {
			mean[d] += x
		}
		cov.SymRankOne(cov, 1, mat.NewVecDense(size, v))
	}
	w.x = make([]float64, n*w.dim)
	if used < 3 {
		return
	}
	for d := range mean {
		mean[d] /= used
	}
	cov.SymRankOne(cov, -used, mat.NewVecDense(size, mean))
	basis := principal(cov, w.dim)
	for i, u := range w.at {
		v, total := super(u)
		w.n[i] = total
		w.pitch[i] = r.medianPitch(u)
		for k := range w.dim {
			s := 0.0
			for d, b := range basis[k] {
				s += b * (v[d] - mean[d])
			}
			w.x[i*w.dim+k] = s
		}
	}
}

// shares are the largest posteriors of a row, largest first.
type shares struct {
	component [4]uint8
	share     [4]float32
}

// shares computes them for the rows to learn from; four of backgroundSize hold nearly all of the mass.
func (r *rows) shares(ubm *mixtureModel) []shares {
	out := make([]shares, r.n)
	post := make([]float32, ubm.k)
	for i := range out {
		if r.weight[i] == 0 {
			continue
		}
		ubm.posteriors(r.row(i), post)
		for c, p := range post {
			for k := range out[i].share {
				if p > out[i].share[k] {
					copy(out[i].share[k+1:], out[i].share[k:])
					copy(out[i].component[k+1:], out[i].component[k:])
					out[i].share[k], out[i].component[k] = p, uint8(c)
					break
				}
			}
		}
	}
	return out
}

// principal returns the k leading eigenvectors of a positive matrix by orthogonal iteration from fixed starts: a full
// decomposition of 600 dimensions for ten directions would be most of the work of this file.
func principal(cov *mat.SymDense, k int) [][]float64 {
	size := cov.SymmetricDim()
	q := mat.NewDense(size, k, nil)
	seed := uint64(1)
	for i := range size {
		for j := range k {
			seed = seed*6364136223846793005 + 1442695040888963407
			q.Set(i, j, float64(seed>>40)/(1<<24)-0.5)
		}
	}
	var z mat.Dense
	var qr mat.QR
	for range 30 {
		z.Mul(cov, q)
		qr.Factorize(&z)
		var full mat.Dense
		qr.QTo(&full)
		q.Copy(full.Slice(0, size, 0, k))
	}
	// Rotate within the subspace so that the first direction is the strongest.
	var small, t mat.Dense
	t.Mul(cov, q)
	small.Mul(q.T(), &t)
	sym := mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			sym.SetSym(i, j, (small.At(i, j)+small.At(j, i))/2)
		}
	}
	var eig mat.EigenSym
	out := make([][]float64, k)
	if !eig.Factorize(sym, true) {
		for j := range k {
			out[j] = mat.Col(nil, j, q)
		}
		return out
	}
	var vec, rot mat.Dense
	eig.VectorsTo(&vec)
	rot.Mul(q, &vec)
	for j := range k {
		out[j] = mat.Col(nil, k-1-j, &rot) // eigenvalues rise
	}
	return out
}

// medianPitch is the median log pitch of the voiced rows of u, NaN when fewer than 10 are voiced.
func (r *rows) medianPitch(u run) float64 {
	var v []float64
	for i := u.from; i < u.to; i++ {
		if r.pitch[i] > 0 {
			v = append(v, float64(r.pitch[i]))
		}
	}
	if len(v) < 10 {
		return math.NaN()
	}
	return median(v)
}
