package testkit

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// S3Server is a versitygw of one test: real signatures, real conditions, files in a temporary folder.
type S3Server struct {
	Endpoint  string // http://127.0.0.1:port; path style
	AccessKey string
	SecretKey string
	Region    string
	Bucket    string // empty and the test's own
	Dir       string // where its files are: objects/ and meta/
	versions  string
	path      string
	port      int
	p         *process // nil while stopped
	stdin     io.WriteCloser
}

// S3 starts an S3 server with one empty bucket on a free loopback port; it ends with the test. The first test on a
// machine builds it, which takes some seconds; after that starting takes about 50 ms.
func S3(t testing.TB) *S3Server {
	t.Helper()
	return startS3(t, "")
}

// S3Versioned is S3 with a bucket that keeps old versions and puts delete markers.
func S3Versioned(t testing.TB) *S3Server {
	t.Helper()
	s := startS3(t, t.TempDir())
	_, err := s.client().PutBucketVersioning(context.Background(), &s3.PutBucketVersioningInput{Bucket: aws.String(s.Bucket),
		VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled}})
	if err != nil {
		t.Fatalf("switch versions on: %v", err)
	}
	return s
}

func startS3(t testing.TB, versions string) *S3Server {
	t.Helper()
	path, err := s3Binary()
	if err != nil {
		t.Fatalf("S3 for tests: %v", err)
	}
	s := &S3Server{AccessKey: "testkit", SecretKey: "testkit-secret", Region: "us-east-1", Bucket: "kikigaki-test",
		Dir: t.TempDir(), versions: versions, path: path}
	t.Cleanup(func() {
		if s.p != nil {
			s.Stop(t)
		}
	})
	for try := 1; ; try++ { // somebody else may take the port between looking and listening
		if s.port, err = freePort(); err == nil {
			err = s.start()
		}
		if err == nil {
			break
		}
		if try == 5 {
			t.Fatalf("S3 for tests: %v", err)
		}
	}
	s.Endpoint = fmt.Sprintf("http://127.0.0.1:%d", s.port)
	if _, err := s.client().CreateBucket(context.Background(), &s3.CreateBucketInput{Bucket: aws.String(s.Bucket)}); err != nil {
		t.Fatalf("create a bucket for tests: %v", err)
	}
	return s
}

func (s *S3Server) client() *s3.Client {
	return s3.New(s3.Options{Region: s.Region, BaseEndpoint: &s.Endpoint, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(s.AccessKey, s.SecretKey, "")})
}

func (s *S3Server) start() error {
	cmd := exec.Command(s.path)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	p, err := start("the S3 server", cmd)
	if err != nil {
		return err
	}
	err = json.NewEncoder(stdin).Encode(map[string]string{"dir": s.Dir, "listen": fmt.Sprintf("127.0.0.1:%d", s.port),
		"access_key": s.AccessKey, "secret_key": s.SecretKey, "region": s.Region, "versions": s.versions})
	if err == nil {
		err = p.answers(func() bool { return dials(s.port) })
	}
	if err != nil {
		p.stop()
		return err
	}
	s.p, s.stdin = p, stdin
	return nil
}

// Stop kills the server; its files stay.
func (s *S3Server) Stop(t testing.TB) {
	t.Helper()
	if s.p == nil {
		t.Fatal("the S3 server is not running")
	}
	s.p.stop()
	s.stdin.Close()
	s.p = nil
}

// Start runs a stopped server again on the same port and files.
func (s *S3Server) Start(t testing.TB) {
	t.Helper()
	if s.p != nil {
		t.Fatal("the S3 server is running")
	}
	if err := s.start(); err != nil {
		t.Fatalf("start the S3 server again: %v", err)
	}
}

// Pause freezes the server: connections stay open and nothing is answered, until Resume.
func (s *S3Server) Pause(t testing.TB)  { t.Helper(); s.p.signal(t, syscall.SIGSTOP) }
func (s *S3Server) Resume(t testing.TB) { t.Helper(); s.p.signal(t, syscall.SIGCONT) }

// s3Binary builds the server once for each test binary; the build cache makes all but the first a matter of a second.
var s3Binary = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("kikigaki-testkit-%d", os.Getuid()))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	// Test binaries of several packages run at once and must not write over each other.
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "s3server")
	out, err := exec.Command("go", "build", "-o", path, "kikigaki/internal/testkit/s3server").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build of the S3 server (the go command must be on the path): %w: %s", err, strings.TrimSpace(string(out)))
	}
	return path, nil
})
