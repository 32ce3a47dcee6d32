package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/voice"
	"kikigaki/internal/voice/der"
)

const (
	collar      = 0.25
	turnCertain = voice.TurnCertain
	right       = 0.10 // confusion up to which a file or turn counts as right
)

// table prints one line a recording and a summary.
type table struct {
	out                 io.Writer
	rates, confusions   []float64
	detection           []float64
	certain, certainOK  int
	turns, sure, sureOK int
	audio               float64
	spent               time.Duration
}

func newTable(out io.Writer, title string) *table {
	fmt.Fprintf(out, "\n### %s\n\n| recording | s | DER %% | miss | false alarm | confusion | speech missed + false %% | confidence | certain |\n|---|---|---|---|---|---|---|---|---|\n", title)
	return &table{out: out}
}

// hear runs voice.Hear and scores what it finds.
func (t *table) hear(ctx context.Context, name string, s sound, ref []interview.Turn) error {
	began := time.Now()
	heard, err := voice.Hear(ctx, s, voice.Options{Turns: true})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	t.spent += time.Since(began)
	t.audio += s.seconds()
	score := der.Compare(ref, heard.Turns, collar)
	speech := der.Compare(one(ref), one(heard.Turns), collar)
	wrong := speech.MissRate() + speech.FalseAlarmRate()
	t.rates = append(t.rates, score.Rate())
	t.confusions = append(t.confusions, score.ConfusionRate())
	t.detection = append(t.detection, wrong)
	if heard.Certain {
		t.certain++
		if score.ConfusionRate() <= right {
			t.certainOK++
		}
	}
	t.count(ref, heard.Turns, score.Map)
	fmt.Fprintf(t.out, "| %s | %.0f | %.1f | %.1f | %.1f | %.1f | %.1f | %.3f | %v |\n", name, s.seconds(), 100*score.Rate(), 100*score.MissRate(),
		100*score.FalseAlarmRate(), 100*score.ConfusionRate(), 100*wrong, heard.Confidence, heard.Certain)
	return nil
}

// one is the union of turns as a single speaker.
func one(turns []interview.Turn) []interview.Turn {
	sorted := slices.Clone(turns)
	slices.SortFunc(sorted, func(a, b interview.Turn) int {
		if a.Start < b.Start {
			return -1
		}
		return 1
	})
	var out []interview.Turn
	for _, t := range sorted {
		t.Speaker = "speech"
		if n := len(out); n > 0 && t.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, t.End)
			continue
		}
		out = append(out, t)
	}
	return out
}

// count judges each turn by itself: right when at most a tenth of what can be scored in it is another's speech.
func (t *table) count(ref, turns []interview.Turn, names map[string]string) {
	for _, turn := range turns {
		n, bad := 0, 0
		for at := turn.Start; at < turn.End; at += 0.01 {
			speaks, his, edge := false, false, false
			for _, r := range ref {
				edge = edge || at > r.Start-collar && at < r.Start+collar || at > r.End-collar && at < r.End+collar
				if at >= r.Start && at < r.End {
					speaks = true
					his = his || r.Speaker == names[turn.Speaker]
				}
			}
			if speaks && !edge {
				n++
				if !his {
					bad++
				}
			}
		}
		if n == 0 {
			continue
		}
		t.turns++
		if turn.Confidence >= turnCertain {
			t.sure++
			if float64(bad) <= right*float64(n) {
				t.sureOK++
			}
		}
	}
}

func (t *table) close() {
	if len(t.rates) == 0 {
		fmt.Fprintln(t.out, "\nno recordings")
		return
	}
	fmt.Fprintf(t.out, "\n%d recordings: DER mean %.1f %%, median %.1f %%, at most 10 %%: %d; confusion mean %.1f %%, median %.1f %%; speech detection mean %.1f %%.\n",
		len(t.rates), 100*mean(t.rates), 100*median(t.rates), below(t.rates, 0.10), 100*mean(t.confusions), 100*median(t.confusions), 100*mean(t.detection))
	fmt.Fprintf(t.out, "Certain files: %d, of them right (confusion at most 10 %%): %d. Certain turns: %d of %d, right: %d (%.1f %%). %.0f s of sound in %.1f s.\n",
		t.certain, t.certainOK, t.sure, t.turns, t.sureOK, 100*float64(t.sureOK)/float64(max(1, t.sure)), t.audio, t.spent.Seconds())
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

func median(v []float64) float64 {
	s := slices.Clone(v)
	slices.Sort(s)
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}

func below(v []float64, limit float64) int {
	n := 0
	for _, x := range v {
		if x <= limit {
			n++
		}
	}
	return n
}
