package evidence

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"kikigaki/internal/interview"
)

// annotated is what the tests need of an annotated interview.
type annotated struct {
	ID           string `json:"id"`
	Language     string `json:"lang"`
	RecordedOn   string `json:"recorded_on"`
	Participants []struct {
		Speaker string         `json:"speaker"`
		Role    interview.Part `json:"role"`
		Name    string         `json:"name"`
	} `json:"participants"`
	Segments []interview.Segment        `json:"segments"`
	Gold     map[string]json.RawMessage `json:"gold"`
}

type item struct {
	ID       string         `json:"id"`
	Text     string         `json:"text"`
	Owner    interview.Part `json:"owner"`
	DueDate  *string        `json:"due_date"`
	Evidence []int          `json:"evidence"`
}

func (a annotated) transcript() *interview.Transcript {
	t := &interview.Transcript{Version: 1, Language: a.Language, Source: "captions", Timed: true, Segments: a.Segments}
	for _, p := range a.Participants {
		t.Speakers = append(t.Speakers, interview.Speaker{Label: p.Speaker, Name: p.Name, Role: p.Role})
	}
	return t
}

func (a annotated) items(t testing.TB, section string) []item {
	t.Helper()
	var out []item
	if err := json.Unmarshal(a.Gold[section], &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func annotatedInterviews(t testing.TB) []annotated {
	t.Helper()
	files, err := filepath.Glob("../../testdata/samples/0*.json")
	if err != nil || len(files) < 7 {
		t.Fatalf("want the seven annotated samples, found %d (%v)", len(files), err)
	}
	var out []annotated
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var a annotated
		if err := json.Unmarshal(data, &a); err != nil {
			t.Fatal(err)
		}
		out = append(out, a)
	}
	return out
}

var goldSections = []string{interview.Wishes, interview.Concerns, interview.SkillGaps, interview.ActionItems}

// TestPeopleAnnotationsStand: what careful people wrote about seven talks, in words of their own, is accepted.
func TestPeopleAnnotationsStand(t *testing.T) {
	t.Parallel()
	total, bad := 0, 0
	for _, a := range annotatedInterviews(t) {
		tr := a.transcript()
		k := NewChecker(tr, NewCalendar(a.RecordedOn, 4, followUpOf(t, a)))
		for _, section := range goldSections {
			for _, it := range a.items(t, section) {
				s := interview.Statement{Text: it.Text, Speaker: interview.PartEmployee, Owner: it.Owner, DueDate: it.DueDate}
				if section == interview.ActionItems {
					s.Speaker = tr.Part(tr.Segment(it.Evidence[0]).Speaker)
				}
				for _, id := range it.Evidence {
					s.Evidence = append(s.Evidence, interview.Evidence{Segment: id, Quote: tr.Segment(id).Text})
				}
				total++
				if f := k.Check(s, section, a.Language); len(f) > 0 {
					bad++
					t.Logf("%s %s/%s %s: %v", a.ID, section, it.ID, it.Text, f)
				}
			}
		}
	}
	if float64(bad) > 0.02*float64(total) {
		t.Errorf("%d of %d annotated items refused, at most 2 %% may be", bad, total)
	}
}

func followUpOf(t testing.TB, a annotated) string {
	t.Helper()
	var f struct {
		Date string `json:"date"`
	}
	if err := json.Unmarshal(a.Gold["follow_up"], &f); err != nil {
		t.Fatal(err)
	}
	return f.Date
}
