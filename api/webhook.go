package api

import "time"

// Webhook is an address of another program that is told of events: ids, states and codes, never words or names. Events
// come as POST requests by the conventions of Standard Webhooks, at least once each, in no promised order.
type Webhook struct {
	ID           string     `json:"id"`
	URL          string     `json:"url" doc:"For hr only scheme and host: the rest can hold a secret"`
	Events       []string   `json:"events" doc:"Empty: all"`
	Active       bool       `json:"active"`
	Stopped      string     `json:"stopped,omitempty" doc:"Code of why sending has stopped by itself; switched on again, it begins with what waits"`
	Reason       string     `json:"reason,omitempty" doc:"The same in words, in the language of Accept-Language"`
	FailingSince *time.Time `json:"failing_since" doc:"First failure after the last success"`
	DeliveredAt  *time.Time `json:"delivered_at" doc:"Last success"`
	CreatedAt    time.Time  `json:"created_at"`
	UpdatedAt    time.Time  `json:"updated_at"`
	Secret       string     `json:"secret,omitempty" doc:"Shown once, when made: whsec_ and the base64 of the key of webhook-signature"`
}

type webhookNewIn struct {
	Body struct {
		URL    string   `json:"url" minLength:"1" maxLength:"500" doc:"https"`
		Events []string `json:"events,omitempty" maxItems:"20" uniqueItems:"true" enum:"state,draft,comment,approved,failed,action_due" doc:"Absent or empty: all"`
	}
}

// OnWebhook is the path of one webhook.
type OnWebhook struct {
	Webhook string `path:"webhook" maxLength:"40"`
}

type webhookChangeIn struct {
	OnWebhook
	IfMatch
	Body struct {
		URL    *string   `json:"url,omitempty" minLength:"1" maxLength:"500"`
		Events *[]string `json:"events,omitempty" maxItems:"20" uniqueItems:"true" enum:"state,draft,comment,approved,failed,action_due"`
		Active *bool     `json:"active,omitempty"`
	}
}

// HookDelivery is one event on its way to a webhook.
type HookDelivery struct {
	ID        string    `json:"id"`
	Event     string    `json:"event" doc:"Event id: webhook-id, the same at every try and at every webhook"`
	Type      string    `json:"type" enum:"state,draft,comment,approved,failed,action_due,ping"`
	Interview string    `json:"interview,omitempty"`
	State     string    `json:"state" enum:"waiting,sending,sent,failed"`
	Attempts  int       `json:"attempts"`
	NextTry   time.Time `json:"next_try" doc:"For waiting"`
	Code      string    `json:"code,omitempty" doc:"Of the last failure"`
	Reason    string    `json:"reason,omitempty" doc:"The same in words"`
	Status    int       `json:"status,omitempty" doc:"HTTP status of the last answer"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

type deliveriesIn struct {
	OnWebhook
	Paging
	State string `query:"state" enum:"waiting,sending,sent,failed"`
}

// OnDelivery is the path of one delivery.
type OnDelivery struct {
	OnWebhook
	Delivery string `path:"delivery" maxLength:"80"`
}
