package api

import (
	"context"
	"errors"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// What lists say of an interview that is being worked on: its place while it waits, its time while somebody is at it, and
// that nothing goes on while workers or queue are away.
func TestPlaceInTheQueue(t *testing.T) {
	t.Parallel()
	away := errors.New("away")
	var courier error
	w := newWorld(t, func(o *Options) { o.Courier = func(context.Context) error { return courier } })
	ctx := t.Context()
	first, second := w.at(interview.Queued), w.at(interview.Queued)
	prepare := func(x interview.Talk) interview.Task {
		return interview.Task{Kind: interview.TaskPrepare, Interview: x.ID, Generation: x.Generation}
	}
	check(t, w.store.AddTask(ctx, prepare(first), interview.Now().Add(-time.Minute)))
	check(t, w.store.AddTask(ctx, prepare(second), zero))
	_, err := w.store.Lead(ctx, "reconcile", "w", time.Hour)
	check(t, err)
	see := func(x interview.Talk) Progress {
		t.Helper()
		w.s.line.mu.Lock()
		w.s.line.looked = time.Time{} // as after a few seconds
		w.s.line.mu.Unlock()
		var v Interview
		w.call("suzuki", "GET", "/v1/interviews/"+x.ID, nil).want(200).into(&v)
		return *v.Progress
	}
	if p := see(first); p.Ahead == nil || *p.Ahead != 0 || p.Held != "" {
		t.Errorf("the first: %+v", p)
	}
	if p := see(second); p.Ahead == nil || *p.Ahead != 1 || p.Seconds != nil {
		t.Errorf("the second: %+v", p)
	}
	var list Page[Interview]
	w.call("suzuki", "GET", "/v1/interviews?status=queued", nil).want(200).into(&list)
	if len(list.Items) != 2 || *list.Items[0].Progress.Ahead+*list.Items[1].Progress.Ahead != 1 {
		t.Errorf("in the list: %+v", list.Items)
	}
	_, err = w.store.Claim(ctx, first.ID, "prepare", "", first.Generation, "w", time.Hour)
	check(t, err)
	if p := see(first); p.Ahead != nil || p.Held != "" {
		t.Errorf("at work: %+v", p)
	}
	if p := see(second); p.Ahead == nil || *p.Ahead != 0 {
		t.Errorf("next: %+v", p)
	}
	courier = away
	see(second) // from now on it is known to be away; one that hands over to the next is not
	if p := see(second); p.Held != "" {
		t.Errorf("a moment without a queue: %+v", p)
	}
	w.s.line.mu.Lock()
	w.s.line.awaySince = time.Now().Add(-awayAfter)
	w.s.line.mu.Unlock()
	if p := see(second); p.Held != heldAway || p.Ahead != nil {
		t.Errorf("without a queue: %+v", p)
	}
	courier = nil
	if p := see(second); p.Held != "" || p.Ahead == nil {
		t.Errorf("it is back: %+v", p)
	}
	check(t, w.store.SetTrouble(ctx, second.ID, &interview.Trouble{Code: "endpoint_unavailable", At: interview.Now()}))
	check(t, w.store.WaitTask(ctx, prepare(second), "endpoint_unavailable", interview.Now().Add(time.Hour)))
	if p := see(second); p.Held != heldWaiting || p.Ahead != nil {
		t.Errorf("put off: %+v", p)
	}
}

func TestLeft(t *testing.T) {
	t.Parallel()
	now := interview.Now()
	typical := map[interview.TaskKind]time.Duration{interview.TaskDraft: 2 * time.Minute}
	for name, c := range map[string]struct {
		turn        store.Turn
		done, total int
		want        int // 0: nothing is said
	}{
		"chunks by their pace":           {store.Turn{Kind: interview.TaskTranscribe, Begun: now, Since: now.Add(-time.Minute), Done: 3}, 7, 12, 100},
		"no chunk yet":                   {store.Turn{Kind: interview.TaskTranscribe, Begun: now, Since: now.Add(-time.Minute)}, 0, 12, 0},
		"the last chunk is in":           {store.Turn{Kind: interview.TaskTranscribe, Begun: now, Since: now.Add(-time.Minute), Done: 3}, 12, 12, 0},
		"a draft as drafts take":         {store.Turn{Kind: interview.TaskDraft, Begun: now.Add(-30 * time.Second)}, 0, 0, 90},
		"a draft that takes longer":      {store.Turn{Kind: interview.TaskDraft, Begun: now.Add(-3 * time.Minute)}, 0, 0, 0},
		"a step nobody has measured yet": {store.Turn{Kind: interview.TaskPrepare, Begun: now}, 0, 0, 0},
	} {
		got := 0
		if n := left(c.turn, &Progress{Done: c.done, Total: c.total}, typical, now); n != nil {
			got = *n
		}
		if got != c.want {
			t.Errorf("%s: %d s, want %d", name, got, c.want)
		}
	}
}
