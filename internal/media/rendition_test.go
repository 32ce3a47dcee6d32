package media_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/media"
	"kikigaki/internal/testkit"
)

const (
	nastyTitle = "山田太郎の面談 \x1b[31m<script>alert(1)</script>"
	place      = "+35.6586+139.7454/"
)

// tagged makes 70 s of sound with everything a recorder may write about people and places.
func tagged(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	chapters := filepath.Join(dir, "chapters")
	text := ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=30\ntitle=山田さん\n"
	if err := os.WriteFile(chapters, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name)
	testkit.FFmpeg(t, "-f", "lavfi", "-i", "sine=frequency=300:duration=70", "-f", "ffmetadata", "-i", chapters, "-map", "0:a", "-map_chapters", "1",
		"-metadata", "title="+nastyTitle, "-metadata", "location="+place, "-metadata", "artist=佐藤", "-metadata:s:a:0", "title=山田 太郎",
		"-metadata", "comment=secret", path)
	if shown, _ := json.Marshal(testkit.Probe(t, path)); !strings.Contains(string(shown), "山田") {
		t.Fatalf("the fixture has no tags: %s", shown)
	}
	return path
}

// wantNoTags fails when anything that a person wrote is left in a file, in its tags or its bytes.
func wantNoTags(t *testing.T, path string) {
	t.Helper()
	shown, err := json.Marshal(testkit.Probe(t, path))
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"山田", "佐藤", "<script", "secret", "139.7"} {
		if strings.Contains(string(shown), word) || strings.Contains(string(read(t, path)), word) {
			t.Errorf("%s still holds %q: %.600s", filepath.Base(path), word, shown)
		}
	}
	if c, ok := testkit.Probe(t, path)["chapters"].([]any); ok && len(c) > 0 {
		t.Errorf("chapters are left: %v", c)
	}
}

// Facts and errors hold no text of the file, whatever stands in its tags.
func TestTagsStayInside(t *testing.T) {
	t.Parallel()
	tool := newTool(t, media.Options{})
	for _, name := range []string{"x.m4a", "x.mp3", "x.mkv", "x.flac", "x.ogg"} {
		f, err := tool.Inspect(t.Context(), tagged(t, name))
		if err != nil {
			t.Fatal(err)
		}
		shown, _ := json.Marshal(f)
		if strings.ContainsAny(string(shown), "山\x1b<") || strings.Contains(string(shown), "u003c") || strings.Contains(string(shown), "139") {
			t.Errorf("%s: %s", name, shown)
		}
	}
}

// renditions: what is copied, what is encoded, and that the result plays: right length, index in front, no tags.
func TestRendition(t *testing.T) {
	t.Parallel()
	tool := newTool(t, media.Options{})
	dir := t.TempDir()
	inverted := filepath.Join(dir, "inverted.m4a")
	testkit.FFmpeg(t, "-f", "lavfi", "-i", "aevalsrc='0.2*sin(600*PI*t)|-0.2*sin(600*PI*t)':d=20:s=48000", inverted)
	late := filepath.Join(dir, "late.mp4")
	testkit.FFmpeg(t, "-f", "lavfi", "-i", "testsrc=d=20:s=64x64:r=10", "-itsoffset", "3", "-f", "lavfi", "-i", "sine=frequency=300:duration=17",
		"-map", "0:v", "-map", "1:a", late)
	for _, row := range []struct {
		name     string
		path     string
		kind     string
		codec    string
		rate     string
		channels float64
		copied   bool
	}{
		{"aac mono", tagged(t, "x.m4a"), "audio/mp4", "aac", "44100", 1, true},
		{"aac in a video", tagged(t, "x.mkv"), "audio/mp4", "", "", 1, false},
		{"aac stream", testkit.Tone(t, filepath.Join(dir, "x.aac"), 20, 1), "audio/mp4", "aac", "48000", 1, true},
		{"aac stereo", testkit.Tone(t, filepath.Join(dir, "s.m4a"), 20, 2), "audio/mp4", "aac", "48000", 2, true},
		{"aac inverted", inverted, "audio/mp4", "aac", "48000", 1, false},
		{"aac late", late, "audio/mp4", "aac", "44100", 1, false},
		{"mp3", tagged(t, "x.mp3"), "audio/mpeg", "mp3", "44100", 1, true},
		{"mp3 without counts", testkit.Tone(t, filepath.Join(dir, "bare.mp3"), 20, 1, "-q:a", "5", "-write_xing", "0"), "audio/mpeg", "mp3", "48000", 1, true},
		{"adpcm", testkit.Tone(t, filepath.Join(dir, "ima.wav"), 20, 1, "-c:a", "adpcm_ima_wav", "-ar", "16000"), "audio/mp4", "aac", "16000", 1, false},
		{"opus stereo", testkit.Tone(t, filepath.Join(dir, "x.opus"), 20, 2), "audio/mp4", "aac", "48000", 2, false},
		{"browser", testkit.Sample("real/mediarecorder-chrome.webm"), "audio/mp4", "aac", "48000", 1, false},
		{"memo", testkit.Sample("real/voice-memo.m4a"), "audio/mp4", "aac", "48000", 1, true},
		{"four channels", tones(t, "quad", 4, func(int) float64 { return 0.2 }), "audio/mp4", "aac", "16000", 2, false},
		{"odd rate", testkit.Tone(t, filepath.Join(dir, "odd.wav"), 20, 1, "-ar", "37800"), "audio/mp4", "aac", "48000", 1, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f, pcm := prepare(t, tool, row.path)
			out := filepath.Join(t.TempDir(), "r")
			kind, err := tool.Rendition(t.Context(), row.path, f, pcm, nil, out)
			if err != nil {
				t.Fatal(err)
			}
			p := testkit.Probe(t, out)
			stream := p["streams"].([]any)[0].(map[string]any)
			if kind != row.kind || row.codec != "" && (stream["codec_name"] != row.codec || stream["sample_rate"] != row.rate) || stream["channels"] != row.channels ||
				len(p["streams"].([]any)) != 1 {
				t.Errorf("%s, %v %v Hz %v channels", kind, stream["codec_name"], stream["sample_rate"], stream["channels"])
			}
			back, played := prepare(t, tool, out)
			if math.Abs(played.Duration()-pcm.Duration()) > 0.1 || math.Abs(back.Claimed-pcm.Duration()) > 0.1 {
				t.Errorf("plays %.3f s, says %.3f s, want %.3f", played.Duration(), back.Claimed, pcm.Duration())
			}
			if kind == "audio/mp4" && !faststart(read(t, out)) {
				t.Error("the index is not in front")
			}
			wantNoTags(t, out)
			if size := int64(len(read(t, out))); row.copied && math.Abs(float64(size-f.Size)) > 0.2*float64(f.Size)+2000 {
				t.Errorf("%d bytes from %d: not a copy", size, f.Size)
			}
		})
	}
}

