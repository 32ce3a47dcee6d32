package testkit

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// process is a server of a test. It ends with the test, and with the test binary however that ends.
type process struct {
	name   string
	cmd    *exec.Cmd
	exited chan struct{}
	err    error // of Wait, after exited
	said   *lastWords
}

// start runs cmd. The kernel kills it when the thread that started it ends, so that thread waits for it.
func start(name string, cmd *exec.Cmd) (*process, error) {
	p := &process{name: name, cmd: cmd, exited: make(chan struct{}), said: &lastWords{}}
	cmd.Stdout, cmd.Stderr = p.said, p.said
	cmd.SysProcAttr = dieWithUs()
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.exited)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return p, nil
}

// stop kills it with SIGKILL and waits for its end.
func (p *process) stop() {
	p.cmd.Process.Kill()
	<-p.exited
}

func (p *process) signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatalf("signal %s: %v", p.name, err)
	}
	if s != syscall.SIGSTOP {
		return
	}
	// The signal takes its time; a test that goes on at once may still be answered.
	stopped := func() bool {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
		_, after, _ := strings.Cut(string(stat), ") ")
		return err != nil || strings.HasPrefix(after, "T")
	}
	if err := p.answers(stopped); err != nil {
		t.Fatalf("freeze %s: %v", p.name, err)
	}
}

// answers waits until ok, and fails with the server's last words when it ends or takes 15 s.
func (p *process) answers(ok func() bool) error {
	deadline := time.After(15 * time.Second)
	for !ok() {
		select {
		case <-p.exited:
			return fmt.Errorf("%s ended: %w: %s", p.name, cmpErr(p.err), p.said)
		case <-deadline:
			return fmt.Errorf("%s does not answer: %s", p.name, p.said)
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}

func cmpErr(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	return err
}

// freePort is a loopback port that nobody listens on at the moment.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func dials(port int) bool {
	c, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), time.Second)
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// lastWords keeps the end of what a server wrote.
type lastWords struct {
	mu  sync.Mutex
	buf []byte
}

func (w *lastWords) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf = append(w.buf, p...)
	if n := len(w.buf) - 4096; n > 0 {
		w.buf = append(w.buf[:0], w.buf[n:]...)
	}
	return len(p), nil
}

func (w *lastWords) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(bytes.TrimSpace(w.buf))
}
