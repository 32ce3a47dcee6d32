package queue

import (
	"encoding/json"
	"fmt"

	"kikigaki/internal/interview"
)

// payloadVersion grows when the meaning of a payload changes; a worker refuses versions it does not know, so that an
// old worker beside a new API does nothing rather than the wrong thing.
const payloadVersion = 1

// MaxPayload is the largest payload in bytes: asynq writes every active payload to Redis every five seconds.
const MaxPayload = 1024

type payload struct {
	Version int `json:"v"`
	interview.Task
}

// Encode renders a task for the wire: ids only.
func Encode(t interview.Task) ([]byte, error) {
	b, err := json.Marshal(payload{payloadVersion, t})
	if err != nil {
		return nil, fmt.Errorf("encode task %s: %w", t.Kind, err)
	}
	if len(b) > MaxPayload {
		return nil, fmt.Errorf("encode task %s: %d bytes, at most %d", t.Kind, len(b), MaxPayload)
	}
	return b, nil
}

// Decode reads a payload. What it cannot read fails the same way each time.
func Decode(b []byte) (interview.Task, error) {
	if len(b) > MaxPayload {
		return interview.Task{}, fmt.Errorf("decode task: %d bytes, at most %d", len(b), MaxPayload)
	}
	var p payload
	if err := json.Unmarshal(b, &p); err != nil {
		return interview.Task{}, fmt.Errorf("decode task: %w", err)
	}
	if p.Version != payloadVersion {
		return interview.Task{}, fmt.Errorf("decode task: version %d is not %d", p.Version, payloadVersion)
	}
	if _, ok := Specs[p.Kind]; !ok || !interview.ValidID(p.Interview) {
		return interview.Task{}, fmt.Errorf("decode task: kind %q with an id of %d characters", p.Kind, len(p.Interview))
	}
	return p.Task, nil
}
