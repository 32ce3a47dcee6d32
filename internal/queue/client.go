package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hibiken/asynq"

	"kikigaki/internal/interview"
)

// Client enqueues tasks. Safe for concurrent use.
type Client struct {
	redis *Redis
	asynq *asynq.Client
}

// NewClient makes a client on r's pool.
func NewClient(r *Redis) *Client { return &Client{redis: r, asynq: asynq.NewClient(r)} }

// Enqueue hands a task to the workers, not before delay has passed. attempt is the number of the try (from SQL) and
// part of the id, so that an earlier try that asynq still remembers does not block this one. A task that is already
// there counts as enqueued.
func (c *Client) Enqueue(ctx context.Context, t interview.Task, attempt int, delay time.Duration) error {
	b, err := Encode(t)
	if err != nil {
		return err
	}
	spec := Specs[t.Kind]
	opts := []asynq.Option{asynq.Queue(spec.Queue), asynq.Timeout(spec.Timeout), asynq.MaxRetry(spec.Redeliveries),
		asynq.TaskID(fmt.Sprintf("%s:a%d", t.ID(), attempt))}
	if delay > 0 {
		opts = append(opts, asynq.ProcessIn(delay))
	}
	_, err = c.asynq.EnqueueContext(ctx, asynq.NewTask(string(t.Kind), b), opts...)
	if errors.Is(err, asynq.ErrTaskIDConflict) || errors.Is(err, asynq.ErrDuplicateTask) {
		return nil
	}
	if err != nil {
		return interview.E("queue_unavailable", fmt.Errorf("enqueue %s", t.Kind))
	}
	return nil
}

// Registered puts every queue back into asynq's list of queues. The asynq client remembers in memory that it has done
// so and never repeats it, so that after a FLUSHALL the queues would stay invisible to every inspection.
func (c *Client) Registered(ctx context.Context) error {
	names := make([]any, 0, len(Queues))
	for name := range Queues {
		names = append(names, name)
	}
	if err := c.redis.client.SAdd(ctx, "asynq:queues", names...).Err(); err != nil {
		return interview.E("queue_unavailable", errors.New("register queues"))
	}
	return nil
}

// Wake enqueues tasks that have just been committed, best effort: what does not go out now is sent by the reconciler.
// It never makes the caller wait longer than two seconds.
func (c *Client) Wake(ctx context.Context, tasks ...interview.Task) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	for _, t := range tasks {
		if c.Enqueue(ctx, t, 0, 0) != nil {
			return
		}
	}
}

// Close releases the client, not the pool.
func (c *Client) Close() error { return nil }
