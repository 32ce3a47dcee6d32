package storetest

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func replyAgain(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	r, err := s.Begin(ctx, "p", "k", "hash", time.Hour)
	check(t, err)
	equal(t, "first", r == nil, true)
	_, err = s.Begin(ctx, "p", "k", "hash", time.Hour)
	code(t, err, "rate_limited")
	equal(t, "come back", interview.ClassOf(err), interview.RetryAfter)
	v := talk(t, s, interview.InReview)
	want := store.Reply{Status: 201, Header: http.Header{"Etag": {`"1"`}, "Location": {"/v1/interviews/x"}}, Body: []byte(`{"id":"x"}`), Interview: v.ID}
	check(t, s.Finish(ctx, "p", "k", want))
	r, err = s.Begin(ctx, "p", "k", "hash", time.Hour)
	check(t, err)
	if d := cmp.Diff(&want, r); d != "" {
		t.Errorf("reply (-want +got):\n%s", d)
	}
	_, err = s.Begin(ctx, "p", "k", "other", time.Hour)
	code(t, err, "idempotency_conflict")
	r, err = s.Begin(ctx, "q", "k", "other", time.Hour)
	check(t, err)
	equal(t, "another person's key", r == nil, true)
	check(t, s.Abandon(ctx, "q", "k"))
	r, err = s.Begin(ctx, "q", "k", "hash", -time.Second)
	check(t, err)
	equal(t, "after a failure", r == nil, true)
	check(t, s.Finish(ctx, "q", "k", want))
	r, err = s.Begin(ctx, "q", "k", "other", time.Hour)
	check(t, err)
	equal(t, "an expired key is free", r == nil, true)
	check(t, s.Abandon(ctx, "p", "k")) // finished: nothing to abandon
	r, err = s.Begin(ctx, "p", "k", "hash", time.Hour)
	check(t, err)
	equal(t, "finished stays", r != nil, true)

	// The call that is still running when its interview is erased leaves no words.
	_, err = s.Begin(ctx, "late", "k", "hash", time.Hour)
	check(t, err)
	check(t, s.EraseTalk(ctx, v.ID, interview.EraseAsked, "hr", "request"))
	check(t, s.Finish(ctx, "late", "k", want))
	r, err = s.Begin(ctx, "late", "k", "hash", time.Hour)
	check(t, err)
	equal(t, "answer without words", r.Status == 201 && len(r.Body) == 0, true)

	// A process that died in the middle leaves its key no longer than two minutes.
	_, err = s.Begin(ctx, "dead", "k", "hash", time.Hour)
	check(t, err)
	_, err = b.Raw.ExecContext(ctx, `UPDATE idempotency SET started_at = $1 WHERE person = 'dead'`, interview.Now().Add(-3*time.Minute).Format("2006-01-02 15:04:05.999999999-07:00"))
	check(t, err)
	_, err = s.Begin(ctx, "dead", "k", "other", time.Hour)
	code(t, err, "idempotency_conflict")
	r, err = s.Begin(ctx, "dead", "k", "hash", time.Hour)
	check(t, err)
	equal(t, "taken over", r == nil, true)
}

func oneFirst(t *testing.T, b Base) {
	firsts := make([]bool, racers)
	errs := race(racers, func(i int) error {
		r, err := b.Store.Begin(t.Context(), "p", "k", "hash", time.Hour)
		firsts[i] = err == nil && r == nil
		return err
	})
	equal(t, "firsts", winners(t, errs, "rate_limited"), 1)
}

func sweep(t *testing.T, b Base) {
	ctx, s, now := t.Context(), b.Store, interview.Now()
	p := person(t, s, "a@example.jp")
	for hash, at := range map[string]time.Time{"old": now.Add(-25 * time.Hour), "new": now.Add(time.Hour)} {
		check(t, s.AddSession(ctx, store.Session{Hash: hash, Person: p.ID, ExpiresAt: at}))
		check(t, s.AddLink(ctx, store.Link{Hash: hash, Person: p.ID, ExpiresAt: at}))
		_, err := s.Begin(ctx, p.ID, hash, "h", at.Sub(now))
		check(t, err)
	}
	for _, key := range []string{"long ago", "waiting since long ago", "today"} {
		_, err := s.AddMail(ctx, store.Mail{Person: p.ID, Kind: "review", Dedupe: key})
		check(t, err)
	}
	_, err := b.Raw.ExecContext(ctx, `UPDATE mails SET updated_at = $1 WHERE dedupe <> 'today'`, now.AddDate(-2, 0, 0).Format("2006-01-02 15:04:05.999999999-07:00"))
	check(t, err)
	_, err = b.Raw.ExecContext(ctx, `UPDATE mails SET state = 'sent' WHERE dedupe <> 'waiting since long ago'`)
	check(t, err)
	got, err := s.Sweep(ctx)
	check(t, err)
	equal(t, "swept", got, store.Swept{Sessions: 1, Links: 1, Keys: 1, Mails: 1})
	_, _, err = s.SessionPerson(ctx, "new")
	check(t, err)
}
