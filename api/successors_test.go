package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// night are words of the sensitive statement of record() and of what rests on it.
var night = []string{"眠れない", "眠れて", "眠れません"}

func (r *reply) holds(words ...string) bool {
	for _, w := range words {
		if strings.Contains(string(r.body), w) {
			return true
		}
	}
	return false
}

// handover gives an interview to tanaka, as hr does.
func (w *world) handover(id string) {
	w.t.Helper()
	tag := w.call("hayashi", "GET", "/v1/interviews/"+id, nil).want(200).header.Get("ETag")
	r := w.call("hayashi", "PATCH", "/v1/interviews/"+id, map[string]any{"interviewer": "tanaka@example.co.jp"}, "If-Match", tag).want(200)
	var v Interview
	r.into(&v)
	if v.Interviewer.ID != w.people["tanaka"].ID || v.HeldBy == nil || v.HeldBy.ID != w.people["suzuki"].ID {
		w.t.Errorf("%+v held by %v", v.Interviewer, v.HeldBy)
	}
}

// TestHandoverKeepsWhatWasSaidShut: what the employee said to one interviewer opens to the next only by the employee's own
// leave, and what is sensitive only by leave for that.
func TestHandoverKeepsWhatWasSaidShut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	base := "/v1/interviews/" + talk.ID
	_, err := w.store.AddComment(t.Context(), interview.Comment{Interview: talk.ID, Draft: 1, Statement: "s4", Kind: "comment", Text: "夜に眠れないことは消して", Author: talk.Employee})
	check(t, err)
	w.handover(talk.ID)
	w.call("suzuki", "GET", base, nil).want(404, "not_found")

	var v Interview
	r := w.call("tanaka", "GET", base, nil).want(200)
	r.into(&v)
	if !v.Closed || v.Draft != 0 || v.Transcript != 0 || v.Recording != nil || slices.Contains(v.Can, interview.ActReadDraft) || slices.Contains(v.Can, interview.ActHear) {
		t.Errorf("closed %v draft %d transcript %d can %v", v.Closed, v.Draft, v.Transcript, v.Can)
	}
	for _, p := range []string{"GET /drafts", "GET /drafts/1", "GET /drafts/1/diff", "GET /transcript", "GET /insights", "GET /comments", "GET /export?format=json", "GET /sheet",
		"GET /recording", "GET /recording/peaks", "PATCH /drafts/1", "POST /comments", "POST /revise", "POST /drafts", "POST /handback", "PATCH /transcript"} {
		method, path, _ := strings.Cut(p, " ")
		var body any
		if method != "GET" {
			body = map[string]any{"no_such_field": true}
		}
		if r := w.call("tanaka", method, base+path, body); r.status != 403 {
			t.Errorf("%s: %d %s", p, r.status, r.body)
		}
	}
	if r := w.call("tanaka", "GET", "/v1/me/export", nil).want(200); r.holds("企画の仕事をしてみたい", "眠れない") {
		t.Error("the export of the new interviewer's own data holds the record")
	}
	if r := w.call("tanaka", "GET", "/plain/interviews/"+talk.ID, nil, "Accept", "text/html").want(200); r.holds("企画の仕事をしてみたい") {
		t.Error("the plain page shows the record")
	}

	// The employee sees whom they may release it to, and releases it without what is sensitive.
	var s Successors
	w.call("sato", "GET", base+"/successors", nil).want(200).into(&s)
	if !s.Closed || s.HeldBy.ID != talk.Interviewer || len(s.Candidates) != 1 || s.Candidates[0].ID != w.people["tanaka"].ID {
		t.Errorf("%+v", s)
	}
	for _, who := range []string{"tanaka", "hayashi"} {
		w.call(who, "PUT", base+"/successors", map[string]any{"person": w.people["tanaka"].ID}).want(403, "forbidden")
	}
	w.call("sato", "PUT", base+"/successors", map[string]any{"person": w.people["kato"].ID}).want(422, "validation_failed")
	w.call("sato", "PUT", base+"/successors", map[string]any{"person": interview.NewID()}).want(422, "validation_failed")
	w.call("sato", "PUT", base+"/successors", map[string]any{"person": w.people["tanaka"].ID}).want(200).into(&s)
	if s.Closed || len(s.Released) != 1 || s.Released[0].Sensitive {
		t.Errorf("%+v", s)
	}
	for _, p := range []string{"/drafts/1", "/export?format=json", "/comments"} {
		r := w.call("tanaka", "GET", base+p, nil).want(200)
		if r.holds(night...) || p != "/comments" && !r.holds("企画の仕事をしてみたい") {
			t.Errorf("%s: %s", p, r.body)
		}
	}
	w.call("tanaka", "GET", base+"/transcript", nil).want(403, "forbidden")
	w.call("tanaka", "POST", base+"/comments", map[string]any{"draft": 1, "statement": "s4", "text": "?"}).want(422, "validation_failed")
	w.call("tanaka", "PATCH", base+"/drafts/1", map[string]any{"statements": []any{map[string]any{"id": "s4", "remove": true}}}, "If-Match", `"d1"`).want(422, "validation_failed")
	r = w.call("tanaka", "PATCH", base+"/drafts/1", map[string]any{"statements": []any{map[string]any{"id": "s1", "text": "企画の仕事をしてみたい、と思う。"}}}, "If-Match", `"d1"`).want(200)
	if r.holds(night...) {
		t.Errorf("the answer to an edit shows what is sensitive: %s", r.body)
	}
	d, err := w.store.Draft(t.Context(), talk.ID, 2)
	check(t, err)
	if !has(d, "s4") || len(d.Summary) != 2 {
		t.Error("an edit by somebody who may not see it has taken out what is sensitive")
	}
	// A summary that they replace keeps, at its place, what they may not see; they cannot name it either.
	r = w.call("tanaka", "PATCH", base+"/drafts/2", map[string]any{"summary": []any{map[string]any{"text": "企画を希望している。"}}}, "If-Match", `"d2"`).want(200)
	if d, err = w.store.Draft(t.Context(), talk.ID, 3); err != nil || len(d.Summary) != 2 || d.Summary[0].Text != "企画を希望している。" || d.Summary[1].Text != "眠れないことを話した。" || r.holds(night...) {
		t.Errorf("%+v, %v, %s", d.Summary, err, r.body)
	}
	w.call("tanaka", "PATCH", base+"/drafts/3", map[string]any{"summary": []any{map[string]any{"id": d.Summary[1].ID, "text": "x"}}}, "If-Match", `"d3"`).want(422, "validation_failed")
	if r := w.call("tanaka", "GET", base+"/drafts/2/diff", nil).want(200); r.holds(night...) {
		t.Errorf("the difference shows it: %s", r.body)
	}

	w.call("sato", "PUT", base+"/successors", map[string]any{"person": w.people["tanaka"].ID, "sensitive": true}).want(200)
	if r := w.call("tanaka", "GET", base+"/drafts/2", nil).want(200); !r.holds("夜に眠れない") {
		t.Error("released with what is sensitive, and not shown")
	}
	w.call("tanaka", "GET", base+"/transcript", nil).want(200)
	w.call("sato", "DELETE", base+"/successors/"+w.people["tanaka"].ID, nil).want(204)
	w.call("sato", "DELETE", base+"/successors/"+w.people["tanaka"].ID, nil).want(404, "not_found")
	w.call("tanaka", "GET", base+"/drafts/2", nil).want(403, "forbidden")

	lines, _, err := w.store.Audit(t.Context(), store.AuditFilter{Interview: talk.ID}, store.Page{Limit: 200})
	check(t, err)
	var done []string
	for _, l := range lines {
		if strings.HasPrefix(l.Action, "record_release") || l.Action == "handed_over" {
			done = append(done, l.Action+" "+l.Reason)
		}
	}
	if got := strings.Join(done, ","); got != "record_release_taken_back ,record_released with_sensitive,record_released without_sensitive,handed_over " {
		t.Errorf("audit: %s", got)
	}
	// Handed back to whom it was held with, everything is open again.
	tag := w.call("hayashi", "GET", base, nil).want(200).header.Get("ETag")
	w.call("hayashi", "PATCH", base, map[string]any{"interviewer": talk.Interviewer}, "If-Match", tag).want(200)
	w.call("suzuki", "GET", base+"/drafts/2", nil).want(200)
}

