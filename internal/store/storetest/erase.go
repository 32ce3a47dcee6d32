package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// canary is a sentence that must be nowhere once its interview is erased.
const canary = "カナリアは地下の炭鉱で歌う"

// fill writes the canary into everything of an interview that can hold words.
func fill(t *testing.T, s *store.Store, status interview.Status) (interview.Talk, interview.Recording) {
	t.Helper()
	ctx := t.Context()
	v := talk(t, s, status)
	words := canary
	v, err := s.UpdateTalk(ctx, v.ID, time.Time{}, store.TalkChange{Purpose: &words, Place: &words})
	check(t, err)
	r := recording(t, s, v.ID)
	_, err = s.UpdateRecording(ctx, r.ID, store.RecordingChange{Sound: &interview.Sound{Container: canary}})
	check(t, err)
	list := cuts(2)
	check(t, s.PutCuts(ctx, v.ID, r.ID, 1, list))
	_, err = s.SaveAnswer(ctx, v.ID, r.ID, list[0].ID(), interview.Answer{Text: canary})
	check(t, err)
	_, err = s.AddUpload(ctx, store.Upload{Interview: v.ID, Key: "k", Options: []byte(`{"note":"` + canary + `"}`), ExpiresAt: interview.Now().Add(time.Hour)})
	check(t, err)
	check(t, s.PutTranscript(ctx, v.ID, &interview.Transcript{Language: "ja", Segments: []interview.Segment{{ID: 1, Text: canary}}}, 0))
	for after := range 2 {
		check(t, s.PutDraft(ctx, draft(v.ID, canary), after))
	}
	check(t, s.SealDraft(ctx, v.ID, 1, "seal", []store.SealField{{Path: "/summary/0", Salt: "salt-of-" + v.ID, MAC: "mac"}}))
	_, err = s.PutSheet(ctx, store.Sheet{Interview: v.ID, Body: []byte(`{"wish":"` + canary + `"}`), By: v.Employee}, time.Time{})
	check(t, err)
	for _, vis := range []string{"hr", "self"} {
		_, err = s.PutNote(ctx, store.Note{Interview: v.ID, Author: v.Interviewer, Visibility: vis, Text: canary}, time.Time{})
		check(t, err)
	}
	_, err = s.AddComment(ctx, interview.Comment{Interview: v.ID, Draft: 1, Kind: "comment", Text: canary, Author: v.Employee})
	check(t, err)
	_, err = s.AddVerdict(ctx, interview.Verdict{Interview: v.ID, Draft: 1, Decision: "approve", Objection: canary, Note: canary, By: v.Employee})
	check(t, err)
	check(t, s.PutPromises(ctx, v.ID, []interview.Promise{{Statement: "a", Owner: interview.PartEmployee, Text: canary, Due: canary}}))
	check(t, s.MarkOpened(ctx, v.ID, 1, v.Employee, "s1"))
	check(t, s.AddRead(ctx, interview.Read{Interview: v.ID, Person: "hr", What: "record"}))
	_, err = s.AddRequest(ctx, store.Request{Interview: v.ID, Person: v.Employee, Kind: "correct", Text: canary, DueOn: "2026-06-01"})
	check(t, err)
	_, err = s.Begin(ctx, v.Interviewer, v.ID, "hash", time.Hour)
	check(t, err)
	check(t, s.Finish(ctx, v.Interviewer, v.ID, store.Reply{Status: 200, Body: []byte(canary), Interview: v.ID}))
	_, err = s.AddMail(ctx, store.Mail{Person: v.Employee, Kind: "review", Interview: v.ID})
	check(t, err)
	_, err = s.AddConsent(ctx, interview.Consent{Interview: v.ID, Person: v.Employee, By: v.Employee, Decision: interview.Given})
	check(t, err)
	check(t, s.AddTask(ctx, interview.Task{Kind: interview.TaskDraft, Interview: v.ID, Generation: 1}, time.Time{}))
	v, err = s.Talk(ctx, v.ID)
	check(t, err)
	return v, r
}

// tables lists every table of the database.
func tables(t *testing.T, b Base) (out []string) {
	t.Helper()
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	if b.Store.Engine() == "postgres" {
		query = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
	}
	rows, err := b.Raw.QueryContext(t.Context(), query)
	check(t, err)
	defer rows.Close()
	for rows.Next() {
		var name string
		check(t, rows.Scan(&name))
		out = append(out, name)
	}
	check(t, rows.Err())
	if len(out) < 25 {
		t.Fatalf("only %d tables were found: %v", len(out), out)
	}
	return out
}

