package voice

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
)

// Which frames a start learns from.
const (
	loudFrames   = iota // within loudDepth of the loudest near by
	voicedFrames        // with a pitch: vowels carry most of what tells voices apart
	selections
)

const (
	loudDepth   = 18.0 // dB
	voicedDepth = 30.0
	farDepth    = 27.0       // below the loud frames of the whole recording: somebody at another table
	loudNear    = framesASec // frames to both sides
)

// view is one way to look at the speech: a feature floor and a choice of frames.
type view struct{ floor, frames int }

// start is one cheap reading of who speaks where.
type start struct {
	view view
	make func(*hearing) []int8
}

// starts are the readings that are asked for their consensus. A single clustering fails on one recording in ten, each
// kind on a different one, and no measure of its own fit says when; readings that are wrong seldom agree.
func starts() []start {
	return []start{
		{view{0, loudFrames}, bicStart(12, 1.5, false, 1)},
		{view{0, voicedFrames}, bicStart(12, 1.5, false, 1)},
		{view{0, voicedFrames}, bicStart(12, 1.5, true, 1)},
		{view{0, loudFrames}, bicStart(19, 1.5, false, 0)},
		{view{1, loudFrames}, bicStart(12, 1.5, true, 1)},
		{view{1, loudFrames}, bicStart(12, 1.5, false, 1)},
		{view{1, voicedFrames}, bicStart(12, 1.5, false, 1)},
		{view{1, voicedFrames}, bicStart(19, 2.0, false, 0)},
		{view{0, voicedFrames}, ldaStart(20, 2, 1)},
		{view{1, voicedFrames}, ldaStart(10, 1, 1)},
	}
}

const (
	mixtureSize = 8
	finalSize   = 16
)