// faststart reports that the moov box stands before the mdat box.
func faststart(b []byte) bool {
	moov, mdat := strings.Index(string(b), "moov"), strings.Index(string(b), "mdat")
	return moov > 0 && moov < mdat
}

// Muted spans are silence to the sample, in every channel, and nothing else is; a player that adds inverted channels up
// still plays sound.
func TestMuted(t *testing.T) {
	t.Parallel()
	tool := newTool(t, media.Options{})
	muted := []interview.Span{{Start: 2, End: 3.5}, {Start: 8.25, End: 9}}
	for _, name := range []string{"x.m4a", "x.mp3", "x.opus", "x.wav"} {
		for channels := 1; channels <= 2; channels++ {
			t.Run(name+[]string{"", " mono", " stereo"}[channels], func(t *testing.T) {
				t.Parallel()
				path := testkit.Tone(t, filepath.Join(t.TempDir(), name), 12, channels)
				f, pcm := prepare(t, tool, path)
				out := filepath.Join(t.TempDir(), "r")
				if kind, err := tool.Rendition(t.Context(), path, f, pcm, muted, out); err != nil || kind != "audio/mp4" {
					t.Fatalf("%s, %v", kind, err)
				}
				_, played := prepare(t, tool, out)
				if played.Channels() != channels || math.Abs(played.Duration()-12) > 0.1 {
					t.Fatalf("%d channels of %.2f s", played.Channels(), played.Duration())
				}
				for c := range channels {
					// AAC smears a window of 21 ms into the silence; 60 dB below the tone is inaudible beside it.
					for _, s := range muted {
						if l := level(t, played, c, s.Start+0.03, s.End-0.03); l > -80 {
							t.Errorf("channel %d: %.0f dB within the muted span", c, l)
						}
						if l := level(t, played, c, s.End+0.03, s.End+0.5); l < -35 {
							t.Errorf("channel %d: %.0f dB after the muted span", c, l)
						}
						if l := level(t, played, c, s.Start-0.5, s.Start-0.03); l < -35 {
							t.Errorf("channel %d: %.0f dB before the muted span", c, l)
						}
					}
				}
			})
		}
	}
}

// A failing encoder leaves nothing half done and the old rendition in place.
func TestRenditionFails(t *testing.T) {
	t.Parallel()
	path := testkit.Sample("real/ja-reading-1.wav")
	f, pcm := prepare(t, newTool(t, media.Options{}), path)
	dir := t.TempDir()
	out := filepath.Join(dir, "r")
	if err := os.WriteFile(out, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{"exit 1", "exit 0", "cat >/dev/null; exit 0"} { // the second and third lie
		if _, err := newTool(t, media.Options{FFmpeg: script(t, body)}).Rendition(t.Context(), path, f, pcm, nil, out); err == nil {
			t.Errorf("%q made a rendition", body)
		}
	}
	files, _ := os.ReadDir(dir)
	if len(files) != 1 || string(read(t, out)) != "old" {
		t.Errorf("left %v", files)
	}
}
