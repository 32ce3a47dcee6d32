package api

import (
	"context"
	"slices"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/notify"
	"kikigaki/internal/store"
)

const (
	maxWebhooks   = 50
	oldSecretLife = day // how long the secret before still signs beside a new one
)

// webhookView shows a webhook. Paths and queries of such addresses are often secrets: only those who may change them see
// them.
func webhookView(c *call, w store.Webhook) Webhook {
	v := Webhook{ID: w.ID, URL: w.URL, Events: w.Events, Active: w.Active, Stopped: w.Stopped, FailingSince: w.FailingSince, DeliveredAt: w.DeliveredAt,
		CreatedAt: w.CreatedAt, UpdatedAt: w.UpdatedAt, Reason: reasonText(w.Stopped, c.lang)}
	if interview.JudgeAccount(c.person, interview.ActOperate) != nil {
		v.URL = originOf(w.URL)
	}
	return v
}

// reasonText is a stored code in words; "" for none.
func reasonText(code, lang string) string {
	if code == "" {
		return ""
	}
	return (&interview.Error{Code: code}).Text(lang)
}

func (s *Server) listWebhooks(ctx context.Context, in *Paging) (*Body[Page[Webhook]], error) {
	list, next, err := s.Store.Webhooks(ctx, in.page())
	if err != nil {
		return nil, err
	}
	out := []Webhook{}
	for _, w := range list {
		out = append(out, webhookView(callOf(ctx), w))
	}
	return &Body[Page[Webhook]]{pageOf(out, next)}, nil
}

func (s *Server) getWebhook(ctx context.Context, in *OnWebhook) (*Tagged[Webhook], error) {
	w, err := s.Store.Webhook(ctx, in.Webhook)
	if err != nil {
		return nil, err
	}
	return &Tagged[Webhook]{etag(w.UpdatedAt), webhookView(callOf(ctx), w)}, nil
}

// target refuses an address that can be told to lead inside. What its name leads to is judged again at each delivery.
func (s *Server) target(address string) error {
	if _, err := notify.NewHookTargets(s.WebhookNetworks).Parse(address); err != nil {
		return &interview.Error{Code: "webhook_target_refused", Fields: []interview.Field{{Name: "url", Code: "refused"}}}
	}
	return nil
}

// sealedSecret draws a secret for a webhook.
func (s *Server) sealedSecret(id string) (secret, sealed string, err error) {
	if s.vault == nil {
		return "", "", interview.E("internal_error", nil)
	}
	if secret, err = notify.NewHookSecret(); err != nil {
		return "", "", err
	}
	sealed, err = s.vault.Seal(id, secret)
	return secret, sealed, err
}

// makeWebhook makes a webhook. Its secret is in this answer and nowhere else.
func (s *Server) makeWebhook(ctx context.Context, in *webhookNewIn) (*Tagged[Webhook], error) {
	c := callOf(ctx)
	if err := s.target(in.Body.URL); err != nil {
		return nil, err
	}
	n, err := s.Store.CountWebhooks(ctx)
	if err != nil {
		return nil, err
	}
	if n >= maxWebhooks {
		return nil, invalid("url", "too_many")
	}
	w := store.Webhook{ID: interview.NewID(), URL: in.Body.URL, Events: in.Body.Events, MadeBy: c.person.ID}
	secret, sealed, err := s.sealedSecret(w.ID)
	if err != nil {
		return nil, err
	}
	w.Secret = sealed
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if w, err = tx.AddWebhook(ctx, w); err != nil {
			return err
		}
		return audit(ctx, tx, "webhook_made", w.ID, "")
	})
	if err != nil {
		return nil, err
	}
	v := webhookView(c, w)
	v.Secret = secret
	return &Tagged[Webhook]{etag(w.UpdatedAt), v}, nil
}

func (s *Server) changeWebhook(ctx context.Context, in *webhookChangeIn) (*Tagged[Webhook], error) {
	seen, err := seenAt(in.IfMatch.IfMatch, false)
	if err != nil {
		return nil, err
	}
	if in.Body.URL == nil && in.Body.Events == nil && in.Body.Active == nil {
		return nil, invalid("body", "empty")
	}
	if in.Body.URL != nil {
		if err := s.target(*in.Body.URL); err != nil {
			return nil, err
		}
	}
	return s.updateWebhook(ctx, in.Webhook, seen, store.WebhookChange{URL: in.Body.URL, Events: in.Body.Events, Active: in.Body.Active}, "webhook_changed")
}

