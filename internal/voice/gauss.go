package voice

import "math"

// gauss holds the sufficient statistics of a full-covariance Gaussian over the first dim coefficients: count, sum,
// and sum of outer products (lower triangle, row by row).
type gauss struct {
	dim    int
	n      float64
	sum    []float64
	outer  []float64
	logDet float64 // of the regularised covariance
}

func newGauss(dim int) *gauss {
	return &gauss{dim: dim, sum: make([]float64, dim), outer: make([]float64, dim*(dim+1)/2)}
}

func (g *gauss) add(x []float32) {
	g.n++
	k := 0
	for i := range g.dim {
		xi := float64(x[i])
		g.sum[i] += xi
		for j := 0; j <= i; j++ {
			g.outer[k] += xi * float64(x[j])
			k++
		}
	}
}

// join adds the statistics of b to g.
func (g *gauss) join(b *gauss) {
	g.n += b.n
	for i, v := range b.sum {
		g.sum[i] += v
	}
	for i, v := range b.outer {
		g.outer[i] += v
	}
}

// covarianceFloor is added to the diagonal of a covariance, in squared log units: a segment of 1 s does not fill 19
// dimensions.
const covarianceFloor = 0.05

// workspace is a lower triangle that determinants are computed in.
type workspace []float64

// determinant returns log|S| of the covariance of a and b together (b may be nil), by Cholesky's factorisation in
// place: dimensions are at most 19, and this is called a million times an hour of audio, which rules out allocating.
func (w workspace) determinant(a, b *gauss) float64 {
	n := a.n
	if b != nil {
		n += b.n
	}
	k := 0
	for i := range a.dim {
		mi := a.sum[i]
		if b != nil {
			mi += b.sum[i]
		}
		mi /= n
		for j := 0; j <= i; j++ {
			o, mj := a.outer[k], a.sum[j]
			if b != nil {
				o, mj = o+b.outer[k], mj+b.sum[j]
			}
			w[k] = o/n - mi*mj/n
			k++
		}
		w[k-1] += covarianceFloor
	}
	logDet := 0.0
	row := 0
	for i := range a.dim {
		other := 0
		for j := 0; j < i; j++ {
			s := w[row+j]
			for m := 0; m < j; m++ {
				s -= w[row+m] * w[other+m]
			}
			w[row+j] = s / w[other+j]
			other += j + 1
		}
		s := w[row+i]
		for m := 0; m < i; m++ {
			s -= w[row+m] * w[row+m]
		}
		s = math.Max(s, 1e-9)
		logDet += math.Log(s)
		w[row+i] = math.Sqrt(s)
		row += i + 1
	}
	return logDet
}

// deltaBIC is the change of the Bayesian information criterion when a and b are told apart: positive means two
// voices. lambda weighs the penalty for the second Gaussian (Chen and Gopalakrishnan 1998).
func (w workspace) deltaBIC(a, b *gauss, lambda float64) float64 {
	n := a.n + b.n
	d := float64(a.dim)
	gain := 0.5 * (n*w.determinant(a, b) - a.n*a.logDet - b.n*b.logDet)
	return gain - lambda/2*(d+d*(d+1)/2)*math.Log(n)
}
