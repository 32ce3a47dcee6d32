package store

import (
	"context"

	"kikigaki/internal/interview"
)

// SetTrouble says on an interview why it waits; nil takes it back. It is no move: the status stays, and an interview
// that has left the worker's hands is not touched.
func (q *queries) SetTrouble(ctx context.Context, id string, t *interview.Trouble) error {
	_, err := q.exec(ctx, `UPDATE talks SET error = $2 WHERE id = $1 AND status IN ('queued', 'preparing', 'transcribing', 'drafting')`,
		id, encoded{t})
	return wrap("set trouble", err)
}
