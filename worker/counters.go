package worker

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// counters are what a worker counts: kinds of steps and codes, never people or interviews.
type counters struct {
	steps   *prometheus.CounterVec
	seconds *prometheus.HistogramVec
	speech  prometheus.Counter
}

// newCounters makes the counters and shows them in reg, which may be nil.
func newCounters(reg *prometheus.Registry) *counters {
	c := &counters{
		steps: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kikigaki_steps_total", Help: "Runs of steps by kind and outcome: done, overtaken, lost, or the code of the error."}, []string{"kind", "outcome"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "kikigaki_step_seconds", Help: "How long the runs of a step took that ended well.",
			Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 1800}}, []string{"kind"}),
		speech: prometheus.NewCounter(prometheus.CounterOpts{Name: "kikigaki_speech_sent_seconds_total", Help: "Seconds of sound that a recogniser answered: what is paid for."}),
	}
	if reg != nil {
		reg.MustRegister(c.steps, c.seconds, c.speech)
	}
	return c
}

// step counts one run.
func (c *counters) step(kind interview.TaskKind, took time.Duration, err error) {
	outcome := "done"
	_, lost := errors.AsType[*store.LostError](err)
	switch {
	case err == nil:
		c.seconds.WithLabelValues(string(kind)).Observe(took.Seconds())
	case lost:
		outcome = "lost"
	case errors.Is(err, errStale):
		outcome = "overtaken"
	default:
		outcome = interview.Code(err)
	}
	c.steps.WithLabelValues(string(kind), outcome).Inc()
}
