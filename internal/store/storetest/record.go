package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func transcripts(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.Transcribing)
	_, err := s.Transcript(ctx, v.ID, 0)
	code(t, err, "not_found")
	first := &interview.Transcript{Language: "ja", Source: "speech", Timed: true, Model: "gpt-transcribe", Speakers: []interview.Speaker{{Label: "A", Role: interview.PartEmployee}},
		Segments: []interview.Segment{{ID: 1, Start: 0.25, End: 1.5, Speaker: "A", Text: "海外で働きたい"}}, Coverage: interview.Coverage{Speech: 10, Transcribed: 9.5}}
	check(t, s.PutTranscript(ctx, v.ID, first, 0))
	code(t, s.PutTranscript(ctx, v.ID, &interview.Transcript{Language: "ja"}, 0), "precondition_failed")
	second := *first
	second.Author = v.Employee
	check(t, s.PutTranscript(ctx, v.ID, &second, 1))
	got, err := s.Transcript(ctx, v.ID, 1)
	check(t, err)
	if d := cmp.Diff(first, got); d != "" {
		t.Errorf("transcript changed on the way (-want +got):\n%s", d)
	}
	newest, err := s.Transcript(ctx, v.ID, 0)
	check(t, err)
	equal(t, "newest", newest.Version, 2)
	list, err := s.Transcripts(ctx, v.ID)
	check(t, err)
	equal(t, "versions", len(list) == 2 && list[0].Segments == 1 && list[1].Author == v.Employee, true)
	first.Segments[0] = interview.Segment{ID: 1, Speaker: "A", OffRecord: true}
	check(t, s.ReplaceTranscript(ctx, v.ID, first))
	got, err = s.Transcript(ctx, v.ID, 1)
	check(t, err)
	equal(t, "replaced", got.Segments[0].OffRecord && got.Segments[0].Text == "", true)
	code(t, s.ReplaceTranscript(ctx, v.ID, &interview.Transcript{Version: 9}), "not_found")
	errs := race(racers, func(int) error { return s.PutTranscript(ctx, v.ID, &interview.Transcript{Language: "ja"}, 2) })
	equal(t, "writers of version 3", winners(t, errs, "precondition_failed"), 1)
}

func drafts(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.InReview)
	_, err := s.Draft(ctx, v.ID, 0)
	code(t, err, "not_found")
	check(t, s.MarkStale(ctx, v.ID, &interview.Stale{Reason: "roles_swapped"})) // nothing to mark
	start, place := 81.25, "本社"
	d := draft(v.ID, "海外で働きたい")
	d.Header.Place, d.Processing.LLM = &place, &interview.Processor{Model: "m", Country: "JP"}
	d.Sections[0].Statements[0].Evidence = []interview.Evidence{{Segment: 12, Quote: "海外", Start: &start}}
	check(t, s.PutDraft(ctx, d, 0))
	got, err := s.Draft(ctx, v.ID, 1)
	check(t, err)
	if diff := cmp.Diff(d, got); diff != "" {
		t.Errorf("draft changed on the way (-want +got):\n%s", diff)
	}
	stale := &interview.Stale{Reason: "transcript_corrected", Since: interview.Now()}
	check(t, s.MarkStale(ctx, v.ID, stale))
	got, err = s.Draft(ctx, v.ID, 0)
	check(t, err)
	equal(t, "stale", got.Stale != nil && *got.Stale == *stale, true)
	edited := draft(v.ID, "海外の支社で働きたい")
	edited.Author = interview.Author{Kind: "person", ID: v.Employee}
	check(t, s.PutDraft(ctx, edited, 1))
	code(t, s.PutDraft(ctx, draft(v.ID, "x"), 1), "draft_superseded")
	talk, err := s.Talk(ctx, v.ID)
	check(t, err)
	equal(t, "the talk knows its newest draft", talk.Draft, 2)
	equal(t, "the talk is newer", talk.UpdatedAt.After(v.UpdatedAt), true)
	list, err := s.Drafts(ctx, v.ID)
	check(t, err)
	equal(t, "versions", len(list), 2)
	equal(t, "staleness is of its version", list[0].Stale != nil && list[1].Stale == nil, true)
	equal(t, "authors", list[0].Engine+list[1].Author, "extractive"+v.Employee)
	d.Sections[0].Statements[0].Text = "本人の希望により削除"
	check(t, s.ReplaceDraft(ctx, d))
	got, err = s.Draft(ctx, v.ID, 1)
	check(t, err)
	equal(t, "replaced", got.Sections[0].Statements[0].Text, "本人の希望により削除")
	equal(t, "still stale", got.Stale != nil, true)
	code(t, s.PutDraft(ctx, draft("none", "x"), 0), "not_found")
}

