package store

import (
	"context"
	"time"

	"kikigaki/internal/interview"
)

// MailState is where a notification stands.
type MailState string

const (
	MailWaiting MailState = "waiting"
	MailSending MailState = "sending" // taken by a sender; found again when that one dies
	MailSent    MailState = "sent"
	MailFailed  MailState = "failed"
	MailDropped MailState = "dropped" // no longer wanted: answered meanwhile, erased, switched off
)

// Mail is a notification to one person. It holds ids; the text is made when it is sent.
type Mail struct {
	ID        string    `json:"id"`
	Person    string    `json:"person"`
	Kind      string    `json:"kind"`
	Interview string    `json:"interview,omitempty"`
	Subject   string    `json:"subject,omitempty"` // id of what it is about: comment, action item, …
	Dedupe    string    `json:"-"`                 // one notification per key, ever
	NotBefore time.Time `json:"not_before"`
	State     MailState `json:"state"`
	Attempts  int       `json:"attempts"`
	Code      string    `json:"code,omitempty"`
	MessageID string    `json:"message_id,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

const mailColumns = `id, person, kind, interview, subject, dedupe, not_before, state, attempts, code, message_id, created_at, updated_at`

func scanMail(s scanner) (m Mail, err error) {
	err = s.Scan(&m.ID, &m.Person, &m.Kind, &m.Interview, &m.Subject, &m.Dedupe, into(&m.NotBefore), &m.State, &m.Attempts, &m.Code, &m.MessageID,
		into(&m.CreatedAt), into(&m.UpdatedAt))
	return m, err
}

// AddMail stores a notification to be sent; one with the same Dedupe key already there makes it do nothing. MessageID
// is fixed here, so that a second try after a lost reply is the same mail to the receiver.
func (q *queries) AddMail(ctx context.Context, m Mail) (added bool, err error) {
	if m.ID == "" {
		m.ID = interview.NewID()
	}
	if m.Dedupe == "" {
		m.Dedupe = m.ID
	}
	if m.NotBefore, m.CreatedAt, err = q.due(ctx, m.NotBefore); err != nil {
		return false, wrap("add mail", err)
	}
	m.State = MailWaiting
	n, err := q.exec(ctx, `INSERT INTO mails (`+mailColumns+`) VALUES `+values(1, 13)+` ON CONFLICT (dedupe) DO NOTHING`, m.ID, m.Person, m.Kind,
		m.Interview, m.Subject, m.Dedupe, m.NotBefore, m.State, 0, "", m.MessageID, m.CreatedAt, m.CreatedAt)
	return n == 1, wrap("add mail", err)
}

// Mail returns a notification; not_found.
func (q *queries) Mail(ctx context.Context, id string) (Mail, error) {
	m, err := must(ctx, q.r, scanMail, `SELECT `+mailColumns+` FROM mails WHERE id = $1`, id)
	return m, wrap("read mail", err)
}

// TakeMails takes up to limit notifications that are due, for sending within ttl: those of a sender that died come
// again after that. Attempts counts the takes. Two senders never take the same one.
func (q *queries) TakeMails(ctx context.Context, ttl time.Duration, limit int) (m []Mail, err error) {
	now, err := q.now(ctx)
	if err != nil {
		return nil, wrap("take mails", err)
	}
	err = q.begin(ctx, func(q *queries) error {
		m, err = all(ctx, q.w, scanMail, `UPDATE mails SET state = 'sending', attempts = attempts + 1, not_before = $2, updated_at = $1
		WHERE id IN (SELECT id FROM mails WHERE state IN ('waiting', 'sending') AND not_before <= $1 ORDER BY not_before, id LIMIT $3)
			AND state IN ('waiting', 'sending') AND not_before <= $1
		RETURNING `+mailColumns, now, now.Add(ttl), limit)
		return err
	})
	return m, wrap("take mails", err)
}

// SentMail ends a notification well.
func (q *queries) SentMail(ctx context.Context, id, messageID string) error {
	_, err := q.exec(ctx, `UPDATE mails SET state = 'sent', code = '', message_id = $2, updated_at = $3 WHERE id = $1`, id, messageID, interview.Now())
	return wrap("end mail", err)
}

// RetryMail puts a notification off until notBefore, with the code of what stood in its way.
func (q *queries) RetryMail(ctx context.Context, id, code string, notBefore time.Time) error {
	due, now, err := q.due(ctx, notBefore)
	if err != nil {
		return wrap("put mail off", err)
	}
	_, err = q.exec(ctx, `UPDATE mails SET state = 'waiting', code = $2, not_before = $3, updated_at = $4 WHERE id = $1 AND state = 'sending'`,
		id, code, due, now)
	return wrap("put mail off", err)
}

// EndMail ends a notification as failed or dropped, with a code.
func (q *queries) EndMail(ctx context.Context, id string, to MailState, code string) error {
	_, err := q.exec(ctx, `UPDATE mails SET state = $2, code = $3, updated_at = $4 WHERE id = $1 AND state IN ('waiting', 'sending')`,
		id, to, code, interview.Now())
	return wrap("end mail", err)
}

// DropMails drops the waiting notifications of an interview, of the given kinds or of all when none are given.
func (q *queries) DropMails(ctx context.Context, id string, kinds ...string) error {
	w := where{}
	now := w.arg(interview.Now())
	w.add(`interview = ?`, id)
	if len(kinds) > 0 {
		w.in(`kind`, kinds)
	}
	_, err := q.exec(ctx, `UPDATE mails SET state = 'dropped', updated_at = `+now+w.String()+` AND state = 'waiting'`, w.args...)
	return wrap("drop mails", err)
}

// MailsOf lists a person's notifications, newest first, with the state of each: what is shown in the app.
func (q *queries) MailsOf(ctx context.Context, person string, page Page) ([]Mail, string, error) {
	key, err := page.after(1)
	if err != nil {
		return nil, "", err
	}
	var w where
	w.add(`person = ?`, person)
	if key != nil {
		w.add(`id < ?`, key[0])
	}
	m, err := all(ctx, q.r, scanMail, `SELECT `+mailColumns+` FROM mails`+w.String()+` ORDER BY id DESC LIMIT `+w.arg(page.size()+1), w.args...)
	if err != nil {
		return nil, "", wrap("list mails", err)
	}
	m, next := cutPage(m, page, func(m Mail) []string { return []string{m.ID} })
	return m, next, nil
}
