package drafting

import (
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
	for b.Loop() {
		for _, in := range inputs {
			if _, err := engine().Draft(b.Context(), in); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(runes)*float64(b.N)/b.Elapsed().Seconds(), "chars/s")
}
