package media

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"time"
)

// Options of a Tool. Zero values take the defaults given.
type Options struct {
	FFmpeg      string        // program; default "ffmpeg" on PATH
	FFprobe     string        // program; default "ffprobe" on PATH
	Concurrency int           // ffmpeg processes at once; default one a core
	MaxDuration time.Duration // longest recording; default 4 h
	MaxSize     int64         // largest file in bytes; default 4 GiB
	MaxMemory   int64         // address space of one ffmpeg in bytes; default 1 GiB (its libraries alone map 0.3)
	CPUTime     time.Duration // processor time of one ffmpeg run, at least 1 s; default 10 min (3 h of AAC encode in 2)
	Timeout     time.Duration // the same by the clock; default 30 min: a machine under load is slow through no fault of the recording
}

// overrun is how far beyond MaxDuration decoding goes, so that a longer recording shows as one.
const overrun = time.Second

// splitFrom is the length below which a second process is not worth starting.
const splitFrom = 20 * time.Minute

// Tool runs ffmpeg and ffprobe. It is safe for concurrent use; more than Options.Concurrency calls wait.
type Tool struct {
	o         Options
	slots     chan struct{}
	splitFrom time.Duration // recordings from this length on are decoded in two halves
	dir       string        // where the working folders of runs lie; empty: the system's folder for temporary files
}

// In is the tool with the working folders of its runs below dir, where the caller sweeps what a killed process left. The
// runs of both share their places.
func (t *Tool) In(dir string) *Tool {
	own := *t
	own.dir = dir
	return &own
}

// New returns a Tool, or an error when a program cannot be found.
func New(o Options) (*Tool, error) {
	for _, p := range []struct {
		path *string
		name string
	}{{&o.FFmpeg, "ffmpeg"}, {&o.FFprobe, "ffprobe"}} {
		if *p.path == "" {
			*p.path = p.name
		}
		found, err := exec.LookPath(*p.path)
		if err != nil {
			return nil, fmt.Errorf("find %s (Debian: apt install ffmpeg): %w", p.name, err)
		}
		*p.path = found
	}
	if o.Concurrency <= 0 {
		o.Concurrency = runtime.NumCPU()
	}
	if o.MaxDuration <= 0 {
		o.MaxDuration = 4 * time.Hour
	}
	if o.MaxSize <= 0 {
		o.MaxSize = 4 << 30
	}
	if o.MaxMemory <= 0 {
		o.MaxMemory = 1 << 30
	}
	if o.CPUTime <= 0 {
		o.CPUTime = 10 * time.Minute
	}
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Minute
	}
	return &Tool{o: o, slots: make(chan struct{}, o.Concurrency), splitFrom: splitFrom}, nil
}

// acquire takes one of the places for an ffmpeg process; release gives it back.
func (t *Tool) acquire(ctx context.Context) (release func(), err error) {
	select {
	case t.slots <- struct{}{}:
		return func() { <-t.slots }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a place to run ffmpeg: %w", context.Cause(ctx))
	}
}

// tryAcquire takes a place that nobody waits for, if there is one.
func (t *Tool) tryAcquire() (release func(), ok bool) {
	select {
	case t.slots <- struct{}{}:
		return func() { <-t.slots }, true
	default:
		return nil, false
	}
}
