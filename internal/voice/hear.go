package voice

import (
	"context"
	"fmt"
	"math"

	"golang.org/x/sync/errgroup"

	"kikigaki/internal/interview"
)

// speechPad is how much is added to both ends of a stretch of speech, in frames: onsets of h and s are quieter than
// any threshold.
const speechPad = 10

// Hear measures a recording: layout and levels of its channels, stretches of speech, and who speaks when. Memory grows
// with 26 bytes a frame and channel, not with the samples. The errors it returns are those of the source and ctx's.
func Hear(ctx context.Context, src Source, opt Options) (interview.Sound, error) {
	return NewEar(src.Samples()).Hear(ctx, src, opt)
}

// Hear is the function Hear, less what was heard already. It ends the ear.
func (e *Ear) Hear(ctx context.Context, src Source, opt Options) (interview.Sound, error) {
	sound := interview.Sound{
		Duration: float64(src.Samples()) / rate, SampleRate: rate, Layout: interview.Mono,
		Speech: []interview.Span{}, Turns: []interview.Turn{},
	}
	switch src.Channels() {
	case 1:
		sound.Channels = make([]interview.Channel, 1)
		sound.Channels[0].Correlation = 1
		return sound, e.hearOne(ctx, src, 0, opt, &sound)
	case 2:
	default:
		return sound, fmt.Errorf("hear: %d channels, want 1 or 2", src.Channels())
	}
	if err := e.meter.take(ctx, src, src.Samples()); err != nil {
		return sound, fmt.Errorf("hear: %w", err)
	}
	m := e.meter.result()
	sound.Layout = m.layout()
	sound.Channels = []interview.Channel{
		{Index: 0, Level: decibels(m.power[0]), Correlation: 1},
		{Index: 1, Level: decibels(m.power[1]), Correlation: m.correlation},
	}
	if named := len(opt.Channels) == 2 && opt.Channels[0] != opt.Channels[1]; named && sound.Layout == interview.Mono {
		sound.Layout = interview.TwoChannel // whoever named two voices on two channels knows better than a correlation
	}
	if sound.Layout == interview.TwoChannel {
		return sound, e.hearTwo(ctx, src, opt, &sound)
	}
	return sound, e.hearOne(ctx, src, m.louder(), opt, &sound)
}

// hearOne hears one channel in which all voices are.
func (e *Ear) hearOne(ctx context.Context, src Source, channel int, opt Options, sound *interview.Sound) error {
	t, err := e.analyse(ctx, src, channel)
	if err != nil {
		return err
	}
	runs, err := t.detect(ctx, src, channel)
	if err != nil {
		return err
	}
	sound.Channels[channel].Level = t.activeLevel(runs)
	return hearRuns(ctx, src, channel, t, runs, opt, sound)
}

// hearRuns fills in speech and turns of one channel in which all voices are.
func hearRuns(ctx context.Context, src Source, channel int, t *track, runs []run, opt Options, sound *interview.Sound) error {
	sound.Speech = spans(runs, t.frames, sound.Duration)
	if !opt.Turns || len(runs) == 0 {
		return nil
	}
	sound.Voices = max(1, min(3, opt.Voices))
	if opt.Voices == 0 {
		sound.Voices = 2
	}
	if sound.Voices == 1 {
		for _, r := range runs {
			sound.Turns = append(sound.Turns, interview.Turn{Speaker: label(0), Start: seconds(r.from), End: seconds(r.to), Confidence: 1})
		}
		sound.Turns = within(padded(joined(sound.Turns)), sound.Duration)
		sound.Confidence, sound.Certain = 1, true
		return nil
	}
	told, err := tell(ctx, src, channel, t, runs, sound.Voices)
	if err != nil {
		return err
	}
	sound.Turns = within(told.turns(told.of, true), sound.Duration)
	sound.Confidence = math.Round(1000*told.confidence) / 1000
	sound.Certain = told.confidence >= FileCertain && float64(told.rows.n)/float64(told.rows.perSec) >= certainLeast
	for _, of := range told.others {
		sound.Starts = append(sound.Starts, within(told.turns(of, false), sound.Duration))
	}
	return nil
}

// hearTwo hears one voice a channel. Where the channels turn out to hold the same people, or one of them nobody, the
// layout is put right and the better channel is heard alone.
func (e *Ear) hearTwo(ctx context.Context, src Source, opt Options, sound *interview.Sound) error {
	var tracks [2]*track
	var runs [2][]run
	g, both := errgroup.WithContext(ctx)
	for ch := range 2 {
		g.Go(func() (err error) {
			if tracks[ch], err = e.analyse(both, src, ch); err != nil {
				return err
			}
			runs[ch], err = tracks[ch].detect(both, src, ch)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for ch, t := range tracks {
		sound.Channels[ch].Level = t.activeLevel(runs[ch])
	}
	sides := compare(tracks, runs)
	own := sides.withoutBleed(runs)
	named := len(opt.Channels) == 2
	switch {
	case len(runs[0]) == 0 || len(runs[1]) == 0:
		sound.Layout = interview.OneSided
		return hearTrack(ctx, src, silentOther(runs), tracks, runs, opt, sound)
	case !named && sides.spread < oneSideSwing:
		sound.Layout = interview.Mono
		return hearTrack(ctx, src, Listen(*sound), tracks, runs, opt, sound)
	case !named && (len(own[0]) == 0 || len(own[1]) == 0):
		sound.Layout = interview.OneSided
		return hearTrack(ctx, src, silentOther(own), tracks, runs, opt, sound)
	}
	var all []run
	for ch := range own {
		for _, r := range own[ch] {
			sound.Turns = append(sound.Turns, interview.Turn{Speaker: label(ch), Start: seconds(r.from), End: seconds(r.to), Confidence: 1})
		}
		all = append(all, own[ch]...)
	}
	sortTurns(sound.Turns)
	sound.Turns = within(padded(joined(sound.Turns)), sound.Duration)
	sortRuns(all)
	sound.Speech = spans(fill(all, 1), tracks[0].frames, sound.Duration)
	sound.Voices, sound.Confidence = 2, 1
	if !named {
		sound.Confidence = math.Round(1000*math.Min(1, sides.spread/certainSwing)) / 1000
	}
	sound.Certain = len(all) > 0 && sound.Confidence == 1
	return nil
}

// silentOther is the channel that has speech; the other has none. With none on both it is the first.
func silentOther(runs [2][]run) int {
	if len(runs[0]) == 0 && len(runs[1]) > 0 {
		return 1
	}
	return 0
}

// hearTrack goes on with one channel of two that are already analysed.
func hearTrack(ctx context.Context, src Source, channel int, tracks [2]*track, runs [2][]run, opt Options, sound *interview.Sound) error {
	t := tracks[channel]
	if Listen(*sound) != channel { // the cuts are taken from the channel Listen names: keep the two in step
		other := 1 - channel
		sound.Channels[other].Level = math.Min(sound.Channels[other].Level, sound.Channels[channel].Level-0.1)
	}
	return hearRuns(ctx, src, channel, t, runs[channel], opt, sound)
}
