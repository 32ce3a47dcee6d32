package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/media"
	"kikigaki/internal/voice"
)

// Wanted is what the caller knows of a recording and wants from it.
type Wanted struct {
	Voices   int              // 1, 2, 3; 0 means 2
	Channels []interview.Part // who speaks on which channel, when the uploader said so
	Limits   voice.Limits     // of chunks, from the recogniser; zero: no cut list is wanted
	Partial  bool             // a person chose to go on with a recording that breaks off
	Turns    bool             // tell voices apart in mono sound; not needed where captions name the speakers
}

// Prepared is a recording that was decoded and heard. Close releases the PCM; the file stays in its folder.
type Prepared struct {
	Facts media.Facts
	PCM   *media.PCM
	Sound interview.Sound
	Cuts  []interview.Cut
	Spent Spent
}

// Spent is where the time of a preparation went.
type Spent struct {
	Inspect, Decode, Hear, Cut time.Duration
}

// Close releases the decoded sound.
func (p *Prepared) Close() error { return p.PCM.Close() }

// Decoded is called by Prepare as soon as the PCM stands at path, before it is heard: so that it can be carried elsewhere
// meanwhile. It may be nil.
type Decoded func(path string, channels int)

// Prepare inspects a recording at path, decodes it once into dir, hears it, and cuts it. The verdicts are those of media
// and recording_no_speech. On an error nothing is left open.
func Prepare(ctx context.Context, k *Kit, path, dir string, want Wanted, decoded Decoded) (*Prepared, error) {
	p := &Prepared{}
	var err error
	clock := stopwatch(time.Now())
	if p.Facts, err = k.Media.Inspect(ctx, path); err != nil {
		return nil, err
	}
	p.Spent.Inspect = clock.lap()
	listener := &listener{expect: int64(p.Facts.Claimed * interview.SampleRate)}
	listener.Begin()
	options := []media.DecodeOption{media.Listening(listener)}
	if want.Partial {
		options = append(options, media.Partial)
	}
	if p.PCM, err = k.Media.Decode(ctx, path, p.Facts, dir, options...); err != nil {
		return nil, err
	}
	p.Spent.Decode = clock.lap()
	if decoded != nil {
		decoded(p.PCM.Path, p.PCM.Channels())
	}
	if err := p.hear(ctx, listener.ear, want); err != nil {
		return nil, errors.Join(err, p.PCM.Close())
	}
	return p, nil
}

func (p *Prepared) hear(ctx context.Context, ear *voice.Ear, want Wanted) error {
	src, clock := whole{p.PCM}, stopwatch(time.Now())
	sound, err := ear.Hear(ctx, src, voice.Options{Voices: want.Voices, Channels: want.Channels, Turns: want.Turns})
	if err != nil {
		return fmt.Errorf("hear the recording: %w", err)
	}
	sound.Container, sound.Codec, sound.Claimed = p.Facts.Container, p.Facts.Codec, p.Facts.Claimed
	sound.SampleRate, sound.Duration = p.Facts.SampleRate, p.PCM.Duration()
	p.Sound, p.Spent.Hear = sound, clock.lap()
	if len(sound.Speech) == 0 {
		return interview.E("recording_no_speech", nil).With("duration", Length(sound.Duration))
	}
	if want.Limits.Max <= 0 {
		return nil
	}
	if p.Cuts, err = voice.Cuts(sound, src, want.Limits); err != nil {
		return fmt.Errorf("cut the recording: %w", err)
	}
	p.Spent.Cut = clock.lap()
	return nil
}

// listener is an ear that hears while ffmpeg decodes. What goes wrong meanwhile goes wrong again, and is told, when the whole
// is heard.
type listener struct {
	expect int64 // samples
	ear    *voice.Ear
	failed bool
}

func (l *listener) Begin() { l.ear, l.failed = voice.NewEar(l.expect), false }

func (l *listener) Listen(ctx context.Context, src media.Source) bool {
	if l.failed {
		return false
	}
	more, err := l.ear.Listen(ctx, whole{src})
	l.failed = err != nil
	return more && !l.failed
}

// stopwatch tells the time since the last lap.
type stopwatch time.Time

func (s *stopwatch) lap() time.Duration {
	now := time.Now()
	d := now.Sub(time.Time(*s))
	*s = stopwatch(now)
	return d
}

// whole turns the end of the sound into a short read, as voice wants it.
type whole struct{ media.Source }

func (w whole) ReadAt(channel int, from int64, dst []int16) (int, error) {
	n, err := w.Source.ReadAt(channel, from, dst)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// Length is a length of time for people, the same in every language: 12:28, 1:02:05.
func Length(seconds float64) string {
	s := int(seconds + 0.5)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
