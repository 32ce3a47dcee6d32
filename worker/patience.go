package worker

import (
	"time"

	"kikigaki/internal/interview"
)

// mostPatience is how long a result that cannot be had again for nothing waits for a database that is away.
const mostPatience = 10 * time.Minute

// patiently repeats what notes such a result (an answer that was paid for, a mail that went out) while the database is
// away, until this process has to end. fn must be harmless when it took effect though its reply was lost.
func (w *Worker) patiently(fn func() error) error {
	end := time.Now().Add(mostPatience)
	for wait := 200 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		err := fn()
		if interview.Code(err) != "database_unavailable" || err == nil || time.Now().After(end) {
			return err
		}
		select {
		case <-w.drain.Done():
			return err
		case <-time.After(wait):
		}
	}
}
