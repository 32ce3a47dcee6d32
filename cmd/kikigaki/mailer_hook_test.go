package main

import (
	"strings"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/notify"
	"kikigaki/internal/store"
)

// TestMailOfAStoppedWebhook: the operator reads the reason's code and where to look, not the address, which may hold a key;
// and nothing once it was switched on again.
func TestMailOfAStoppedWebhook(t *testing.T) {
	t.Parallel()
	w := newMailWorld(t, interview.InReview, interview.ForEmployee, nil)
	ctx := t.Context()
	operator, err := w.store.AddPerson(ctx, interview.Person{Email: "op@example.com", Name: "運用", Language: "ja", Roles: []interview.Role{interview.RoleAdmin}})
	if err != nil {
		t.Fatal(err)
	}
	hook, err := w.store.AddWebhook(ctx, store.Webhook{URL: "https://hooks.example.com/k-1234", Secret: "sealed", MadeBy: operator.ID})
	if err != nil {
		t.Fatal(err)
	}
	if did, err := w.store.StopWebhook(ctx, hook.ID, "webhook_unreachable", interview.Now()); err != nil || !did {
		t.Fatal(did, err)
	}
	n := store.Mail{ID: interview.NewID(), Person: operator.ID, Kind: string(notify.HookStopped), Subject: hook.ID}
	if err := w.Send(ctx, n); err != nil {
		t.Fatal(err)
	}
	subjects, texts := w.box.take(t)
	if len(subjects) != 1 || !strings.Contains(subjects[0], "Webhook") || strings.Contains(texts[0], "k-1234") {
		t.Errorf("%v\n%v", subjects, texts)
	}
	n.Person = w.yamada.ID // no operator
	if err := w.Send(ctx, n); interview.Code(err) != "not_found" {
		t.Errorf("somebody else is told: %v", err)
	}
	n.Person = operator.ID
	yes := true
	if _, err := w.store.UpdateWebhook(ctx, hook.ID, time.Time{}, store.WebhookChange{Active: &yes}); err != nil {
		t.Fatal(err)
	}
	if err := w.Send(ctx, n); interview.Code(err) != "not_found" {
		t.Errorf("it runs again: %v", err)
	}
}
