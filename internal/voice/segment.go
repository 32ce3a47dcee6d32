package voice

import (
	"cmp"
	"math"
	"slices"
)

const (
	changeStep = 0.1 // seconds between places where a change of voice is looked for
	changeNear = 0.8 // seconds within which one change is kept
	pieceLeast = 0.8 // seconds of the shortest segment
	pieceMost  = 3.0
)

// segments divides the runs of r where the voice seems to change, and longer ones evenly. window is the seconds of
// sound compared on both sides. kl2 chooses the symmetric Kullback-Leibler distance (Siegler et al. 1997) between
// diagonal Gaussians, else the distance of means in units of both deviations.
func (r *rows) segments(window float64, kl2 bool) []run {
	block := max(1, int(changeStep*float64(r.perSec)))
	side := int(math.Round(window / changeStep))
	near := int(math.Round(changeNear / changeStep))
	var out []run
	for _, u := range r.runs {
		blocks := u.frames() / block
		sums := r.blockSums(u, block, blocks)
		score := make([]float64, blocks+1)
		for i := near; i+near <= blocks; i++ {
			a := max(0, i-side)
			b := min(blocks, i+side)
			score[i] = changeScore(sums[i], sums[a], sums[b], kl2)
		}
		from := u.from
		cut := func(to int) {
			n := max(1, int(math.Ceil(float64(to-from)/(pieceMost*float64(r.perSec)))))
			for k := range n {
				out = append(out, run{from + (to-from)*k/n, from + (to-from)*(k+1)/n})
			}
			from = to
		}
		for i := near; i+near <= blocks; i++ {
			peak := true
			for k := max(0, i-near); k <= min(blocks, i+near); k++ {
				if score[k] > score[i] || score[k] == score[i] && k < i {
					peak = false
					break
				}
			}
			if at := u.from + i*block; peak && at-from >= int(pieceLeast*float64(r.perSec)) {
				cut(at)
			}
		}
		if u.to > from {
			cut(u.to)
		}
	}
	return out
}

// moments are running sums over rows: count, sum and sum of squares of every coefficient.
type moments struct {
	n       float64
	sum, sq [cepstra]float64
}

// blockSums are the moments of the first 0, 1, … blocks of a run.
func (r *rows) blockSums(u run, block, blocks int) []moments {
	sums := make([]moments, blocks+1)
	for b := range blocks {
		m := sums[b]
		for i := u.from + b*block; i < u.from+(b+1)*block; i++ {
			m.n++
			for d, v := range r.row(i) {
				m.sum[d] += float64(v)
				m.sq[d] += float64(v) * float64(v)
			}
		}
		sums[b+1] = m
	}
	return sums
}

// changeScore compares the rows between moments a and mid with those between mid and b.
func changeScore(mid, a, b moments, kl2 bool) float64 {
	n1, n2 := mid.n-a.n, b.n-mid.n
	score := 0.0
	for d := range cepstra {
		m1, m2 := (mid.sum[d]-a.sum[d])/n1, (b.sum[d]-mid.sum[d])/n2
		v1 := (mid.sq[d]-a.sq[d])/n1 - m1*m1 + covarianceFloor
		v2 := (b.sq[d]-mid.sq[d])/n2 - m2*m2 + covarianceFloor
		diff := (m1 - m2) * (m1 - m2)
		if kl2 {
			score += 0.5 * (v1/v2 + v2/v1 - 2 + diff*(1/v1+1/v2))
		} else {
			score += diff / math.Sqrt(v1*v2)
		}
	}
	return score
}

// sortBy sorts indices by a key, equal keys by index.
func sortBy(order []int, key func(int) float64) {
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(key(a), key(b)), a-b) })
}
