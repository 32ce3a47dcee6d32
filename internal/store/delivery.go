package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"kikigaki/internal/interview"
)

// Types of events that webhooks can ask for.
const (
	HookState     = "state"      // an interview has another status, or waits for somebody else
	HookDraft     = "draft"      // a new version of a record
	HookComment   = "comment"    // a comment, reaction or dispute
	HookApproved  = "approved"   // a record was approved
	HookFailed    = "failed"     // processing stopped for good
	HookActionDue = "action_due" // something promised is due soon
	HookPing      = "ping"       // a test, sent when people ask for it
)

// HookTypes lists those that can be asked for.
var HookTypes = []string{HookState, HookDraft, HookComment, HookApproved, HookFailed, HookActionDue}

// Happening is what an event tells: ids, states, version numbers and codes, never words or names.
type Happening struct {
	Interview string           `json:"interview,omitempty"`
	Status    interview.Status `json:"status,omitempty"`
	Waiting   interview.Party  `json:"waiting_for,omitempty"`
	Draft     int              `json:"draft,omitempty"`
	Comment   string           `json:"comment,omitempty"`
	Action    string           `json:"action,omitempty"`
	Code      string           `json:"code,omitempty"`
	Step      string           `json:"step,omitempty"`
	Webhook   string           `json:"webhook,omitempty"` // of a ping
}

// DeliveryState is where a delivery stands.
type DeliveryState string

const (
	DeliveryWaiting DeliveryState = "waiting"
	DeliverySending DeliveryState = "sending" // taken by a sender; found again when that one dies
	DeliverySent    DeliveryState = "sent"
	DeliveryFailed  DeliveryState = "failed" // tried for the last time
)

// Delivery is one event on its way to one webhook.
type Delivery struct {
	ID        string // event id, a dot, webhook id
	Webhook   string
	Event     string
	Type      string
	Interview string
	Body      string
	State     DeliveryState
	Attempts  int
	NotBefore time.Time
	Code      string // of the last failure
	Status    int    // HTTP status of the last answer
	CreatedAt time.Time
	UpdatedAt time.Time
}

const deliveryColumns = `id, webhook, event, type, interview, body, state, attempts, not_before, code, status, created_at, updated_at`

func scanDelivery(s scanner) (d Delivery, err error) {
	err = s.Scan(&d.ID, &d.Webhook, &d.Event, &d.Type, &d.Interview, &d.Body, &d.State, &d.Attempts, into(&d.NotBefore), &d.Code, &d.Status,
		into(&d.CreatedAt), into(&d.UpdatedAt))
	return d, err
}

// event is the body of a delivery, as Standard Webhooks recommends it.
type event struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      Happening `json:"data"`
}

// Emit writes an event for every active webhook that wants its type. It belongs in the transaction of what it tells of.
func (q *queries) Emit(ctx context.Context, kind string, h Happening) error {
	return wrap("emit event", q.emit(ctx, kind, h, `active AND (events = '' OR events LIKE $10)`, `%"`+kind+`"%`))
}

// emitMove tells of a step that an interview has taken. A step from which nobody outside can tell the difference, such
// as an edit in review, is none.
func (q *queries) emitMove(ctx context.Context, t interview.Talk, ev interview.Event, from interview.Status, asked interview.Party) error {
	h := Happening{Interview: t.ID, Status: t.Status, Waiting: t.WaitingFor}
	if t.Status != from || t.WaitingFor != asked {
		if err := q.Emit(ctx, HookState, h); err != nil {
			return err
		}
	}
	switch {
	case ev == interview.ApprovedBy:
		return q.Emit(ctx, HookApproved, Happening{Interview: t.ID, Draft: t.Sealed})
	case ev == interview.Broke && t.Error != nil:
		return q.Emit(ctx, HookFailed, Happening{Interview: t.ID, Code: t.Error.Code, Step: t.Error.Step})
	}
	return nil
}

// PingWebhook writes a test event for one webhook, whatever it wants, and returns the event's id; not_found.
func (q *queries) PingWebhook(ctx context.Context, webhook string) (string, error) {
	if _, err := q.Webhook(ctx, webhook); err != nil {
		return "", err
	}
	id := eventID()
	err := q.emitAs(ctx, id, HookPing, Happening{Webhook: webhook}, `id = $10`, webhook)
	return id, wrap("ping webhook", err)
}

