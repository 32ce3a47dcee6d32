package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"kikigaki/internal/interview"
)

// Rendition writes the file that a browser plays to out and returns its content type. It holds no tag, begins to play
// before it is loaded as a whole, and can be sought in.
//
// Nothing is encoded that need not be: AAC is put into a fresh mp4, mp3 is copied. All else becomes AAC, and so does
// every recording with muted spans, because a container cannot leave out a word: the source is decoded at its own
// sample rate (better to the ear than the 16 kHz a recogniser gets), the spans are zeroed by sample number, and what
// remains is encoded. ffmpeg's own volume filter works on whole frames and would let 20 ms of a word through.
//
// Two channels stay two, as the muted copy may replace the original and who speaks on which channel must survive. But
// channels that are the same sound become one, and of a pair turned over or half empty one is kept: a loudspeaker
// would add the two up to silence.
func (t *Tool) Rendition(ctx context.Context, path string, f Facts, pcm Source, muted []interview.Span, out string) (string, error) {
	file, _, err := t.open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	mix, err := mixOf(pcm)
	if err != nil {
		return "", fmt.Errorf("compare channels: %w", err)
	}
	duration := float64(pcm.Samples()) / interview.SampleRate
	if container, contentType := copyTarget(f, mix, muted); container != "" {
		err := replace(out, func(tmp string) error {
			err := t.run(ctx, job{program: t.o.FFmpeg, args: copyArgs(f, container, t.o.MaxDuration+overrun, tmp), file: file,
				output: 2*f.Size + 1<<20})
			if err != nil {
				return err
			}
			return t.checkLength(ctx, tmp, duration)
		})
		if err == nil || ctx.Err() != nil || interview.Code(err) == "disk_full" {
			return contentType, err
		}
		// What cannot be copied faithfully (gaps in the timestamps, odd frames) is encoded.
	}
	for _, native := range []bool{true, false} {
		if native && f.Channels != pcm.Channels() {
			continue // Decode chose among more than two: its choice is in pcm alone
		}
		err = replace(out, func(tmp string) error {
			if err := t.encode(ctx, file, f, native, pcm, mix, muted, tmp); err != nil {
				return err
			}
			return t.checkLength(ctx, tmp, duration)
		})
		if err == nil || ctx.Err() != nil || interview.Code(err) == "disk_full" {
			break
		}
		// The file decodes differently this time, or its timestamps are nonsense: what was heard is in pcm.
	}
	if err != nil {
		return "", fmt.Errorf("encode rendition: %w", err)
	}
	return "audio/mp4", nil
}

// copyTarget names the container and content type for a stream that browsers play as it is; "" when it must be encoded.
func copyTarget(f Facts, m mix, muted []interview.Span) (container, contentType string) {
	late := f.Offset > 0.02 // a silent start exists only in the timestamps
	if len(muted) > 0 || late || f.Channels > 2 || m == onlyFirst || m == onlySecond {
		return "", ""
	}
	switch f.Codec {
	case "aac":
		return "mp4", "audio/mp4"
	case "mp3":
		return "mp3", "audio/mpeg"
	}
	return "", ""
}

// checkLength probes a finished rendition. An exit code of 0 does not say that the sound is in it.
func (t *Tool) checkLength(ctx context.Context, path string, want float64) error {
	f, err := t.Inspect(ctx, path)
	if err != nil {
		return err
	}
	if math.Abs(f.Claimed-want) > max(0.5, 0.01*want) {
		return fmt.Errorf("rendition has %.1f s of %.1f", f.Claimed, want)
	}
	return nil
}

// aacRate is the sample rate to encode with: the source's own where AAC has it, else 48 kHz.
func aacRate(rate int) int {
	switch rate {
	case 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000:
		return rate
	}
	return 48000
}

// encode pipes sound through this process, where spans are zeroed and channels chosen, into the encoder: that of the
// recording when native, else pcm.
func (t *Tool) encode(ctx context.Context, file *os.File, f Facts, native bool, pcm Source, m mix, muted []interview.Span, tmp string) error {
	release, err := t.acquire(ctx) // one place for both processes: taking a second could wait for ever
	if err != nil {
		return err
	}
	defer release()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	rate, channels := interview.SampleRate, pcm.Channels()
	var sound io.Reader = &reader{src: pcm, channel: -1, to: pcm.Samples()}
	decoded := make(chan error, 1)
	if native {
		rate = aacRate(f.SampleRate)
		r, w, err := os.Pipe()
		if err != nil {
			return fmt.Errorf("make a pipe: %w", err)
		}
		defer r.Close()
		go func() {
			err := t.execute(ctx, job{program: t.o.FFmpeg, file: file, stdout: w,
				args: decodeArgs(f, rate, 0, t.o.MaxDuration+overrun, false, "pipe:1")})
			w.Close()
			decoded <- err
		}()
		sound = r
	} else {
		decoded <- nil
	}
	edit := newEditor(sound, rate, channels, m, muted)
	err = t.execute(ctx, job{program: t.o.FFmpeg, args: aacArgs(rate, m.channels(channels), tmp), stdin: edit,
		output: int64(t.o.MaxDuration.Seconds()+2)*2*16000*2 + 1<<20})
	cancel()
	if first := <-decoded; first != nil && !errors.Is(first, context.Canceled) {
		return first
	}
	return err
}
