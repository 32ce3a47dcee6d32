package pipeline

import (
	"path/filepath"
	"syscall"
	"testing"

	"kikigaki/internal/media"
	"kikigaki/internal/testkit"
	"kikigaki/internal/voice"
)

// processorTime is what this process and the children it has waited for have used, in seconds.
func processorTime(b *testing.B) float64 {
	b.Helper()
	sum := 0.0
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			b.Fatal(err)
		}
		sum += float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
	}
	return sum
}

// BenchmarkFirstChunk is what lies between an hour of sound that has arrived and the first chunk that can be sent:
// inspect, decode, hear, cut, write it. s is by the clock, cpu-s processor time of this process and ffmpeg.
func BenchmarkFirstChunk(b *testing.B) {
	tool, err := media.New(media.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for name, file := range map[string]string{"mono with turns": "01-ja-sales.m4a", "one voice a channel": "01-ja-sales.ogg"} {
		b.Run(name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "hour"+filepath.Ext(file))
			testkit.FFmpeg(b, "-stream_loop", "4", "-i", testkit.Sample(file), "-t", "3600", "-c", "copy", path)
			before := processorTime(b)
			for b.Loop() {
				p, err := Prepare(b.Context(), &Kit{Media: tool}, path, b.TempDir(), Wanted{Limits: voice.Limits{Min: 15, Target: 24, Max: 30}, Turns: true}, nil)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := tool.WriteChunk(b.Context(), p.PCM, p.Cuts[0], b.TempDir()); err != nil {
					b.Fatal(err)
				}
				if err := p.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric((processorTime(b)-before)/float64(b.N), "cpu-s")
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s")
		})
	}
}
