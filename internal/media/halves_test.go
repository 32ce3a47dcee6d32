package media

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
)

// begun counts the beginnings: a second one means that the halves were thrown away.
type begun int

func (b *begun) Begin()                              { *b++ }
func (b *begun) Listen(context.Context, Source) bool { return false }

// divided is a tool that divides recordings of a minute and more.
func divided(t *testing.T, places int) *Tool {
	t.Helper()
	tool, err := New(Options{Concurrency: places})
	if err != nil {
		t.Fatal(err)
	}
	tool.splitFrom = time.Minute
	return tool
}

func decoded(t *testing.T, tool *Tool, path string, options ...DecodeOption) (*PCM, error) {
	t.Helper()
	f, err := tool.Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	pcm, err := tool.Decode(t.Context(), path, f, t.TempDir(), options...)
	if err == nil {
		t.Cleanup(func() { pcm.Close() })
	}
	return pcm, err
}

func samplesOf(t *testing.T, p *PCM, channel int) []int16 {
	t.Helper()
	x := make([]int16, p.Samples())
	if _, err := p.ReadAt(channel, 0, x); err != nil {
		t.Fatal(err)
	}
	return x
}

// TestHalves: in halves a recording is what it is as a whole: the same to the last sample in the first half, as long, and
// the same to 40 dB in the second, where a lossy decoder began anew; to 15 dB where the decoder makes noise of its own.
func TestHalves(t *testing.T) {
	t.Parallel()
	source := testkit.Sample("01-ja-sales.ogg") // a voice a side
	for name, args := range map[string][]string{
		"opus.ogg":   {"-c:a", "libopus", "-b:a", "32k"},
		"vorbis.ogg": {"-c:a", "libvorbis", "-ar", "44100"},
		"aac.m4a":    {"-c:a", "aac", "-ar", "44100"},
		"noise.m4a":  {"-c:a", "aac", "-ar", "48000", "-b:a", "128k"}, // with noise that the decoder makes
		"mono.m4a":   {"-c:a", "aac", "-ar", "48000", "-ac", "1", "-movflags", "+faststart"},
		"opus.webm":  {"-c:a", "libopus", "-ac", "1"},
		"x.flac":     {"-c:a", "flac", "-ar", "44100"},
		"8k.wav":     {"-c:a", "pcm_s16le", "-ar", "8000"},
		"mulaw.wav":  {"-c:a", "pcm_mulaw", "-ar", "8000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), name)
			testkit.FFmpeg(t, append(append([]string{"-i", source, "-t", "95.3"}, args...), path)...)
			undivided, err := New(Options{})
			if err != nil {
				t.Fatal(err)
			}
			whole, err := decoded(t, undivided, path)
			if err != nil {
				t.Fatal(err)
			}
			var times begun
			halves, err := decoded(t, divided(t, 2), path, Listening(&times))
			if err != nil || times != 1 {
				t.Fatalf("%d beginnings, %v", times, err)
			}
			after, err := decoded(t, divided(t, 1), path) // no place for a second process
			if err != nil {
				t.Fatal(err)
			}
			if a, b := samplesOf(t, halves, 0), samplesOf(t, after, 0); !slices.Equal(a, b) {
				t.Error("one after the other the halves are not what they are at once")
			}
			if d := whole.Samples() - halves.Samples(); d > 2 || d < -2 {
				t.Errorf("%d samples as a whole, %d in halves", whole.Samples(), halves.Samples())
			}
			for ch := range whole.Channels() {
				x, y := samplesOf(t, whole, ch), samplesOf(t, halves, ch)
				different, energy := 0.0, 0.0
				for i := range min(len(x), len(y)) {
					d := float64(x[i]) - float64(y[i])
					if d != 0 && i < 45*interview.SampleRate {
						t.Fatalf("channel %d: sample %d of the first half differs", ch, i)
					}
					different, energy = different+d*d, energy+float64(x[i])*float64(x[i])
				}
				most := 1e-4
				if name == "noise.m4a" {
					most = 0.03
				}
				if different > most*energy {
					t.Errorf("channel %d: %.1e of the energy differs", ch, different/energy)
				}
			}
		})
	}
}

