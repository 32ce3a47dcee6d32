//go:build !linux

package media

import (
	"os/exec"
	"syscall"
	"time"
)

type limits struct {
	memory int64
	output int64
	cpu    time.Duration
}

func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func killGroup(pid int) error { return syscall.Kill(-pid, syscall.SIGKILL) }

// limitProcess does nothing: limits of another process can only be set on Linux, where Kikigaki is run in earnest.
// Time, -max_alloc and -t still bound a run.
func limitProcess(int, limits) {}

func overLimit(*exec.ExitError) bool { return false }

func killed(e *exec.ExitError) bool {
	w, ok := e.Sys().(syscall.WaitStatus)
	return ok && w.Signaled() && w.Signal() == syscall.SIGKILL
}
