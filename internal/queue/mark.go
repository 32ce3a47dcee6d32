package queue

import (
	"context"
	"errors"

	"kikigaki/internal/interview"
)

// markKey stands in Redis as long as Redis keeps its data. It has no end of its own.
const markKey = "kikigaki:mark"

// Forgot answers whether Redis has lost its data since Mark was called: a FLUSHALL, a volume that is gone, a failover to
// an empty replica. Everything that was handed to it has to be handed over again.
func (r *Redis) Forgot(ctx context.Context) (bool, error) {
	n, err := r.client.Exists(ctx, markKey).Result()
	if err != nil {
		return false, interview.E("queue_unavailable", errors.New("look for the mark"))
	}
	return n == 0, nil
}

// Mark notes that everything has been handed over, so that the next loss is noticed.
func (r *Redis) Mark(ctx context.Context) error {
	if err := r.client.Set(ctx, markKey, 1, 0).Err(); err != nil {
		return interview.E("queue_unavailable", errors.New("set the mark"))
	}
	return nil
}
