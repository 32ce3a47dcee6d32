package media_test

import (
	"encoding/json"
	"math"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/media"
	"kikigaki/internal/testkit"
)

// bursts is silent but for full-scale pulses at whole seconds.
type bursts struct{ ramp }

func (b bursts) ReadAt(channel int, from int64, dst []int16) (int, error) {
	n, err := b.ramp.ReadAt(channel, from, dst)
	for i := range n {
		dst[i] = 0
		if (from+int64(i))%interview.SampleRate == 0 {
			dst[i] = 32767
			if channel == 1 {
				dst[i] = -32768
			}
		}
	}
	return n, err
}

func TestPeaks(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name      string
		src       media.Source
		perSecond int
		buckets   int
	}{
		{"nothing", bursts{ramp{1, 0}}, 10, 0},
		{"one sample", bursts{ramp{1, 1}}, 10, 1},
		{"a second", bursts{ramp{1, 16000}}, 10, 10},
		{"default", bursts{ramp{2, 5 * 16000}}, 0, 50},
		{"an hour", bursts{ramp{1, 3600 * 16000}}, 20, 20000},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p, err := media.MeasurePeaks(row.src, row.perSecond)
			if err != nil {
				t.Fatal(err)
			}
			if p.Version != 1 || p.Buckets != row.buckets || len(p.Data) != row.src.Channels() {
				t.Fatalf("got version %d, %d buckets, %d channels", p.Version, p.Buckets, len(p.Data))
			}
			for c, data := range p.Data {
				if len(data) != 2*row.buckets {
					t.Fatalf("channel %d has %d values", c, len(data))
				}
				pulses := 0
				for i := 0; i < len(data); i += 2 {
					if data[i] > data[i+1] {
						t.Fatalf("bucket %d: minimum %d above maximum %d", i/2, data[i], data[i+1])
					}
					if c == 0 && data[i+1] == 127 || c == 1 && data[i] == -128 {
						pulses++
					}
				}
				seconds := int(math.Ceil(p.Duration))
				if want := min(seconds, row.buckets); pulses != want {
					t.Errorf("channel %d shows %d of %d pulses", c, pulses, want)
				}
			}
			text, err := json.Marshal(p)
			if err != nil || len(text) > 400_000 {
				t.Errorf("%d bytes, %v", len(text), err)
			}
			var back media.Peaks
			if err := json.Unmarshal(text, &back); err != nil || back.Buckets != p.Buckets || len(back.Data[0]) != len(p.Data[0]) {
				t.Errorf("does not survive JSON: %v", err)
			}
		})
	}
}

// Subtitles of a video come out in either form; a video without gives a verdict.
func TestSubtitles(t *testing.T) {
	t.Parallel()
	tool := newTool(t, media.Options{})
	for _, row := range []struct{ name, codec string }{{"v.mp4", "mov_text"}, {"v.mkv", "srt"}, {"v2.mkv", "ass"}, {"v.webm", "webvtt"}} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), row.name)
			testkit.FFmpeg(t, "-i", testkit.Sample("real/ja-reading-1.wav"), "-i", testkit.Sample("01-ja-sales.srt"), "-map", "0:a", "-map", "1:s", "-c:s", row.codec, path)
			f, err := tool.Inspect(t.Context(), path)
			if err != nil || len(f.Subtitles) != 1 {
				t.Fatalf("%+v, %v", f, err)
			}
			for _, ext := range []string{".vtt", ".srt"} {
				out := filepath.Join(t.TempDir(), "s"+ext)
				got, err := tool.Subtitles(t.Context(), path, f, out)
				if err != nil || got != out {
					t.Fatalf("%s, %v", got, err)
				}
				wantCaptions(t, string(read(t, out)), ext)
			}
		})
	}
	f, err := tool.Inspect(t.Context(), testkit.Sample("01-ja-sales.m4a"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = tool.Subtitles(t.Context(), testkit.Sample("01-ja-sales.m4a"), f, filepath.Join(t.TempDir(), "s.vtt"))
	wantCode(t, err, "captions_empty")
	f.Subtitles = []int{7}
	_, err = tool.Subtitles(t.Context(), testkit.Sample("01-ja-sales.m4a"), f, filepath.Join(t.TempDir(), "s.vtt"))
	wantCode(t, err, "captions_unreadable")
}

func wantCaptions(t *testing.T, text, ext string) {
	t.Helper()
	// A container may start its clock a few milliseconds before zero.
	times := regexp.MustCompile(`(?m)^(00:)?00:12[.,]0[4-8]\d --> (00:)?00:14[.,](2[89]|3[0-2])\d$`)
	if !times.MatchString(text) || !strings.Contains(text, "高梨 拓也: はい、よろしくお願いします。") {
		t.Errorf("got %.300s", text)
	}
	if (ext == ".vtt") != strings.HasPrefix(text, "WEBVTT") {
		t.Errorf("begins with %.20q", text)
	}
}
