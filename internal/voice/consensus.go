package voice

// agreement is the share of rows on which two labellings with k voices agree under the best renaming of b's voices,
// and that renaming.
func agreement(a, b []int8, k int) (float64, []int8) {
	counts := make([]int, k*k)
	n := 0
	for i, v := range a {
		if v >= 0 && b[i] >= 0 {
			counts[int(b[i])*k+int(v)]++
			n++
		}
	}
	best, bestMap := -1, []int8(nil)
	for _, p := range permutations(k) {
		sum := 0
		for v, u := range p {
			sum += counts[v*k+int(u)]
		}
		if sum > best {
			best, bestMap = sum, p
		}
	}
	if n == 0 {
		return 0, bestMap
	}
	return float64(best) / float64(n), bestMap
}

// permutations of 0..k-1, k at most 3.
func permutations(k int) [][]int8 {
	if k == 1 {
		return [][]int8{{0}}
	}
	var out [][]int8
	for _, p := range permutations(k - 1) {
		for at := range k {
			q := append([]int8{}, p[:at]...)
			q = append(q, int8(k-1))
			out = append(out, append(q, p[at:]...))
		}
	}
	return out
}