// Before there is anything to keep shut, a handover changes who holds the talk, and nothing else.
func TestHandoverBeforeTheTalk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.AwaitingRecording)
	base := "/v1/interviews/" + talk.ID
	w.call("sato", "PUT", base+"/sheet", map[string]any{"answers": []any{map[string]any{"key": "wishes", "text": "企画"}}}).want(200)
	w.call("sato", "PUT", base+"/successors", map[string]any{"person": w.people["tanaka"].ID}).want(409, "state_conflict")
	tag := w.call("hayashi", "GET", base, nil).want(200).header.Get("ETag")
	w.call("hayashi", "PATCH", base, map[string]any{"interviewer": w.people["suzuki"].ID}, "If-Match", tag).want(422, "validation_failed")
	w.call("hayashi", "PATCH", base, map[string]any{"interviewer": w.people["kato"].ID}, "If-Match", tag).want(422, "validation_failed")
	w.call("hayashi", "PATCH", base, map[string]any{"interviewer": w.people["tanaka"].ID}, "If-Match", tag).want(200)
	w.call("tanaka", "GET", base+"/sheet", nil).want(200)
	var v Interview
	w.call("tanaka", "GET", base, nil).want(200).into(&v)
	if v.Closed || v.HeldBy != nil {
		t.Errorf("%+v", v)
	}
}

