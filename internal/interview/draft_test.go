package interview

import "testing"

// A sentence is known by its id and, where it has none, by its place; what was named by a place keeps that name.
func TestSentence(t *testing.T) {
	t.Parallel()
	d := &Draft{Summary: []Sentence{{ID: "01abc", Text: "one"}, {Text: "two"}, {ID: "summary:0", Text: "three"}}}
	for id, want := range map[string]int{"01abc": 0, "summary:1": 1, "summary:0": 2, "summary:2": -1, "summary:3": -1, "summary:-1": -1, "summary:01": -1, "summary:": -1, "": -1, "01": -1} {
		if got := d.Sentence(id); got != want {
			t.Errorf("%q: %d, want %d", id, got, want)
		}
	}
	place := &Draft{Summary: []Sentence{{ID: "01abc"}, {ID: "01def"}}}
	if got := place.Sentence("summary:1"); got != 1 {
		t.Errorf("by its place: %d", got)
	}
	old := &Draft{Summary: []Sentence{{Text: "one"}, {Text: "two"}}}
	named := *old
	named.NameSentences()
	if named.Summary[1].ID != "summary:1" || old.Summary[1].ID != "" {
		t.Errorf("named %+v, before %+v", named.Summary, old.Summary)
	}
}
