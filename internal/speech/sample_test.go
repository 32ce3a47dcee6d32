package speech

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"kikigaki/internal/interview"
)

// sample is one of the annotated talks in testdata/samples.
type sample struct {
	ID           string `json:"id"`
	Lang         string `json:"lang"`
	Participants []struct {
		Speaker string         `json:"speaker"`
		Role    interview.Part `json:"role"`
		Name    string         `json:"name"`
	} `json:"participants"`
	Segments []interview.Segment `json:"segments"`
}

var sampleNames = []string{"01-ja-sales", "02-ja-engineer", "03-en-analyst", "04-ja-caregiver", "05-ja-newgrad",
	"06-ja-sales-manager", "07-ja-researcher"}

func samplePath(name string) string { return filepath.Join("..", "..", "testdata", "samples", name) }

func loadSample(t testing.TB, name string) sample {
	t.Helper()
	b, err := os.ReadFile(samplePath(name + ".json"))
	if err != nil {
		t.Fatal(err)
	}
	var s sample
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// transcript is the sample as captions without roles and names.
func (s sample) transcript() *interview.Transcript {
	t := &interview.Transcript{Language: s.Lang, Source: "captions", Timed: true}
	t.Segments = append(t.Segments, s.Segments...)
	for _, p := range s.Participants {
		t.Speakers = append(t.Speakers, interview.Speaker{Label: p.Speaker, Role: interview.PartUnknown})
	}
	return t
}

func (s sample) people() []Participant {
	var out []Participant
	for _, p := range s.Participants {
		out = append(out, Participant{Name: p.Name, Role: p.Role})
	}
	return out
}

func (s sample) role(label string) interview.Part {
	for _, p := range s.Participants {
		if p.Speaker == label {
			return p.Role
		}
	}
	return interview.PartUnknown
}

// swapLabels exchanges A and B everywhere.
func swapLabels(t *interview.Transcript) *interview.Transcript {
	swap := map[string]string{"A": "B", "B": "A"}
	out := *t
	out.Segments = append([]interview.Segment(nil), t.Segments...)
	out.Speakers = append([]interview.Speaker(nil), t.Speakers...)
	for i := range out.Segments {
		out.Segments[i].Speaker = swap[out.Segments[i].Speaker]
	}
	return &out
}
