package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kikigaki/internal/testkit"
)

// line is a bad line between a client and an installation: it counts what goes up, and cuts connections.
type line struct {
	net.Listener
	to   string
	up   atomic.Int64
	cuts atomic.Int64 // how many connections are still to be cut
	most int64        // bytes after which one is
	hold atomic.Bool  // of the connections that carry more than 1 MiB all but the first stand still
	one  atomic.Bool  // there is a first
	shut chan struct{}
	wg   sync.WaitGroup
}

func newLine(t *testing.T, to string, cuts, most int64) *line {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	x := &line{Listener: l, to: to, most: most, shut: make(chan struct{})}
	x.cuts.Store(cuts)
	x.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			x.wg.Go(func() { x.carry(c) })
		}
	})
	t.Cleanup(func() { close(x.shut); l.Close(); x.wg.Wait() })
	return x
}

func (l *line) carry(c net.Conn) {
	defer c.Close()
	s, err := net.Dial("tcp", l.to)
	if err != nil {
		return
	}
	defer s.Close()
	go func() {
		_, _ = io.Copy(c, s)
		c.Close()
	}()
	b, seen, first := make([]byte, 32<<10), int64(0), false
	for {
		n, err := c.Read(b)
		l.up.Add(int64(n))
		seen += int64(n)
		if seen > l.most && l.cuts.Add(-1) >= 0 {
			return
		}
		if l.hold.Load() && !first && seen > 1<<20 {
			if first = l.one.CompareAndSwap(false, true); !first {
				<-l.shut
				return
			}
		}
		if n > 0 {
			if _, err := s.Write(b[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (l *line) url() string { return "http://" + l.Addr().String() }

// noise is a file that no compression helps with; what is in it nobody opens before there is consent.
func noise(t *testing.T, size int, seed uint64) (path, sum string) {
	t.Helper()
	b := make([]byte, size)
	r := rand.NewChaCha8([32]byte{byte(seed)})
	_, _ = r.Read(b)
	path = filepath.Join(t.TempDir(), "talk.wav")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	h := sha256.Sum256(b)
	return path, hex.EncodeToString(h[:])
}

type uploaded struct {
	File, Result, Interview, Code string
}

// upload runs the command and returns its results and exit code.
func (in *installation) upload(args ...string) ([]uploaded, int) {
	in.t.Helper()
	cmd := exec.CommandContext(in.t.Context(), binary, append([]string{"upload", "--json"}, args...)...)
	cmd.Env = in.env
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		in.t.Fatal(err)
	}
	var r []uploaded
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		in.t.Fatalf("%v: %s%s", err, out.String(), errs.String())
	}
	return r, cmd.ProcessState.ExitCode()
}

type handedIn struct {
	Status     string `json:"status"`
	RecordedOn string `json:"recorded_on"`
	Transcript int    `json:"transcript"`
	Recording  *struct {
		Size     int64    `json:"size"`
		SHA256   string   `json:"sha256"`
		Channels []string `json:"channels"`
	} `json:"recording"`
}

func TestUploadOverABadLine(t *testing.T) {
	t.Parallel()
	addr := address(t)
	in := newInstallation(t, "KIKIGAKI_ADDR="+addr)
	in.start(true, "all")
	i, _ := in.people(func() string { return "http://" + addr }, "佐伯 真理", "高梨 拓也")
	const size = 27 << 20 // four parts
	path, sum := noise(t, size, 1)
	args := func(server, file string) []string {
		return []string{file, "--server", server, "--token", i.token, "--employee", "e@example.jp", "--date", "2026-05-20", "--channels", "interviewer,employee"}
	}

	bad := newLine(t, addr, 5, 5<<20)
	got, code := in.upload(args(bad.url(), path)...)
	if code != 0 || len(got) != 1 || got[0].Result != "uploaded" {
		t.Fatalf("exit %d: %+v", code, got)
	}
	if bad.cuts.Load() >= 0 {
		t.Error("the line was not cut as often as the test wants")
	}
	var v handedIn
	i.json("GET", "/v1/interviews/"+got[0].Interview, nil, 200, &v)
	if v.Recording == nil || v.Recording.Size != size || v.Recording.SHA256 != sum || v.Status != "needs_consent" || v.RecordedOn != "2026-05-20" || len(v.Recording.Channels) != 2 {
		t.Fatalf("%+v %+v", v, v.Recording)
	}

	good := newLine(t, addr, 0, 0)
	again, code := in.upload(args(good.url(), path)...)
	if code != 0 || again[0].Result != "already_there" || again[0].Interview != got[0].Interview || good.up.Load() > 1<<20 {
		t.Errorf("again: exit %d %+v, %d bytes", code, again, good.up.Load())
	}

	// killed on the way, begun again: goes on where it stopped, in the same interview
	second, sum := noise(t, size, 2)
	slow := newLine(t, addr, 0, 0)
	slow.hold.Store(true) // so that it cannot end before it is killed
	cmd := exec.Command(binary, append([]string{"upload"}, args(slow.url(), second)...)...)
	cmd.Env = in.env
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	open := in.waitForParts(i, 1)
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	rest := newLine(t, addr, 0, 0)
	got, code = in.upload(args(rest.url(), second)...)
	if code != 0 || got[0].Result != "uploaded" || got[0].Interview != open {
		t.Fatalf("exit %d: %+v, the first run opened %s", code, got, open)
	}
	if n := rest.up.Load(); n > size-(8<<20)+(2<<20) {
		t.Errorf("%d bytes were sent again of %d", n, size)
	}
	i.json("GET", "/v1/interviews/"+open, nil, 200, &v)
	if v.Recording == nil || v.Recording.SHA256 != sum {
		t.Errorf("%+v", v.Recording)
	}
}

// waitForParts waits until an interview without a recording has an upload of which some but not all parts have arrived.
func (in *installation) waitForParts(c *client, parts int) (id string) {
	in.t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		var list struct {
			Items []struct{ ID string } `json:"items"`
		}
		c.json("GET", "/v1/interviews?scope=mine", nil, 200, &list)
		for _, x := range list.Items {
			var v handedIn
			c.json("GET", "/v1/interviews/"+x.ID, nil, 200, &v)
			if v.Recording == nil && in.arrivedParts() >= parts {
				return x.ID
			}
		}
	}
	in.t.Fatal("no part has arrived")
	return ""
}

// arrivedParts counts parts of open uploads in the embedded bucket.
func (in *installation) arrivedParts() (n int) {
	_ = filepath.Walk(filepath.Join(in.dir, "data"), func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() && strings.Contains(path, "multipart") && info.Size() == 8<<20 {
			n++
		}
		return nil
	})
	return n
}

// TestUploadSignsAnewAndRowsFailAlone puts a store before the installation that refuses each part once, as one does whose
// address has expired.
func TestUploadSignsAnewAndRowsFailAlone(t *testing.T) {
	t.Parallel()
	addr := address(t)
	in := newInstallation(t, "KIKIGAKI_ADDR="+addr, "KIKIGAKI_CONSENT=attested")
	in.start(true, "all")
	i, _ := in.people(func() string { return "http://" + addr }, "佐伯 真理", "高梨 拓也")
	refused := sync.Map{}
	to := &url.URL{Scheme: "http", Host: addr}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = r.In.Host }}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	front := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := r.URL.Query().Get("partNumber"); r.Method == "PUT" && n != "" {
			if _, before := refused.LoadOrStore(r.URL.Path+n, true); !before {
				_, _ = io.Copy(io.Discard, r.Body)
				http.Error(w, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>", http.StatusForbidden)
				return
			}
		}
		proxy.ServeHTTP(w, r)
	})}
	go func() { _ = front.Serve(l) }()
	t.Cleanup(func() { front.Close() })

	dir := t.TempDir()
	copyTo := func(sample, name string) {
		b, err := os.ReadFile(testkit.Sample(sample))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	copyTo("03-en-analyst.m4a", "analyst.m4a")
	copyTo("03-en-analyst.vtt", "analyst.vtt")
	copyTo("real/voice-memo.m4a", "memo.m4a")
	manifest := filepath.Join(dir, "list.csv")
	rows := "file,employee,date,template,language,channels,captions,consent_method\n" +
		"analyst.m4a,e@example.jp,2026-05-20,,en,,analyst.vtt,spoken\n" +
		"memo.m4a,nobody@example.jp,2026-05-20,,,,,\n" +
		"gone.m4a,e@example.jp,2026-05-20,,,,,\n" +
		"memo.m4a,e@example.jp,2026-05-21,no-such-template,,,,\n"
	if err := os.WriteFile(manifest, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	got, code := in.upload("--manifest", manifest, "--server", "http://"+l.Addr().String(), "--token", i.token)
	if code != 1 || len(got) != 4 {
		t.Fatalf("exit %d: %+v", code, got)
	}
	for n, want := range []uploaded{{Result: "uploaded"}, {Result: "failed", Code: "unknown_employee"}, {Result: "failed", Code: "validation_failed"}, {Result: "failed", Code: "template_unknown"}} {
		if got[n].Result != want.Result || got[n].Code != want.Code {
			t.Errorf("row %d: %+v, want %+v", n+1, got[n], want)
		}
	}
	met := false
	refused.Range(func(_, _ any) bool { met = true; return false })
	if !met {
		t.Error("no address was refused")
	}
	v := i.until(got[0].Interview, 2*time.Minute, "in_review", "failed")
	if v.Status != "in_review" {
		t.Errorf("%+v %+v", v, v.Error)
	}
	bad, code := in.upload("--manifest", manifest, "--server", "http://"+l.Addr().String(), "--token", "wrong")
	if code != 1 || len(bad) != 1 || bad[0].Code != "token_invalid" {
		t.Errorf("a wrong token: exit %d %+v", code, bad)
	}
}
