package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"

	"kikigaki/internal/interview"
	"kikigaki/internal/voice"
	"kikigaki/internal/voice/der"
)

// labelled is a recording with who speaks when.
type labelled struct {
	name string
	s    sound
	ref  []interview.Turn
}

// condition changes a recording. The reference it returns is that of the changed one.
type condition struct {
	name   string
	change func(labelled) (labelled, error)
}

// conditions scores the two-speaker recordings and some of the dialogues made of them under what goes wrong in
// offices: what is asked is not that nothing gets worse, but that nothing wrong is shown as certain.
func (b *bench) conditions(ctx context.Context) error {
	set, voices, err := b.labelled(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.out, "\n### The same recordings under hard conditions (mono, 2 voices given)\n\n| condition | recordings | DER %% mean | median | confusion %% mean | certain | of them right | certain turns | right %% |\n|---|---|---|---|---|---|---|---|---|\n")
	row := func(name string, set []labelled, change func(labelled) (labelled, error)) error {
		t := &table{}
		for _, l := range set {
			if change != nil {
				if l, err = change(l); err != nil {
					return fmt.Errorf("%s, %s: %w", name, l.name, err)
				}
			}
			if err := t.score(ctx, l); err != nil {
				return err
			}
		}
		fmt.Fprintf(b.out, "| %s | %d | %.1f | %.1f | %.1f | %d | %d | %d of %d | %.1f |\n", name, len(set), 100*mean(t.rates), 100*median(t.rates), 100*mean(t.confusions),
			t.certain, t.certainOK, t.sure, t.turns, 100*float64(t.sureOK)/float64(max(1, t.sure)))
		return nil
	}
	for _, c := range b.hard(ctx, set) {
		if err := row(c.name, set, c.change); err != nil {
			return err
		}
	}
	if err := row("one voice alone, taken for two", alone(voices), nil); err != nil {
		return err
	}
	return nil
}

// hard lists what is done to the recordings.
func (b *bench) hard(ctx context.Context, set []labelled) []condition {
	same := func(change func(x []int16) []int16) func(labelled) (labelled, error) {
		return func(l labelled) (labelled, error) {
			l.s = sound{change(l.s[0])}
			return l, nil
		}
	}
	return []condition{
		{"as they are", nil},
		{"clipped by 20 dB", same(func(x []int16) []int16 {
			return sound{x}.gain(20 + 20*math.Log10(32767/peak(x)))[0]
		})},
		{"offset of 5 % of full scale", same(func(x []int16) []int16 {
			out := make([]int16, len(x))
			for i, v := range x {
				out[i] = clip(float64(v) + 0.05*32768)
			}
			return out
		})},
		{"8 kHz, µ-law", func(l labelled) (labelled, error) {
			var err error
			l.s, err = b.through(ctx, l.s, "law.wav", "-ar", "8000", "-c:a", "pcm_mulaw")
			return l, err
		}},
		{"AMR-like: Opus 8 kbit/s", func(l labelled) (labelled, error) {
			var err error
			l.s, err = b.through(ctx, l.s, "low.ogg", "-c:a", "libopus", "-b:a", "8k")
			return l, err
		}},
		{"room, 0.8 s of reverberation as loud as the voice", same(func(x []int16) []int16 { return reverberant(x, 0.8, 0, 5) })},
		{"white noise at 15 dB", same(func(x []int16) []int16 { return sound{x}.noisy(15, 6)[0] })},
		{"television: other voices 15 dB below", func(l labelled) (labelled, error) {
			for i, o := range set {
				if o.name == l.name {
					l.s = over(l.s, set[(i+1)%len(set)].s, 15)
				}
			}
			return l, nil
		}},
		{"one voice has 95 % of the talk", func(l labelled) (labelled, error) { return lopsided(l, 0.05), nil }},
	}
}

// labelled returns the recordings with two speakers as mono, a fourth of the made dialogues, and the voices alone.
func (b *bench) labelled(ctx context.Context) ([]labelled, []track, error) {
	files, err := b.recordings()
	if err != nil {
		return nil, nil, err
	}
	var set []labelled
	for _, f := range files {
		ref, speakers, err := reference(f + ".rttm")
		if err != nil {
			return nil, nil, err
		}
		if len(speakers) != 2 {
			continue
		}
		s, err := decode(ctx, audio(f), 1)
		if err != nil {
			return nil, nil, err
		}
		set = append(set, labelled{filepath.Base(f), s, ref})
	}
	voices, err := b.voices(ctx)
	if err != nil {
		return nil, nil, err
	}
	seed := uint64(0)
	for i, v := range voices {
		for _, w := range voices[i+1:] {
			if v.call == w.call {
				continue
			}
			if seed++; seed%2 == 0 {
				s, ref := dialogue(v, w, seed)
				set = append(set, labelled{v.name + " + " + w.name, s, ref})
			}
		}
	}
	return set, voices, nil
}

