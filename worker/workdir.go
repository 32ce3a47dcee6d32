package worker

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"kikigaki/internal/interview"
)

const (
	workPrefix = "task-"
	homePrefix = "run-"
	lockSuffix = ".lock"
)

// home is the folder of one process below the work folder. A lock that ends with the process, however that ends, tells
// others whether it is still in use: what a killed process was at is bytes of people's talks, and goes at the next start.
type home struct {
	dir  string
	lock *os.File // nil: the disk was full, and dir is the work folder itself
}

// makeHome makes the folder of this process.
func makeHome(top string) (home, error) {
	for try := 0; ; try++ {
		dir := filepath.Join(top, homePrefix+interview.NewID())
		f, err := lockFile(dir + lockSuffix)
		if errors.Is(err, syscall.EWOULDBLOCK) && try < 5 {
			continue // swept in the moment before it was locked
		}
		if err == nil {
			if err = os.Mkdir(dir, 0o700); err == nil {
				return home{dir, f}, nil
			}
			f.Close()
			os.Remove(dir + lockSuffix) // else the next sweep
		}
		if err = diskError("make a work folder", err); interview.Code(err) == "disk_full" {
			return home{dir: top}, nil // steps will wait for space; everything else goes on
		}
		return home{}, err
	}
}

// leave removes the folder of a process that ends.
func (h home) leave() {
	if h.lock == nil {
		return
	}
	os.RemoveAll(h.dir) // what stays is swept at the next start
	os.Remove(h.dir + lockSuffix)
	h.lock.Close()
}

// lockFile opens and locks a file, or fails with EWOULDBLOCK at once. Child processes do not inherit it.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// sweepHome removes the folder of a process that has ended, and its lock last.
func sweepHome(lock string) error {
	f, err := lockFile(lock)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil // in use
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if err := os.RemoveAll(strings.TrimSuffix(lock, lockSuffix)); err != nil {
		return err
	}
	return os.Remove(lock)
}

// makeWorkDir makes a private folder for one run of a task. Its name holds the kind alone.
func makeWorkDir(top string, t interview.Task) (string, error) {
	dir, err := os.MkdirTemp(top, workPrefix+string(t.Kind)+"-*") // 0700
	if err != nil {
		return "", diskError("make a work folder", err)
	}
	return dir, nil
}

func removeWorkDir(dir string) {
	if dir != "" {
		os.RemoveAll(dir) // what stays is swept at the next start
	}
}

// sweepWorkDir removes the folders that killed processes left behind, and of those without a lock what was not touched
// since before.
func sweepWorkDir(top string, before time.Time) error {
	entries, err := os.ReadDir(top)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sweep the work folder: %w", err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), homePrefix) && strings.HasSuffix(e.Name(), lockSuffix) {
			if err := sweepHome(filepath.Join(top, e.Name())); err != nil {
				return fmt.Errorf("sweep the work folder: %w", err)
			}
			continue
		}
		info, err := e.Info()
		if err != nil || !e.IsDir() || !strings.HasPrefix(e.Name(), workPrefix) || info.ModTime().After(before) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(top, e.Name())); err != nil {
			return fmt.Errorf("sweep the work folder: %w", err)
		}
	}
	return nil
}

// diskError tells a full disk from other trouble: it waits for space instead of failing.
func diskError(doing string, err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return interview.E("disk_full", errors.New(doing))
	}
	return fmt.Errorf("%s: %w", doing, err)
}
