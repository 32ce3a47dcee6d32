package embedded

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"kikigaki/internal/blob"
	"kikigaki/internal/interview"
)

func read(t *testing.T, b *blob.Bucket, key string) string {
	t.Helper()
	r, _, err := b.Get(t.Context(), key, "")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

func put(t *testing.T, b *blob.Bucket, key, content string) {
	t.Helper()
	if _, err := b.Put(t.Context(), key, strings.NewReader(content), int64(len(content)), "audio/mp4", true); err != nil {
		t.Fatal(err)
	}
}

// A browser uploads in parts and plays under whatever name it knows the program by; no URL names an inner address.
func TestUploadThroughProxy(t *testing.T) {
	t.Parallel()
	s := startS3(t, filepath.Join(t.TempDir(), "new", "folder"))
	b := openBucket(t, s)
	port := serve(t, s)
	content := make([]byte, 5<<20+100_000)
	rand.Read(content)
	for i, host := range []string{"localhost", "127.0.0.1", "127.0.0.2"} {
		t.Run(host, func(t *testing.T) {
			public := "http://" + host + ":" + port
			key := fmt.Sprintf("interviews/a/recording/面談-%d", i)
			upload, err := b.CreateUpload(t.Context(), key, "audio/mp4")
			if err != nil {
				t.Fatal(err)
			}
			for n, part := range [][]byte{content[:5<<20], content[5<<20:]} {
				u, err := b.PresignPart(t.Context(), public, key, upload, n+1, time.Minute)
				if err != nil {
					t.Fatal(err)
				}
				if p, err := url.Parse(u); err != nil || p.Host != host+":"+port {
					t.Fatalf("part URL leads to %s, want %s:%s", p.Host, host, port)
				}
				resp, body := request(t, http.MethodPut, u, part, map[string]string{"Content-Type": "audio/mp4", "Cookie": "session=x",
					"Origin": public})
				if resp.StatusCode != http.StatusOK {
					t.Fatalf("part %d: %s %s", n+1, resp.Status, body)
				}
				if got := resp.Header.Get("Access-Control-Allow-Origin"); got != public {
					t.Errorf("allowed origin %q, want %q", got, public)
				}
			}
			if _, err := b.Complete(t.Context(), key, upload, int64(len(content))); err != nil {
				t.Fatal(err)
			}
			u, err := b.PresignGet(t.Context(), public, key, time.Minute, blob.Delivery{ContentType: "audio/mp4", FileName: "面談.m4a"})
			if err != nil {
				t.Fatal(err)
			}
			resp, got := request(t, http.MethodGet, u, nil, map[string]string{"Range": "bytes=5242870-"})
			if resp.StatusCode != http.StatusPartialContent || !bytes.Equal(got, content[5242870:]) {
				t.Errorf("range: %s, %d bytes", resp.Status, len(got))
			}
			for name, want := range map[string]string{
				"Content-Type": "audio/mp4", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
				"Content-Security-Policy": "sandbox; default-src 'none'", "Server": "", "X-Amz-Meta-Kikigaki-Write": "",
				"Content-Disposition": "attachment; filename=\"__.m4a\"; filename*=UTF-8''%E9%9D%A2%E8%AB%87.m4a",
				"Content-Range":       fmt.Sprintf("bytes 5242870-%d/%d", len(content)-1, len(content)),
			} {
				if got := resp.Header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			if resp, _ := request(t, http.MethodGet, strings.Replace(u, host, "127.0.0.3", 1), nil, nil); resp.StatusCode != http.StatusForbidden {
				t.Errorf("the URL works under another name too: %s", resp.Status)
			}
		})
	}
}

func TestKilledChildIsStartedAgain(t *testing.T) {
	t.Parallel()
	s := startS3(t, t.TempDir())
	b := openBucket(t, s)
	put(t, b, "interviews/a/recording/x", "kept")
	for range 3 {
		s.mu.Lock()
		old := s.process
		s.mu.Unlock()
		if err := old.Kill(); err != nil {
			t.Fatal(err)
		}
		eventually(t, 5*time.Second, "another child", func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.process != nil && s.process != old
		})
		// The SDK's own retries carry a request over the pause.
		if got := read(t, b, "interviews/a/recording/x"); got != "kept" {
			t.Fatalf("read %q, want %q", got, "kept")
		}
	}
}

// Service managers send the signal to stop to parent and child at once, and the parent is not done yet.
func TestChildLeavesSignalsToItsParent(t *testing.T) {
	t.Parallel()
	s := startS3(t, t.TempDir())
	b := openBucket(t, s)
	child := s.process
	for _, sig := range []os.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		if err := child.Signal(sig); err != nil {
			t.Fatal(err)
		}
		put(t, b, "interviews/a/"+sig.String(), "finished")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process != child {
		t.Error("another child had to be started")
	}
}

func TestRestartKeepsObjects(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := startS3(t, dir)
	put(t, openBucket(t, first), "interviews/a/recording/x", "kept")
	first.Close()
	first.Close()
	second := startS3(t, dir)
	if got := read(t, openBucket(t, second), "interviews/a/recording/x"); got != "kept" {
		t.Fatalf("read %q, want %q", got, "kept")
	}
	if _, secret, _ := first.Credentials(); secret == second.config.SecretKey {
		t.Error("the secret of the first start still holds")
	}
}

// A killed program leaves no orphan, and the next start on its folder finds everything.
func TestKilledParentLeavesNoOrphan(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), roleVar+"=parent", folderVar+"="+dir)
			cmd.Stderr = t.Output()
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer cmd.Process.Kill()
			line, err := bufio.NewReader(out).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			child, err := strconv.Atoi(strings.TrimSpace(line))
			if err != nil || !alive(child) {
				t.Fatalf("child %q is not there: %v", line, err)
			}
			if _, err := Lock(dir); !errors.Is(err, interview.E("settings_invalid", nil)) ||
				!strings.Contains(err.Error(), strconv.Itoa(cmd.Process.Pid)) {
				t.Errorf("locking a folder in use: %v, want settings_invalid naming process %d", err, cmd.Process.Pid)
			}
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			cmd.Wait()
			eventually(t, 2*time.Second, "the child ends", func() bool { return !alive(child) })

			unlock, err := Lock(dir)
			if err != nil {
				t.Fatalf("lock after the holder's end: %v", err)
			}
			defer unlock()
			if got := read(t, openBucket(t, startS3(t, dir)), "interviews/a/recording/x"); got != "kept" {
				t.Errorf("read %q, want %q", got, "kept")
			}
		})
	}
}

