package voice_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/voice"
)

// made draws a sound of speech and turns, without any samples in it.
func made(random *rand.Rand, layout interview.Layout) interview.Sound {
	s := interview.Sound{Layout: layout, Channels: make([]interview.Channel, 1)}
	if layout == interview.TwoChannel {
		s.Channels = make([]interview.Channel, 2)
	}
	at := random.Float64() * 5
	for range 1 + random.IntN(40) {
		length := 0.4 + random.ExpFloat64()*4
		if random.IntN(15) == 0 {
			length += 90 // a monologue
		}
		length = math.Round(length*100) / 100
		at = math.Round(at*100) / 100
		s.Speech = append(s.Speech, interview.Span{Start: at, End: at + length})
		for from := at; from < at+length-0.2; {
			to := math.Min(at+length, from+0.5+random.ExpFloat64()*5)
			who := []string{"S1", "S2"}[random.IntN(2)]
			s.Turns = append(s.Turns, interview.Turn{Speaker: who, Start: from, End: to})
			from = to
		}
		at += length + 0.2 + random.ExpFloat64()*2
	}
	s.Duration = at
	return s
}

func TestCutsCoverSpeechExactlyOnce(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 3))
		layout := []interview.Layout{interview.Mono, interview.TwoChannel}[seed%2]
		heard := made(random, layout)
		n := int(heard.Duration*rate) + 1
		src := sound{make([]int16, n)}
		for i := range src[0] {
			src[0][i] = int16(random.IntN(2000) - 1000)
		}
		if layout == interview.TwoChannel {
			src = append(src, src[0])
		}
		most := 2 + random.Float64()*80
		limits := voice.Limits{Min: most * 0.1 * random.Float64(), Max: most}
		limits.Target = limits.Min + (most-limits.Min)*random.Float64()
		cuts, err := voice.Cuts(heard, src, limits)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for ch := range src {
			covered := make([]uint8, n)
			for _, c := range cuts {
				if c.Channel != ch {
					continue
				}
				if c.To <= c.From || c.From < 0 || c.To > int64(n) {
					t.Fatalf("seed %d: cut %s outside of %d samples", seed, c.ID(), n)
				}
				if got := float64(c.To-c.From) / rate; got > limits.Max+1e-9 {
					t.Errorf("seed %d: cut of %.3f s, at most %.3f", seed, got, limits.Max)
				}
				for i := c.From; i < c.To; i++ {
					covered[i]++
				}
			}
			speech := make([]bool, n)
			want := heard.Speech
			if layout == interview.TwoChannel {
				want = nil
				for _, turn := range heard.Turns {
					if turn.Speaker == []string{"S1", "S2"}[ch] {
						want = append(want, interview.Span{Start: turn.Start, End: turn.End})
					}
				}
			}
			for _, s := range want {
				for i := int(math.Round(s.Start * rate)); i < min(n, int(math.Round(s.End*rate))); i++ {
					speech[i] = true
				}
			}
			quiet := 0
			for i := range covered {
				if speech[i] && covered[i] != 1 {
					t.Fatalf("seed %d channel %d: sample %d of speech is in %d cuts", seed, ch, i, covered[i])
				}
				if covered[i] > 1 {
					t.Fatalf("seed %d channel %d: sample %d is in %d cuts", seed, ch, i, covered[i])
				}
				if quiet++; speech[i] || covered[i] == 0 {
					quiet = 0
				}
				if quiet > 3*rate+2*rate/5 {
					t.Fatalf("seed %d channel %d: more than 3 s of silence in a cut, up to sample %d", seed, ch, i)
				}
			}
		}
		again, err := voice.Cuts(heard, src, limits)
		if err != nil || !reflect.DeepEqual(cuts, again) {
			t.Fatalf("seed %d: a second run gives other cuts (error %v)", seed, err)
		}
	}
}