func (s *Server) updateWebhook(ctx context.Context, id string, seen time.Time, ch store.WebhookChange, action string) (*Tagged[Webhook], error) {
	var w store.Webhook
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if w, err = tx.UpdateWebhook(ctx, id, seen, ch); err != nil {
			return err
		}
		return audit(ctx, tx, action, w.ID, "")
	})
	if err != nil {
		return nil, err
	}
	return &Tagged[Webhook]{etag(w.UpdatedAt), webhookView(callOf(ctx), w)}, nil
}

// changeSecret gives a webhook a new secret, shown once. For a day the old one signs beside it, so that a receiver can
// change over without losing an event.
func (s *Server) changeSecret(ctx context.Context, in *OnWebhook) (*Tagged[Webhook], error) {
	if _, err := s.Store.Webhook(ctx, in.Webhook); err != nil {
		return nil, err
	}
	secret, sealed, err := s.sealedSecret(in.Webhook)
	if err != nil {
		return nil, err
	}
	until := interview.Now().Add(oldSecretLife)
	v, err := s.updateWebhook(ctx, in.Webhook, zero, store.WebhookChange{Secret: &sealed, Until: &until}, "webhook_secret_changed")
	if err != nil {
		return nil, err
	}
	v.Body.Secret = secret
	return v, nil
}

func (s *Server) deleteWebhook(ctx context.Context, in *OnWebhook) (*None, error) {
	return nil, s.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.DeleteWebhook(ctx, in.Webhook); err != nil {
			return err
		}
		return audit(ctx, tx, "webhook_deleted", in.Webhook, "")
	})
}

// pingWebhook sends a test event: one try, also to a webhook that is switched off. What became of it is in the list of
// deliveries.
func (s *Server) pingWebhook(ctx context.Context, in *OnWebhook) (*Body[HookDelivery], error) {
	var d store.Delivery
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		id, err := tx.PingWebhook(ctx, in.Webhook)
		if err != nil {
			return err
		}
		if d, err = tx.Delivery(ctx, in.Webhook, id+"."+in.Webhook); err != nil {
			return err
		}
		return audit(ctx, tx, "webhook_tested", in.Webhook, "")
	})
	if err != nil {
		return nil, err
	}
	return &Body[HookDelivery]{deliveryView(callOf(ctx), d)}, nil
}

func deliveryView(c *call, d store.Delivery) HookDelivery {
	return HookDelivery{ID: d.ID, Event: d.Event, Type: d.Type, Interview: d.Interview, State: string(d.State), Attempts: d.Attempts, NextTry: d.NotBefore,
		Code: d.Code, Reason: reasonText(d.Code, c.lang), Status: d.Status, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt}
}

func (s *Server) listDeliveries(ctx context.Context, in *deliveriesIn) (*Body[Page[HookDelivery]], error) {
	if _, err := s.Store.Webhook(ctx, in.Webhook); err != nil {
		return nil, err
	}
	list, next, err := s.Store.Deliveries(ctx, in.Webhook, store.DeliveryState(in.State), in.page())
	if err != nil {
		return nil, err
	}
	out := []HookDelivery{}
	for _, d := range list {
		out = append(out, deliveryView(callOf(ctx), d))
	}
	return &Body[Page[HookDelivery]]{pageOf(out, next)}, nil
}

// redeliver sends an event again under the same event id.
func (s *Server) redeliver(ctx context.Context, in *OnDelivery) (*Body[HookDelivery], error) {
	var d store.Delivery
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if d, err = tx.Redeliver(ctx, in.Webhook, in.Delivery); err != nil {
			return err
		}
		return audit(ctx, tx, "webhook_redelivered", in.Webhook, d.Event)
	})
	if err != nil {
		return nil, err
	}
	return &Body[HookDelivery]{deliveryView(callOf(ctx), d)}, nil
}

// secretRoutes are the calls whose answer holds a secret that is shown once: it is not kept for an Idempotency-Key.
var secretRoutes = []string{"token-make", "webhook-make", "webhook-secret"}

func minting(x *row) bool { return slices.Contains(secretRoutes, x.id) }
