package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/media"
	"kikigaki/internal/testkit"
	"kikigaki/internal/voice"
)

// peak is the largest resident memory of this process so far, in MiB.
func peak(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		var kib float64
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kib); n == 1 {
			return kib / 1024
		}
	}
	b.Fatal("no VmHWM")
	return 0
}

// BenchmarkThreeHours prepares a recording of three hours: to the cut list by silence alone, and with speaker turns.
func BenchmarkThreeHours(b *testing.B) {
	path := filepath.Join(b.TempDir(), "long.m4a")
	testkit.FFmpeg(b, "-stream_loop", "14", "-i", testkit.Sample("01-ja-sales.m4a"), "-t", "10800", "-c", "copy", path)
	tool, err := media.New(media.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, turns := range []bool{false, true} {
		b.Run(fmt.Sprintf("turns=%v", turns), func(b *testing.B) {
			var spent Spent
			chunks := 0
			for b.Loop() {
				p, err := Prepare(b.Context(), &Kit{Media: tool}, path, b.TempDir(), Wanted{Limits: voice.Limits{Min: 15, Target: 25, Max: 30}, Turns: turns}, nil)
				if err != nil {
					b.Fatal(err)
				}
				spent.Inspect += p.Spent.Inspect
				spent.Decode += p.Spent.Decode
				spent.Hear += p.Spent.Hear
				spent.Cut += p.Spent.Cut
				chunks = len(p.Cuts)
				if turns && !p.Sound.Certain {
					b.Errorf("the voices of three hours were not told apart: %d turns, confidence %.2f", len(p.Sound.Turns), p.Sound.Confidence)
				}
				if err := p.Close(); err != nil {
					b.Fatal(err)
				}
			}
			total := spent.Inspect + spent.Decode + spent.Hear + spent.Cut
			n := float64(b.N)
			b.ReportMetric(n*10800/total.Seconds(), "x-real-time")
			b.ReportMetric(spent.Decode.Seconds()/n, "decode-s")
			b.ReportMetric(spent.Hear.Seconds()/n, "hear-s")
			b.ReportMetric(float64(chunks), "chunks")
			b.ReportMetric(peak(b), "peak-MiB")
			b.ReportMetric(float64((spent.Cut/time.Millisecond).Nanoseconds())/n, "cut-ms")
		})
	}
}
