package storetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func hook(t testing.TB, s *store.Store, events ...string) store.Webhook {
	t.Helper()
	w, err := s.AddWebhook(t.Context(), store.Webhook{URL: "https://hooks.example.com/a", Events: events, Secret: "sealed", MadeBy: "admin"})
	check(t, err)
	return w
}

// told lists what waits for a webhook, as "type data", oldest first.
func told(t testing.TB, s *store.Store, webhook string) []string {
	t.Helper()
	list, _, err := s.Deliveries(t.Context(), webhook, "", store.Page{Limit: 200})
	check(t, err)
	out := make([]string, len(list))
	for i, d := range list {
		var e struct {
			ID, Type string
			Data     json.RawMessage
		}
		check(t, json.Unmarshal([]byte(d.Body), &e))
		equal(t, "id and type of the body", e.ID+e.Type, d.Event+d.Type)
		out[len(list)-1-i] = e.Type + " " + string(e.Data)
	}
	return out
}

func webhooks(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	w := hook(t, s, store.HookApproved, store.HookFailed)
	got, err := s.Webhook(ctx, w.ID)
	check(t, err)
	equal(t, "stored", fmt.Sprintln(got.URL, got.Events, got.Active, got.Secret, got.MadeBy, got.UpdatedAt.Equal(w.UpdatedAt)), "https://hooks.example.com/a [approved failed] true sealed admin true\n")
	hook(t, s)
	page, next, err := s.Webhooks(ctx, store.Page{Limit: 1})
	check(t, err)
	rest, end, err := s.Webhooks(ctx, store.Page{Limit: 1, Cursor: next})
	check(t, err)
	equal(t, "pages", fmt.Sprint(len(page), len(rest), end == "", (page[0].ID == w.ID) != (rest[0].ID == w.ID)), "1 1 true true") // in the order of their ids, which within a millisecond is none
	n, err := s.CountWebhooks(ctx)
	check(t, err)
	equal(t, "count", n, 2)

	fresh, until, events := "sealed 2", interview.Now().Add(time.Hour), []string{}
	changed, err := s.UpdateWebhook(ctx, w.ID, w.UpdatedAt, store.WebhookChange{Secret: &fresh, Until: &until, Events: &events})
	check(t, err)
	_, err = s.UpdateWebhook(ctx, w.ID, w.UpdatedAt, store.WebhookChange{Secret: &fresh})
	code(t, err, "precondition_failed")
	got, err = s.Webhook(ctx, w.ID)
	check(t, err)
	equal(t, "changed", fmt.Sprintln(got.Secret, got.OldSecret, got.OldUntil.Equal(until), got.Events, got.UpdatedAt.Equal(changed.UpdatedAt)), "sealed 2 sealed true [] true\n")
	check(t, s.DeleteWebhook(ctx, w.ID))
	code(t, s.DeleteWebhook(ctx, w.ID), "not_found")
	_, err = s.Webhook(ctx, w.ID)
	code(t, err, "not_found")
	_, err = s.UpdateWebhook(ctx, w.ID, time.Time{}, store.WebhookChange{Secret: &fresh})
	code(t, err, "not_found")
	_, err = s.PingWebhook(ctx, w.ID)
	code(t, err, "not_found")
}

