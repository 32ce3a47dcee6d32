package voice

// piece is the length in samples that divides both a frame and the way to the next.
const piece = 80

// sums are those of the samples and of their squares in every piece of a block, so that a sample that lies in two or
// three frames is added up once.
type sums struct {
	sample []float64
	square []float64
}

func newSums(frames int) *sums {
	n := (frames-1)*hop/piece + window/piece
	return &sums{sample: make([]float64, n), square: make([]float64, n)}
}

// take adds up the pieces of so many frames, the first of which begins at sample first of wave.
func (s *sums) take(wave []float32, first, frames int) {
	wave = wave[first:]
	for k := range (frames-1)*hop/piece + window/piece {
		x := wave[k*piece : (k+1)*piece]
		var a, b, qa, qb float64 // two sums of each, because one has to wait for itself
		for ; len(x) >= 2; x = x[2:] {
			v, w := float64(x[0]), float64(x[1])
			a, b = a+v, b+w
			qa, qb = qa+v*v, qb+w*w
		}
		s.sample[k], s.square[k] = a+b, qa+qb
	}
}

// frame is the mean of a frame, and the sum of the squares of what its samples differ from it:
// Σ(x - m)² = Σx² - n m².
func (s *sums) frame(i int) (mean float32, energy float64) {
	from := i * hop / piece
	sample, square := 0.0, 0.0
	for k := from; k < from+window/piece; k++ {
		sample += s.sample[k]
		square += s.square[k]
	}
	return float32(sample / window), max(0, square-sample*sample/window)
}
