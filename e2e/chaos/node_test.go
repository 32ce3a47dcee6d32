//go:build linux

package chaos

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// node is one process of the installation under a supervisor that starts it again whenever it ends, as systemd or
// Kubernetes does.
type node struct {
	name string
	dir  string // its data folder
	args []string
	env  []string
	log  *os.File

	mu     sync.Mutex
	cmd    *exec.Cmd
	up     bool
	ended  bool // no more starts
	starts int
	clock  time.Duration // how far its clock is off from the next start on
	gone   chan struct{} // closed when the supervisor has ended
	small  bool          // its work folder is a file system of 24 MB, its own

	metrics string // where it tells its own figures, "" when it does not
}

// afterEnd is how long the supervisor waits before it starts a process again.
const afterEnd = 300 * time.Millisecond

func startNode(dir, name, binary string, small bool, env []string, args ...string) (*node, error) {
	n := &node{name: name, small: small, dir: filepath.Join(dir, name), args: append([]string{binary}, args...), env: env, gone: make(chan struct{})}
	if err := os.MkdirAll(filepath.Join(n.dir, "tmp"), 0o700); err != nil {
		return nil, err
	}
	var err error
	if n.log, err = os.Create(filepath.Join(dir, name+".log")); err != nil {
		return nil, err
	}
	go n.supervise()
	return n, nil
}

// supervise starts the process again and again. The kernel kills a child when the thread that started it ends, so this
// goroutine keeps its thread.
func (n *node) supervise() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(n.gone)
	defer n.log.Close()
	for {
		n.mu.Lock()
		if n.ended {
			n.mu.Unlock()
			return
		}
		args, attr := n.args, &syscall.SysProcAttr{}
		if n.small {
			attr = ownMounts()
			args = append([]string{"/bin/sh", "-c", `mkdir -p "$0" && mount --make-rprivate / && mount -t tmpfs -o size=24m none "$0" && exec "$@"`, n.workDir()}, args...)
		}
		attr.Setpgid, attr.Pdeathsig = true, syscall.SIGKILL
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Env = append(append([]string{}, n.env...), "KIKIGAKI_DATA_DIR="+filepath.Join(n.dir, "data"), "TMPDIR="+filepath.Join(n.dir, "tmp"),
			"CHAOS_CLOCK="+n.clock.String())
		cmd.Stdout, cmd.Stderr = n.log, n.log
		cmd.SysProcAttr = attr
		err := cmd.Start()
		if err == nil {
			n.cmd, n.up = cmd, true
			n.starts++
		}
		n.mu.Unlock()
		if err == nil {
			_ = cmd.Wait() // how it ended is in its log
		}
		n.mu.Lock()
		n.up = false
		n.mu.Unlock()
		time.Sleep(afterEnd)
	}
}

// signal sends a signal to the process and answers whether there was one.
func (n *node) signal(s syscall.Signal) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.up && n.cmd.Process.Signal(s) == nil
}

// kill is kill -9; the supervisor starts it again.
func (n *node) kill() bool { return n.signal(syscall.SIGKILL) }

// begun is how often the process was started.
func (n *node) begun() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.starts
}

// restart asks the process to end, as a deployment does, and waits until another one runs.
func (n *node) restart(limit time.Duration) error {
	n.mu.Lock()
	before := n.starts
	n.mu.Unlock()
	n.signal(syscall.SIGTERM)
	return eventually(limit, func() bool {
		n.mu.Lock()
		defer n.mu.Unlock()
		return n.up && n.starts > before
	}, n.name+" does not come back")
}

// setClock makes the process's clock differ from its next start on.
func (n *node) setClock(d time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.clock = d
}

// end asks the process to end, waits for it, and does not start it again.
func (n *node) end(limit time.Duration) error {
	n.mu.Lock()
	n.ended = true
	n.mu.Unlock()
	n.signal(syscall.SIGCONT)
	n.signal(syscall.SIGTERM)
	select {
	case <-n.gone:
		return nil
	case <-time.After(limit):
		n.kill()
		<-n.gone
		return fmt.Errorf("%s did not end within %s of being asked", n.name, limit)
	}
}

// pid of the running process, 0 when there is none.
func (n *node) pid() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.up {
		return 0
	}
	return n.cmd.Process.Pid
}

// workDir is where its steps keep their files; seen is that folder from outside.
func (n *node) workDir() string { return filepath.Join(n.dir, "data", "work") }

func (n *node) seen() string {
	if n.small {
		return fmt.Sprintf("/proc/%d/root%s", n.pid(), n.workDir())
	}
	return n.workDir()
}

// workFiles lists what lies in the process's temporary folders.
func (n *node) workFiles() []string {
	var out []string
	for _, dir := range []string{n.seen(), filepath.Join(n.dir, "tmp")} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			out = append(out, filepath.Join(n.name, filepath.Base(dir), e.Name()))
		}
	}
	return out
}

// strays are processes that belong to the installation by what they were started with and whose parent is not in it any
// more: an ffmpeg that outlived its worker.
func strays(dir string, ours map[int]bool) []string {
	var out []string
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return []string{err.Error()}
	}
	for _, e := range entries {
		line, err := os.ReadFile(filepath.Join("/proc", e.Name(), "cmdline"))
		if err != nil || !strings.Contains(string(line), dir) {
			continue
		}
		var pid, parent int
		var comm string
		var state string
		stat, err := os.ReadFile(filepath.Join("/proc", e.Name(), "stat"))
		if err != nil {
			continue
		}
		if _, err := fmt.Sscanf(string(stat), "%d %s %s %d", &pid, &comm, &state, &parent); err != nil || state == "Z" {
			continue
		}
		if !ours[pid] && !ours[parent] && parent != os.Getpid() && (strings.Contains(comm, "ffmpeg") || strings.Contains(comm, "ffprobe")) {
			out = append(out, fmt.Sprintf("%d %s", pid, comm))
		}
	}
	return out
}

// eventually polls until ok.
func eventually(limit time.Duration, ok func() bool, or string) error {
	for end := time.Now().Add(limit); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			return fmt.Errorf("%s within %s", or, limit)
		}
	}
	return nil
}

// freeze and thaw stop a process and let it go on.
func (n *node) freeze() { n.signal(syscall.SIGSTOP) }
func (n *node) thaw()   { n.signal(syscall.SIGCONT) }
