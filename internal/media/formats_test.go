package media_test

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/media"
	"kikigaki/internal/testkit"
)

func newTool(t testing.TB, o media.Options) *media.Tool {
	t.Helper()
	tool, err := media.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return tool
}

// prepare inspects and decodes; the PCM is closed with the test.
func prepare(t testing.TB, tool *media.Tool, path string, options ...media.DecodeOption) (media.Facts, *media.PCM) {
	t.Helper()
	f, err := tool.Inspect(t.Context(), path)
	if err != nil {
		t.Fatalf("inspect %s: %v", filepath.Base(path), err)
	}
	pcm, err := tool.Decode(t.Context(), path, f, t.TempDir(), options...)
	if err != nil {
		t.Fatalf("decode %s: %v (%+v)", filepath.Base(path), err, f)
	}
	t.Cleanup(func() { pcm.Close() })
	return f, pcm
}

func wantCode(t *testing.T, err error, codes ...string) *interview.Error {
	t.Helper()
	for _, c := range codes {
		if interview.Code(err) == c && err != nil {
			e, ok := err.(*interview.Error)
			if !ok {
				t.Fatalf("%v is wrapped: its text is not at hand", err)
			}
			return e
		}
	}
	t.Fatalf("got %v, want %v", err, codes)
	return nil
}

type format struct {
	name      string
	container string
	codec     string
	channels  int
	args      []string
	silent    bool // the file does not say how long it is
}

// formats is every kind of recording that must be read, made by ffmpeg at test time.
var formats = []format{
	{"cbr.mp3", "mp3", "mp3", 1, []string{"-b:a", "64k"}, false},
	{"vbr.mp3", "mp3", "mp3", 2, []string{"-q:a", "5"}, false},
	{"bare.mp3", "mp3", "mp3", 1, []string{"-q:a", "5", "-write_xing", "0", "-id3v2_version", "0"}, false},
	{"front.m4a", "mp4", "aac", 1, []string{"-movflags", "+faststart"}, false},
	{"end.m4a", "mp4", "aac", 2, nil, false},
	{"alac.m4a", "mp4", "alac", 1, []string{"-c:a", "alac"}, false},
	{"fragments.mp4", "mp4", "aac", 1, []string{"-movflags", "frag_keyframe+empty_moov+default_base_moof", "-frag_duration", "500000"}, true},
	{"adts.aac", "aac", "aac", 1, nil, true},
	{"pcm.wav", "wav", "pcm_s16le", 2, nil, false},
	{"24bit.wav", "wav", "pcm_s24le", 1, []string{"-c:a", "pcm_s24le", "-ar", "96000"}, false},
	{"float.wav", "wav", "pcm_f32le", 1, []string{"-c:a", "pcm_f32le"}, false},
	{"mulaw.wav", "wav", "pcm_mulaw", 1, []string{"-c:a", "pcm_mulaw", "-ar", "8000"}, false},
	{"alaw.wav", "wav", "pcm_alaw", 1, []string{"-c:a", "pcm_alaw", "-ar", "8000"}, false},
	{"ima.wav", "wav", "adpcm_ima_wav", 1, []string{"-c:a", "adpcm_ima_wav"}, false},
	{"ms.wav", "wav", "adpcm_ms", 1, []string{"-c:a", "adpcm_ms"}, false},
	{"rf64.wav", "wav", "pcm_s16le", 1, []string{"-rf64", "always"}, false},
	{"sony.w64", "wav", "pcm_s16le", 1, nil, false},
	{"plain.flac", "flac", "flac", 1, nil, false},
	{"vorbis.ogg", "ogg", "vorbis", 1, []string{"-c:a", "libvorbis"}, false},
	{"flac.ogg", "ogg", "flac", 1, []string{"-c:a", "flac"}, false},
	{"voice.opus", "ogg", "opus", 1, nil, false},
	{"voice.webm", "matroska", "opus", 1, nil, false},
	{"voice.mka", "matroska", "opus", 1, []string{"-c:a", "libopus"}, false},
	{"voice.caf", "caf", "pcm_s16be", 1, nil, false},
	{"alac.caf", "caf", "alac", 1, []string{"-c:a", "alac"}, false},
}

