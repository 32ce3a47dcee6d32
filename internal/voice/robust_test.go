package voice_test

import (
	"fmt"
	"math"
	"testing"

	"kikigaki/internal/voice"
	"kikigaki/internal/voice/der"
)

// TestAnOffsetChangesNothing: a converter's offset is no sound. It must not move speech, nor turns, nor levels.
func TestAnOffsetChangesNothing(t *testing.T) {
	t.Parallel()
	w, turns := talk(t, "slt", "rms", 10)
	plain, moved := hear(t, w.mono(), voice.Options{Turns: true}), hear(t, offset(w, 0.05).mono(), voice.Options{Turns: true})
	if len(plain.Speech) != len(moved.Speech) {
		t.Fatalf("%d stretches of speech, %d with an offset", len(plain.Speech), len(moved.Speech))
	}
	for i, s := range plain.Speech {
		if math.Abs(s.Start-moved.Speech[i].Start) > 0.03 || math.Abs(s.End-moved.Speech[i].End) > 0.03 {
			t.Errorf("stretch %d: %v, with an offset %v", i, s, moved.Speech[i])
		}
	}
	if a, b := plain.Channels[0].Level, moved.Channels[0].Level; math.Abs(a-b) > 0.2 {
		t.Errorf("level %.1f dBFS, with an offset %.1f", a, b)
	}
	if d := der.Compare(plain.Turns, moved.Turns, 0.05); d.Rate() > 0.01 {
		t.Errorf("turns differ by %.1f %%", 100*d.Rate())
	}
	if score := der.Compare(turns, moved.Turns, 0.25); score.Rate() > 0.03 || !moved.Certain {
		t.Errorf("error %.1f %%, certain %v", 100*score.Rate(), moved.Certain)
	}
}

// TestWhateverComesIsHeard: nothing crashes, turns are in order and within the recording, and too little speech is
// never certain, for each number of voices an uploader may name.
func TestWhateverComesIsHeard(t *testing.T) {
	t.Parallel()
	w, _ := talk(t, "slt", "rms", 6)
	five := w[:5*rate]
	square := w.gain(60) // every sample at full scale
	for _, c := range []struct {
		name string
		s    sound
	}{
		{"five seconds", five.mono()},
		{"five seconds, one voice a side", sound{five.channel(), silence(5).plus(five[:2*rate], 2).channel()}},
		{"half a word", w[rate : rate+rate/4].mono()},
		{"every sample at full scale", square.mono()},
		{"the same number over and over", offset(silence(20), 0.3).mono()},
		{"ends in the middle of a word", w[:len(w)*2/3+77].mono()},
		{"the lowest number there is", sound{[]int16{-32768, -32768, -32768, -32768, -32768}}},
		{"alternating extremes", alternating(3 * rate)},
	} {
		for voices := range 4 {
			t.Run(fmt.Sprintf("%s, %d", c.name, voices), func(t *testing.T) {
				t.Parallel()
				heard := hear(t, c.s, voice.Options{Turns: true, Voices: voices})
				last := 0.0
				for _, x := range heard.Turns {
					if x.Start < last || x.End <= x.Start || x.End > heard.Duration+1e-9 || math.IsNaN(x.Confidence) {
						t.Errorf("turn %+v after %.2f s of %.2f", x, last, heard.Duration)
					}
					last = x.Start
				}
				if math.IsNaN(heard.Confidence) || heard.Confidence < 0 || heard.Confidence > 1 {
					t.Errorf("confidence %v", heard.Confidence)
				}
				if voices > 1 && len(c.s) == 1 && heard.Certain {
					t.Errorf("%.0f s are certain", heard.Duration)
				}
				if _, err := voice.Cuts(heard, c.s, voice.Limits{Min: 1, Target: 20, Max: 30}); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func alternating(n int) sound {
	x := make([]int16, n)
	for i := range x {
		x[i] = 32767
		if i%2 == 1 {
			x[i] = -32768
		}
	}
	return sound{x}
}
