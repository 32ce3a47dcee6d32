package score

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// reference is one output and what the scorer that came with the annotated interviews says about it. The file holds
// perfect, thinned, doubled, shifted, forbidden, random and empty outputs of all seven.
type reference struct {
	Gold   string `json:"gold"`
	Name   string `json:"name"`
	Output struct {
		Wishes    []Item `json:"wishes"`
		Concerns  []Item `json:"concerns"`
		SkillGaps []Item `json:"skill_gaps"`
		Actions   []Item `json:"action_items"`
		Summary   string `json:"summary"`
	} `json:"output"`
	Result Result `json:"result"`
}

func TestEqualsTheReferenceScorer(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []reference
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 40 {
		t.Fatalf("only %d cases", len(cases))
	}
	golds := map[string]*Gold{}
	for _, c := range cases {
		g := golds[c.Gold]
		if g == nil {
			g = readGold(t, filepath.Join("../../../testdata/samples", c.Gold))
			golds[c.Gold] = g
		}
		out := Output{Summary: c.Output.Summary, Items: map[string][]Item{"wishes": c.Output.Wishes, "concerns": c.Output.Concerns,
			"skill_gaps": c.Output.SkillGaps, "action_items": c.Output.Actions}}
		got, want := Score(g, out), c.Result
		name := c.Gold + " " + c.Name
		for _, s := range Sections {
			same(t, name+" "+s, got.Sections[s], want.Sections[s])
		}
		same(t, name+" overall", got.Overall, want.Overall)
		near6(t, name+" text", got.TextSimilarity, want.TextSimilarity)
		pointer(t, name+" owner", got.Owner, want.Owner)
		pointer(t, name+" due", got.DueDate, want.DueDate)
		if len(got.Missed) != len(want.Missed) || len(got.Extra) != len(want.Extra) || got.WithoutQuote != want.WithoutQuote {
			t.Errorf("%s: missed %d extra %d without quote %d, want %d %d %d", name, len(got.Missed), len(got.Extra), got.WithoutQuote,
				len(want.Missed), len(want.Extra), want.WithoutQuote)
		}
		violations(t, name, got.Violations, want.Violations)
		if len(got.Ungrounded) != len(want.Ungrounded) {
			t.Errorf("%s: %d ungrounded, want %d", name, len(got.Ungrounded), len(want.Ungrounded))
		}
	}
}

func readGold(t *testing.T, path string) *Gold {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	g, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func same(t *testing.T, name string, got, want Ratio) {
	t.Helper()
	if got.Gold != want.Gold || got.Output != want.Output || got.Matched != want.Matched {
		t.Errorf("%s: %d/%d/%d, want %d/%d/%d", name, got.Matched, got.Output, got.Gold, want.Matched, want.Output, want.Gold)
	}
	near6(t, name, got.F1, want.F1)
	near6(t, name, got.Precision, want.Precision)
	near6(t, name, got.Recall, want.Recall)
}

func TestParseRefusesWhatCannotBeScored(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "[]", "{}", `{"segments":[{"id":1,"text":"x"}]}`,
		`{"participants":[{"speaker":"A","role":"interviewer"},{"speaker":"B","role":"employee"}],"segments":[{"id":1},{"id":1}]}`} {
		if _, err := Parse([]byte(bad)); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func near6(t *testing.T, name string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6 {
		t.Errorf("%s: %v, want %v", name, got, want)
	}
}

func pointer(t *testing.T, name string, got, want *float64) {
	t.Helper()
	if (got == nil) != (want == nil) {
		t.Errorf("%s: %v, want %v", name, got, want)
	} else if got != nil {
		near6(t, name, *got, *want)
	}
}

func violations(t *testing.T, name string, got, want []Violation) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d violations, want %d", name, len(got), len(want))
		return
	}
	for i := range got {
		if got[i].Forbidden != want[i].Forbidden || len(got[i].Cites) != len(want[i].Cites) || math.Abs(got[i].Contains-want[i].Contains) > 0.006 {
			t.Errorf("%s: violation %+v, want %+v", name, got[i], want[i])
		}
	}
}
