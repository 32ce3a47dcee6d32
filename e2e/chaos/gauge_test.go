//go:build linux && soak

package chaos

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// sample is everything that is looked at at one moment.
type sample struct {
	At      time.Time          `json:"at"`
	Load    float64            `json:"load"`    // of the machine, over a minute
	Figures map[string]float64 `json:"figures"` // by name, as "work1 rss MiB"
}

// allowed is what each figure may grow by, by the end of its name. What is not named here is shown and not judged.
var allowed = []struct {
	ending string
	allowance
}{
	{"rss MiB", allowance{8, 0.10}},
	{"heap MiB", allowance{4, 0.15}},
	{"goroutines", allowance{5, 0}},
	{"open files", allowance{5, 0}},
	{"threads", allowance{3, 0}},
	{"temporary files", allowance{2, 0}},
	{"redis keys", allowance{20, 0.10}},
	{"redis MiB", allowance{1, 0.10}},
	{"sql connections", allowance{5, 0}},
	{"tasks due", allowance{5, 0}},
	{"mails waiting", allowance{5, 0}},
	{"objects of interviews", allowance{15, 0.10}},
	{"open uploads", allowance{2, 0}},
}

func allowanceOf(name string) (allowance, bool) {
	for _, a := range allowed {
		if strings.HasSuffix(name, a.ending) {
			return a.allowance, true
		}
	}
	return allowance{}, false
}

// look takes a sample. What cannot be read at the moment is left out and told; a figure that is missing often is not
// judged, which fails the soak.
func (w *world) look(ctx context.Context) sample {
	s := sample{At: time.Now().UTC(), Figures: map[string]float64{}}
	note := func(name string, v float64, err error) {
		if err != nil {
			w.t.Logf("%s: %v", name, err)
			return
		}
		s.Figures[name] = v
	}
	load, err := os.ReadFile("/proc/loadavg")
	if err == nil {
		_, err = fmt.Sscan(string(load), &s.Load)
	}
	if err != nil {
		w.t.Logf("load: %v", err)
	}
	temporary := 0
	for _, n := range append(append([]*node{}, w.serves...), w.works...) {
		own, err := processFigures(n.pid())
		for name, v := range own {
			note(n.name+" "+name, v, err)
		}
		told, err := metricsOf(ctx, n.metrics)
		note(n.name+" goroutines", told["go_goroutines"], err)
		note(n.name+" heap MiB", told["go_memstats_heap_alloc_bytes"]/(1<<20), err)
		temporary += len(n.allWorkFiles())
	}
	note("temporary files", float64(temporary), nil)
	keys, err := w.courier.Client().DBSize(ctx).Result()
	note("redis keys", float64(keys), err)
	memory, err := w.courier.Client().Info(ctx, "memory").Result()
	used := 0.0
	if _, rest, ok := strings.Cut(memory, "used_memory:"); ok {
		_, err = fmt.Sscan(rest, &used)
	}
	note("redis MiB", used/(1<<20), err)
	for name, query := range map[string]string{
		"sql connections": `SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'kikigaki'`,
		"tasks due":       `SELECT COUNT(*) FROM tasks WHERE state IN ('pending', 'sent') AND run_after <= now()`,
		"mails waiting":   `SELECT COUNT(*) FROM mails WHERE state IN ('waiting', 'sending') AND not_before <= now()`,
		"database MiB":    `SELECT pg_database_size(current_database()) / 1048576.0`,
		"rows of tasks":   `SELECT COUNT(*) FROM tasks`,
		"interviews":      `SELECT COUNT(*) FROM talks WHERE status <> 'erased'`,
	} {
		var v float64
		err := w.db.QueryRowContext(ctx, query).Scan(&v)
		note(name, v, err)
	}
	objects, uploads := 0, 0
	for _, e := range w.bucket.List(ctx, "interviews/") {
		if err = e; err != nil {
			break
		}
		objects++
	}
	note("objects of interviews", float64(objects), err)
	for _, e := range w.bucket.OpenUploads(ctx, "interviews/") {
		if err = e; err != nil {
			break
		}
		uploads++
	}
	note("open uploads", float64(uploads), err)
	return s
}

// processFigures reads what the kernel knows of a process.
func processFigures(pid int) (map[string]float64, error) {
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	out := map[string]float64{"rss MiB": 0, "threads": 0, "open files": 0, "cpu s": 0}
	status, err := os.ReadFile(filepath.Join(dir, "status"))
	if err != nil {
		return out, err
	}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		number, _, _ := strings.Cut(strings.TrimSpace(value), " ")
		v, err := strconv.ParseFloat(number, 64)
		switch {
		case name == "VmRSS" && err == nil:
			out["rss MiB"] = v / 1024
		case name == "Threads" && err == nil:
			out["threads"] = v
		}
	}
	files, err := os.ReadDir(filepath.Join(dir, "fd"))
	if err != nil {
		return out, err
	}
	out["open files"] = float64(len(files))
	out["cpu s"], err = cpuOf(pid)
	return out, err
}

// cpuOf is the time a process has had, its ended children included, in seconds.
func cpuOf(pid int) (float64, error) {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 15 {
		return 0, fmt.Errorf("stat of %d has %d fields", pid, len(fields))
	}
	ticks := 0.0
	for _, f := range fields[11:15] { // utime stime cutime cstime
		v, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return 0, err
		}
		ticks += v
	}
	return ticks / 100, nil
}

// metricsOf reads the plain figures that a process tells at its address for metrics.
func metricsOf(ctx context.Context, addr string) (map[string]float64, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("metrics: status %d: %w", resp.StatusCode, err)
	}
	out := map[string]float64{}
	lines := bufio.NewScanner(bytes.NewReader(body))
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if v, err := strconv.ParseFloat(value, 64); err == nil && !strings.HasPrefix(name, "#") {
			out[name] = v
		}
	}
	if out["go_goroutines"] == 0 {
		return nil, fmt.Errorf("metrics do not tell of goroutines")
	}
	return out, lines.Err()
}

// allWorkFiles counts every file and folder below the temporary folders of a process, whatever its depth.
func (n *node) allWorkFiles() (out []string) {
	for _, dir := range []string{n.seen(), filepath.Join(n.dir, "tmp")} {
		_ = filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error { // what goes away meanwhile is not there
			if err == nil && path != dir {
				out = append(out, path)
			}
			return nil
		})
	}
	return out
}

// keepSample writes a sample down at once, so that a soak that is broken off has not been for nothing.
func keepSample(to io.Writer, s sample) error {
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	_, err = to.Write(append(b, '\n'))
	return err
}
