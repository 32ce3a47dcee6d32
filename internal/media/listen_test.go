package media_test

import (
	"context"
	"path/filepath"
	"testing"

	"kikigaki/internal/media"
	"kikigaki/internal/testkit"
)

// recorder keeps what it was let have of the first channel.
type recorder struct {
	t     *testing.T
	begun int
	heard []int16
}

func (r *recorder) Begin() { r.begun, r.heard = r.begun+1, nil }

func (r *recorder) Listen(_ context.Context, src media.Source) bool {
	const most = 16_000 // a little at a time, so that it is called often
	n := min(most, src.Samples()-int64(len(r.heard)))
	part := make([]int16, n)
	if got, err := src.ReadAt(0, int64(len(r.heard)), part); int64(got) < n {
		r.t.Errorf("%d of %d samples: %v", got, n, err)
	}
	r.heard = append(r.heard, part...)
	return int64(len(r.heard)) < src.Samples()
}

// TestListening: what is heard while ffmpeg decodes is what stands in the end, and a second try begins anew.
func TestListening(t *testing.T) {
	t.Parallel()
	long, absurd := filepath.Join(t.TempDir(), "long.flac"), filepath.Join(t.TempDir(), "gap.webm")
	testkit.FFmpeg(t, "-f", "lavfi", "-i", "anoisesrc=duration=1800:sample_rate=48000:seed=1", "-ac", "2", long)
	testkit.FFmpeg(t, "-f", "lavfi", "-i", "sine=frequency=300:duration=20", "-af", "asetpts='PTS+gt(T,10)*3e4/TB'", "-c:a", "libopus",
		"-live", "1", "-f", "webm", absurd)
	for path, begun := range map[string]int{long: 1, absurd: 2} {
		r := &recorder{t: t}
		_, pcm := prepare(t, newTool(t, media.Options{}), path, media.Listening(r))
		if r.begun != begun {
			t.Errorf("%s: begun %d times, want %d", filepath.Base(path), r.begun, begun)
		}
		if path == long && len(r.heard) == 0 {
			t.Error("nothing was heard early")
		}
		want := make([]int16, len(r.heard))
		if _, err := pcm.ReadAt(0, 0, want); err != nil {
			t.Fatal(err)
		}
		for i, v := range r.heard {
			if v != want[i] {
				t.Fatalf("%s: sample %d is %d, was heard as %d", filepath.Base(path), i, want[i], v)
			}
		}
	}
}

// TestManyChannelsAreNotListenedTo: which two of six are kept is known at the end.
func TestManyChannelsAreNotListenedTo(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "six.wav")
	testkit.FFmpeg(t, "-f", "lavfi", "-i", "aevalsrc='0.1*sin(600*PI*t)|0|0|0.2*sin(900*PI*t)|0|0':d=60", path)
	r := &recorder{t: t}
	prepare(t, newTool(t, media.Options{}), path, media.Listening(r))
	if r.begun != 0 || len(r.heard) != 0 {
		t.Errorf("begun %d times, %d samples heard", r.begun, len(r.heard))
	}
}
