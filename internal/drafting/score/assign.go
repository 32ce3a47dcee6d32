package score

import "math"

// assign pairs rows and columns for the greatest total weight (Hungarian method, Kuhn 1955, in the O(n³) form with
// potentials). Pairs of weight 0 are left out.
func assign(w [][]float64) [][2]int {
	n := len(w)
	if n == 0 || len(w[0]) == 0 {
		return nil
	}
	m := len(w[0])
	size := max(n, m)
	cost := func(i, j int) float64 {
		if i < n && j < m {
			return -w[i][j]
		}
		return 0
	}
	u, v := make([]float64, size+1), make([]float64, size+1)
	p, way := make([]int, size+1), make([]int, size+1)
	for i := 1; i <= size; i++ {
		p[0] = i
		j0 := 0
		low, used := make([]float64, size+1), make([]bool, size+1)
		for j := range low {
			low[j] = math.Inf(1)
		}
		for {
			used[j0] = true
			i0, delta, j1 := p[j0], math.Inf(1), 0
			for j := 1; j <= size; j++ {
				if used[j] {
					continue
				}
				if c := cost(i0-1, j-1) - u[i0] - v[j]; c < low[j] {
					low[j], way[j] = c, j0
				}
				if low[j] < delta {
					delta, j1 = low[j], j
				}
			}
			for j := 0; j <= size; j++ {
				if used[j] {
					u[p[j]] += delta
					v[j] -= delta
				} else {
					low[j] -= delta
				}
			}
			j0 = j1
			if p[j0] == 0 {
				break
			}
		}
		for j0 != 0 {
			p[j0] = p[way[j0]]
			j0 = way[j0]
		}
	}
	var out [][2]int
	for j := 1; j <= size; j++ {
		if p[j]-1 < n && j-1 < m && w[p[j]-1][j-1] > 0 {
			out = append(out, [2]int{p[j] - 1, j - 1})
		}
	}
	return out
}
