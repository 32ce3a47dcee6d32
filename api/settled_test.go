package api

import (
	"bytes"
	"context"
	"database/sql"
	"io"
	"mime/multipart"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
	"kikigaki/internal/testkit"
)

// onPostgres is a world on PostgreSQL, where two transactions really meet, and a way to wait until one waits for the other.
func onPostgres(t *testing.T) (w *world, meet func()) {
	t.Helper()
	url := testkit.Postgres(t)
	st, err := store.Open(t.Context(), url, store.Options{})
	check(t, err)
	t.Cleanup(func() { st.Close() })
	check(t, st.Migrate(t.Context()))
	raw, err := sql.Open("pgx", url)
	check(t, err)
	t.Cleanup(func() { raw.Close() })
	return newWorld(t, func(o *Options) { o.Store = st }), func() {
		soon(t, "a wait for a row", func() bool {
			n := 0
			check(t, raw.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&n))
			return n > 0
		})
	}
}

// openingForm is a multipart opening with a recording.
func openingForm(t *testing.T, fields map[string]string, recording string) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	check(t, m.SetBoundary("kikigaki-test-boundary"))
	for k, v := range fields {
		check(t, m.WriteField(k, v))
	}
	f, err := m.CreateFormFile("recording", "talk.m4a")
	check(t, err)
	_, err = f.Write([]byte(recording))
	check(t, err)
	check(t, m.Close())
	return b.String(), m.FormDataContentType()
}

// A streamed call whose process dies between the commit and the answer has done its work once: the same call again finds the
// answer, opens no second interview and is not refused.
func TestDeathBetweenTheCommitAndTheAnswerOfAStream(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	body, kind := openingForm(t, map[string]string{"employee": "sato@example.co.jp"}, "sound")
	w.events.die(1)
	if r := w.call("suzuki", "POST", "/v1/interviews", body, "Content-Type", kind, "Idempotency-Key", "f1"); r.status != 500 {
		t.Fatalf("%d, the process did not die", r.status)
	}
	r := w.call("suzuki", "POST", "/v1/interviews", body, "Content-Type", kind, "Idempotency-Key", "f1").want(201)
	var v Interview
	r.into(&v)
	if r.header.Get("Idempotency-Replayed") != "true" || r.header.Get("Location") != "/v1/interviews/"+v.ID || r.header.Get("ETag") == "" {
		t.Errorf("not the kept answer: %v", r.header)
	}
	talks, _, err := w.store.Talks(t.Context(), store.TalkFilter{}, store.Page{})
	check(t, err)
	if len(talks) != 1 {
		t.Errorf("one call opened %d interviews", len(talks))
	}
	recs, err := w.store.Recordings(t.Context(), v.ID)
	check(t, err)
	if len(recs) != 1 {
		t.Fatalf("%d recordings", len(recs))
	}
	if _, err := w.bucket.Stat(t.Context(), recs[0].Key); err != nil {
		t.Errorf("the recording is gone: %v", err)
	}
	for _, c := range []struct{ path, kind, body string }{
		{"/recording", "audio/mp4", "sound"}, {"/captions", "text/vtt", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v A>はい、始めます。\n"},
	} {
		path := "/v1/interviews/" + w.awaiting() + c.path
		w.events.die(1)
		if r := w.call("suzuki", "PUT", path, c.body, "Content-Type", c.kind, "Idempotency-Key", "p"+c.path[1:]); r.status != 500 {
			t.Fatalf("%s: %d, the process did not die", c.path, r.status)
		}
		w.call("suzuki", "PUT", path, c.body, "Content-Type", c.kind, "Idempotency-Key", "p"+c.path[1:]).want(200)
	}
}

// An answer that cannot be kept undoes what it answers: a webhook is made once, however often the call comes.
func TestAnAnswerThatCannotBeKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	raw, err := sql.Open("sqlite", w.file)
	check(t, err)
	defer raw.Close()
	_, err = raw.ExecContext(t.Context(), `CREATE TRIGGER full BEFORE UPDATE ON idempotency BEGIN SELECT RAISE(ABORT, 'full'); END`)
	check(t, err)
	hook := map[string]any{"url": "https://example.com/hook"}
	body, kind := openingForm(t, map[string]string{"employee": "sato@example.co.jp"}, "sound")
	w.call("ono", "POST", "/v1/webhooks", hook, "Idempotency-Key", "w1").want(500)
	w.call("suzuki", "POST", "/v1/interviews", body, "Content-Type", kind, "Idempotency-Key", "f1").want(500)
	_, err = raw.ExecContext(t.Context(), `DROP TRIGGER full`)
	check(t, err)
	w.call("ono", "POST", "/v1/webhooks", hook, "Idempotency-Key", "w1").want(201)
	w.call("suzuki", "POST", "/v1/interviews", body, "Content-Type", kind, "Idempotency-Key", "f1").want(201)
	n, err := w.store.CountWebhooks(t.Context())
	check(t, err)
	talks, _, err := w.store.Talks(t.Context(), store.TalkFilter{}, store.Page{})
	check(t, err)
	if n != 1 || len(talks) != 1 {
		t.Errorf("%d webhooks and %d interviews, want one of each", n, len(talks))
	}
}

