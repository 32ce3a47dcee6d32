package store_test

import (
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
	"kikigaki/internal/testkit"
)

// TestWrongClock has one process whose clock is ten minutes off share PostgreSQL with others. It shifts the clock of this
// whole test binary and is therefore not parallel: the parallel tests wait until it has ended.
func TestWrongClock(t *testing.T) {
	ctx := t.Context()
	b := open(t, testkit.NewPostgres(t).Database(t), "pgx", "")
	s := b.Store
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { interview.ShiftClock(0) })
	p, err := s.AddPerson(ctx, interview.Person{Email: "a@example.jp"})
	if err != nil {
		t.Fatal(err)
	}
	for _, off := range []time.Duration{10 * time.Minute, -10 * time.Minute} {
		interview.ShiftClock(off)
		task := interview.Task{Kind: interview.TaskErase, Interview: interview.NewID(), Generation: 1}
		if err := s.AddTask(ctx, task, time.Time{}); err != nil {
			t.Fatal(err)
		}
		later := task
		later.Subject = "later"
		if err := s.AddTask(ctx, later, interview.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := s.DeferTask(ctx, task, "x", interview.Now()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddMail(ctx, store.Mail{Person: p.ID, Kind: "draft_ready"}); err != nil {
			t.Fatal(err)
		}
		taken, err := s.TakeMails(ctx, time.Minute, 10) // by the process with the wrong clock
		if err != nil || len(taken) != 1 {
			t.Fatalf("%d mails taken, %v", len(taken), err)
		}
		if r, err := s.Begin(ctx, p.ID, off.String(), "h", time.Hour); err != nil || r != nil {
			t.Fatalf("%v %v", r, err)
		}

		interview.ShiftClock(0) // the others
		due, err := s.PendingTasks(ctx, 10)
		if err != nil || len(due) != 1 || due[0].ID() != task.ID() {
			t.Errorf("clock %s: due are %v, %v", off, due, err)
		}
		if again, err := s.TakeMails(ctx, time.Minute, 10); err != nil || len(again) != 0 {
			t.Errorf("clock %s: a mail in the hands of one process was taken by another: %v", off, err)
		}
		if _, err := s.Begin(ctx, p.ID, off.String(), "h", time.Hour); interview.Code(err) != "rate_limited" {
			t.Errorf("clock %s: a call that runs was taken for one that died: %v", off, err)
		}
		// A step rests for a minute. The process with the wrong clock hears of it and puts a task off until then.
		if err := s.PauseStep(ctx, string(task.Kind), "x", interview.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		interview.ShiftClock(off)
		rests, err := s.Pauses(ctx)
		if err != nil || len(rests) != 1 {
			t.Fatalf("%d pauses, %v", len(rests), err)
		}
		if err := s.WaitTask(ctx, task, "x", rests[0].Until); err != nil {
			t.Fatal(err)
		}
		interview.ShiftClock(0)
		row, err := s.Task(ctx, task.ID())
		if wait := row.RunAfter.Sub(interview.Now()); err != nil || wait < 30*time.Second || wait > 70*time.Second {
			t.Errorf("clock %s: the task of a step that rests for a minute waits %s, %v", off, wait, err)
		}
		if ended, err := s.ResumeStep(ctx, string(task.Kind)); err != nil || !ended {
			t.Fatalf("%v %v", ended, err)
		}
		for _, x := range []interview.Task{task, later} {
			if err := s.DoneTask(ctx, x); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.SentMail(ctx, taken[0].ID, "m"); err != nil {
			t.Fatal(err)
		}
	}
}
