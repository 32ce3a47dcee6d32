package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"kikigaki/internal/interview"
)

// PutNotice stores a notice text once: the same name, language and text give the same row and id every time.
func (q *queries) PutNotice(ctx context.Context, n interview.Notice) (interview.Notice, error) {
	sum := sha256.Sum256([]byte(n.Text))
	n.ID, n.Hash, n.At = interview.NewID(), hex.EncodeToString(sum[:]), interview.Now()
	err := q.begin(ctx, func(q *queries) error {
		if _, err := q.exec(ctx, `INSERT INTO notices (id, name, language, hash, text, at) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (hash, name, language) DO NOTHING`, n.ID, n.Name, n.Language, n.Hash, n.Text, n.At); err != nil {
			return err
		}
		var err error
		n, err = must(ctx, q.r, scanNotice, `SELECT id, name, language, hash, text, at FROM notices
			WHERE hash = $1 AND name = $2 AND language = $3`, n.Hash, n.Name, n.Language)
		return err
	})
	return n, wrap("put notice", err)
}

func scanNotice(s scanner) (n interview.Notice, err error) {
	err = s.Scan(&n.ID, &n.Name, &n.Language, &n.Hash, &n.Text, into(&n.At))
	return n, err
}

// Notice returns a stored notice text; not_found.
func (q *queries) Notice(ctx context.Context, id string) (interview.Notice, error) {
	n, err := must(ctx, q.r, scanNotice, `SELECT id, name, language, hash, text, at FROM notices WHERE id = $1`, id)
	return n, wrap("read notice", err)
}

// AddConsent stores a decision; earlier ones stay. An erased interview is state_conflict.
func (q *queries) AddConsent(ctx context.Context, c interview.Consent) (interview.Consent, error) {
	if c.ID == "" {
		c.ID = interview.NewID()
	}
	if c.At.IsZero() {
		c.At = interview.Now()
	}
	c.At = utc(c.At)
	err := q.begin(ctx, func(q *queries) error {
		if err := q.touch(ctx, c.Interview); err != nil {
			return err
		}
		_, err := q.exec(ctx, `INSERT INTO consents (id, interview, person, by_person, decision, abroad, method, notice, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, c.ID, c.Interview, c.Person, c.By, c.Decision, c.Abroad, c.Method, c.Notice, c.At)
		return err
	})
	return c, wrap("add consent", err)
}

const consentColumns = `id, interview, person, by_person, decision, abroad, method, notice, at`

func scanConsent(s scanner) (c interview.Consent, err error) {
	err = s.Scan(&c.ID, &c.Interview, &c.Person, &c.By, &c.Decision, &c.Abroad, &c.Method, &c.Notice, into(&c.At))
	return c, err
}

// Consents returns every decision of an interview, oldest first.
func (q *queries) Consents(ctx context.Context, interview string) ([]interview.Consent, error) {
	c, err := all(ctx, q.r, scanConsent, `SELECT `+consentColumns+` FROM consents WHERE interview = $1 ORDER BY at, id`, interview)
	return c, wrap("list consents", err)
}

// LatestConsents returns the newest decision of each person, by person id. A person without one is not in it.
func (q *queries) LatestConsents(ctx context.Context, id string) (map[string]interview.Consent, error) {
	list, err := q.Consents(ctx, id)
	if err != nil {
		return nil, err
	}
	out := map[string]interview.Consent{}
	for _, c := range list {
		out[c.Person] = c
	}
	return out, nil
}