// On systems without a death signal the child still ends: its standard input closes with its parent. Idle connections
// do not hold it.
func TestChildEndsWithItsStdin(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	socket := filepath.Join(dir, "s")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleVar+"=child")
	cmd.Stderr = t.Output()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	fmt.Fprintf(stdin, `{"dir":%q,"listen":%q,"access_key":"a","secret_key":"b","region":"us-east-1"}`+"\n", dir, socket)
	s := &S3{config: childConfig{Listen: socket}}
	ended := make(chan error, 1)
	if err := s.dial(t.Context(), ended); err != nil {
		t.Fatal(err)
	}
	client := s.newTransport()
	defer client.CloseIdleConnections()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://bucket.internal/", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close() // the connection stays open and idle
	stdin.Close()
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(2 * time.Second):
		t.Error("the child outlived its standard input by 2 s")
	}
}

func TestStartNamesTheReason(t *testing.T) {
	t.Parallel()
	opts := testOptions(t.TempDir(), nil)
	opts.Exe, opts.Env = "/bin/sh", nil
	opts.Args = []string{"-c", "echo no such command >&2; exit 3"}
	_, err := StartS3(t.Context(), opts)
	if err == nil || !strings.Contains(err.Error(), "no such command") {
		t.Fatalf("got %v, want the child's own words", err)
	}
}

// The signal to stop reaches us first; uploads being finished still need the store.
func TestStoreOutlivesItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s, err := StartS3(ctx, testOptions(t.TempDir(), slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	b := openBucket(t, s)
	child := s.process.Pid
	cancel()
	put(t, b, "interviews/a/x", "finished")
	s.Close()
	if alive(child) {
		t.Error("the child is alive after Close")
	}

	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := StartS3(over, testOptions(t.TempDir(), slog.New(slog.DiscardHandler))); !errors.Is(err, context.Canceled) {
		t.Errorf("start after the end: %v", err)
	}
}

func TestLongDataFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), strings.Repeat("長い名前", 12))
	s := startS3(t, dir)
	if len(s.config.Listen) > maxSocket {
		t.Errorf("socket path has %d bytes, at most %d fit", len(s.config.Listen), maxSocket)
	}
	defer os.RemoveAll(filepath.Dir(s.config.Listen))
	b := openBucket(t, s)
	put(t, b, "interviews/a/x", "here")
	if got := read(t, b, "interviews/a/x"); got != "here" {
		t.Errorf("read %q, want %q", got, "here")
	}
}

