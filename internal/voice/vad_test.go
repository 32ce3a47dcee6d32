package voice_test

import (
	"math"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/voice"
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
