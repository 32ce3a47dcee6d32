package api

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"kikigaki/internal/interview"
	"kikigaki/internal/queue"
)

// Waker tells the workers that tasks were just committed. Best effort: what is not told now the reconciler finds.
type Waker interface {
	Wake(ctx context.Context, tasks ...interview.Task)
}

// Events carries live events between processes. Neither call may block on a courier that is away.
type Events interface {
	Publish(ctx context.Context, interviewID string, e queue.Event) error
	Subscribe(ctx context.Context, interviewID string) (<-chan queue.Event, func())
}

// Server is the HTTP side of Kikigaki. Safe for concurrent use.
type Server struct {
	api    huma.API
	router *router
	log    *slog.Logger
}

// Options is what a Server stands on.
type Options struct {
	Log     *slog.Logger
	Version string
}

// New registers every route. It opens nothing and starts nothing.
func New(opts Options) *Server {
	s := &Server{router: newRouter(), log: opts.Log}
	s.api = humago.New(s.router, humaConfig(opts.Version))
	s.routes()
	s.describe()
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.router.ServeHTTP(w, r) }