// score hears one recording and counts it, without a line of its own.
func (t *table) score(ctx context.Context, l labelled) error {
	heard, err := voice.Hear(ctx, l.s, voice.Options{Turns: true})
	if err != nil {
		return fmt.Errorf("%s: %w", l.name, err)
	}
	score := der.Compare(l.ref, heard.Turns, collar)
	t.rates = append(t.rates, score.Rate())
	t.confusions = append(t.confusions, score.ConfusionRate())
	if heard.Certain {
		t.certain++
		if score.ConfusionRate() <= right {
			t.certainOK++
		}
	}
	t.count(l.ref, heard.Turns, score.Map)
	return nil
}

// alone makes recordings of one voice: its turns with pauses between.
func alone(voices []track) []labelled {
	var out []labelled
	for i, v := range voices {
		random := rand.New(rand.NewPCG(uint64(i), 7))
		l := labelled{name: v.name, s: sound{nil}}
		for _, t := range v.turns {
			l.s[0] = append(l.s[0], hiss(random, 0.2+0.5*random.Float64())...)
			start := l.s.seconds()
			l.s[0] = append(l.s[0], v.x[int(t.Start*interview.SampleRate):min(len(v.x), int(t.End*interview.SampleRate))]...)
			l.ref = append(l.ref, interview.Turn{Speaker: v.name, Start: start, End: l.s.seconds()})
		}
		out = append(out, l)
	}
	return out
}

// lopsided takes turns of the less talkative voice out until it has the given share of the talk.
func lopsided(l labelled, share float64) labelled {
	seconds := map[string]float64{}
	all := 0.0
	for _, t := range l.ref {
		seconds[t.Speaker] += t.End - t.Start
		all += t.End - t.Start
	}
	less := ""
	for who, s := range seconds {
		if less == "" || s < seconds[less] || s == seconds[less] && who < less {
			less = who
		}
	}
	left := seconds[less]
	out := labelled{name: l.name}
	var cut []interview.Span
	for _, t := range l.ref {
		alone := true
		for _, u := range l.ref {
			alone = alone && (u.Speaker == less || u.End <= t.Start || u.Start >= t.End)
		}
		if t.Speaker == less && alone && left-(t.End-t.Start) >= share/(1-share)*(all-seconds[less]) {
			left -= t.End - t.Start
			cut = append(cut, interview.Span{Start: t.Start, End: t.End})
		}
	}
	gone := func(at float64) float64 { // seconds taken out before a moment
		sum := 0.0
		for _, c := range cut {
			sum += max(0, min(at, c.End)-c.Start)
		}
		return sum
	}
	for _, t := range l.ref {
		if start, end := t.Start-gone(t.Start), t.End-gone(t.End); end > start {
			out.ref = append(out.ref, interview.Turn{Speaker: t.Speaker, Start: start, End: end})
		}
	}
	x, from := []int16(nil), 0
	for _, c := range cut {
		x = append(x, l.s[0][from:int(c.Start*interview.SampleRate)]...)
		from = min(len(l.s[0]), int(c.End*interview.SampleRate))
	}
	out.s = sound{append(x, l.s[0][from:]...)}
	return out
}

func hiss(random *rand.Rand, seconds float64) []int16 {
	out := make([]int16, int(seconds*interview.SampleRate))
	for i := range out {
		out[i] = int16(6 * random.NormFloat64())
	}
	return out
}

func peak(x []int16) float64 {
	p := 1.0
	for _, v := range x {
		p = math.Max(p, math.Abs(float64(v)))
	}
	return p
}

// over mixes other under s, down by db relative to the power of s, over and over to its length.
func over(s, other sound, db float64) sound {
	gain := math.Sqrt(power(s[0]) / math.Max(1, power(other[0])) * math.Pow(10, -db/10))
	out := make([]int16, len(s[0]))
	for i, v := range s[0] {
		out[i] = clip(float64(v) + gain*float64(other[0][i%len(other[0])]))
	}
	return sound{out}
}

// reverberant adds a room's tail that falls by 60 dB in rt60 seconds, with a power ratio of the voice to the tail in dB.
// The tail is velvet noise, 1500 pulses of ±1 a second under an exponential (Järveläinen and Karjalainen 2007): it
// sounds like white noise and needs only as many additions as it has pulses.
func reverberant(x []int16, rt60, ratio float64, seed uint64) []int16 {
	const density = 1500
	random := rand.New(rand.NewPCG(seed, 8))
	type pulse struct {
		at   int
		gain float64
	}
	var tail []pulse
	energy := 0.0
	for k := range int(rt60 * density) {
		at := 0.005 + (float64(k)+random.Float64())/density
		p := pulse{int(at * interview.SampleRate), math.Pow(10, -3*at/rt60)}
		if random.IntN(2) == 0 {
			p.gain = -p.gain
		}
		energy += p.gain * p.gain
		tail = append(tail, p)
	}
	scale := math.Sqrt(math.Pow(10, -ratio/10) / energy)
	sum := make([]float64, len(x))
	for i, v := range x {
		sum[i] += float64(v)
	}
	for _, p := range tail {
		g := p.gain * scale
		for i, v := range x[:max(0, len(x)-p.at)] {
			sum[i+p.at] += g * float64(v)
		}
	}
	out := make([]int16, len(x))
	for i, v := range sum {
		out[i] = clip(v)
	}
	return out
}
