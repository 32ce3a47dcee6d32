//go:build linux

package chaos

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"
)

// TestSlowBucket makes the bucket slow at one kind of request for each interview, by more than a lease lasts: the worker
// keeps its lease meanwhile, so that nobody takes the step from it, nothing fails, and nothing is paid for again.
func TestSlowBucket(t *testing.T) {
	t.Parallel()
	p := plan{seed: 1, workers: 2, pace: 0.08, answer: 50 * time.Millisecond}
	w := newWorld(t, p)
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	lease := w.scaled(time.Minute)
	var stories []*story
	var slow []*picked
	var all sync.WaitGroup
	for i, c := range []struct{ how, step, method, part string }{
		{"parts", "beginning an upload", "POST", "?uploads"},
		{"parts", "a part", "PUT", "partNumber="},
		{"parts", "joining the parts", "POST", "uploadId="},
		{"put", "reading the recording", "GET", "/recording/"},
		{"put", "storing the decoded sound", "PUT", "/chunks/"},
		{"put", "reading a chunk", "GET", "/chunks/"},
		{"put", "deleting the decoded sound", "GET", "versions"},
		{"put", "storing the playback file", "PUT", "/playback/"},
	} {
		s := &story{number: uint32(i + 1), how: c.how, person: w.people[i%len(w.people)]}
		key := func(what string) string { return fmt.Sprintf("%s-slow-%d", what, i) }
		id, err := s.begin(ctx, w.client, key)
		if err != nil {
			t.Fatal(err)
		}
		late := &picked{method: c.method, part: c.part, of: "/" + id + "/", late: lease * 3 / 2}
		w.shelf.pick(late)
		stories, slow = append(stories, s), append(slow, late)
		all.Go(func() {
			s.live(ctx, w, w.client)
			if len(s.failures) > 0 {
				t.Errorf("slow at %s: it failed: %v", c.step, s.failures)
			}
		})
	}
	all.Wait()
	j := &judge{w: w, stories: stories}
	j.still(ctx, 30*time.Second)
	for i, p := range slow {
		if p.met.Load() == 0 {
			t.Errorf("case %d: no request was slow", i+1)
		}
	}
	j.ends(ctx)
	j.whole(ctx)
	if again := j.paidOnce(); again > 0 {
		t.Errorf("%d chunks were paid for again", again)
	}
	taken, err := w.column(ctx, `SELECT step || ' of ' || interview FROM leases WHERE crashes > 0`)
	if err != nil || len(taken) > 0 {
		t.Errorf("steps that were taken from a worker at work: %v %v", taken, err)
	}
	for _, f := range j.found {
		t.Error(f)
	}
}
