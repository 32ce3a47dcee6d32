package store

import (
	"context"
	"time"

	"kikigaki/internal/interview"
)

// CommentFilter narrows the comments of an interview; zero fields do not.
type CommentFilter struct {
	Draft     int
	Statement string
	Open      bool // only those not resolved
}

// CommentChange holds what is to change; nil fields stay.
type CommentChange struct {
	Text       *string
	Resolved   *bool
	ResolvedBy string // who resolved it, with Resolved
}

const commentColumns = `id, interview, draft, statement, parent, author, kind, text, resolved, resolved_by, created_at, updated_at, deleted_at, asked`

func scanComment(s scanner) (c interview.Comment, err error) {
	err = s.Scan(&c.ID, &c.Interview, &c.Draft, &c.Statement, &c.Parent, &c.Author, &c.Kind, &c.Text, &c.Resolved, &c.ResolvedBy,
		into(&c.CreatedAt), into(&c.UpdatedAt), intoOpt(&c.DeletedAt), &c.Asked)
	return c, err
}

// AddComment stores a comment. A parent must be a comment of the same interview. An erased interview is state_conflict.
func (q *queries) AddComment(ctx context.Context, c interview.Comment) (interview.Comment, error) {
	if c.ID == "" {
		c.ID = interview.NewID()
	}
	c.Text = clean(c.Text)
	c.CreatedAt = interview.Now()
	c.UpdatedAt = c.CreatedAt
	err := q.begin(ctx, func(q *queries) error {
		if err := q.touch(ctx, c.Interview); err != nil {
			return err
		}
		if c.Parent != "" {
			if p, err := q.Comment(ctx, c.Parent); err != nil || p.Interview != c.Interview {
				if err != nil && interview.Code(err) != "not_found" {
					return err
				}
				return invalid("parent", "unknown")
			}
		}
		_, err := q.exec(ctx, `INSERT INTO comments (`+commentColumns+`) VALUES `+values(1, 14), c.ID, c.Interview, c.Draft, c.Statement, c.Parent,
			c.Author, c.Kind, c.Text, c.Resolved, c.ResolvedBy, c.CreatedAt, c.UpdatedAt, nil, c.Asked)
		if err != nil {
			return err
		}
		return q.Emit(ctx, HookComment, Happening{Interview: c.Interview, Draft: c.Draft, Comment: c.ID})
	})
	return c, wrap("add comment", err)
}

// AskComments notes that a revision of a version is to answer an interview's open comments: those given with the answers
// to them, or all when none are given. Reactions ask for nothing. It returns how many there are.
func (q *queries) AskComments(ctx context.Context, id string, draft int, ids ...string) (int, error) {
	w := where{}
	version := w.arg(draft)
	w.add(`interview = ?`, id)
	w.parts = append(w.parts, `NOT resolved`, `deleted_at IS NULL`, `kind <> 'reaction'`)
	if len(ids) > 0 {
		chosen, parents := where{args: w.args}, where{}
		chosen.in(`id`, ids)
		parents.args = chosen.args
		parents.in(`parent`, ids)
		w.args = parents.args
		w.parts = append(w.parts, `(`+chosen.parts[0]+` OR `+parents.parts[0]+`)`)
	}
	n, err := q.exec(ctx, `UPDATE comments SET asked = `+version+w.String(), w.args...)
	return int(n), wrap("ask comments", err)
}

// Comment returns a comment; not_found. A deleted one has no text.
func (q *queries) Comment(ctx context.Context, id string) (interview.Comment, error) {
	c, err := must(ctx, q.r, scanComment, `SELECT `+commentColumns+` FROM comments WHERE id = $1`, id)
	return c, wrap("read comment", err)
}

// Comments lists an interview's comments, oldest first, deleted ones included (without text, so that answers hang on).
func (q *queries) Comments(ctx context.Context, id string, f CommentFilter, page Page) ([]interview.Comment, string, error) {
	key, err := page.after(1)
	if err != nil {
		return nil, "", err
	}
	var w where
	w.add(`interview = ?`, id)
	if f.Draft > 0 {
		w.add(`draft = ?`, f.Draft)
	}
	if f.Statement != "" {
		w.add(`statement = ?`, f.Statement)
	}
	if f.Open {
		w.parts = append(w.parts, `NOT resolved`, `deleted_at IS NULL`)
	}
	if key != nil {
		w.add(`id > ?`, key[0])
	}
	c, err := all(ctx, q.r, scanComment, `SELECT `+commentColumns+` FROM comments`+w.String()+` ORDER BY id LIMIT `+w.arg(page.size()+1), w.args...)
	if err != nil {
		return nil, "", wrap("list comments", err)
	}
	c, next := cutPage(c, page, func(c interview.Comment) []string { return []string{c.ID} })
	return c, next, nil
}

// UpdateComment changes a comment. seen is the updated_at the caller has read: precondition_failed when it changed
// since; the zero time does not ask. A deleted one is not_found.
func (q *queries) UpdateComment(ctx context.Context, id string, seen time.Time, ch CommentChange) (c interview.Comment, err error) {
	err = q.begin(ctx, func(q *queries) error {
		if c, err = q.Comment(ctx, id); err != nil {
			return err
		}
		if err := q.touch(ctx, c.Interview); err != nil {
			return err
		}
		if c, err = q.Comment(ctx, id); err != nil { // again, now that nobody else can change it
			return err
		}
		if c.DeletedAt != nil {
			return interview.E("not_found", nil)
		}
		if !seen.IsZero() && !c.UpdatedAt.Equal(utc(seen)) {
			return interview.E("precondition_failed", nil)
		}
		if ch.Text != nil {
			c.Text = clean(*ch.Text)
		}
		if ch.Resolved != nil {
			c.Resolved, c.ResolvedBy = *ch.Resolved, ch.ResolvedBy
			if !c.Resolved {
				c.ResolvedBy = ""
			}
		}
		c.UpdatedAt = later(c.UpdatedAt)
		_, err := q.exec(ctx, `UPDATE comments SET text = $2, resolved = $3, resolved_by = $4, updated_at = $5 WHERE id = $1`,
			id, c.Text, c.Resolved, c.ResolvedBy, c.UpdatedAt)
		return err
	})
	return c, wrap("update comment", err)
}

// DeleteComment takes a comment's text away; the row stays so that answers to it keep their place.
func (q *queries) DeleteComment(ctx context.Context, id string) error {
	n, err := q.exec(ctx, `UPDATE comments SET text = '', deleted_at = $2, updated_at = $2 WHERE id = $1 AND deleted_at IS NULL`, id, interview.Now())
	if err == nil && n == 0 {
		err = interview.E("not_found", nil)
	}
	return wrap("delete comment", err)
}
