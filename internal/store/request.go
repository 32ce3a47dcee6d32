package store

import (
	"context"
	"time"

	"kikigaki/internal/interview"
)

// Request is what the subject asks for: erase, correct or stop.
type Request struct {
	ID         string     `json:"id"`
	Interview  string     `json:"interview"`
	Person     string     `json:"person"`
	Kind       string     `json:"kind"` // erase, correct, stop
	Text       string     `json:"text,omitempty"`
	State      string     `json:"state"`  // open, granted, refused
	DueOn      string     `json:"due_on"` // YYYY-MM-DD, the last day for an answer
	Answer     string     `json:"answer,omitempty"`
	AnsweredBy string     `json:"answered_by,omitempty"`
	CreatedAt  time.Time  `json:"created_at"`
	AnsweredAt *time.Time `json:"answered_at,omitempty"`
}

// RequestFilter narrows a list of requests; zero fields do not.
type RequestFilter struct {
	Interview string
	Person    string
	State     string
	DueTo     string // due on or before
}

const requestColumns = `id, interview, person, kind, text, state, due_on, answer, answered_by, created_at, answered_at`

func scanRequest(s scanner) (r Request, err error) {
	err = s.Scan(&r.ID, &r.Interview, &r.Person, &r.Kind, &r.Text, &r.State, &r.DueOn, &r.Answer, &r.AnsweredBy, into(&r.CreatedAt), intoOpt(&r.AnsweredAt))
	return r, err
}

// AddRequest stores an open request. An erased interview is state_conflict.
func (q *queries) AddRequest(ctx context.Context, r Request) (Request, error) {
	if r.ID == "" {
		r.ID = interview.NewID()
	}
	r.State, r.Text, r.CreatedAt = "open", clean(r.Text), interview.Now()
	err := q.begin(ctx, func(q *queries) error {
		if err := q.touch(ctx, r.Interview); err != nil {
			return err
		}
		_, err := q.exec(ctx, `INSERT INTO requests (id, interview, person, kind, text, state, due_on, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, r.ID, r.Interview, r.Person, r.Kind, r.Text, r.State, r.DueOn, r.CreatedAt)
		return err
	})
	return r, wrap("add request", err)
}

// Request returns a request; not_found.
func (q *queries) Request(ctx context.Context, id string) (Request, error) {
	r, err := must(ctx, q.r, scanRequest, `SELECT `+requestColumns+` FROM requests WHERE id = $1`, id)
	return r, wrap("read request", err)
}

// Requests lists requests, newest first.
func (q *queries) Requests(ctx context.Context, f RequestFilter, page Page) ([]Request, string, error) {
	key, err := page.after(1)
	if err != nil {
		return nil, "", err
	}
	var w where
	if f.Interview != "" {
		w.add(`interview = ?`, f.Interview)
	}
	if f.Person != "" {
		w.add(`person = ?`, f.Person)
	}
	if f.State != "" {
		w.add(`state = ?`, f.State)
	}
	if f.DueTo != "" {
		w.add(`due_on <= ?`, f.DueTo)
	}
	if key != nil {
		w.add(`id < ?`, key[0])
	}
	r, err := all(ctx, q.r, scanRequest, `SELECT `+requestColumns+` FROM requests`+w.String()+` ORDER BY id DESC LIMIT `+w.arg(page.size()+1), w.args...)
	if err != nil {
		return nil, "", wrap("list requests", err)
	}
	r, next := cutPage(r, page, func(r Request) []string { return []string{r.ID} })
	return r, next, nil
}

// AnswerRequest closes an open request as granted or refused; state_conflict when it was answered already.
func (q *queries) AnswerRequest(ctx context.Context, id, state, answer, by string) (Request, error) {
	if state != "granted" && state != "refused" {
		return Request{}, invalid("state", "unknown")
	}
	r, found, err := one(ctx, q.w, scanRequest, `UPDATE requests SET state = $2, answer = $3, answered_by = $4, answered_at = $5
		WHERE id = $1 AND state = 'open' RETURNING `+requestColumns, id, state, clean(answer), by, interview.Now())
	if err == nil && !found {
		if _, err = q.Request(ctx, id); err == nil {
			err = interview.E("state_conflict", nil)
		}
	}
	return r, wrap("answer request", err)
}
