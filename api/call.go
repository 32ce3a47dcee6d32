package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"kikigaki/internal/interview"
)

// call is what is known about the request in hand.
type call struct {
	requestID string
	lang      string // ja or en, of the answer
	base      string // scheme://host as the client knows this server
	client    string // the client's address
	route     string // pattern, for logs and counters
	person    interview.Person
	session   string         // hash of the session's cookie; empty for tokens
	token     string         // hash of the access token; empty for sessions
	talk      interview.Talk // the interview in {id}, once the rights table has let the caller pass
	cause     error          // what the log is told beside the answer
}

type callKey struct{}

// callOf returns the call of a request's context; outside of one, an anonymous call in English.
func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{lang: "en"}
}

// may asks the rights table about the interview in hand.
func (c *call) may(a interview.Action) bool { return interview.Judge(c.person, a, c.talk) == nil }

// problem maps err in the language of the call and keeps the cause for the log.
func (s *Server) problem(ctx context.Context, err error) *Problem {
	c := callOf(ctx)
	c.cause = err
	p := problem(err, c.lang, c.requestID)
	if p.Code == "not_found" && (c.talk.ID != "" || !strings.Contains(c.route, "/interviews/{id}")) {
		p.Detail = phrase(c.lang, "not_there") // it is no interview that was looked for
	}
	return p
}

// language chooses ja or en: what the person set, else what the browser asks for first, else ja.
func language(accept, own string) string {
	for part := range strings.SplitSeq(strings.ToLower(accept), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch {
		case strings.HasPrefix(tag, "ja"):
			return "ja"
		case strings.HasPrefix(tag, "en"):
			return "en"
		}
	}
	if own == "en" {
		return "en"
	}
	return "ja"
}

// statusGone is what log and counters call an answer that nobody waited for: the client closed the connection. It is nginx's
// number; no client ever sees it.
const statusGone = 499

// outcome is the status of an answer as log and counters have it. What broke off because its client went away is no
// failure of ours: everything asked on its behalf ends with an error then, whatever that error is called.
func outcome(r *http.Request, status int) int {
	if status >= 500 && errors.Is(r.Context().Err(), context.Canceled) {
		return statusGone
	}
	return status
}

// finish writes the one log line of a request: ids, never a query string or a path with a secret.
func (s *Server) finish(r *http.Request, c *call, status int, written int64, ms int64) {
	attrs := []slog.Attr{slog.String("route", c.route), slog.Int("status", status), slog.Int64("bytes", written), slog.Int64("ms", ms),
		slog.String("request", c.requestID)}
	if c.person.ID != "" {
		attrs = append(attrs, slog.String("person", c.person.ID))
	}
	if c.talk.ID != "" {
		attrs = append(attrs, slog.String("interview", c.talk.ID))
	}
	level := slog.LevelInfo
	if c.route == "GET /healthz" || c.route == "GET /readyz" || status == statusGone {
		level = slog.LevelDebug
	}
	if c.cause != nil {
		attrs = append(attrs, slog.String("code", interview.Code(c.cause)))
		if status >= 500 {
			level = slog.LevelError
		}
		if status >= 500 || status == statusGone {
			attrs = append(attrs, slog.String("cause", c.cause.Error()))
		}
	}
	s.Log.LogAttrs(r.Context(), level, "request", attrs...)
}
