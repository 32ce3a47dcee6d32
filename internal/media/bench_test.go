package media_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/media"
	"kikigaki/internal/testkit"
)

// BenchmarkDecode prepares recordings made of the samples and reports how much faster than real time, and how much
// memory of this process it took at most (ffmpeg has its own).
//
//	go test -run - -bench Decode -benchtime 3x ./internal/media
func BenchmarkDecode(b *testing.B) {
	for _, row := range []struct {
		name, from string
		seconds    int
	}{
		{"one hour of AAC mono", "03-en-analyst.m4a", 3600},
		{"three hours of AAC mono", "03-en-analyst.m4a", 3 * 3600},
		{"one hour of Opus stereo", "01-ja-sales.ogg", 3600},
	} {
		b.Run(row.name, func(b *testing.B) {
			tool := newTool(b, media.Options{})
			path := testkit.Talk(b, filepath.Join(b.TempDir(), "long"+filepath.Ext(row.from)), row.from, row.seconds)
			var took time.Duration
			for b.Loop() {
				start := time.Now()
				f, err := tool.Inspect(b.Context(), path)
				if err != nil {
					b.Fatal(err)
				}
				dir := b.TempDir()
				pcm, err := tool.Decode(b.Context(), path, f, dir)
				if err != nil {
					b.Fatal(err)
				}
				// All that comes after reads every sample once, in small steps.
				buf := make([]int16, 160)
				for c := range pcm.Channels() {
					for at := int64(0); at < pcm.Samples(); at += 160 {
						if n, _ := pcm.ReadAt(c, at, buf); n == 0 {
							b.Fatal("no samples")
						}
					}
				}
				took += time.Since(start)
				pcm.Close()
				_ = os.Remove(pcm.Path)
			}
			b.ReportMetric(float64(row.seconds*b.N)/took.Seconds(), "×realtime")
			b.ReportMetric(peakMemory(b), "MiB-peak")
		})
	}
}

// BenchmarkChunks writes the chunks of an hour: 240 of 15 s as WAV, 12 of 5 minutes as FLAC.
func BenchmarkChunks(b *testing.B) {
	tool := newTool(b, media.Options{})
	path := testkit.Talk(b, filepath.Join(b.TempDir(), "long.m4a"), "03-en-analyst.m4a", 3600)
	_, pcm := prepare(b, tool, path)
	for name, seconds := range map[string]int64{"wav": 15, "flac": 300} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				dir := b.TempDir()
				for from := int64(0); from < pcm.Samples(); from += seconds * interview.SampleRate {
					cut := interview.Cut{From: from, To: min(pcm.Samples(), from+seconds*interview.SampleRate)}
					if _, err := tool.WriteChunk(b.Context(), pcm, cut, dir); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// peakMemory is the greatest resident memory of this process so far in MiB.
func peakMemory(b *testing.B) float64 {
	b.Helper()
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib := 0
			for _, c := range strings.Fields(rest)[0] {
				kib = 10*kib + int(c-'0')
			}
			return float64(kib) / 1024
		}
	}
	b.Fatal("no VmHWM")
	return 0
}
