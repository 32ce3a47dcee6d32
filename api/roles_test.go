package api

import (
	"testing"

	"kikigaki/internal/interview"
)

// TestOneRoleOfTwoMovesTheOther: who says that one of two voices is the employee has said that the other is not.
func TestOneRoleOfTwoMovesTheOther(t *testing.T) {
	t.Parallel()
	talk := func() *interview.Transcript {
		return &interview.Transcript{Speakers: []interview.Speaker{{Label: "A", Role: interview.PartInterviewer, By: "text"}, {Label: "B", Role: interview.PartEmployee, By: "text"}}}
	}
	one := talk()
	if _, err := correct(one, TranscriptPatch{Speakers: []SpeakerPatch{{Label: "A", Role: interview.PartEmployee}}}); err != nil {
		t.Fatal(err)
	}
	if one.Part("A") != interview.PartEmployee || one.Part("B") != interview.PartInterviewer || one.Speakers[1].By != "person" {
		t.Errorf("one of two: %+v", one.Speakers)
	}
	both := talk()
	patch := TranscriptPatch{Speakers: []SpeakerPatch{{Label: "A", Role: interview.PartEmployee}, {Label: "B", Role: interview.PartEmployee}}}
	if _, err := correct(both, patch); err != nil {
		t.Fatal(err)
	}
	if both.Part("B") != interview.PartEmployee {
		t.Errorf("a person's word on both stands: %+v", both.Speakers)
	}
	third := talk()
	if _, err := correct(third, TranscriptPatch{Speakers: []SpeakerPatch{{Label: "A", Role: interview.PartOther}}}); err != nil {
		t.Fatal(err)
	}
	if third.Part("B") != interview.PartEmployee {
		t.Errorf("somebody else beside the employee: %+v", third.Speakers)
	}
}
