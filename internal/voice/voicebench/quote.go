package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"kikigaki/internal/endpoint"
	"kikigaki/internal/interview"
	"kikigaki/internal/speech"
	"kikigaki/internal/voice"
)

// textOnly is the model whose chunk lengths are used: it answers text without times.
const textOnly = "gpt-transcribe"

// times measures how far from its true time a quote stands when the recogniser gives text alone: each sample is heard
// and cut as in production, each cut answered with exactly the words said in it and no times, and the transcript put
// together. The last rows are the last half hour of 02 four times over, 2.2 hours in one file.
func (b *bench) times(ctx context.Context) error {
	fmt.Fprintf(b.out, "\n### Times of quotes from a model without times (%s's chunks)\n\n| recording | s | chunks | segments scored | median error s | 95th percentile s | most s | with the right voice %% |\n|---|---|---|---|---|---|---|---|\n", textOnly)
	for _, id := range b.ids {
		doc, err := b.script(id)
		if err != nil {
			return err
		}
		s, _, err := b.sample(ctx, id, false)
		if err != nil {
			return err
		}
		if err := b.quotes(ctx, id, s, doc, doc.Segments); err != nil {
			return err
		}
	}
	const again = 4
	doc, err := b.script("02-ja-engineer")
	if err != nil {
		return err
	}
	s, _, err := b.sample(ctx, "02-ja-engineer", false)
	if err != nil {
		return err
	}
	src, err := b.onDisk(s[0], again*s.Samples())
	if err != nil {
		return err
	}
	defer src.file.Close()
	long := script{Lang: doc.Lang}
	for i := range again {
		for _, g := range doc.Segments {
			g.Start += float64(i) * s.seconds()
			g.End += float64(i) * s.seconds()
			long.Segments = append(long.Segments, g)
		}
	}
	return b.quotes(ctx, "02-ja-engineer four times, the last of them", src, long, long.Segments[(again-1)*len(doc.Segments):])
}

// quotes prints the row of one recording; scored are the segments that count.
func (b *bench) quotes(ctx context.Context, name string, src voice.Source, doc script, scored []interview.Segment) error {
	heard, err := voice.Hear(ctx, src, voice.Options{Turns: true})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	models, err := endpoint.LoadModels("")
	if err != nil {
		return err
	}
	m := models.Speech(textOnly)
	cuts, err := voice.Cuts(heard, src, voice.Limits{Min: m.MinSeconds, Target: m.TargetSeconds, Max: m.MaxSeconds})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	t, err := speech.Assemble(speech.AssembleInput{Sound: heard, Cuts: cuts, Answers: doc.answers(cuts), Language: doc.Lang})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	errors, same, crossed := place(t, scored)
	slices.Sort(errors)
	if len(errors) == 0 {
		return fmt.Errorf("%s: nothing to score", name)
	}
	fmt.Fprintf(b.out, "| %s | %.0f | %d | %d | %.2f | %.2f | %.2f | %.1f |\n", name, float64(src.Samples())/interview.SampleRate, len(cuts), len(errors),
		median(errors), errors[len(errors)*95/100], errors[len(errors)-1], 100*float64(max(same, crossed))/float64(same+crossed))
	return nil
}

// answers is what a recogniser without errors and without times answers to cuts: of a segment that a cut divides, the
// share of its characters that lies within.
func (d script) answers(cuts []interview.Cut) map[string]interview.Answer {
	gap := " "
	if d.Lang == "ja" {
		gap = ""
	}
	out := map[string]interview.Answer{}
	for _, c := range cuts {
		var parts []string
		span := c.Span()
		for _, g := range d.Segments {
			from, to := max(g.Start, span.Start), min(g.End, span.End)
			if to <= from {
				continue
			}
			r := []rune(g.Text)
			at := func(second float64) int {
				i := int(math.Round(float64(len(r)) * (second - g.Start) / (g.End - g.Start)))
				for d.Lang != "ja" && i > 0 && i < len(r) && r[i] != ' ' {
					i++ // whole words
				}
				return i
			}
			parts = append(parts, strings.TrimSpace(string(r[at(from):at(to)])))
		}
		out[c.ID()] = interview.Answer{Cut: c.ID(), Text: strings.Join(parts, gap), Model: textOnly}
	}
	return out
}

// opening is how many letters of a segment are looked for in the transcript; shorter segments are not scored.
const opening = 8

// place finds the first letters of each segment in the transcript, at the place nearest to their true time, and returns
// the seconds between the two. same and crossed count the segments by whether voice A stands as S1 or as S2.
func place(t *interview.Transcript, segments []interview.Segment) (errors []float64, same, crossed int) {
	type letter struct {
		r     rune
		time  float64
		voice string
	}
	streams := map[string][]letter{} // all voices, and each alone: a short word of the other may stand in a sentence
	for _, g := range t.Segments {
		r := letters(g.Text)
		for i, c := range r {
			l := letter{c, g.Start + (g.End-g.Start)*float64(i)/float64(len(r)), g.Speaker}
			streams[""] = append(streams[""], l)
			streams[g.Speaker] = append(streams[g.Speaker], l)
		}
	}
	for _, g := range segments {
		r := letters(g.Text)
		if len(r) < opening {
			continue
		}
		best, who := math.Inf(1), ""
		for _, s := range streams {
			for i := 0; i+opening <= len(s); i++ {
				d := math.Abs(s[i].time - g.Start)
				if d < best && slices.EqualFunc(s[i:i+opening], r[:opening], func(l letter, c rune) bool { return l.r == c }) {
					best, who = d, s[i+opening/2].voice
				}
			}
		}
		errors = append(errors, best)
		if (g.Speaker == segments[0].Speaker) == (who == "S1") {
			same++
		} else {
			crossed++
		}
	}
	return errors, same, crossed
}

func letters(s string) []rune {
	var out []rune
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			out = append(out, r)
		}
	}
	return out
}
