package api

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/queue"
	"kikigaki/internal/store"
)

// listener reads an event stream.
type listener struct {
	t      testing.TB
	events chan queue.Event
	ended  chan struct{}
	cancel context.CancelFunc
	raw    *syncBuffer
}

func (w *world) listen(who, id string, headers ...string) *listener {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", w.http.URL+"/v1/interviews/"+id+"/events", nil)
	check(w.t, err)
	req.Header.Set("Authorization", "Bearer "+w.tokens[who])
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	check(w.t, err)
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" {
		w.t.Fatalf("stream: %d %v", res.StatusCode, res.Header)
	}
	l := &listener{w.t, make(chan queue.Event, 64), make(chan struct{}), cancel, &syncBuffer{}}
	w.t.Cleanup(cancel)
	go func() {
		defer close(l.ended)
		defer res.Body.Close()
		lines := bufio.NewScanner(res.Body)
		for lines.Scan() {
			_, _ = l.raw.Write(append(lines.Bytes(), '\n'))
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var e queue.Event
				if json.Unmarshal([]byte(data), &e) == nil {
					l.events <- e
				}
			}
		}
	}()
	return l
}

func (l *listener) next() queue.Event {
	l.t.Helper()
	select {
	case e := <-l.events:
		return e
	case <-time.After(20 * time.Second):
		l.t.Fatalf("no event; so far %s", l.raw.String())
		return queue.Event{}
	}
}

func (l *listener) over() {
	l.t.Helper()
	select {
	case <-l.ended:
	case <-time.After(20 * time.Second):
		l.t.Fatal("the stream goes on")
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.Transcribing)
	ctx := t.Context()
	suzuki := w.listen("suzuki", talk.ID, "Last-Event-ID", "whatever")
	hr := w.listen("hayashi", talk.ID)
	// First where it stands, from SQL.
	if e := suzuki.next(); e.Type != "state" || e.Status != "transcribing" {
		t.Errorf("first %+v", e)
	}
	if e := suzuki.next(); e.Type != "progress" || e.Step != "transcribing" {
		t.Errorf("second %+v", e)
	}
	if e := hr.next(); e.Type != "state" {
		t.Errorf("hr first %+v", e)
	}
	check(t, w.events.Publish(ctx, talk.ID, queue.Event{Type: "progress", Step: "transcribing", Done: 7, Total: 12}))
	if e := suzuki.next(); e.Done != 7 || e.Total != 12 {
		t.Errorf("progress %+v", e)
	}
	// A move is told from SQL, whatever the message says.
	check(t, w.store.PutTranscript(ctx, talk.ID, script(), 0))
	_, err := w.store.Move(ctx, store.MoveInput{ID: talk.ID, Event: interview.TranscriptReady})
	check(t, err)
	check(t, w.events.Publish(ctx, talk.ID, queue.Event{Type: "state", Status: "approved"}))
	if e := suzuki.next(); e.Type != "state" || e.Status != "drafting" {
		t.Errorf("state %+v", e)
	}
	if e := suzuki.next(); e.Type != "progress" || e.Step != "drafting" {
		t.Errorf("progress %+v", e)
	}
	check(t, w.store.PutDraft(ctx, record(talk.ID), 0))
	_, err = w.store.Move(ctx, store.MoveInput{ID: talk.ID, Event: interview.DraftToReview})
	check(t, err)
	check(t, w.events.Publish(ctx, talk.ID, queue.Event{Type: "draft", Version: 1}))
	if e := suzuki.next(); e.Type != "state" || e.Status != "in_review" || e.Waiting != "employee" {
		t.Errorf("state %+v", e)
	}
	if e := suzuki.next(); e.Type != "draft" || e.Version != 1 {
		t.Errorf("draft %+v", e)
	}
	w.call("sato", "POST", "/v1/interviews/"+talk.ID+"/comments", map[string]any{"draft": 1, "text": "これは言葉"}).want(201)
	if e := suzuki.next(); e.Type != "comment" || e.ID == "" {
		t.Errorf("comment %+v", e)
	}
	if strings.Contains(suzuki.raw.String(), "言葉") {
		t.Error("an event carries words")
	}
	// hr has been told of states alone.
	for _, want := range []string{"drafting", "in_review"} {
		if e := hr.next(); e.Type != "state" || e.Status != want {
			t.Errorf("hr: %+v, want state %s", e, want)
		}
	}
	if raw := hr.raw.String(); strings.Contains(raw, "progress") || strings.Contains(raw, "draft\n") || strings.Contains(raw, "comment") {
		t.Errorf("hr hears %s", raw)
	}
	// Rights are asked again: handed over, the old interviewer is let go at the next event.
	w.call("hayashi", "PATCH", "/v1/interviews/"+talk.ID, map[string]any{"interviewer": "tanaka@example.co.jp"}, "If-Match", "*").want(200)
	suzuki.over()
	w.call("ono", "PATCH", "/v1/users/"+w.people["hayashi"].ID, map[string]any{"disabled": true}).want(200)
	check(t, w.events.Publish(ctx, talk.ID, queue.Event{Type: "state"}))
	hr.over()
}

// Without a courier a watcher is told all the same, a little later; when the server stops, streams end.
func TestEventsWithoutACourier(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) { o.Events = nil })
	talk := w.at(interview.Queued)
	l := w.listen("sato", talk.ID)
	if e := l.next(); e.Status != "queued" {
		t.Errorf("first %+v", e)
	}
	l.next() // progress
	_, err := w.store.Move(t.Context(), store.MoveInput{ID: talk.ID, Event: interview.PrepareStarted})
	check(t, err)
	if e := l.next(); e.Status != "preparing" {
		t.Errorf("after a while %+v", e)
	}
	w.s.Drain()
	l.over()
}
