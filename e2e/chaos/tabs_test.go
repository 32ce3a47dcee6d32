//go:build linux

package chaos

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"time"
)

// TestTwoTabs hands two recordings in to one interview from two windows at the same moment, while the bucket takes its
// time, and lets the one that was refused try again with what it still holds. One is taken; it is the one that is read, paid
// for and played, and nothing that comes later changes a byte of it.
func TestTwoTabs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, plan{seed: 1, workers: 1, pace: 0.08, answer: 50 * time.Millisecond})
	ctx, stop := context.WithTimeout(t.Context(), 4*time.Minute)
	defer stop()
	w.shelf.pick(&picked{method: "POST", part: "uploadId=", late: 400 * time.Millisecond}) // joining parts
	var stories []*story
	var all sync.WaitGroup
	for i, how := range []string{"parts", "parts", "parts", "put", "put"} {
		s := &story{number: uint32(i + 1), person: w.people[i%len(w.people)]}
		stories = append(stories, s)
		all.Go(func() {
			if err := w.race(ctx, s, how); err != nil {
				t.Errorf("interview %d by %s: %v", s.number, how, err)
			}
			s.done = time.Now()
		})
	}
	all.Wait()
	j := &judge{w: w, stories: stories}
	j.still(ctx, 30*time.Second)
	j.ends(ctx)
	j.whole(ctx)
	if again := j.paidOnce(); again > 0 {
		t.Errorf("%d chunks were paid for again", again)
	}
	j.settle(ctx) // what the refused ones left in the bucket goes
	for _, f := range j.found {
		t.Error(f)
	}
}

// second is the number of the other recording of an interview.
const second = 100

// tab is one window: a recording and the upload it has begun.
type tab struct {
	number uint32
	wav    []byte
	sum    string
	upload string
	part   string // presigned address
	err    error
}

func (w *world) race(ctx context.Context, s *story, how string) error {
	c := w.client
	key := func(what string) string { return fmt.Sprintf("%s-tabs-%d", what, s.number) }
	id, err := s.begin(ctx, c, key)
	if err != nil {
		return err
	}
	base := "/v1/interviews/" + id
	tabs := []*tab{{number: s.number}, {number: s.number + second}}
	for _, x := range tabs {
		x.wav, x.sum = talk(w.sentences, x.number, w.seed)
		if how != "parts" {
			continue
		}
		var up struct {
			ID string `json:"id"`
		}
		start := map[string]any{"name": fmt.Sprintf("%d.wav", x.number), "size": len(x.wav), "channels": []string{"interviewer", "employee"}}
		if err := c.json(ctx, "POST", base+"/uploads", key(fmt.Sprintf("upload%d", x.number)), start, &up); err != nil {
			return err
		}
		x.upload = base + "/uploads/" + up.ID
		var signed struct {
			Parts []struct {
				URL string `json:"url"`
			} `json:"parts"`
		}
		if err := c.json(ctx, "POST", x.upload+"/parts", "", map[string]any{"numbers": []int{1}}, &signed); err != nil {
			return err
		}
		x.part = signed.Parts[0].URL
		if err := c.put(ctx, x.part, x.wav); err != nil {
			return err
		}
	}
	var both sync.WaitGroup
	for _, x := range tabs {
		both.Go(func() {
			if how == "parts" {
				x.err = c.json(ctx, "POST", x.upload+"/complete", "", nil, nil)
			} else {
				x.err = c.call(ctx, "PUT", base+"/recording?name=talk.wav&channels=interviewer,employee", key(fmt.Sprintf("put%d", x.number)), "audio/wav", x.wav, nil)
			}
		})
	}
	both.Wait()
	won := slices.IndexFunc(tabs, func(x *tab) bool { return x.err == nil })
	if won < 0 || tabs[1-won].err == nil {
		return fmt.Errorf("one of the two is to be taken: %w, %w", tabs[0].err, tabs[1].err)
	}
	first, late := tabs[won], tabs[1-won]
	if code := codeOf(late.err); code == "" {
		return fmt.Errorf("the other one was not refused with a code: %w", late.err)
	}
	s.sum = first.sum
	s.in(id)
	if _, err := s.settled(ctx, c, 1, key); err != nil {
		return err
	}
	s.ready = time.Now()
	if len(s.failures) > 0 {
		return fmt.Errorf("it failed: %v", s.failures)
	}
	if how == "parts" { // the old window comes back with the address that it still holds
		if err := c.put(ctx, late.part, late.wav); err == nil {
			err = c.json(ctx, "POST", late.upload+"/complete", "", nil, nil)
			if err == nil {
				return fmt.Errorf("an upload was taken after the interview had its recording")
			}
		}
	}
	return w.holds(ctx, id, first, late)
}

// holds looks whether the recording that was taken is the one that lies in the bucket and whose sound was sent.
func (w *world) holds(ctx context.Context, id string, first, late *tab) error {
	var object string
	if err := w.db.QueryRowContext(ctx, `SELECT key FROM recordings WHERE interview = $1`, id).Scan(&object); err != nil {
		return err
	}
	body, _, err := w.bucket.Get(ctx, object, "")
	if err != nil {
		return err
	}
	defer body.Close()
	h := sha256.New()
	if _, err := io.Copy(h, body); err != nil {
		return err
	}
	if sum := hex.EncodeToString(h.Sum(nil)); sum != first.sum {
		return fmt.Errorf("in the bucket lies %.8s in place of %.8s (the refused one is %.8s)", sum, first.sum, late.sum)
	}
	sent := map[uint32]int{}
	for sum := range w.stt.paid() {
		w.stt.mu.Lock()
		sent[w.stt.numbers[sum]]++
		w.stt.mu.Unlock()
	}
	if sent[first.number] == 0 || sent[late.number] > 0 {
		return fmt.Errorf("%d pieces of the recording that was taken were sent, and %d of the other", sent[first.number], sent[late.number])
	}
	return nil
}