func oneNextVersion(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.InReview)
	for after := range 3 {
		errs := race(racers, func(i int) error { return s.PutDraft(ctx, draft(v.ID, fmt.Sprint(i)), after) })
		equal(t, "writers of a version", winners(t, errs, "draft_superseded"), 1)
	}
	errs := race(racers, func(int) error { return s.PutDraft(ctx, draft(v.ID, "any"), store.AnyVersion) })
	equal(t, "unconditional writers", winners(t, errs, "none may fail"), racers)
	list, err := s.Drafts(ctx, v.ID)
	check(t, err)
	equal(t, "versions", len(list), 3+racers)
	for i, d := range list {
		equal(t, "no gap", d.Version, i+1)
	}
}

func seal(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.InReview)
	check(t, s.PutDraft(ctx, draft(v.ID, "x"), 0))
	var fields []store.SealField
	for i := range 150 {
		fields = append(fields, store.SealField{Path: fmt.Sprintf("/sections/%03d", i), Salt: "aa", MAC: "bb"})
	}
	errs := race(4, func(int) error { return s.SealDraft(ctx, v.ID, 1, "hash", fields) })
	equal(t, "sealed", winners(t, errs, "state_conflict"), 1)
	code(t, s.SealDraft(ctx, v.ID, 2, "hash", nil), "not_found")
	list, err := s.Drafts(ctx, v.ID)
	check(t, err)
	equal(t, "seal", list[0].Seal, "hash")
	check(t, s.RemoveSealFields(ctx, v.ID, 1, "/sections/007"))
	got, err := s.SealFields(ctx, v.ID, 1)
	check(t, err)
	equal(t, "fields", len(got), 150)
	equal(t, "salt is gone, hash stays", got[7], store.SealField{Path: "/sections/007", MAC: "bb"})
	equal(t, "neighbour", got[8].Salt, "aa")
}

func comments(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v, other := talk(t, s, interview.InReview), talk(t, s, interview.InReview)
	var ids []string
	for i := range 9 {
		c, err := s.AddComment(ctx, interview.Comment{Interview: v.ID, Draft: 1 + i%2, Statement: fmt.Sprint("s", i%3), Author: v.Employee, Kind: "comment", Text: fmt.Sprint(i)})
		check(t, err)
		ids = append(ids, c.ID)
	}
	_, err := s.AddComment(ctx, interview.Comment{Interview: other.ID, Parent: ids[0], Kind: "comment"})
	code(t, err, "validation_failed")
	_, err = s.AddComment(ctx, interview.Comment{Interview: v.ID, Parent: ids[0], Author: v.Interviewer, Kind: "comment", Text: "答え"})
	check(t, err)
	count := func(f store.CommentFilter) (n int) {
		page := store.Page{Limit: 3}
		for {
			list, next, err := s.Comments(ctx, v.ID, f, page)
			check(t, err)
			n += len(list)
			if page.Cursor = next; next == "" {
				return n
			}
		}
	}
	equal(t, "all", count(store.CommentFilter{}), 10)
	equal(t, "of a version", count(store.CommentFilter{Draft: 2}), 4)
	equal(t, "of a statement", count(store.CommentFilter{Statement: "s0"}), 3)

	c, err := s.Comment(ctx, ids[1])
	check(t, err)
	text, yes, no := "直しました", true, false
	got, err := s.UpdateComment(ctx, c.ID, c.UpdatedAt, store.CommentChange{Text: &text, Resolved: &yes, ResolvedBy: v.Interviewer})
	check(t, err)
	equal(t, "resolved", got.Text == text && got.Resolved && got.ResolvedBy == v.Interviewer, true)
	_, err = s.UpdateComment(ctx, c.ID, c.UpdatedAt, store.CommentChange{Text: &text})
	code(t, err, "precondition_failed")
	equal(t, "open", count(store.CommentFilter{Open: true}), 9)
	got, err = s.UpdateComment(ctx, c.ID, time.Time{}, store.CommentChange{Resolved: &no})
	check(t, err)
	equal(t, "nobody resolved it", got.ResolvedBy, "")
	check(t, s.DeleteComment(ctx, c.ID))
	code(t, s.DeleteComment(ctx, c.ID), "not_found")
	_, err = s.UpdateComment(ctx, c.ID, time.Time{}, store.CommentChange{Text: &text})
	code(t, err, "not_found")
	got, err = s.Comment(ctx, c.ID)
	check(t, err)
	equal(t, "a deleted comment keeps its place and no text", got.DeletedAt != nil && got.Text == "", true)
	equal(t, "all with the deleted one", count(store.CommentFilter{}), 10)
}

