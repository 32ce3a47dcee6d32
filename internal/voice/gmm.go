package voice

import "math"

// mixtureModel is a Gaussian mixture with diagonal covariances over the rows' coefficients (Reynolds and Rose 1995).
type mixtureModel struct {
	k      int
	weight []float32 // k: log weight plus log normaliser
	mean   []float32 // k × cepstra
	prec   []float32 // k × cepstra: 1/variance
}

const (
	emRounds      = 6
	trainAtMost   = 12000 // rows a model learns from: more does not change it
	varianceShare = 0.05  // of the variance of all rows: least variance of a component
)

// train fits a mixture of k Gaussians to the rows listed in use. It starts from k evenly spaced rows and a few rounds
// of k-means, so that the same rows give the same model. global are the variances of all rows.
func (r *rows) train(use []int32, k int, global *[cepstra]float64) *mixtureModel {
	if skip := (len(use) + trainAtMost - 1) / trainAtMost; skip > 1 {
		thin := make([]int32, 0, len(use)/skip+1)
		for i := 0; i < len(use); i += skip {
			thin = append(thin, use[i])
		}
		use = thin
	}
	k = max(1, min(k, len(use)/20))
	m := &mixtureModel{k: k, weight: make([]float32, k), mean: make([]float32, k*cepstra), prec: make([]float32, k*cepstra)}
	if len(use) == 0 {
		return m
	}
	for c := range k {
		copy(m.mean[c*cepstra:], r.row(int(use[(2*c+1)*len(use)/(2*k)])))
	}
	n := make([]float64, k)
	sum, sq := make([]float64, k*cepstra), make([]float64, k*cepstra)
	post := make([]float32, k)
	for round := range 4 + emRounds {
		clear(n)
		clear(sum)
		clear(sq)
		for _, i := range use {
			x := r.row(int(i))
			if round < 4 {
				clear(post)
				post[m.nearest(x, global)] = 1
			} else {
				m.posteriors(x, post)
			}
			for c, p := range post {
				if p < 1e-3 {
					continue
				}
				p := float64(p)
				n[c] += p
				s, q := sum[c*cepstra:(c+1)*cepstra], sq[c*cepstra:(c+1)*cepstra]
				for d, v := range x {
					v := float64(v)
					s[d] += p * v
					q[d] += p * v * v
				}
			}
		}
		m.update(n, sum, sq, float64(len(use)), global)
	}
	return m
}

func (m *mixtureModel) update(n, sum, sq []float64, total float64, global *[cepstra]float64) {
	for c := range m.k {
		if n[c] < 2 { // nothing came here: keep the place, take away the weight
			m.weight[c] = -1e4
			for d := range cepstra {
				m.prec[c*cepstra+d] = float32(1 / global[d])
			}
			continue
		}
		logNorm := math.Log(n[c]/total) - 0.5*cepstra*math.Log(2*math.Pi)
		for d := range cepstra {
			k := c*cepstra + d
			mean := sum[k] / n[c]
			v := math.Max(sq[k]/n[c]-mean*mean, varianceShare*global[d])
			m.mean[k], m.prec[k] = float32(mean), float32(1/v)
			logNorm -= 0.5 * math.Log(v)
		}
		m.weight[c] = float32(logNorm)
	}
}

func (m *mixtureModel) nearest(x []float32, global *[cepstra]float64) int {
	best, least := 0, float32(math.Inf(1))
	for c := range m.k {
		var s float32
		for d, v := range m.mean[c*cepstra : (c+1)*cepstra] {
			e := x[d] - v
			s += e * e / float32(global[d])
		}
		if s < least {
			best, least = c, s
		}
	}
	return best
}

// component is the log density of x under component c, weight included.
func (m *mixtureModel) component(c int, x []float32) float32 {
	mean, prec := m.mean[c*cepstra:(c+1)*cepstra], m.prec[c*cepstra:(c+1)*cepstra]
	x = x[:cepstra]
	var a, b float32
	d := 0
	for ; d+1 < cepstra; d += 2 {
		e, f := x[d]-mean[d], x[d+1]-mean[d+1]
		a += e * e * prec[d]
		b += f * f * prec[d+1]
	}
	e := x[d] - mean[d]
	return m.weight[c] - 0.5*(a+b+e*e*prec[d])
}

// posteriors writes the share of each component in x into post and returns the log density of x.
func (m *mixtureModel) posteriors(x []float32, post []float32) float32 {
	most := float32(math.Inf(-1))
	for c := range m.k {
		post[c] = m.component(c, x)
		most = max(most, post[c])
	}
	var sum float32
	for c := range m.k {
		d := post[c] - most
		if d < -12 {
			post[c] = 0
			continue
		}
		post[c] = float32(math.Exp(float64(d)))
		sum += post[c]
	}
	for c := range m.k {
		post[c] /= sum
	}
	return most + float32(math.Log(float64(sum)))
}

// variances are those of all rows, at least covarianceFloor.
func (r *rows) variances() *[cepstra]float64 {
	var sum, sq, out [cepstra]float64
	for i := range r.n {
		for d, v := range r.row(i) {
			sum[d] += float64(v)
			sq[d] += float64(v) * float64(v)
		}
	}
	n := float64(max(1, r.n))
	for d := range out {
		out[d] = math.Max(covarianceFloor, sq[d]/n-sum[d]/n*sum[d]/n)
	}
	return &out
}
