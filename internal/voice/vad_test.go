package voice_test

import (
	"math"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/voice"
	"kikigaki/internal/voice/der"
)

func hear(t testing.TB, s sound, opt voice.Options) interview.Sound {
	t.Helper()
	heard, err := voice.Hear(t.Context(), s, opt)
	if err != nil {
		t.Fatal(err)
	}
	return heard
}

func TestNoSpeechIsFoundWhereNobodySpeaks(t *testing.T) {
	t.Parallel()
	sweep := silence(20)
	phase := 0.0
	for i := range sweep {
		phase += 2 * math.Pi * (100 + 7000*float64(i)/float64(len(sweep))) / rate
		sweep[i] = 0.01 * math.Sin(phase)
	}
	ring := silence(30)
	for k := range 10 {
		ring = ring.plus(tone(1, 400, -20, 1, 0), 3*float64(k)).plus(tone(1, 416, -20, 1, 0), 3*float64(k))
	}
	hum := noise(30, -60, 0, 8).plus(tone(30, 50, -35, 12, 0), 0)
	for _, c := range []struct {
		name string
		s    sound
	}{
		{"no samples", sound{{}}},
		{"one sample", sound{{5}}},
		{"digital zero", silence(10).mono()},
		{"dither", noise(20, -96, 0, 1).mono()},
		{"white noise", noise(60, -40, 0, 1).mono()},
		{"loud white noise", noise(60, -15, 0, 2).mono()},
		{"fan", noise(60, -35, 0.9, 3).mono()},
		{"rumble", noise(60, -30, 0.99, 4).mono()},
		{"noise between digital zeros", join(silence(5), noise(20, -45, 0.5, 5), silence(5)).mono()},
		{"mains hum", hum.mono()},
		{"one tone", tone(20, 440, -20, 1, 0).mono()},
		{"ringing tone", ring.mono()},
		{"sweep", sweep.mono()},
		{"music on hold", music(40, -25).plus(noise(40, -60, 0, 6), 0).mono()},
		{"music between pauses", join(noise(10, -65, 0, 1), music(20, -25), noise(10, -65, 0, 2), music(15, -30), noise(5, -65, 0, 3)).mono()},
		{"breathing", breathing(60, -35).mono()},
		{"keyboard", clicks(60, -20).mono()},
		{"file without speech", real(t, "no-speech.wav")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			heard := hear(t, c.s, voice.Options{Turns: true})
			if len(heard.Speech) != 0 || len(heard.Turns) != 0 {
				t.Errorf("speech %v, turns %v, want none", heard.Speech, heard.Turns)
			}
			cuts, err := voice.Cuts(heard, c.s, voice.Limits{Min: 1, Target: 30, Max: 60})
			if err != nil || len(cuts) != 0 {
				t.Errorf("cuts %v, error %v, want none", cuts, err)
			}
		})
	}
}

// union is the turns as one speaker.
func union(spans []interview.Span) []interview.Turn {
	var out []interview.Turn
	for _, s := range spans {
		out = append(out, interview.Turn{Speaker: "speech", Start: s.Start, End: s.End})
	}
	return out
}