// TestBriefingOfASuccessor: earlier records by another interviewer are in the briefing once the employee has released them,
// never with what is sensitive, and can be read then; the list of one's own interviews does not grow by them.
func TestBriefingOfASuccessor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.at(interview.Approved)
	next, err := w.store.OpenTalk(t.Context(), interview.Talk{Employee: w.people["sato"].ID, Interviewer: w.people["tanaka"].ID, OpenedBy: w.people["tanaka"].ID,
		Template: "career-interview", Language: "ja", RecordedOn: "2026-08-20", Status: interview.AwaitingRecording, WaitingFor: interview.ForInterviewer})
	check(t, err)
	briefing := func() (b Briefing, r *reply) {
		r = w.call("tanaka", "GET", "/v1/interviews/"+next.ID+"/briefing", nil).want(200)
		r.into(&b)
		return b, r
	}
	base := "/v1/interviews/" + old.ID
	if b, _ := briefing(); b.Last != nil || len(b.Earlier)+len(b.Actions) != 0 {
		t.Errorf("%+v", b)
	}
	w.call("tanaka", "GET", base, nil).want(404, "not_found")
	var s Successors
	w.call("sato", "GET", base+"/successors", nil).want(200).into(&s)
	if len(s.Candidates) != 1 || s.Candidates[0].ID != w.people["tanaka"].ID {
		t.Errorf("%+v", s.Candidates)
	}
	w.call("sato", "PUT", base+"/successors", map[string]any{"person": w.people["tanaka"].ID}).want(200)
	b, r := briefing()
	if b.Last == nil || b.Last.Interview != old.ID || len(b.Earlier) != 1 || b.Earlier[0].Interviewer.ID != old.Interviewer || len(b.Actions) != 1 || r.holds(night...) {
		t.Errorf("%s", r.body)
	}
	r = w.call("tanaka", "GET", base+"/drafts/1", nil).want(200)
	if r.holds(night...) || !r.holds("英語の会議") {
		t.Errorf("%s", r.body)
	}
	var v Interview
	w.call("tanaka", "GET", base, nil).want(200).into(&v)
	if v.Relation != "successor" || fmt.Sprint(v.Can) != "[see read_record see_actions]" {
		t.Errorf("%s %v", v.Relation, v.Can)
	}
	for _, p := range []string{"GET /transcript", "GET /export?format=json", "GET /comments", "GET /consent/", "GET /reads", "GET /notes"} {
		_, path, _ := strings.Cut(p, " ")
		if r := w.call("tanaka", "GET", base+strings.TrimSuffix(path, "/"), nil); path != "/consent/" && r.status != 403 {
			t.Errorf("%s: %d", p, r.status)
		}
	}
	var list Page[Interview]
	w.call("tanaka", "GET", "/v1/interviews", nil).want(200).into(&list)
	if len(list.Items) != 1 || list.Items[0].ID != next.ID {
		t.Errorf("%d interviews", len(list.Items))
	}
	var reads Page[Reading]
	w.call("sato", "GET", base+"/reads", nil).want(200).into(&reads)
	if len(reads.Items) == 0 || reads.Items[0].Person.ID != w.people["tanaka"].ID {
		t.Errorf("the employee does not see who has read: %+v", reads.Items)
	}
	w.call("sato", "POST", base+"/reopen", nil).want(200)
	w.call("tanaka", "GET", base, nil).want(404, "not_found") // no longer confirmed
	// What is released is the employee's to take back, and is gone with the interview.
	check(t, w.store.EraseTalk(t.Context(), old.ID, interview.EraseAsked, "hr", "test"))
	gone, err := w.store.Talk(t.Context(), old.ID)
	check(t, err)
	if gone.Succession != nil {
		t.Error("a release outlives what was released")
	}
}