func TestMonologueIsCutAtItsQuietestPoints(t *testing.T) {
	t.Parallel()
	w := noise(130, -20, 0, 1)
	dips := []float64{22, 47, 68, 93, 118} // seconds at which the voice drops for 0.1 s
	for _, at := range dips {
		for i := int(at * rate); i < int((at+0.1)*rate); i++ {
			w[i] *= 0.02
		}
	}
	heard := interview.Sound{Layout: interview.Mono, Channels: make([]interview.Channel, 1), Duration: 130,
		Speech: []interview.Span{{Start: 0, End: 130}}, Turns: []interview.Turn{{Speaker: "S1", Start: 0, End: 130}}}
	cuts, err := voice.Cuts(heard, w.mono(), voice.Limits{Min: 5, Target: 30, Max: 30})
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range cuts[1:] {
		at, near := float64(c.From)/rate, false
		for _, d := range dips {
			near = near || at > d-0.02 && at < d+0.12
		}
		if !near {
			t.Errorf("cut %d begins at %.2f s, away from every dip", i+1, at)
		}
		if c.From != cuts[i].To {
			t.Errorf("cut %d begins at %d, the one before ends at %d", i+1, c.From, cuts[i].To)
		}
	}
}

func TestCutsHoldOneVoice(t *testing.T) {
	t.Parallel()
	var heard interview.Sound
	heard.Layout, heard.Channels = interview.Mono, make([]interview.Channel, 1)
	at := 1.0
	for i := range 20 {
		length := 3 + float64(i%4)
		heard.Turns = append(heard.Turns, interview.Turn{Speaker: []string{"S1", "S2"}[i%2], Start: at, End: at + length})
		heard.Speech = append(heard.Speech, interview.Span{Start: at - 0.1, End: at + length + 0.1})
		at += length + 0.6
	}
	src := sound{make([]int16, int(at*rate))}
	one, err := voice.Cuts(heard, src, voice.Limits{Min: 1, Target: 30, Max: 60})
	if err != nil {
		t.Fatal(err)
	}
	if len(one) != len(heard.Turns) {
		t.Errorf("%d cuts for %d turns of a second or more", len(one), len(heard.Turns))
	}
	for _, c := range one {
		if c.Speaker == "" {
			t.Errorf("cut %s holds two voices", c.ID())
		}
	}
	mixed, err := voice.Cuts(heard, src, voice.Limits{Min: 20, Target: 30, Max: 60})
	if err != nil {
		t.Fatal(err)
	}
	if len(mixed) >= len(one)/2 {
		t.Errorf("%d cuts where a recogniser wants at least 20 s; one voice a cut makes %d", len(mixed), len(one))
	}
	for _, c := range mixed {
		if c.Speaker != "" && c.To-c.From > 12*rate {
			t.Errorf("cut %s is said to be of %s alone", c.ID(), c.Speaker)
		}
	}
}

func TestABackchannelDoesNotCutASentence(t *testing.T) {
	t.Parallel()
	heard := interview.Sound{Layout: interview.Mono, Channels: make([]interview.Channel, 1), Speech: []interview.Span{{Start: 0, End: 20}},
		Turns: []interview.Turn{{Speaker: "S1", Start: 0, End: 20}, {Speaker: "S2", Start: 9, End: 9.4}}}
	cuts, err := voice.Cuts(heard, sound{make([]int16, 20*rate)}, voice.Limits{Min: 1, Target: 30, Max: 60})
	if err != nil || len(cuts) != 1 || cuts[0].Speaker != "S1" {
		t.Errorf("cuts %v, error %v, want one of S1", cuts, err)
	}
}

func TestCutsRefuseLimitsThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, l := range []voice.Limits{{}, {Min: 5, Target: 3, Max: 10}, {Min: 1, Target: 20, Max: 10}, {Min: -1, Target: 2, Max: 3}, {Max: 0.5}, {Min: math.NaN(), Target: 2, Max: 3}} {
		if _, err := voice.Cuts(interview.Sound{}, sound{{}}, l); err == nil {
			t.Errorf("limits %+v are taken", l)
		}
	}
}

func TestHearStopsWhenAskedTo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := noise(60, -20, 0, 1).channel()
	for name, src := range map[string]sound{"mono": {s}, "stereo": {s, s}} {
		if _, err := voice.Hear(ctx, src, voice.Options{Turns: true}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v, want context.Canceled", name, err)
		}
	}
}
