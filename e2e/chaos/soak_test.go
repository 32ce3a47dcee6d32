//go:build linux && soak

package chaos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"kikigaki/internal/interview"
)

// TestSoak keeps an installation under a small, even load for hours and asks whether anything grows: memory, goroutines,
// open files, temporary files, keys in Redis, connections to SQL, objects, the queue, and the time to a draft. Settings:
// HOURS, EVERY (seconds between interviews), KEEP (how many there are before the oldest is erased), SOAK_SAMPLES (a file for the samples, a line of JSON each). It has a build tag
// of its own, because two hours are no part of the tests.
func TestSoak(t *testing.T) {
	length := 2 * time.Hour
	if v := os.Getenv("HOURS"); v != "" {
		h, err := strconv.ParseFloat(v, 64)
		if err != nil || h <= 0 {
			t.Fatalf("HOURS: %q is not a number of hours", v)
		}
		length = time.Duration(h * float64(time.Hour))
	}
	arrival := time.Duration(number(t, "EVERY", 15)) * time.Second
	const between = 30 * time.Second
	w := newWorld(t, plan{seed: number(t, "SEED", 1), workers: 2, pace: 1, answer: 300 * time.Millisecond, metrics: true})
	s := newSoak(w, arrival, int(number(t, "KEEP", 40)))
	samples := io.Discard
	if path := os.Getenv("SOAK_SAMPLES"); path != "" {
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		samples = f
	}

	ctx, stop := context.WithTimeout(t.Context(), length)
	defer stop()
	began := time.Now()
	var load sync.WaitGroup
	load.Go(func() { s.arrive(ctx) })
	var taken []sample
	tick := time.NewTicker(between)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			continue
		case <-tick.C:
		}
		x := w.look(ctx)
		if ctx.Err() != nil {
			break
		}
		taken = append(taken, x)
		if err := keepSample(samples, x); err != nil {
			t.Fatal(err)
		}
		if len(taken)%20 == 0 {
			// The test's server does not vacuum by itself, as every server in use does.
			if _, err := w.db.ExecContext(ctx, `VACUUM ANALYZE`); err != nil && ctx.Err() == nil {
				t.Errorf("vacuum: %v", err)
			}
			report(w, "%s: %s", time.Since(began).Round(time.Second), s.tells(x))
		}
	}
	load.Wait()

	ended := t.Context()
	report(w, "soak of %s, an interview each %s: %s", time.Since(began).Round(time.Second), arrival, s.tells(w.look(ended)))
	s.verdict(taken, between)
	j := &judge{w: w, stories: s.stories}
	j.still(ended, 2*time.Minute)
	j.paidOnce()
	j.chain(ended)
	j.swept(ended)
	for _, n := range slices.Concat(w.serves, w.works) {
		if n.begun() != 1 {
			t.Errorf("%s was started %d times", n.name, n.begun())
		}
	}
	for _, e := range s.errs {
		t.Error(e)
	}
	for _, f := range w.client.faults() {
		t.Errorf("client: %s", f)
	}
	for _, f := range j.found {
		report(w, "FOUND %s", f)
		t.Error(f)
	}
}

// soak is the load.
type soak struct {
	w     *world
	every time.Duration
	keep  int // how many interviews there are before the oldest is erased, so that the installation does not only grow
	hr    *client
	staff map[string]*client

	mu      sync.Mutex
	stories []*story
	drafts  []float64 // seconds from acceptance to draft, in the order of acceptance
	errs    []error
	did     map[string]int
}

func newSoak(w *world, every time.Duration, keep int) *soak {
	s := &soak{w: w, every: every, keep: keep, staff: map[string]*client{}, did: map[string]int{}}
	w.command("user", "add", "--email", "hr@example.jp", "--name", "人事 一", "--role", "hr")
	s.hr = newClient(w.client.base, w.command("token", "create", "--user", "hr@example.jp"))
	for _, p := range w.people {
		s.staff[p] = newClient(w.client.base, w.command("token", "create", "--user", p))
	}
	return s
}

// arrive lets an interview come in each time until ctx ends, erases the oldest, and waits for what is under way.
func (s *soak) arrive(ctx context.Context) {
	var all sync.WaitGroup
	for n := 0; ctx.Err() == nil; n++ {
		x := &story{number: uint32(n + 1), how: []string{"parts", "put", "form"}[n%3], person: s.w.people[n%len(s.w.people)]}
		s.mu.Lock()
		s.stories = append(s.stories, x)
		var old *story
		if n >= s.keep {
			old = s.stories[n-s.keep]
		}
		s.mu.Unlock()
		all.Go(func() {
			ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Minute) // the last ones are brought to their end
			defer stop()
			if err := s.one(ctx, x); err != nil {
				s.wrong(fmt.Errorf("interview %d: %w", x.number, err))
			}
			if old != nil && old.id != "" {
				if err := s.erase(ctx, old); err != nil {
					s.wrong(fmt.Errorf("erase interview %d: %w", old.number, err))
				}
			}
		})
		pause(ctx, s.every)
	}
	all.Wait()
}

func (s *soak) wrong(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.errs = append(s.errs, err)
}

func (s *soak) note(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.did[what]++
}