// find returns the tables with a row that holds text in any column, and how many rows each has.
func find(t *testing.T, b Base, text string) map[string]int {
	t.Helper()
	hits := map[string]int{}
	for _, table := range tables(t, b) {
		rows, err := b.Raw.QueryContext(t.Context(), `SELECT * FROM `+table)
		check(t, err)
		columns, err := rows.Columns()
		check(t, err)
		for rows.Next() {
			cells := make([]sql.RawBytes, len(columns))
			into := make([]any, len(columns))
			for i := range cells {
				into[i] = &cells[i]
			}
			check(t, rows.Scan(into...))
			for _, c := range cells {
				if strings.Contains(string(c), text) {
					hits[table]++
					break
				}
			}
		}
		check(t, rows.Err())
		check(t, rows.Close()) //nolint:sqlclosecheck // a table at a time
	}
	return hits
}

func eraseLeavesNoWord(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v, r := fill(t, s, interview.InReview)
	kept, _ := fill(t, s, interview.InReview)
	before := find(t, b, canary)
	for _, table := range []string{"talks", "recordings", "cuts", "uploads", "transcripts", "drafts", "sheets", "notes", "comments", "verdicts", "promises", "requests", "idempotency"} {
		if before[table] == 0 {
			t.Errorf("the canary is not in %s: this test would not see it stay", table)
		}
	}
	// The other interview's canary goes too, so that the search below is for one sentence in the whole database.
	for _, id := range []string{v.ID, kept.ID} {
		check(t, s.EraseTalk(ctx, id, interview.EraseAsked, "hr-person", "subject_request"))
		check(t, s.EraseTalk(ctx, id, interview.EraseAsked, "hr-person", "subject_request")) // twice is harmless
	}
	if left := find(t, b, canary); len(left) != 0 {
		t.Errorf("the canary is still in %v", left)
	}
	if left := find(t, b, "salt-of-"+v.ID); len(left) != 0 {
		t.Errorf("a seal's salt is still in %v", left)
	}
	check(t, s.Scrub(ctx))
	if b.Store.Engine() == "sqlite" {
		dir := filepath.Dir(strings.TrimPrefix(b.URL, "sqlite://"))
		files, err := os.ReadDir(dir)
		check(t, err)
		for _, f := range files {
			bytes, err := os.ReadFile(filepath.Join(dir, f.Name()))
			check(t, err)
			if strings.Contains(string(bytes), canary) {
				t.Errorf("the canary is still in the bytes of %s", f.Name())
			}
		}
	}

	got, err := s.Talk(ctx, v.ID)
	check(t, err)
	equal(t, "tombstone", fmt.Sprint(got.Status, got.Employee, got.Interviewer, got.RecordedOn), fmt.Sprint(interview.Erased, v.Employee, v.Interviewer, v.RecordedOn))
	row, err := s.Task(ctx, interview.Task{Kind: interview.TaskDraft, Interview: v.ID, Generation: 1}.ID())
	check(t, err)
	equal(t, "waiting work is dropped", row.State, store.TaskDropped)
	ledger, next, err := s.ErasureLedger(ctx, store.Page{Limit: 1})
	check(t, err)
	equal(t, "ledger", ledger[0].Interview == v.ID && ledger[0].What == "talk" && next != "", true)
	rest, next, err := s.ErasureLedger(ctx, store.Page{Limit: 1, Cursor: next})
	check(t, err)
	equal(t, "one line for each interview", len(rest) == 1 && rest[0].Interview == kept.ID && next == "", true)
	tasks, _, err := s.Tasks(ctx, store.TaskFilter{Interview: v.ID, Kind: interview.TaskErase}, store.Page{})
	check(t, err)
	equal(t, "one task erases the bytes", len(tasks) == 1 && tasks[0].Subject == ledger[0].ID, true)
	check(t, s.BytesErased(ctx, ledger[0].ID))
	done, err := s.Erasure(ctx, ledger[0].ID)
	check(t, err)
	equal(t, "bytes noted", done.BytesAt != nil, true)
	audit, _, err := s.Audit(ctx, store.AuditFilter{Interview: v.ID}, store.Page{})
	check(t, err)
	equal(t, "audit", len(audit) == 1 && audit[0].Action == "erase_talk" && audit[0].Actor == "hr-person", true)
	consents, err := s.Consents(ctx, v.ID)
	check(t, err)
	equal(t, "consents stay", len(consents), 1)
	recs, err := s.Recordings(ctx, v.ID)
	check(t, err)
	equal(t, "recording is marked", len(recs) == 1 && recs[0].Erased && recs[0].ID == r.ID, true)
}

