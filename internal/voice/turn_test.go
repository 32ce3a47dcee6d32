package voice_test

import (
	"reflect"
	"runtime"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/voice"
	"kikigaki/internal/voice/der"
)

func TestTwoVoicesAreToldApart(t *testing.T) {
	t.Parallel()
	w, turns := talk(t, "slt", "rms", 20)
	for _, c := range []struct {
		name string
		w    wave
	}{
		{"clean", w},
		{"at -45 dBFS", w.gain(-25)},
		{"white noise at 15 dB", w.plus(noise(w.seconds(), -37, 0, 1), 0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			heard := hear(t, c.w.mono(), voice.Options{Turns: true})
			score := der.Compare(turns, heard.Turns, 0.25)
			if score.Rate() > 0.03 {
				t.Errorf("error %.1f %% (missed %.1f, false %.1f, confused %.1f), want at most 3 %%",
					100*score.Rate(), 100*score.MissRate(), 100*score.FalseAlarmRate(), 100*score.ConfusionRate())
			}
			if !heard.Certain || heard.Voices != 2 {
				t.Errorf("certain %v with confidence %.3f, voices %d", heard.Certain, heard.Confidence, heard.Voices)
			}
		})
	}
}

func TestTelephoneSoundIsToldApart(t *testing.T) {
	t.Parallel()
	w, turns := talk(t, "rms", "awb", 20)
	s := telephone(t, w)
	heard := hear(t, s, voice.Options{Turns: true})
	if score := der.Compare(turns, heard.Turns, 0.25); score.Rate() > 0.05 {
		t.Errorf("error %.1f %%, want at most 5 %%", 100*score.Rate())
	}
}

func TestOneVoiceTakenForTwoIsNotCertain(t *testing.T) {
	t.Parallel()
	w, _ := talk(t, "rms", "rms", 20)
	heard := hear(t, w.mono(), voice.Options{Turns: true})
	if heard.Certain {
		t.Errorf("one voice split in two is certain, confidence %.3f", heard.Confidence)
	}
	if len(heard.Starts) == 0 {
		t.Error("no other readings, although the readings differ")
	}
	for _, s := range heard.Starts {
		if len(s) == 0 {
			t.Error("a reading without turns")
		}
	}
}

func TestUploaderSaysHowMany(t *testing.T) {
	t.Parallel()
	w, turns := talk(t, "slt", "rms", 8)
	third, more := talk(t, "awb", "kal16", 1)
	for _, x := range more {
		turns = append(turns, interview.Turn{Speaker: x.Speaker, Start: x.Start + w.seconds(), End: x.End + w.seconds()})
	}
	s := join(w, third).mono()
	one := hear(t, s, voice.Options{Turns: true, Voices: 1})
	if got := speakers(one.Turns); len(got) != 1 || one.Voices != 1 || !one.Certain {
		t.Errorf("one voice: %v, voices %d, certain %v", got, one.Voices, one.Certain)
	}
	three := hear(t, s, voice.Options{Turns: true, Voices: 3})
	if got := speakers(three.Turns); len(got) != 3 || three.Voices != 3 {
		t.Errorf("three voices: %v, voices %d", got, three.Voices)
	}
	if score := der.Compare(turns, three.Turns, 0.25); score.Rate() > 0.15 {
		t.Errorf("three voices: error %.1f %%, want at most 15 %%", 100*score.Rate())
	}
	many := hear(t, s, voice.Options{Turns: true, Voices: 9})
	if many.Voices != 3 {
		t.Errorf("nine voices asked: %d looked for, want 3 at most", many.Voices)
	}
	none := hear(t, s, voice.Options{})
	if len(none.Turns) != 0 || none.Voices != 0 || none.Certain {
		t.Errorf("turns not asked for: %d turns, voices %d, certain %v", len(none.Turns), none.Voices, none.Certain)
	}
}

func speakers(turns []interview.Turn) map[string]bool {
	out := map[string]bool{}
	for _, t := range turns {
		out[t.Speaker] = true
	}
	return out
}

func TestRealVoicesAreToldApart(t *testing.T) {
	t.Parallel()
	// A woman and a man in talk; nobody has labelled it, so only their number is asked.
	heard := hear(t, real(t, "two-speakers-katiesteve.wav"), voice.Options{Turns: true})
	if got := speakers(heard.Turns); len(got) != 2 {
		t.Fatalf("voices %v, want two", got)
	}
	a, b := real(t, "ja-reading-1.wav")[0], real(t, "ja-reading-2.wav")[0]
	var mixed []int16
	var ref []interview.Turn
	for k := range 6 { // 1.4 s of each in turn
		for i, x := range [][]int16{a, b} {
			from := rate + k*rate*14/10
			start := float64(len(mixed)) / rate
			mixed = append(mixed, x[from:from+rate*14/10]...)
			ref = append(ref, interview.Turn{Speaker: []string{"one", "two"}[i], Start: start, End: float64(len(mixed)) / rate})
		}
	}
	found := hear(t, sound{mixed}, voice.Options{Turns: true})
	if score := der.Compare(ref, found.Turns, 0.25); score.ConfusionRate() > 0.25 {
		t.Errorf("turns of 1.4 s without a pause: confusion %.1f %%, want at most 25 %%", 100*score.ConfusionRate())
	}
	if found.Certain {
		t.Error("17 s of talk are certain")
	}
}

func TestTurnsAreInOrderAndJudged(t *testing.T) {
	t.Parallel()
	w, _ := talk(t, "slt", "rms", 8)
	heard := hear(t, w.mono(), voice.Options{Turns: true})
	last := 0.0
	for _, x := range heard.Turns {
		if x.Start < last || x.End <= x.Start || x.End > heard.Duration || x.Confidence < 0 || x.Confidence > 1 {
			t.Errorf("turn %+v after %.2f s", x, last)
		}
		last = x.End
	}
	if len(heard.Turns) == 0 || heard.Confidence <= 0 || heard.Confidence > 1 {
		t.Errorf("%d turns, confidence %.3f", len(heard.Turns), heard.Confidence)
	}
}

func TestTheSameSoundGivesTheSameAnswer(t *testing.T) {
	w, _ := talk(t, "slt", "rms", 6)
	s := w.mono()
	first := hear(t, s, voice.Options{Turns: true})
	before := runtime.GOMAXPROCS(1)
	second := hear(t, s, voice.Options{Turns: true})
	runtime.GOMAXPROCS(before)
	if !reflect.DeepEqual(first, second) {
		t.Error("one core and several give different answers")
	}
}

func BenchmarkHear(b *testing.B) {
	w, _ := talk(b, "slt", "rms", 10)
	var minute wave
	for minute.seconds() < 600 {
		minute = append(minute, w...)
	}
	s := minute.mono()
	for _, c := range []struct {
		name string
		s    sound
		opt  voice.Options
	}{
		{"mono", s, voice.Options{}}, {"mono with turns", s, voice.Options{Turns: true}}, {"two channels", sound{s[0], s[0][:len(s[0])]}, voice.Options{}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				hear(b, c.s, c.opt)
			}
			b.ReportMetric(float64(c.s.Samples())/rate*float64(b.N)/b.Elapsed().Seconds(), "x-real-time")
		})
	}
}

func BenchmarkCuts(b *testing.B) {
	w, _ := talk(b, "slt", "rms", 10)
	heard := hear(b, w.mono(), voice.Options{Turns: true})
	for b.Loop() {
		if _, err := voice.Cuts(heard, w.mono(), voice.Limits{Min: 1, Target: 30, Max: 60}); err != nil {
			b.Fatal(err)
		}
	}
}
