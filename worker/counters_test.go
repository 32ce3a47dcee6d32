package worker

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func value(t *testing.T, c prometheus.Counter) float64 {
	t.Helper()
	var m dto.Metric
	if err := c.Write(&m); err != nil {
		t.Fatal(err)
	}
	return m.GetCounter().GetValue()
}

func series(c prometheus.Collector) (n int) {
	ch := make(chan prometheus.Metric, 100)
	c.Collect(ch)
	return len(ch)
}

// TestOutcomesAreCounted: by kind and by code, and how long it took only for what ended well.
func TestOutcomesAreCounted(t *testing.T) {
	t.Parallel()
	c := newCounters(prometheus.NewRegistry())
	for err, outcome := range map[error]string{
		nil:                                     "done",
		errStale:                                "overtaken",
		fmt.Errorf("x: %w", &store.LostError{}): "lost",
		interview.E("endpoint_unavailable", errors.New("503")):               "endpoint_unavailable",
		errors.New("a cause that must not become a label, nobody counts it"): "internal_error",
	} {
		c.step(interview.TaskDraft, time.Second, err)
		if n := value(t, c.steps.WithLabelValues("draft", outcome)); n != 1 {
			t.Errorf("%v: %v times %s", err, n, outcome)
		}
	}
	if n := series(c.steps); n != 5 {
		t.Errorf("%d outcomes, want 5", n)
	}
	if n := series(c.seconds); n != 1 {
		t.Errorf("%d histograms, want one", n)
	}
}

// TestPaidSoundIsCountedOnce: a chunk that was answered before costs nothing when the interview is prepared again.
func TestPaidSoundIsCountedOnce(t *testing.T) {
	t.Parallel()
	ear := &fickle{}
	w := newWorld(t, world{speech: ear})
	w.start()
	talk := w.arrive(talkFile(t))
	w.until(talk.ID, in(interview.InReview))
	rec, err := w.store.LatestRecording(t.Context(), talk.ID)
	if err != nil {
		t.Fatal(err)
	}
	answers, err := w.store.Answers(t.Context(), rec.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := 0.0
	for _, a := range answers {
		want += a.Seconds
	}
	if got := value(t, w.worker.counts.speech); want == 0 || got < want-0.001 || got > want+0.001 {
		t.Errorf("%.3f s counted, %.3f s answered", got, want)
	}
	for _, kind := range []string{"prepare", "assemble", "draft"} {
		n := 0.0 // a step is counted a moment after its commit, which is what the interview shows
		for end := time.Now().Add(20 * time.Second); n == 0 && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			n = value(t, w.worker.counts.steps.WithLabelValues(kind, "done"))
		}
		if n != 1 {
			t.Errorf("%s done %v times", kind, n)
		}
	}
}
