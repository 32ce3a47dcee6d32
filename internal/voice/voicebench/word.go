package main

import (
	"context"
	"fmt"

	"kikigaki/internal/interview"
	"kikigaki/internal/voice"
)

// words measures whose words they are taken for where each voice has a channel of its own and is heard on the other:
// of the letters outside overlap, those whose middle lies in a turn of the right voice and in none of the other's.
func (b *bench) words(ctx context.Context) error {
	fmt.Fprintf(b.out, "\n### Whose words they are, one voice a channel with bleed (rendered samples, left A, right B)\n\n| recording | letters | right | wrong voice | no voice | right %% |\n|---|---|---|---|---|---|\n")
	for _, id := range b.ids {
		doc, err := b.script(id)
		if err != nil {
			return err
		}
		two, _, err := b.sample(ctx, id, true)
		if err != nil {
			return err
		}
		for _, db := range []float64{20, 10} {
			heard, err := voice.Hear(ctx, bleed(two, db), voice.Options{Turns: true})
			if err != nil {
				return fmt.Errorf("%s: %w", id, err)
			}
			all, own, wrong := 0, 0, 0
			for _, w := range doc.words() {
				all++
				switch label := map[string]string{"A": "S1", "B": "S2"}[w.Speaker]; voicesAt(heard.Turns, (w.Start+w.End)/2) {
				case label:
					own++
				case "":
				default:
					wrong++
				}
			}
			fmt.Fprintf(b.out, "| %s, bleed -%.0f dB (%s) | %d | %d | %d | %d | %.2f |\n", id, db, heard.Layout, all, own, wrong, all-own-wrong, 100*float64(own)/float64(max(1, all)))
		}
	}
	return nil
}

// words are the letters of the segments, each at its even share of the time (Japanese writes no spaces; a letter is the
// finest thing that can be put with the wrong person), without those in overlap.
func (d script) words() []interview.Turn {
	var out []interview.Turn
	for i, g := range d.Segments {
		n := len(letters(g.Text))
		for k := range n {
			w := interview.Turn{Speaker: g.Speaker, Start: g.Start + (g.End-g.Start)*float64(k)/float64(n), End: g.Start + (g.End-g.Start)*float64(k+1)/float64(n)}
			clear := true
			for j := max(0, i-5); j < min(len(d.Segments), i+6); j++ {
				o := d.Segments[j]
				clear = clear && (o.Speaker == g.Speaker || o.End <= w.Start || o.Start >= w.End)
			}
			if clear {
				out = append(out, w)
			}
		}
	}
	return out
}

// voicesAt is the voice whose turn a moment lies in, "" for none, all of them joined where there are several.
func voicesAt(turns []interview.Turn, at float64) string {
	out := ""
	for _, t := range turns {
		if t.Start <= at && at < t.End {
			out += t.Speaker
		}
	}
	return out
}
