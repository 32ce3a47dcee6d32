package store

import (
	"context"
	"time"

	"kikigaki/internal/interview"
)

// PromiseFilter narrows a list of action items; zero fields do not. Dates are YYYY-MM-DD, both included.
type PromiseFilter struct {
	Interview    string
	Person       string // whose it is
	Participant  string // of interviews with this person, or their own
	State        string // open, done, dropped
	ApprovedOnly bool   // only of approved records: what hr may see
	DueFrom      string // due on or after; without a date never
	DueTo        string // due on or before; without a date never
	Owned        bool   // only what one of the two promised
}

// PromiseChange holds what is to change; nil fields stay.
type PromiseChange struct {
	State   *string
	DueDate *string
}

const promiseColumns = `p.id, p.interview, p.statement, p.owner, p.person, p.text, p.due, p.due_date, p.state, p.updated_at`

func scanPromise(s scanner) (p interview.Promise, err error) {
	err = s.Scan(&p.ID, &p.Interview, &p.Statement, &p.Owner, &p.Person, &p.Text, &p.Due, &p.DueDate, &p.State, into(&p.UpdatedAt))
	return p, err
}

// PutPromises makes an interview's action items those of a draft: known statements are brought up to date and keep
// their state, new ones are added, and open ones the draft no longer has are removed.
func (q *queries) PutPromises(ctx context.Context, id string, list []interview.Promise) error {
	err := q.begin(ctx, func(q *queries) error {
		if err := q.touch(ctx, id); err != nil {
			return err
		}
		now := interview.Now()
		w := where{}
		w.add(`interview = ?`, id)
		for _, p := range list {
			if _, err := q.exec(ctx, `INSERT INTO promises (id, interview, statement, owner, person, text, due, due_date, state, created_at, updated_at)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9, $9)
				ON CONFLICT (interview, statement) DO UPDATE SET owner = excluded.owner, person = excluded.person, text = excluded.text,
					due = excluded.due, due_date = excluded.due_date, updated_at = excluded.updated_at`,
				interview.NewID(), id, p.Statement, p.Owner, p.Person, clean(p.Text), clean(p.Due), p.DueDate, now); err != nil {
				return err
			}
			w.add(`statement <> ?`, p.Statement)
		}
		_, err := q.exec(ctx, `DELETE FROM promises`+w.String()+` AND state = 'open'`, w.args...)
		return err
	})
	return wrap("put promises", err)
}

// Promise returns an action item; not_found.
func (q *queries) Promise(ctx context.Context, id string) (interview.Promise, error) {
	p, err := must(ctx, q.r, scanPromise, `SELECT `+promiseColumns+` FROM promises p WHERE p.id = $1`, id)
	return p, wrap("read promise", err)
}

// Promises lists action items, newest first.
func (q *queries) Promises(ctx context.Context, f PromiseFilter, page Page) ([]interview.Promise, string, error) {
	key, err := page.after(1)
	if err != nil {
		return nil, "", err
	}
	w := f.where()
	if key != nil {
		w.add(`p.id < ?`, key[0])
	}
	p, err := all(ctx, q.r, scanPromise, `SELECT `+promiseColumns+` FROM promises p JOIN talks t ON t.id = p.interview`+w.String()+
		` ORDER BY p.id DESC LIMIT `+w.arg(page.size()+1), w.args...)
	if err != nil {
		return nil, "", wrap("list promises", err)
	}
	p, next := cutPage(p, page, func(p interview.Promise) []string { return []string{p.ID} })
	return p, next, nil
}

func (f PromiseFilter) where() (w where) {
	if f.Interview != "" {
		w.add(`p.interview = ?`, f.Interview)
	}
	if f.Person != "" {
		w.add(`p.person = ?`, f.Person)
	}
	if f.Participant != "" {
		w.add(`(p.person = ? OR t.employee = ? OR t.interviewer = ?)`, f.Participant, f.Participant, f.Participant)
	}
	if f.State != "" {
		w.add(`p.state = ?`, f.State)
	}
	if f.ApprovedOnly {
		w.add(`t.status = ?`, interview.Approved)
	}
	if f.DueFrom != "" {
		w.add(`p.due_date >= ?`, f.DueFrom)
	}
	if f.Owned {
		w.parts = append(w.parts, `p.person <> ''`)
	}
	if f.DueTo != "" {
		w.add(`p.due_date <> '' AND p.due_date <= ?`, f.DueTo)
	}
	return w
}

// UpdatePromise changes an action item. seen is the updated_at the caller has read: precondition_failed when it changed
// since; the zero time does not ask. not_found.
func (q *queries) UpdatePromise(ctx context.Context, id string, seen time.Time, c PromiseChange) (p interview.Promise, err error) {
	err = q.begin(ctx, func(q *queries) error {
		if _, err := q.exec(ctx, `UPDATE promises SET state = state WHERE id = $1`, id); err != nil { // locks the row
			return err
		}
		if p, err = q.Promise(ctx, id); err != nil {
			return err
		}
		if !seen.IsZero() && !p.UpdatedAt.Equal(utc(seen)) {
			return interview.E("precondition_failed", nil)
		}
		set(&p.State, c.State)
		set(&p.DueDate, c.DueDate)
		p.UpdatedAt = later(p.UpdatedAt)
		_, err := q.exec(ctx, `UPDATE promises SET state = $2, due_date = $3, updated_at = $4 WHERE id = $1`, id, p.State, p.DueDate, p.UpdatedAt)
		return err
	})
	return p, wrap("update promise", err)
}
