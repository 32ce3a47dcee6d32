package worker

import (
	"context"
	"sync"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// pauses is what this process knows of steps at rest. It is read from SQL every few seconds, so that tasks which were
// enqueued before a step was paused do not run into the same wall one after the other.
type pauses struct {
	mu   sync.Mutex
	step map[string]store.Pause
}

// remember notes a pause that this process has just made.
func (w *Worker) remember(p store.Pause) {
	w.pauses.mu.Lock()
	defer w.pauses.mu.Unlock()
	if w.pauses.step == nil {
		w.pauses.step = map[string]store.Pause{}
	}
	w.pauses.step[p.Step] = p
}

// lookAtPauses reads what is at rest.
func (w *Worker) lookAtPauses(ctx context.Context) {
	list, err := w.Store.Pauses(ctx)
	if err != nil {
		return
	}
	w.pauses.mu.Lock()
	defer w.pauses.mu.Unlock()
	w.pauses.step = make(map[string]store.Pause, len(list))
	for _, p := range list {
		w.pauses.step[p.Step] = p
	}
}

// resting answers why a step is at rest and until when; "" when it is not.
func (w *Worker) resting(kind interview.TaskKind) (code string, until time.Time) {
	w.pauses.mu.Lock()
	defer w.pauses.mu.Unlock()
	p, ok := w.pauses.step[string(kind)]
	if !ok || !interview.Now().Before(p.Until) {
		return "", time.Time{}
	}
	return p.Code, p.Until
}

// rest puts a task off until its step tries again. It counts as no try.
func (w *Worker) rest(ctx context.Context, t interview.Task, code string, until time.Time) {
	if err := w.Store.WaitTask(ctx, t, code, until); err != nil {
		w.Log.WarnContext(ctx, "cannot put a task off; it is sent again later", "task", string(t.Kind), "code", interview.Code(err))
	}
}

// resumed ends the pause of a step that works again, and lets its tasks go at once.
func (w *Worker) resumed(ctx context.Context, kind interview.TaskKind) {
	w.pauses.mu.Lock()
	_, was := w.pauses.step[string(kind)]
	delete(w.pauses.step, string(kind))
	w.pauses.mu.Unlock()
	if !was {
		return
	}
	if ended, err := w.Store.ResumeStep(ctx, string(kind)); err == nil && ended {
		w.Log.InfoContext(ctx, "step goes on again", "task", string(kind))
	}
}