// Each format is known by its bytes, decodes to its length and, where it says one, claims it.
func TestFormats(t *testing.T) {
	t.Parallel()
	tool := newTool(t, media.Options{})
	for _, row := range formats {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			made := testkit.Tone(t, filepath.Join(t.TempDir(), row.name), 12, row.channels, row.args...)
			path := filepath.Join(t.TempDir(), "x.bin") // the name says nothing
			if err := os.Rename(made, path); err != nil {
				t.Fatal(err)
			}
			f, pcm := prepare(t, tool, path)
			if f.Container != row.container || f.Codec != row.codec || f.Channels != row.channels || f.AudioStreams != 1 || f.HasVideo || f.CutOff {
				t.Errorf("got %+v, want %+v", f, row)
			}
			if pcm.Channels() != row.channels || math.Abs(pcm.Duration()-12) > 0.1 {
				t.Errorf("decoded %d channels of %.3f s", pcm.Channels(), pcm.Duration())
			}
			if row.silent && f.Claimed > 12.1 || !row.silent && math.Abs(f.Claimed-12) > 0.15 {
				t.Errorf("claims %.3f s", f.Claimed)
			}
			for c := range row.channels {
				if got := pitch(t, pcm, c); math.Abs(got-float64(300+200*c)) > 5 {
					t.Errorf("channel %d has %.0f Hz, want %d", c, got, 300+200*c)
				}
			}
		})
	}
}

// Video gives its sound; of several streams the default one is taken, and people are told.
func TestVideo(t *testing.T) {
	t.Parallel()
	tool := newTool(t, media.Options{})
	for _, name := range []string{"v.mp4", "v.mov", "v.mkv", "v.webm"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), name)
			testkit.FFmpeg(t, "-f", "lavfi", "-i", "testsrc=d=5:s=64x64:r=10",
				"-f", "lavfi", "-i", "sine=frequency=300:duration=5", "-f", "lavfi", "-i", "sine=frequency=500:duration=5",
				"-map", "0:v", "-map", "1:a", "-map", "2:a", "-disposition:a:0", "0", "-disposition:a:1", "default", path)
			f, pcm := prepare(t, tool, path)
			if !f.HasVideo || f.AudioStreams != 2 || f.Stream != 2 {
				t.Errorf("got %+v", f)
			}
			if got := pitch(t, pcm, 0); math.Abs(got-500) > 5 {
				t.Errorf("heard %.0f Hz, want the default stream's 500", got)
			}
			if math.Abs(pcm.Duration()-5) > 0.1 {
				t.Errorf("decoded %.3f s", pcm.Duration())
			}
		})
	}
}

// Files of the world as it is.
func TestReal(t *testing.T) {
	t.Parallel()
	tool := newTool(t, media.Options{})
	for _, row := range []struct {
		name     string
		duration float64
		channels int
		code     string
	}{
		{"01-ja-sales.m4a", 748.6, 1, ""},
		{"01-ja-sales.ogg", 748.56, 2, ""},
		{"03-en-analyst.wav", 308.7, 1, ""},
		{"03-en-analyst.m4a", 308.7, 1, ""},
		{"real/ja-reading-1.wav", 10.44, 1, ""},
		{"real/two-speakers-katiesteve.wav", 29.49, 1, ""},
		{"real/three-speakers-en.wav", 19.83, 1, ""},
		{"real/no-speech.wav", 8.21, 1, ""},
		{"real/voice-memo.m4a", 1.02, 1, ""},
		{"real/mediarecorder-chrome.webm", 7.61, 1, ""}, // no duration; the sound starts 0.29 s after the picture
		{"real/incomplete.mp3", 49.24, 2, "recording_truncated"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			path := testkit.Sample(row.name)
			f, err := tool.Inspect(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			options := []media.DecodeOption{}
			if row.code != "" {
				dir := t.TempDir()
				_, err := tool.Decode(t.Context(), path, f, dir)
				if e := wantCode(t, err, row.code); e.Args["claimed"] != "1:02" || e.Args["decoded"] != "0:49" {
					t.Errorf("says %v", e.Args)
				}
				if left, _ := os.ReadDir(dir); len(left) != 0 {
					t.Errorf("left %v", left)
				}
				options = append(options, media.Partial)
			}
			_, pcm := prepare(t, tool, path, options...)
			if pcm.Channels() != row.channels || math.Abs(pcm.Duration()-row.duration) > 0.06 {
				t.Errorf("decoded %d channels of %.3f s, want %d of %.2f", pcm.Channels(), pcm.Duration(), row.channels, row.duration)
			}
		})
	}
}

