package queue

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"kikigaki/internal/interview"
)

// Event is a live message about one interview: ids and counts only.
type Event struct {
	Type    string `json:"type"` // state, progress, draft, comment
	Status  string `json:"status,omitempty"`
	Waiting string `json:"waiting_for,omitempty"`
	Step    string `json:"step,omitempty"`
	Done    int    `json:"done,omitempty"`
	Total   int    `json:"total,omitempty"`
	Version int    `json:"version,omitempty"`
	ID      string `json:"id,omitempty"`
	Ahead   *int   `json:"ahead,omitempty"`   // of progress: interviews whose turn comes first
	Seconds *int   `json:"seconds,omitempty"` // of progress: what the step will still take
	Held    string `json:"held,omitempty"`    // of progress: away or waiting
}

const eventPrefix = "kikigaki:events:"

// Publish tells everyone who watches the interview. It is fire and forget: watchers read SQL first when they connect.
func (r *Redis) Publish(ctx context.Context, interviewID string, e Event) error {
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if err := r.client.Publish(ctx, eventPrefix+interviewID, b).Err(); err != nil {
		return interview.E("queue_unavailable", errors.New("publish event"))
	}
	return nil
}

// Subscribe delivers the events of one interview until cancel is called or ctx ends; then the channel is closed. When
// Redis is away the channel stays open and silent: go-redis reconnects by itself, and watchers poll SQL meanwhile.
// A watcher that is too slow loses events, never blocks others.
func (r *Redis) Subscribe(ctx context.Context, interviewID string) (<-chan Event, func()) {
	ctx, cancel := context.WithCancel(ctx)
	sub := r.client.Subscribe(ctx, eventPrefix+interviewID)
	out := make(chan Event, 16)
	go func() {
		defer close(out)
		defer sub.Close()
		in := sub.Channel()
		for {
			select {
			case <-ctx.Done():
				return
			case m, ok := <-in:
				if !ok {
					return
				}
				var e Event
				if !strings.HasSuffix(m.Channel, interviewID) || json.Unmarshal([]byte(m.Payload), &e) != nil {
					continue
				}
				select {
				case out <- e:
				default:
				}
			}
		}
	}()
	return out, cancel
}
