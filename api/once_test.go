package api

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func TestIdempotency(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := map[string]any{"employee": "sato@example.co.jp"}
	first := w.call("suzuki", "POST", "/v1/interviews", in, "Idempotency-Key", "k1").want(201)
	again := w.call("suzuki", "POST", "/v1/interviews", in, "Idempotency-Key", "k1").want(201)
	if string(first.body) != string(again.body) || again.header.Get("Idempotency-Replayed") != "true" || again.header.Get("ETag") != first.header.Get("ETag") ||
		again.header.Get("Content-Type") != "application/json" {
		t.Errorf("%v %s", again.header, again.body)
	}
	w.call("suzuki", "POST", "/v1/interviews", map[string]any{"employee": "kato@example.co.jp"}, "Idempotency-Key", "k1").want(409, "idempotency_conflict")
	w.call("tanaka", "POST", "/v1/interviews", in, "Idempotency-Key", "k1").want(201) // keys are each person's own
	w.call("suzuki", "POST", "/v1/interviews", in, "Idempotency-Key", strings.Repeat("k", 300)).want(422, "validation_failed")
	// A refusal that stays one is kept; the key of a call that may go better is free again.
	w.call("suzuki", "POST", "/v1/interviews", map[string]any{"employee": "nobody@example.co.jp"}, "Idempotency-Key", "k2").want(422)
	w.call("suzuki", "POST", "/v1/interviews", map[string]any{"employee": "nobody@example.co.jp"}, "Idempotency-Key", "k2").want(422)
	w.call("kato", "POST", "/v1/interviews", in, "Idempotency-Key", "k3").want(403, "forbidden")
	var all sync.WaitGroup
	replies := make([]*reply, 8)
	for i := range replies {
		all.Go(func() { replies[i] = w.call("suzuki", "POST", "/v1/interviews", in, "Idempotency-Key", "k4") })
	}
	all.Wait()
	ids := map[string]bool{}
	for _, r := range replies {
		switch r.status {
		case 201:
			var v Interview
			r.into(&v)
			ids[v.ID] = true
		case 429:
		default:
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	if len(ids) != 1 {
		t.Errorf("one key made %d interviews", len(ids))
	}
	// A streamed recording is not sent into an interview twice.
	id := w.awaiting()
	path := "/v1/interviews/" + id + "/recording"
	w.call("suzuki", "PUT", path, "sound", "Idempotency-Key", "k5").want(200)
	w.call("suzuki", "PUT", path, "sound", "Idempotency-Key", "k5").want(200)
	recs, err := w.store.Recordings(t.Context(), id)
	check(t, err)
	if len(recs) != 1 {
		t.Errorf("%d recordings", len(recs))
	}
	// Kept answers go with their interview.
	check(t, w.store.EraseTalk(t.Context(), id, interview.EraseAsked, "system", "test"))
	w.call("suzuki", "PUT", path, "sound", "Idempotency-Key", "k5").want(409, "state_conflict")
}

// Between the commit of what was done and the answer a process can die. The same call again then finds the answer and does
// nothing twice: both are one transaction. Here the death is a panic in the first thing after the commit.
func TestDeathBetweenTheCommitAndTheAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	base := "/v1/interviews/" + talk.ID
	for i, c := range []struct {
		who, method, path string
		body              map[string]any
		want              int
		made              func() int // how many of what the call makes there are
	}{
		{"sato", "POST", base + "/comments", map[string]any{"draft": 1, "text": "ここはちがう"}, 201, func() int {
			list, _, err := w.store.Comments(t.Context(), talk.ID, store.CommentFilter{}, store.Page{})
			check(t, err)
			return len(list)
		}},
		{"sato", "POST", base + "/decision", map[string]any{"draft": 1, "decision": "request_changes", "note": "直してください"}, 200, func() int {
			list, err := w.store.Verdicts(t.Context(), talk.ID)
			check(t, err)
			return len(list)
		}},
	} {
		before := c.made()
		key := fmt.Sprintf("dies-%d", i)
		w.events.die(1)
		if got := w.call(c.who, c.method, c.path, c.body, "Idempotency-Key", key); got.status != 500 {
			t.Fatalf("%s: %d, the process did not die", c.path, got.status)
		}
		again := w.call(c.who, c.method, c.path, c.body, "Idempotency-Key", key).want(c.want)
		if again.header.Get("Idempotency-Replayed") != "true" || len(again.body) < 10 {
			t.Errorf("%s: not the kept answer: %s", c.path, again.body)
		}
		if got := c.made(); got != before+1 {
			t.Errorf("%s: %d, want %d", c.path, got, before+1)
		}
	}
}

// A call that takes longer than any is believed to take is begun again by its sender. One of the two stands.
func TestTooSlowToBeBelievedAlive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	impatient, err := store.Open(t.Context(), "sqlite://"+w.file, store.Options{InFlight: time.Millisecond})
	check(t, err)
	t.Cleanup(func() { impatient.Close() })
	w.s.Store = impatient
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			w.call("suzuki", "POST", "/v1/interviews", map[string]any{"employee": "sato@example.co.jp"}, "Idempotency-Key", "slow")
		})
	}
	all.Wait()
	w.call("suzuki", "POST", "/v1/interviews", map[string]any{"employee": "sato@example.co.jp"}, "Idempotency-Key", "slow").want(201)
	talks, _, err := w.store.Talks(t.Context(), store.TalkFilter{}, store.Page{})
	check(t, err)
	if len(talks) != 1 {
		t.Errorf("one key made %d interviews", len(talks))
	}
}

