//go:build linux

package chaos

import (
	"context"
	"testing"
	"time"
)

// TestLostCommit loses the database's yes to the transaction that takes a recording in, for each way in. Nobody can know
// then whether it was done; it was, and so the recording must still be there when its sender has asked again.
func TestLostCommit(t *testing.T) {
	t.Parallel()
	// Every statement travels as text, so that the line sees which transaction it is.
	w := newWorld(t, plan{seed: 1, workers: 1, pace: 0.08, answer: 50 * time.Millisecond, database: "&default_query_exec_mode=describe_exec"})
	ctx, stop := context.WithTimeout(t.Context(), 4*time.Minute)
	defer stop()
	var stories []*story
	for i, how := range []string{"put", "form", "parts"} {
		s := &story{number: uint32(i + 1), how: how, person: w.people[i]}
		stories = append(stories, s)
		before := w.pgLine.lose.lost()
		w.pgLine.lose.arm("INSERT INTO recordings", 1, 1)
		s.live(ctx, w, w.client)
		if w.pgLine.lose.lost() != before+1 {
			t.Errorf("%s: no commit was lost", how)
		}
		if len(s.failures) > 0 {
			t.Errorf("%s: it failed: %v", how, s.failures)
		}
	}
	j := &judge{w: w, stories: stories}
	j.still(ctx, 30*time.Second)
	j.ends(ctx)
	j.whole(ctx)
	j.settle(ctx)
	for _, f := range j.found {
		t.Error(f)
	}
}
