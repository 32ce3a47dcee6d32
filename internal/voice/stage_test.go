package voice

import (
	"math"
	"syscall"
	"testing"
)

// synthetic is ten minutes of two made voices (harmonics of 110 and 190 Hz through different formants) that take turns
// of 4 s with pauses, over noise: enough for every stage to have its usual work. The same numbers each time.
type synthetic struct{ x []int16 }

func (s synthetic) Channels() int  { return 1 }
func (s synthetic) Samples() int64 { return int64(len(s.x)) }
func (s synthetic) ReadAt(_ int, from int64, dst []int16) (int, error) {
	return copy(dst, s.x[from:]), nil
}

func newSynthetic(minutes int) synthetic {
	x := make([]int16, minutes*60*rate)
	pitch, formant := [2]float64{110, 190}, [2][2]float64{{500, 1500}, {700, 1900}}
	phase, noise := 0.0, uint64(1)
	for i := range x {
		at := float64(i) / rate
		noise = noise*6364136223846793005 + 1442695040888963407
		v := 20 * (float64(noise>>40)/(1<<24) - 0.5)
		if who := int(at/4) % 2; math.Mod(at, 4) < 3.5 {
			f := pitch[who] * (1 + 0.1*math.Sin(2*math.Pi*0.7*at))
			phase += 2 * math.Pi * f / rate
			syllable := 0.6 + 0.4*math.Sin(2*math.Pi*4*at)
			shift := 1 + 0.2*math.Sin(2*math.Pi*1.3*at) // vowels move on
			for h := 1.0; h <= 20; h++ {
				gain := 0.0
				for _, c := range formant[who] {
					d := (h*f - c*shift) / 250
					gain += math.Exp(-d * d)
				}
				v += 2500 * syllable * gain * math.Sin(h*phase)
			}
		}
		x[i] = int16(max(-32768, min(32767, v)))
	}
	return synthetic{x}
}

// BenchmarkStages measures each stage of hearing on ten minutes of sound.
func BenchmarkStages(b *testing.B) {
	const minutes = 10
	src := newSynthetic(minutes)
	ctx := b.Context()
	t, err := NewEar(0).analyse(ctx, src, 0)
	if err != nil {
		b.Fatal(err)
	}
	runs, err := t.detect(ctx, src, 0)
	if err != nil {
		b.Fatal(err)
	}
	views, err := features(ctx, src, 0, t, runs, deepFloor, highFloor)
	if err != nil {
		b.Fatal(err)
	}
	global := views[0].variances()
	learn := *views[0]
	learn.weight = t.choose(views[0], loudFrames)
	h := &hearing{rows: &learn, voices: 2, global: global}
	half := unknown(learn.n)
	for i := range half {
		half[i] = int8(2 * i / len(half))
	}
	stages := []struct {
		name string
		run  func()
	}{
		{"channels", func() { _, err = measure(ctx, twice{src}) }},
		{"analysis", func() { _, err = NewEar(0).analyse(ctx, src, 0) }},
		{"speech and pitch", func() { _, err = t.detect(ctx, src, 0) }},
		{"features", func() { _, err = features(ctx, src, 0, t, runs, deepFloor, highFloor) }},
		{"start by BIC", func() { bicStart(12, 1.5, false, 1)(h) }},
		{"start by discriminant", func() { ldaStart(20, 2, 1)(h) }},
		{"resegmentation", func() { learn.resegment(half, 2, mixtureSize, reseedRounds, global) }},
	}
	for _, s := range stages {
		b.Run(s.name, func(b *testing.B) {
			before := processorTime(b)
			for b.Loop() {
				s.run()
			}
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric((processorTime(b)-before)/float64(b.N)*60/minutes, "cpu-s/hour")
		})
	}
}

// twice is one channel as two.
type twice struct{ synthetic }

func (twice) Channels() int { return 2 }

// processorTime is what this process has used so far, in seconds: on a busy machine it says more than the clock.
func processorTime(b *testing.B) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// TestStagesHaveWork: the sound the stages are measured on is speech to them, with turns of both voices.
func TestStagesHaveWork(t *testing.T) {
	t.Parallel()
	sound, err := Hear(t.Context(), newSynthetic(2), Options{Turns: true})
	if err != nil {
		t.Fatal(err)
	}
	speech := 0.0
	for _, s := range sound.Speech {
		speech += s.Seconds()
	}
	if speech < 80 || speech > 118 || len(sound.Turns) < 20 {
		t.Errorf("%.0f s of speech, %d turns in 2 minutes", speech, len(sound.Turns))
	}
}