// An hr partner who holds the talk is its interviewer, with all that an interviewer may.
func TestHRPartnerAsInterviewer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.Checking)
	_, err := w.store.UpdatePerson(t.Context(), talk.Interviewer, store.PersonChange{Roles: &[]interview.Role{interview.RoleInterviewer, interview.RoleHR}})
	check(t, err)
	base := "/v1/interviews/" + talk.ID
	var v Interview
	w.call("suzuki", "GET", base, nil).want(200).into(&v)
	if v.Relation != "interviewer" || v.Draft != 1 {
		t.Errorf("%s, draft %d", v.Relation, v.Draft)
	}
	if r := w.call("suzuki", "GET", base+"/drafts/1", nil).want(200); !r.holds("夜に眠れない") {
		t.Error("an hr partner cannot read the draft of their own talk")
	}
	var versions Page[Version]
	w.call("suzuki", "GET", base+"/drafts", nil).want(200).into(&versions)
	if len(versions.Items) != 1 {
		t.Errorf("%d versions", len(versions.Items))
	}
	w.call("suzuki", "POST", base+"/release", nil).want(200)
}

// What hr may not read in a record hr does not read in the list of action items.
func TestActionsOfHRAreThoseOfTheRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	base := "/v1/interviews/" + talk.ID
	w.call("sato", "PATCH", base+"/drafts/1", map[string]any{"statements": []any{
		map[string]any{"section": "action_items", "text": "通院の日を面談者に伝える。", "owner": "employee", "sensitive": true, "audience": "both"}}}, "If-Match", `"d1"`).want(200)
	w.approve(talk.ID, 2)
	var page Page[Promise]
	r := w.call("hayashi", "GET", "/v1/actions", nil).want(200)
	r.into(&page)
	if r.holds("通院") || len(page.Items) != 1 {
		t.Errorf("hr reads %s", r.body)
	}
	w.call("suzuki", "GET", "/v1/actions", nil).want(200).into(&page)
	if len(page.Items) != 2 {
		t.Errorf("its interviewer sees %d", len(page.Items))
	}
}
