package store

import (
	"context"

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