func verdictsOpenedReads(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.InReview)
	for _, decision := range []string{"request_changes", "approve"} {
		_, err := s.AddVerdict(ctx, interview.Verdict{Interview: v.ID, Draft: 1, By: v.Employee, Decision: decision, Objection: "異議", Note: "メモ", Seal: "aa"})
		check(t, err)
	}
	list, err := s.Verdicts(ctx, v.ID)
	check(t, err)
	equal(t, "decisions", len(list) == 2 && list[0].Objection == "異議" && list[1].Seal == "aa", true)

	check(t, s.MarkOpened(ctx, v.ID, 1, v.Employee, "a", "b"))
	check(t, s.MarkOpened(ctx, v.ID, 1, v.Employee, "b", "c"))
	check(t, s.MarkOpened(ctx, v.ID, 1, v.Interviewer, "z"))
	check(t, s.MarkOpened(ctx, v.ID, 2, v.Employee))
	opened, err := s.Opened(ctx, v.ID, 1, v.Employee)
	check(t, err)
	equal(t, "opened", len(opened) == 3 && opened["a"] && opened["b"] && opened["c"], true)
	opened, err = s.Opened(ctx, v.ID, 2, v.Employee)
	check(t, err)
	equal(t, "another version begins anew", len(opened), 0)
	check(t, s.TakeBackOpened(ctx, v.ID, 1, v.Employee, "a", "q"))
	check(t, s.TakeBackOpened(ctx, v.ID, 1, v.Employee, "b"))
	check(t, s.MarkOpened(ctx, v.ID, 1, v.Employee, "b"))
	opened, err = s.Opened(ctx, v.ID, 1, v.Employee)
	check(t, err)
	q, noted := opened["q"]
	equal(t, "taken back, and opened again", len(opened) == 4 && !opened["a"] && opened["b"] && opened["c"] && noted && !q, true)

	for i := range 5 {
		check(t, s.AddRead(ctx, interview.Read{Interview: v.ID, Person: fmt.Sprint(i), What: "record"}))
	}
	seen, page := map[string]bool{}, store.Page{Limit: 2}
	for {
		reads, next, err := s.Reads(ctx, v.ID, page)
		check(t, err)
		for _, r := range reads {
			seen[r.Person] = r.What == "record" && !r.At.IsZero()
		}
		if page.Cursor = next; next == "" {
			break
		}
	}
	equal(t, "readers", len(seen), 5)
}

