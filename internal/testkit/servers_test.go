package testkit

import (
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func TestRedisServer(t *testing.T) {
	t.Parallel()
	r := Redis(t)
	opts, err := redis.ParseURL(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := redis.NewClient(opts)
	defer c.Close()
	set := func() {
		t.Helper()
		if err := c.Set(t.Context(), "k", "v", 0).Err(); err != nil {
			t.Fatal(err)
		}
	}
	gone := func(what string) {
		t.Helper()
		if err := c.Get(t.Context(), "k").Err(); err != redis.Nil {
			t.Errorf("after %s: %v, want nothing", what, err)
		}
	}
	set()
	r.Flush(t)
	gone("flush")
	set()
	r.Restart(t)
	gone("restart")
	r.Pause(t)
	slow := redis.NewClient(&redis.Options{Addr: r.Addr, ReadTimeout: 50 * time.Millisecond, MaxRetries: -1})
	defer slow.Close()
	if err := slow.Ping(t.Context()).Err(); err == nil {
		t.Error("a frozen server answers")
	}
	r.Resume(t)
	set()
}

func TestS3Server(t *testing.T) {
	t.Parallel()
	s := S3(t)
	resp, err := http.Get(s.Endpoint + "/" + s.Bucket)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("without a signature: %s, want 403", resp.Status)
	}
	s.Stop(t)
	if dials(s.port) {
		t.Error("it answers after Stop")
	}
	s.Start(t)
	if _, err := os.Stat(s.Dir + "/objects/" + s.Bucket); err != nil {
		t.Errorf("the bucket after a restart: %v", err)
	}
}

// A test binary that is killed cleans nothing up, and still leaves no server behind.
func TestNoOrphans(t *testing.T) {
	t.Parallel()
	if os.Getenv("KIKIGAKI_TESTKIT_ORPHAN") != "" {
		r, s := Redis(t), S3(t)
		t.Logf("pids %d %d", r.p.cmd.Process.Pid, s.p.cmd.Process.Pid)
		os.Stdout.WriteString(strconv.Itoa(r.p.cmd.Process.Pid) + " " + strconv.Itoa(s.p.cmd.Process.Pid) + "\n")
		select {}
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestNoOrphans$")
	cmd.Env = append(os.Environ(), "KIKIGAKI_TESTKIT_ORPHAN=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 64)
	n, err := out.Read(buf)
	cmd.Process.Kill()
	cmd.Wait()
	if err != nil {
		t.Fatal(err)
	}
	pids := strings.Fields(string(buf[:n]))
	if len(pids) != 2 {
		t.Fatalf("helper said %q", buf[:n])
	}
	for _, f := range pids {
		pid, err := strconv.Atoi(f)
		if err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(2 * time.Second); running(pid); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				syscall.Kill(pid, syscall.SIGKILL)
				t.Fatalf("server %d outlived its test binary by 2 s", pid)
			}
		}
	}
}

// running reports whether the process exists and is no zombie.
func running(pid int) bool {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	return !strings.HasPrefix(rest, "Z") && !strings.HasPrefix(rest, "X")
}
