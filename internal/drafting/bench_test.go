package drafting

import (
	"syscall"
	"testing"
	"unicode/utf8"
)

// BenchmarkExtractive measures the engine on the seven samples after warm-up: characters of transcript a second.
func BenchmarkExtractive(b *testing.B) {
	list := samples(b)
	var inputs []Input
	runes := 0
	for _, g := range list {
		in := inputOf(b, g)
		inputs = append(inputs, in)
		for _, s := range in.Transcript.Segments {
			runes += utf8.RuneCountInString(s.Text)
		}
	}
	if _, err := engine().Draft(b.Context(), inputs[0]); err != nil { // warm-up: the dictionary
		b.Fatal(err)
	}
	b.ResetTimer()
	before := cpuSeconds(b)
	for b.Loop() {
		for _, in := range inputs {
			if _, err := engine().Draft(b.Context(), in); err != nil {
				b.Fatal(err)
			}
		}
	}
	all := float64(runes) * float64(b.N)
	b.ReportMetric(all/b.Elapsed().Seconds(), "chars/s")
	b.ReportMetric(all/(cpuSeconds(b)-before), "chars/cpu-s") // comparable on a machine that does other things
}

// cpuSeconds is the processor time this process has used, its garbage collection included.
func cpuSeconds(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}
