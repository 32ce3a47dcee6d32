//go:build linux

package chaos

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// touches are the moments at which a fault was seen to reach an interview: a request of its own that was broken, a lease
// that nobody renewed any more, a task that stood open when the queue or the database went away. A fault that is only there
// at the same time has not touched it: the time from the last touch to the end says how fast an interview recovers.
type touches struct {
	mu sync.Mutex
	at map[string][]time.Time // by interview
}

func newTouches() *touches { return &touches{at: map[string][]time.Time{}} }

func (t *touches) note(at time.Time, ids ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, id := range ids {
		t.at[id] = append(t.at[id], at)
	}
}

// last is the latest touch of an interview before it was done; false when there was none.
func (t *touches) last(id string, done time.Time) (at time.Time, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, x := range t.at[id] {
		if !x.After(done) && x.After(at) {
			at, ok = x, true
		}
	}
	return at, ok
}

// ownerOf is the interview whose object an address of the bucket names, "" for others.
func ownerOf(path string) string {
	_, rest, ok := strings.Cut(path, "/interviews/")
	if !ok {
		return ""
	}
	id, _, _ := strings.Cut(rest, "/")
	return id
}

// openTasks are the interviews that have something to be done now; while PostgreSQL is away, those of the last look.
func (w *world) openTasks(ctx context.Context) []string {
	ids, err := w.column(ctx, `SELECT DISTINCT interview FROM tasks WHERE state IN ('pending', 'sent') AND kind IN ('prepare', 'transcribe', 'assemble', 'draft', 'revise')`)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil {
		w.lastOpen = ids
	}
	return w.lastOpen
}

// held are the live leases, each as text that changes when it is renewed.
func (w *world) held(ctx context.Context) ([]string, error) {
	return w.column(ctx, `SELECT interview || ' ' || step || ' ' || subject || ' ' || fence || ' ' || expires_at FROM leases WHERE owner <> ''`)
}

func (w *world) column(ctx context.Context, query string) ([]string, error) {
	rows, err := w.db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// around does a fault and notes whom it touches: of those whose worker was killed or frozen, the leases that stand
// unrenewed a third of a lease later (a worker renews each quarter); of those that lost queue or database, the open tasks
// when it happened and when it was over.
func (w *world) around(ctx context.Context, name string, do func() error) error {
	switch {
	case strings.Contains(name, "a worker") && !strings.HasPrefix(name, "restart"):
		before, err := w.held(ctx)
		at := time.Now()
		if err != nil {
			return do() // PostgreSQL is away: then that is what touches them
		}
		time.AfterFunc(w.scaled(20*time.Second)+time.Second, func() {
			after, err := w.held(ctx)
			if err != nil {
				return
			}
			for _, l := range before {
				if slices.Contains(after, l) {
					id, _, _ := strings.Cut(l, " ")
					w.touched.note(at, id)
				}
			}
		})
		return do()
	case strings.HasPrefix(name, "Redis"), strings.Contains(name, "Redis,"), strings.Contains(name, "PostgreSQL"):
		w.touched.note(time.Now(), w.openTasks(ctx)...)
		err := do()
		w.touched.note(time.Now(), w.openTasks(ctx)...)
		return err
	case name == "disk full":
		err := do()
		ids, e := w.column(ctx, `SELECT DISTINCT interview FROM tasks WHERE code = 'disk_full' AND state = 'pending'`)
		if e == nil {
			w.touched.note(time.Now(), ids...)
		}
		return err
	}
	return do() // requests to the bucket and to the endpoint are noted where they are broken
}

// recovered: every interview is done within three minutes of the last fault that touched it. It returns the times, sorted.
func (j *judge) recovered() (times []time.Duration) {
	most := max(j.w.scaled(3*time.Minute), time.Minute)
	for _, s := range j.stories {
		if s.err != nil {
			continue
		}
		at, ok := j.w.touched.last(s.id, s.done)
		if hit, was := j.w.stt.lastHit(s.number, s.done); was && hit.After(at) {
			at, ok = hit, true
		}
		if !ok {
			continue
		}
		took := s.done.Sub(at)
		times = append(times, took)
		if took > most {
			j.find("slow", "interview %d was done %s after the last fault that touched it", s.number, took.Round(time.Second))
		}
	}
	slices.Sort(times)
	return times
}

func told(times []time.Duration, of int) string {
	return fmt.Sprintf("%d of %d were touched; done after the last touch: half %s, 95 %% %s, longest %s", len(times), of, share(times, 0.5), share(times, 0.95), share(times, 1))
}
