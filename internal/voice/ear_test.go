package voice_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"kikigaki/internal/voice"
)

// growing is a recording of which only the first so many samples are there yet; it tells when others are asked for.
type growing struct {
	t *testing.T
	sound
	have int64
}

func (g growing) Samples() int64 { return g.have }

func (g growing) ReadAt(channel int, from int64, dst []int16) (int, error) {
	if from+int64(len(dst)) > g.have {
		g.t.Errorf("asked for samples up to %d of %d", from+int64(len(dst)), g.have)
	}
	return g.sound.ReadAt(channel, from, dst)
}

// TestEarlyAndLate: however a recording grows, it sounds the same in the end.
func TestEarlyAndLate(t *testing.T) {
	t.Parallel()
	w, turns := talk(t, "slt", "rms", 24)
	left, right := sides(w, turns)
	for name, s := range map[string]sound{
		"mono":            w.mono(),
		"a voice a side":  {left.channel(), right.channel()},
		"the same twice":  {w.channel(), w.channel()},
		"turned over":     {w.channel(), scale(w, -1).channel()},
		"two, one at end": {join(left, left).channel(), join(silence(left.seconds()), right).channel()},
		"one falls quiet": {join(left, left).channel(), join(right, silence(right.seconds())).channel()},
	} {
		opt := voice.Options{Turns: true}
		want, err := voice.Hear(t.Context(), s, opt)
		if err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(3) {
			r := rand.New(rand.NewPCG(seed, 1))
			ear := voice.NewEar([]int64{0, s.Samples(), 3 * s.Samples()}[seed]) // the file claimed nothing, the truth, too much
			early := false
			for have := int64(0); have < s.Samples(); have += 1 + r.Int64N(30*rate) {
				for more := true; more; {
					if more, err = ear.Listen(t.Context(), growing{t, s, have}); err != nil {
						t.Fatal(err)
					}
					early = early || more
				}
			}
			got, err := ear.Hear(t.Context(), s, opt)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s, seed %d: heard early %+v, late %+v, %v", name, seed, got, want, err)
			}
		}
	}
}

// TestEarStops: a source that fails and a context that ends are told.
func TestEarStops(t *testing.T) {
	t.Parallel()
	w, _ := talk(t, "slt", "rms", 12)
	if _, err := voice.NewEar(0).Listen(t.Context(), broken{w.mono(), 100_000}); !errors.Is(err, errDisk) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := voice.NewEar(0).Listen(ctx, sound{w.channel(), w.channel()}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
