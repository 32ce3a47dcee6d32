package store

import (
	"context"
	"slices"
	"time"

	"kikigaki/internal/interview"
)

// DraftInfo is a version of a draft without its words.
type DraftInfo struct {
	Version    int              `json:"version"`
	Template   string           `json:"template"`
	Transcript int              `json:"transcript"`
	Language   string           `json:"language"`
	Author     string           `json:"author,omitempty"` // person id; "" for an engine
	Engine     string           `json:"engine,omitempty"`
	Seal       string           `json:"seal,omitempty"`
	Stale      *interview.Stale `json:"stale"`
	CreatedAt  time.Time        `json:"created_at"`
}

// PutDraft stores d as the next version after the newest one, which must be after (0: there is none; AnyVersion: not
// asked); else draft_superseded. d.Interview names the interview, d.Version is set, and the talk's Draft follows. Stored
// versions never change. An erased interview is state_conflict.
func (q *queries) PutDraft(ctx context.Context, d *interview.Draft, after int) error {
	if d.CreatedAt.IsZero() {
		d.CreatedAt = interview.Now()
	}
	d.CreatedAt = utc(d.CreatedAt)
	err := q.begin(ctx, func(q *queries) error {
		if err := q.touch(ctx, d.Interview); err != nil {
			return err
		}
		t, err := q.Talk(ctx, d.Interview)
		if err != nil {
			return err
		}
		if after != AnyVersion && t.Draft != after {
			return interview.E("draft_superseded", nil)
		}
		d.Version = t.Draft + 1
		if _, err := q.exec(ctx, `UPDATE talks SET draft = $2, updated_at = $3 WHERE id = $1`, d.Interview, d.Version, later(t.UpdatedAt)); err != nil {
			return err
		}
		body := *d
		body.Stale = nil // kept in its own column: it can come later
		_, err = q.exec(ctx, `INSERT INTO drafts (interview, version, template, transcript, language, author, engine, body, stale, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, d.Interview, d.Version, d.Template, d.Transcript, d.Language, d.Author.ID,
			d.Author.Engine, encoded{body}, encoded{d.Stale}, d.CreatedAt)
		if err != nil {
			return err
		}
		return q.Emit(ctx, HookDraft, Happening{Interview: d.Interview, Draft: d.Version})
	})
	return wrap("put draft", err)
}

// Draft returns a version, or the newest for version 0; not_found.
func (q *queries) Draft(ctx context.Context, id string, version int) (*interview.Draft, error) {
	w := where{}
	w.add(`interview = ?`, id)
	if version > 0 {
		w.add(`version = ?`, version)
	}
	d, err := must(ctx, q.r, func(s scanner) (*interview.Draft, error) {
		d := &interview.Draft{}
		var stale *interview.Stale
		err := s.Scan(decoded{d}, decoded{&stale})
		d.Stale = stale
		return d, err
	}, `SELECT body, stale FROM drafts`+w.String()+` ORDER BY version DESC LIMIT 1`, w.args...)
	return d, wrap("read draft", err)
}

// Drafts lists the versions of an interview, oldest first, without words.
func (q *queries) Drafts(ctx context.Context, id string) ([]DraftInfo, error) {
	d, err := all(ctx, q.r, func(s scanner) (d DraftInfo, err error) {
		err = s.Scan(&d.Version, &d.Template, &d.Transcript, &d.Language, &d.Author, &d.Engine, &d.Seal, decoded{&d.Stale}, into(&d.CreatedAt))
		return d, err
	}, `SELECT version, template, transcript, language, author, engine, seal, stale, created_at FROM drafts WHERE interview = $1 ORDER BY version`, id)
	return d, wrap("list drafts", err)
}

// MarkStale says on the newest version that a new draft is due; nil takes it back. Without a draft nothing happens.
func (q *queries) MarkStale(ctx context.Context, id string, s *interview.Stale) error {
	_, err := q.exec(ctx, `UPDATE drafts SET stale = $2 WHERE interview = $1 AND version = (SELECT draft FROM talks WHERE id = $1)`, id, encoded{s})
	return wrap("mark draft stale", err)
}

// ReplaceDraft writes over a stored version: for off-record marks, which beat sealing and people's edits.
func (q *queries) ReplaceDraft(ctx context.Context, d *interview.Draft) error {
	body := *d
	body.Stale = nil
	n, err := q.exec(ctx, `UPDATE drafts SET body = $3 WHERE interview = $1 AND version = $2`, d.Interview, d.Version, encoded{body})
	if err == nil && n == 0 {
		err = interview.E("not_found", nil)
	}
	if err == nil {
		_, err = q.exec(ctx, `DELETE FROM section_counts WHERE interview = $1`, d.Interview)
	}
	return wrap("replace draft", err)
}

// SealField is one field under a seal: HMAC of its canonical JSON under a random salt.
type SealField struct {
	Path string `json:"path"` // RFC 6901 pointer into the draft
	Salt string `json:"salt"` // hex; "" once the field was removed
	MAC  string `json:"mac"`  // hex
}

// SealDraft stores the seal of a version with its fields, once; state_conflict when it is sealed already.
func (q *queries) SealDraft(ctx context.Context, id string, version int, seal string, fields []SealField) error {
	err := q.begin(ctx, func(q *queries) error {
		if err := q.touch(ctx, id); err != nil {
			return err
		}
		n, err := q.exec(ctx, `UPDATE drafts SET seal = $3 WHERE interview = $1 AND version = $2 AND seal = ''`, id, version, seal)
		if err != nil {
			return err
		}
		if n == 0 {
			if _, err := must(ctx, q.r, value[int], `SELECT version FROM drafts WHERE interview = $1 AND version = $2`, id, version); err != nil {
				return err
			}
			return interview.E("state_conflict", nil)
		}
		for batch := range slices.Chunk(fields, 100) {
			var args []any
			for _, f := range batch {
				args = append(args, id, version, f.Path, f.Salt, f.MAC)
			}
			if _, err := q.exec(ctx, `INSERT INTO seal_fields (interview, version, path, salt, mac) VALUES `+values(len(batch), 5), args...); err != nil {
				return err
			}
		}
		return nil
	})
	return wrap("seal draft", err)
}

// SealFields returns the fields under a version's seal, by path.
func (q *queries) SealFields(ctx context.Context, id string, version int) ([]SealField, error) {
	f, err := all(ctx, q.r, func(s scanner) (f SealField, err error) {
		err = s.Scan(&f.Path, &f.Salt, &f.MAC)
		return f, err
	}, `SELECT path, salt, mac FROM seal_fields WHERE interview = $1 AND version = $2 ORDER BY path`, id, version)
	return f, wrap("list seal fields", err)
}

// RemoveSealFields forgets the salts of fields that were removed, so that their hashes can no longer be guessed at.
func (q *queries) RemoveSealFields(ctx context.Context, id string, version int, paths ...string) error {
	for _, p := range paths {
		if _, err := q.exec(ctx, `UPDATE seal_fields SET salt = '' WHERE interview = $1 AND version = $2 AND path = $3`, id, version, p); err != nil {
			return wrap("remove seal field", err)
		}
	}
	return nil
}
