package store

import (
	"context"
	"time"

	"kikigaki/internal/interview"
)

// AnyVersion as the version expected means: whatever the newest is.
const AnyVersion = -1

// TranscriptInfo is a version of a transcript without its words.
type TranscriptInfo struct {
	Version   int       `json:"version"`
	Language  string    `json:"language"`
	Source    string    `json:"source"`
	Model     string    `json:"model,omitempty"`
	Author    string    `json:"author,omitempty"`
	Segments  int       `json:"segments"`
	CreatedAt time.Time `json:"created_at"`
}

// PutTranscript stores t as the next version after the newest one, which must be after (0: there is none; AnyVersion:
// not asked); else precondition_failed. t.Version is set. An erased interview is state_conflict.
func (q *queries) PutTranscript(ctx context.Context, id string, t *interview.Transcript, after int) error {
	if t.CreatedAt.IsZero() {
		t.CreatedAt = interview.Now()
	}
	t.CreatedAt = utc(t.CreatedAt)
	err := q.begin(ctx, func(q *queries) error {
		if err := q.touch(ctx, id); err != nil {
			return err
		}
		newest, err := must(ctx, q.r, value[int], `SELECT transcript FROM talks WHERE id = $1`, id)
		if err != nil {
			return err
		}
		if after != AnyVersion && newest != after {
			return interview.E("precondition_failed", nil)
		}
		t.Version = newest + 1
		if _, err := q.exec(ctx, `UPDATE talks SET transcript = $2 WHERE id = $1`, id, t.Version); err != nil {
			return err
		}
		_, err = q.exec(ctx, `INSERT INTO transcripts (interview, version, language, source, model, author, segments, body, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, id, t.Version, t.Language, t.Source, t.Model, t.Author, len(t.Segments), encoded{t}, t.CreatedAt)
		return err
	})
	return wrap("put transcript", err)
}

// Transcript returns a version, or the newest for version 0; not_found.
func (q *queries) Transcript(ctx context.Context, id string, version int) (*interview.Transcript, error) {
	w := where{}
	w.add(`interview = ?`, id)
	if version > 0 {
		w.add(`version = ?`, version)
	}
	t, err := must(ctx, q.r, func(s scanner) (*interview.Transcript, error) {
		t := &interview.Transcript{}
		return t, s.Scan(decoded{t})
	}, `SELECT body FROM transcripts`+w.String()+` ORDER BY version DESC LIMIT 1`, w.args...)
	return t, wrap("read transcript", err)
}

// Transcripts lists the versions of an interview, oldest first, without words.
func (q *queries) Transcripts(ctx context.Context, id string) ([]TranscriptInfo, error) {
	t, err := all(ctx, q.r, func(s scanner) (t TranscriptInfo, err error) {
		err = s.Scan(&t.Version, &t.Language, &t.Source, &t.Model, &t.Author, &t.Segments, into(&t.CreatedAt))
		return t, err
	}, `SELECT version, language, source, model, author, segments, created_at FROM transcripts WHERE interview = $1 ORDER BY version`, id)
	return t, wrap("list transcripts", err)
}

// ReplaceTranscript writes over a stored version: for off-record marks, which leave no older version with the words.
func (q *queries) ReplaceTranscript(ctx context.Context, id string, t *interview.Transcript) error {
	n, err := q.exec(ctx, `UPDATE transcripts SET body = $3, segments = $4 WHERE interview = $1 AND version = $2`, id, t.Version, encoded{t}, len(t.Segments))
	if err == nil && n == 0 {
		err = interview.E("not_found", nil)
	}
	return wrap("replace transcript", err)
}
