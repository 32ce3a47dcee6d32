package store

import (
	"context"
	"time"

	"kikigaki/internal/interview"
)

// Restarted tells the store that the only process of this installation has just started with an empty queue: whatever was
// handed to a queue before is to be sent again, and leases that are still open belong to nobody. A lease that is ended
// here counts as a crash, as one that ran out does. It must not be called where another process may be at work.
func (s *Store) Restarted(ctx context.Context) error {
	return s.Tx(ctx, func(tx *Tx) error {
		now := interview.Now()
		if _, err := tx.exec(ctx, `UPDATE tasks SET state = 'pending', updated_at = $1 WHERE state = 'sent'`, now); err != nil {
			return wrap("send tasks again", err)
		}
		_, err := tx.exec(ctx, `UPDATE leases SET expires_at = $1 WHERE owner <> '' AND expires_at > $1`, now)
		return wrap("end leases", err)
	})
}

// WaitTask is DeferTask for a wait that is nobody's failure (an endpoint is away, the process is asked to stop): the try is
// not counted.
func (q *queries) WaitTask(ctx context.Context, t interview.Task, code string, runAfter time.Time) error {
	due, now, err := q.due(ctx, runAfter)
	if err != nil {
		return wrap("put task off", err)
	}
	_, err = q.exec(ctx, `UPDATE tasks SET state = 'pending', code = $3, run_after = $4, updated_at = $2
		WHERE id = $1 AND state IN ('pending', 'sent')`, t.ID(), now, code, due)
	return wrap("put task off", err)
}
