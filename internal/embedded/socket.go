package embedded

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// maxSocket is the longest path of a unix socket the kernels take, 108 bytes on Linux and 104 on others, with the
// ending zero.
const maxSocket = 103

// socketPath is a path for the socket in dir, or, when that is too long, in a private folder among the temporary
// files that is the same at each start, so that killed processes leave no heap of them.
func socketPath(dir string) (string, error) {
	path := filepath.Join(dir, "s3.sock")
	if len(path) <= maxSocket {
		return path, nil
	}
	sum := sha256.Sum256([]byte(dir))
	name := fmt.Sprintf("kikigaki-%d-%x", os.Getuid(), sum[:8])
	for _, tmp := range []string{os.TempDir(), "/tmp"} {
		path = filepath.Join(tmp, name, "s3.sock")
		if len(path) > maxSocket {
			continue
		}
		if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil && !errors.Is(err, os.ErrExist) {
			return "", err
		}
		return path, private(filepath.Dir(path))
	}
	return "", fmt.Errorf("the path is longer than %d bytes, here and in the temporary folder", maxSocket)
}

// private refuses a folder that someone else has put where ours belongs.
func private(dir string) error {
	fi, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	st, ok := fi.Sys().(*syscall.Stat_t)
	if !fi.IsDir() || !ok || int(st.Uid) != os.Getuid() || fi.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s belongs to someone else", dir)
	}
	return nil
}
