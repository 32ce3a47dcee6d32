package testkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Sample is the absolute path of a file in testdata/samples, e.g. "01-ja-sales.vtt" or "real/voice-memo.m4a". It panics
// when there is none: the samples are part of the project.
func Sample(name string) string {
	dir, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			panic("testkit: no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "testdata", "samples", filepath.FromSlash(name))
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		panic("testkit: no sample " + name)
	}
	return path
}

// command runs a program that tests need and returns its standard output.
func command(t testing.TB, pkg, program string, args ...string) []byte {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("tests need %s (Debian: apt install %s): %v", program, pkg, err)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, said.String())
	}
	return out.Bytes()
}

// FFmpeg runs the real ffmpeg with these arguments.
func FFmpeg(t testing.TB, args ...string) {
	t.Helper()
	command(t, "ffmpeg", "ffmpeg", append([]string{"-nostdin", "-hide_banner", "-loglevel", "error", "-y"}, args...)...)
}

// Tone makes a recording of one sine tone per channel (300 Hz, 500 Hz, …, at -18 dB) at path; the extension picks the
// format, args are ffmpeg's output options.
func Tone(t testing.TB, path string, seconds float64, channels int, args ...string) string {
	t.Helper()
	var in []string
	filter := ""
	for c := range channels {
		in = append(in, "-f", "lavfi", "-i", "sine=frequency="+strconv.Itoa(300+200*c)+":sample_rate=48000:duration="+
			strconv.FormatFloat(seconds, 'f', -1, 64))
		filter += "[" + strconv.Itoa(c) + ":a]"
	}
	if channels > 1 {
		filter += "amerge=inputs=" + strconv.Itoa(channels) + "[a]"
		in = append(in, "-filter_complex", filter, "-map", "[a]")
	}
	FFmpeg(t, append(append(in, args...), path)...)
	return path
}

// Speech speaks a text with a machine voice ("en" flite, "ja" espeak-ng, which reads kana) into a 16 kHz mono WAV.
func Speech(t testing.TB, path, language, text string) string {
	t.Helper()
	raw := filepath.Join(t.TempDir(), "spoken.wav")
	if language == "ja" {
		command(t, "espeak-ng", "espeak-ng", "-v", "ja", "-w", raw, "--", text)
	} else {
		command(t, "flite", "flite", "-voice", "slt", "-t", text, "-o", raw)
	}
	FFmpeg(t, "-i", raw, "-ar", "16000", "-ac", "1", path)
	return path
}

// Talk makes a recording of that many seconds at path by repeating a sample without encoding it again where the format
// allows; args are ffmpeg's output options, default "-c copy".
func Talk(t testing.TB, path, from string, seconds int, args ...string) string {
	t.Helper()
	if args == nil {
		args = []string{"-c", "copy"}
	}
	in := []string{"-stream_loop", "-1", "-i", Sample(from), "-map", "0:a:0", "-t", strconv.Itoa(seconds)}
	FFmpeg(t, append(append(in, args...), path)...)
	return path
}

// Probe is all that ffprobe says of a media file, tags included.
func Probe(t testing.TB, path string) map[string]any {
	t.Helper()
	out := command(t, "ffmpeg", "ffprobe", "-hide_banner", "-loglevel", "error", "-show_format", "-show_streams", "-show_chapters", "-of", "json", path)
	var v map[string]any
	if err := json.Unmarshal(out, &v); err != nil {
		t.Fatalf("ffprobe: %v", err)
	}
	return v
}

// CutFile copies the first share (0 to 1) of a file's bytes.
func CutFile(t testing.TB, from, to string, share float64) string {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data[:int(float64(len(data))*share)], 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}