// The answer that was kept for a key is told to nobody who may no longer read it: an interviewer who handed the interview
// over is hr and still knows of it, and is not told once more what the record says.
func TestAKeptAnswerFollowsTheRights(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	roles := []interview.Role{interview.RoleInterviewer, interview.RoleHR}
	_, err := w.store.UpdatePerson(t.Context(), w.people["suzuki"].ID, store.PersonChange{Roles: &roles})
	check(t, err)
	talk := w.at(interview.InReview)
	edit := func() *reply {
		return w.call("suzuki", "PATCH", "/v1/interviews/"+talk.ID+"/drafts/1", map[string]any{"statements": []any{map[string]any{"id": "s1", "text": "企画をしたい。"}}},
			"If-Match", `"d1"`, "Idempotency-Key", "e1")
	}
	edit().want(200)
	if r := edit().want(200); r.header.Get("Idempotency-Replayed") != "true" {
		t.Error("not replayed")
	}
	w.call("hayashi", "PATCH", "/v1/interviews/"+talk.ID, map[string]any{"interviewer": "tanaka@example.co.jp"}, "If-Match", "*").want(200)
	edit().want(403, "forbidden")
}

// A recording that comes in at the moment of the consent is begun: whichever is first, the other one sees it.
func TestARecordingAndTheConsentAtOnce(t *testing.T) {
	t.Parallel()
	w, meet := onPostgres(t)
	v := w.open()
	done := make(chan *reply, 1)
	err := w.store.Tx(t.Context(), func(tx *store.Tx) error {
		// The consent holds the interview's row; the recording was let in before it and waits for the row.
		if _, err := tx.AddConsent(t.Context(), interview.Consent{Interview: v.ID, Person: w.people["sato"].ID, By: w.people["sato"].ID, Decision: interview.Given}); err != nil {
			return err
		}
		if _, err := tx.Move(t.Context(), store.MoveInput{ID: v.ID, Event: interview.ConsentGiven}); err != nil {
			return err
		}
		go func() {
			done <- w.call("suzuki", "PUT", "/v1/interviews/"+v.ID+"/recording", "sound", "Content-Type", "audio/mp4")
		}()
		meet()
		return nil
	})
	check(t, err)
	(<-done).want(200).into(&v)
	if v.Status != interview.Queued {
		t.Errorf("the interview stands at %s with its recording", v.Status)
	}
	tasks, _, err := w.store.Tasks(t.Context(), store.TaskFilter{Interview: v.ID, Kind: interview.TaskPrepare}, store.Page{})
	check(t, err)
	if len(tasks) != 1 {
		t.Errorf("%d tasks prepare it", len(tasks))
	}
}

// A no that meets a hold is kept: the employee's decision is never turned away because somebody was faster.
func TestANoAndAHoldAtOnce(t *testing.T) {
	t.Parallel()
	w, meet := onPostgres(t)
	talk := w.at(interview.InReview)
	done := make(chan *reply, 1)
	on := true
	check(t, w.store.Tx(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.UpdateTalk(t.Context(), talk.ID, time.Time{}, store.TalkChange{Hold: &on}); err != nil {
			return err
		}
		go func() {
			done <- w.call("sato", "PUT", "/v1/interviews/"+talk.ID+"/consent", map[string]any{"decision": "withdrawn"})
		}()
		meet()
		return nil
	}))
	(<-done).want(200)
	latest, err := w.store.LatestConsents(t.Context(), talk.ID)
	check(t, err)
	if latest[talk.Employee].Decision != interview.Withdrawn {
		t.Errorf("the decision that counts is %+v", latest[talk.Employee])
	}
}

// While captions come in, the right to hand them in can end; they are then not stored.
func TestCaptionsThatComeTooLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.AwaitingRecording)
	r, out := io.Pipe()
	done := make(chan *reply, 1)
	go func() {
		done <- w.call("suzuki", "PUT", "/v1/interviews/"+talk.ID+"/captions?wait=1&name=a.vtt", r, "Expect", "100-continue")
	}()
	_, err := io.WriteString(out, "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v A>遅れて来た言葉。\n") // the call was let in: its body is being read
	check(t, err)
	_, err = w.store.Move(t.Context(), store.MoveInput{ID: talk.ID, Event: interview.RecordingArrived})
	check(t, err)
	check(t, out.Close())
	(<-done).want(409, "state_conflict")
	if _, err := w.store.Transcript(t.Context(), talk.ID, 0); interview.Code(err) != "not_found" {
		t.Errorf("captions were stored: %v", err)
	}
}

