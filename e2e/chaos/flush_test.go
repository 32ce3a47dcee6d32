//go:build linux

package chaos

import (
	"context"
	"testing"
	"time"

	"kikigaki/internal/testkit"
)

// TestFlush empties Redis at the three moments at which something different is lost: while tasks wait for a worker, while
// chunks are being answered, and while a task that failed waits for its next try. Nobody presses anything; within a minute
// the work goes on.
func TestFlush(t *testing.T) {
	t.Parallel()
	p := plan{seed: number(t, "SEED", 1), interviews: 3, workers: 2, pace: 1, answer: 300 * time.Millisecond}
	w := newWorld(t, p)
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	stories := w.casts(false)
	for i, s := range stories {
		s.how, s.redrafts, s.abandon = "put", 0, false
		done := make(chan struct{})
		moment := []string{"while tasks wait", "while chunks are answered", "while a next try waits"}[i]
		if i == 0 { // nobody works
			for _, n := range w.works {
				n.freeze()
			}
		}
		if i == 2 {
			w.stt.set(testkit.FaultServer, 1)
		}
		go func() {
			defer close(done)
			s.live(ctx, w, w.client)
		}()
		calls := len(w.stt.Audio())
		reached := func() bool {
			s.mu.Lock()
			in := !s.accepted.IsZero()
			s.mu.Unlock()
			switch i {
			case 0:
				return in
			case 1:
				return len(w.stt.Audio()) >= calls+2
			default:
				return len(w.stt.Audio()) >= calls+6
			}
		}
		if err := eventually(time.Minute, reached, moment+" is not reached"); err != nil {
			t.Fatal(err)
		}
		if err := w.courier.Client().FlushAll(ctx).Err(); err != nil {
			t.Fatal(err)
		}
		at := time.Now()
		for _, n := range w.works {
			n.thaw()
		}
		w.stt.set("", 0)
		<-done
		if s.err != nil {
			t.Errorf("%s: %v", moment, s.err)
			continue
		}
		took := s.ready.Sub(at)
		report(w, "FLUSHALL %s: the draft was there %s later", moment, took.Round(100*time.Millisecond))
		if took > time.Minute {
			t.Errorf("%s: it took %s", moment, took)
		}
	}
	j := &judge{w: w, stories: stories}
	j.still(ctx, 90*time.Second)
	j.ends(ctx)
	if again := j.paidOnce(); again > 0 {
		t.Errorf("%d chunks were paid for again", again)
	}
	for _, f := range j.found {
		t.Error(f)
	}
}
