package store

import (
	"context"
	"time"

	"kikigaki/internal/interview"
)

// Template is a template's file as it was when first used, so that a record can be read after the file has changed.
type Template struct {
	Hash    string // SHA-256 of Body, hex
	Name    string
	Version int
	Body    string
	At      time.Time
}

// PutTemplate stores a template by its hash, once.
func (q *queries) PutTemplate(ctx context.Context, t Template) error {
	_, err := q.exec(ctx, `INSERT INTO templates (hash, name, version, body, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (hash) DO NOTHING`,
		t.Hash, t.Name, t.Version, t.Body, interview.Now())
	return wrap("put template", err)
}

// Template returns a stored template by hash; not_found.
func (q *queries) Template(ctx context.Context, hash string) (Template, error) {
	t, err := must(ctx, q.r, scanTemplate, `SELECT hash, name, version, body, at FROM templates WHERE hash = $1`, hash)
	return t, wrap("read template", err)
}

// TemplateVersion returns the newest stored body of a name and version; not_found.
func (q *queries) TemplateVersion(ctx context.Context, name string, version int) (Template, error) {
	t, err := must(ctx, q.r, scanTemplate, `SELECT hash, name, version, body, at FROM templates WHERE name = $1 AND version = $2
		ORDER BY at DESC, hash LIMIT 1`, name, version)
	return t, wrap("read template", err)
}

func scanTemplate(s scanner) (t Template, err error) {
	err = s.Scan(&t.Hash, &t.Name, &t.Version, &t.Body, into(&t.At))
	return t, err
}