// eventsOfChanges: every change that can be seen from outside is told in its own transaction, to those who want it, and
// holds no word.
func eventsOfChanges(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	all, some, off := hook(t, s), hook(t, s, store.HookApproved, store.HookFailed), hook(t, s)
	no := false
	_, err := s.UpdateWebhook(ctx, off.ID, time.Time{}, store.WebhookChange{Active: &no})
	check(t, err)
	v := talk(t, s, interview.Drafting)
	check(t, s.PutDraft(ctx, draft(v.ID, canary), 0))
	_, err = s.Move(ctx, store.MoveInput{ID: v.ID, Event: interview.DraftToReview})
	check(t, err)
	c, err := s.AddComment(ctx, interview.Comment{Interview: v.ID, Draft: 1, Kind: "comment", Text: canary, Author: v.Employee})
	check(t, err)
	_, err = s.Move(ctx, store.MoveInput{ID: v.ID, Event: interview.EditMade}) // nothing anybody outside could tell
	check(t, err)
	err = s.Tx(ctx, func(tx *store.Tx) error { // what does not happen is not told
		if _, err := tx.Move(ctx, store.MoveInput{ID: v.ID, Event: interview.ChangesRequested}); err != nil {
			return err
		}
		return interview.E("state_conflict", nil)
	})
	code(t, err, "state_conflict")
	_, err = s.Move(ctx, store.MoveInput{ID: v.ID, Event: interview.ApprovedBy, Sealed: 1})
	check(t, err)
	check(t, s.EraseTalk(ctx, v.ID, interview.EraseAsked, "hr", "test"))
	f := talk(t, s, interview.Preparing)
	_, err = s.Move(ctx, store.MoveInput{ID: f.ID, Event: interview.Broke, Error: &interview.Trouble{Code: "recording_damaged", Step: "prepare", Args: map[string]string{"x": canary}}})
	check(t, err)
	_, err = s.PingWebhook(ctx, some.ID)
	check(t, err)

	id := `"interview":"` + v.ID + `"`
	equal(t, "all", strings.Join(told(t, s, all.ID), "\n"), strings.Join([]string{
		`state {` + id + `,"status":"drafting"}`,
		`draft {` + id + `,"draft":1}`,
		`state {` + id + `,"status":"in_review","waiting_for":"employee"}`,
		`comment {` + id + `,"draft":1,"comment":"` + c.ID + `"}`,
		`state {` + id + `,"status":"approved"}`,
		`approved {` + id + `,"draft":1}`,
		`state {` + id + `,"status":"erased"}`,
		`state {"interview":"` + f.ID + `","status":"preparing"}`,
		`state {"interview":"` + f.ID + `","status":"failed","waiting_for":"interviewer"}`,
		`failed {"interview":"` + f.ID + `","code":"recording_damaged","step":"prepare"}`,
	}, "\n"))
	equal(t, "some", strings.Join(told(t, s, some.ID), "\n"), strings.Join([]string{
		`approved {` + id + `,"draft":1}`,
		`failed {"interview":"` + f.ID + `","code":"recording_damaged","step":"prepare"}`,
		`ping {"webhook":"` + some.ID + `"}`,
	}, "\n"))
	equal(t, "switched off", len(told(t, s, off.ID)), 0)
}