// TestHalvesThatDoNotFit: where the overlap tells nothing, or the file ends early, the recording is decoded as a whole.
func TestHalvesThatDoNotFit(t *testing.T) {
	t.Parallel()
	silent, short := filepath.Join(t.TempDir(), "silent.flac"), filepath.Join(t.TempDir(), "short.m4a")
	testkit.FFmpeg(t, "-i", testkit.Sample("01-ja-sales.m4a"), "-t", "120", "-af", "volume=0:enable='between(t,50,70)'", silent)
	testkit.FFmpeg(t, "-i", testkit.Sample("01-ja-sales.m4a"), "-t", "300", "-c", "copy", "-movflags", "+faststart", short)
	info, err := os.Stat(short)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(short, info.Size()*3/10); err != nil {
		t.Fatal(err)
	}

	var times begun
	pcm, err := decoded(t, divided(t, 2), silent, Listening(&times))
	if err != nil || times != 2 || pcm.Samples() != 120*interview.SampleRate {
		t.Errorf("silence in the middle: %d beginnings, %v, %v", times, pcm, err)
	}
	coarse := filepath.Join(t.TempDir(), "adpcm.wav") // its blocks cannot be sought to the sample
	testkit.FFmpeg(t, "-i", testkit.Sample("01-ja-sales.m4a"), "-t", "120", "-c:a", "adpcm_ms", "-ar", "22050", coarse)
	times = 0
	if pcm, err = decoded(t, divided(t, 2), coarse, Listening(&times)); err != nil || times != 2 || math.Abs(pcm.Duration()-120) > 0.1 {
		t.Errorf("blocks: %d beginnings, %v, %v", times, pcm, err)
	}
	times = 0
	if _, err = decoded(t, divided(t, 2), short, Listening(&times)); interview.Code(err) != "recording_truncated" || times != 2 {
		t.Errorf("a recording that breaks off: %d beginnings, %v", times, err)
	}
	pcm, err = decoded(t, divided(t, 2), short, Partial)
	if err != nil || pcm.Duration() < 80 || pcm.Duration() > 100 {
		t.Errorf("the same as a person chose: %v, %v", pcm, err)
	}
}

// TestPlacesAreEnough: many recordings at once with few places all come through; nobody holds one place and waits for
// another.
func TestPlacesAreEnough(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.flac")
	testkit.FFmpeg(t, "-i", testkit.Sample("01-ja-sales.m4a"), "-t", "70", path)
	tool := divided(t, 2)
	f, err := tool.Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	const recordings = 8
	for range recordings {
		go func() {
			pcm, err := tool.Decode(t.Context(), path, f, t.TempDir())
			if err == nil {
				err = pcm.Close()
			}
			done <- err
		}()
	}
	for range recordings {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if len(tool.slots) != 0 {
		t.Errorf("%d places are still taken", len(tool.slots))
	}
}

// TestHalvesOfACancelledRun: who gives up gets the reason, and nothing is left.
func TestHalvesOfACancelledRun(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.flac")
	testkit.FFmpeg(t, "-f", "lavfi", "-i", "anoisesrc=duration=3000:sample_rate=16000", path)
	tool, dir := divided(t, 2), t.TempDir()
	f, err := tool.Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("lease lost")
	_, err = tool.Decode(ctx, path, f, dir, Listening(stopper(func() { cancel(reason) })))
	if !errors.Is(err, reason) {
		t.Errorf("got %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*")); len(left) != 0 || err != nil {
		t.Errorf("left: %v, %v", left, err)
	}
}

// stopper is called when the first samples are there.
type stopper func()

func (s stopper) Begin() {}
func (s stopper) Listen(_ context.Context, src Source) bool {
	if src.Samples() > 0 {
		s()
	}
	return false
}