// Whatever writes beside an erasure is either erased with it or refused; afterwards nothing can be added.
func eraseAgainstWriters(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v, r := fill(t, s, interview.InReview)
	_, err := s.UpdateRecording(ctx, r.ID, store.RecordingChange{})
	check(t, err)
	writers := []func(context.Context) error{
		func(ctx context.Context) error {
			_, err := s.AddComment(ctx, interview.Comment{Interview: v.ID, Kind: "comment", Text: canary})
			return err
		},
		func(ctx context.Context) error { return s.PutDraft(ctx, draft(v.ID, canary), store.AnyVersion) },
		func(ctx context.Context) error {
			return s.PutTranscript(ctx, v.ID, &interview.Transcript{Segments: []interview.Segment{{Text: canary}}}, store.AnyVersion)
		},
		func(ctx context.Context) error {
			_, err := s.PutNote(ctx, store.Note{Interview: v.ID, Author: "x", Visibility: "hr", Text: canary}, time.Time{})
			return err
		},
		func(ctx context.Context) error {
			_, err := s.PutSheet(ctx, store.Sheet{Interview: v.ID, Body: []byte(`"` + canary + `"`)}, time.Time{})
			return err
		},
		func(ctx context.Context) error {
			_, err := s.AddVerdict(ctx, interview.Verdict{Interview: v.ID, Decision: "approve", Note: canary})
			return err
		},
		func(ctx context.Context) error {
			return s.PutPromises(ctx, v.ID, []interview.Promise{{Statement: "n", Text: canary}})
		},
		func(ctx context.Context) error {
			_, err := s.AddRequest(ctx, store.Request{Interview: v.ID, Kind: "correct", Text: canary, DueOn: "2026-06-01"})
			return err
		},
		func(ctx context.Context) error {
			_, err := s.SaveAnswer(ctx, v.ID, r.ID, cuts(2)[1].ID(), interview.Answer{Text: canary})
			return err
		},
		func(ctx context.Context) error {
			text := canary
			_, err := s.UpdateTalk(ctx, v.ID, time.Time{}, store.TalkChange{Purpose: &text})
			return err
		},
		func(ctx context.Context) error {
			_, err := s.AddRecording(ctx, interview.Recording{Interview: v.ID, Sound: &interview.Sound{Container: canary}})
			return err
		},
		func(ctx context.Context) error { return s.PutCuts(ctx, v.ID, r.ID, 2, cuts(3)) },
		func(ctx context.Context) error {
			_, err := s.AddUpload(ctx, store.Upload{Interview: v.ID, Options: []byte(`"` + canary + `"`)})
			return err
		},
		func(ctx context.Context) error {
			_, err := s.UpdateRecording(ctx, r.ID, store.RecordingChange{Sound: &interview.Sound{Container: canary}})
			return err
		},
	}
	errs := race(len(writers)+1, func(i int) error {
		if i == len(writers) {
			return s.EraseTalk(ctx, v.ID, interview.ConsentWithdrawn, v.Employee, "consent_withdrawn")
		}
		return writers[i](ctx)
	})
	check(t, errs[len(writers)])
	winners(t, errs, "state_conflict")
	if left := find(t, b, canary); len(left) != 0 {
		t.Errorf("the canary is still in %v", left)
	}
	for i, write := range writers {
		if err := write(ctx); interview.Code(err) != "state_conflict" {
			t.Errorf("writer %d after the erasure: got %v, want state_conflict", i, err)
		}
	}
	if left := find(t, b, canary); len(left) != 0 {
		t.Errorf("the canary came back in %v", left)
	}
}

