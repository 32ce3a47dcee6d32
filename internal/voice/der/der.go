// Package der scores speaker turns against a reference: the diarization error rate of the NIST Rich Transcription
// evaluations, on a grid of 10 ms, with a collar around every edge of the reference and overlapped speech counted.
// internal/voice's tests and its measuring program use it; nothing else does.
package der

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"

	"kikigaki/internal/interview"
)

// Score is the error of one hypothesis in seconds of reference speech. A second with two speakers counts twice.
type Score struct {
	Speech     float64           // reference speech outside the collars
	Miss       float64           // reference speech that no turn covers
	FalseAlarm float64           // turns where nobody, or fewer people, speak
	Confusion  float64           // speech given to the wrong speaker
	Reference  int               // speakers in the reference
	Found      int               // speakers in the hypothesis
	Map        map[string]string // hypothesis speaker → reference speaker
}

// Rate is the diarization error rate: all errors over the speech, which can exceed 1.
func (s Score) Rate() float64 {
	return (s.Miss + s.FalseAlarm + s.Confusion) / math.Max(0.01, s.Speech)
}

// MissRate, FalseAlarmRate and ConfusionRate are the parts of Rate.
func (s Score) MissRate() float64       { return s.Miss / math.Max(0.01, s.Speech) }
func (s Score) FalseAlarmRate() float64 { return s.FalseAlarm / math.Max(0.01, s.Speech) }
func (s Score) ConfusionRate() float64  { return s.Confusion / math.Max(0.01, s.Speech) }

const grid = 100 // frames a second

// Compare scores hypothesis against reference with the one-to-one speaker mapping that errs least. collar is in
// seconds on each side of every reference edge; what lies within is not scored.
func Compare(reference, hypothesis []interview.Turn, collar float64) Score {
	end := 0.0
	for _, t := range reference {
		end = math.Max(end, t.End)
	}
	for _, t := range hypothesis {
		end = math.Max(end, t.End)
	}
	n := int(end*grid) + 1
	refs, r := rasterise(reference, n)
	hyps, h := rasterise(hypothesis, n)
	skip := make([]bool, n)
	for _, t := range reference {
		for _, x := range []float64{t.Start, t.End} {
			for i := max(0, int((x-collar)*grid)); i < min(n, int((x+collar)*grid)); i++ {
				skip[i] = true
			}
		}
	}
	best := Score{Speech: -1}
	for _, p := range mappings(len(refs), len(hyps)) {
		if s := score(r, h, skip, p); best.Speech < 0 || s.Miss+s.FalseAlarm+s.Confusion < best.Miss+best.FalseAlarm+best.Confusion {
			best = s
			best.Map = map[string]string{}
			for ref, hyp := range p {
				if hyp >= 0 {
					best.Map[hyps[hyp]] = refs[ref]
				}
			}
		}
	}
	best.Reference, best.Found = len(refs), len(hyps)
	return best
}

// score counts errors for one mapping: p[reference speaker] is the hypothesis speaker, -1 for none.
func score(r, h []uint32, skip []bool, p []int) Score {
	var speech, miss, alarm, confused int
	for i := range r {
		if skip[i] {
			continue
		}
		nr, nh, correct := ones(r[i]), ones(h[i]), 0
		for ref, hyp := range p {
			if hyp >= 0 && r[i]>>ref&1 == 1 && h[i]>>hyp&1 == 1 {
				correct++
			}
		}
		speech += nr
		miss += max(0, nr-nh)
		alarm += max(0, nh-nr)
		confused += min(nr, nh) - correct
	}
	return Score{Speech: float64(speech) / grid, Miss: float64(miss) / grid, FalseAlarm: float64(alarm) / grid, Confusion: float64(confused) / grid}
}

func ones(v uint32) int {
	n := 0
	for ; v > 0; v &= v - 1 {
		n++
	}
	return n
}

// rasterise lists the speakers in order of name and a set of them, as bits, for each of n frames.
func rasterise(turns []interview.Turn, n int) ([]string, []uint32) {
	index := map[string]int{}
	var names []string
	for _, t := range turns {
		if _, ok := index[t.Speaker]; !ok {
			index[t.Speaker] = 0
			names = append(names, t.Speaker)
		}
	}
	sort.Strings(names)
	for i, s := range names {
		index[s] = i
	}
	out := make([]uint32, n)
	for _, t := range turns {
		for i := int(t.Start * grid); i < min(n, int(t.End*grid)); i++ {
			out[i] |= 1 << index[t.Speaker]
		}
	}
	return names, out
}

// mappings are all ways to give each of refs reference speakers a different one of hyps, or none where there are too few.
func mappings(refs, hyps int) [][]int {
	var out [][]int
	used := make([]bool, hyps)
	p := make([]int, refs)
	var next func(i, none int)
	next = func(i, none int) {
		if i == refs {
			out = append(out, append([]int(nil), p...))
			return
		}
		for k := range used {
			if !used[k] {
				used[k], p[i] = true, k
				next(i+1, none)
				used[k] = false
			}
		}
		if none > 0 {
			p[i] = -1
			next(i+1, none-1)
		}
	}
	next(0, max(0, refs-hyps))
	return out
}

// ReadRTTM reads the SPEAKER lines of a NIST RTTM file.
func ReadRTTM(r io.Reader) ([]interview.Turn, error) {
	var turns []interview.Turn
	s := bufio.NewScanner(r)
	for line := 1; s.Scan(); line++ {
		f := strings.Fields(s.Text())
		if len(f) == 0 || f[0] != "SPEAKER" {
			continue
		}
		if len(f) < 8 {
			return nil, fmt.Errorf("rttm line %d: %d fields, want at least 8", line, len(f))
		}
		start, err := strconv.ParseFloat(f[3], 64)
		if err != nil {
			return nil, fmt.Errorf("rttm line %d: start: %w", line, err)
		}
		length, err := strconv.ParseFloat(f[4], 64)
		if err != nil {
			return nil, fmt.Errorf("rttm line %d: length: %w", line, err)
		}
		turns = append(turns, interview.Turn{Speaker: f[7], Start: start, End: start + length, Confidence: 1})
	}
	return turns, s.Err()
}
