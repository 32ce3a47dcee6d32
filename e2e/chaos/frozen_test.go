//go:build linux

package chaos

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/interview"
)

// TestFrozenWorker freezes a worker in the middle of a step until another one has done it, and then lets its request to the
// bucket break: what it makes of that is no longer anybody's business. Nothing of it may be seen on the interview.
func TestFrozenWorker(t *testing.T) {
	t.Parallel()
	w := newWorld(t, plan{seed: 1, workers: 2, pace: 0.08, answer: 50 * time.Millisecond})
	ctx, stop := context.WithTimeout(t.Context(), 4*time.Minute)
	defer stop()
	s := &story{number: 1, how: "put", person: w.people[0]}
	id, err := s.begin(ctx, w.client, func(what string) string { return what })
	if err != nil {
		t.Fatal(err)
	}
	first, chunks := make(chan struct{}), make(chan struct{})
	sound := &picked{method: "PUT", part: "/chunks/", of: "/" + id + "/", until: first, most: 1} // the frozen worker's alone
	w.shelf.pick(sound)
	w.stt.hold(chunks) // the interview stands in transcribing until the test has looked
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.live(ctx, w, w.client)
	}()
	if err := eventually(time.Minute, func() bool { return sound.met.Load() > 0 }, "nobody stores the decoded sound"); err != nil {
		t.Fatal(err)
	}
	var frozen *node
	for _, n := range w.works {
		if found, _ := filepath.Glob(filepath.Join(n.seen(), "*", "task-prepare-*")); len(found) > 0 { // a fixed pattern
			frozen = n
		}
	}
	if frozen == nil {
		t.Fatal("no worker has the recording in its folder")
	}
	frozen.freeze()
	defer frozen.thaw()
	var v view
	look := func() bool {
		return w.client.json(ctx, "GET", "/v1/interviews/"+id, "", nil, &v) == nil && v.Status == interview.Transcribing
	}
	if err := eventually(time.Minute, look, "nobody else does the step"); err != nil {
		t.Fatal(err)
	}
	sound.broken.Store(true)
	close(first)
	frozen.thaw()
	// It has its say once its request broke: that it lost the step, or (with no fence) that the step will be tried again.
	said := func() bool {
		if look(); v.Error != nil {
			t.Fatalf("the interview stands in %s and is told to wait because of %q in %q", v.Status, v.Error.Code, v.Error.Step)
		}
		log, err := os.ReadFile(frozen.log.Name())
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(log)) {
			if strings.Contains(line, `"task":"prepare"`) && strings.Contains(line, id) && (strings.Contains(line, "lost the lease") || strings.Contains(line, "tried again")) {
				return true
			}
		}
		return false
	}
	if err := eventually(time.Minute, said, "the frozen worker says nothing of its step"); err != nil {
		t.Error(err)
	}
	if look(); v.Status != interview.Transcribing || v.Error != nil {
		t.Errorf("the interview stands in %s with %+v", v.Status, v.Error)
	}
	close(chunks)
	<-done
	j := &judge{w: w, stories: []*story{s}}
	j.still(ctx, 30*time.Second)
	j.ends(ctx)
	j.whole(ctx)
	j.paidOnce()
	for _, f := range j.found {
		t.Error(f)
	}
}
