package drafting

import (
	"sync"
	"time"
)

// memo keeps the answers of runs that have not finished yet, so that a retry on the same worker does not pay for them
// again. It is small, short-lived, in memory only, and emptied of a run's answers as soon as its draft stands.
type memo struct {
	mu    sync.Mutex
	now   func() time.Time
	items map[string]memoItem
	size  int
}

type memoItem struct {
	content string
	at      time.Time
}

const (
	memoAge  = 15 * time.Minute
	memoSize = 4 << 20 // bytes
)

func newMemo(now func() time.Time) *memo { return &memo{now: now, items: map[string]memoItem{}} }

func (m *memo) get(key string) (string, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sweep()
	i, ok := m.items[key]
	return i.content, ok
}

func (m *memo) put(key, content string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sweep()
	if _, there := m.items[key]; there || m.size+len(content) > memoSize {
		return
	}
	m.items[key] = memoItem{content, m.now()}
	m.size += len(content)
	time.AfterFunc(memoAge, func() { m.drop([]string{key}) }) // words do not wait in memory for the next caller
}

func (m *memo) drop(keys []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range keys {
		m.size -= len(m.items[k].content)
		delete(m.items, k)
	}
}

func (m *memo) sweep() {
	for k, i := range m.items {
		if m.now().Sub(i.at) > memoAge {
			m.size -= len(i.content)
			delete(m.items, k)
		}
	}
}
