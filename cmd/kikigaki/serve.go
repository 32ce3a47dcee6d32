package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/errgroup"

	"kikigaki/api"
	"kikigaki/internal/interview"
	"kikigaki/internal/notify"
	"kikigaki/internal/pipeline"
	"kikigaki/internal/queue"
	"kikigaki/internal/speech"
	"kikigaki/web"
	"kikigaki/worker"
)

// allCommand is the installation on one machine.
type allCommand struct{ workFlags }

// Run serves and works in one process until it is stopped.
func (c *allCommand) Run(ctx context.Context, st *streams, s *Settings) error {
	if err := checked(st, s, single); err != nil {
		return err
	}
	log := newLog(st, s)
	p, err := openParts(ctx, s, log, true)
	if err != nil {
		return err
	}
	defer p.close()
	queues, err := c.queues()
	if err != nil {
		return err
	}
	if s.RedisURL == "" { // ours alone, and empty
		if err := p.store.Restarted(ctx); err != nil {
			return err
		}
	}
	return together(ctx, p, queues, true, nil)
}

// serveCommand is the API alone.
type serveCommand struct{}

// Run serves until it is stopped.
func (c *serveCommand) Run(ctx context.Context, st *streams, s *Settings) error {
	if err := checked(st, s, apart); err != nil {
		return err
	}
	p, err := openParts(ctx, s, newLog(st, s), false)
	if err != nil {
		return err
	}
	defer p.close()
	return together(ctx, p, nil, true, nil)
}

// workCommand is a worker alone.
type workCommand struct{ workFlags }

// Run works until it is stopped.
func (c *workCommand) Run(ctx context.Context, st *streams, s *Settings) error {
	if err := checked(st, s, apart); err != nil {
		return err
	}
	queues, err := c.queues()
	if err != nil {
		return err
	}
	p, err := openParts(ctx, s, newLog(st, s), false)
	if err != nil {
		return err
	}
	defer p.close()
	return together(ctx, p, queues, false, nil)
}

type workFlags struct {
	Queues      []string `help:"Queues to serve: interactive, pipeline, speech, upkeep. Default: all." env:"KIKIGAKI_QUEUES"`
	Concurrency []string `help:"Steps at once a queue, as speech=8,pipeline=2." env:"KIKIGAKI_CONCURRENCY"`
}

// queues works out how many steps run at once in each queue.
func (f workFlags) queues() (map[string]int, error) {
	out := map[string]int{}
	for name, n := range queue.Queues {
		out[name] = n
	}
	for _, c := range f.Concurrency {
		name, number, _ := strings.Cut(c, "=")
		n, err := strconv.Atoi(number)
		if _, known := queue.Queues[name]; !known || err != nil || n < 1 || n > 256 {
			return nil, usageError{fmt.Sprintf("--concurrency: %q is not like speech=8", c)}
		}
		out[name] = n
	}
	if len(f.Queues) == 0 {
		return out, nil
	}
	chosen := map[string]int{}
	for _, name := range f.Queues {
		if out[name] == 0 {
			return nil, usageError{fmt.Sprintf("--queues: there is no queue %q", name)}
		}
		chosen[name] = out[name]
	}
	return chosen, nil
}

// together runs the server, the worker, or both, until ctx ends. ready, when set, is called with the address once requests
// are taken.
func together(ctx context.Context, p *parts, queues map[string]int, serve bool, ready func(ctx context.Context, addr string, k *pipeline.Kit) error) error {
	kit, err := newKit(p.settings, p.redis.Client(), p.store)
	if err != nil {
		return err
	}
	if _, err := reconcileLedger(ctx, p.store, p.bucket, p.log); err != nil {
		return err
	}
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), newGauges(p.store, p.log))
	// Everything that can fail comes before anything is started: what has begun must be ended in order.
	var w *worker.Worker
	if queues != nil {
		if w, err = newWorker(p, kit, queues, metrics); err != nil {
			return err
		}
		defer w.Close()
	}
	var server *api.Server
	var front, figures net.Listener
	if serve {
		if server, err = newServer(p, kit, metrics); err != nil {
			return err
		}
		if front, err = listen(ctx, p.settings.Addr); err != nil {
			return err
		}
		defer front.Close()
	}
	if p.settings.MetricsAddr != "" {
		if figures, err = listen(ctx, p.settings.MetricsAddr); err != nil {
			return err
		}
		defer figures.Close()
	}
	group, ctx := errgroup.WithContext(ctx)
	if w != nil {
		group.Go(func() error { return w.Run(ctx) })
	}
	if front != nil {
		addr := front.Addr().String()
		p.log.Info("listening", "addr", addr, "version", version)
		group.Go(func() error { return serveHTTP(ctx, front, server, p.log, server.Drain) })
		if ready != nil {
			group.Go(func() error { return ready(ctx, addr, kit) })
		}
	}
	if figures != nil {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
		group.Go(func() error { return serveHTTP(ctx, figures, mux, p.log, nil) })
	}
	return group.Wait()
}

// listen takes an address; one that is taken, or not this machine's, is told in one sentence.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, errors.Unwrap(err))
	}
	return l, nil
}