func promises(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v, other := talk(t, s, interview.Approved), talk(t, s, interview.InReview)
	check(t, s.PutPromises(ctx, v.ID, []interview.Promise{
		{Statement: "a", Owner: interview.PartEmployee, Person: v.Employee, Text: "調べる", DueDate: "2026-06-30"},
		{Statement: "b", Owner: interview.PartInterviewer, Person: v.Interviewer, Text: "頼む", Due: "来月"},
		{Statement: "c", Owner: interview.PartHR, Text: "手配"}}))
	check(t, s.PutPromises(ctx, other.ID, []interview.Promise{{Statement: "a", Owner: interview.PartEmployee, Person: other.Employee, Text: "別"}}))
	list := func(f store.PromiseFilter) (got []interview.Promise) {
		page := store.Page{Limit: 1}
		for {
			items, next, err := s.Promises(ctx, f, page)
			check(t, err)
			got = append(got, items...)
			if page.Cursor = next; next == "" {
				return got
			}
		}
	}
	equal(t, "all", len(list(store.PromiseFilter{})), 4)
	equal(t, "of the interview", len(list(store.PromiseFilter{Interview: v.ID})), 3)
	equal(t, "own", len(list(store.PromiseFilter{Person: v.Employee})), 1)
	equal(t, "own and of the interview", len(list(store.PromiseFilter{Participant: v.Employee})), 3)
	equal(t, "approved", len(list(store.PromiseFilter{ApprovedOnly: true})), 3)
	equal(t, "due", len(list(store.PromiseFilter{DueTo: "2026-06-30"})), 1)
	equal(t, "not yet due", len(list(store.PromiseFilter{DueTo: "2026-06-29"})), 0)

	var done interview.Promise
	for _, p := range list(store.PromiseFilter{Interview: v.ID}) {
		if p.Statement == "b" {
			done = p
		}
	}
	state := "done"
	got, err := s.UpdatePromise(ctx, done.ID, done.UpdatedAt, store.PromiseChange{State: &state})
	check(t, err)
	equal(t, "state", got.State, "done")
	_, err = s.UpdatePromise(ctx, done.ID, done.UpdatedAt, store.PromiseChange{State: &state})
	code(t, err, "precondition_failed")
	_, err = s.UpdatePromise(ctx, "none", time.Time{}, store.PromiseChange{State: &state})
	code(t, err, "not_found")
	// The next version: a has other words, b is gone but was done, c is gone.
	check(t, s.PutPromises(ctx, v.ID, []interview.Promise{{Statement: "a", Owner: interview.PartEmployee, Person: v.Employee, Text: "調べて話す"}}))
	texts := map[string]string{}
	for _, p := range list(store.PromiseFilter{Interview: v.ID}) {
		texts[p.Statement] = p.Text + "/" + p.State
	}
	if d := cmp.Diff(map[string]string{"a": "調べて話す/open", "b": "頼む/done"}, texts); d != "" {
		t.Errorf("after the next version (-want +got):\n%s", d)
	}
}

func requests(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.Approved)
	r, err := s.AddRequest(ctx, store.Request{Interview: v.ID, Person: v.Employee, Kind: "erase", Text: "消してほしい", DueOn: "2026-06-03"})
	check(t, err)
	_, err = s.AddRequest(ctx, store.Request{Interview: v.ID, Person: v.Employee, Kind: "correct", DueOn: "2026-06-10"})
	check(t, err)
	for _, c := range []struct {
		f    store.RequestFilter
		want int
	}{{store.RequestFilter{}, 2}, {store.RequestFilter{Interview: v.ID, Person: v.Employee, State: "open"}, 2}, {store.RequestFilter{DueTo: "2026-06-09"}, 1},
		{store.RequestFilter{Person: "nobody"}, 0}} {
		list, next, err := s.Requests(ctx, c.f, store.Page{})
		check(t, err)
		equal(t, fmt.Sprint(c.f), len(list), c.want)
		equal(t, "end", next, "")
	}
	_, err = s.AnswerRequest(ctx, r.ID, "maybe", "", "hr")
	code(t, err, "validation_failed")
	errs := race(racers, func(int) error {
		_, err := s.AnswerRequest(ctx, r.ID, "granted", "消しました", "hr")
		return err
	})
	equal(t, "answers", winners(t, errs, "state_conflict"), 1)
	got, err := s.Request(ctx, r.ID)
	check(t, err)
	equal(t, "answered", got.State == "granted" && got.Answer == "消しました" && got.AnsweredBy == "hr" && got.AnsweredAt != nil, true)
	_, err = s.AnswerRequest(ctx, "none", "granted", "", "hr")
	code(t, err, "not_found")
}

