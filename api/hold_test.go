package api

import (
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// TestANoToAnInterviewOnHold: a hold keeps what is there; it does not keep the work going, nor the door open. What the
// employee asked for is done when the hold is lifted.
func TestANoToAnInterviewOnHold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hold := func(id string, on bool) {
		t.Helper()
		w.call("hayashi", "PATCH", "/v1/interviews/"+id, map[string]any{"hold": on}, "If-Match", "*").want(200)
	}
	for name, c := range map[string]struct {
		from     interview.Status
		decision string
		during   interview.Status
		after    interview.Status
	}{
		"withdrawn while it is transcribed": {interview.Transcribing, "withdrawn", interview.AwaitingRecording, interview.Erased},
		"withdrawn in review":               {interview.InReview, "withdrawn", interview.AwaitingRecording, interview.Erased},
		"refused in review":                 {interview.InReview, "refused", interview.AwaitingRecording, interview.AwaitingRecording},
		"withdrawn after approval":          {interview.Approved, "withdrawn", interview.Approved, interview.Approved},
	} {
		talk := w.at(c.from)
		base := "/v1/interviews/" + talk.ID
		check(t, w.store.AddTask(t.Context(), interview.Task{Kind: interview.TaskAssemble, Interview: talk.ID, Generation: talk.Generation}, zero))
		hold(talk.ID, true)
		var v Interview
		w.call("sato", "PUT", base+"/consent", map[string]any{"decision": c.decision}).want(200).into(&v)
		if v.Status != c.during {
			t.Errorf("%s: %s", name, v.Status)
		}
		if c.from != interview.Approved {
			for _, who := range []string{"suzuki", "sato"} {
				for _, p := range []string{"/transcript", "/insights", "/drafts/1"} {
					if r := w.call(who, "GET", base+p, nil); r.status != 409 && r.status != 404 {
						t.Errorf("%s: %s reads %s: %d", name, who, p, r.status)
					}
				}
			}
			open, _, err := w.store.Tasks(t.Context(), store.TaskFilter{Interview: talk.ID, State: store.TaskPending, Kind: interview.TaskAssemble}, store.Page{})
			check(t, err)
			if len(open) != 0 {
				t.Errorf("%s: the work goes on", name)
			}
		}
		if _, err := w.store.Transcript(t.Context(), talk.ID, 0); err != nil && c.from != interview.Transcribing {
			t.Errorf("%s: erased on hold: %v", name, err)
		}
		hold(talk.ID, false)
		now, err := w.store.Talk(t.Context(), talk.ID)
		check(t, err)
		if now.Status != c.after {
			t.Errorf("%s: %s after the hold, want %s", name, now.Status, c.after)
		}
		if _, err := w.store.Transcript(t.Context(), talk.ID, 0); interview.Code(err) != "not_found" {
			t.Errorf("%s: the transcript outlives the hold: %v", name, err)
		}
		if c.from != interview.Approved && now.Draft != 0 && now.Status != interview.Erased {
			t.Errorf("%s: draft %d is there", name, now.Draft)
		}
	}
}
