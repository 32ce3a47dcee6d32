package store

import (
	"context"
	"net/http"
	"time"

	"kikigaki/internal/interview"
)

// Reply is an answer that was given to an unsafe call and is given again when the call comes again.
type Reply struct {
	Status    int
	Header    http.Header
	Body      []byte
	Interview string // the answer is forgotten with its interview
}

// Begin claims an idempotency key of a person for a request (its SHA-256, hex). nil, nil: the caller is the first, does
// the work and calls Finish or Abandon. A Reply: the work was done, answer with it. Errors: idempotency_conflict when the
// key came with another request; rate_limited with Wait while the first call still runs.
func (q *queries) Begin(ctx context.Context, person, key, request string, ttl time.Duration) (*Reply, error) {
	now, err := q.now(ctx)
	if err != nil {
		return nil, wrap("claim idempotency key", err)
	}
	n, err := q.exec(ctx, `INSERT INTO idempotency (person, key, request, started_at, expires_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (person, key) DO UPDATE SET request = excluded.request, status = 0, header = '', body = '', interview = '',
			started_at = excluded.started_at, expires_at = excluded.expires_at
		WHERE idempotency.expires_at <= excluded.started_at
			OR idempotency.status = 0 AND idempotency.started_at <= $6 AND idempotency.request = excluded.request`,
		person, key, request, now, now.Add(ttl), now.Add(-q.inFlight))
	if err != nil || n == 1 {
		return nil, wrap("claim idempotency key", err)
	}
	type row struct {
		request string
		Reply
	}
	r, found, err := one(ctx, q.w, func(s scanner) (r row, err error) {
		var body string
		err = s.Scan(&r.request, &r.Status, decoded{&r.Header}, &body, &r.Interview)
		r.Body = []byte(body)
		return r, err
	}, `SELECT request, status, header, body, interview FROM idempotency WHERE person = $1 AND key = $2`, person, key)
	switch {
	case err != nil:
		return nil, wrap("claim idempotency key", err)
	case found && r.request != request:
		return nil, interview.E("idempotency_conflict", nil)
	case !found || r.Status == 0:
		return nil, &interview.Error{Code: "rate_limited", Wait: time.Second}
	}
	return &r.Reply, nil
}

// Finish stores the answer of a claimed key: inside Whole, in the transaction of the work. When its interview was erased
// meanwhile, the words of the answer are not kept. rate_limited when another call has finished the key: this one took so
// long that it was held to be dead, and what it did must not stand beside what the other did.
func (q *queries) Finish(ctx context.Context, person, key string, r Reply) error {
	err := q.begin(ctx, func(q *queries) error {
		body := string(r.Body)
		if r.Interview != "" {
			switch err := q.touch(ctx, r.Interview); interview.Code(err) {
			case "state_conflict", "not_found":
				body = ""
			default:
				if err != nil {
					return err
				}
			}
		}
		n, err := q.exec(ctx, `UPDATE idempotency SET status = $3, header = $4, body = $5, interview = $6 WHERE person = $1 AND key = $2 AND status = 0`,
			person, key, r.Status, encoded{r.Header}, body, r.Interview)
		if err == nil && n == 0 {
			return &interview.Error{Code: "rate_limited", Wait: time.Second}
		}
		return err
	})
	return wrap("finish idempotency key", err)
}

// Abandon frees a claimed key whose work failed and may be tried again.
func (q *queries) Abandon(ctx context.Context, person, key string) error {
	_, err := q.exec(ctx, `DELETE FROM idempotency WHERE person = $1 AND key = $2 AND status = 0`, person, key)
	return wrap("abandon idempotency key", err)
}

// Swept counts what Sweep deleted.
type Swept struct{ Sessions, Links, Keys, Mails int64 }

// Sweep deletes what has expired: sessions, sign-in links (a day later, so that a used one can still say so), idempotency
// keys, and notifications that ended over 400 days ago, longer than any of them could come again.
func (q *queries) Sweep(ctx context.Context) (s Swept, err error) {
	now := interview.Now()
	if s.Sessions, err = q.exec(ctx, `DELETE FROM sessions WHERE expires_at < $1`, now); err != nil {
		return s, wrap("sweep sessions", err)
	}
	if s.Links, err = q.exec(ctx, `DELETE FROM links WHERE expires_at < $1`, now.Add(-24*time.Hour)); err != nil {
		return s, wrap("sweep links", err)
	}
	if s.Keys, err = q.exec(ctx, `DELETE FROM idempotency WHERE expires_at < $1`, now); err != nil {
		return s, wrap("sweep idempotency keys", err)
	}
	s.Mails, err = q.exec(ctx, `DELETE FROM mails WHERE state IN ('sent', 'failed', 'dropped') AND updated_at < $1`, now.AddDate(0, 0, -400))
	return s, wrap("sweep mails", err)
}
