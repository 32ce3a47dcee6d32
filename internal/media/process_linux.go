package media

import (
	"math"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

type limits struct {
	memory int64         // address space, bytes
	output int64         // bytes of one written file
	cpu    time.Duration // of all threads together
}

// ownGroup puts the child into a process group of its own and lets the kernel kill it when this process dies.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func killGroup(pid int) error { return syscall.Kill(-pid, syscall.SIGKILL) }

// limitProcess sets the resource limits of a started child. It comes a moment after the start, while the dynamic
// linker is still at work and no byte of the recording has been read. Errors mean that the child is already gone.
func limitProcess(pid int, l limits) {
	set := func(what int, n uint64) { _ = unix.Prlimit(pid, what, &unix.Rlimit{Cur: n, Max: n}, nil) }
	set(unix.RLIMIT_CORE, 0) // a core dump would hold voices
	set(unix.RLIMIT_NOFILE, 64)
	set(unix.RLIMIT_AS, uint64(l.memory))
	seconds := uint64(max(1, math.Ceil(l.cpu.Seconds())))
	_ = unix.Prlimit(pid, unix.RLIMIT_CPU, &unix.Rlimit{Cur: seconds, Max: seconds + 2}, nil) // SIGXCPU tells it from other ends
	if l.output > 0 {
		set(unix.RLIMIT_FSIZE, uint64(l.output))
	}
}

// overLimit reports that the child was ended by one of its limits.
func overLimit(e *exec.ExitError) bool {
	return endedBy(e, syscall.SIGXFSZ) || endedBy(e, syscall.SIGXCPU)
}

// killed reports that somebody else ended the child: an operator, or the system out of memory.
func killed(e *exec.ExitError) bool {
	return endedBy(e, syscall.SIGKILL) || endedBy(e, syscall.SIGTERM) || endedBy(e, syscall.SIGINT)
}

func endedBy(e *exec.ExitError, s syscall.Signal) bool {
	w, ok := e.Sys().(syscall.WaitStatus)
	return ok && w.Signaled() && w.Signal() == s
}
