package voice

import (
	"math"
	"slices"
)

// agglomerate merges the nearest two of the segments' Gaussians until k are left and returns the cluster of each
// segment. The distance is deltaBIC. len(stats) must be bounded by the caller: work grows with its square.
func agglomerate(stats []*gauss, k int, lambda float64) []int {
	n := len(stats)
	of := make([]int, n)
	if n == 0 {
		return of
	}
	dim := stats[0].dim
	w := make(workspace, dim*(dim+1)/2)
	cluster := make([]*gauss, n)
	for i, s := range stats {
		c := newGauss(dim)
		c.join(s)
		c.logDet = w.determinant(c, nil)
		cluster[i], of[i] = c, i
	}
	distance := make([]float32, n*n)
	for i := range n {
		for j := range i {
			distance[i*n+j] = float32(w.deltaBIC(cluster[i], cluster[j], lambda))
		}
	}
	for left := n; left > k; left-- {
		a, b, least := -1, -1, float32(math.Inf(1))
		for i := range n {
			if cluster[i] == nil {
				continue
			}
			for j, d := range distance[i*n : i*n+i] {
				if d < least && cluster[j] != nil {
					a, b, least = j, i, d
				}
			}
		}
		cluster[a].join(cluster[b])
		cluster[a].logDet = w.determinant(cluster[a], nil)
		cluster[b] = nil
		for i := range of {
			if of[i] == b {
				of[i] = a
			}
		}
		for i := range n {
			if cluster[i] != nil && i != a {
				distance[max(i, a)*n+min(i, a)] = float32(w.deltaBIC(cluster[i], cluster[a], lambda))
			}
		}
	}
	return renumber(of)
}

// renumber maps labels to 0, 1, … in order of appearance.
func renumber(of []int) []int {
	seen := map[int]int{}
	for i, v := range of {
		if _, ok := seen[v]; !ok {
			seen[v] = len(seen)
		}
		of[i] = seen[v]
	}
	return of
}

// kMeans clusters n points of dim coordinates with weights into k groups. It starts from the split along the first
// coordinate (quantiles of it), so that the same points give the same groups.
func kMeans(x []float64, dim int, weight []float64, k int) []int {
	n := len(x) / dim
	of := make([]int, n)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	sortBy(order, func(i int) float64 { return x[i*dim] })
	for rank, i := range order {
		of[i] = min(k-1, rank*k/max(n, 1))
	}
	centre := make([]float64, k*dim)
	mass := make([]float64, k)
	for range 50 {
		clear(centre)
		clear(mass)
		for i, c := range of {
			mass[c] += weight[i]
			for d := range dim {
				centre[c*dim+d] += weight[i] * x[i*dim+d]
			}
		}
		for c := range k {
			for d := range dim {
				centre[c*dim+d] /= math.Max(mass[c], 1e-9)
			}
		}
		moved := false
		for i := range of {
			best, least := of[i], math.Inf(1)
			for c := range k {
				if mass[c] <= 0 {
					continue
				}
				s := 0.0
				for d := range dim {
					v := x[i*dim+d] - centre[c*dim+d]
					s += v * v
				}
				if s < least {
					best, least = c, s
				}
			}
			if best != of[i] {
				of[i], moved = best, true
			}
		}
		if !moved {
			break
		}
	}
	return of
}

// median reorders v.
func median(v []float64) float64 {
	slices.Sort(v)
	n := len(v)
	if n%2 == 1 {
		return v[n/2]
	}
	return (v[n/2-1] + v[n/2]) / 2
}