func eraseRefusals(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v, _ := fill(t, s, interview.Approved)
	code(t, s.EraseTalk(ctx, "none", interview.EraseAsked, "hr", "x"), "not_found")
	code(t, s.EraseTalk(ctx, v.ID, interview.ConsentWithdrawn, v.Employee, "x"), "state_conflict") // the sealed record stays
	hold := true
	_, err := s.UpdateTalk(ctx, v.ID, time.Time{}, store.TalkChange{Hold: &hold})
	check(t, err)
	code(t, s.EraseTalk(ctx, v.ID, interview.EraseAsked, "hr", "x"), "on_hold")
	code(t, s.EraseRecordings(ctx, v.ID, true, "hr", "x"), "on_hold")
	if left := find(t, b, canary); left["drafts"] != 2 || left["cuts"] != 1 {
		t.Errorf("a refused erasure took words: %v", left)
	}
}

// After a refusal the drafts go, with what was said about them; the way to write by hand begins at version 1.
func eraseDrafts(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v, _ := fill(t, s, interview.InReview)
	check(t, s.EraseDrafts(ctx, v.ID, v.Employee, "consent_refused"))
	left := find(t, b, canary)
	equal(t, "drafts and what hangs on them", left["drafts"]+left["comments"]+left["verdicts"]+left["promises"], 0)
	equal(t, "the sheet is the employee's own", left["sheets"], 1)
	got, err := s.Talk(ctx, v.ID)
	check(t, err)
	equal(t, "no draft", got.Draft, 0)
	check(t, s.PutDraft(ctx, draft(v.ID, "手で書いた"), 0))
	sealed, err := s.OpenTalk(ctx, interview.Talk{Employee: v.Employee, Interviewer: v.Interviewer, Template: "x", Language: "ja", RecordedOn: "2026-05-20",
		Status: interview.InReview, Sealed: 1})
	check(t, err)
	code(t, s.EraseDrafts(ctx, sealed.ID, v.Employee, "consent_refused"), "state_conflict")
	hold := true
	_, err = s.UpdateTalk(ctx, v.ID, time.Time{}, store.TalkChange{Hold: &hold})
	check(t, err)
	code(t, s.EraseDrafts(ctx, v.ID, v.Employee, "consent_refused"), "on_hold")
}

func eraseRecordings(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v, r := fill(t, s, interview.Approved)
	check(t, s.EraseRecordings(ctx, v.ID, false, "system", "retention_audio"))
	left := find(t, b, canary)
	equal(t, "answers", left["cuts"]+left["recordings"], 0)
	equal(t, "transcript stays", left["transcripts"], 1)
	_, err := s.LatestRecording(ctx, v.ID)
	code(t, err, "not_found")
	_, err = s.SaveAnswer(ctx, v.ID, r.ID, cuts(1)[0].ID(), interview.Answer{})
	code(t, err, "state_conflict")
	for range 2 {
		check(t, s.EraseRecordings(ctx, v.ID, true, "system", "retention_transcript"))
	}
	left = find(t, b, canary)
	equal(t, "transcript", left["transcripts"], 0)
	equal(t, "drafts stay", left["drafts"], 2)
	ledger, _, err := s.ErasureLedger(ctx, store.Page{})
	check(t, err)
	lines := map[string]string{}
	for _, e := range ledger {
		lines[e.What] = e.Recording
	}
	equal(t, "ledger", len(ledger) == 2 && lines["recording"] == r.ID && lines["transcript"] == "", true)
}

// A backup taken before an erasure brings the words back; a ledger kept elsewhere takes them away again.
func eraseAgain(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	whole, _ := fill(t, s, interview.InReview)
	part, sound := fill(t, s, interview.Approved)
	hold := true
	_, err := s.UpdateTalk(ctx, whole.ID, time.Time{}, store.TalkChange{Hold: &hold}) // was lifted after the backup
	check(t, err)
	line := func(id, what, recording, reason string) store.Erasure {
		return store.Erasure{ID: interview.NewID(), Interview: id, Recording: recording, What: what, Actor: "hr-person", Reason: reason, At: interview.Now()}
	}
	ledger := []store.Erasure{line(whole.ID, "talk", "", "subject_request"), line(part.ID, "recording", sound.ID, "retention_audio"),
		line(part.ID, "transcript", "", "retention_transcript"), line("never seen", "talk", "", "subject_request"), line(part.ID, "recording", "never seen", "x")}
	for round, want := range [][]store.Again{{store.AgainErased, store.AgainErased, store.AgainErased, store.AgainStrange, store.AgainGone},
		{store.AgainKnown, store.AgainKnown, store.AgainKnown, store.AgainStrange, store.AgainKnown}} {
		for i, e := range ledger {
			got, err := s.EraseAgain(ctx, e, nil)
			check(t, err)
			equal(t, fmt.Sprintf("round %d line %d", round, i), got, want[i])
		}
	}
	got, err := s.Talk(ctx, whole.ID)
	check(t, err)
	equal(t, "whole", got.Status, interview.Erased)
	left := find(t, b, canary)
	equal(t, "sound and transcripts", left["cuts"]+left["recordings"]+left["transcripts"], 0)
	equal(t, "the approved record stays", left["drafts"], 2)
	for _, i := range []int{0, 1, 2, 4} {
		e, err := s.Erasure(ctx, ledger[i].ID)
		check(t, err)
		equal(t, "the line as it was", e.What == ledger[i].What && e.At.Equal(ledger[i].At) && e.BytesAt == nil, true)
		tasks, _, err := s.Tasks(ctx, store.TaskFilter{Interview: e.Interview, Kind: interview.TaskErase}, store.Page{})
		check(t, err)
		equal(t, "its bytes go again", len(tasks) > 0, true)
	}
	audit, _, err := s.Audit(ctx, store.AuditFilter{Interview: whole.ID, Action: "erased_again"}, store.Page{})
	check(t, err)
	equal(t, "audit", len(audit) == 1 && audit[0].Object == ledger[0].ID, true)
}

