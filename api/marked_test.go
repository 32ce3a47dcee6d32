package api

import (
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// A talk of fifty thousand lines is taken off the record as a whole in a moment: work that grows with its square would not end
// before the tests do.
func TestALongTalkOffTheRecord(t *testing.T) {
	t.Parallel()
	const lines = 50_000
	long := &interview.Transcript{Language: "ja", Timed: true, Speakers: []interview.Speaker{{Label: "B", Role: interview.PartInterviewer}}}
	for i := range lines {
		long.Segments = append(long.Segments, interview.Segment{ID: i + 1, Start: float64(i), End: float64(i) + .9, Speaker: "B", Text: "はい"})
	}
	var ranges []OffRange
	for range 50 {
		ranges = append(ranges, OffRange{From: 1, To: lines})
	}
	ids, err := segmentsIn(long, ranges, "off_record")
	check(t, err)
	check(t, ownWords(&call{person: interview.Person{ID: "i"}, talk: interview.Talk{Employee: "e", Interviewer: "i"}}, long, ids))
	if got := touching(long, spansOf(long, ids)); len(got) != lines {
		t.Errorf("%d lines share time with all of them", len(got))
	}
	if got := touching(long, []interview.Span{{Start: 10.5, End: 12.5}, {Start: 0, End: .04}}); len(got) != 3 {
		t.Errorf("%v share time with the span", got)
	}
	takeOff(long, ids)
	d := record("x")
	takeOffDraft(d, ids)
	if len(d.Dropped) != lines || !long.Segments[lines-1].OffRecord || long.Segments[0].Text != "" {
		t.Errorf("%d dropped", len(d.Dropped))
	}
}

// An off-record mark before approval makes no promises of a draft that nobody has approved; after a record was opened again
// what was approved stays promised.
func TestAMarkMakesNoPromises(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mark := func(id, tag string) {
		t.Helper()
		w.call("sato", "PATCH", "/v1/interviews/"+id+"/transcript", map[string]any{"off_record": []any{map[string]any{"from": 5, "to": 5}}}, "If-Match", tag).want(200)
	}
	promises := func(id string) int {
		t.Helper()
		list, _, err := w.store.Promises(t.Context(), store.PromiseFilter{Interview: id}, store.Page{})
		check(t, err)
		return len(list)
	}
	talk := w.at(interview.InReview)
	mark(talk.ID, `"t1"`)
	if n := promises(talk.ID); n != 0 {
		t.Errorf("%d promises before approval", n)
	}
	talk = w.at(interview.Approved)
	w.call("sato", "POST", "/v1/interviews/"+talk.ID+"/reopen", nil).want(200)
	w.call("suzuki", "PATCH", "/v1/interviews/"+talk.ID+"/drafts/2", map[string]any{"statements": []any{map[string]any{"id": "s5", "remove": true}}}, "If-Match", `"d2"`).want(200)
	mark(talk.ID, `"t1"`)
	if n := promises(talk.ID); n != 1 {
		t.Errorf("%d promises while a record that was approved is written anew", n)
	}
}

// A statement that is moved takes along what its new section has, and no more; nobody gets into the interviewer's own section
// that way.
func TestMovingAStatement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	d := record(talk.ID)
	d.Sections = append(d.Sections, interview.Section{Key: "interviewer_remarks", Title: "面談者所見", State: interview.NotDiscussed, Statements: []interview.Statement{}})
	check(t, w.store.PutDraft(t.Context(), d, 1))
	path := "/v1/interviews/" + talk.ID + "/drafts/"
	move := func(who string, n int, id, to string) *reply {
		return w.call(who, "PATCH", path+string(rune('0'+n)), map[string]any{"statements": []any{map[string]any{"id": id, "section": to}}}, "If-Match", `"d`+string(rune('0'+n))+`"`)
	}
	move("sato", 2, "s1", "interviewer_remarks").want(403, "forbidden")
	var got DraftDocument
	move("suzuki", 2, "s5", interview.Wishes).want(200).into(&got)
	sec := got.Section(interview.Wishes)
	if st := sec.Statements[len(sec.Statements)-1]; st.ID != "s5" || st.Owner != "" || st.Due != nil || got.Section(interview.ActionItems).State != interview.NotDiscussed {
		t.Errorf("moved: %+v, where it stood: %s", st, got.Section(interview.ActionItems).State)
	}
	move("suzuki", 3, "s2", interview.ActionItems).want(200).into(&got)
	if st := got.Section(interview.ActionItems).Statements[0]; st.Owner != interview.PartUnknown {
		t.Errorf("an action item without an owner: %+v", st)
	}
}