// pitch is the frequency of a tone, by its zero crossings in the second that begins at 2 s (or at 0).
func pitch(t *testing.T, src media.Source, channel int) float64 {
	t.Helper()
	from := int64(2 * interview.SampleRate)
	if src.Samples() < from+interview.SampleRate {
		from = 0
	}
	b := make([]int16, interview.SampleRate)
	n, err := src.ReadAt(channel, from, b)
	if n != len(b) {
		t.Fatalf("read %d samples: %v", n, err)
	}
	crossings := 0
	for i := 1; i < n; i++ {
		if b[i-1] < 0 && b[i] >= 0 {
			crossings++
		}
	}
	return float64(crossings)
}

// level is the mean power of seconds [from, to) of a channel in dBFS.
func level(t *testing.T, src media.Source, channel int, from, to float64) float64 {
	t.Helper()
	b := make([]int16, int64((to-from)*interview.SampleRate))
	n, _ := src.ReadAt(channel, int64(from*interview.SampleRate), b)
	if n != len(b) {
		t.Fatalf("read %d of %d samples", n, len(b))
	}
	sum := 0.0
	for _, s := range b {
		sum += float64(s) * float64(s)
	}
	if sum == 0 {
		return math.Inf(-1)
	}
	return 10 * math.Log10(sum/float64(n)/(32768*32768))
}

// A gap in the timestamps, as a paused recorder leaves it, is silence of that length: time stays sample count.
func TestGap(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "gap.webm")
	testkit.FFmpeg(t, "-f", "lavfi", "-i", "sine=frequency=300:duration=60", "-af", "aselect='lt(t,10)+gt(t,50)'", path)
	_, pcm := prepare(t, newTool(t, media.Options{}), path)
	if math.Abs(pcm.Duration()-60) > 0.1 {
		t.Errorf("decoded %.2f s, want 60", pcm.Duration())
	}
	if a, b, c := level(t, pcm, 0, 5, 9), level(t, pcm, 0, 11, 49), level(t, pcm, 0, 51, 59); a < -40 || b > -80 || c < -40 {
		t.Errorf("levels %.0f, %.0f, %.0f dB", a, b, c)
	}
}

// A gap that no memory can hold does not cost the recording: it is read without its timestamps.
func TestAbsurdGap(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "gap.webm")
	testkit.FFmpeg(t, "-f", "lavfi", "-i", "sine=frequency=300:duration=20", "-af", "asetpts='PTS+gt(T,10)*3e4/TB'", "-c:a", "libopus",
		"-live", "1", "-f", "webm", path) // live: no duration is written
	tool := newTool(t, media.Options{MaxDuration: 10 * time.Hour})
	f, pcm := prepare(t, tool, path)
	if f.Claimed != 0 || math.Abs(pcm.Duration()-20) > 0.1 {
		t.Errorf("claims %.1f s, decoded %.1f s, want 20", f.Claimed, pcm.Duration())
	}
}

// Two recordings decoded into one folder do not meet.
func TestDecodeTwice(t *testing.T) {
	t.Parallel()
	tool := newTool(t, media.Options{})
	dir := t.TempDir()
	var made []*media.PCM
	for _, name := range []string{"real/ja-reading-1.wav", "real/no-speech.wav"} {
		f, err := tool.Inspect(t.Context(), testkit.Sample(name))
		if err != nil {
			t.Fatal(err)
		}
		pcm, err := tool.Decode(t.Context(), testkit.Sample(name), f, dir)
		if err != nil {
			t.Fatal(err)
		}
		defer pcm.Close()
		made = append(made, pcm)
	}
	if a, b := made[0].Duration(), made[1].Duration(); math.Abs(a-10.44) > 0.01 || math.Abs(b-8.212) > 0.01 || made[0].Path == made[1].Path {
		t.Errorf("%.2f s in %s, %.2f s in %s", a, made[0].Path, b, made[1].Path)
	}
	if info, err := os.Stat(made[0].Path); err != nil || info.Mode().Perm() != 0o600 || info.Size() != 2*made[0].Samples() {
		t.Errorf("%v, %v", info, err)
	}
}

