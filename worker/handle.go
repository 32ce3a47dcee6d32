package worker

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/hibiken/asynq"

	"kikigaki/internal/interview"
	"kikigaki/internal/queue"
	"kikigaki/internal/store"
)

// job is one run of a step.
type job struct {
	interview.Task
	talk  interview.Talk
	lease store.Lease
	tries int    // earlier runs of the task that failed
	dir   string // private folder for files, removed afterwards
}

// step does one kind of work. It commits its result through Worker.commit, which is fenced; what it returns decides what
// happens next: nil, a verdict (interview.Error), or any other error, which is tried again.
type step func(ctx context.Context, j *job) error

// errStale says that the task was overtaken: by a newer generation, a cancelled consent, an erasure, or because it was
// done already. It ends the task without a word.
var errStale = errors.New("the task was overtaken")

// mostCrashes is how often a step may take its process down with it before its input is held to be poison.
const mostCrashes = 3

// handle makes a step a handler of asynq. It always returns nil: what happens next stands in SQL (docs/adr/0009).
func (w *Worker) handle(kind interview.TaskKind, run step) asynq.Handler {
	return asynq.HandlerFunc(func(ctx context.Context, t *asynq.Task) error {
		task, err := queue.Decode(t.Payload())
		if err != nil || task.Kind != kind {
			w.Log.ErrorContext(ctx, "refused a task that cannot be read", "kind", kind)
			return nil
		}
		w.run(ctx, task, run)
		return nil
	})
}

// run claims the step's lease, runs it and records the outcome.
func (w *Worker) run(ctx context.Context, task interview.Task, run step) {
	log := w.Log.With("task", string(task.Kind), "interview", task.Interview, "generation", task.Generation)
	j := &job{Task: task}
	var err error
	if j.talk, err = w.current(ctx, task); err != nil {
		if !errors.Is(err, errStale) {
			log.WarnContext(ctx, "cannot read the interview, will be tried again", "code", interview.Code(err))
			return // the reconciler sends it again
		}
		w.drop(ctx, task)
		return
	}
	if code, until := w.resting(task.Kind); code != "" {
		w.rest(ctx, task, code, until)
		return
	}
	j.lease, err = w.Store.Claim(ctx, task.Interview, string(task.Kind), task.Subject, task.Generation, interview.NewID(), w.o.LeaseTime)
	if err != nil {
		if taken, ok := errors.AsType[*store.TakenError](err); ok {
			log.DebugContext(ctx, "somebody else works on it", "until", taken.Until)
		} else {
			log.WarnContext(ctx, "cannot claim the step, will be tried again", "code", interview.Code(err))
		}
		return
	}
	if open, err := w.open(ctx, j); err != nil || !open {
		w.release(ctx, j)
		return
	}
	if j.lease.Crashes >= mostCrashes {
		log.ErrorContext(ctx, "the step took its process down too often", "crashes", j.lease.Crashes)
		w.settle(ctx, j, interview.E("internal_error", errors.New("crashed repeatedly")).With("request_id", task.Interview), true)
		return
	}
	started := time.Now()
	err = w.leased(ctx, j, run)
	w.counts.step(task.Kind, time.Since(started), err)
	if err == nil {
		log.InfoContext(ctx, "step done", "ms", time.Since(started).Milliseconds(), "attempt", j.lease.Attempts)
		return
	}
	w.settle(ctx, j, err, false)
}

// open answers whether a task is still to be done: the queue may deliver it again long after it ended.
func (w *Worker) open(ctx context.Context, j *job) (bool, error) {
	t := j.Task
	row, err := w.Store.Task(ctx, t.ID())
	if err != nil {
		if interview.Code(err) == "not_found" {
			return false, nil // whoever wished for it did not commit
		}
		w.Log.WarnContext(ctx, "cannot read a task, will be tried again", "task", string(t.Kind), "code", interview.Code(err))
		return false, err
	}
	j.tries = row.Attempts
	return row.State == store.TaskPending || row.State == store.TaskSent, nil
}

// release gives a lease back that was not needed.
func (w *Worker) release(ctx context.Context, j *job) {
	if err := w.Store.Release(context.WithoutCancel(ctx), j.lease); err != nil {
		w.Log.DebugContext(ctx, "cannot give a lease back; it runs out", "code", interview.Code(err))
	}
}