// eventID makes ids that sort by the microsecond, so that two events of one transaction are told in their order; the 80
// random bits are those of interview.NewID.
func eventID() string {
	return fmt.Sprintf("evt_%014x%s", interview.Now().UnixMicro(), interview.NewID()[10:])
}

func (q *queries) emit(ctx context.Context, kind string, h Happening, whom string, arg any) error {
	return q.emitAs(ctx, eventID(), kind, h, whom, arg)
}

// emitAs writes one event with one statement, which costs next to nothing while there is no webhook.
func (q *queries) emitAs(ctx context.Context, id, kind string, h Happening, whom string, arg any) error {
	now := interview.Now()
	body, err := json.Marshal(event{ID: id, Type: kind, Timestamp: now, Data: h})
	if err != nil {
		return codecError("encode an event")
	}
	_, err = q.exec(ctx, `INSERT INTO deliveries (id, webhook, event, type, interview, body, state, not_before, created_at, updated_at)
		SELECT $1 || '.' || id, id, $2, $3, $4, $5, $6, $7, $8, $9 FROM webhooks WHERE `+whom,
		id, id, kind, h.Interview, string(body), DeliveryWaiting, now, now, now, arg)
	return err
}

// DueWebhooks lists active webhooks with something to be sent now, longest waiting first, at most limit.
func (q *queries) DueWebhooks(ctx context.Context, limit int) ([]string, error) {
	ids, err := all(ctx, q.r, value[string], `SELECT d.webhook FROM deliveries d JOIN webhooks w ON w.id = d.webhook
		WHERE d.state IN ('waiting', 'sending') AND d.not_before <= $1 AND (w.active OR d.type = 'ping')
		GROUP BY d.webhook ORDER BY MIN(d.not_before), d.webhook LIMIT $2`, interview.Now(), limit)
	return ids, wrap("list webhooks with something due", err)
}

// TakeDeliveries takes up to limit deliveries of a webhook that are due, oldest event first, for sending within ttl:
// those of a sender that died come again after that. Attempts counts the takes. Two senders never take the same one. Of
// a webhook that is switched off only pings are taken.
func (q *queries) TakeDeliveries(ctx context.Context, webhook string, ttl time.Duration, limit int) (d []Delivery, err error) {
	now := interview.Now()
	err = q.begin(ctx, func(q *queries) error {
		d, err = all(ctx, q.w, scanDelivery, `UPDATE deliveries SET state = 'sending', attempts = attempts + 1, not_before = $2, updated_at = $1
			WHERE id IN (SELECT id FROM deliveries WHERE webhook = $4 AND state IN ('waiting', 'sending') AND not_before <= $1
				AND (type = 'ping' OR EXISTS (SELECT 1 FROM webhooks WHERE webhooks.id = $4 AND webhooks.active)) ORDER BY id LIMIT $3)
				AND state IN ('waiting', 'sending') AND not_before <= $1
			RETURNING `+deliveryColumns, now, now.Add(ttl), limit, webhook)
		return err
	})
	return d, wrap("take deliveries", err)
}

// Delivered ends a delivery well: the receiver answered with status. The webhook is no longer failing.
func (q *queries) Delivered(ctx context.Context, d Delivery, status int) error {
	err := q.begin(ctx, func(q *queries) error {
		now := interview.Now()
		if _, err := q.exec(ctx, `UPDATE webhooks SET delivered_at = $2, failing_since = NULL WHERE id = $1`, d.Webhook, now); err != nil {
			return err
		}
		_, err := q.exec(ctx, `UPDATE deliveries SET state = 'sent', code = '', status = $2, updated_at = $3 WHERE id = $1`, d.ID, status, now)
		return err
	})
	return wrap("end delivery", err)
}

// RetryDelivery puts a delivery off until notBefore, with what stood in its way, and notes since when the webhook fails.
func (q *queries) RetryDelivery(ctx context.Context, d Delivery, code string, status int, notBefore time.Time) error {
	return wrap("put delivery off", q.undelivered(ctx, d, DeliveryWaiting, code, status, notBefore))
}

