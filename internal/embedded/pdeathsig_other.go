//go:build !linux

package embedded

import "syscall"

// childAttr puts the child into a process group of its own, so that Ctrl-C reaches us alone and we end it after the
// last upload. It ends by itself when its standard input closes.
func childAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
