package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/queue"
)

const (
	heartbeat  = 15 * time.Second
	watchEvery = 5 * time.Second // SQL is asked again: a courier that is away must not freeze a page
	streamLife = 30 * time.Minute
	writeWait  = 30 * time.Second // a watcher that reads nothing is let go
)

// streamEvents sends what happens to an interview: first where it stands, from SQL, then what the courier brings and
// what SQL shows in between. Rights are asked again before each event; who has lost them is let go.
func (s *Server) streamEvents(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), streamLife) // clients come back by themselves, and are identified anew
	defer cancel()
	person := callOf(ctx).person.ID
	if !s.streams.begin(person, maxStreams) {
		return &interview.Error{Code: "rate_limited", Wait: heartbeat}
	}
	defer s.streams.end(person)
	out := &eventWriter{w: w, rc: http.NewResponseController(w)}
	defer func() { _ = out.rc.SetWriteDeadline(zero) }() // for what comes next on the connection
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	// Last-Event-ID is not needed: what a client has missed is in SQL, and the first events say it.
	var live <-chan queue.Event
	if s.Events != nil {
		var stop func()
		live, stop = s.Events.Subscribe(ctx, callOf(ctx).talk.ID)
		defer stop()
	}
	s.counted.watch(1)
	defer s.counted.watch(-1)
	if err := out.send("retry: 2000\n\n"); err != nil {
		return nil // the client is gone
	}
	var seen watched
	if !s.snapshot(ctx, out, &seen) {
		return nil
	}
	beat, look := time.NewTicker(heartbeat), time.NewTicker(watchEvery)
	defer beat.Stop()
	defer look.Stop()
	for {
		ok := true
		select {
		case <-ctx.Done():
			return nil
		case <-s.stop.Done():
			return nil
		case <-beat.C:
			ok = out.send(": beat\n\n") == nil
		case <-look.C:
			ok = s.snapshot(ctx, out, &seen)
		case e, open := <-live:
			if !open {
				live = nil // the courier gave up: SQL is asked every few seconds
				continue
			}
			ok = s.relay(ctx, out, &seen, e)
		}
		if !ok {
			return nil
		}
	}
}

// watched is what a watcher has been told.
type watched struct {
	state    queue.Event
	progress Progress
	draft    int
}

// who asks again who the watcher is and whether they may still watch. hr may see states alone.
func (s *Server) who(ctx context.Context) (t interview.Talk, words, alive bool) {
	c := callOf(ctx)
	p, err := s.Store.Person(ctx, c.person.ID)
	if err != nil || p.Disabled {
		return t, false, false
	}
	if c.token != "" {
		if _, _, err := s.Store.TokenPerson(ctx, c.token); err != nil {
			return t, false, false
		}
	}
	if c.session != "" {
		if _, _, err := s.Store.SessionPerson(ctx, c.session); err != nil {
			return t, false, false
		}
	}
	if t, err = s.reach(ctx, p, c.talk.ID, interview.ActSee); err != nil {
		return t, false, false
	}
	rel := interview.RelationOf(p, t)
	return t, rel.Subject || rel.Interviewer && !rel.Closed, true
}

// snapshot tells what SQL knows and the watcher does not.
func (s *Server) snapshot(ctx context.Context, out *eventWriter, seen *watched) bool {
	t, words, alive := s.who(ctx)
	if !alive {
		return false
	}
	if e := stateEvent(t); e != seen.state {
		seen.state = e
		if out.event(e) != nil {
			return false
		}
	}
	if !words {
		return true
	}
	if t.Status.In(interview.Processing...) || t.Status == interview.Revising {
		v := Interview{Progress: &Progress{Step: string(t.Status)}}
		if t.Status == interview.Transcribing {
			if err := s.detail(ctx, interview.Person{}, t, &v, false); err != nil {
				return true // the next look may fare better
			}
		}
		if err := s.turns(ctx, []interview.Talk{t}, []*Progress{v.Progress}); err != nil {
			return true
		}
		if p := *v.Progress; !p.same(seen.progress) {
			seen.progress = p
			if out.event(queue.Event{Type: "progress", Step: p.Step, Done: p.Done, Total: p.Total, Ahead: p.Ahead, Seconds: p.Seconds, Held: p.Held}) != nil {
				return false
			}
		}
	}
	if t.Draft != seen.draft && interview.Judge(callOf(ctx).person, interview.ActReadDraft, t) == nil {
		seen.draft = t.Draft
		return out.event(draftEvent(t.Draft)) == nil
	}
	return true
}

// relay passes one event on to a watcher who may have it.
func (s *Server) relay(ctx context.Context, out *eventWriter, seen *watched, e queue.Event) bool {
	switch e.Type {
	case "state", "draft", "progress":
		if e.Type == "progress" {
			p := seen.progress
			p.Step, p.Done, p.Total = e.Step, e.Done, e.Total
			_, words, alive := s.who(ctx)
			if !alive || !words || p.same(seen.progress) {
				return alive
			}
			seen.progress = p // place and estimate come with the next look at SQL
			return out.event(e) == nil
		}
		return s.snapshot(ctx, out, seen) // SQL says it better than a message that may be late
	case "comment":
		t, words, alive := s.who(ctx)
		if !alive {
			return false
		}
		if !words || interview.Judge(callOf(ctx).person, interview.ActReadDraft, t) != nil {
			return true
		}
		return out.event(e) == nil
	}
	return true
}

// eventWriter writes server-sent events.
type eventWriter struct {
	w  http.ResponseWriter
	rc *http.ResponseController
	n  int
}

func (o *eventWriter) send(text string) error {
	_ = o.rc.SetWriteDeadline(time.Now().Add(writeWait)) // a connection without deadlines is a test's
	if _, err := fmt.Fprint(o.w, text); err != nil {
		return err
	}
	return o.rc.Flush()
}

func (o *eventWriter) event(e queue.Event) error {
	o.n++
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return o.send("id: " + strconv.Itoa(o.n) + "\nevent: " + e.Type + "\ndata: " + string(b) + "\n\n")
}
