package voice

import (
	"context"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"kikigaki/internal/interview"
)

// Ear hears a recording while it is still being decoded: the measures of frames and channels need only the samples
// around them. What it says does not depend on how much of it was heard early. One goroutine at a time may call it.
type Ear struct {
	meter  meter
	tracks [2]*track
	heard  [2]int // frames analysed from the start: whole blocks
	expect int64  // samples a channel that are expected
	worth  []int  // see worthwhile
	looked int64  // samples that worth is judged by
}

// NewEar is an ear for a recording of about so many samples a channel; it may turn out shorter or longer.
func NewEar(expected int64) *Ear { return &Ear{expect: max(0, expected)} }

// Listen takes in some of what src holds so far, at most one block of 20 s for each core but one, which decodes. It
// reports whether more could be taken in at once.
func (e *Ear) Listen(ctx context.Context, src Source) (more bool, err error) {
	if err := e.meter.take(ctx, src, src.Samples()/correlateLen*correlateLen); err != nil {
		return false, fmt.Errorf("listen: %w", err)
	}
	free := max(1, runtime.GOMAXPROCS(0)-1)
	g, ctx := errgroup.WithContext(ctx)
	for _, ch := range e.worthwhile(src) {
		t := e.track(ch)
		for ; int64(e.heard[ch]+blockFrames)*hop+margin <= src.Samples(); e.heard[ch] += blockFrames {
			if free == 0 {
				more = true
				break
			}
			free--
			from, to := e.heard[ch], e.heard[ch]+blockFrames
			t.resize(max(to, t.frames))
			g.Go(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				return newAnalyser().block(src, ch, t, from, to)
			})
		}
	}
	if err := g.Wait(); err != nil {
		return false, fmt.Errorf("listen: %w", err)
	}
	return more, nil
}

// worthwhile are the channels that will be asked for if the recording goes on as it began: of the same sound twice
// only one is. The judgement is made anew when there is a quarter more to judge by.
func (e *Ear) worthwhile(src Source) []int {
	switch {
	case src.Channels() == 1:
		return []int{0}
	case e.worth != nil && e.meter.taken < e.looked+e.looked/4:
		return e.worth
	}
	e.looked, e.worth = e.meter.taken, []int{0, 1}
	if m := e.meter.result(); m.layout() != interview.TwoChannel {
		e.worth = []int{m.louder()}
	}
	return e.worth
}

// track is what is kept of a channel, made when first asked for.
func (e *Ear) track(channel int) *track {
	if e.tracks[channel] == nil {
		e.tracks[channel] = newTrack(e.expect)
	}
	return e.tracks[channel]
}
