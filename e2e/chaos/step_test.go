//go:build linux

package chaos

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// TestKilledAtEachCommit is kill -9 of the only worker at each commit by which an interview goes on: just before it, when
// nothing of the step may stand, and just after it, when nothing of the step may be done again. Setting: STEPS, how many of
// the twelve.
func TestKilledAtEachCommit(t *testing.T) {
	t.Parallel()
	// Every statement travels as text, so that the line sees which commit it is.
	w := newWorld(t, plan{seed: 1, workers: 1, pace: 0.03, answer: 20 * time.Millisecond, database: "&default_query_exec_mode=describe_exec"})
	ctx, stop := context.WithTimeout(t.Context(), 6*time.Minute)
	defer stop()
	n := w.works[0]
	type place struct {
		step, says string
		early      bool
	}
	var places []place
	for _, c := range [][2]string{
		{"prepared", "INSERT INTO cuts"},
		{"a chunk answered", "UPDATE cuts SET answered"},
		{"merged", "UPDATE recordings SET merged"},
		{"transcript", "INSERT INTO transcripts"},
		{"draft", "INSERT INTO drafts"},
		{"playback file", "UPDATE recordings SET playback = $2"},
	} {
		places = append(places, place{c[0], c[1], true}, place{c[0], c[1], false})
	}
	steps := min(int(number(t, "STEPS", 4)), len(places))
	var stories []*story
	for i := range steps {
		c := places[i*len(places)/steps]
		s := &story{number: uint32(len(stories) + 1), how: "put", person: w.people[0]}
		stories = append(stories, s)
		killed := n.begun()
		before := w.pgLine.lose.lost()
		w.pgLine.lose.at(c.early, func() {
			if n.kill() {
				w.killed(c.step, n.name)
			}
		})
		w.pgLine.lose.arm(c.says, 1, 1)
		s.live(ctx, w, w.client)
		what := fmt.Sprintf("killed at the commit of %s (before it: %v)", c.step, c.early)
		if len(s.failures) > 0 {
			t.Errorf("%s: it failed: %v", what, s.failures)
		}
		there := func() bool { return w.pgLine.lose.lost() == before+1 && n.begun() > killed }
		if err := eventually(time.Minute, there, "it is not killed there"); err != nil {
			t.Errorf("%s: %v (%d lost, %d starts)", what, err, w.pgLine.lose.lost()-before, n.begun()-killed)
		}
	}
	w.pgLine.lose.at(false, nil)
	j := &judge{w: w, stories: stories}
	j.still(ctx, 30*time.Second)
	j.ends(ctx)
	j.whole(ctx)
	again := j.paidOnce()
	j.mailedOnce()
	j.chain(ctx)
	report(w, "killed at each commit: %d interviews, %d chunks paid again with their worker killed under them", len(stories), again)
	for _, f := range j.found {
		t.Error(f)
	}
}
