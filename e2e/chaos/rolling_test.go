//go:build linux

package chaos

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestRolling restarts every process in turn, as a deployment does, while interviews come in. The API's clients are told
// nothing but to wait, no step is begun twice, and nothing is paid for again. Settings: N, EVERY.
func TestRolling(t *testing.T) {
	t.Parallel()
	p := plan{seed: number(t, "SEED", 1), interviews: int(number(t, "N", 4)), workers: 2, pace: 1, answer: 300 * time.Millisecond}
	every := time.Duration(number(t, "EVERY", 8)) * time.Second
	w := newWorld(t, p)
	ctx, stop := context.WithTimeout(t.Context(), time.Duration(p.interviews)*20*time.Second+5*time.Minute)
	defer stop()
	stories := w.casts(false)
	rolling, end := context.WithCancel(ctx)
	var all sync.WaitGroup
	restarts := 0
	all.Go(func() {
		for {
			for _, n := range slices.Concat(w.serves, w.works) {
				pause(rolling, every/time.Duration(len(w.serves)+len(w.works)))
				if rolling.Err() != nil {
					return
				}
				if err := n.restart(90 * time.Second); err != nil {
					t.Error(err)
				}
				restarts++
			}
		}
	})
	w.arrive(ctx, stories, every/2)
	end()
	all.Wait()
	j := &judge{w: w, stories: stories}
	j.still(ctx, 90*time.Second)
	j.ends(ctx)
	j.whole(ctx)
	if again := j.paidOnce(); again > 0 {
		t.Errorf("%d chunks were paid for again", again)
	}
	var repeated string
	err := w.db.QueryRowContext(ctx, `SELECT COALESCE(string_agg(l.step || ' of ' || l.interview || ': ' || l.attempts || ' times, crashes ' || l.crashes, '; '), '')
		FROM leases l WHERE l.crashes > 0`).Scan(&repeated)
	if err != nil || repeated != "" {
		t.Errorf("steps whose worker went away: %v %s", err, repeated)
	}
	if faults := w.client.faults(); len(faults) > 0 {
		t.Errorf("a client that waits when told to met: %s", strings.Join(faults, "; "))
	}
	for _, f := range j.found {
		t.Error(f)
	}
	first := latencies(stories)
	report(w, "rolling, every process each %s: %d interviews, %d restarts; acceptance to draft: half %s, longest %s; client: %s", every, p.interviews, restarts,
		share(first, 0.5), share(first, 1), w.client.met())
}
