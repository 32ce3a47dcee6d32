package store

import (
	"context"
	"fmt"
	"time"
)

// Lease is the right to work on one step. Fence grows with every claim of the step and never repeats, so that whoever
// held an older one can be told apart and commits nothing.
type Lease struct {
	Interview  string
	Step       string // a task kind
	Subject    string // chunk id, …
	Generation int
	Owner      string // unique to one run of a handler, not to a process
	Fence      int64
	Attempts   int // claims so far, this one included
	Crashes    int // how many of them ended by running out: the mark of poison input
	ExpiresAt  time.Time
}

// TakenError says that somebody else works on the step. It is no verdict about the interview: come back later.
type TakenError struct{ Until time.Time }

func (e *TakenError) Error() string { return "step is leased until " + e.Until.Format(time.RFC3339) }

// LostError says that a lease ran out and somebody else took the step: stop, and commit nothing.
type LostError struct{ Fence int64 }

func (e *LostError) Error() string { return fmt.Sprintf("lease %d was lost", e.Fence) }

// Claim takes the lease of a step for ttl, or fails with *TakenError while another one is live. It is written before the
// work begins, so that Attempts and Crashes count runs that killed their process too.
func (q *queries) Claim(ctx context.Context, id, step, subject string, generation int, owner string, ttl time.Duration) (Lease, error) {
	l := Lease{Interview: id, Step: step, Subject: subject, Generation: generation, Owner: owner}
	now, err := q.now(ctx)
	if err != nil {
		return l, wrap("claim lease", err)
	}
	got, found, err := one(ctx, q.w, func(s scanner) (v Lease, err error) {
		v = l
		err = s.Scan(&v.Fence, &v.Attempts, &v.Crashes, into(&v.ExpiresAt))
		return v, err
	}, `INSERT INTO leases (interview, step, subject, generation, owner, fence, attempts, crashes, claimed_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, 1, 1, 0, $6, $7)
		ON CONFLICT (interview, step, subject, generation) DO UPDATE SET owner = excluded.owner, fence = leases.fence + 1,
			attempts = leases.attempts + 1, crashes = leases.crashes + CASE WHEN leases.owner <> '' THEN 1 ELSE 0 END,
			claimed_at = excluded.claimed_at, expires_at = excluded.expires_at
		WHERE leases.owner = '' OR leases.expires_at <= excluded.claimed_at
		RETURNING fence, attempts, crashes, expires_at`, id, step, subject, generation, owner, now, now.Add(ttl))
	if err != nil {
		return l, wrap("claim lease", err)
	}
	if found {
		return got, nil
	}
	until, found, err := one(ctx, q.w, func(s scanner) (t time.Time, err error) {
		err = s.Scan(into(&t))
		return t, err
	}, `SELECT expires_at FROM leases WHERE interview = $1 AND step = $2 AND subject = $3 AND generation = $4`, id, step, subject, generation)
	if err != nil {
		return l, wrap("claim lease", err)
	}
	if !found {
		until = now // released and swept in between
	}
	return l, fmt.Errorf("claim lease: %w", &TakenError{Until: until})
}

// Renew moves the end of a lease to ttl from now. A lease that ran out but was not taken is renewed; else *LostError.
func (q *queries) Renew(ctx context.Context, l Lease, ttl time.Duration) (Lease, error) {
	now, err := q.now(ctx)
	if err != nil {
		return l, wrap("renew lease", err)
	}
	n, err := q.exec(ctx, `UPDATE leases SET expires_at = $6 WHERE interview = $1 AND step = $2 AND subject = $3 AND generation = $4
		AND fence = $5 AND owner = $7`, l.Interview, l.Step, l.Subject, l.Generation, l.Fence, now.Add(ttl), l.Owner)
	if err == nil && n == 0 {
		err = &LostError{l.Fence}
	}
	if err != nil {
		return l, fmt.Errorf("renew lease: %w", err)
	}
	l.ExpiresAt = utc(now.Add(ttl))
	return l, nil
}

// Fenced asserts, inside a transaction, that the lease is still held, and keeps it from being taken until the
// transaction ends. Every handler calls it first in the transaction that commits its result. *LostError otherwise.
func (q *queries) Fenced(ctx context.Context, l Lease) error {
	n, err := q.exec(ctx, `UPDATE leases SET fence = fence WHERE interview = $1 AND step = $2 AND subject = $3 AND generation = $4
		AND fence = $5 AND owner = $6`, l.Interview, l.Step, l.Subject, l.Generation, l.Fence, l.Owner)
	if err == nil && n == 0 {
		err = &LostError{l.Fence}
	}
	return wrap("check lease", err)
}

// Release gives a lease back; one that was lost is left alone. The row stays, so that the fence keeps growing.
func (q *queries) Release(ctx context.Context, l Lease) error {
	_, err := q.exec(ctx, `UPDATE leases SET owner = '' WHERE interview = $1 AND step = $2 AND subject = $3 AND generation = $4
		AND fence = $5 AND owner = $6`, l.Interview, l.Step, l.Subject, l.Generation, l.Fence, l.Owner)
	return wrap("release lease", err)
}

// Leases returns the live leases of an interview: who is at work on it now.
func (q *queries) Leases(ctx context.Context, id string) ([]Lease, error) {
	now, err := q.now(ctx)
	if err != nil {
		return nil, wrap("list leases", err)
	}
	l, err := all(ctx, q.r, func(s scanner) (l Lease, err error) {
		err = s.Scan(&l.Interview, &l.Step, &l.Subject, &l.Generation, &l.Owner, &l.Fence, &l.Attempts, &l.Crashes, into(&l.ExpiresAt))
		return l, err
	}, `SELECT interview, step, subject, generation, owner, fence, attempts, crashes, expires_at FROM leases
		WHERE interview = $1 AND owner <> '' AND expires_at > $2 ORDER BY step, subject`, id, now)
	return l, wrap("list leases", err)
}

// Lead makes owner the leader of a periodic job for ttl, or answers false while another one leads. The leader extends
// its time by calling again, and has at least half of ttl left whenever the answer is true.
func (q *queries) Lead(ctx context.Context, name, owner string, ttl time.Duration) (bool, error) {
	now, err := q.now(ctx)
	if err != nil {
		return false, wrap("lead "+name, err)
	}
	// A look first: most calls find things as they are, and an idle installation should not write every second.
	type lead struct {
		owner string
		until time.Time
	}
	l, found, err := one(ctx, q.r, func(s scanner) (l lead, err error) {
		err = s.Scan(&l.owner, into(&l.until))
		return l, err
	}, `SELECT owner, expires_at FROM leaders WHERE name = $1`, name)
	if err != nil {
		return false, wrap("lead "+name, err)
	}
	if found && l.owner != owner && l.until.After(now) {
		return false, nil
	}
	if found && l.owner == owner && l.until.After(now.Add(ttl/2)) {
		return true, nil
	}
	n, err := q.exec(ctx, `INSERT INTO leaders (name, owner, expires_at) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
		WHERE leaders.owner = excluded.owner OR leaders.expires_at <= $4`, name, owner, now.Add(ttl), now)
	return n == 1, wrap("lead "+name, err)
}

// Resign gives leadership up, so that another process need not wait for its end.
func (q *queries) Resign(ctx context.Context, name, owner string) error {
	_, err := q.exec(ctx, `DELETE FROM leaders WHERE name = $1 AND owner = $2`, name, owner)
	return wrap("resign "+name, err)
}
