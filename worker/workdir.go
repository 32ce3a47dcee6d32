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

const workPrefix = "task-"

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

// sweepWorkDir removes the folders that a killed process left behind: those not touched since before.
func sweepWorkDir(top string, before time.Time) error {
	entries, err := os.ReadDir(top)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sweep the work folder: %w", err)
	}
	for _, e := range entries {
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
