package api

import (
	"context"

	"kikigaki/internal/interview"
)

// call is what is known about the request in hand.
type call struct {
	requestID string
	lang      string // ja or en, of the answer
	person    interview.Person
	talk      interview.Talk // the interview in {id}, once the rights table has let the caller pass
}

type callKey struct{}

// callOf returns the call of a request's context; outside of one, an anonymous call in English.
func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{lang: "en"}
}

// problem maps err in the language of the call.
func (s *Server) problem(ctx context.Context, err error) *Problem {
	c := callOf(ctx)
	return problem(err, c.lang, c.requestID)
}

const sessionCookie = "kikigaki_session"
