package api

import (
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// Interviewer and hr ask the employee to reopen; the employee alone reopens. A handover is told to the employee.
func TestAskingTheEmployee(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.Approved)
	base := "/v1/interviews/" + talk.ID
	w.call("sato", "POST", base+"/reopen/ask", nil).want(403, "forbidden")
	w.call("suzuki", "POST", base+"/reopen", nil).want(403, "forbidden")
	w.call("suzuki", "POST", base+"/reopen/ask", nil).want(202)
	w.call("hayashi", "POST", base+"/reopen/ask", nil).want(409, "reminded_today")
	w.handover(talk.ID)
	kinds := map[string]int{}
	mails, _, err := w.store.MailsOf(t.Context(), talk.Employee, store.Page{Limit: 100})
	check(t, err)
	for _, m := range mails {
		kinds[m.Kind]++
	}
	if kinds["reopen_asked"] != 1 || kinds["handed_over"] != 1 {
		t.Errorf("%v", kinds)
	}
	w.call("sato", "POST", base+"/reopen", nil).want(200)
	w.call("tanaka", "POST", base+"/reopen/ask", nil).want(409, "state_conflict")
}
