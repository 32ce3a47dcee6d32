package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/prometheus/client_golang/prometheus"

	"kikigaki/internal/blob"
	"kikigaki/internal/interview"
	"kikigaki/internal/notify"
	"kikigaki/internal/pipeline"
	"kikigaki/internal/queue"
	"kikigaki/internal/store"
)

// Parts are what a worker works with.
type Parts struct {
	Store  *store.Store
	Bucket *blob.Bucket
	Redis  *queue.Redis
	Kit    *pipeline.Kit
	Mail   Mailer // nil: no mail is set
	Log    *slog.Logger

	Hooks     HookSender // nil: this process delivers no events; see webhook.go
	HookVault HookVault

	Metrics *prometheus.Registry // where the worker shows what it counts; nil: nowhere
}

// Mailer sends one notice; see notify.go.
type Mailer interface {
	Send(ctx context.Context, m store.Mail) error
	// MessageID is the identity of a notice to its receiver, the same at every try.
	MessageID(id string) string
}

// Options tune a worker.
type Options struct {
	Queues      map[string]int  // queue → handlers at once; missing queues are not served
	WorkDir     string          // folder for work files; each task gets a private folder below it
	Grace       time.Duration   // how long running steps may go on after a stop was asked for; default 60 s
	LeaseTime   time.Duration   // how long a step is leased without a sign of life; default 60 s
	Schedules   bool            // run reminders and retention too
	Keep        Keep            // retention
	Calendar    notify.Calendar // of the place: which days are business days
	Redelivered time.Duration   // how long a task may stand still before it is sent again; default 45 s
	DailyRound  time.Duration   // how often each job of the day looks whether something is due; default 15 min
	MailTime    time.Duration   // how long a sender has for a mail before another takes it; default 2 min
	HookRound   time.Duration   // how often events to be delivered are looked for; default 1 s
	HookWaits   []time.Duration // waits between the tries to deliver an event; default: ten tries over three days
	WatchTime   time.Duration   // how often a running step looks whether it is still wanted; default 2 s
	PauseTime   time.Duration   // how long a step rests after a configuration error before one task tries again; default 1 min
}

// Worker serves queues. Make one with New, start it with Run.
type Worker struct {
	Parts
	o      Options
	queue  *queue.Client
	owner  string // names this process in leases of periodic jobs
	sounds soundCache
	pauses pauses
	counts *counters
	home   home      // for files, this process's alone
	swept  time.Time // when objects that nothing names were looked for; upkeep's alone

	drain context.Context // ends when running steps must end
	stop  context.CancelFunc
}

// New makes a worker. It sweeps what an earlier process left in the work folder.
func New(p Parts, o Options) (*Worker, error) {
	if o.Grace <= 0 {
		o.Grace = 60 * time.Second
	}
	if o.LeaseTime <= 0 {
		o.LeaseTime = 60 * time.Second
	}
	if o.Redelivered <= 0 {
		o.Redelivered = 45 * time.Second
	}
	if o.WatchTime <= 0 {
		o.WatchTime = 2 * time.Second
	}
	if o.PauseTime <= 0 {
		o.PauseTime = time.Minute
	}
	if o.DailyRound <= 0 {
		o.DailyRound = 15 * time.Minute
	}
	if o.MailTime <= 0 {
		o.MailTime = 2 * time.Minute
	}
	if o.HookRound <= 0 {
		o.HookRound = hookRound
	}
	if o.HookWaits == nil {
		o.HookWaits = hookWaits
	}
	if o.Queues == nil {
		o.Queues = queue.Queues
	}
	if err := os.MkdirAll(o.WorkDir, 0o700); err != nil {
		return nil, fmt.Errorf("make the work folder: %w", err)
	}
	w := &Worker{Parts: p, o: o, queue: queue.NewClient(p.Redis), owner: interview.NewID(), counts: newCounters(p.Metrics)}
	w.drain, w.stop = context.WithCancel(context.Background())
	if err := w.sweepFolders(); err != nil {
		return nil, err
	}
	var err error
	if w.home, err = makeHome(o.WorkDir); err != nil {
		return nil, err
	}
	kit := *p.Kit
	kit.Media = kit.Media.In(w.home.dir)
	w.Kit = &kit
	return w, nil
}

