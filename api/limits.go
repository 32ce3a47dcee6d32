package api

import "sync"

// What one may pile up: enough for anything people do, and an end for a program that went wild.
const (
	maxTokens   = 50 // of one person
	maxUploads  = 20 // open ones of one interview
	maxRequests = 20 // open ones of one interview
	maxStreams  = 40 // event streams of one person in this process
)

// openCounts counts what is open at a time, by person.
type openCounts struct {
	mu   sync.Mutex
	open map[string]int
}

// begin takes a place, if the person has one left.
func (t *openCounts) begin(person string, most int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil {
		t.open = map[string]int{}
	}
	if t.open[person] >= most {
		return false
	}
	t.open[person]++
	return true
}

func (t *openCounts) end(person string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open[person]--; t.open[person] <= 0 {
		delete(t.open, person)
	}
}
