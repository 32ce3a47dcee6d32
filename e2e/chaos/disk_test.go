//go:build linux

package chaos

import (
	"context"
	"testing"
	"time"

	"kikigaki/internal/interview"
)

// TestDiskFull fills the file system that a worker has for its files (24 MB, a real one) before each of the steps that
// need it. The step waits and says why, the interview does not fail, and all goes on by itself once there is space again.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	w := newWorld(t, plan{seed: 1, workers: 1, pace: 0.08, answer: 50 * time.Millisecond})
	if !w.small {
		t.Fatal("this machine lets nobody mount a tmpfs: run as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1)")
	}
	ctx, stop := context.WithTimeout(t.Context(), 4*time.Minute)
	defer stop()
	n := w.works[0]
	if err := eventually(30*time.Second, func() bool { return len(n.workFiles()) > 0 }, "the worker does not make its folder"); err != nil {
		t.Fatal(err)
	}
	var stories []*story
	for i, step := range []interview.TaskKind{interview.TaskPrepare, interview.TaskRendition} {
		s := &story{number: uint32(i + 1), how: "put", person: w.people[i]}
		stories = append(stories, s)
		done := make(chan struct{})
		hand := func() {
			go func() {
				defer close(done)
				s.live(ctx, w, w.client)
			}()
		}
		waits := func() bool {
			var state, code string
			err := w.db.QueryRowContext(ctx, `SELECT state, code FROM tasks WHERE kind = $1 AND interview = $2`, step, s.known()).Scan(&state, &code)
			return err == nil && state == "pending" && code == "disk_full"
		}
		if step == interview.TaskRendition { // the playback file comes after the draft
			hand()
			<-done
		}
		full, err := fill(n)
		if err != nil {
			t.Fatal(err)
		}
		if step == interview.TaskPrepare {
			hand()
		}
		if err := eventually(time.Minute, func() bool { full.again(); return waits() }, string(step)+" does not wait for space"); err != nil {
			t.Error(err)
		}
		var v view
		if err := w.client.json(ctx, "GET", "/v1/interviews/"+s.known(), "", nil, &v); err != nil {
			t.Error(err)
		}
		if step == interview.TaskPrepare && (!v.Status.In(interview.Queued, interview.Preparing) || v.Error == nil || v.Error.Code != "disk_full") {
			t.Errorf("people are told %s and %+v", v.Status, v.Error)
		}
		full.free()
		if step == interview.TaskPrepare {
			<-done
		}
		played := func() bool {
			err := w.client.json(ctx, "GET", "/v1/interviews/"+s.known(), "", nil, &v)
			return err == nil && v.Recording != nil && v.Recording.Playable
		}
		if err := eventually(2*time.Minute, played, "the playback file does not come"); err != nil {
			t.Errorf("%s: %v", step, err)
		}
		if len(s.failures) > 0 {
			t.Errorf("%s: it failed: %v", step, s.failures)
		}
	}
	j := &judge{w: w, stories: stories}
	j.still(ctx, 30*time.Second)
	j.ends(ctx)
	j.whole(ctx)
	if again := j.paidOnce(); again > 0 {
		t.Errorf("%d chunks were paid for again", again)
	}
	if err := n.end(90 * time.Second); err != nil {
		t.Error(err)
	}
	j.clean()
	for _, f := range j.found {
		t.Error(f)
	}
}
