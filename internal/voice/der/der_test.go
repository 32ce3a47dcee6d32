package der_test

import (
	"math"
	"strings"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/voice/der"
)

func turn(s string, from, to float64) interview.Turn {
	return interview.Turn{Speaker: s, Start: from, End: to}
}

func TestCompareCountsByHand(t *testing.T) {
	t.Parallel()
	two := []interview.Turn{turn("A", 0, 10), turn("B", 10, 20)}
	for _, c := range []struct {
		name                      string
		ref, hyp                  []interview.Turn
		collar                    float64
		speech, miss, alarm, conf float64
	}{
		{"the same under other names", two, []interview.Turn{turn("x", 0, 10), turn("w", 10, 20)}, 0, 20, 0, 0, 0},
		{"all missed", two, nil, 0, 20, 20, 0, 0},
		{"half a turn confused", two, []interview.Turn{turn("x", 0, 5), turn("y", 5, 20)}, 0, 20, 0, 0, 5},
		{"one voice found for two", two, []interview.Turn{turn("x", 0, 20)}, 0, 20, 0, 0, 10},
		{"false alarm after the end", two, []interview.Turn{turn("x", 0, 10), turn("y", 10, 24)}, 0, 20, 0, 4, 0},
		{"an error within the collar", two, []interview.Turn{turn("x", 0, 10.2), turn("y", 10.2, 20)}, 0.25, 19, 0, 0, 0},
		{"an error that leaves the collar", two, []interview.Turn{turn("x", 0, 11), turn("y", 11, 20)}, 0.25, 19, 0, 0, 0.75},
		{"overlap counts twice and is missed once", []interview.Turn{turn("A", 0, 10), turn("B", 4, 6)},
			[]interview.Turn{turn("x", 0, 10)}, 0, 12, 2, 0, 0},
		{"overlap found", []interview.Turn{turn("A", 0, 10), turn("B", 4, 6)},
			[]interview.Turn{turn("x", 0, 10), turn("y", 4, 6)}, 0, 12, 0, 0, 0},
		{"a third voice made up", two, []interview.Turn{turn("x", 0, 10), turn("y", 10, 15), turn("z", 15, 20)}, 0, 20, 0, 0, 5},
		{"nobody speaks", nil, []interview.Turn{turn("x", 0, 3)}, 0, 0, 0, 3, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := der.Compare(c.ref, c.hyp, c.collar)
			for _, v := range []struct {
				name      string
				got, want float64
			}{{"speech", s.Speech, c.speech}, {"miss", s.Miss, c.miss}, {"false alarm", s.FalseAlarm, c.alarm}, {"confusion", s.Confusion, c.conf}} {
				if math.Abs(v.got-v.want) > 0.011 {
					t.Errorf("%s %.2f s, want %.2f s", v.name, v.got, v.want)
				}
			}
		})
	}
}

func TestCompareMapsSpeakers(t *testing.T) {
	t.Parallel()
	s := der.Compare([]interview.Turn{turn("A", 0, 10), turn("B", 10, 12)}, []interview.Turn{turn("S2", 0, 9), turn("S1", 10, 12)}, 0)
	if s.Map["S2"] != "A" || s.Map["S1"] != "B" || s.Reference != 2 || s.Found != 2 {
		t.Errorf("map %v of %d and %d speakers", s.Map, s.Reference, s.Found)
	}
	if got := s.Rate(); math.Abs(got-1.0/12) > 0.001 {
		t.Errorf("rate %.4f, want %.4f", got, 1.0/12)
	}
}

func TestReadRTTM(t *testing.T) {
	t.Parallel()
	turns, err := der.ReadRTTM(strings.NewReader("SPKR-INFO x 1 <NA>\nSPEAKER call 1 2.150 1.370 <NA> <NA> A <NA> <NA>\n\n"))
	if err != nil || len(turns) != 1 || turns[0].Speaker != "A" || math.Abs(turns[0].End-3.52) > 1e-9 {
		t.Errorf("turns %v, error %v", turns, err)
	}
	for _, bad := range []string{"SPEAKER call 1 2.1", "SPEAKER call 1 x 1.370 <NA> <NA> A", "SPEAKER call 1 1 y <NA> <NA> A"} {
		if _, err := der.ReadRTTM(strings.NewReader(bad)); err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%q: error %v, want one naming line 1", bad, err)
		}
	}
}
