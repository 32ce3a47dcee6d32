package voice

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// voicer fills in pitch and voicing of frames; it holds the buffers of one worker.
type voicer struct {
	pitcher *pitcher
	taps    []float32
	raw     []int16
	wave    []float32 // frames with margins, ±1
	slow    []float32 // the same at pitchRate, without margins' taps
}

func newVoicer() *voicer {
	n := blockFrames*hop + 2*margin
	return &voicer{pitcher: newPitcher(), taps: decimationTaps(), raw: make([]int16, n), wave: make([]float32, n), slow: make([]float32, n/decimation)}
}

// voice fills in pitch and voicing of the runs, on all cores. They are asked for nowhere else, and cost as much as the
// spectrum.
func (t *track) voice(ctx context.Context, src Source, channel int, runs []run) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	pool := make(chan *voicer, runtime.GOMAXPROCS(0))
	for _, r := range runs {
		g.Go(func() error {
			var v *voicer
			select {
			case v = <-pool:
			default:
				v = newVoicer()
			}
			defer func() { pool <- v }()
			for from := r.from; from < r.to; from += blockFrames {
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := v.frames(src, channel, t, from, min(r.to, from+blockFrames)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return fmt.Errorf("pitch of channel %d: %w", channel, err)
	}
	return nil
}

// frames fills in frames [from, to), at most blockFrames.
func (v *voicer) frames(src Source, channel int, t *track, from, to int) error {
	wave, err := readWave(src, channel, int64(from)*hop-margin, (to-from)*hop+2*margin, v.raw, v.wave)
	if err != nil {
		return err
	}
	slow := v.slow[:(len(wave)-len(v.taps))/decimation]
	decimate(wave, slow, v.taps)
	for f := from; f < to; f++ {
		if t.level[f] == 0 {
			continue // digital zero
		}
		s := (margin+(f-from)*hop+hop/2-len(v.taps)/2)/decimation - pitchWindow/2
		hz, voicing := v.pitcher.of(slow[s : s+pitchWindow])
		t.voicing[f] = uint8(math.Round(voicing * 255))
		t.pitch[f] = uint16(math.Round(hz * 100))
	}
	return nil
}
