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

// measure reads both channels once: power and correlation without the mean (cheap converters have an offset).
func measure(ctx context.Context, src Source) (stereo, error) {
	var sum, square [2]float64
	var product float64
	left, right := make([]int16, correlateLen), make([]int16, correlateLen)
	var blocks []blockSums
	total := src.Samples()
	for from := int64(0); from < total; from += correlateLen {
		if err := ctx.Err(); err != nil {
			return stereo{}, err
		}
		n := int(min(correlateLen, total-from))
		for ch, dst := range [][]int16{left[:n], right[:n]} {
			got, err := src.ReadAt(ch, from, dst)
			if err != nil && got < n {
				return stereo{}, fmt.Errorf("measure channel %d: %w", ch, err)
			}
		}
		var s0, s1, q0, q1, p int64 // 2^16 products of 2^30 fit
		for i, l := range left[:n] {
			a, b := int64(l), int64(right[i])
			s0, s1 = s0+a, s1+b
			q0, q1 = q0+a*a, q1+b*b
			p += a * b
		}
		sum[0], sum[1] = sum[0]+float64(s0), sum[1]+float64(s1)
		square[0], square[1] = square[0]+float64(q0), square[1]+float64(q1)
		product += float64(p)
		blocks = append(blocks, blockSums{float64(q0), float64(q1), float64(p)})
	}
	n := float64(max(total, 1))
	var m stereo
	for ch := range 2 {
		m.power[ch] = max(0, square[ch]/n-sum[ch]/n*sum[ch]/n) / (32768 * 32768)
	}
	covariance := (product/n - sum[0]/n*sum[1]/n) / (32768 * 32768)
	if d := math.Sqrt(m.power[0] * m.power[1]); d > 0 {
		m.correlation = max(-1, min(1, covariance/d))
	}
	m.oneSource = sameGain(blocks)
	return m, nil
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