func TestChangingAnInterview(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open()
	path := "/v1/interviews/" + v.ID
	tag := w.call("suzuki", "GET", path, nil).want(200).header.Get("ETag")
	w.call("suzuki", "PATCH", path, map[string]any{"place": "会議室A"}).want(428, "precondition_required")
	r := w.call("suzuki", "PATCH", path, map[string]any{"place": "会議室A", "recorded_on": "2026-06-01"}, "If-Match", tag).want(200)
	r.into(&v)
	if v.Place == nil || *v.Place != "会議室A" || v.RecordedOn != "2026-06-01" || r.header.Get("ETag") == tag {
		t.Errorf("changed %+v", v)
	}
	w.call("suzuki", "PATCH", path, map[string]any{"place": "x"}, "If-Match", tag).want(412, "precondition_failed")
	w.call("suzuki", "PATCH", path, map[string]any{"place": "x"}, "If-Match", "nonsense!").want(412, "precondition_failed")
	w.call("suzuki", "PATCH", path, map[string]any{"status": "approved"}, "If-Match", "*").want(422, "validation_failed")
	w.call("suzuki", "PATCH", path, map[string]any{"interviewer": "tanaka@example.co.jp"}, "If-Match", "*").want(403, "forbidden")
	w.call("suzuki", "PATCH", path, map[string]any{"hold": true}, "If-Match", "*").want(403, "forbidden")
	w.call("suzuki", "PATCH", path, map[string]any{"template": "no-such"}, "If-Match", "*").want(422, "template_unknown")
	w.call("hayashi", "PATCH", path, map[string]any{"interviewer": "sato@example.co.jp"}, "If-Match", "*").want(422, "validation_failed")
	w.call("hayashi", "PATCH", path, map[string]any{"interviewer": "tanaka@example.co.jp"}, "If-Match", "*").want(200).into(&v)
	if v.Interviewer.Name != "tanaka" {
		t.Errorf("handed over to %+v", v.Interviewer)
	}
	w.call("suzuki", "GET", path, nil).want(404, "not_found")
}