// A recording that is complete when the employee refuses leaves nothing behind.
func TestAnUploadThatEndsInARefusal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.AwaitingRecording)
	base := "/v1/interviews/" + talk.ID
	var up Upload
	w.call("suzuki", "POST", base+"/uploads", map[string]any{"name": "a.wav", "size": 5}).want(201).into(&up)
	var urls PartURLs
	w.call("suzuki", "POST", base+"/uploads/"+up.ID+"/parts", map[string]any{"numbers": []int{1}}).want(200).into(&urls)
	if got := w.send(urls.Parts[0].URL, []byte("sound")); got != 200 {
		t.Fatalf("part: %d", got)
	}
	u, err := w.store.Upload(t.Context(), talk.ID, up.ID)
	check(t, err)
	_, err = w.bucket.Complete(t.Context(), u.Key, u.S3Upload, u.Size) // the process died after this
	check(t, err)
	_, err = w.store.MoveUpload(t.Context(), u.ID, store.UploadCompleting, "", store.UploadOpen)
	check(t, err)
	yes := true
	_, err = w.store.Move(t.Context(), store.MoveInput{ID: talk.ID, Event: interview.ConsentRefused, ByHand: &yes})
	check(t, err)
	ctx := context.WithValue(t.Context(), callKey{}, &call{person: w.people["suzuki"], talk: talk}) // let in before the refusal
	if _, err := w.s.completeUpload(ctx, &OnUpload{OnTalk: OnTalk{ID: talk.ID}, Upload: up.ID}); interview.Code(err) != "consent_refused" {
		t.Fatalf("got %v", err)
	}
	if _, err := w.bucket.Stat(t.Context(), u.Key); interview.Code(err) != "not_found" {
		t.Errorf("the recording is still there: %v", err)
	}
}

// What was recorded of a review, one person of hr does not erase alone because a new draft is being made.
func TestErasingWhileANewDraftIsMade(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	w.call("suzuki", "POST", "/v1/interviews/"+talk.ID+"/drafts", map[string]any{}).want(202)
	w.call("hayashi", "DELETE", "/v1/interviews/"+talk.ID, nil).want(422, "validation_failed")
	var done Erased
	w.call("hayashi", "DELETE", "/v1/interviews/"+talk.ID+"?reason=mistake", nil).want(200).into(&done)
	if done.Needs != "second_person" {
		t.Errorf("one person alone: %+v", done)
	}
}

// A withdrawal after approval that a hold keeps from being carried out closes the recording and what was made of it.
func TestAWithdrawalOnHoldClosesTheRecording(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.Approved)
	base := "/v1/interviews/" + talk.ID
	w.call("suzuki", "GET", base+"/transcript", nil).want(200)
	w.call("hayashi", "PATCH", base, map[string]any{"hold": true}, "If-Match", "*").want(200)
	w.call("sato", "PUT", base+"/consent", map[string]any{"decision": "withdrawn"}).want(200)
	for _, who := range []string{"suzuki", "sato"} {
		w.call(who, "GET", base+"/transcript", nil).want(409, "state_conflict")
		w.call(who, "GET", base+"/drafts/1", nil).want(200) // the sealed record stays
	}
}

// Words that were taken off the record are in no kept answer either.
func TestOffTheRecordLeavesNoKeptAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	base := "/v1/interviews/" + talk.ID
	correct := func() *reply {
		return w.call("sato", "PATCH", base+"/transcript", map[string]any{"segments": []any{map[string]any{"id": 2, "text": "広報をしたいです。"}}},
			"If-Match", `"t1"`, "Idempotency-Key", "c1")
	}
	if r := correct().want(200); !strings.Contains(string(r.body), "眠れて") {
		t.Fatal("the answer does not hold the words in question")
	}
	w.call("sato", "PATCH", base+"/transcript", map[string]any{"off_record": []any{map[string]any{"from": 5, "to": 5}}}, "If-Match", `"t2"`, "Idempotency-Key", "c2").want(200)
	if r := correct(); strings.Contains(string(r.body), "眠れて") || r.status != 200 {
		t.Errorf("the kept answer still says it: %d %s", r.status, r.body)
	}
	if r := w.call("sato", "PATCH", base+"/transcript", map[string]any{"off_record": []any{map[string]any{"from": 5, "to": 5}}}, "If-Match", `"t2"`, "Idempotency-Key", "c2").want(200); len(r.body) < 100 {
		t.Errorf("the answer to the mark itself is not kept: %s", r.body)
	}
}
