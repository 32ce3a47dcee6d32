//go:build linux

package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// processFaults break the installation's own processes and their machine.
func processFaults() []fault {
	return []fault{
		{"kill -9 a worker", 14, func(_ context.Context, w *world, r *rand.Rand) error {
			return w.killOne("kill -9 a worker", some(r, w.works...))
		}},
		{"kill -9 an API", 6, func(_ context.Context, w *world, r *rand.Rand) error {
			return w.killOne("kill -9 an API", some(r, w.serves...))
		}},
		{"kill -9 ffmpeg", 3, func(ctx context.Context, w *world, _ *rand.Rand) error {
			for end := time.Now().Add(2 * time.Second); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
				if pid := childOf(w, "ffmpeg"); pid > 0 && syscall.Kill(pid, syscall.SIGKILL) == nil {
					w.killed("kill -9 ffmpeg", "ffmpeg")
					return nil
				}
			}
			return nil // none ran
		}},
		{"SIGSTOP a worker", 4, func(ctx context.Context, w *world, r *rand.Rand) error {
			n := some(r, w.works...)
			defer w.alone(n.name)()
			if !n.signal(syscall.SIGSTOP) {
				return nil
			}
			w.froze("SIGSTOP a worker", n.name)
			time.Sleep(w.scaled(90 * time.Second)) // not ctx: what was stopped must go on
			n.signal(syscall.SIGCONT)
			return nil
		}},
		{"SIGSTOP an API", 2, func(_ context.Context, w *world, r *rand.Rand) error {
			n := some(r, w.serves...)
			defer w.alone(n.name)()
			n.signal(syscall.SIGSTOP)
			time.Sleep(w.scaled(30 * time.Second))
			n.signal(syscall.SIGCONT)
			return nil
		}},
		{"restart a worker", 3, func(_ context.Context, w *world, r *rand.Rand) error {
			n := some(r, w.works...)
			defer w.alone(n.name)()
			return n.restart(90 * time.Second)
		}},
		{"restart an API", 2, func(_ context.Context, w *world, r *rand.Rand) error {
			n := some(r, w.serves...)
			defer w.alone(n.name)()
			return n.restart(90 * time.Second)
		}},
		{"a worker's clock is wrong", 3, func(ctx context.Context, w *world, r *rand.Rand) error {
			n := some(r, w.works...)
			defer w.alone(n.name)()
			n.setClock(some(r, 65*time.Second, -65*time.Second, 10*time.Minute, -10*time.Minute))
			if err := n.restart(90 * time.Second); err != nil {
				return err
			}
			pause(ctx, w.scaled(60*time.Second))
			n.setClock(0)
			return n.restart(90 * time.Second)
		}},
		{"disk full", 3, func(ctx context.Context, w *world, _ *rand.Rand) error {
			n := w.works[0]
			if !n.small {
				return nil // this machine lets nobody mount
			}
			defer w.alone(n.name)()
			full, err := fill(n)
			if err != nil {
				return nil // it was killed a moment ago: its file system is gone
			}
			for end := time.Now().Add(w.scaled(60 * time.Second)); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
				full.again()
			}
			full.free()
			return nil
		}},
	}
}

// filler is a file that takes all the space of a worker's own small file system.
type filler struct{ *os.File }

func fill(n *node) (filler, error) {
	f, err := os.Create(filepath.Join(n.seen(), "filler"))
	if err != nil {
		return filler{}, err
	}
	full := filler{f}
	full.again()
	return full, nil
}

// again takes what was freed meanwhile.
func (f filler) again() {
	block := make([]byte, 256<<10)
	for len(block) > 0 {
		if _, err := f.Write(block); err != nil {
			block = block[:len(block)/2] // to the last byte
		}
	}
}

// free gives the space back. The file system may have gone with its process.
func (f filler) free() {
	f.Close()
	_ = os.Remove(f.Name())
}

// killOne is kill -9 of a process that runs.
func (w *world) killOne(name string, n *node) error {
	defer w.alone(n.name)()
	if n.kill() {
		w.killed(name, n.name)
	}
	return nil
}

// childOf finds a process of that name below one of our workers.
func childOf(w *world, name string) int {
	ours := map[int]bool{}
	for _, n := range w.works {
		ours[n.pid()] = true
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile(filepath.Join("/proc", e.Name(), "stat"))
		if err != nil {
			continue
		}
		head, tail, _ := strings.Cut(string(stat), ") ")
		var state string
		var parent int
		if _, err := fmt.Sscanf(tail, "%s %d", &state, &parent); err == nil && ours[parent] && strings.HasSuffix(head, "("+name) && state != "Z" {
			return pid
		}
	}
	return 0
}
