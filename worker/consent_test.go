package worker

import (
	"errors"
	"testing"

	"kikigaki/internal/interview"
)

// Each of the two decides about their own voice: the employee must have said yes, the interviewer must not have said no.
func TestWhoseNoStopsAStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t, world{})
	for name, c := range map[string]struct {
		employee, interviewer interview.Decision
		code                  string // "" goes on, "stale" ends the task
	}{
		"nobody was asked":           {"", "", "needs_consent"},
		"the employee agreed":        {interview.Given, "", ""},
		"attested":                   {interview.Attested, "", ""},
		"both agreed":                {interview.Given, interview.Given, ""},
		"the employee refused":       {interview.Refused, interview.Given, "stale"},
		"the employee objected":      {interview.Objected, "", "stale"},
		"the interviewer refused":    {interview.Given, interview.Refused, "stale"},
		"the interviewer took back":  {interview.Given, interview.Withdrawn, "stale"},
		"the employee took it back":  {interview.Withdrawn, "", "stale"},
		"only the interviewer spoke": {"", interview.Given, "needs_consent"},
	} {
		talk, err := w.store.OpenTalk(t.Context(), interview.Talk{Employee: w.employee, Interviewer: w.interviewer, Template: "x", Language: "ja", RecordedOn: "2026-05-20",
			Status: interview.AwaitingRecording})
		if err != nil {
			t.Fatal(err)
		}
		for person, d := range map[string]interview.Decision{w.employee: c.employee, w.interviewer: c.interviewer} {
			if d == "" {
				continue
			}
			if _, err := w.store.AddConsent(t.Context(), interview.Consent{Interview: talk.ID, Person: person, By: person, Decision: d}); err != nil {
				t.Fatal(err)
			}
		}
		switch err := w.worker.consented(t.Context(), talk); {
		case c.code == "stale" && !errors.Is(err, errStale), c.code == "" && err != nil, c.code == "needs_consent" && interview.Code(err) != c.code:
			t.Errorf("%s: %v", name, err)
		}
	}
}
