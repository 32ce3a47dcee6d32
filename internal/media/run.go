package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"kikigaki/internal/interview"
)

// job is one run of ffmpeg or ffprobe.
type job struct {
	program string
	args    []string
	file    *os.File // becomes descriptor 3; may be nil
	stdin   io.Reader
	stdout  io.Writer
	output  int64 // bytes one output file may have
	look    bool  // a first look only: short limits
}

// A first look takes 0.1 s; these are for a file that makes ffprobe work hard and a machine that is busy.
const (
	lookCPUTime = 20 * time.Second
	lookTimeout = 5 * time.Minute
)

var (
	// errLimit marks a run that used up its processor time or output size: the recording's fault.
	errLimit = errors.New("stopped at a limit")
	// errStopped marks a run that was ended from outside, by the clock or by the system: worth another try.
	errStopped = errors.New("stopped")
)

// run executes a job when a place is free.
func (t *Tool) run(ctx context.Context, j job) error {
	release, err := t.acquire(ctx)
	if err != nil {
		return err
	}
	defer release()
	return t.execute(ctx, j)
}

// execute runs a job: its own process group, killed as a whole when ctx ends or time is up, and with this process when
// it dies; an environment without the caller's keys; an empty private working folder. The error holds no text of the
// file: only the program's name and exit code, or a verdict.
func (t *Tool) execute(ctx context.Context, j job) error {
	dir, err := os.MkdirTemp(t.dir, "kikigaki-media-") // 0700
	if err != nil {
		return fmt.Errorf("make a working folder: %w", err)
	}
	defer os.RemoveAll(dir)

	cpu, timeout := t.o.CPUTime, t.o.Timeout
	if j.look {
		cpu, timeout = min(cpu, lookCPUTime), min(timeout, lookTimeout)
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	cmd := exec.CommandContext(limited, j.program, j.args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir, "LC_ALL=C", "AV_LOG_FORCE_NOCOLOR=1"}
	if j.file != nil {
		cmd.ExtraFiles = []*os.File{j.file}
	}
	said := &tail{limit: 4 << 10}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = j.stdin, j.stdout, said
	cmd.WaitDelay = 5 * time.Second // a grandchild that holds the pipes does not hold us
	cmd.SysProcAttr = ownGroup()
	cmd.Cancel = func() error { return killGroup(cmd.Process.Pid) }

	// The kernel ties "die with the parent" to the thread that forked: it must live as long as the child.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	name := "ffmpeg"
	if j.program == t.o.FFprobe {
		name = "ffprobe"
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	limitProcess(cmd.Process.Pid, limits{memory: t.o.MaxMemory, output: j.output, cpu: cpu})
	err = cmd.Wait()
	_ = killGroup(cmd.Process.Pid) // whatever the program left behind
	switch {
	case err == nil && said.reason() == badGap:
		return fmt.Errorf("%s: %s", name, badGap) // with exit code 0 and half the sound
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", name, context.Cause(ctx))
	case limited.Err() != nil, errors.Is(err, exec.ErrWaitDelay):
		return fmt.Errorf("%s: %w after %s", name, errStopped, timeout)
	}
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return fmt.Errorf("%s: %w", name, err) // pipes broke: our own reader's or writer's error
	}
	switch {
	case overLimit(exit):
		return fmt.Errorf("%s: %w: %s", name, errLimit, exit.ProcessState)
	case killed(exit):
		return fmt.Errorf("%s: %w: %s", name, errStopped, exit.ProcessState)
	}
	if reason := said.reason(); reason != "" {
		if reason == noSpace {
			return interview.E("disk_full", fmt.Errorf("%s: %s", name, reason))
		}
		return fmt.Errorf("%s: %s: %s", name, exit.ProcessState, reason)
	}
	return fmt.Errorf("%s: %s", name, exit.ProcessState)
}

const (
	noSpace = "no space left"
	badGap  = "a gap in the timestamps that cannot be filled"
)

// reason turns stderr into one of a few phrases of our own. What stands there may quote the file's tags, so not a
// letter of it is passed on.
func (t *tail) reason() string {
	text := t.b.String()
	for _, r := range []struct{ seen, said string }{
		{"No space left on device", noSpace},
		{"Failed to compensate for timestamp", badGap},
		{"moov atom not found", "no index in the file"},
		{"not on whitelist", "a codec or format that is not allowed"},
		{"Cannot allocate memory", "out of memory"},
		{"Invalid data found", "invalid data"},
		{"matches no streams", "the stream is not there"},
		{"Permission denied", "permission denied"},
	} {
		if strings.Contains(text, r.seen) {
			return r.said
		}
	}
	return ""
}

// tail keeps the last limit bytes written to it.
type tail struct {
	b     bytes.Buffer
	limit int
}

func (t *tail) Write(p []byte) (int, error) {
	t.b.Write(p)
	if over := t.b.Len() - t.limit; over > 0 {
		t.b.Next(over)
	}
	return len(p), nil
}

// capped refuses more than limit bytes: an honest answer of ffprobe has a few kilobytes.
type capped struct {
	b     bytes.Buffer
	limit int
}

func (c *capped) Write(p []byte) (int, error) {
	if c.b.Len()+len(p) > c.limit {
		return 0, errors.New("answer too long")
	}
	return c.b.Write(p)
}
