package api

import (
	"net/netip"
	"os"
	"strings"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/notify"
	"kikigaki/internal/store"
)

const hookURL = "https://hooks.example.com/in?key=k-1234"

func (w *world) webhook(more ...string) Webhook {
	w.t.Helper()
	var v Webhook
	w.call("ono", "POST", "/v1/webhooks", map[string]any{"url": hookURL, "events": append([]string{}, more...)}).want(201).into(&v)
	return v
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.webhook("approved", "failed")
	if !strings.HasPrefix(v.Secret, "whsec_") || !v.Active || v.URL != hookURL || strings.Join(v.Events, " ") != "approved failed" {
		t.Errorf("%+v", v)
	}
	path := "/v1/webhooks/" + v.ID
	r := w.call("ono", "GET", path, nil).want(200)
	var again Webhook
	r.into(&again)
	if again.Secret != "" || strings.Contains(string(r.body), v.Secret) {
		t.Error("the secret is shown twice")
	}
	tag := r.header.Get("ETag")
	// hr sees that there is one and how it fares, not the key in its address, and changes nothing.
	var page Page[Webhook]
	w.call("hayashi", "GET", "/v1/webhooks", nil).want(200).into(&page)
	if len(page.Items) != 1 || page.Items[0].URL != "https://hooks.example.com" {
		t.Errorf("%+v", page.Items)
	}
	w.call("hayashi", "PATCH", path, map[string]any{"active": false}).want(403, "forbidden")
	w.call("suzuki", "GET", "/v1/webhooks", nil).want(403, "forbidden")

	r = w.call("ono", "PATCH", path, map[string]any{"active": false, "events": []string{}}, "If-Match", tag).want(200)
	r.into(&again)
	if again.Active || len(again.Events) != 0 {
		t.Errorf("%+v", again)
	}
	w.call("ono", "PATCH", path, map[string]any{"active": true}, "If-Match", tag).want(412, "precondition_failed")
	w.call("ono", "PATCH", path, map[string]any{"active": true}, "If-Match", r.header.Get("ETag")).want(200)
	w.call("ono", "PATCH", path, map[string]any{}).want(422, "validation_failed")
	for _, bad := range []string{"http://hooks.example.com/", "https://localhost/", "https://127.0.0.1:8080/", "https://[::1]/", "https://169.254.169.254/", "https://10.0.0.8/x", "nonsense"} {
		w.call("ono", "POST", "/v1/webhooks", map[string]any{"url": bad}).want(422, "webhook_target_refused")
		w.call("ono", "PATCH", path, map[string]any{"url": bad}).want(422, "webhook_target_refused")
	}
	w.call("ono", "POST", "/v1/webhooks", map[string]any{"url": hookURL, "events": []string{"names"}}).want(422, "validation_failed")

	var fresh Webhook
	w.call("ono", "POST", path+"/secret", nil).want(200).into(&fresh)
	if fresh.Secret == v.Secret || !strings.HasPrefix(fresh.Secret, "whsec_") {
		t.Errorf("%q", fresh.Secret)
	}
	kept, err := w.store.Webhook(t.Context(), v.ID)
	check(t, err)
	vault, err := notify.NewHookVault(w.s.SecretKey)
	check(t, err)
	now, err := vault.Open(v.ID, kept.Secret)
	check(t, err)
	before, err := vault.Open(v.ID, kept.OldSecret)
	check(t, err)
	if now != fresh.Secret || before != v.Secret || kept.OldUntil == nil || !kept.OldUntil.After(interview.Now()) {
		t.Error("the worker would not find both secrets")
	}
	raw, err := os.ReadFile(w.file)
	check(t, err)
	wal, _ := os.ReadFile(w.file + "-wal")
	for _, s := range []string{v.Secret, fresh.Secret} {
		if strings.Contains(string(raw)+string(wal), s) {
			t.Error("a secret lies readable in the database")
		}
	}
	w.call("ono", "DELETE", path, nil).want(204)
	w.call("ono", "GET", path, nil).want(404, "not_found")
	w.call("ono", "DELETE", path, nil).want(404, "not_found")
	lines, _, err := w.store.Audit(t.Context(), store.AuditFilter{}, store.Page{Limit: 200})
	check(t, err)
	var done []string
	for _, l := range lines {
		if strings.HasPrefix(l.Action, "webhook_") {
			done = append(done, l.Action)
		}
	}
	if got := strings.Join(done, " "); got != "webhook_deleted webhook_secret_changed webhook_changed webhook_changed webhook_made" {
		t.Errorf("audit: %s", got)
	}
	if l := w.log.String(); strings.Contains(l, "k-1234") || strings.Contains(l, "whsec_") {
		t.Error("the log holds an address or a secret")
	}
}

