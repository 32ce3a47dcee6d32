package media

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"kikigaki/internal/interview"
)

// DecodeOption changes what Decode does.
type DecodeOption func(*decoding)

type decoding struct {
	partial  bool
	listener Listener
}

// Partial goes on with what could be read of a recording that breaks off, as a person chose.
func Partial(d *decoding) { d.partial = true }

// Listening lets l have the samples while they come. Recordings of more than two channels are not listened to: which two
// are kept is known at the end.
func Listening(l Listener) DecodeOption { return func(d *decoding) { d.listener = l } }

// Decode turns the chosen stream into PCM on disk in outDir, in one run of ffmpeg. At most two channels are kept, each
// by itself and never summed: the two sides of a telephone recording may be the same sound turned over, whose sum is
// silence, and two microphones are two speakers. Of more than two channels those two are kept that come first among
// the channels within 20 dB of the loudest.
//
// Verdicts: recording_truncated when less was decoded than the file claims (not with Partial), recording_too_long,
// recording_damaged, disk_full. On an error nothing is left in outDir.
func (t *Tool) Decode(ctx context.Context, path string, f Facts, outDir string, options ...DecodeOption) (*PCM, error) {
	file, _, err := t.open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	outDir, err = filepath.Abs(outDir)
	if err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	made, err := os.CreateTemp(outDir, "sound-*.pcm") // 0600; a second recording may be decoded beside
	if err != nil {
		return nil, fmt.Errorf("decode: %w", diskFull(withoutPath(err)))
	}
	raw := made.Name()
	made.Close()
	keep := false
	defer func() {
		if !keep {
			_ = os.Remove(raw)
		}
	}()
	limit := t.o.MaxDuration + overrun
	var d decoding
	for _, o := range options {
		o(&d)
	}
	whole := decodeJob{file: file, facts: f, limit: limit, out: raw}
	run := func(how func(context.Context, decodeJob) error) error {
		if d.listener != nil && f.Channels <= 2 {
			stop := watch(ctx, raw, f.Channels, d.listener)
			defer stop()
		}
		return how(ctx, whole)
	}
	if err = run(t.decode); errors.Is(err, errApart) {
		err = run(t.decodeWhole)
	}
	if err != nil && ctx.Err() == nil && interview.Code(err) == "internal_error" && !errors.Is(err, errLimit) && !errors.Is(err, errStopped) {
		whole.plain = true // filling an absurd gap runs out of memory: take the samples as they come
		err = run(t.decodeWhole)
	}
	if err != nil {
		return nil, unreadable(ctx, err)
	}
	channels := f.Channels
	if channels > 2 {
		if err := keepTwo(raw, channels); err != nil {
			return nil, fmt.Errorf("choose channels: %w", err)
		}
		channels = 2
	}
	pcm, err := OpenPCM(raw, channels)
	if err != nil {
		return nil, err
	}
	if err := t.judge(f, pcm.Duration(), d.partial); err != nil {
		pcm.Close()
		return nil, err
	}
	keep = true
	return pcm, nil
}

// judge compares what was decoded with what was claimed.
func (t *Tool) judge(f Facts, decoded float64, partial bool) error {
	switch {
	case decoded == 0:
		return interview.E("recording_damaged", errors.New("nothing could be decoded"))
	case decoded > t.o.MaxDuration.Seconds():
		return t.tooLong(max(f.Claimed, decoded))
	case partial:
		return nil
	case isShort(f, decoded):
		return truncated(f.Claimed, decoded)
	case f.CutOff:
		return truncated(0, decoded) // the claim is only what is there
	}
	return nil
}
