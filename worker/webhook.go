package worker

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/notify"
	"kikigaki/internal/store"
)

// HookSender delivers one event to one address; see notify.HookSender.
type HookSender interface {
	Send(ctx context.Context, c notify.HookCall) (status int, err error)
}

// HookVault opens the sealed secrets of webhooks; see notify.HookVault.
type HookVault interface {
	Open(id, sealed string) (string, error)
}

// Rhythm of deliveries.
const (
	hookRound   = time.Second
	hookBatch   = 10              // of one webhook, taken at a time
	hookTTL     = 5 * time.Minute // longer than a batch of the slowest receiver takes
	hookSenders = 16              // webhooks served at once by this process
	hookRest    = time.Minute     // how long a receiver that cannot be reached is left alone
	hookKept    = 30 * 24 * time.Hour
)

// hookWaits are the waits after each try, as Standard Webhooks recommends: with the first try at once, ten tries over
// three days.
var hookWaits = []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour,
	20 * time.Hour, 24 * time.Hour}

// hooks delivers events until ctx ends. Each webhook is served by one goroutine of this process at a time, so that a slow
// receiver keeps nobody waiting but itself.
func (w *Worker) hooks(ctx context.Context) {
	if w.Hooks == nil || w.HookVault == nil {
		return
	}
	tick := time.NewTicker(w.o.HookRound)
	defer tick.Stop()
	var busy busyHooks
	var all sync.WaitGroup
	defer all.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		due, err := w.Store.DueWebhooks(ctx, 200)
		if err != nil {
			if ctx.Err() == nil {
				w.Log.WarnContext(ctx, "cannot read due events", "code", interview.Code(err))
			}
			continue
		}
		for _, id := range due {
			if busy.begin(id, hookSenders) {
				all.Go(func() {
					defer busy.end(id)
					if w.serveHook(ctx, id) {
						busy.rest(id, interview.Now().Add(min(hookRest, 60*w.o.HookRound)))
					}
				})
			}
		}
	}
}

// busyHooks are the webhooks that are being served, or left alone for a while.
type busyHooks struct {
	mu      sync.Mutex
	busy    map[string]bool
	resting map[string]time.Time
}

func (b *busyHooks) begin(id string, most int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.busy == nil {
		b.busy, b.resting = map[string]bool{}, map[string]time.Time{}
	}
	if b.busy[id] || len(b.busy) >= most || interview.Now().Before(b.resting[id]) {
		return false
	}
	delete(b.resting, id)
	b.busy[id] = true
	return true
}

func (b *busyHooks) end(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.busy, id)
}

func (b *busyHooks) rest(id string, until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.resting[id] = until
}

// serveHook sends what is due to one webhook, in the order of the events. It reports whether the receiver cannot be
// reached: what was taken is then given back, since trying each in turn would only count their tries away.
func (w *Worker) serveHook(ctx context.Context, id string) (unreachable bool) {
	hook, err := w.Store.Webhook(ctx, id)
	if err != nil {
		return false // deleted meanwhile, or the database is away: the next round sees
	}
	batch, err := w.Store.TakeDeliveries(ctx, id, hookTTL, hookBatch)
	if err != nil {
		w.Log.WarnContext(ctx, "cannot take events", "webhook", id, "code", interview.Code(err))
		return false
	}
	note := func(d store.Delivery, err error) {
		if err != nil { // it comes again after hookTTL, under the same id
			w.Log.WarnContext(ctx, "cannot note what became of an event", "webhook", id, "event", d.Event, "code", interview.Code(err))
		}
	}
	after := context.WithoutCancel(ctx)
	for i, d := range batch {
		code, status, err := w.sendHook(ctx, hook, d)
		switch {
		case ctx.Err() != nil: // our own stop: what was not answered is not counted
			if err == nil {
				note(d, w.Store.Delivered(after, d, status))
				i++
			}
			for _, rest := range batch[i:] {
				note(rest, w.Store.ReturnDelivery(after, rest, interview.Now()))
			}
			return false
		case err == nil:
			note(d, w.Store.Delivered(after, d, status))
			continue
		}
		w.undelivered(after, d, err, code, status, note)
		if code == "webhook_rejected" && status != http.StatusTooManyRequests && status < http.StatusBadGateway {
			continue // it is there, and refuses this one
		}
		for _, rest := range batch[i+1:] {
			note(rest, w.Store.ReturnDelivery(after, rest, interview.Now().Add(min(hookRest, 60*w.o.HookRound))))
		}
		return true
	}
	return false
}

