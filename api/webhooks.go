package api

import (
	"context"

	"kikigaki/internal/interview"
)

// Webhooks have their place in the API and no delivery behind them yet; they say so.

func (s *Server) listWebhooks(context.Context, *struct{}) (*Body[Page[Webhook]], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) makeWebhook(context.Context, *webhookNewIn) (*Body[Webhook], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) changeWebhook(context.Context, *webhookChangeIn) (*Body[Webhook], error) {
	return nil, interview.E("not_built", nil)
}

func (s *Server) deleteWebhook(context.Context, *OnWebhook) (*None, error) {
	return nil, interview.E("not_built", nil)
}
