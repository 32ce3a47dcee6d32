package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func leases(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	l, err := s.Claim(ctx, "i1", "prepare", "", 1, "w1", time.Hour)
	check(t, err)
	equal(t, "first claim", fmt.Sprint(l.Fence, l.Attempts, l.Crashes), "1 1 0")
	for _, owner := range []string{"w2", "w1"} { // a double delivery to the same process is another run
		_, err = s.Claim(ctx, "i1", "prepare", "", 1, owner, time.Hour)
		taken, ok := errors.AsType[*store.TakenError](err)
		if !ok || !taken.Until.Equal(l.ExpiresAt) {
			t.Errorf("claim of a taken step: got %v, want taken until %v", err, l.ExpiresAt)
		}
	}
	for _, other := range []store.Lease{{Interview: "i2", Step: "prepare", Generation: 1}, {Interview: "i1", Step: "draft", Generation: 1},
		{Interview: "i1", Step: "prepare", Subject: "c", Generation: 1}, {Interview: "i1", Step: "prepare", Generation: 2}} {
		_, err = s.Claim(ctx, other.Interview, other.Step, other.Subject, other.Generation, "w2", time.Hour)
		check(t, err)
	}
	longer, err := s.Renew(ctx, l, 2*time.Hour)
	check(t, err)
	equal(t, "renewed", longer.ExpiresAt.Sub(l.ExpiresAt) > 50*time.Minute, true)
	live, err := s.Leases(ctx, "i1")
	check(t, err)
	equal(t, "live", len(live), 4)
	check(t, s.Release(ctx, l))
	again, err := s.Claim(ctx, "i1", "prepare", "", 1, "w2", time.Hour)
	check(t, err)
	equal(t, "fence goes on after a release", fmt.Sprint(again.Fence, again.Attempts, again.Crashes), "2 2 0")
	check(t, s.Release(ctx, l)) // the old holder gives back nothing
	check(t, s.Fenced(ctx, again))
}

func oneClaimer(t *testing.T, b Base) {
	for round := range 3 {
		got := make([]store.Lease, racers)
		errs := race(racers, func(i int) (err error) {
			got[i], err = b.Store.Claim(t.Context(), "i1", "draft", "", round, fmt.Sprint("w", i), time.Hour)
			return err
		})
		n := 0
		for i, err := range errs {
			if err == nil {
				n++
				check(t, b.Store.Fenced(t.Context(), got[i]))
				continue
			}
			if _, ok := errors.AsType[*store.TakenError](err); !ok {
				t.Errorf("loser: got %v, want taken", err)
			}
		}
		equal(t, "claimers", n, 1)
	}
}

// A handler that lost its lease commits nothing, and one that still holds it cannot lose it while it commits.
func fence(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.Drafting)
	slow, err := s.Claim(ctx, v.ID, "draft", "", 1, "slow", time.Millisecond)
	check(t, err)
	var quick store.Lease
	eventually(t, "the lease runs out", func() bool {
		quick, err = s.Claim(ctx, v.ID, "draft", "", 1, "quick", time.Hour)
		return err == nil
	})
	commit := func(l store.Lease, text string) error {
		return s.Tx(ctx, func(tx *store.Tx) error {
			if err := tx.Fenced(ctx, l); err != nil {
				return err
			}
			return tx.PutDraft(ctx, draft(v.ID, text), store.AnyVersion)
		})
	}
	for name, err := range map[string]error{"commit": commit(slow, "late"), "renew": func() error { _, err := s.Renew(ctx, slow, time.Hour); return err }()} {
		if _, ok := errors.AsType[*store.LostError](err); !ok {
			t.Errorf("%s by the loser: got %v, want lost", name, err)
		}
	}
	check(t, s.Release(ctx, slow)) // must not free the winner's
	check(t, commit(quick, "in time"))
	d, err := s.Draft(ctx, v.ID, 0)
	check(t, err)
	equal(t, "versions", d.Version, 1)
	equal(t, "text", d.Sections[0].Statements[0].Text, "in time")

	// While a transaction has checked its fence, an expired lease cannot be claimed until it ends.
	held, err := s.Claim(ctx, v.ID, "revise", "", 1, "a", time.Millisecond)
	check(t, err)
	claimed := make(chan store.Lease, 1)
	check(t, s.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Fenced(ctx, held); err != nil {
			return err
		}
		go func() {
			for {
				if l, err := s.Claim(ctx, v.ID, "revise", "", 1, "b", time.Hour); err == nil || ctx.Err() != nil {
					claimed <- l
					return
				}
			}
		}()
		select {
		case l := <-claimed:
			t.Errorf("the lease was taken (fence %d) while its holder was committing", l.Fence)
		case <-time.After(100 * time.Millisecond):
		}
		return nil
	}))
	equal(t, "taken afterwards", (<-claimed).Fence, held.Fence+1)
}