func TestWebhookDeliveries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.webhook()
	talk := w.at(interview.Approved)
	path := "/v1/webhooks/" + v.ID + "/deliveries"
	var page Page[HookDelivery]
	w.call("hayashi", "GET", path+"?limit=200", nil).want(200).into(&page)
	var types []string
	for _, d := range page.Items {
		if d.Interview != talk.ID || d.State != "waiting" || !strings.HasPrefix(d.Event, "evt_") {
			t.Errorf("%+v", d)
		}
		types = append([]string{d.Type}, types...)
	}
	if got := strings.Join(types, " "); got != "state state state state state state draft state state approved" {
		t.Errorf("told: %s", got)
	}
	taken, err := w.store.TakeDeliveries(t.Context(), v.ID, 1<<40, 1)
	check(t, err)
	w.call("ono", "POST", path+"/"+taken[0].ID+"/redeliver", nil).want(409, "state_conflict")
	check(t, w.store.FailDelivery(t.Context(), taken[0], "webhook_rejected", 500))
	w.call("ono", "GET", path+"?state=failed", nil).want(200).into(&page)
	if len(page.Items) != 1 || page.Items[0].Status != 500 || page.Items[0].Reason == "" {
		t.Errorf("%+v", page.Items)
	}
	var d HookDelivery
	w.call("ono", "POST", path+"/"+taken[0].ID+"/redeliver", nil).want(202).into(&d)
	if d.Event != taken[0].Event || d.State != "waiting" || d.Attempts != 0 {
		t.Errorf("%+v", d)
	}
	w.call("hayashi", "POST", path+"/"+taken[0].ID+"/redeliver", nil).want(403, "forbidden")
	other := w.webhook()
	w.call("ono", "POST", "/v1/webhooks/"+other.ID+"/deliveries/"+taken[0].ID+"/redeliver", nil).want(404, "not_found")
	w.call("ono", "POST", "/v1/webhooks/"+v.ID+"/test", nil).want(202).into(&d)
	if d.Type != "ping" || d.State != "waiting" {
		t.Errorf("%+v", d)
	}
	w.call("ono", "GET", "/v1/webhooks/"+interview.NewID()+"/deliveries", nil).want(404, "not_found")
}

func TestWebhooksOfTheHouse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) { o.WebhookNetworks = []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")} })
	w.call("ono", "POST", "/v1/webhooks", map[string]any{"url": "http://10.1.0.9/in"}).want(201)
	w.call("ono", "POST", "/v1/webhooks", map[string]any{"url": "http://10.2.0.9/in"}).want(422, "webhook_target_refused")
}

// TestSecretsAreNotKeptForReplay: an answer that holds a secret is shown once, also when the call is repeated under its key.
func TestSecretsAreNotKeptForReplay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var token TokenMade
	w.call("suzuki", "POST", "/v1/tokens", map[string]any{"name": "script"}, "Idempotency-Key", "t1").want(201).into(&token)
	var hook Webhook
	w.call("ono", "POST", "/v1/webhooks", map[string]any{"url": hookURL}, "Idempotency-Key", "w1").want(201).into(&hook)
	if token.Secret == "" || hook.Secret == "" {
		t.Fatal("no secret at all")
	}
	raw, err := os.ReadFile(w.file)
	check(t, err)
	wal, _ := os.ReadFile(w.file + "-wal")
	for _, s := range []string{token.Secret, hook.Secret} {
		if strings.Contains(string(raw)+string(wal), s) {
			t.Error("a secret lies readable in the database")
		}
	}
	r := w.call("suzuki", "POST", "/v1/tokens", map[string]any{"name": "script"}, "Idempotency-Key", "t1").want(201)
	var again TokenMade
	r.into(&again)
	if again.ID != token.ID || again.Secret != "" || r.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("%+v %v", again, r.header)
	}
	var mine Page[Token]
	w.call("suzuki", "GET", "/v1/tokens", nil).want(200).into(&mine)
	if len(mine.Items) != 2 { // the world's own and this one, once
		t.Errorf("%d tokens", len(mine.Items))
	}
}
