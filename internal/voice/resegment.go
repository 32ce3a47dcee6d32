package voice

import (
	"math"
)

const (
	stayLeast     = 0.60 // seconds a voice keeps the word, unless a pause ends it
	switchCost    = 20.0 // log likelihood that a change of voice costs inside talk
	switchAtPause = 10.0 // the same after a pause
	reseedRounds  = 3
	clipRatio     = 8.0 // log likelihood ratio of one row at most: no single sound decides
)

// resegment improves a labelling of rows (0..k-1, -1 for unknown): one mixture per voice is trained on its rows, the
// best path through all rows found, and again. It returns the labels and the log likelihood ratio of each row, k × n,
// relative to the best voice.
func (r *rows) resegment(of []int8, k, size, rounds int, global *[cepstra]float64) ([]int8, []float32) {
	var like []float32
	for range rounds {
		like = r.likelihoods(r.models(of, k, size, global))
		of = r.path(like, k)
	}
	return of, like
}

// models trains a mixture for each voice on its rows that are loud enough.
func (r *rows) models(of []int8, k, size int, global *[cepstra]float64) []*mixtureModel {
	use := make([][]int32, k)
	for i, v := range of {
		if v >= 0 && r.weight[i] > 0 {
			use[v] = append(use[v], int32(i))
		}
	}
	out := make([]*mixtureModel, k)
	for v := range out {
		out[v] = r.train(use[v], size, global)
	}
	return out
}

// likelihoods are the log densities of every row under each model less those of the best, not below -clipRatio.
func (r *rows) likelihoods(models []*mixtureModel) []float32 {
	k := len(models)
	out := make([]float32, k*r.n)
	size := 0
	for _, m := range models {
		size = max(size, m.k)
	}
	post := make([]float32, size)
	for i := range r.n {
		x := r.row(i)
		best := float32(math.Inf(-1))
		for v, m := range models {
			l := m.posteriors(x, post[:m.k])
			out[v*r.n+i] = l
			best = max(best, l)
		}
		for v := range models {
			out[v*r.n+i] = max(-clipRatio, out[v*r.n+i]-best) * r.weight[i]
		}
	}
	return out
}

// path is the most likely sequence of voices: a semi-Markov Viterbi search in which a voice that takes the word keeps
// it for stayLeast, or to the end of its run where it took it after a pause.
func (r *rows) path(like []float32, k int) []int8 {
	n := r.n
	least := max(1, int(stayLeast*float64(r.perSec)))
	sum := make([][]float64, k) // running sums of like
	for v := range sum {
		sum[v] = make([]float64, n+1)
		for i := range n {
			sum[v][i+1] = sum[v][i] + float64(like[v*n+i])
		}
	}
	starts := make([]bool, n+1)
	stop := make([]int32, n) // end of the run of each row
	for _, u := range r.runs {
		starts[u.from] = true
		for i := u.from; i < u.to; i++ {
			stop[i] = int32(u.to)
		}
	}
	// value[v][t]: best score of rows 0..t-1 ending in voice v, which may go on or give way at t.
	value := make([][]float64, k)
	from := make([][]int32, k) // where the last stretch that was bound to stay began; -1: went on from t-1
	prev := make([][]int8, k)  // the voice before that
	for v := range k {
		value[v] = make([]float64, n+1)
		from[v] = make([]int32, n+1)
		prev[v] = make([]int8, n+1)
		for t := 1; t <= n; t++ {
			value[v][t] = math.Inf(-1)
			from[v][t] = -1
		}
	}
	for t := range n {
		for v := range k {
			if t > 0 {
				if s := value[v][t] + float64(like[v*n+t]); s > value[v][t+1] {
					value[v][t+1], from[v][t+1], prev[v][t+1] = s, -1, int8(v)
				}
			}
			end := min(t+least, n)
			if starts[t] {
				end = min(end, int(stop[t]))
			}
			cost := switchCost
			if starts[t] {
				cost = switchAtPause
			}
			best, who := math.Inf(-1), -1
			if t == 0 {
				best, who = 0, v
			} else {
				for u := range k {
					if u != v && value[u][t]-cost > best {
						best, who = value[u][t]-cost, u
					}
				}
			}
			if who < 0 {
				continue
			}
			if s := best + sum[v][end] - sum[v][t]; s > value[v][end] {
				value[v][end], from[v][end], prev[v][end] = s, int32(t), int8(who)
			}
		}
	}
	v := 0
	for u := range k {
		if value[u][n] > value[v][n] {
			v = u
		}
	}
	of := make([]int8, n)
	for t := n; t > 0; {
		f := from[v][t]
		if f < 0 {
			t--
			of[t] = int8(v)
			continue
		}
		p := int(prev[v][t])
		for i := int(f); i < t; i++ {
			of[i] = int8(v)
		}
		t, v = int(f), p
	}
	return of
}
