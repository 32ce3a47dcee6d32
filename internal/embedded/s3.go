package embedded

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"time"
)

// S3Options say where the store keeps its files and how to run its process.
type S3Options struct {
	DataDir string   // locked by the caller with Lock; the store takes its subfolder bucket
	Exe     string   // this program's own binary
	Args    []string // the hidden command that calls RunS3, as ["embedded-s3"]
	Env     []string // added to the few variables the child gets; it sees no secret of ours
	Log     *slog.Logger
}

// S3 is the store: a child process on a unix socket, started again when it ends.
type S3 struct {
	opts      S3Options
	config    childConfig
	transport *http.Transport
	cancel    context.CancelFunc
	done      chan struct{}
	mu        sync.Mutex
	process   *os.Process // the running child, nil between two
}

const (
	startWait = 15 * time.Second // a child may wait for that of a killed parent to end
	stopWait  = 3 * time.Second
	// A child that lived this long failed for a new reason, and is started again at once.
	healthyAfter = 30 * time.Second
	minPause     = 50 * time.Millisecond
	maxPause     = 5 * time.Second
)

// StartS3 starts the store and returns when it answers. ctx bounds the start alone: the store outlives the signal to
// stop until Close, because work that is being finished still needs it.
func StartS3(ctx context.Context, opts S3Options) (*S3, error) {
	dir, err := filepath.Abs(filepath.Join(opts.DataDir, "bucket"))
	if err != nil {
		return nil, fmt.Errorf("find the data folder: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create the bucket's folder: %w", err)
	}
	socket, err := socketPath(dir)
	if err != nil {
		return nil, fmt.Errorf("find a place for the bucket's socket: %w", err)
	}
	// A new secret at each start: nobody else needs it, and what is not stored is not stolen. URLs signed before a
	// restart answer 403, which every uploader mends by asking for new ones. The access key is a name and stays, since
	// the store writes it down as the bucket's owner.
	s := &S3{opts: opts, done: make(chan struct{}), config: childConfig{Dir: dir, Listen: socket,
		AccessKey: "kikigaki", SecretKey: rand.Text(), Region: "us-east-1"}}
	s.transport = s.newTransport()
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.cancel = cancel
	first := make(chan error, 1)
	go s.supervise(life, first)
	select {
	case err = <-first:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("start the embedded bucket: %w", err)
	}
	return s, nil
}

func (s *S3) newTransport() *http.Transport {
	d := &net.Dialer{Timeout: 5 * time.Second}
	return &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return d.DialContext(ctx, "unix", s.config.Listen)
		},
		MaxIdleConnsPerHost:   32,
		IdleConnTimeout:       30 * time.Second,
		ExpectContinueTimeout: time.Second,
		ResponseHeaderTimeout: 3 * time.Minute, // completing a long upload copies it
		DisableCompression:    true,
	}
}

// Endpoint is what the bucket's client is given as its endpoint; HTTPClient leads it to the socket.
func (s *S3) Endpoint() string { return "http://bucket.internal" }

// HTTPClient dials the socket whatever the address says.
func (s *S3) HTTPClient() *http.Client { return &http.Client{Transport: s.transport} }

// Credentials are the keys of this start and the region they sign for. They must not be logged.
func (s *S3) Credentials() (accessKey, secretKey, region string) {
	return s.config.AccessKey, s.config.SecretKey, s.config.Region
}

// Close ends the child and waits for it. It may be called twice.
func (s *S3) Close() {
	s.cancel()
	<-s.done
	s.transport.CloseIdleConnections()
}

// supervise keeps a child running until ctx ends. first receives how the first start went.
func (s *S3) supervise(ctx context.Context, first chan<- error) {
	defer close(s.done)
	// See childAttr: the child lives no longer than this thread.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	up := false
	for pause := minPause; ; pause = min(2*pause, maxPause) {
		started := time.Now()
		err := s.runChild(ctx, func() {
			if !up {
				first <- nil
			}
			up = true
		})
		if !up {
			first <- err // the caller gives up, and so do we
			return
		}
		if ctx.Err() != nil {
			return
		}
		if time.Since(started) > healthyAfter {
			pause = minPause
		}
		s.opts.Log.WarnContext(ctx, "embedded bucket ended, starting it again", "error", err, "pause", pause.String())
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// runChild runs one child until it ends or ctx does, and calls ready when it answers.
func (s *S3) runChild(ctx context.Context, ready func()) error {
	// A socket left by a killed child would answer for a moment more, if that child still lives.
	if err := os.Remove(s.config.Listen); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove the old socket: %w", err)
	}
	line, err := json.Marshal(s.config)
	if err != nil {
		return err
	}
	cmd := exec.Command(s.opts.Exe, s.opts.Args...) //nolint:noctx // it ends with its standard input, gently
	cmd.Env = append(childEnv(), s.opts.Env...)
	cmd.Dir = s.config.Dir
	cmd.SysProcAttr = childAttr()
	said := &tail{}
	cmd.Stdout, cmd.Stderr = said, said
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("run %s: %w", filepath.Base(s.opts.Exe), err)
	}
	s.setProcess(cmd.Process)
	defer s.setProcess(nil)
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	if _, err = stdin.Write(append(line, '\n')); err == nil {
		err = s.waitAnswer(ctx, ended, ready)
	}
	stdin.Close() // the sign to end; harmless when it already has
	select {
	case werr := <-ended:
		err = errors.Join(err, werr)
	case <-time.After(stopWait):
		err = errors.Join(err, cmd.Process.Kill(), <-ended)
	}
	if text := said.String(); text != "" {
		err = errors.Join(err, errors.New(text))
	}
	return err
}

// waitAnswer calls ready once the child accepts connections and returns when it ends (nil; ended gets its value back)
// or ctx does.
func (s *S3) waitAnswer(ctx context.Context, ended chan error, ready func()) error {
	if err := s.dial(ctx, ended); err != nil {
		return err
	}
	ready()
	select {
	case err := <-ended:
		ended <- err
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

var errEnded = errors.New("it ended before it answered")

// dial tries the socket until the child answers or ends.
func (s *S3) dial(ctx context.Context, ended chan error) error {
	deadline := time.NewTimer(startWait)
	defer deadline.Stop()
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "unix", s.config.Listen)
		if err == nil {
			return conn.Close()
		}
		select {
		case err := <-ended:
			ended <- err
			return errEnded
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline.C:
			return fmt.Errorf("it did not answer within %v", startWait)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (s *S3) setProcess(p *os.Process) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.process = p
}

// childEnv is what a Go program needs to run, without the secrets of our own environment.
func childEnv() []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "TZ", "GOTRACEBACK"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// tail keeps the last words of a child for the log. The store is told to be quiet, so these are its reasons to end.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

const tailSize = 2048

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if n := len(t.buf) - tailSize; n > 0 {
		t.buf = append(t.buf[:0], t.buf[n:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.buf))
}
