package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// counters are what the API counts: patterns and statuses, never paths, people or interviews.
type counters struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	watchers prometheus.Gauge
}

func newCounters(reg *prometheus.Registry) *counters {
	c := &counters{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kikigaki_http_requests_total", Help: "Answers by route and status."}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "kikigaki_http_request_seconds", Help: "Time to the end of an answer, by route.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60}}, []string{"route"}),
		watchers: prometheus.NewGauge(prometheus.GaugeOpts{Name: "kikigaki_event_streams", Help: "Open event streams."}),
	}
	if reg != nil {
		reg.MustRegister(c.requests, c.seconds, c.watchers)
	}
	return c
}

func (c *counters) request(route string, status int, took time.Duration) {
	c.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	c.seconds.WithLabelValues(route).Observe(took.Seconds())
}

func (c *counters) watch(n float64) { c.watchers.Add(n) }

// Metrics serves a registry for METRICS_ADDR, apart from the API's own address.
func Metrics(reg *prometheus.Registry) http.Handler {
	return promhttp.HandlerFor(reg, promhttp.HandlerOpts{})
}
