package captions_test

import (
	"testing"

	"kikigaki/internal/captions"
	"kikigaki/internal/interview"
)

// speechOf is the speech of a sample's recording: its gold segments, short pauses closed as a detector would.
func speechOf(g gold) (spans []interview.Span, duration float64) {
	for _, s := range g.Segments {
		if n := len(spans); n > 0 && s.Start-spans[n-1].End < 0.3 {
			spans[n-1].End = max(spans[n-1].End, s.End)
		} else {
			spans = append(spans, interview.Span{Start: s.Start, End: s.End})
		}
		duration = max(duration, s.End+1)
	}
	return spans, duration
}

// shift moves every cue.
func shift(t *interview.Transcript, by, scale float64) *interview.Transcript {
	out := *t
	out.Segments = nil
	for _, s := range t.Segments {
		s.Start, s.End = max(0, s.Start*scale+by), max(0, s.End*scale+by)
		out.Segments = append(out.Segments, s)
	}
	return &out
}

// Every sample's captions fit its own recording, also late, early, cut short or drifting as programs make them; those of
// a talk of another length do not.
func TestMatch(t *testing.T) {
	t.Parallel()
	for _, of := range sampleIDs {
		speech, duration := speechOf(readGold(t, of))
		own := readFile(t, of+".vtt", "").Transcript
		half := *own
		half.Segments = own.Segments[:len(own.Segments)*6/10]
		late := *own
		late.Segments = own.Segments[len(own.Segments)/2:]
		for name, fits := range map[string]*interview.Transcript{"own": own, "2 s late": shift(own, 2, 1), "2 s early": shift(own, -2, 1), "drifting": shift(own, 0, 1.005),
			"stopped early": &half, "started late": &late, "without times": readFile(t, of+".txt", "").Transcript} {
			if err := captions.Match(fits, duration, speech); err != nil {
				t.Errorf("%s of %s: %v", name, of, err)
			}
		}
		for _, other := range sampleIDs {
			_, length := speechOf(readGold(t, other))
			err := captions.Match(readFile(t, other+".vtt", "").Transcript, duration, speech)
			if length > 1.2*duration || duration > 2.2*length {
				if interview.Code(err) != "captions_mismatch" {
					t.Errorf("captions of %s (%.0f s) pass for the recording of %s (%.0f s): %v", other, length, of, duration, err)
				}
			}
		}
	}
}

func TestMatchEdges(t *testing.T) {
	t.Parallel()
	cues := func(spans ...interview.Span) *interview.Transcript {
		out := &interview.Transcript{Timed: true}
		for _, s := range spans {
			out.Segments = append(out.Segments, interview.Segment{Start: s.Start, End: s.End, Text: "x"})
		}
		return out
	}
	for _, row := range []struct {
		name     string
		cues     *interview.Transcript
		duration float64
		speech   []interview.Span
		mismatch bool
	}{
		{"nothing known", cues(interview.Span{Start: 0, End: 1000}), 0, nil, false},
		{"no cues", cues(), 100, []interview.Span{{Start: 0, End: 100}}, false},
		{"a little beyond", cues(interview.Span{Start: 0, End: 125}), 100, nil, false},
		{"far beyond", cues(interview.Span{Start: 0, End: 131}), 100, nil, true},
		{"beyond, long", cues(interview.Span{Start: 0, End: 3900}), 3600, nil, false},
		{"far beyond, long", cues(interview.Span{Start: 0, End: 4000}), 3600, nil, true},
		{"in the silence", cues(interview.Span{Start: 50, End: 90}), 100, []interview.Span{{Start: 0, End: 40}}, true},
		{"near speech", cues(interview.Span{Start: 41, End: 45}), 100, []interview.Span{{Start: 0, End: 40}, {Start: 50, End: 60}}, false},
		{"half in the silence", cues(interview.Span{Start: 20, End: 60}), 100, []interview.Span{{Start: 0, End: 40}}, false},
		{"overlapping speech counted once", cues(interview.Span{Start: 0, End: 100}), 100, []interview.Span{{Start: 0, End: 20}, {Start: 10, End: 20}}, true},
		{"most speech afterwards", cues(interview.Span{Start: 0, End: 100}), 600, []interview.Span{{Start: 0, End: 600}}, true},
		{"short rest", cues(interview.Span{Start: 0, End: 10}), 100, []interview.Span{{Start: 0, End: 100}}, false},
	} {
		err := captions.Match(row.cues, row.duration, row.speech)
		if got := interview.Code(err) == "captions_mismatch"; got != row.mismatch || err == nil == row.mismatch {
			t.Errorf("%s: %v, want mismatch %v", row.name, err, row.mismatch)
		}
	}
}