func templates(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	for _, body := range []string{"first", "not stored: the hash is taken"} {
		check(t, s.PutTemplate(ctx, store.Template{Hash: "h1", Name: "career-interview", Version: 3, Body: body}))
	}
	got, err := s.Template(ctx, "h1")
	check(t, err)
	equal(t, "body", got.Body, "first")
	got, err = s.TemplateVersion(ctx, "career-interview", 3)
	check(t, err)
	equal(t, "by name and version", got.Hash, "h1")
	_, err = s.TemplateVersion(ctx, "career-interview", 4)
	code(t, err, "not_found")
	_, err = s.Template(ctx, "h2")
	code(t, err, "not_found")
}

func usage(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	for _, err := range race(racers, func(int) error {
		return s.AddUsage(ctx, store.Usage{Day: "2026-05-20", Kind: "speech", Requests: 1, AudioSeconds: 1.5, InputTokens: 2, OutputTokens: 3})
	}) {
		check(t, err)
	}
	check(t, s.AddUsage(ctx, store.Usage{Day: "2026-05-21", Kind: "chat", Requests: 1}))
	got, err := s.UsageBetween(ctx, "2026-05-20", "2026-05-20")
	check(t, err)
	equal(t, "days", len(got), 1)
	equal(t, "sum", got[0], store.Usage{Day: "2026-05-20", Kind: "speech", Requests: racers, AudioSeconds: 1.5 * racers, InputTokens: 2 * racers, OutputTokens: 3 * racers})
}

func figures(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	e, i := person(t, s, "e@example.jp"), person(t, s, "i@example.jp")
	for n, c := range []struct {
		who    string
		on     string
		status interview.Status
		sealed int
	}{{e.ID, "2026-04-30", interview.Approved, 1}, {e.ID, "2026-05-01", interview.Approved, 2}, {i.ID, "2026-05-02", interview.Approved, 1},
		{i.ID, "2026-05-03", interview.InReview, 1}, {i.ID, "2026-05-04", interview.Erased, 0}, {e.ID, "2026-06-01", interview.Approved, 0}} {
		v, err := s.OpenTalk(ctx, interview.Talk{Employee: c.who, Interviewer: i.ID, Template: "x", Language: "ja", RecordedOn: c.on, Status: interview.InReview, Sealed: c.sealed})
		check(t, err)
		for k := range 2 {
			check(t, s.PutDraft(ctx, draft(v.ID, fmt.Sprint(n, "/", k+1)), k))
		}
		check(t, s.PutPromises(ctx, v.ID, []interview.Promise{{Statement: "a", Owner: interview.PartEmployee, Text: "x", DueDate: c.on}}))
		_, err = b.Raw.ExecContext(ctx, `UPDATE talks SET status = $2 WHERE id = $1`, v.ID, string(c.status))
		check(t, err)
	}
	f := store.TalkFilter{From: "2026-04-30", To: "2026-05-31"}
	months, err := s.TalkMonths(ctx, f)
	check(t, err)
	if d := cmp.Diff([]store.Month{{Month: "2026-04", Opened: 1, Approved: 1}, {Month: "2026-05", Opened: 3, Approved: 2}}, months); d != "" {
		t.Errorf("months (-want +got):\n%s", d)
	}
	n, err := s.CountInterviewed(ctx, f)
	check(t, err)
	equal(t, "interviewed", n, 2)
	var asked []string
	count := func(d *interview.Draft) map[string]int {
		asked = append(asked, d.Sections[0].Statements[0].Text)
		return map[string]int{"wishes": len(asked), "": 99}
	}
	for range 2 { // the second time everything was counted
		groups, err := s.Groups(ctx, f, count)
		check(t, err)
		equal(t, "groups", fmt.Sprint(groups), "[{ 2 3 map[wishes:6]}]")
	}
	slices.Sort(asked)
	equal(t, "the approved version of each, once", fmt.Sprint(asked), "[0/1 1/2 2/1]")
	changed, _, err := s.Talks(ctx, store.TalkFilter{From: "2026-05-01", To: "2026-05-01"}, store.Page{})
	check(t, err)
	d, err := s.Draft(ctx, changed[0].ID, 2)
	check(t, err)
	check(t, s.ReplaceDraft(ctx, d)) // words were taken off the record
	check(t, s.EraseTalk(ctx, talkOn(t, s, "2026-04-30"), interview.EraseAsked, "hr", "x"))
	asked = nil
	groups, err := s.Groups(ctx, f, count)
	check(t, err)
	equal(t, "after a change and an erasure", len(asked) == 1 && asked[0] == "1/2" && groups[0].Records == 2, true)
	n, err = s.CountPromises(ctx, store.PromiseFilter{ApprovedOnly: true, State: "open", DueTo: "2026-05-31"})
	check(t, err)
	equal(t, "promises due", n, 2)
}

