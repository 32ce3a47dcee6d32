package main

import (
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// gathered is name{labels} → value of what a registry shows.
func gathered(t *testing.T, reg *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetName()+"="+l.GetValue())
			}
			out[f.GetName()+"{"+strings.Join(labels, ",")+"}"] = m.GetGauge().GetValue()
		}
	}
	return out
}

// TestGauges: they say what waits and since when, and nothing old when the database is away.
func TestGauges(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, err := store.Open(ctx, "sqlite://"+filepath.Join(t.TempDir(), "k.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	now := interview.Now()
	for _, a := range []struct {
		task interview.Task
		due  time.Time
	}{
		{interview.Task{Kind: interview.TaskDraft, Interview: "i1", Generation: 1}, now.Add(-10 * time.Minute)},
		{interview.Task{Kind: interview.TaskDraft, Interview: "i2", Generation: 1}, now.Add(-20 * time.Minute)},
		{interview.Task{Kind: interview.TaskRendition, Interview: "i1", Generation: 1}, now.Add(time.Hour)},
	} {
		if err := s.AddTask(ctx, a.task, a.due); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.PauseStep(ctx, "transcribe", "endpoint_refused", now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	reg := prometheus.NewRegistry()
	g := newGauges(s, slog.New(slog.DiscardHandler))
	reg.MustRegister(g)
	got := gathered(t, reg)
	for name, want := range map[string]float64{
		"kikigaki_database_up{}": 1, "kikigaki_interviews{status=failed}": 0, "kikigaki_tasks_waiting{kind=draft,state=pending}": 2,
		"kikigaki_tasks_waiting{kind=rendition,state=pending}": 1, "kikigaki_task_overdue_seconds{kind=rendition}": 0,
		"kikigaki_step_paused{code=endpoint_refused,kind=transcribe}": 1,
	} {
		if v, ok := got[name]; !ok || v != want {
			t.Errorf("%s is %v (%v), want %v", name, v, ok, want)
		}
	}
	if v := got["kikigaki_task_overdue_seconds{kind=draft}"]; v <= 0 || v > 1300 {
		t.Errorf("draft is overdue by %v s", v)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if again := gathered(t, reg); len(again) != len(got) {
		t.Errorf("%d figures of the last seconds, want %d", len(again), len(got))
	}
	g.at = time.Time{} // they have grown old
	if away := gathered(t, reg); len(away) != 1 || away["kikigaki_database_up{}"] != 0 {
		t.Errorf("without a database: %v", away)
	}
}

// TestMetricsAreThere: dashboard and alerts ask for metrics that exist, and the operator's page names each.
func TestMetricsAreThere(t *testing.T) {
	t.Parallel()
	declared := map[string]bool{}
	name := regexp.MustCompile(`"(kikigaki_[a-z_]+)", "[A-Z0-9]|Name: "(kikigaki_[a-z_]+)", Help`)
	for _, folder := range []string{"../../api", "../../worker", "."} {
		err := fs.WalkDir(os.DirFS(folder), ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			code, err := os.ReadFile(filepath.Join(folder, path))
			for _, m := range name.FindAllStringSubmatch(string(code), -1) {
				declared[m[1]+m[2]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(declared) < 11 {
		t.Fatalf("found only %v", declared)
	}
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for m := range declared {
		if !strings.Contains(string(page), "`"+m) {
			t.Errorf("docs/operations.md does not name %s", m)
		}
	}
	suffix := regexp.MustCompile(`_(bucket|sum|count)$`)
	for _, file := range []string{"kikigaki.json", "alerts.yaml"} {
		text, err := os.ReadFile(filepath.Join("../../deploy/dashboards", file))
		if err != nil {
			t.Fatal(err)
		}
		used := regexp.MustCompile(`kikigaki_[a-z_]+`).FindAllString(string(text), -1)
		if len(used) < 5 {
			t.Errorf("%s asks for %d metrics only", file, len(used))
		}
		for _, m := range used {
			if !declared[m] && !declared[suffix.ReplaceAllString(m, "")] {
				t.Errorf("%s asks for %s, which nobody counts", file, m)
			}
		}
	}
}