// What is erased is gone from the disk, names and all; nothing in the folder is open to others; the secret stands
// in no file.
func TestErasedFromDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := startS3(t, dir)
	b := openBucket(t, s)
	const canary, id = "ないしょの話", "01canaryinterview"
	content := bytes.Repeat([]byte(canary), 1<<20)
	prefix := "interviews/" + id + "/"
	if _, err := b.Upload(t.Context(), prefix+"recording/x", bytes.NewReader(content), blob.UploadOptions{ContentType: "audio/mp4"}); err != nil {
		t.Fatal(err)
	}
	put(t, b, prefix+"transcript/1.json", canary)
	open, err := b.CreateUpload(t.Context(), prefix+"recording/y", "audio/mp4")
	if err != nil {
		t.Fatal(err)
	}
	u, err := b.PresignPart(t.Context(), "http://localhost:"+serve(t, s), prefix+"recording/y", open, 1, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if resp, body := request(t, http.MethodPut, u, content, nil); resp.StatusCode != http.StatusOK {
		t.Fatalf("part: %s %s", resp.Status, body)
	}
	if found := grep(t, dir, canary); len(found) < 3 {
		t.Fatalf("the canary stands in %v before: the test would see nothing", found)
	}
	if _, err := b.DeletePrefix(t.Context(), prefix); err != nil {
		t.Fatal(err)
	}
	if found := grep(t, dir, canary); len(found) > 0 {
		t.Errorf("words are left in %v", found)
	}
	tidy := &tidier{objects: filepath.Join(dir, "bucket", "objects"), sidecar: filepath.Join(dir, "bucket", "meta")}
	tidy.sweep(t.Context(), time.Now().Add(time.Minute))
	if found := grep(t, dir, id); len(found) > 0 {
		t.Errorf("the id is left in %v", found)
	}
	_, secret, _ := s.Credentials()
	if found := grep(t, dir, secret); len(found) > 0 {
		t.Errorf("the secret stands in %v", found)
	}
	err = filepath.WalkDir(filepath.Join(dir, "bucket"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := d.Info()
		if err == nil && fi.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is open to others: %v", path, fi.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// grep lists the files below dir whose path or content holds s.
func grep(t *testing.T, dir, s string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.Contains(path, s) {
			found = append(found, path)
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(s)) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Not parallel: it measures this process. Large parts flow through the proxy and the store without being held.
func TestMemoryThroughProxy(t *testing.T) {
	s := startS3(t, t.TempDir())
	b := openBucket(t, s)
	public := "http://localhost:" + serve(t, s)
	upload, err := b.CreateUpload(t.Context(), "interviews/a/x", "audio/wav")
	if err != nil {
		t.Fatal(err)
	}
	const part, parts = 64 << 20, 4
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil { // resets the peak
		t.Fatal(err)
	}
	before, start := memory(t, "self", "VmRSS"), time.Now()
	for n := 1; n <= parts; n++ {
		u, err := b.PresignPart(t.Context(), public, "interviews/a/x", upload, n, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, u, io.LimitReader(zeros{}, part))
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = part
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("part %d: %s", n, resp.Status)
		}
	}
	took, child := time.Since(start), strconv.Itoa(s.process.Pid)
	if _, err := b.Complete(t.Context(), "interviews/a/x", upload, part*parts); err != nil {
		t.Fatal(err)
	}
	grown, peak := memory(t, "self", "VmHWM")-before, memory(t, child, "VmHWM")
	t.Logf("256 MiB in %v (%.0f MiB/s): we grew by %d MiB, the store peaked at %d MiB", took.Round(time.Millisecond), 256/took.Seconds(),
		grown>>20, peak>>20)
	if grown > 16<<20 {
		t.Errorf("this process grew by %d MiB, want at most 16", grown>>20)
	}
	if peak > 128<<20 {
		t.Errorf("the store took %d MiB, want at most 128", peak>>20)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// memory reads a value of a process in bytes.
func memory(t *testing.T, pid, name string) int64 {
	t.Helper()
	b, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == name+":" {
			kb, err := strconv.ParseInt(f[1], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kb << 10
		}
	}
	t.Fatalf("no %s", name)
	return 0
}