// leased runs the step while its lease is kept alive. Losing the lease ends the step's context, and with it every child
// process and request.
func (w *Worker) leased(ctx context.Context, j *job, run step) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var kept sync.WaitGroup
	kept.Go(func() { w.keep(ctx, j.lease, cancel) })
	kept.Go(func() { w.watch(ctx, j, cancel) })
	defer func() {
		cancel(nil)
		kept.Wait()
	}()
	defer func() {
		if r := recover(); r != nil {
			w.Log.ErrorContext(ctx, "a step panicked", "task", string(j.Kind), "interview", j.Interview, "stack", string(debug.Stack()))
			err = errors.New("the step panicked")
		}
	}()
	if j.dir, err = makeWorkDir(w.home.dir, j.Task); err != nil {
		return err
	}
	defer removeWorkDir(j.dir)
	err = run(ctx, j)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return fmt.Errorf("%w (%w)", cause, err)
	}
	return err
}

// errRoute says that the words may no longer leave the house: the employee has said no to that while they were on their way.
var errRoute = errors.New("the interview may be processed in-house only by now")

// watch ends ctx when the step is overtaken: a consent that is withdrawn, an erasure, a refusal to let words out of the house
// stop work at once and not when an engine has been asked for the last time.
func (w *Worker) watch(ctx context.Context, j *job, overtaken context.CancelCauseFunc) {
	look := time.NewTicker(w.o.WatchTime)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		now, err := w.current(ctx, j.Task)
		switch {
		case errors.Is(err, errStale):
			overtaken(errStale)
			return
		case err == nil && now.Processing == interview.Internal && j.talk.Processing != interview.Internal:
			overtaken(errRoute)
			return
		}
	}
}

// keep renews a lease until ctx ends; when it is lost, or cannot be renewed before it ends, it ends ctx.
func (w *Worker) keep(ctx context.Context, l store.Lease, lost context.CancelCauseFunc) {
	every := time.NewTicker(w.o.LeaseTime / 4)
	defer every.Stop()
	until := time.Now().Add(w.o.LeaseTime)
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		renewed, err := w.Store.Renew(ctx, l, w.o.LeaseTime)
		switch e, isLost := errors.AsType[*store.LostError](err); {
		case err == nil:
			l, until = renewed, time.Now().Add(w.o.LeaseTime)
		case isLost:
			lost(e)
			return
		case time.Now().After(until.Add(-w.o.LeaseTime / 8)):
			lost(interview.E("database_unavailable", errors.New("the lease could not be renewed")))
			return
		}
	}
}

// current returns the interview a task is about, or errStale when the task no longer is.
func (w *Worker) current(ctx context.Context, t interview.Task) (interview.Talk, error) {
	talk, err := w.Store.Talk(ctx, t.Interview)
	if interview.Code(err) == "not_found" && err != nil {
		return talk, errStale
	}
	if err != nil {
		return talk, err
	}
	if t.Kind == interview.TaskErase || t.Kind == interview.TaskNotify {
		return talk, nil
	}
	if talk.Status == interview.Erased || t.Generation != talk.Generation && t.Kind != interview.TaskRendition {
		return talk, errStale
	}
	return talk, nil
}

// commit runs fn in a transaction that holds only while the lease does, ends the task, and gives the lease back. next are
// the tasks that follow; they are sent once the transaction stands.
func (w *Worker) commit(ctx context.Context, j *job, fn func(tx *store.Tx) (next []interview.Task, err error)) error {
	var next []interview.Task
	err := w.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Fenced(ctx, j.lease); err != nil {
			return err
		}
		var err error
		if next, err = fn(tx); err != nil {
			return err
		}
		if err := tx.AddTasks(ctx, time.Time{}, next...); err != nil {
			return err
		}
		if err := tx.DoneTask(ctx, j.Task); err != nil {
			return err
		}
		return tx.Release(ctx, j.lease)
	})
	if err != nil {
		return err
	}
	w.send(ctx, next...)
	return nil
}

// send enqueues tasks that stand in SQL, best effort: the reconciler sends what did not go out.
func (w *Worker) send(ctx context.Context, tasks ...interview.Task) {
	ctx = context.WithoutCancel(ctx)
	sent := tasks[:0:0]
	for _, t := range tasks {
		if w.queue.Enqueue(ctx, t, 0, 0) != nil {
			break
		}
		sent = append(sent, t)
	}
	if len(sent) == 0 {
		return
	}
	if err := w.Store.MarkSent(ctx, sent...); err != nil {
		w.Log.WarnContext(ctx, "cannot note tasks as sent", "code", interview.Code(err))
	}
}

// drop ends a task that was overtaken.
func (w *Worker) drop(ctx context.Context, t interview.Task) {
	if err := w.Store.DoneTask(ctx, t); err != nil {
		w.Log.WarnContext(ctx, "cannot end a task that was overtaken", "code", interview.Code(err))
	}
}
