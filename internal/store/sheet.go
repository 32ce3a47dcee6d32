package store

import (
	"context"
	"encoding/json"
	"time"

	"kikigaki/internal/interview"
)

// Sheet is what the employee wrote before the talk.
type Sheet struct {
	Interview string          `json:"interview"`
	Body      json.RawMessage `json:"body"` // a JSON object: field key → answer
	By        string          `json:"by"`
	UpdatedAt time.Time       `json:"updated_at"`
}

// PutSheet stores or replaces the sheet. seen is the updated_at the caller has read: precondition_failed when the sheet
// changed since; the zero time does not ask. An erased interview is state_conflict.
func (q *queries) PutSheet(ctx context.Context, s Sheet, seen time.Time) (Sheet, error) {
	if !json.Valid(s.Body) {
		return s, invalid("body", "invalid")
	}
	err := q.begin(ctx, func(q *queries) error {
		if err := q.touch(ctx, s.Interview); err != nil {
			return err
		}
		old, found, err := one(ctx, q.r, scanSheet, `SELECT interview, body, by_person, updated_at FROM sheets WHERE interview = $1`, s.Interview)
		if err != nil {
			return err
		}
		if !seen.IsZero() && (!found || !old.UpdatedAt.Equal(utc(seen))) {
			return interview.E("precondition_failed", nil)
		}
		s.UpdatedAt = later(old.UpdatedAt)
		_, err = q.exec(ctx, `INSERT INTO sheets (interview, body, by_person, updated_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (interview) DO UPDATE SET body = excluded.body, by_person = excluded.by_person, updated_at = excluded.updated_at`,
			s.Interview, string(s.Body), s.By, s.UpdatedAt)
		return err
	})
	return s, wrap("put sheet", err)
}

func scanSheet(s scanner) (v Sheet, err error) {
	var body string
	err = s.Scan(&v.Interview, &body, &v.By, into(&v.UpdatedAt))
	v.Body = json.RawMessage(body)
	return v, err
}

// Sheet returns an interview's sheet; not_found when none was written.
func (q *queries) Sheet(ctx context.Context, id string) (Sheet, error) {
	s, err := must(ctx, q.r, scanSheet, `SELECT interview, body, by_person, updated_at FROM sheets WHERE interview = $1`, id)
	return s, wrap("read sheet", err)
}

// Note is a remark outside the draft: for hr, or for its writer alone. It is never evidence, sealed, exported or sent
// to a model.
type Note struct {
	ID         string    `json:"id"`
	Interview  string    `json:"interview"`
	Author     string    `json:"author"`
	Visibility string    `json:"visibility"` // hr, self
	Text       string    `json:"text"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"updated_at"`
}

// PutNote stores or replaces an author's note of one visibility; an empty text takes it away. seen as for PutSheet.
func (q *queries) PutNote(ctx context.Context, n Note, seen time.Time) (Note, error) {
	if n.Visibility != "hr" && n.Visibility != "self" {
		return n, invalid("visibility", "unknown")
	}
	n.Text = clean(n.Text)
	err := q.begin(ctx, func(q *queries) error {
		if err := q.touch(ctx, n.Interview); err != nil {
			return err
		}
		old, found, err := one(ctx, q.r, scanNote, `SELECT `+noteColumns+` FROM notes WHERE interview = $1 AND author = $2 AND visibility = $3`,
			n.Interview, n.Author, n.Visibility)
		if err != nil {
			return err
		}
		if !seen.IsZero() && (!found || !old.UpdatedAt.Equal(utc(seen))) {
			return interview.E("precondition_failed", nil)
		}
		n.ID, n.UpdatedAt, n.CreatedAt = old.ID, later(old.UpdatedAt), old.CreatedAt
		switch {
		case n.Text == "":
			_, err = q.exec(ctx, `DELETE FROM notes WHERE interview = $1 AND author = $2 AND visibility = $3`, n.Interview, n.Author, n.Visibility)
		case found:
			_, err = q.exec(ctx, `UPDATE notes SET text = $2, updated_at = $3 WHERE id = $1`, n.ID, n.Text, n.UpdatedAt)
		default:
			n.ID, n.CreatedAt = interview.NewID(), n.UpdatedAt
			_, err = q.exec(ctx, `INSERT INTO notes (id, interview, author, visibility, text, created_at, updated_at)
				VALUES ($1, $2, $3, $4, $5, $6, $6)`, n.ID, n.Interview, n.Author, n.Visibility, n.Text, n.UpdatedAt)
		}
		return err
	})
	return n, wrap("put note", err)
}

const noteColumns = `id, interview, author, visibility, text, created_at, updated_at`

func scanNote(s scanner) (n Note, err error) {
	err = s.Scan(&n.ID, &n.Interview, &n.Author, &n.Visibility, &n.Text, into(&n.CreatedAt), into(&n.UpdatedAt))
	return n, err
}

// Notes returns the notes person may read: their own and, when hr, those written for hr.
func (q *queries) Notes(ctx context.Context, id, person string, hr bool) ([]Note, error) {
	n, err := all(ctx, q.r, scanNote, `SELECT `+noteColumns+` FROM notes WHERE interview = $1 AND (author = $2 OR ($3 AND visibility = 'hr'))
		ORDER BY created_at, id`, id, person, hr)
	return n, wrap("list notes", err)
}
