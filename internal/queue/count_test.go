package queue

import (
	"sync"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
)

// Many processes count one thing together, on the embedded Redis and on a real one; the window ends by itself.
func TestCount(t *testing.T) {
	t.Parallel()
	small, _ := open(t)
	real, err := Open(testkit.Redis(t).URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { real.Close() })
	for name, r := range map[string]*Redis{"embedded": small, "real": real} {
		var all sync.WaitGroup
		var mu sync.Mutex
		seen := map[int]bool{}
		for range 40 {
			all.Go(func() {
				n, left, err := r.Count(t.Context(), "a", time.Minute)
				mu.Lock()
				defer mu.Unlock()
				if err != nil || left <= 0 || left > time.Minute || seen[n] {
					t.Errorf("%s: %d, %v, %v", name, n, left, err)
				}
				seen[n] = true
			})
		}
		all.Wait()
		if !seen[40] {
			t.Errorf("%s: not counted to 40", name)
		}
		if n, _, err := r.Count(t.Context(), "b", time.Minute); n != 1 || err != nil {
			t.Errorf("%s: another key: %d, %v", name, n, err)
		}
	}
	if n, _, err := real.Count(t.Context(), "short", 50*time.Millisecond); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if n, _, err := real.Count(t.Context(), "short", 50*time.Millisecond); err != nil {
			t.Fatal(err)
		} else if n == 1 {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the window does not end")
		}
		time.Sleep(60 * time.Millisecond)
	}
	// a counter that has lost its end gets one
	if err := real.Client().Set(t.Context(), "kikigaki:count:endless", 7, 0).Err(); err != nil {
		t.Fatal(err)
	}
	if n, left, err := real.Count(t.Context(), "endless", time.Minute); n != 8 || left <= 0 || err != nil {
		t.Errorf("endless: %d, %v, %v", n, left, err)
	}
	gone, m := open(t)
	m.Close()
	if _, _, err := gone.Count(t.Context(), "a", time.Minute); interview.Code(err) != "queue_unavailable" {
		t.Errorf("redis away: %v", err)
	}
}