// talkOn is the id of the talk of a day.
func talkOn(t *testing.T, s *store.Store, day string) string {
	t.Helper()
	list, _, err := s.Talks(t.Context(), store.TalkFilter{From: day, To: day}, store.Page{})
	check(t, err)
	return list[0].ID
}

// Statistics are right over a hundred thousand interviews, and do not read the records to be so.
func manyFigures(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	const people, talks = 500, 100_000
	from := person(t, s, "i@example.jp")
	run := func(query string, args ...any) {
		t.Helper()
		if _, err := b.Raw.ExecContext(ctx, query, args...); err != nil {
			t.Fatal(err)
		}
	}
	numbers := fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d) `, talks)
	run(fmt.Sprintf(`INSERT INTO people (id, email, email_key, name, department, created_at, updated_at) SELECT 'p' || i, 'p' || i || '@example.jp', 'p' || i || '@example.jp', 'x', 'd' || (i %% 10), $1, $1
		FROM (%s SELECT i FROM n) x WHERE i < %d`, numbers, people), interview.Now())
	// of ten talks of a person: one only opened, one failed, eight approved; a year of them
	run(fmt.Sprintf(`INSERT INTO talks (id, employee, interviewer, opened_by, template, language, recorded_on, status, sealed, created_at, updated_at)
		SELECT 't' || i, 'p' || (i %% %[1]d), $1, $1, 'x', 'ja', '2026-' || CASE WHEN i %% 12 < 9 THEN '0' ELSE '' END || (i %% 12 + 1) || '-10',
			CASE WHEN i / %[1]d %% 10 = 0 THEN 'awaiting_recording' WHEN i / %[1]d %% 10 = 1 THEN 'failed' ELSE 'approved' END,
			CASE WHEN i / %[1]d %% 10 < 2 THEN 0 ELSE 1 END, $2, $2 FROM (%[2]s SELECT i FROM n) x`, people, numbers), from.ID, interview.Now())
	run(`INSERT INTO section_counts (interview, draft, section, statements) SELECT id, 1, '', 0 FROM talks WHERE status = 'approved'`)
	run(`INSERT INTO section_counts (interview, draft, section, statements) SELECT id, 1, 'wishes', 3 FROM talks WHERE status = 'approved'`)
	run(`ANALYZE`)
	began := time.Now()
	f := store.TalkFilter{From: "2026-01-01", To: "2026-12-31"}
	months, err := s.TalkMonths(ctx, f)
	check(t, err)
	opened, approved := 0, 0
	for _, m := range months {
		opened, approved = opened+m.Opened, approved+m.Approved
	}
	n, err := s.CountInterviewed(ctx, f)
	check(t, err)
	groups, err := s.Groups(ctx, f, func(*interview.Draft) map[string]int { t.Error("a record was read"); return nil })
	check(t, err)
	records, statements := 0, 0
	for _, g := range groups {
		records, statements = records+g.Records, statements+g.Sections["wishes"]
		equal(t, "people of "+g.Department, g.People, people/10)
	}
	equal(t, "figures", fmt.Sprint(len(months), opened, approved, n, len(groups), records, statements), fmt.Sprint(12, talks, talks*8/10, people, 10, talks*8/10, 3*talks*8/10))
	t.Logf("%s: %d ms", s.Engine(), time.Since(began).Milliseconds())
}
