package storetest

import (
	"fmt"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

var lines = map[interview.TaskKind]string{interview.TaskPrepare: "pipeline", interview.TaskDraft: "pipeline", interview.TaskTranscribe: "speech"}

// turns is the queue as four interviews see it: two wait, one is at work on its chunks, one is put off.
func turns(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	var ids []string
	for range 4 {
		ids = append(ids, talk(t, s, interview.Queued).ID)
	}
	task := func(kind interview.TaskKind, i int, subject string) interview.Task {
		return interview.Task{Kind: kind, Interview: ids[i], Subject: subject, Generation: generationOf(t, s, ids[i])}
	}
	ago := func(d time.Duration) time.Time { return interview.Now().Add(-d) }
	check(t, s.AddTask(ctx, task(interview.TaskPrepare, 0, ""), ago(3*time.Minute)))
	check(t, s.AddTask(ctx, task(interview.TaskPrepare, 1, ""), ago(2*time.Minute)))
	check(t, s.AddTask(ctx, task(interview.TaskDraft, 3, ""), interview.Now().Add(time.Hour)))
	for i := range 3 {
		check(t, s.AddTask(ctx, task(interview.TaskTranscribe, 2, fmt.Sprint("c", i)), ago(time.Minute)))
	}
	check(t, s.MarkSent(ctx, task(interview.TaskPrepare, 0, "")))
	shown := func() string {
		got, err := s.Turns(ctx, lines, ids...)
		check(t, err)
		out := ""
		for _, id := range ids {
			x, ok := got[id]
			out += fmt.Sprintf("[%t %s ahead %d begun %t done %d]", ok, x.Kind, x.Ahead, !x.Begun.IsZero(), x.Done)
		}
		return out
	}
	equal(t, "nobody is at work", shown(), "[true prepare ahead 0 begun false done 0][true prepare ahead 1 begun false done 0][true transcribe ahead 0 begun false done 0][false  ahead 0 begun false done 0]")
	claim := func(x interview.Task) store.Lease {
		l, err := s.Claim(ctx, x.Interview, string(x.Kind), x.Subject, x.Generation, "w", time.Hour)
		check(t, err)
		return l
	}
	claim(task(interview.TaskPrepare, 0, ""))
	claim(task(interview.TaskTranscribe, 2, "c0"))
	check(t, s.DoneTask(ctx, task(interview.TaskTranscribe, 2, "c0")))
	claim(task(interview.TaskTranscribe, 2, "c1"))
	equal(t, "two are at work", shown(), "[true prepare ahead 0 begun true done 0][true prepare ahead 0 begun false done 0][true transcribe ahead 0 begun true done 1][false  ahead 0 begun false done 0]")
	none, err := s.Turns(ctx, lines)
	check(t, err)
	equal(t, "asked of none", len(none), 0)
}

func generationOf(t *testing.T, s *store.Store, id string) int {
	t.Helper()
	x, err := s.Talk(t.Context(), id)
	check(t, err)
	return x.Generation
}

// working follows whoever leads the workers.
func working(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	there := func() bool {
		ok, err := s.Working(ctx)
		check(t, err)
		return ok
	}
	equal(t, "before any worker", there(), false)
	_, err := s.Lead(ctx, "reconcile", "w", time.Hour)
	check(t, err)
	equal(t, "with one", there(), true)
	check(t, s.Resign(ctx, "reconcile", "w"))
	equal(t, "after the last one", there(), false)
}

// typical is told once three steps have ended, and is their median.
func typical(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	for i := range 3 {
		got, err := s.Typical(ctx, interview.TaskDraft, interview.TaskPrepare)
		check(t, err)
		equal(t, "too few", len(got), 0)
		id := talk(t, s, interview.Drafting).ID
		x := interview.Task{Kind: interview.TaskDraft, Interview: id, Generation: generationOf(t, s, id)}
		check(t, s.AddTask(ctx, x, time.Time{}))
		l, err := s.Claim(ctx, id, string(x.Kind), "", x.Generation, fmt.Sprint("w", i), time.Hour)
		check(t, err)
		check(t, s.DoneTask(ctx, x))
		check(t, s.Release(ctx, l))
	}
	got, err := s.Typical(ctx, interview.TaskDraft, interview.TaskPrepare)
	check(t, err)
	equal(t, "kinds", len(got), 1)
	equal(t, "a moment", got[interview.TaskDraft] >= 0 && got[interview.TaskDraft] < time.Minute, true)
}