// newWorker makes the worker of this process.
func newWorker(p *parts, kit *pipeline.Kit, queues map[string]int, metrics *prometheus.Registry) (*worker.Worker, error) {
	s := p.settings
	parts := worker.Parts{Store: p.store, Bucket: p.bucket, Redis: p.redis, Kit: kit, Log: p.log, Metrics: metrics}
	mail, err := newMailer(s, p.store)
	if err != nil {
		return nil, err
	}
	if mail != nil {
		parts.Mail = mail
	}
	networks, err := s.webhookNetworks()
	if err != nil {
		return nil, err
	}
	if parts.HookVault, err = notify.NewHookVault(p.secret); err != nil {
		return nil, err
	}
	parts.Hooks = notify.NewHookSender(notify.HookOptions{Networks: networks, Version: version})
	return worker.New(parts, paced(worker.Options{
		Queues: queues, WorkDir: filepath.Join(s.DataDir, "work"), Schedules: true, Calendar: notify.NewCalendar(timezone()),
		Keep: worker.Keep{AudioAfter: s.RetentionAudio.After, AudioMost: s.RetentionAudio.AtMost, Transcript: time.Duration(s.RetentionTranscript),
			Record: time.Duration(s.RetentionRecord), Audit: time.Duration(s.RetentionAudit)},
	}))
}

// newServer makes the API of this process.
func newServer(p *parts, kit *pipeline.Kit, metrics *prometheus.Registry) (*api.Server, error) {
	s := p.settings
	var proxies []netip.Prefix
	for _, text := range s.TrustedProxies {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("KIKIGAKI_TRUSTED_PROXIES: %w", err)
		}
		proxies = append(proxies, prefix)
	}
	networks, err := s.webhookNetworks()
	if err != nil {
		return nil, err
	}
	if why := abroadUnasked(s); why != "" {
		p.log.Error("the settings are not right", "problem", why)
	}
	told := notice(s)
	if told.Desks, err = readDesks(s.DesksFile); err != nil {
		return nil, err
	}
	o := api.Options{
		Settings: api.Settings{
			Version: version, Auth: s.auth(), BaseURL: s.BaseURL, TrustedProxies: proxies, SecretKey: p.secret, MaxSize: int64(s.MaxSize),
			OIDC:            api.OIDC{Issuer: s.OIDCIssuer, ClientID: s.OIDCClientID, ClientSecret: s.OIDCClientSecret},
			ConsentMode:     s.Consent,
			PublicBucket:    s.BucketURL,
			WebhookNetworks: networks,
			Notice:          told,
			Retention: api.Retention{Audio: s.RetentionAudio.After, AudioMax: s.RetentionAudio.AtMost, Transcript: time.Duration(s.RetentionTranscript),
				Record: time.Duration(s.RetentionRecord), Audit: time.Duration(s.RetentionAudit)},
		},
		Store: p.store, Bucket: p.bucket, Templates: kit.Templates, Waker: queue.NewClient(p.redis), Events: p.redis, Exporter: newExporter(s, kit, p.store), Courier: p.redis.Ping, Counter: p.redis,
		Doubts: doubts, Proxy: p.proxy, Web: web.Files(), Metrics: metrics, Log: p.log,
	}
	mail, err := newMailer(s, p.store)
	if err != nil {
		return nil, err
	}
	if mail != nil {
		o.Mailer = mail
	}
	return api.New(o), nil
}

// notice fills the consent notice from the settings: who processes voice and text, and where.
func notice(s *Settings) api.NoticeSettings {
	n := api.NoticeSettings{Company: s.Company, Contact: s.Contact, TransferURL: s.TransferURL}
	if set := s.sttSettings(); set.Configured() {
		n.STT = &api.Endpoint{For: "stt", Model: set.Model, Processor: set.Processor, Country: set.Country, Internal: set.Internal}
	}
	if set := s.llmSettings(); set.Configured() {
		n.LLM = &api.Endpoint{For: "llm", Model: set.Model, Processor: set.Processor, Country: set.Country, Internal: set.Internal}
	}
	return n
}

// abroadUnasked says that a processor abroad is set and nobody can be asked about it; "" when all is well.
func abroadUnasked(s *Settings) string {
	if s.TransferURL != "" || !notice(s).Abroad() {
		return ""
	}
	return "a processor abroad is set, and KIKIGAKI_TRANSFER_URL is not: the notice cannot ask about processing abroad, so nothing is sent there"
}

// serveHTTP serves until ctx ends, then lets answers finish.
func serveHTTP(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger, drain func()) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 15 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	if drain != nil {
		drain()
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 60*time.Second)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		return errors.Join(err, server.Close())
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// doubts hands the measure of certainty to the API, which must not know how speech is measured.
func doubts(t *interview.Transcript, sound interview.Sound) []api.Withheld {
	var out []api.Withheld
	for _, w := range speech.NewInsights(t, sound).Withheld {
		out = append(out, api.Withheld{Figure: w.Figure, Reason: w.Reason})
	}
	return out
}