// FailDelivery ends a delivery badly: it is not tried again unless people ask for it.
func (q *queries) FailDelivery(ctx context.Context, d Delivery, code string, status int) error {
	return wrap("fail delivery", q.undelivered(ctx, d, DeliveryFailed, code, status, d.NotBefore))
}

func (q *queries) undelivered(ctx context.Context, d Delivery, to DeliveryState, code string, status int, notBefore time.Time) error {
	return q.begin(ctx, func(q *queries) error {
		now := interview.Now()
		if _, err := q.exec(ctx, `UPDATE webhooks SET failing_since = COALESCE(failing_since, $2) WHERE id = $1`, d.Webhook, now); err != nil {
			return err
		}
		_, err := q.exec(ctx, `UPDATE deliveries SET state = $2, code = $3, status = $4, not_before = $5, updated_at = $6 WHERE id = $1 AND state = 'sending'`,
			d.ID, to, code, status, utc(notBefore), now)
		return err
	})
}

// ReturnDelivery gives a delivery back that was taken and not tried: the take does not count.
func (q *queries) ReturnDelivery(ctx context.Context, d Delivery, notBefore time.Time) error {
	_, err := q.exec(ctx, `UPDATE deliveries SET state = 'waiting', attempts = attempts - 1, not_before = $2, updated_at = $3
		WHERE id = $1 AND state = 'sending'`, d.ID, utc(notBefore), interview.Now())
	return wrap("return delivery", err)
}

// Redeliver has an event sent again, whatever became of it, under the same event id; not_found, or state_conflict while
// it is on its way.
func (q *queries) Redeliver(ctx context.Context, webhook, id string) (Delivery, error) {
	now := interview.Now()
	d, found, err := one(ctx, q.w, scanDelivery, `UPDATE deliveries SET state = 'waiting', attempts = 0, not_before = $3, updated_at = $3
		WHERE id = $1 AND webhook = $2 AND state <> 'sending' RETURNING `+deliveryColumns, id, webhook, now)
	if err == nil && !found {
		if _, err = q.Delivery(ctx, webhook, id); err == nil {
			err = interview.E("state_conflict", nil)
		}
	}
	return d, wrap("redeliver", err)
}

// Delivery returns a delivery of a webhook; not_found.
func (q *queries) Delivery(ctx context.Context, webhook, id string) (Delivery, error) {
	d, err := must(ctx, q.r, scanDelivery, `SELECT `+deliveryColumns+` FROM deliveries WHERE id = $1 AND webhook = $2`, id, webhook)
	return d, wrap("read delivery", err)
}

// Deliveries lists a webhook's deliveries, newest event first; state narrows when it is not empty.
func (q *queries) Deliveries(ctx context.Context, webhook string, state DeliveryState, page Page) ([]Delivery, string, error) {
	key, err := page.after(1)
	if err != nil {
		return nil, "", err
	}
	var w where
	w.add(`webhook = ?`, webhook)
	if state != "" {
		w.add(`state = ?`, state)
	}
	if key != nil {
		w.add(`id < ?`, key[0])
	}
	d, err := all(ctx, q.r, scanDelivery, `SELECT `+deliveryColumns+` FROM deliveries`+w.String()+` ORDER BY id DESC LIMIT `+w.arg(page.size()+1), w.args...)
	if err != nil {
		return nil, "", wrap("list deliveries", err)
	}
	d, next := cutPage(d, page, func(d Delivery) []string { return []string{d.ID} })
	return d, next, nil
}

// SweepDeliveries deletes deliveries that ended, or have waited at a webhook that is switched off, before a time.
func (q *queries) SweepDeliveries(ctx context.Context, before time.Time) (int64, error) {
	n, err := q.exec(ctx, `DELETE FROM deliveries WHERE updated_at < $1 AND (state IN ('sent', 'failed')
		OR webhook IN (SELECT id FROM webhooks WHERE NOT active))`, utc(before))
	return n, wrap("sweep deliveries", err)
}