func TestSpeechIsFoundUnderHardConditions(t *testing.T) {
	t.Parallel()
	clean, turns := talk(t, "slt", "rms", 8)
	var ref []interview.Turn
	for _, turn := range turns {
		ref = append(ref, interview.Turn{Speaker: "speech", Start: turn.Start, End: turn.End})
	}
	later := func(by float64) []interview.Turn {
		var out []interview.Turn
		for _, r := range ref {
			out = append(out, interview.Turn{Speaker: r.Speaker, Start: r.Start + by, End: r.End + by})
		}
		return out
	}
	for _, c := range []struct {
		name  string
		w     wave
		ref   []interview.Turn
		limit float64 // miss + false alarm as a share of speech, collar 0.25 s
	}{
		{"clean", clean, ref, 0.06},
		{"at -45 dBFS", clean.gain(-25), ref, 0.06},
		{"louder than full scale", clean.gain(25), ref, 0.06},
		{"with an offset", offset(clean, 0.02), ref, 0.06},
		{"white noise at 15 dB", clean.plus(noise(clean.seconds(), -37, 0, 1), 0), ref, 0.06},
		{"fan at 10 dB", clean.plus(noise(clean.seconds(), -32, 0.9, 2), 0), ref, 0.06},
		{"mains hum", clean.plus(tone(clean.seconds(), 50, -45, 8, 0), 0), ref, 0.06},
		{"after a minute of silence", join(noise(60, -65, 0, 4), clean), later(60), 0.06},
		{"after music on hold", join(music(30, -25).plus(noise(30, -65, 0, 6), 0), noise(3, -65, 0, 5), clean), later(33), 0.06},
		{"between keys", clean.plus(clicks(clean.seconds(), -25), 0), ref, 0.12},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			heard := hear(t, c.w.mono(), voice.Options{})
			score := der.Compare(c.ref, union(heard.Speech), 0.25)
			if got := score.MissRate() + score.FalseAlarmRate(); got > c.limit {
				t.Errorf("missed %.1f %%, false alarm %.1f %% of speech, together at most %.0f %% wanted", 100*score.MissRate(), 100*score.FalseAlarmRate(), 100*c.limit)
			}
		})
	}
}

func offset(w wave, by float64) wave {
	out := append(wave(nil), w...)
	for i := range out {
		out[i] += by
	}
	return out
}

func TestLevelDoesNotMoveSpeech(t *testing.T) {
	t.Parallel()
	s := real(t, "two-speakers-katiesteve.wav")
	quiet := make([]int16, len(s[0]))
	for i, v := range s[0] {
		quiet[i] = v / 4
	}
	loud, soft := hear(t, s, voice.Options{}), hear(t, sound{quiet}, voice.Options{})
	if len(loud.Speech) == 0 || len(loud.Speech) != len(soft.Speech) {
		t.Fatalf("%d stretches loud, %d at -12 dB", len(loud.Speech), len(soft.Speech))
	}
	for i, s := range loud.Speech {
		if math.Abs(s.Start-soft.Speech[i].Start) > 0.1 || math.Abs(s.End-soft.Speech[i].End) > 0.1 {
			t.Errorf("stretch %d: %v loud, %v at -12 dB", i, s, soft.Speech[i])
		}
	}
}

func TestRealSpeechIsFound(t *testing.T) {
	t.Parallel()
	for name, share := range map[string][2]float64{ // least and most speech as a share of the file
		"ja-reading-1.wav": {0.7, 0.95}, "ja-reading-2.wav": {0.7, 0.95},
		"two-speakers-katiesteve.wav": {0.7, 0.95}, "three-speakers-en.wav": {0.55, 0.9},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := real(t, name)
			sum := 0.0
			heard := hear(t, s, voice.Options{})
			for _, x := range heard.Speech {
				sum += x.Seconds()
			}
			if got := sum / heard.Duration; got < share[0] || got > share[1] {
				t.Errorf("speech in %.2f of the file, want %.2f to %.2f", got, share[0], share[1])
			}
		})
	}
}

func TestSpeechIsInOrderAndWithinTheRecording(t *testing.T) {
	t.Parallel()
	s := real(t, "two-speakers-katiesteve.wav")
	for _, length := range []int{len(s[0]), len(s[0]) / 2, 16001, 4000, 159} {
		cut := sound{s[0][:length]}
		heard := hear(t, cut, voice.Options{Turns: true})
		last := 0.0
		for _, x := range heard.Speech {
			if x.Start < last || x.End <= x.Start || x.End > heard.Duration+1e-9 {
				t.Errorf("%d samples: stretch %v after %.2f in %.3f s", length, x, last, heard.Duration)
			}
			last = x.End
		}
	}
}