func TestErasing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open()
	path := "/v1/interviews/" + v.ID
	w.call("suzuki", "DELETE", path, nil).want(403, "forbidden")
	w.call("hayashi", "PATCH", path, map[string]any{"hold": true}, "If-Match", "*").want(200)
	w.call("hayashi", "DELETE", path, nil).want(409, "on_hold")
	w.call("hayashi", "PATCH", path, map[string]any{"hold": false}, "If-Match", "*").want(200)
	var done Erased
	w.call("hayashi", "DELETE", path, nil).want(200).into(&done)
	if done.Status != interview.Erased || w.waker.kinds(v.ID) != "erase" {
		t.Errorf("%+v woke %q", done, w.waker.kinds(v.ID))
	}
	w.call("hayashi", "DELETE", path, nil).want(409, "state_conflict")

	// From in_review on it takes a second person of hr, or the employee's own wish.
	talk := w.at(interview.Approved)
	path = "/v1/interviews/" + talk.ID
	w.call("hayashi", "DELETE", path, nil).want(422, "validation_failed")
	w.call("hayashi", "DELETE", path+"?reason=mistake", nil).want(200).into(&done)
	if done.Needs != "second_person" || done.Status != interview.Approved {
		t.Fatalf("one person alone: %+v", done)
	}
	w.call("hayashi", "DELETE", path+"?reason=mistake", nil).want(200).into(&done)
	if done.Needs != "second_person" {
		t.Fatalf("the same person twice: %+v", done)
	}
	w.call("mori", "DELETE", path+"?reason=mistake", nil).want(200).into(&done)
	if done.Status != interview.Erased {
		t.Errorf("the second person: %+v", done)
	}
	talk = w.at(interview.Approved)
	path = "/v1/interviews/" + talk.ID
	var req Request
	w.call("sato", "POST", path+"/requests", map[string]any{"kind": "erase", "text": "消してください"}).want(201).into(&req)
	if req.State != "open" || req.Due.Sub(req.At).Hours() < 13*24-24 {
		t.Errorf("request %+v", req)
	}
	w.call("hayashi", "DELETE", path, nil).want(200).into(&done)
	if done.Status != interview.Erased {
		t.Errorf("on the employee's wish: %+v", done)
	}
	mails, _, err := w.store.MailsOf(t.Context(), w.people["sato"].ID, store.Page{})
	check(t, err)
	if mails[0].Kind != "request_answered" || mails[0].State != store.MailWaiting {
		t.Errorf("the employee is not told: %+v", mails[0])
	}
	if r := w.call("sato", "GET", path, nil).want(200); r.header.Get("ETag") == "" {
		t.Error("the tombstone has no tag")
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	path := "/v1/interviews/" + talk.ID + "/requests"
	w.call("suzuki", "POST", path, map[string]any{"kind": "erase"}).want(403, "forbidden")
	w.call("sato", "POST", path, map[string]any{"kind": "buy"}).want(422, "validation_failed")
	var req Request
	w.call("sato", "POST", path, map[string]any{"kind": "correct", "text": "所属がちがいます"}).want(201).into(&req)
	w.call("sato", "PATCH", path+"/"+req.ID, map[string]any{"state": "done", "answer": "x"}).want(403, "forbidden")
	other := w.at(interview.InReview)
	w.call("hayashi", "PATCH", "/v1/interviews/"+other.ID+"/requests/"+req.ID, map[string]any{"state": "done", "answer": "x"}).want(404, "not_found")
	w.call("hayashi", "PATCH", path+"/"+req.ID, map[string]any{"state": "done", "answer": "直しました"}).want(200).into(&req)
	if req.State != "done" || req.AnsweredBy == nil || req.AnsweredBy.Name != "hayashi" {
		t.Errorf("answered %+v", req)
	}
	w.call("hayashi", "PATCH", path+"/"+req.ID, map[string]any{"state": "refused", "answer": "x"}).want(409, "state_conflict")
	var list Page[Request]
	w.call("sato", "GET", path, nil).want(200).into(&list)
	if len(list.Items) != 1 || list.Items[0].Answer != "直しました" {
		t.Errorf("%+v", list.Items)
	}
}
