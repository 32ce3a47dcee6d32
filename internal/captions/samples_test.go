package captions_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"kikigaki/internal/captions"
	"kikigaki/internal/interview"
)

var sampleIDs = []string{"01-ja-sales", "02-ja-engineer", "03-en-analyst", "04-ja-caregiver", "05-ja-newgrad", "06-ja-sales-manager", "07-ja-researcher"}

// gold is what a sample says of itself, read without the package under test.
type gold struct {
	Lang         string
	RecordedOn   string `json:"recorded_on"`
	Participants []struct {
		Speaker, Name string
		Role          interview.Part
	}
	Segments []struct {
		ID            int
		Start, End    float64
		Speaker, Text string
	}
}

func readGold(t *testing.T, id string) gold {
	t.Helper()
	data, err := os.ReadFile(sample(id + ".json"))
	if err != nil {
		t.Fatal(err)
	}
	var g gold
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

func sample(name string) string { return filepath.Join("..", "..", "testdata", "samples", name) }

func readFile(t *testing.T, name, language string) captions.File {
	t.Helper()
	file, err := os.Open(sample(name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	f, err := captions.ReadAll(name, file, language)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return f
}

// Every form of every sample holds the same words, speakers and times; lines that Teams broke are whole again.
func TestSamples(t *testing.T) {
	t.Parallel()
	for _, id := range sampleIDs {
		want := readGold(t, id)
		for _, ext := range []string{".json", ".vtt", ".srt", ".txt"} {
			t.Run(id+ext, func(t *testing.T) {
				t.Parallel()
				f := readFile(t, id+ext, "")
				got := f.Transcript
				if len(got.Segments) != len(want.Segments) {
					t.Fatalf("%d segments, want %d", len(got.Segments), len(want.Segments))
				}
				if got.Language != want.Lang || got.Source != "captions" || got.Timed != (ext != ".txt") {
					t.Errorf("language %q, source %q, timed %v", got.Language, got.Source, got.Timed)
				}
				names := map[string]string{}
				for _, p := range want.Participants {
					names[p.Speaker] = p.Name
				}
				for i, w := range want.Segments {
					s := got.Segments[i]
					if s.ID != w.ID || s.Text != w.Text {
						t.Errorf("segment %d %q, want %d %q", s.ID, s.Text, w.ID, w.Text)
					}
					if name := nameOf(got, s.Speaker); name != names[w.Speaker] {
						t.Errorf("segment %d by %q, want %q", s.ID, name, names[w.Speaker])
					}
					if ext != ".txt" && (abs(s.Start-w.Start) > 0.001 || abs(s.End-w.End) > 0.001) {
						t.Errorf("segment %d at %v–%v, want %v–%v", s.ID, s.Start, s.End, w.Start, w.End)
					}
				}
				if ext == ".json" {
					if f.RecordedOn != want.RecordedOn || len(f.Participants) != 2 {
						t.Errorf("recorded on %q, participants %v", f.RecordedOn, f.Participants)
					}
					for _, p := range want.Participants {
						if got.Part(p.Speaker) != p.Role {
							t.Errorf("%s is %q, want %q", p.Speaker, got.Part(p.Speaker), p.Role)
						}
					}
				}
			})
		}
	}
}

func nameOf(t *interview.Transcript, label string) string {
	for _, s := range t.Speakers {
		if s.Label == label {
			return s.Name
		}
	}
	return ""
}

func abs(x float64) float64 { return max(x, -x) }
