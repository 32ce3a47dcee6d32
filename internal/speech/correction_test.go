package speech

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kikigaki/internal/interview"
)

// rerun assembles the sample again on top of a version people worked on.
func rerun(t *testing.T, in AssembleInput, previous *interview.Transcript) *interview.Transcript {
	t.Helper()
	in.Previous = previous
	got, err := Assemble(in)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func copyOf(t *interview.Transcript) *interview.Transcript {
	out := *t
	out.Segments = append([]interview.Segment(nil), t.Segments...)
	out.Speakers = append([]interview.Speaker(nil), t.Speakers...)
	return &out
}

func TestSecondRunKeepsIDs(t *testing.T) {
	t.Parallel()
	first, in := assembleSample(t, loadSample(t, "01-ja-sales"), interview.Mono)
	if d := cmp.Diff(first, rerun(t, in, first)); d != "" {
		t.Errorf("the same answers gave another transcript:\n%s", d)
	}
}

func TestCorrectionsSurviveANewRun(t *testing.T) {
	t.Parallel()
	first, in := assembleSample(t, loadSample(t, "01-ja-sales"), interview.Mono)
	edited := copyOf(first)
	edited.Segments[10].Text, edited.Segments[10].Corrected = "取引先との交渉が増えました。", true
	edited.Segments[20].Speaker, edited.Segments[20].Corrected = "S2", true
	edited.Segments[30].Text, edited.Segments[30].OffRecord = "", true
	edited.Speakers[0] = interview.Speaker{Label: "S1", Name: "佐伯", Role: interview.PartEmployee, Confidence: 1, By: "person"}

	// another recogniser answers with other words in one cut
	changed := in.Cuts[3].ID()
	answers := map[string]interview.Answer{}
	for id, a := range in.Answers {
		if id == changed {
			a.Text = "まったく別の言葉で書きました。" + a.Text
		}
		answers[id] = a
	}
	in.Answers = answers
	got := rerun(t, in, edited)

	for _, i := range []int{10, 20, 30} {
		want := edited.Segments[i]
		if s := got.Segment(want.ID); s == nil || *s != want {
			t.Errorf("segment %d = %+v, want it as people left it: %+v", want.ID, s, want)
		}
	}
	if got.Speakers[0] != edited.Speakers[0] {
		t.Errorf("speaker = %+v", got.Speakers[0])
	}
	// ids are never reused for other words
	seen := map[int]string{}
	for _, s := range edited.Segments {
		seen[s.ID] = s.Text
	}
	ids := map[int]bool{}
	fresh := 0
	for _, s := range got.Segments {
		if ids[s.ID] {
			t.Errorf("id %d is there twice", s.ID)
		}
		ids[s.ID] = true
		if text, old := seen[s.ID]; old && text != s.Text {
			t.Errorf("id %d meant %q and means %q now", s.ID, text, s.Text)
		} else if !old {
			fresh++
		}
	}
	if fresh == 0 || fresh > 20 {
		t.Errorf("%d new ids for one changed cut", fresh)
	}
	// what was corrected or removed is not there a second time
	for _, s := range got.Segments {
		for _, k := range []int{10, 30} {
			old := first.Segments[k]
			if s.Text == old.Text && s.Start > old.Start-1 && s.Start < old.End {
				t.Errorf("the words of segment %d came back: %+v", old.ID, s)
			}
		}
	}
}

// TestRemovedWordsDoNotComeBack: with times that differ a little, nothing that touches a removed range returns.
func TestRemovedWordsDoNotComeBack(t *testing.T) {
	t.Parallel()
	first, in := assembleSample(t, loadSample(t, "04-ja-caregiver"), interview.Mono)
	edited := copyOf(first)
	removed := map[string]bool{}
	for i := 40; i < 45; i++ {
		removed[edited.Segments[i].Text] = true
		edited.Segments[i].Text, edited.Segments[i].OffRecord = "", true
	}
	for i := range in.Sound.Speech {
		in.Sound.Speech[i].Start += 0.15
		in.Sound.Speech[i].End += 0.15
	}
	for i := range in.Sound.Turns {
		in.Sound.Turns[i].Start += 0.15
		in.Sound.Turns[i].End += 0.15
	}
	got := rerun(t, in, edited)
	from, to := edited.Segments[40].Start, edited.Segments[44].End
	for _, s := range got.Segments {
		if !s.OffRecord && s.End > from+0.35 && s.Start < to-0.35 {
			t.Errorf("%v to %v holds %q, removed are %v to %v", s.Start, s.End, s.Text, from, to)
		}
	}
	kept := 0
	for _, s := range got.Segments {
		if s.OffRecord {
			kept++
		}
	}
	if kept != 5 {
		t.Errorf("%d removed segments are marked, want 5", kept)
	}
}