func poison(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	for want := range 4 {
		var l store.Lease
		eventually(t, "the crashed run's lease runs out", func() (ok bool) {
			var err error
			l, err = s.Claim(ctx, "i1", "prepare", "", 1, fmt.Sprint("w", want), time.Millisecond)
			return err == nil
		})
		equal(t, "crashes", l.Crashes, want)
		equal(t, "attempts", l.Attempts, want+1)
	}
}

func leader(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	leads := make([]bool, racers)
	for _, err := range race(racers, func(i int) (err error) {
		leads[i], err = s.Lead(ctx, "reconcile", fmt.Sprint("w", i), time.Hour)
		return err
	}) {
		check(t, err)
	}
	who := -1
	for i, l := range leads {
		if l && who >= 0 {
			t.Errorf("both %d and %d lead", who, i)
		}
		if l {
			who = i
		}
	}
	ok, err := s.Lead(ctx, "reconcile", fmt.Sprint("w", who), time.Hour)
	check(t, err)
	equal(t, "the leader goes on", ok, true)
	ok, err = s.Lead(ctx, "reminders", "other", time.Millisecond)
	check(t, err)
	equal(t, "another job has its own leader", ok, true)
	eventually(t, "leadership runs out", func() bool {
		ok, err := s.Lead(ctx, "reminders", "next", time.Hour)
		return err == nil && ok
	})
	var until, later time.Time
	end := `SELECT expires_at FROM leaders WHERE name = 'reconcile'`
	check(t, b.Raw.QueryRowContext(ctx, end).Scan(&until))
	ok, err = s.Lead(ctx, "reconcile", fmt.Sprint("w", who), time.Hour)
	check(t, err)
	check(t, b.Raw.QueryRowContext(ctx, end).Scan(&later))
	equal(t, "nothing is written while half the time is left", ok && later.Equal(until), true)
	ok, err = s.Lead(ctx, "reconcile", fmt.Sprint("w", who), 3*time.Hour)
	check(t, err)
	check(t, b.Raw.QueryRowContext(ctx, end).Scan(&later))
	equal(t, "less than half left is extended", ok && later.After(until.Add(time.Hour)), true)
	check(t, s.Resign(ctx, "reconcile", "not the leader"))
	ok, err = s.Lead(ctx, "reconcile", "other", time.Hour)
	check(t, err)
	equal(t, "only the leader can resign", ok, false)
	check(t, s.Resign(ctx, "reconcile", fmt.Sprint("w", who)))
	ok, err = s.Lead(ctx, "reconcile", "other", time.Hour)
	check(t, err)
	equal(t, "after resigning", ok, true)
}

func task(id, subject string) interview.Task {
	return interview.Task{Kind: interview.TaskTranscribe, Interview: id, Subject: subject, Generation: 1}
}

func outbox(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.AwaitingRecording)
	one := interview.Task{Kind: interview.TaskPrepare, Interview: v.ID, Generation: 1}
	err := s.Tx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Move(ctx, store.MoveInput{ID: v.ID, Event: interview.RecordingArrived}); err != nil {
			return err
		}
		if err := tx.AddTask(ctx, one, time.Time{}); err != nil {
			return err
		}
		return errStop
	})
	if !errors.Is(err, errStop) {
		t.Fatal(err)
	}
	_, err = s.Task(ctx, one.ID())
	code(t, err, "not_found")
	got, err := s.Talk(ctx, v.ID)
	check(t, err)
	equal(t, "neither move nor task", got.Status, interview.AwaitingRecording)

	for range 2 {
		check(t, s.AddTask(ctx, one, time.Time{}))
	}
	later := task(v.ID, "later")
	check(t, s.AddTask(ctx, later, interview.Now().Add(time.Hour)))
	pending := func() string {
		list, err := s.PendingTasks(ctx, 10)
		check(t, err)
		return fmt.Sprint(list)
	}
	equal(t, "due", pending(), fmt.Sprint([]interview.Task{one}))
	check(t, s.MarkSent(ctx, one, later))
	equal(t, "after sending", pending(), "[]")
	row, err := s.Task(ctx, later.ID())
	check(t, err)
	equal(t, "what is not due is not sent", row.State, store.TaskPending)
	check(t, s.DeferTask(ctx, one, "endpoint_unavailable", interview.Now().Add(-time.Second)))
	equal(t, "deferred and due again", pending(), fmt.Sprint([]interview.Task{one}))
	row, err = s.Task(ctx, one.ID())
	check(t, err)
	equal(t, "counted", fmt.Sprint(row.Attempts, row.Code), "1endpoint_unavailable")
	check(t, s.DoneTask(ctx, one))
	check(t, s.MarkSent(ctx, one))
	check(t, s.DeferTask(ctx, one, "x", interview.Now()))
	check(t, s.FailTask(ctx, one, "x"))
	check(t, s.AddTask(ctx, one, time.Time{}))
	row, err = s.Task(ctx, one.ID())
	check(t, err)
	equal(t, "done stays done", fmt.Sprint(row.State, row.Code), "done")

	many := make([]interview.Task, 200)
	for i := range many {
		many[i] = task(v.ID, fmt.Sprint("c", i))
	}
	check(t, s.AddTasks(ctx, time.Time{}, many...))
	list, err := s.PendingTasks(ctx, 1000)
	check(t, err)
	equal(t, "many", len(list), 200)
	seen, page := map[string]bool{}, store.Page{Limit: 30}
	for {
		rows, next, err := s.Tasks(ctx, store.TaskFilter{Interview: v.ID}, page)
		check(t, err)
		for _, r := range rows {
			seen[r.ID()] = true
		}
		if page.Cursor = next; next == "" {
			break
		}
	}
	equal(t, "queue view pages over equal times", len(seen), 202)
}

