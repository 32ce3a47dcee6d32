package worker

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/queue"
	"kikigaki/internal/store"
)

// Waiting times between tries.
const (
	firstWait = 2 * time.Second
	longWait  = time.Minute // what was away for an hour must not keep people waiting long once it is back
)

// waits are the codes that mean waiting, for as long as it takes: an endpoint or a store that is away is no reason to
// give an interview up.
var waits = map[string]bool{"endpoint_unavailable": true, "storage_unavailable": true, "database_unavailable": true,
	"queue_unavailable": true, "disk_full": true, "rate_limited": true, "mail_failed": true}

// settle records how a step ended that did not end well.
func (w *Worker) settle(ctx context.Context, j *job, err error, final bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	log := w.Log.With("task", string(j.Kind), "interview", j.Interview, "code", interview.Code(err), "attempt", j.lease.Attempts)
	if _, lost := errors.AsType[*store.LostError](err); lost {
		log.WarnContext(ctx, "lost the lease and committed nothing")
		return
	}
	if errors.Is(err, errStale) || interview.Code(err) == "state_conflict" && !final {
		// People or another worker have moved the interview on: there is nothing left to do, and nothing went wrong.
		w.end(ctx, j, func(tx *store.Tx) error { return tx.DoneTask(ctx, j.Task) })
		return
	}
	class := interview.ClassOf(err)
	if final {
		class = interview.Final
	}
	if w.drain.Err() != nil || errors.Is(err, context.Canceled) && class != interview.Final {
		// Our own stop, not the interview's fault: somebody else goes on at once, and no try is counted.
		w.end(ctx, j, func(tx *store.Tx) error { return tx.WaitTask(ctx, j.Task, "", interview.Now()) })
		return
	}
	row, e := w.Store.Task(ctx, j.Task.ID())
	if e != nil {
		log.WarnContext(ctx, "cannot record the outcome; the task is sent again later")
		return
	}
	if class == interview.Retry && !waits[interview.Code(err)] && row.Attempts+1 >= queue.Specs[j.Kind].Attempts {
		class = interview.Final
	}
	switch class {
	case interview.Final:
		log.WarnContext(ctx, "step failed for good", "error", cause(err))
		w.fail(ctx, j, err)
	case interview.Configuration:
		log.ErrorContext(ctx, "step paused: the operator must mend the settings", "error", cause(err))
		until := interview.Now().Add(w.o.PauseTime)
		w.remember(store.Pause{Step: string(j.Kind), Code: interview.Code(err), Until: until})
		w.end(ctx, j, func(tx *store.Tx) error {
			if err := tx.PauseStep(ctx, string(j.Kind), interview.Code(err), until); err != nil {
				return err
			}
			return w.postpone(ctx, tx, j, err, until)
		})
	default:
		wait := backoff(j.lease.Attempts - 1)
		if e, ok := errors.AsType[*interview.Error](err); ok && e.Wait > 0 {
			wait = e.Wait
		}
		log.WarnContext(ctx, "step will be tried again", "wait", wait.String(), "error", cause(err))
		w.end(ctx, j, func(tx *store.Tx) error { return w.postpone(ctx, tx, j, err, interview.Now().Add(wait)) })
	}
}

// postpone puts the task off and lets people see why it waits.
func (w *Worker) postpone(ctx context.Context, tx *store.Tx, j *job, err error, until time.Time) error {
	put := tx.DeferTask
	if waits[interview.Code(err)] || interview.ClassOf(err) == interview.Configuration {
		put = tx.WaitTask
	}
	if interview.Code(err) != "internal_error" && processes(j.Kind) {
		t := trouble(err, j.Kind)
		if e := tx.SetTrouble(ctx, j.Interview, &t); e != nil { // the interview before its tasks, as everywhere
			return e
		}
	}
	return put(ctx, j.Task, interview.Code(err), until)
}

// end commits an outcome under the lease and gives it back.
func (w *Worker) end(ctx context.Context, j *job, fn func(tx *store.Tx) error) {
	err := w.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Fenced(ctx, j.lease); err != nil {
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		return tx.Release(ctx, j.lease)
	})
	if err != nil {
		w.Log.WarnContext(ctx, "cannot record the outcome of a step; it is sent again later", "task", string(j.Kind), "interview", j.Interview, "code", interview.Code(err))
		return
	}
	w.publishState(ctx, j.Interview)
}

// fail ends the task and, when the interview hung on it, the interview's way, with the reason and what to do next.
func (w *Worker) fail(ctx context.Context, j *job, err error) {
	t := trouble(err, j.Kind)
	w.end(ctx, j, func(tx *store.Tx) error {
		var e error
		switch { // the interview before its tasks, as the API does: else the two wait for each other
		case j.Kind == interview.TaskRevise:
			_, e = tx.Move(ctx, store.MoveInput{ID: j.Interview, Event: interview.ReviseBroke, Generation: j.Generation, LastError: &t})
		case processes(j.Kind):
			if _, e = tx.Move(ctx, store.MoveInput{ID: j.Interview, Event: interview.Broke, Generation: j.Generation, Error: &t}); e == nil {
				e = w.mail(ctx, tx, j.talk, mailFailed)
			}
		}
		if interview.Code(e) == "state_conflict" {
			e = nil // a sibling failed first, or people have moved on
		}
		if e != nil {
			return e
		}
		if e := tx.FailTask(ctx, j.Task, interview.Code(err)); e != nil {
			return e
		}
		return tx.AddAudit(ctx, interview.AuditEvent{Actor: "system", Action: "failed", Interview: j.Interview, Object: string(j.Kind), Reason: interview.Code(err)})
	})
}

// processes reports whether the interview's way hangs on that kind of task.
func processes(k interview.TaskKind) bool {
	switch k {
	case interview.TaskPrepare, interview.TaskTranscribe, interview.TaskAssemble, interview.TaskDraft:
		return true
	}
	return false
}

// trouble is what is stored of an error: a code and values without content.
func trouble(err error, kind interview.TaskKind) interview.Trouble {
	t := interview.Trouble{Code: interview.Code(err), Step: string(kind), At: interview.Now()}
	if e, ok := errors.AsType[*interview.Error](err); ok {
		t.Args = e.Args
	}
	return t
}

// cause is what the log gets of an error. Errors of ours hold no content by rule; of others only the type is told.
func cause(err error) string {
	if e, ok := errors.AsType[*interview.Error](err); ok {
		return e.Error()
	}
	return err.Error()
}

// backoff doubles from firstWait to longWait and strews by a fifth, so that many tasks do not come back at once.
func backoff(tries int) time.Duration {
	wait := longWait
	if tries < 8 {
		wait = min(longWait, firstWait<<tries)
	}
	return wait - wait/10 + rand.N(wait/5)
}
