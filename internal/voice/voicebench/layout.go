package main

import (
	"context"
	"fmt"

	"kikigaki/internal/interview"
	"kikigaki/internal/voice"
	"kikigaki/internal/voice/der"
)

// layouts makes two-channel files of sample 03 and counts which are taken for what they are.
func (b *bench) layouts(ctx context.Context) error {
	mono, _, err := b.sample(ctx, "03-en-analyst", false)
	if err != nil {
		return err
	}
	two, ref, err := b.sample(ctx, "03-en-analyst", true)
	if err != nil {
		return err
	}
	m := mono[0]
	silent := make([]int16, len(m))
	half := sound{m}.gain(-6)[0]
	turned := make([]int16, len(m))
	for i, v := range m {
		turned[i] = -max(v, -32767)
	}
	cases := []struct {
		name string
		s    sound
		want interview.Layout
	}{
		{"the same twice", sound{m, m}, interview.DualMono},
		{"the same, right -6 dB, noise 40 dB", sound{m, half}.noisy(40, 2), interview.DualMono},
		{"inverted", sound{m, turned}, interview.Inverted},
		{"inverted, -6 dB, noise 40 dB", sound{turned, half}.noisy(40, 3), interview.Inverted},
		{"left only", sound{m, silent}, interview.OneSided},
		{"right only, left hiss at -60 dB", sound{sound{m}.gain(-60).noisy(0, 4)[0], m}, interview.OneSided},
		{"one voice a side", two, interview.TwoChannel},
		{"one voice a side, right -20 dB", sound{two[0], sound{two[1]}.gain(-20)[0]}, interview.TwoChannel},
		{"bleed -20 dB", bleed(two, 20), interview.TwoChannel},
		{"bleed -10 dB", bleed(two, 10), interview.TwoChannel},
		{"bleed -6 dB", bleed(two, 6), interview.TwoChannel},
	}
	for _, c := range cases[:8] {
		aac, err := b.through(ctx, c.s, "layout.m4a", "-c:a", "aac", "-b:a", "48k")
		if err != nil {
			return err
		}
		opus, err := b.through(ctx, c.s, "layout.ogg", "-c:a", "libopus", "-b:a", "32k")
		if err != nil {
			return err
		}
		c.name, c.s = c.name+", AAC", aac
		cases = append(cases, c)
		c.name, c.s = c.name[:len(c.name)-3]+"Opus", opus
		cases = append(cases, c)
	}
	fmt.Fprintf(b.out, "\n### Layouts of made two-channel files\n\n| file | correlation | want | found | DER %% |\n|---|---|---|---|---|\n")
	right := 0
	for _, c := range cases {
		heard, err := voice.Hear(ctx, c.s, voice.Options{Turns: true})
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if heard.Layout == c.want {
			right++
		}
		fmt.Fprintf(b.out, "| %s | %.3f | %s | %s | %.1f |\n", c.name, heard.Channels[1].Correlation, c.want, heard.Layout, 100*der.Compare(ref, heard.Turns, collar).Rate())
	}
	fmt.Fprintf(b.out, "\n%d of %d layouts right.\n", right, len(cases))
	return nil
}

// bleed lets each channel be heard on the other, down by db and 2 ms late.
func bleed(s sound, db float64) sound {
	const delay = interview.SampleRate * 2 / 1000
	down := s.gain(-db)
	out := sound{make([]int16, len(s[0])), make([]int16, len(s[1]))}
	for ch := range out {
		for i, v := range s[ch] {
			x := float64(v)
			if i >= delay {
				x += float64(down[1-ch][i-delay])
			}
			out[ch][i] = clip(x)
		}
	}
	return out
}