// A refusal after the backup stands again: nothing is left of what a machine made, and people write by hand.
func refusedAgain(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v, r := fill(t, s, interview.InReview)
	for _, what := range []string{"recording", "transcript", "drafts"} {
		e := store.Erasure{ID: interview.NewID(), Interview: v.ID, What: what, Actor: v.Employee, Reason: "consent_refused", At: interview.Now()}
		if what == "recording" {
			e.Recording = r.ID
		}
		got, err := s.EraseAgain(ctx, e, nil)
		check(t, err)
		equal(t, what, got, store.AgainErased)
	}
	got, err := s.Talk(ctx, v.ID)
	check(t, err)
	equal(t, "by hand", got.ByHand && got.Status == interview.AwaitingRecording && got.Draft == 0, true)
	latest, err := s.LatestConsents(ctx, v.ID)
	check(t, err)
	equal(t, "the refusal", latest[v.Employee].Decision, interview.Refused)
	left := find(t, b, canary)
	equal(t, "left", left["cuts"]+left["recordings"]+left["transcripts"]+left["drafts"]+left["comments"], 0)

	late, _ := fill(t, s, interview.InReview) // approved after the backup, and withdrawn after that
	again, err := s.EraseAgain(ctx, store.Erasure{ID: interview.NewID(), Interview: late.ID, What: "transcript", Actor: late.Employee, Reason: "consent_withdrawn",
		At: interview.Now()}, nil)
	check(t, err)
	equal(t, "withdrawn", again, store.AgainErased)
	got, err = s.Talk(ctx, late.ID)
	check(t, err)
	equal(t, "before approval everything goes", got.Status, interview.Erased)
}

// An erasure whose task was given up is wished for anew, until the bucket was seen empty.
func retryErasures(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v, _ := fill(t, s, interview.InReview)
	check(t, s.EraseTalk(ctx, v.ID, interview.EraseAsked, "hr-person", "x"))
	ledger, _, err := s.ErasureLedger(ctx, store.Page{})
	check(t, err)
	later := interview.Now().Add(time.Hour)
	n, err := s.RetryErasures(ctx, later, 10)
	check(t, err)
	equal(t, "on its way", n, 0)
	tasks, _, err := s.Tasks(ctx, store.TaskFilter{Interview: v.ID, Kind: interview.TaskErase}, store.Page{})
	check(t, err)
	check(t, s.FailTask(ctx, tasks[0].Task, "internal_error"))
	n, err = s.RetryErasures(ctx, interview.Now().Add(-time.Hour), 10)
	check(t, err)
	equal(t, "too young", n, 0)
	n, err = s.RetryErasures(ctx, later, 10)
	check(t, err)
	equal(t, "given up", n, 1)
	row, err := s.Task(ctx, tasks[0].Task.ID())
	check(t, err)
	equal(t, "to be done again", row.State, store.TaskPending)
	check(t, s.DoneTask(ctx, tasks[0].Task))
	check(t, s.BytesErased(ctx, ledger[0].ID))
	n, err = s.RetryErasures(ctx, later, 10)
	check(t, err)
	equal(t, "done", n, 0)
}
