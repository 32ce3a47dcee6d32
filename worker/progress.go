package worker

import (
	"context"

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
