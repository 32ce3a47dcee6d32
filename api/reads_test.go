package api

import (
	"database/sql"
	"testing"

	_ "modernc.org/sqlite" // a way past the store

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// reads lists what the employee sees of who opened an interview.
func (w *world) reads(id string) map[string]int {
	w.t.Helper()
	var page Page[Reading]
	w.call("sato", "GET", "/v1/interviews/"+id+"/reads", nil).want(200).into(&page)
	out := map[string]int{}
	for _, r := range page.Items {
		out[r.Person.Name+" "+r.What]++
	}
	return out
}

// Whatever shows the words of a record to somebody else stands in the list that the employee sees: the difference of two
// versions and the export of one's own data too.
func TestEveryWayToReadIsListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	base := "/v1/interviews/" + talk.ID
	w.call("sato", "PATCH", base+"/drafts/1", map[string]any{"statements": []any{map[string]any{"id": "s1", "text": "企画の仕事をしたい。"}}}, "If-Match", `"d1"`).want(200)
	w.call("suzuki", "GET", base+"/drafts/2/diff", nil).want(200)
	if got := w.reads(talk.ID); got["suzuki record"] != 1 || len(got) != 1 {
		t.Errorf("after a look at the difference: %v", got)
	}
	w.call("suzuki", "GET", "/v1/me/export", nil).want(200)
	w.call("sato", "GET", "/v1/me/export", nil).want(200) // their own
	if got := w.reads(talk.ID); got["suzuki export"] != 1 || len(got) != 2 {
		t.Errorf("after the export of the interviewer's own data: %v", got)
	}
}

// A reading that could not be written down shows nothing, and the next one is written.
func TestAReadingThatCouldNotBeListedIsListedNextTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	raw, err := sql.Open("sqlite", w.file)
	check(t, err)
	defer raw.Close()
	_, err = raw.ExecContext(t.Context(), `CREATE TRIGGER deaf BEFORE INSERT ON reads BEGIN SELECT RAISE(ABORT, 'deaf'); END`)
	check(t, err)
	w.call("suzuki", "GET", "/v1/interviews/"+talk.ID+"/drafts/1", nil).want(500)
	_, err = raw.ExecContext(t.Context(), `DROP TRIGGER deaf`)
	check(t, err)
	w.call("suzuki", "GET", "/v1/interviews/"+talk.ID+"/drafts/1", nil).want(200)
	w.call("suzuki", "GET", "/v1/interviews/"+talk.ID+"/drafts/1", nil).want(200)
	if got := w.reads(talk.ID); got["suzuki record"] != 1 {
		t.Errorf("the list says %v", got)
	}
}

// The export of one's own data is whole, however much there is, and shows an interviewer who was released a record without
// what is sensitive nothing of that.
func TestTheExportOfOnesOwnDataIsWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	for range 230 {
		_, err := w.store.AddComment(t.Context(), interview.Comment{Interview: talk.ID, Draft: 1, Author: talk.Employee, Kind: "comment", Text: "ここ"})
		check(t, err)
	}
	_, err := w.store.AddComment(t.Context(), interview.Comment{Interview: talk.ID, Draft: 1, Statement: "s4", Author: talk.Employee, Kind: "comment", Text: "夜のこと"})
	check(t, err)
	type export struct {
		Interviews []OwnData `json:"interviews"`
	}
	var all export
	w.call("sato", "GET", "/v1/me/export", nil).want(200).into(&all)
	if len(all.Interviews) != 1 || len(all.Interviews[0].Comments) != 231 {
		t.Errorf("%d interviews, %d comments", len(all.Interviews), len(all.Interviews[0].Comments))
	}
	w.call("hayashi", "PATCH", "/v1/interviews/"+talk.ID, map[string]any{"interviewer": "tanaka@example.co.jp"}, "If-Match", "*").want(200)
	_, err = w.store.ReleaseRecord(t.Context(), talk.ID, interview.Release{Person: w.people["tanaka"].ID, At: interview.Now()})
	check(t, err)
	check(t, w.store.Tx(t.Context(), func(tx *store.Tx) error {
		return tx.PutPromises(t.Context(), talk.ID, []interview.Promise{{Statement: "s4", Text: "夜によく眠る"}})
	}))
	var some export
	w.call("tanaka", "GET", "/v1/me/export", nil).want(200).into(&some)
	one := some.Interviews[0]
	if one.Transcript != nil || len(one.Comments) != 0 || len(one.Actions) != 0 || len(one.Drafts) != 1 {
		t.Errorf("a guarded interviewer is given transcript %v, %d comments, %d actions, %d drafts", one.Transcript != nil, len(one.Comments), len(one.Actions), len(one.Drafts))
	}
}
