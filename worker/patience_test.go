package worker

import (
	"net/url"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/speech"
	"kikigaki/internal/testkit"
)

// TestAnAnswerWaitsForTheDatabase restarts PostgreSQL while chunks are being answered: an answer that cannot be stored at
// that moment is paid for, and is stored when the database is back.
func TestAnAnswerWaitsForTheDatabase(t *testing.T) {
	t.Parallel()
	pg := testkit.NewPostgres(t)
	u, err := url.Parse(pg.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	ear := &fickle{}
	ear.fail = func(n int, _ speech.Request) error {
		if n == 3 {
			return pg.Restart("INT") // and the answer of this call comes when the database is on its way down
		}
		return nil
	}
	w := newWorld(t, world{speech: ear, database: u.String(), options: Options{LeaseTime: 4 * time.Second, Redelivered: 2 * time.Second, Queues: map[string]int{"interactive": 1, "pipeline": 1, "speech": 4, "upkeep": 1}}})
	w.start()
	talk := w.arrive(talkFile(t))
	for ; ; time.Sleep(20 * time.Millisecond) {
		now, err := w.store.Talk(t.Context(), talk.ID) // it may be away just now
		if err == nil && now.Status == interview.InReview {
			break
		}
		if err == nil && now.Status == interview.Failed || t.Context().Err() != nil {
			t.Fatalf("%s %+v", now.Status, now.Error)
		}
	}
	if chunks, twice := ear.paid(); twice > 0 || chunks < 4 {
		t.Errorf("of %d chunks %d were paid for twice", chunks, twice)
	}
}

// TestWaits: what is away keeps nobody waiting for long after it is back, and a mail is not given up before a night and a
// morning have passed.
func TestWaits(t *testing.T) {
	t.Parallel()
	for tries := range 40 {
		if w := backoff(tries); w > 66*time.Second || w < time.Second {
			t.Errorf("a step waits %s after %d tries", w, tries)
		}
	}
	var all time.Duration
	for try := 1; try < mostMailTries; try++ {
		all += mailWait(try)
	}
	if all < 18*time.Hour || all > 36*time.Hour {
		t.Errorf("a mail is given up after %s", all)
	}
}
