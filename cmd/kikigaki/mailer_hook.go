package main

import (
	"context"

	"kikigaki/internal/interview"
	"kikigaki/internal/notify"
	"kikigaki/internal/store"
)

// hookStopped tells an operator that a webhook was stopped. One that has been switched on again, or is gone, needs no mail.
func (m *mailer) hookStopped(ctx context.Context, n store.Mail, to interview.Person) error {
	hook, err := m.store.Webhook(ctx, n.Subject)
	if err != nil {
		return err
	}
	if hook.Active || hook.Stopped == "" || !to.Has(interview.RoleAdmin) {
		return unwanted("it is no longer stopped, or no longer this person's concern")
	}
	now := m.now()
	if at := m.calendar.When(notify.HookStopped, now); at.After(now) {
		return &interview.Error{Code: "mail_quiet", Wait: at.Sub(now)}
	}
	msg, err := notify.Render(notify.HookStopped, to.Language, map[string]string{"to_name": to.Name, "url": m.base + "/settings", "code": hook.Stopped,
		"settings_url": m.base + "/settings", "company": m.company, "contact": m.desk(to.Language)})
	if err != nil {
		return interview.E("internal_error", err)
	}
	return m.sender.Send(ctx, notify.Mail{ID: n.ID, Name: to.Name, Address: to.Email, Message: msg})
}
