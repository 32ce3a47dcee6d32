//go:build linux

package chaos

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestChaos breaks an installation by a schedule. Settings: SEED, N (interviews), FAULTS, PACE (1: the program's own
// times), GAP (between faults), ONLY (names of faults), ANSWER (how
// long the speech endpoint takes), COMPARE (how many interviews are
// handed in again, undisturbed).
func TestChaos(t *testing.T) {
	p := plan{seed: number(t, "SEED", 1), interviews: int(number(t, "N", 6)), workers: 3, pace: 0.08, gap: 1200 * time.Millisecond, answer: 250 * time.Millisecond,
		only: os.Getenv("ONLY")}
	p.faults = int(number(t, "FAULTS", 12))
	if v := os.Getenv("PACE"); v != "" {
		f, err := strconv.ParseFloat(v, 64)
		if err != nil {
			t.Fatal(err)
		}
		p.pace = f
	}
	if v := os.Getenv("GAP"); v != "" {
		d, err := time.ParseDuration(v)
		if err != nil {
			t.Fatal(err)
		}
		p.gap = d
	}
	if v := os.Getenv("ANSWER"); v != "" {
		d, err := time.ParseDuration(v)
		if err != nil {
			t.Fatal(err)
		}
		p.answer = d
	}
	w := newWorld(t, p)
	stories := w.casts(false)
	blows := schedule(p)
	began := time.Now()
	span := time.Duration(p.faults) * p.gap

	ctx, stop := context.WithTimeout(t.Context(), span+w.scaled(10*time.Minute)+5*time.Minute)
	defer stop()
	var struck map[string]int
	var all sync.WaitGroup
	all.Go(func() { struck = w.strike(ctx, blows) })
	w.arrive(ctx, stories, span*9/10/time.Duration(p.interviews))
	all.Wait()
	broke := time.Since(began)
	ctx, enough := context.WithTimeout(t.Context(), 90*time.Minute) // what ran out of time is still judged
	defer enough()

	j := &judge{w: w, stories: stories}
	j.still(ctx, w.scaled(4*time.Minute)+30*time.Second)
	j.ends(ctx)
	j.whole(ctx)
	again := j.paidOnce()
	mailsAgain := j.mailedOnce()
	j.chain(ctx)
	recovered := j.recovered()
	first := latencies(stories)

	quiet := w.casts(true)[:min(p.interviews, int(number(t, "COMPARE", uint64(p.interviews))))]
	w.arrive(ctx, quiet, 100*time.Millisecond)
	compared := j.same(ctx, quiet)
	j.settle(ctx)

	report(w, "seed %d: %d interviews, %d faults (%d kill -9) in %s at pace %g; %s", p.seed, p.interviews, len(blows), w.kills(), broke.Round(time.Second), p.pace, tally(struck))
	report(w, "acceptance to draft: half %s, 95 %% %s, longest %s; paid again with an excuse %d of %d; mails again with an excuse %d; drafts compared %d; failed and sent again %s",
		share(first, 0.5), share(first, 0.95), share(first, 1), again, len(w.stt.paid()), mailsAgain, compared, retried(stories))
	report(w, "%s", told(recovered, len(stories)))
	report(w, "done after the last fault: %s; endpoint:%s; client: %s; bucket requests hit %d; objects of forms that broke off %d", w.afterLast(stories), w.stt.badCalls(), w.client.met(), w.shelf.hit.Load(), j.strange)
	for _, f := range w.client.faults() {
		j.find("client", "%s", f)
	}
	for _, f := range j.found {
		report(w, "FOUND seed %d %s", p.seed, f)
		t.Errorf("seed %d: %s", p.seed, f)
	}
}

// casts are the interviews of a run. The second, undisturbed round hands in the same recordings.
func (w *world) casts(undisturbed bool) []*story {
	var out []*story
	ways := []string{"parts", "put", "form"}
	for i := range w.interviews {
		s := &story{number: uint32(i + 1), how: ways[i%3], person: w.people[i%len(w.people)], undisturb: undisturbed}
		if i%4 == 1 {
			s.redrafts = 1
		}
		s.abandon = i%5 == 3 && !undisturbed
		out = append(out, s)
	}
	return out
}

// arrive lets interviews come in one after the other and waits until all have ended.
func (w *world) arrive(ctx context.Context, stories []*story, every time.Duration) {
	var all sync.WaitGroup
	for _, s := range stories {
		all.Go(func() { s.live(ctx, w, w.client) })
		pause(ctx, every)
	}
	all.Wait()
}

// settle ends the run: two days pass for the sweeper, then every process is asked to end. What lies about after that
// stays for ever.
func (j *judge) settle(ctx context.Context) {
	w := j.w
	j.still(ctx, w.scaled(4*time.Minute)+30*time.Second)
	for _, n := range w.works[1:] {
		if err := n.end(90 * time.Second); err != nil {
			j.find("stop", "%v", err)
		}
	}
	last := w.works[0]
	last.setClock(51 * time.Hour)
	if err := last.restart(90 * time.Second); err != nil {
		j.find("stop", "%v", err)
	}
	probe := &judge{w: w}
	err := eventually(time.Minute, func() bool {
		probe.found = nil
		probe.swept(ctx)
		return len(probe.found) == 0
	}, "the bucket is not swept")
	if err != nil {
		j.find("orphan", "%v", err)
		j.found = append(j.found, probe.found...)
	}
	j.strange = probe.strange
	for _, n := range append([]*node{last}, w.serves...) {
		if err := n.end(90 * time.Second); err != nil {
			j.find("stop", "%v", err)
		}
	}
	j.clean()
}

// afterLast is how long after the end of the schedule the last interview was done.
func (w *world) afterLast(stories []*story) time.Duration {
	var last time.Time
	for _, s := range stories {
		if s.done.After(last) {
			last = s.done
		}
	}
	return max(0, last.Sub(w.lastFault())).Round(100 * time.Millisecond)
}

func retried(stories []*story) string {
	n := map[string]int{}
	for _, s := range stories {
		for _, f := range s.failures {
			n[f]++
		}
	}
	return tally(n)
}

func tally(n map[string]int) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(n)) {
		out = append(out, fmt.Sprintf("%s %d", k, n[k]))
	}
	if out == nil {
		return "none"
	}
	return strings.Join(out, ", ")
}

func number(t *testing.T, name string, def uint64) uint64 {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		return def
	}
	n, err := strconv.ParseUint(v, 10, 32)
	if err != nil || n == 0 {
		t.Fatalf("%s: %q is not a number from 1", name, v)
	}
	return n
}
