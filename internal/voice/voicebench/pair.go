package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"

	"kikigaki/internal/interview"
)

// track is one voice alone: a channel of a call and when it speaks there.
type track struct {
	name  string
	call  string
	x     []int16
	turns []interview.Turn
}

// voices are the channels of the two-channel recordings. The first speaker by name is on the left.
func (b *bench) voices(ctx context.Context) ([]track, error) {
	files, err := b.recordings()
	if err != nil {
		return nil, err
	}
	var out []track
	for _, f := range files {
		ref, speakers, err := reference(f + ".rttm")
		if err != nil {
			return nil, err
		}
		s, err := decode(ctx, audio(f), 0)
		if err != nil {
			return nil, err
		}
		if len(s) != 2 || len(speakers) != 2 {
			continue
		}
		for ch, speaker := range speakers {
			t := track{name: fmt.Sprintf("%s-%s", filepath.Base(f), speaker), call: f, x: s[ch]}
			for _, r := range ref {
				if r.Speaker == speaker {
					t.turns = append(t.turns, r)
				}
			}
			out = append(out, t)
		}
	}
	return out, nil
}

// dialogue alternates the turns of two voices in an order drawn by seed, with pauses of 0.1 to 0.7 s of faint noise,
// and returns the mono sound with its reference.
func dialogue(a, b track, seed uint64) (sound, []interview.Turn) {
	random := rand.New(rand.NewPCG(seed, 1))
	var x []int16
	var ref []interview.Turn
	pause := func(seconds float64) {
		for range int(seconds * interview.SampleRate) {
			x = append(x, int16(6*random.NormFloat64()))
		}
	}
	first, second := random.Perm(len(a.turns)), random.Perm(len(b.turns))
	pause(0.5)
	for i := 0; i < len(first) && i < len(second); i++ {
		for k, v := range []track{a, b} {
			t := v.turns[[][]int{first, second}[k][i]]
			from := int(t.Start * interview.SampleRate)
			to := min(len(v.x), int(t.End*interview.SampleRate))
			start := float64(len(x)) / interview.SampleRate
			x = append(x, v.x[from:to]...)
			ref = append(ref, interview.Turn{Speaker: v.name, Start: start, End: float64(len(x)) / interview.SampleRate})
			pause(0.1 + 0.6*random.Float64())
		}
	}
	return sound{x}, ref
}

// pairs scores dialogues of voices from different calls.
func (b *bench) pairs(ctx context.Context) error {
	voices, err := b.voices(ctx)
	if err != nil {
		return err
	}
	t := newTable(b.out, "Made dialogues: turns of two voices from different calls, alternating (mono, 2 voices given)")
	seed := uint64(0)
	for i, v := range voices {
		for _, w := range voices[i+1:] {
			if v.call == w.call {
				continue
			}
			for range 2 {
				seed++
				s, ref := dialogue(v, w, seed)
				if err := t.hear(ctx, fmt.Sprintf("%s + %s #%d", v.name, w.name, seed), s, ref); err != nil {
					return err
				}
			}
		}
	}
	t.close()
	return nil
}
