package store

import (
	"context"
	"slices"
	"time"

	"kikigaki/internal/interview"
)

// Webhook is an address of another program that is told what happens. Secret and OldSecret are sealed: the store cannot
// read them.
type Webhook struct {
	ID           string
	URL          string
	Events       []string // types it wants; none means all
	Active       bool
	Secret       string
	OldSecret    string     // signs beside Secret until OldUntil
	OldUntil     *time.Time //
	Stopped      string     // code of why the program stopped sending to it; "" when it did not
	FailingSince *time.Time // first failure after the last success
	DeliveredAt  *time.Time // last success
	MadeBy       string
	CreatedAt    time.Time
	UpdatedAt    time.Time // of what people change; a failing receiver does not touch it
}

// WebhookChange holds what is to change; nil fields stay.
type WebhookChange struct {
	URL    *string
	Events *[]string
	Active *bool
	Secret *string    // the present one becomes the old one
	Until  *time.Time // with Secret: how long the old one still signs
}

const webhookColumns = `id, url, events, active, secret, old_secret, old_until, stopped, failing_since, delivered_at, made_by, created_at, updated_at`

func scanWebhook(s scanner) (w Webhook, err error) {
	w.Events = []string{}
	err = s.Scan(&w.ID, &w.URL, decoded{&w.Events}, &w.Active, &w.Secret, &w.OldSecret, intoOpt(&w.OldUntil), &w.Stopped, intoOpt(&w.FailingSince),
		intoOpt(&w.DeliveredAt), &w.MadeBy, into(&w.CreatedAt), into(&w.UpdatedAt))
	return w, err
}

// wantedEvents is how the list of types is stored: ” for all, so that SQL can ask it.
func wantedEvents(types []string) any {
	if len(types) == 0 {
		return ""
	}
	return encoded{types}
}

// AddWebhook stores a webhook, active; an empty ID is filled in.
func (q *queries) AddWebhook(ctx context.Context, w Webhook) (Webhook, error) {
	if w.ID == "" {
		w.ID = interview.NewID()
	}
	w.Active, w.CreatedAt = true, interview.Now()
	w.UpdatedAt = w.CreatedAt
	w.Events = slices.Clone(w.Events)
	_, err := q.exec(ctx, `INSERT INTO webhooks (id, url, events, active, secret, made_by, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`, w.ID, w.URL, wantedEvents(w.Events), w.Active, w.Secret, w.MadeBy, w.CreatedAt)
	return w, wrap("add webhook", err)
}

// Webhook returns a webhook; not_found.
func (q *queries) Webhook(ctx context.Context, id string) (Webhook, error) {
	w, err := must(ctx, q.r, scanWebhook, `SELECT `+webhookColumns+` FROM webhooks WHERE id = $1`, id)
	return w, wrap("read webhook", err)
}

// Webhooks lists webhooks, oldest first.
func (q *queries) Webhooks(ctx context.Context, page Page) ([]Webhook, string, error) {
	key, err := page.after(1)
	if err != nil {
		return nil, "", err
	}
	var w where
	if key != nil {
		w.add(`id > ?`, key[0])
	}
	list, err := all(ctx, q.r, scanWebhook, `SELECT `+webhookColumns+` FROM webhooks`+w.String()+` ORDER BY id LIMIT `+w.arg(page.size()+1), w.args...)
	if err != nil {
		return nil, "", wrap("list webhooks", err)
	}
	list, next := cutPage(list, page, func(w Webhook) []string { return []string{w.ID} })
	return list, next, nil
}

// CountWebhooks returns how many there are.
func (q *queries) CountWebhooks(ctx context.Context) (int, error) {
	n, err := must(ctx, q.r, value[int], `SELECT COUNT(*) FROM webhooks`)
	return n, wrap("count webhooks", err)
}

// UpdateWebhook changes a webhook. seen is the updated_at the caller has read: precondition_failed when it changed
// since; the zero time does not ask. Switching one on, or giving it another address, lets it begin anew: what stopped it
// is forgotten and what waits goes out at once. not_found.
func (q *queries) UpdateWebhook(ctx context.Context, id string, seen time.Time, c WebhookChange) (w Webhook, err error) {
	err = q.begin(ctx, func(q *queries) error {
		if _, err := q.exec(ctx, `UPDATE webhooks SET active = active WHERE id = $1`, id); err != nil { // locks the row
			return err
		}
		if w, err = q.Webhook(ctx, id); err != nil {
			return err
		}
		if !seen.IsZero() && !w.UpdatedAt.Equal(utc(seen)) {
			return interview.E("precondition_failed", nil)
		}
		anew := c.URL != nil && *c.URL != w.URL || c.Active != nil && *c.Active && !w.Active
		set(&w.URL, c.URL)
		set(&w.Events, c.Events)
		set(&w.Active, c.Active)
		if c.Secret != nil {
			w.OldSecret, w.OldUntil = "", nil
			if c.Until != nil {
				w.OldSecret, w.OldUntil = w.Secret, c.Until
			}
			w.Secret = *c.Secret
		}
		if anew {
			w.Stopped, w.FailingSince = "", nil
		}
		w.UpdatedAt = later(w.UpdatedAt)
		if _, err := q.exec(ctx, `UPDATE webhooks SET url = $2, events = $3, active = $4, secret = $5, old_secret = $6, old_until = $7, stopped = $8,
			failing_since = $9, updated_at = $10 WHERE id = $1`, id, w.URL, wantedEvents(w.Events), w.Active, w.Secret, w.OldSecret, utcOpt(w.OldUntil),
			w.Stopped, utcOpt(w.FailingSince), w.UpdatedAt); err != nil || !anew {
			return err
		}
		_, err := q.exec(ctx, `UPDATE deliveries SET not_before = $2, attempts = 0 WHERE webhook = $1 AND state = 'waiting'`, id, interview.Now())
		return err
	})
	return w, wrap("update webhook", err)
}

// DeleteWebhook removes a webhook with everything that was or is to be sent to it; not_found.
func (q *queries) DeleteWebhook(ctx context.Context, id string) error {
	err := q.begin(ctx, func(q *queries) error {
		// Inactive first: nothing new is written for it while its rows go.
		n, err := q.exec(ctx, `UPDATE webhooks SET active = FALSE WHERE id = $1`, id)
		if err == nil && n == 0 {
			err = interview.E("not_found", nil)
		}
		if err != nil {
			return err
		}
		if _, err := q.exec(ctx, `DELETE FROM deliveries WHERE webhook = $1`, id); err != nil {
			return err
		}
		_, err = q.exec(ctx, `DELETE FROM webhooks WHERE id = $1`, id)
		return err
	})
	return wrap("delete webhook", err)
}

// StopWebhook switches a webhook off with the code of the reason, if nothing was delivered since since; it reports
// whether this call did it. Its waiting deliveries stay and go out when people switch it on again.
func (q *queries) StopWebhook(ctx context.Context, id, code string, since time.Time) (bool, error) {
	n, err := q.exec(ctx, `UPDATE webhooks SET active = FALSE, stopped = $2, updated_at = $3
		WHERE id = $1 AND active AND (delivered_at IS NULL OR delivered_at < $4)`, id, code, interview.Now(), utc(since))
	return n == 1, wrap("stop webhook", err)
}