// Channels are never summed: of a pair turned over each side is there in full.
func TestInvertedStereo(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "inv.wav")
	testkit.FFmpeg(t, "-f", "lavfi", "-i", "aevalsrc='0.2*sin(600*PI*t)|-0.2*sin(600*PI*t)':d=5", path)
	_, pcm := prepare(t, newTool(t, media.Options{}), path)
	if pcm.Channels() != 2 {
		t.Fatalf("%d channels", pcm.Channels())
	}
	if a, b := level(t, pcm, 0, 1, 4), level(t, pcm, 1, 1, 4); a < -30 || math.Abs(a-b) > 0.1 {
		t.Errorf("levels %.1f and %.1f dB", a, b)
	}
}

// Of more than two channels the first two with sound are kept, each by itself, in order, whatever the file calls them.
func TestManyChannels(t *testing.T) {
	t.Parallel()
	tool := newTool(t, media.Options{})
	for _, layout := range []string{"3.0", "quad", "4.0", "3.1", "4.1", "5.1(side)", "hexagonal", "7.0", "octagonal"} {
		t.Run(layout, func(t *testing.T) {
			t.Parallel()
			n := map[string]int{"3.0": 3, "quad": 4, "4.0": 4, "3.1": 4, "4.1": 5, "5.1(side)": 6, "hexagonal": 6, "7.0": 7, "octagonal": 8}[layout]
			// Channel 0 has nothing but hum, 1 and 2 speak.
			path := tones(t, layout, n, func(c int) float64 { return []float64{0.002, 0.2}[min(c, 1)] })
			f, pcm := prepare(t, tool, path)
			if f.Channels != n || pcm.Channels() != 2 || math.Abs(pcm.Duration()-4) > 0.01 {
				t.Fatalf("%d of %d channels, %.3f s", pcm.Channels(), f.Channels, pcm.Duration())
			}
			for c, want := range []float64{500, 700} {
				if got := pitch(t, pcm, c); math.Abs(got-want) > 5 {
					t.Errorf("channel %d has %.0f Hz, want %.0f", c, got, want)
				}
			}
		})
	}
	t.Run("one speaks", func(t *testing.T) {
		t.Parallel()
		path := tones(t, "4.0", 4, func(c int) float64 { return []float64{0, 0, 0.2, 0}[c] })
		_, pcm := prepare(t, tool, path)
		if got := pitch(t, pcm, 1); math.Abs(got-700) > 5 || !math.IsInf(level(t, pcm, 0, 1, 3), -1) {
			t.Errorf("heard %.0f Hz beside %.0f dB", got, level(t, pcm, 0, 1, 3))
		}
	})
	t.Run("too many", func(t *testing.T) {
		t.Parallel()
		_, err := tool.Inspect(t.Context(), tones(t, "hexadecagonal", 16, func(int) float64 { return 0.2 }))
		wantCode(t, err, "format_not_supported")
	})
}

// tones makes 4 s of WAV with one tone a channel (300 Hz, 500 Hz, …) in an order of that name. ffmpeg's own filters would
// mix while making it.
func tones(t *testing.T, layout string, n int, amplitude func(c int) float64) string {
	t.Helper()
	dir := t.TempDir()
	const rate = 48000
	b := make([]byte, 0, 4*rate*2*n)
	for i := range 4 * rate {
		for c := range n {
			v := amplitude(c) * math.Sin(2*math.Pi*float64(300+200*c)*float64(i)/rate)
			b = binary.LittleEndian.AppendUint16(b, uint16(int16(v*32767)))
		}
	}
	raw, path := filepath.Join(dir, "raw"), filepath.Join(dir, "x.wav")
	if err := os.WriteFile(raw, b, 0o600); err != nil {
		t.Fatal(err)
	}
	testkit.FFmpeg(t, "-f", "s16le", "-ar", strconv.Itoa(rate), "-channel_layout", layout, "-i", raw, path)
	return path
}