// tell finds who speaks when among the runs of speech of one channel.
func tell(ctx context.Context, src Source, channel int, t *track, runs []run, voices int) (*telling, error) {
	views, err := features(ctx, src, channel, t, runs, deepFloor, highFloor)
	if err != nil {
		return nil, err
	}
	t.bands, t.high = nil, nil // 20 bytes a frame that nothing asks for any more
	hearings := make(map[view]*hearing)
	for floor, r := range views {
		global := r.variances()
		for sel := range selections {
			v := *r
			v.weight = t.choose(r, sel)
			hearings[view{floor, sel}] = &hearing{rows: &v, voices: voices, global: global}
		}
	}
	all := starts()
	labels := make([][]int8, len(all))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, s := range all {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			of := s.make(hearings[s.view])
			h := hearings[view{s.view.floor, loudFrames}]
			labels[i], _ = h.rows.resegment(of, voices, mixtureSize, reseedRounds, h.global)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return decide(hearings, labels, voices), nil
}

// choose gives weight 1 to the rows that a choice of frames takes.
func (t *track) choose(r *rows, sel int) []float32 {
	depth := int(2 * loudDepth)
	if sel == voicedFrames {
		depth = int(2 * voicedDepth)
	}
	peak := slidingMax(t.level, loudNear)
	out := make([]float32, r.n)
	var h histogram
	for _, f := range r.frame {
		h.add(t.level[f], 1)
	}
	least := int(h.quantile(0.9)) - int(2*farDepth)
	for i, f := range r.frame {
		if int(t.level[f]) < least {
			continue
		}
		if int(t.level[f])+depth < int(peak[f]) || sel == voicedFrames && r.pitch[i] == 0 {
			continue
		}
		out[i] = 1
	}
	return out
}

// slidingMax is the largest of x within near to both sides, by blocks of tenths: exact to that, and linear.
func slidingMax(x []uint8, near int) []uint8 {
	block := max(1, near/10)
	blocks := make([]uint8, (len(x)+block-1)/block)
	for i, v := range x {
		blocks[i/block] = max(blocks[i/block], v)
	}
	out := make([]uint8, len(x))
	for b := range blocks {
		m := uint8(0)
		for k := max(0, b-near/block); k < min(len(blocks), b+near/block+1); k++ {
			m = max(m, blocks[k])
		}
		for i := b * block; i < min(len(x), (b+1)*block); i++ {
			out[i] = m
		}
	}
	return out
}

// telling is the outcome: labels of the rows with the share of readings behind each, and the readings themselves.
type telling struct {
	rows       *rows
	of         []int8
	support    []float32 // n: share of the readings that agree, 0 to 1
	margin     []float32 // n: log likelihood ratio to the next best voice
	confidence float64
	others     [][]int8
}

// decide takes the reading that the others agree with most, lets all vote on every row with weight (agreement-0.5)²,
// and re-segments the winner on both views together.
func decide(hearings map[view]*hearing, labels [][]int8, k int) *telling {
	n := len(labels)
	mean := make([]float64, n)
	for i := range labels {
		for j := range labels {
			if i != j {
				a, _ := agreement(labels[i], labels[j], k)
				mean[i] += a / float64(n-1)
			}
		}
	}
	best := 0
	for i, m := range mean {
		if m > mean[best] {
			best = i
		}
	}
	rows := hearings[view{0, loudFrames}].rows
	vote := make([]float32, rows.n*k)
	var weights float32
	chance := 1 / float64(k)
	for j, l := range labels {
		_, to := agreement(labels[best], l, k)
		w := float32(math.Pow(math.Max(0, mean[j]-chance), 2))
		weights += w
		for i, v := range l {
			vote[i*k+int(to[v])] += w
		}
	}
	of := make([]int8, rows.n)
	for i := range of {
		for v := range k {
			if vote[i*k+v] > vote[i*k+int(of[i])] {
				of[i] = int8(v)
			}
		}
	}
	var like []float32
	for range 2 {
		like = nil
		for floor := range 2 {
			h := hearings[view{floor, loudFrames}]
			l := h.rows.likelihoods(h.rows.models(of, k, finalSize, h.global))
			if like == nil {
				like = l
				continue
			}
			for i, v := range l {
				like[i] = (like[i] + v) / 2
			}
		}
		of = rows.path(like, k)
	}
	t := &telling{rows: rows, of: of, support: make([]float32, rows.n), margin: make([]float32, rows.n)}
	for i, v := range of {
		t.support[i] = vote[i*k+int(v)] / max(weights, 1e-9)
		other := float32(math.Inf(-1))
		for u := range k {
			if u != int(v) {
				other = max(other, like[u*rows.n+i])
			}
		}
		t.margin[i] = like[int(v)*rows.n+i] - other
	}
	for i := range labels {
		a, to := agreement(of, labels[i], k)
		t.confidence += a / float64(n)
		l := make([]int8, rows.n)
		for j, v := range labels[i] {
			l[j] = to[v]
		}
		labels[i] = l
	}
	t.inOrder(labels, k)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(mean[b], mean[a]) })
	for _, i := range order {
		t.keep(labels[i], k)
	}
	return t
}

// inOrder renames the voices by when they first speak, in the result and in the readings: S1 opens the talk, whatever
// number a clustering gave it.
func (t *telling) inOrder(labels [][]int8, k int) {
	to := make([]int8, k)
	for v := range to {
		to[v] = -1
	}
	next := int8(0)
	for _, v := range t.of {
		if to[v] < 0 {
			to[v], next = next, next+1
		}
	}
	for v := range to { // voices without a row
		if to[v] < 0 {
			to[v], next = next, next+1
		}
	}
	for _, l := range append(labels, t.of) {
		for i, v := range l {
			l[i] = to[v]
		}
	}
}

const (
	alike        = 0.96 // agreement from which two readings are the same
	othersKept   = 5
	turnLeast    = 0.2  // seconds of the shortest turn that is told
	certainLeast = 30.0 // seconds of speech below which nothing is certain
)

// keep stores a reading that differs from the result and from those kept before.
func (t *telling) keep(of []int8, k int) {
	if len(t.others) == othersKept {
		return
	}
	for _, o := range append([][]int8{t.of}, t.others...) {
		if a, _ := agreement(o, of, k); a >= alike {
			return
		}
	}
	t.others = append(t.others, of)
}
