package embedded

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"kikigaki/internal/blob"
)

// The test binary plays three parts: the tests, the child process of the store, and a parent process to be killed.
const (
	roleVar    = "KIKIGAKI_TEST_ROLE"
	folderVar  = "KIKIGAKI_TEST_FOLDER"
	bucketName = "kikigaki"
)

func TestMain(m *testing.M) {
	switch os.Getenv(roleVar) {
	case "child":
		if err := RunS3(context.Background(), os.Stdin); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	case "parent":
		if err := parent(os.Getenv(folderVar)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// parent holds the folder and runs a store until it is told to stop, as the program does.
func parent(dir string) error {
	unlock, err := Lock(dir)
	if err != nil {
		return err
	}
	defer unlock()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	s, err := StartS3(ctx, testOptions(dir, slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	defer s.Close()
	b, err := open(ctx, s)
	if err != nil {
		return err
	}
	if _, err := b.Put(ctx, "interviews/a/recording/x", strings.NewReader("kept"), 4, "audio/mp4", true); err != nil {
		return err
	}
	fmt.Println(s.process.Pid)
	<-ctx.Done()
	return nil
}

func testOptions(dir string, log *slog.Logger) S3Options {
	return S3Options{DataDir: dir, Exe: os.Args[0], Env: []string{roleVar + "=child"}, Log: log}
}

// startS3 runs a store over dir until the test ends.
func startS3(t *testing.T, dir string) *S3 {
	t.Helper()
	s, err := StartS3(context.Background(), testOptions(dir, slog.New(slog.NewTextHandler(t.Output(), nil))))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func open(ctx context.Context, s *S3) (*blob.Bucket, error) {
	access, secret, region := s.Credentials()
	b, err := blob.Open(ctx, blob.Options{Endpoint: s.Endpoint(), Region: region, Bucket: bucketName,
		AccessKey: access, SecretKey: secret, UsePathStyle: true, HTTPClient: s.HTTPClient()})
	if err != nil {
		return nil, err
	}
	return b, b.EnsureBucket(ctx)
}

func openBucket(t *testing.T, s *S3) *blob.Bucket {
	t.Helper()
	b, err := open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// serve mounts the proxy as the program does, on every address of the machine, and returns its port.
func serve(t *testing.T, s *S3) string {
	t.Helper()
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/"+bucketName+"/", s.Proxy(bucketName))
	srv := &httptest.Server{Listener: l, Config: &http.Server{Handler: mux}}
	srv.Start()
	t.Cleanup(srv.Close)
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// request is a browser's: no redirects, the given headers, the answer with its body read.
func request(t *testing.T, method, url string, body []byte, header map[string]string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, got
}

// eventually polls for what happens in another process.
func eventually(t *testing.T, within time.Duration, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", within, what)
		}
	}
}

// alive reports whether the process exists and is no zombie.
func alive(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	return !strings.HasPrefix(rest, "Z") && !strings.HasPrefix(rest, "X")
}
