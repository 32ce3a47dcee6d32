//go:build linux

package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

// fault is one way of breaking the installation. To add one, write a value like those in process_test.go, store_test.go
// and endpoint_test.go and put it into its list:
//
//	{"redis forgets everything", 4, func(ctx context.Context, w *world, r *rand.Rand) error {
//		return w.courier.Client().FlushAll(ctx).Err()
//	}},
//
// do returns when the fault is over and everything it stopped runs again; faults run beside each other. r is all the
// chance it may use: the same seed breaks the same things in the same order. What kills or freezes a worker calls
// world.killed or world.froze, because what was in flight then may be paid for once more.
type fault struct {
	name   string
	weight int // how often, against the others
	do     func(ctx context.Context, w *world, r *rand.Rand) error
}

// faults are all of them.
func faults() []fault {
	return slices.Concat(processFaults(), storeFaults(), endpointFaults())
}

// blow is a fault at its time in a schedule.
type blow struct {
	fault
	after time.Duration // since the blow before
	seed  uint64
}

// schedule is the order in which things break.
func schedule(p plan) []blow {
	rnd := rand.New(rand.NewPCG(p.seed, 1))
	list, sum := []fault{}, 0
	for _, f := range faults() {
		if p.only == "" || slices.Contains(strings.Split(p.only, ","), f.name) {
			list = append(list, f)
			sum += f.weight
		}
	}
	var out []blow
	for range p.faults {
		n := rnd.IntN(sum)
		for _, f := range list {
			if n -= f.weight; n < 0 {
				out = append(out, blow{f, time.Duration((0.3 + 1.4*rnd.Float64()) * float64(p.gap)), rnd.Uint64()})
				break
			}
		}
	}
	return out
}

// strike runs a schedule to its end and returns how often each fault was done.
func (w *world) strike(ctx context.Context, blows []blow) map[string]int {
	var all sync.WaitGroup
	done := map[string]int{}
	var mu sync.Mutex
	for i, b := range blows {
		pause(ctx, b.after)
		if ctx.Err() != nil {
			break
		}
		all.Go(func() {
			from := time.Now()
			err := w.around(ctx, b.name, func() error { return b.do(ctx, w, rand.New(rand.NewPCG(b.seed, 2))) })
			w.note(event{fault: b.name, at: from, until: time.Now()})
			mu.Lock()
			defer mu.Unlock()
			done[b.name]++
			if err != nil {
				w.t.Errorf("fault %d, %s: %v", i+1, b.name, err)
			}
		})
	}
	all.Wait()
	return done
}

// some picks one of many.
func some[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// killed and froze write down what happened to a process.
func (w *world) killed(name, victim string) { w.note(event{fault: name, victim: victim, kill: true}) }

func (w *world) froze(name, victim string) { w.note(event{fault: name, victim: victim, freeze: true}) }

// kills counts kill -9 so far.
func (w *world) kills() (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.events {
		if e.kill {
			n++
		}
	}
	return n
}

// lastFault is when the last fault was over.
func (w *world) lastFault() (last time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.events {
		if e.until.After(last) {
			last = e.until
		}
	}
	return last
}

// between are the kills and freezes of workers in a span of time.
func (w *world) between(from, to time.Time) (out []event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.events {
		if (e.kill || e.freeze) && strings.HasPrefix(e.victim, "work") && e.at.After(from) && e.at.Before(to) {
			out = append(out, e)
		}
	}
	return out
}

func (e event) String() string {
	return fmt.Sprintf("%s %s %s", e.at.Format("15:04:05.0"), e.fault, e.victim)
}