// sweepFolders removes what processes that were killed have left in the work folder.
func (w *Worker) sweepFolders() error {
	return sweepWorkDir(w.o.WorkDir, interview.Now().Add(-24*time.Hour))
}

// handlers names the step behind each kind of task.
func (w *Worker) handlers() map[interview.TaskKind]step {
	return map[interview.TaskKind]step{
		interview.TaskPrepare:    w.prepare,
		interview.TaskTranscribe: w.transcribe,
		interview.TaskAssemble:   w.assemble,
		interview.TaskDraft:      w.draft,
		interview.TaskRendition:  w.rendition,
		interview.TaskRevise:     w.revise,
		interview.TaskNotify:     w.notify,
		interview.TaskErase:      w.erase,
	}
}

// Run serves the queues until ctx ends, then lets running steps finish for Options.Grace. Redis being away at the start
// or later is not an error: the queues are served again once it is back.
func (w *Worker) Run(ctx context.Context) error {
	mux := asynq.NewServeMux()
	for kind, run := range w.handlers() {
		mux.Handle(string(kind), w.handle(kind, run))
	}
	var servers []*asynq.Server
	for name, n := range w.o.Queues {
		if n <= 0 {
			continue
		}
		servers = append(servers, asynq.NewServer(w.Redis, asynq.Config{
			Concurrency: n, Queues: map[string]int{name: 1}, TaskCheckInterval: 50 * time.Millisecond,
			BaseContext: func() context.Context { return w.drain }, ShutdownTimeout: w.o.Grace,
			DelayedTaskCheckInterval: time.Second, Logger: quiet{w.Log}, LogLevel: asynq.WarnLevel,
			IsFailure: func(error) bool { return true },
		}))
	}
	var loops sync.WaitGroup
	loopCtx, endLoops := context.WithCancel(ctx)
	defer endLoops()
	for _, loop := range []func(context.Context){w.reconcile, w.upkeep, w.hooks} {
		loops.Go(func() { loop(loopCtx) })
	}
	started := make([]*asynq.Server, 0, len(servers))
	for _, s := range servers {
		if err := w.start(ctx, s, mux); err != nil {
			break
		}
		started = append(started, s)
	}
	<-ctx.Done()
	endLoops()
	w.Log.Info("stopping: running steps may finish", "grace", w.o.Grace.String())
	var done sync.WaitGroup
	for _, s := range started {
		done.Go(s.Shutdown)
	}
	done.Wait()
	w.stop()
	loops.Wait()
	w.Close()
	return nil
}

// Close removes the work folder of a worker that does not run, or no longer.
func (w *Worker) Close() { w.home.leave() }

// start begins one server, and waits for Redis when it is away: asynq refuses to start without it.
func (w *Worker) start(ctx context.Context, s *asynq.Server, mux *asynq.ServeMux) error {
	for wait := time.Second; ; wait = min(wait*2, 15*time.Second) {
		if err := w.Redis.Ping(ctx); err == nil {
			if err := s.Start(mux); err == nil {
				return nil
			} else if errors.Is(err, asynq.ErrServerClosed) {
				return err
			}
		}
		w.Log.Warn("redis is away, waiting to serve the queues")
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// quiet hands asynq's warnings to our log without its arguments: they may repeat what a task said.
type quiet struct{ log *slog.Logger }

func (q quiet) Debug(...any)      {}
func (q quiet) Info(...any)       {}
func (q quiet) Warn(args ...any)  { q.log.Warn("asynq", "parts", len(args)) }
func (q quiet) Error(args ...any) { q.log.Warn("asynq reports an error", "parts", len(args)) }
func (q quiet) Fatal(args ...any) { q.log.Error("asynq reports a fatal error", "parts", len(args)) }
