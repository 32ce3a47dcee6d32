package worker

import (
	"context"

	"kikigaki/internal/interview"
	"kikigaki/internal/queue"
)

// publish tells whoever watches; a watcher that misses it reads SQL.
func (w *Worker) publish(ctx context.Context, id string, e queue.Event) {
	if err := w.Redis.Publish(context.WithoutCancel(ctx), id, e); err != nil {
		w.Log.DebugContext(ctx, "nobody can be told", "interview", id)
	}
}

// publishState tells the interview's present state.
func (w *Worker) publishState(ctx context.Context, id string) {
	talk, err := w.Store.Talk(context.WithoutCancel(ctx), id)
	if err != nil {
		return
	}
	w.publish(ctx, id, queue.Event{Type: "state", Status: string(talk.Status), Waiting: string(talk.WaitingFor)})
}

// resumed ends the pause of a step that works again.
func (w *Worker) resumed(ctx context.Context, kind interview.TaskKind) {
	if !w.paused.Load() {
		return
	}
	if was, err := w.Store.ResumeStep(ctx, string(kind)); err == nil && was {
		w.Log.InfoContext(ctx, "step goes on again", "task", string(kind))
	}
}
