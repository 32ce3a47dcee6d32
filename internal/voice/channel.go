package voice

import (
	"context"
	"fmt"
	"math"
	"slices"

	"kikigaki/internal/interview"
)

const (
	sameSound    = 0.98 // |correlation| above: the same sound twice
	nearlySame   = 0.90 // above: near-mono stereo, heard as mono
	emptyBelow   = 1e-6 // power of a channel below this share of the other's: nothing on it (-60 dB)
	faintBelow   = 1e-4 // below this share (-40 dB) a channel that resembles the other is its crosstalk
	faintCopy    = 0.3
	correlateLen = 1 << 12 // samples of a block: a quarter of a second
	blockAlike   = 0.6     // |correlation| of a block from which its gain means something
	mostBlocks   = 0.5     // share of the loud blocks that must be so
	gainSwing    = 8.0     // dB between the 2nd and the 98th percentile of the blocks' gains: more, and voices take turns
)

// stereo is the joint measure of two channels over the whole recording.
type stereo struct {
	power       [2]float64 // mean square without the mean, full scale 1
	correlation float64    // -1 to 1; 0 when a channel is empty
	oneSource   bool       // block for block the right channel is the left one times the same gain, whatever noise each adds
}

// meter takes the joint measure of two channels, piece by piece.
type meter struct {
	taken       int64 // samples
	sum, square [2]float64
	product     float64
	blocks      []blockSums
	left, right []int16
}

// measure reads both channels once.
func measure(ctx context.Context, src Source) (stereo, error) {
	var m meter
	err := m.take(ctx, src, src.Samples())
	return m.result(), err
}

// take goes on to sample number to of a recording of two channels; of one channel there is nothing to measure. But for the
// last time to is a multiple of correlateLen, so that the blocks are the same however often it is called.
func (m *meter) take(ctx context.Context, src Source, to int64) error {
	if src.Channels() != 2 {
		return nil
	}
	if m.left == nil {
		m.left, m.right = make([]int16, correlateLen), make([]int16, correlateLen)
	}
	for ; m.taken < to; m.taken += correlateLen {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := int(min(correlateLen, to-m.taken))
		left, right := m.left[:n], m.right[:n]
		for ch, dst := range [][]int16{left, right} {
			got, err := src.ReadAt(ch, m.taken, dst)
			if err != nil && got < n {
				return fmt.Errorf("measure channel %d: %w", ch, err)
			}
		}
		var s0, s1, q0, q1, p int64 // 2^16 products of 2^30 fit
		for i, l := range left {
			a, b := int64(l), int64(right[i])
			s0, s1 = s0+a, s1+b
			q0, q1 = q0+a*a, q1+b*b
			p += a * b
		}
		m.sum[0], m.sum[1] = m.sum[0]+float64(s0), m.sum[1]+float64(s1)
		m.square[0], m.square[1] = m.square[0]+float64(q0), m.square[1]+float64(q1)
		m.product += float64(p)
		m.blocks = append(m.blocks, blockSums{float64(q0), float64(q1), float64(p)})
	}
	m.taken = to
	return nil
}

// result is the measure of what was taken: power and correlation without the mean (cheap converters have an offset).
func (m *meter) result() stereo {
	n := float64(max(m.taken, 1))
	var s stereo
	for ch := range 2 {
		s.power[ch] = max(0, m.square[ch]/n-m.sum[ch]/n*m.sum[ch]/n) / (32768 * 32768)
	}
	covariance := (m.product/n - m.sum[0]/n*m.sum[1]/n) / (32768 * 32768)
	if d := math.Sqrt(s.power[0] * s.power[1]); d > 0 {
		s.correlation = max(-1, min(1, covariance/d))
	}
	s.oneSource = sameGain(m.blocks)
	return s
}

// blockSums are the energies of a block's channels and their product.
type blockSums struct{ left, right, product float64 }

// sameGain reports whether the loud blocks agree on one gain from left to right (least squares: product over left).
// One voice a channel with electric crosstalk gives two gains, one for each voice; noise of its own on each channel
// lowers the correlation but leaves the gain.
func sameGain(blocks []blockSums) bool {
	loudest := 0.0
	for _, b := range blocks {
		loudest = math.Max(loudest, b.left*b.right)
	}
	var gains []float64
	loud := 0
	for _, b := range blocks {
		energy := b.left * b.right
		if energy <= 0 || energy < loudest*1e-4 { // each 20 dB below the loudest
			continue
		}
		loud++
		if r := b.product / math.Sqrt(energy); math.Abs(r) >= blockAlike {
			gains = append(gains, 20*math.Log10(math.Abs(b.product)/b.left))
		}
	}
	if float64(len(gains)) < mostBlocks*float64(loud) || len(gains) == 0 {
		return false
	}
	slices.Sort(gains)
	return gains[len(gains)*98/100]-gains[len(gains)*2/100] < gainSwing
}

// layout says what the two channels are to each other as far as their sum statistics tell.
func (m stereo) layout() interview.Layout {
	weak, strong := min(m.power[0], m.power[1]), max(m.power[0], m.power[1])
	switch {
	case strong == 0:
		return interview.DualMono
	case weak < emptyBelow*strong:
		return interview.OneSided
	case weak < faintBelow*strong && math.Abs(m.correlation) > faintCopy:
		return interview.OneSided
	case m.correlation > sameSound:
		return interview.DualMono
	case m.correlation < -sameSound:
		return interview.Inverted
	case math.Abs(m.correlation) >= nearlySame || m.oneSource:
		return interview.Mono
	}
	return interview.TwoChannel
}

// louder is the channel with more power; the left one when they are equal.
func (m stereo) louder() int {
	if m.power[1] > m.power[0] {
		return 1
	}
	return 0
}
