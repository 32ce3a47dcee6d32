package embedded

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"kikigaki/internal/interview"
)

// ErrInUse is the cause when another process works in the data folder.
var ErrInUse = errors.New("in use by another process")

// Lock takes the data folder, creating it if needed, for this process alone. Two processes on one folder would each
// start a store and a database of their own over the same files. The lock ends with the process, however that ends.
func Lock(dataDir string) (unlock func(), err error) {
	if err := os.MkdirAll(dataDir, 0o700); err != nil {
		return nil, fmt.Errorf("create the data folder: %w", err)
	}
	f, err := flock(filepath.Join(dataDir, "lock"))
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, interview.E("settings_invalid",
			fmt.Errorf("the data folder %s is %w%s: stop it, or set another KIKIGAKI_DATA_DIR", dataDir, ErrInUse, holder(dataDir)))
	}
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	// The number is for the message alone; the lock is what counts.
	if err = f.Truncate(0); err == nil {
		_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("write to the data folder: %w", err)
	}
	return func() { f.Close() }, nil
}

// flock opens path and locks it, or fails with EWOULDBLOCK at once. Closing the file ends the lock. Child processes do
// not inherit it: Go opens files close-on-exec.
func flock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// holder is " (number 123)" when the lock file tells.
func holder(dataDir string) string {
	f, err := os.Open(filepath.Join(dataDir, "lock"))
	if err != nil {
		return ""
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 20))
	pid, aerr := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || aerr != nil {
		return ""
	}
	return fmt.Sprintf(" (number %d)", pid)
}