func (w *Worker) sendHook(ctx context.Context, hook store.Webhook, d store.Delivery) (code string, status int, err error) {
	call := notify.HookCall{URL: hook.URL, ID: d.Event, Body: []byte(d.Body)}
	sealed := []string{hook.Secret}
	if hook.OldSecret != "" && hook.OldUntil != nil && interview.Now().Before(*hook.OldUntil) {
		sealed = append(sealed, hook.OldSecret)
	}
	for i, s := range sealed {
		secret, err := w.HookVault.Open(hook.ID, s)
		if err != nil && i > 0 {
			break // the installation's key changed: the old secret is lost, the new one signs alone
		}
		if err != nil {
			return interview.Code(err), 0, err
		}
		call.Secrets = append(call.Secrets, secret)
	}
	started := time.Now()
	status, err = w.Hooks.Send(ctx, call)
	if err == nil {
		w.Log.InfoContext(ctx, "event delivered", "webhook", hook.ID, "event", d.Event, "type", d.Type, "status", status, "attempt", d.Attempts,
			"ms", time.Since(started).Milliseconds())
		return "", status, nil
	}
	return interview.Code(err), status, err
}

// undelivered decides what becomes of an event that did not arrive, and of its webhook.
func (w *Worker) undelivered(ctx context.Context, d store.Delivery, err error, code string, status int, note func(store.Delivery, error)) {
	log := w.Log.With("webhook", d.Webhook, "event", d.Event, "type", d.Type, "code", code, "status", status, "attempt", d.Attempts)
	switch {
	case code == "webhook_gone", code == "webhook_secret_lost":
		note(d, w.Store.FailDelivery(ctx, d, code, status))
		w.stopHook(ctx, d.Webhook, code, interview.Now())
	case d.Type == store.HookPing: // somebody is looking at it: one try, one answer
		note(d, w.Store.FailDelivery(ctx, d, code, status))
		log.InfoContext(ctx, "test event not delivered")
	case d.Attempts > len(w.o.HookWaits):
		log.ErrorContext(ctx, "event not delivered for good")
		note(d, w.Store.FailDelivery(ctx, d, code, status))
		w.stopHook(ctx, d.Webhook, code, d.CreatedAt) // unless it took others since: then it is this one that it refuses
	default:
		wait := w.o.HookWaits[d.Attempts-1]
		wait = max(waitOf(err), wait-wait/10+rand.N(wait/5+1))
		log.WarnContext(ctx, "event will be sent again", "wait", wait.String())
		note(d, w.Store.RetryDelivery(ctx, d, code, status, interview.Now().Add(wait)))
	}
}

// stopHook switches a webhook off that has taken nothing since since, and tells the operators.
func (w *Worker) stopHook(ctx context.Context, id, code string, since time.Time) {
	stopped := false
	err := w.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if stopped, err = tx.StopWebhook(ctx, id, code, since); err != nil || !stopped {
			return err
		}
		if err := tx.AddAudit(ctx, interview.AuditEvent{Actor: "system", Action: "webhook_stopped", Object: id, Reason: code}); err != nil {
			return err
		}
		key := "webhook_stopped:" + id + ":" + strconv.FormatInt(interview.Now().UnixMicro(), 36) + ":"
		on := false
		return eachPage(func(p store.Page) ([]interview.Person, string, error) {
			return tx.People(ctx, store.PersonFilter{Role: interview.RoleAdmin, Disabled: &on}, p)
		}, func(p interview.Person) error {
			_, err := tx.AddMail(ctx, store.Mail{Person: p.ID, Kind: string(notify.HookStopped), Subject: id, Dedupe: key + p.ID})
			return err
		})
	})
	if err != nil {
		w.Log.WarnContext(ctx, "cannot stop a webhook", "webhook", id, "code", interview.Code(err))
		return
	}
	if stopped {
		w.Log.ErrorContext(ctx, "webhook stopped: the operator must look at it", "webhook", id, "code", code)
	}
}

// sweepHooks forgets deliveries that ended a month ago.
func (w *Worker) sweepHooks(ctx context.Context) error {
	_, err := w.Store.SweepDeliveries(ctx, interview.Now().Add(-hookKept))
	return err
}
