package api

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"

	"kikigaki/internal/blob"
	"kikigaki/internal/interview"
	"kikigaki/internal/notify"
	"kikigaki/internal/queue"
	"kikigaki/internal/store"
	"kikigaki/prompts"
)

// Waker tells the workers that tasks were just committed. Best effort: what is not told now the reconciler finds.
type Waker interface {
	Wake(ctx context.Context, tasks ...interview.Task)
}

// Events carries live events between processes. Neither call may block on a courier that is away. The channel of
// Subscribe is closed after cancel.
type Events interface {
	Publish(ctx context.Context, interviewID string, e queue.Event) error
	Subscribe(ctx context.Context, interviewID string) (<-chan queue.Event, func())
}

// Exporter renders a version of a record as docx, pdf, md, json or txt. What the reader may not see has been taken
// out of the draft before.
type Exporter interface {
	Export(ctx context.Context, d *interview.Draft, t interview.Talk, format string, w io.Writer) error
}

// Mailer sends the sign-in mail. It is sent by the API itself, never through outbox or Redis: the link is a secret.
type Mailer interface {
	SignIn(ctx context.Context, to interview.Person, link string, valid time.Duration) error
}

// Options is what a Server stands on. Store, Bucket, Templates, Waker, Events and Log are needed; the rest may be
// absent where a comment says what happens then.
type Options struct {
	Settings
	Store     *store.Store
	Bucket    *blob.Bucket
	Templates *prompts.Library
	Waker     Waker
	Events    Events
	Exporter  Exporter                    // nil: exports answer not_built
	Mailer    Mailer                      // nil: AUTH=link cannot mail and says so in the log
	Courier   func(context.Context) error // nil when Redis answers; for readyz
	Counter   Counter                     // counts sign-ins for all processes together; nil: this one alone
	Proxy     http.Handler                // the embedded bucket for browsers, mounted at /{bucket}/; nil: none
	// Doubts tells which figures of a talk its recording does not allow; nil: all are told.
	Doubts  func(t *interview.Transcript, sound interview.Sound) []Withheld
	Web     fs.FS                // the built web app; nil: the plain pages alone
	Metrics *prometheus.Registry // nil: nothing is counted
	Log     *slog.Logger
}

// Server is the HTTP side of Kikigaki. Safe for concurrent use.
type Server struct {
	Options
	api      huma.API
	router   *router
	csrf     *http.CrossOriginProtection
	limits   *attempts
	oidc     *provider
	vault    *notify.HookVault // nil only when the secret key is none
	counted  *counters
	packed   packed     // the files of the app, compressed
	starts   startPages // what each kind of page begins with
	reads    readOnce
	line     line                   // the queue as a whole
	streams  openCounts             // event streams, by person
	bodyTime time.Duration          // how long the body of a call that does not stream may take to arrive
	document func() ([]byte, error) // the OpenAPI document, rendered on first use
	stop     context.Context        // done when long answers (event streams) have to end
	end      context.CancelFunc
}

// New registers every route. It opens nothing and starts nothing.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Settings.fill()
	if len(o.SecretKey) == 0 { // a sign-in under way then ends with the process
		o.SecretKey = []byte(secret())
	}
	s := &Server{Options: o, router: newRouter(), csrf: http.NewCrossOriginProtection(), limits: newAttempts(o.Counter, o.SecretKey), oidc: newProvider(o.Settings)}
	s.vault, _ = notify.NewHookVault(o.SecretKey) // without one, webhooks say so
	if o.BaseURL != "" {
		_ = s.csrf.AddTrustedOrigin(originOf(o.BaseURL)) // an address that is none trusts nobody
	}
	if o.Web != nil { // a page that only says how to build the app is no app
		if built, err := fs.ReadDir(o.Web, "assets"); err != nil || len(built) == 0 {
			s.Web = nil
		} else {
			s.starts = readStartPages(s.Web)
		}
	}
	s.bodyTime = 30 * time.Second
	s.stop, s.end = context.WithCancel(context.Background())
	s.counted = newCounters(o.Metrics)
	s.router.guard = s.guard
	s.api = humago.New(s.router, humaConfig(o.Version))
	s.routes()
	s.describe()
	s.document = sync.OnceValues(s.spec)
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.observe(w, r) }

// Drain ends event streams, so that a graceful shutdown does not wait for them. Clients come back by themselves.
func (s *Server) Drain() { s.end() }
