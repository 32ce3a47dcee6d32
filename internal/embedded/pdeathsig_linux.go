package embedded

import "syscall"

// childAttr puts the child into a process group of its own, so that Ctrl-C reaches us alone and we end it after the
// last upload, and has the kernel end it should we die without a word. The kernel watches the thread that started
// it, not the process: whoever starts it must stay locked to its thread for as long as the child lives.
func childAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
