package embedded

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/debuglogger"
	"github.com/versity/versitygw/embedgw"
)

// childConfig goes from parent to child as the first line of its standard input: arguments and environment can be
// read by others on the machine, a pipe cannot.
type childConfig struct {
	Dir       string `json:"dir"`    // holds objects/, meta/ and lock
	Listen    string `json:"listen"` // absolute path of a unix socket, or host:port
	AccessKey string `json:"access_key"`
	SecretKey string `json:"secret_key"`
	Region    string `json:"region"`
	Versions  string `json:"versions,omitempty"` // folder for old versions; the test kit alone sets it
}

const (
	// childLockWait is how long a new child waits for one of a killed parent to end.
	childLockWait = 10 * time.Second
	// childGrace is what requests get to finish after standard input closed; the store commits by linking a finished
	// file, so that cutting them off leaves nothing half.
	childGrace = time.Second
)

// RunS3 is the child process: the hidden command embedded-s3. It reads its settings from the first line of stdin,
// serves until stdin closes, and never returns before. It changes the process's working directory and umask, which is
// why it must have a process of its own.
func RunS3(ctx context.Context, stdin io.Reader) error {
	in := bufio.NewReader(stdin)
	line, err := in.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("read the settings of the embedded store: %w", err)
	}
	var cfg childConfig
	if err := json.Unmarshal(line, &cfg); err != nil {
		return errors.New("the settings of the embedded store are not what its parent writes; this command is not for people")
	}
	syscall.Umask(0o077)
	// Service managers send the signal to stop to every process at once; the parent still needs us to finish its work.
	signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, in) // until the parent closes it or dies
		cancel()
		time.Sleep(childGrace)
		os.Exit(0) // idle connections would keep the server for another ten seconds
	}()

	objects, sidecar := filepath.Join(cfg.Dir, "objects"), filepath.Join(cfg.Dir, "meta")
	for _, dir := range []string{objects, sidecar} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("create the folder of the embedded store: %w", err)
		}
	}
	lock, err := waitLock(ctx, filepath.Join(cfg.Dir, "lock"))
	if err != nil {
		return fmt.Errorf("lock the embedded store: %w", err)
	}
	defer lock.Close()
	tidy := &tidier{objects: objects, sidecar: sidecar}
	if err := tidy.recover(); err != nil {
		return fmt.Errorf("recover the embedded store: %w", err)
	}
	go tidy.run(ctx)

	store, err := meta.NewSideCar(sidecar)
	if err != nil {
		return fmt.Errorf("open the embedded store's metadata: %w", err)
	}
	opts := posix.PosixOpts{SideCarDir: sidecar, VersioningDir: cfg.Versions}
	opts.SetNewDirPerm(0o700)
	opts.SetNewFilePerm(0o600)
	be, err := posix.New(objects, store, opts)
	if err != nil {
		return fmt.Errorf("open the embedded store: %w", err)
	}
	return embedgw.RunVersityGW(ctx, whole{be}, &embedgw.Config{
		RootUserAccess: cfg.AccessKey, RootUserSecret: cfg.SecretKey, Region: cfg.Region,
		Ports: []string{cfg.Listen}, SocketPerm: "0600",
		MaxConnections: 4096, MaxRequests: 1024, MultipartMaxParts: 10_000,
		KeepAlive: true, DisableACLs: true, Quiet: true, LogLevel: debuglogger.LevelSilent,
	})
}

func waitLock(ctx context.Context, path string) (*os.File, error) {
	deadline := time.Now().Add(childLockWait)
	for {
		f, err := flock(path)
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return f, err
		}
		if time.Now().After(deadline) {
			return nil, errors.New("another store still serves this folder")
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
