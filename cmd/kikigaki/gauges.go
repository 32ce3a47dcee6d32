package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// Gauges are read from SQL when they are asked for, at most once in gaugeAge: they say what waits even when the queue has
// lost everything, and every process of an installation says the same (take the max over them, not the sum).
const (
	gaugeAge     = 10 * time.Second
	gaugeTimeout = 5 * time.Second
)

// gauges is a prometheus.Collector over the store.
type gauges struct {
	store *store.Store
	log   *slog.Logger

	mu   sync.Mutex
	at   time.Time
	last []prometheus.Metric

	up, talks, tasks, oldest, paused *prometheus.Desc
}

func newGauges(s *store.Store, log *slog.Logger) *gauges {
	return &gauges{store: s, log: log,
		up:     prometheus.NewDesc("kikigaki_database_up", "1 when the figures from the database could be read.", nil, nil),
		talks:  prometheus.NewDesc("kikigaki_interviews", "Interviews by status.", []string{"status"}, nil),
		tasks:  prometheus.NewDesc("kikigaki_tasks_waiting", "Tasks that are not done, by kind and whether the queue has them.", []string{"kind", "state"}, nil),
		oldest: prometheus.NewDesc("kikigaki_task_overdue_seconds", "Since when the longest waiting task of a kind is due.", []string{"kind"}, nil),
		paused: prometheus.NewDesc("kikigaki_step_paused", "1 for a step that rests because of a setting that must be mended.", []string{"kind", "code"}, nil),
	}
}

// Describe names the gauges.
func (g *gauges) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{g.up, g.talks, g.tasks, g.oldest, g.paused} {
		ch <- d
	}
}

// Collect hands out figures that are at most gaugeAge old. Without a database there is kikigaki_database_up alone: an old
// figure would look like a quiet system.
func (g *gauges) Collect(ch chan<- prometheus.Metric) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Since(g.at) > gaugeAge {
		ctx, cancel := context.WithTimeout(context.Background(), gaugeTimeout)
		defer cancel()
		read, err := g.read(ctx)
		if err != nil {
			g.log.Warn("cannot read the figures for metrics", "code", interview.Code(err))
			ch <- prometheus.MustNewConstMetric(g.up, prometheus.GaugeValue, 0)
			return
		}
		g.last, g.at = read, time.Now()
	}
	for _, m := range g.last {
		ch <- m
	}
}

func (g *gauges) read(ctx context.Context) ([]prometheus.Metric, error) {
	talks, err := g.store.TalkCounts(ctx, store.TalkFilter{})
	if err != nil {
		return nil, err
	}
	tasks, err := g.store.TaskCounts(ctx)
	if err != nil {
		return nil, err
	}
	pauses, err := g.store.Pauses(ctx)
	if err != nil {
		return nil, err
	}
	out := []prometheus.Metric{prometheus.MustNewConstMetric(g.up, prometheus.GaugeValue, 1)}
	add := func(d *prometheus.Desc, v float64, labels ...string) {
		out = append(out, prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...))
	}
	for _, s := range interview.Statuses {
		add(g.talks, float64(talks[s]), string(s)) // those with none too: an alert needs the nought
	}
	overdue := map[interview.TaskKind]float64{}
	for _, c := range tasks {
		add(g.tasks, float64(c.Count), string(c.Kind), string(c.State))
		overdue[c.Kind] = max(overdue[c.Kind], time.Since(c.Oldest).Seconds())
	}
	for kind, age := range overdue {
		add(g.oldest, age, string(kind))
	}
	for _, p := range pauses {
		add(g.paused, 1, p.Step, p.Code)
	}
	return out, nil
}
