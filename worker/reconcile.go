package worker

import (
	"context"
	"errors"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// The reconciler's rhythm.
const (
	lookForDue     = time.Second      // tasks that were put off, or not sent after their commit
	lookForStalled = 15 * time.Second // tasks handed to a queue that lost them
	lookForPauses  = 3 * time.Second
	leadTime       = 10 * time.Second
	lostBatch      = 500
)

// reconcile keeps the queue what SQL says it should be. Of all workers one does it at a time.
func (w *Worker) reconcile(ctx context.Context) {
	tick := time.NewTicker(lookForDue)
	defer tick.Stop()
	var looked, asked time.Time
	for {
		select {
		case <-ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			defer cancel()
			if err := w.Store.Resign(ctx, "reconcile", w.owner); err != nil {
				w.Log.DebugContext(ctx, "cannot resign", "code", interview.Code(err))
			}
			return
		case <-tick.C:
		}
		if tick := time.Now(); tick.Sub(asked) >= lookForPauses {
			asked = tick
			w.lookAtPauses(ctx)
		}
		lead, err := w.Store.Lead(ctx, "reconcile", w.owner, leadTime)
		if err != nil || !lead {
			continue
		}
		w.sendLost(ctx)
		w.sendDue(ctx)
		if time.Since(looked) >= min(lookForStalled, w.o.Redelivered) {
			looked = time.Now()
			w.sendStalled(ctx)
			w.unpark(ctx)
		}
		if _, err := w.Store.SealAudit(ctx, w.owner, 500); err != nil {
			w.Log.WarnContext(ctx, "cannot link the audit log", "code", interview.Code(err))
		}
	}
}

// sendDue enqueues tasks whose time has come.
func (w *Worker) sendDue(ctx context.Context) {
	tasks, err := w.Store.PendingTasks(ctx, 500)
	if err != nil {
		w.Log.WarnContext(ctx, "cannot read due tasks", "code", interview.Code(err))
		return
	}
	w.resend(ctx, tasks)
}

// sendStalled enqueues again what was handed over and never begun: the queue lost it, or its worker died.
func (w *Worker) sendStalled(ctx context.Context) {
	tasks, err := w.Store.Stalled(ctx, w.o.Redelivered, 500)
	if err != nil {
		w.Log.WarnContext(ctx, "cannot read stalled tasks", "code", interview.Code(err))
		return
	}
	if len(tasks) == 0 {
		return
	}
	w.Log.InfoContext(ctx, "sending tasks again that stood still", "count", len(tasks))
	if err := w.queue.Registered(ctx); err != nil {
		return
	}
	w.resend(ctx, tasks)
}

// sendLost enqueues everything again that was handed over, as soon as Redis is found to have lost its data. What is at
// work has its lease in SQL and stays alone. Without it sendStalled would find the same tasks within a minute.
func (w *Worker) sendLost(ctx context.Context) {
	if forgot, err := w.Redis.Forgot(ctx); err != nil || !forgot {
		return
	}
	began, count := time.Now(), 0
	for {
		tasks, err := w.Store.Stalled(ctx, time.Since(began), lostBatch)
		if err != nil {
			w.Log.WarnContext(ctx, "cannot read tasks that the queue lost", "code", interview.Code(err))
			return
		}
		if w.resend(ctx, tasks) < len(tasks) {
			return // away again: the next round begins anew
		}
		if count += len(tasks); len(tasks) < lostBatch {
			break
		}
	}
	if err := w.queue.Registered(ctx); err != nil {
		return
	}
	if err := w.Redis.Mark(ctx); err == nil && count > 0 {
		w.Log.WarnContext(ctx, "redis had lost its data: tasks were sent again", "count", count)
	}
}

// sameDelivery is for how many seconds a second wish to send a task is the same delivery. It must be short: a delivery whose
// worker was killed stays in the queue as running, and blocks its id for minutes.
const sameDelivery = 5

// resend enqueues under an id that holds the time: an earlier delivery that the queue still remembers does not block it,
// and a worker that finds the step leased or done leaves it alone. It returns how many were sent and noted as such.
func (w *Worker) resend(ctx context.Context, tasks []interview.Task) int {
	slot := int(interview.Now().Unix() / sameDelivery)
	sent := tasks[:0:0]
	for _, t := range tasks {
		if err := w.queue.Enqueue(ctx, t, slot, 0); err != nil {
			break
		}
		sent = append(sent, t)
	}
	if len(sent) == 0 {
		return 0
	}
	if err := w.Store.MarkSent(ctx, sent...); err != nil {
		w.Log.WarnContext(ctx, "cannot note tasks as sent", "code", interview.Code(err))
		return 0
	}
	return len(sent)
}

// unpark sends interviews on that waited for somebody who can transcribe, now that there is somebody.
func (w *Worker) unpark(ctx context.Context) {
	if w.Kit.Speech == nil {
		return
	}
	sent := 0
	err := eachPage(func(p store.Page) ([]interview.Talk, string, error) { // to the end: some wait for an endpoint that is not this one
		return w.Store.Talks(ctx, store.TalkFilter{Status: []interview.Status{interview.NeedsTranscription}}, p)
	}, func(t interview.Talk) error {
		if _, err := w.Kit.Recogniser(t.Processing); err != nil || sent >= unparkBatch {
			return nil
		}
		var task interview.Task
		err := w.Store.Tx(ctx, func(tx *store.Tx) error {
			moved, err := tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.EndpointThere, From: interview.NeedsTranscription, NewGeneration: true})
			if err != nil {
				return err
			}
			task = interview.FirstTask(t.ID, moved.Generation, true)
			return tx.AddTask(ctx, task, time.Time{})
		})
		if err == nil {
			sent++
			w.Log.InfoContext(ctx, "an endpoint is there: the interview goes on", "interview", t.ID)
			w.send(ctx, task)
			w.publishState(ctx, t.ID)
		}
		return nil
	})
	if err != nil {
		w.Log.WarnContext(ctx, "cannot read interviews that wait for an endpoint", "code", interview.Code(err))
	}
}

// unparkBatch is how many interviews go on in one round.
const unparkBatch = 50

// waitOf is how long an error asks to wait, 0 when it does not say.
func waitOf(err error) time.Duration {
	if e, ok := errors.AsType[*interview.Error](err); ok {
		return e.Wait
	}
	return 0
}