func deliveries(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	w := hook(t, s)
	v := talk(t, s, interview.InReview) // the first event
	take := func(ttl time.Duration) []store.Delivery {
		t.Helper()
		d, err := s.TakeDeliveries(ctx, w.ID, ttl, 10)
		check(t, err)
		return d
	}
	due, err := s.DueWebhooks(ctx, 10)
	check(t, err)
	equal(t, "due", len(due) == 1 && due[0] == w.ID, true)
	d := take(30 * time.Millisecond)
	equal(t, "taken", len(d) == 1 && d[0].Attempts == 1 && d[0].Interview == v.ID && d[0].State == store.DeliverySending, true)
	_, err = s.Redeliver(ctx, w.ID, d[0].ID)
	code(t, err, "state_conflict")
	eventually(t, "a dead sender's delivery comes again", func() bool {
		d, err = s.TakeDeliveries(ctx, w.ID, time.Hour, 10)
		return err == nil && len(d) == 1
	})
	equal(t, "attempts", d[0].Attempts, 2)
	equal(t, "taken twice", len(take(time.Hour)), 0)

	check(t, s.RetryDelivery(ctx, d[0], "webhook_rejected", 500, interview.Now().Add(time.Hour)))
	failing, err := s.Webhook(ctx, w.ID)
	check(t, err)
	equal(t, "failing since", failing.FailingSince != nil && failing.UpdatedAt.Equal(w.UpdatedAt), true)
	equal(t, "put off", len(take(time.Hour)), 0)
	again, err := s.Redeliver(ctx, w.ID, d[0].ID)
	check(t, err)
	equal(t, "redelivered", again.Event == d[0].Event && again.Attempts == 0, true)
	d = take(time.Hour)
	equal(t, "taken again", len(d) == 1 && d[0].Attempts == 1, true)
	check(t, s.ReturnDelivery(ctx, d[0], interview.Now().Add(-time.Second)))
	d = take(time.Hour)
	equal(t, "a take given back does not count", d[0].Attempts, 1)
	check(t, s.FailDelivery(ctx, d[0], "webhook_rejected", 400))
	one, err := s.Delivery(ctx, w.ID, d[0].ID)
	check(t, err)
	equal(t, "failed", fmt.Sprintln(one.State, one.Code, one.Status), "failed webhook_rejected 400\n")
	equal(t, "failed is not taken", len(take(time.Hour)), 0)

	// Who has delivered since is not stopped; who has not is, once, and keeps what waits until people switch it on.
	stopped, err := s.StopWebhook(ctx, w.ID, "webhook_rejected", one.CreatedAt)
	check(t, err)
	twice, err := s.StopWebhook(ctx, w.ID, "webhook_rejected", one.CreatedAt)
	check(t, err)
	equal(t, "stopped", fmt.Sprint(stopped, twice), "true false")
	_, err = s.Redeliver(ctx, w.ID, d[0].ID)
	check(t, err)
	equal(t, "off: nothing is taken", len(take(time.Hour)), 0)
	due, err = s.DueWebhooks(ctx, 10)
	check(t, err)
	equal(t, "off: nothing is due", len(due), 0)
	_, err = s.PingWebhook(ctx, w.ID)
	check(t, err)
	ping := take(time.Hour)
	equal(t, "but a test", len(ping) == 1 && ping[0].Type == store.HookPing, true)
	check(t, s.Delivered(ctx, ping[0], 204))
	yes := true
	on, err := s.UpdateWebhook(ctx, w.ID, time.Time{}, store.WebhookChange{Active: &yes})
	check(t, err)
	equal(t, "on", on.Stopped == "" && on.FailingSince == nil && on.DeliveredAt != nil, true)
	d = take(time.Hour)
	equal(t, "what waited goes out", len(d), 1)
	check(t, s.Delivered(ctx, d[0], 200))
	stopped, err = s.StopWebhook(ctx, w.ID, "webhook_rejected", one.CreatedAt)
	check(t, err)
	equal(t, "it has delivered since", stopped, false)

	n, err := s.SweepDeliveries(ctx, interview.Now().Add(time.Second))
	check(t, err)
	equal(t, "swept", n, 2)
}

func deliveriesTakenOnce(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	w := hook(t, s)
	for range 30 {
		check(t, s.Emit(ctx, store.HookState, store.Happening{Interview: "x", Status: interview.InReview}))
	}
	taken := make([][]store.Delivery, racers)
	for _, err := range race(racers, func(i int) error {
		var err error
		taken[i], err = s.TakeDeliveries(ctx, w.ID, time.Hour, 4)
		return err
	}) {
		check(t, err)
	}
	seen := map[string]bool{}
	for _, list := range taken {
		for _, d := range list {
			if seen[d.ID] {
				t.Errorf("%s was taken twice", d.ID)
			}
			seen[d.ID] = true
		}
	}
	for len(seen) < 30 { // losers of the race took less than there was
		list, err := s.TakeDeliveries(ctx, w.ID, time.Hour, 30)
		check(t, err)
		if len(list) == 0 {
			t.Fatalf("%d of 30 were taken", len(seen))
		}
		for _, d := range list {
			seen[d.ID] = true
		}
	}
}
