package media_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/media"
	"kikigaki/internal/testkit"
)

// script stands in for ffprobe or ffmpeg.
func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// waitFor polls until ok; it fails when the test's patience ends.
func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func pidIn(path string) (int, bool) {
	data, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
	return pid, err == nil
}

func alive(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)) // a zombie that nobody has reaped yet is dead
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

// A program that hangs is killed together with what it started, by the caller's cancellation and by the clock. Neither
// is the recording's fault: a machine under load is slow as well.
func TestHanging(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		timeout time.Duration
		cancel  bool
	}{{"cancelled", time.Hour, true}, {"out of time", 500 * time.Millisecond, false}} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			child := filepath.Join(dir, "child")
			// The grandchild keeps the pipes open: waiting for their end alone would never return.
			tool := newTool(t, media.Options{FFprobe: script(t, "sleep 3600 &\necho $! > "+child+"\nwait\n"), Timeout: row.timeout})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			done := make(chan error, 1)
			go func() {
				_, err := tool.Inspect(ctx, testkit.Sample("real/voice-memo.m4a"))
				done <- err
			}()
			waitFor(t, "the child", func() bool { _, ok := pidIn(child); return ok })
			pid, _ := pidIn(child)
			if row.cancel {
				cancel()
			}
			err := <-done
			if err == nil || errors.Is(err, context.Canceled) != row.cancel || interview.ClassOf(err) != interview.Retry {
				t.Errorf("got %v", err)
			}
			waitFor(t, "the grandchild's end", func() bool { return !alive(pid) })
		})
	}
}

// A file that keeps the processor busy for ever is the recording's fault; being killed by the system is not.
func TestEndless(t *testing.T) {
	t.Parallel()
	memo := testkit.Sample("real/voice-memo.m4a")
	_, err := newTool(t, media.Options{FFprobe: script(t, "while :; do :; done"), CPUTime: time.Second}).Inspect(t.Context(), memo)
	wantCode(t, err, "recording_damaged")
	_, err = newTool(t, media.Options{FFprobe: script(t, "kill -KILL $$")}).Inspect(t.Context(), memo)
	if err == nil || interview.ClassOf(err) != interview.Retry {
		t.Errorf("got %v", err)
	}
}

// A crash of ffprobe is a verdict; a program that is not there is not the recording's fault.
func TestPrograms(t *testing.T) {
	t.Parallel()
	if _, err := media.New(media.Options{FFmpeg: "/nowhere/ffmpeg"}); err == nil || !strings.Contains(err.Error(), "ffmpeg") {
		t.Errorf("got %v", err)
	}
	memo := testkit.Sample("real/voice-memo.m4a")
	for _, body := range []string{"exit 1", "kill -SEGV $$", "echo not json", "echo '{}'", "echo '{\"streams\":[{\"codec_type\":\"audio\"}]}'", "head -c 3000000 /dev/zero"} {
		_, err := newTool(t, media.Options{FFprobe: script(t, body)}).Inspect(t.Context(), memo)
		if body == "echo '{\"streams\":[{\"codec_type\":\"audio\"}]}'" {
			wantCode(t, err, "format_not_supported")
			continue
		}
		wantCode(t, err, "recording_damaged")
	}
	gone := script(t, "")
	tool := newTool(t, media.Options{FFprobe: gone})
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	_, err := tool.Inspect(t.Context(), memo)
	if err == nil || interview.Code(err) != "internal_error" || interview.ClassOf(err) != interview.Retry {
		t.Errorf("got %v", err)
	}
}

// What ffmpeg prints quotes the file: nothing of it reaches an error, not even its end.
func TestStderrStaysInside(t *testing.T) {
	t.Parallel()
	tool := newTool(t, media.Options{FFprobe: script(t, "for i in 1 2 3 4 5 6 7 8 9; do head -c 100000 /dev/zero | tr '\\0' 'x' >&2; done\n"+
		"printf 'title: 山田さんの面談 \\033[31m<script>' >&2; exit 1")})
	_, err := tool.Inspect(t.Context(), testkit.Sample("real/voice-memo.m4a"))
	e := wantCode(t, err, "recording_damaged")
	if text := e.Error(); strings.ContainsAny(text, "山\x1b<") || strings.Contains(text, "xx") || len(text) > 200 {
		t.Errorf("says %q", text)
	}
}

// The child sees no key of ours, works in a private empty folder, and cannot fill the disk, the memory or the core dump.
func TestSurroundings(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("KIKIGAKI_STT_API_KEY", "secret")
	tool := newTool(t, media.Options{FFprobe: script(t, "{ env; echo cwd=$(pwd); stat -c mode=%a .; ls -A | sed s/^/file=/; sleep 0.3; cat /proc/$$/limits; } > "+
		filepath.Join(dir, "seen")+"; exit 1"), MaxMemory: 777 << 20})
	_, err := tool.Inspect(t.Context(), testkit.Sample("real/voice-memo.m4a"))
	wantCode(t, err, "recording_damaged")
	seen := string(read(t, filepath.Join(dir, "seen")))
	if strings.Contains(seen, "secret") || strings.Contains(seen, "file=") || !strings.Contains(seen, "mode=700") {
		t.Errorf("the child saw\n%s", seen)
	}
	for limit, want := range map[string]string{"Max address space": strconv.Itoa(777 << 20), "Max core file size": "0", "Max open files": "64"} {
		found := false
		for line := range strings.Lines(seen) {
			if rest, ok := strings.CutPrefix(line, limit); ok {
				found = strings.Fields(rest)[0] == want
			}
		}
		if !found {
			t.Errorf("%s is not %s in\n%s", limit, want, seen)
		}
	}
	cwd := ""
	for line := range strings.Lines(seen) {
		if rest, ok := strings.CutPrefix(line, "cwd="); ok {
			cwd = strings.TrimSpace(rest)
		}
	}
	if _, err := os.Stat(cwd); cwd == "" || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder %q is still there", cwd)
	}
}

// No more than Concurrency programs run at once; who waits can give up.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	gate := filepath.Join(dir, "gate")
	// Each run leaves a mark while it lasts and goes on when the gate is there.
	tool := newTool(t, media.Options{Concurrency: 2, FFprobe: script(t, "touch "+dir+"/run.$$\nls "+dir+" | grep -c run > "+dir+"/count.$$\n"+
		"while [ ! -e "+gate+" ]; do sleep 0.02; done\nrm "+dir+"/run.$$\nexit 1")})
	memo := testkit.Sample("real/voice-memo.m4a")
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() { _, _ = tool.Inspect(t.Context(), memo) })
	}
	running := func() int { m, _ := filepath.Glob(filepath.Join(dir, "run.*")); return len(m) }
	waitFor(t, "two runs", func() bool { return running() == 2 })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tool.Inspect(ctx, memo); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting gave %v", err)
	}
	if err := os.WriteFile(gate, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wait.Wait()
	counts, _ := filepath.Glob(filepath.Join(dir, "count.*"))
	if len(counts) != 6 {
		t.Fatalf("%d runs, want 6", len(counts))
	}
	for _, c := range counts {
		if n := strings.TrimSpace(string(read(t, c))); n != "1" && n != "2" {
			t.Errorf("%s ran at once", n)
		}
	}
}