func stalled(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	lost, working, done, waiting := task("i1", "lost"), task("i1", "working"), task("i1", "done"), task("i1", "waiting")
	check(t, s.AddTasks(ctx, time.Time{}, lost, working, done, waiting))
	check(t, s.MarkSent(ctx, lost, working, done))
	check(t, s.DoneTask(ctx, done))
	l, err := s.Claim(ctx, "i1", string(working.Kind), working.Subject, 1, "w", time.Hour)
	check(t, err)
	list := func(older time.Duration) string {
		got, err := s.Stalled(ctx, older, 10)
		check(t, err)
		out := ""
		for _, v := range got {
			out += v.Subject + " "
		}
		return out
	}
	equal(t, "sent just now", list(time.Hour), "")
	equal(t, "sent and nobody at work", list(-time.Second), "lost ")
	check(t, s.Release(ctx, l)) // the handler died or gave up without ending the task
	equal(t, "released without an end", len(list(-time.Second)), len("lost working "))
	check(t, s.PauseStep(ctx, string(interview.TaskTranscribe), "endpoint_quota", interview.Now().Add(time.Hour)))
	equal(t, "paused", list(-time.Second), "")
}

func pauses(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	speech, other := task("i1", "c"), interview.Task{Kind: interview.TaskDraft, Interview: "i1", Generation: 1}
	check(t, s.AddTasks(ctx, time.Time{}, speech, other))
	check(t, s.PauseStep(ctx, "transcribe", "endpoint_unauthorized", interview.Now().Add(time.Hour)))
	check(t, s.PauseStep(ctx, "transcribe", "endpoint_quota", interview.Now().Add(2*time.Hour)))
	list, err := s.PendingTasks(ctx, 10)
	check(t, err)
	equal(t, "others go on", fmt.Sprint(list), fmt.Sprint([]interview.Task{other}))
	p, err := s.Pauses(ctx)
	check(t, err)
	equal(t, "one pause", len(p), 1)
	equal(t, "newest reason", p[0].Code, "endpoint_quota")
	equal(t, "since the first", p[0].Until.Sub(p[0].Since) > time.Hour, true)
	check(t, s.PauseStep(ctx, "transcribe", "endpoint_quota", interview.Now().Add(-time.Second)))
	list, err = s.PendingTasks(ctx, 10)
	check(t, err)
	equal(t, "tries by itself when the time has come", len(list), 2)
	was, err := s.ResumeStep(ctx, "transcribe")
	check(t, err)
	equal(t, "resumed", was, true)
	was, err = s.ResumeStep(ctx, "transcribe")
	check(t, err)
	equal(t, "resumed again", was, false)
}

func taskCounts(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	first := interview.Now().Add(-time.Hour)
	check(t, s.AddTask(ctx, task("i1", "a"), first))
	check(t, s.AddTasks(ctx, time.Time{}, task("i1", "b"), task("i1", "c"), task("i2", "d")))
	check(t, s.MarkSent(ctx, task("i1", "c")))
	check(t, s.FailTask(ctx, task("i2", "d"), "recording_damaged"))
	got, err := s.TaskCounts(ctx)
	check(t, err)
	equal(t, "gauges", len(got), 2)
	equal(t, "pending", got[0].State == store.TaskPending && got[0].Count == 2, true)
	equal(t, "oldest", got[0].Oldest.Sub(first).Abs() < time.Second, true) // on the database's clock

	equal(t, "sent", got[1].State == store.TaskSent && got[1].Count == 1, true)
	for _, id := range []string{"i1", "i2"} {
		l, err := s.Claim(ctx, id, "transcribe", "x", 1, "w", time.Millisecond)
		check(t, err)
		check(t, s.Release(ctx, l))
	}
	n, err := s.SweepTasks(ctx, interview.Now().Add(time.Hour), 100)
	check(t, err)
	equal(t, "swept: the failed task and the lease nothing waits for", n, 2)
	l, err := s.Claim(ctx, "i1", "transcribe", "x", 1, "w", time.Hour)
	check(t, err)
	equal(t, "a fence whose interview has open tasks goes on", l.Fence, 2)
}