// one brings an interview in, watches it until its draft is there, and works on it a little.
func (s *soak) one(ctx context.Context, x *story) error {
	c, key := s.w.client, func(what string) string { return fmt.Sprintf("%s-soak-%d", what, x.number) }
	if err := x.open(ctx, s.w, c, key); err != nil {
		return err
	}
	watching, enough := context.WithCancel(ctx)
	var watcher sync.WaitGroup
	watcher.Go(func() { s.watch(watching, x.id) })
	v, err := x.settled(ctx, c, 1, key)
	enough()
	watcher.Wait()
	if err != nil {
		return err
	}
	x.ready = time.Now()
	s.mu.Lock()
	s.drafts = append(s.drafts, x.ready.Sub(x.accepted).Seconds())
	s.mu.Unlock()
	s.note("drafts")
	base, employee := "/v1/interviews/"+x.id, s.staff[x.person]
	switch x.number % 4 {
	case 0: // another version is asked for
		if err := c.json(ctx, "POST", base+"/drafts", key("draft"), map[string]any{}, nil); err != nil {
			return err
		}
		if v, err = x.settled(ctx, c, v.Draft+1, key); err != nil {
			return err
		}
		s.note("redrafts")
	case 1: // a remark of the employee, answered with a new version
		if err := employee.json(ctx, "POST", base+"/comments", key("comment"), map[string]any{"draft": v.Draft, "text": "この話はもう少し短く書いてください。"}, nil); err != nil {
			return err
		}
		if err := c.json(ctx, "POST", base+"/revise", key("revise"), map[string]any{"draft": v.Draft}, nil); err != nil {
			return err
		}
		if v, err = x.settled(ctx, c, v.Draft, key); err != nil { // a revision may find nothing to change
			return err
		}
		s.note("revisions")
	case 2: // exports
		for _, format := range []string{"docx", "md", "json"} {
			if err := employee.call(ctx, "GET", base+"/export?format="+format, "", "", nil, nil); err != nil {
				return err
			}
		}
		s.note("exports")
	case 3: // figures, lists, playback
		for _, path := range []string{base + "/insights", "/v1/interviews?scope=mine&limit=50", base + "/comments", base + "/transcript"} {
			if err := c.call(ctx, "GET", path, "", "", nil, nil); err != nil {
				return err
			}
		}
		s.note("readings")
	}
	return nil
}

// watch follows an interview's events as an open page does, until ctx ends.
func (s *soak) watch(ctx context.Context, id string) {
	for ctx.Err() == nil {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.w.client.base+"/v1/interviews/"+id+"/events", nil)
		if err != nil {
			s.wrong(err)
			return
		}
		req.Header.Set("Authorization", "Bearer "+s.w.client.token)
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			_, _ = io.Copy(io.Discard, resp.Body) // until it ends
			resp.Body.Close()
			s.note("streams")
		}
		pause(ctx, time.Second)
	}
}

// erase is the employee's wish and hr's doing.
func (s *soak) erase(ctx context.Context, x *story) error {
	base := "/v1/interviews/" + x.id
	if err := s.staff[x.person].json(ctx, "POST", base+"/requests", fmt.Sprintf("ask-%d", x.number), map[string]any{"kind": "erase", "text": "消してください。"}, nil); err != nil {
		return err
	}
	var done struct {
		Status interview.Status `json:"status"`
	}
	if err := s.hr.json(ctx, "DELETE", base, fmt.Sprintf("erase-%d", x.number), nil, &done); err != nil {
		return err
	}
	if done.Status != interview.Erased {
		return errors.New("it stands in " + string(done.Status))
	}
	s.note("erasures")
	return nil
}

// tells is a line on where the soak stands.
func (s *soak) tells(x sample) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	cpu := 0.0
	for name, v := range x.Figures {
		if strings.HasSuffix(name, " cpu s") {
			cpu += v
		}
	}
	return fmt.Sprintf("%s; %g interviews are there, %d errors; load %.1f; our four processes have had %.0f s of processor", tally(s.did), x.Figures["interviews"], len(s.errs), x.Load, cpu)
}

// verdict prints the table and fails the test where something grew.
func (s *soak) verdict(taken []sample, every time.Duration) {
	names := map[string]bool{}
	for _, x := range taken {
		for name := range x.Figures {
			names[name] = true
		}
	}
	if len(taken) < leastSamples {
		s.w.t.Errorf("%d samples, of which nothing can be said; %d are needed: a longer soak", len(taken), leastSamples)
		return
	}
	table := []string{"| figure | after warm-up | middle | end | an hour | may grow by | |", "|---|---|---|---|---|---|---|"}
	row := func(name string, values []float64, every time.Duration, may allowance, judged bool) {
		t, err := trendOf(values, every, may)
		if err != nil {
			s.w.t.Errorf("%s: %v", name, err)
			return
		}
		verdict, limit := "not judged", "–"
		if judged {
			limit = fmt.Sprintf("%g + %g %%", may.plus, 100*may.share)
			if verdict = "flat"; !t.flat {
				verdict = "GREW"
				s.w.t.Errorf("%s grew from %.1f to %.1f", name, t.early, t.late)
			}
		}
		table = append(table, fmt.Sprintf("| %s | %.1f | %.1f | %.1f | %+.2f | %s | %s |", name, t.early, t.middle, t.late, t.hourly, limit, verdict))
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		var values []float64
		for _, x := range taken {
			if v, ok := x.Figures[name]; ok {
				values = append(values, v)
			}
		}
		if len(values) < len(taken)*9/10 {
			s.w.t.Errorf("%s could be read %d of %d times only", name, len(values), len(taken))
		}
		may, judged := allowanceOf(name)
		row(name, values, every, may, judged)
	}
	var loads []float64
	for _, x := range taken {
		loads = append(loads, x.Load)
	}
	row("load of the machine", loads, every, allowance{}, false)
	// Other work on the machine makes drafts slower: the time is judged with that in mind, and the load is told beside it.
	row("seconds to a draft", s.drafts, s.every, allowance{2, 1}, true)
	report(s.w, "%s", strings.Join(table, "\n"))
}
