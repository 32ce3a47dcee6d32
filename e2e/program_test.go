package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "kikigaki-e2e-*")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "kikigaki")
	if out, err := exec.Command("go", "build", "-o", binary, "kikigaki/cmd/kikigaki").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// installation is what the processes of one installation share.
type installation struct {
	t   *testing.T
	dir string
	env []string
}

// newInstallation makes an empty one; env are settings beside the data folder.
func newInstallation(t *testing.T, env ...string) *installation {
	t.Helper()
	in := &installation{t: t, dir: t.TempDir()}
	in.env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + in.dir, "TZ=Asia/Tokyo", "LANG=C.UTF-8", "KIKIGAKI_DATA_DIR=" + filepath.Join(in.dir, "data"),
		"KIKIGAKI_LOG_FORMAT=json"}, env...)
	return in
}

// command runs a command to its end and returns its standard output.
func (in *installation) command(args ...string) string {
	in.t.Helper()
	cmd := exec.CommandContext(in.t.Context(), binary, args...)
	cmd.Env = in.env
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		in.t.Fatalf("kikigaki %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return strings.TrimSpace(out.String())
}

// fails runs a command that is to fail and returns what it says on standard error.
func (in *installation) fails(args ...string) string {
	in.t.Helper()
	cmd := exec.CommandContext(in.t.Context(), binary, args...)
	cmd.Env = in.env
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Run(); err == nil {
		in.t.Errorf("kikigaki %s succeeded", strings.Join(args, " "))
	}
	return errs.String()
}

// process is a running command.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	addr string
	mu   sync.Mutex
	log  bytes.Buffer
	done chan struct{}
}

var listening = regexp.MustCompile(`"msg":"listening","addr":"([^"]+)"`)

// start runs a command in the background; for those that listen it waits until they do.
func (in *installation) start(listens bool, args ...string) *process {
	in.t.Helper()
	p := &process{t: in.t, cmd: exec.Command(binary, args...), done: make(chan struct{})}
	p.cmd.Env = in.env
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	errs, err := p.cmd.StderrPipe()
	if err != nil {
		in.t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		in.t.Fatal(err)
	}
	up := make(chan string, 1)
	go func() {
		defer close(p.done)
		lines := bufio.NewScanner(errs)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			p.mu.Lock()
			p.log.Write(append(lines.Bytes(), '\n'))
			p.mu.Unlock()
			if m := listening.FindSubmatch(lines.Bytes()); m != nil {
				up <- string(m[1])
			}
		}
		p.cmd.Wait()
	}()
	in.t.Cleanup(func() {
		p.kill()
		if in.t.Failed() {
			in.t.Logf("%v:\n%s", args, p.text())
		}
	})
	if !listens {
		return p
	}
	select {
	case p.addr = <-up:
	case <-p.done:
		in.t.Fatalf("%v ended at once:\n%s", args, p.text())
	case <-time.After(60 * time.Second):
		in.t.Fatalf("%v does not listen:\n%s", args, p.text())
	}
	return p
}

// kill is kill -9.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// stop asks the process to end and waits.
func (p *process) stop() {
	p.t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(90 * time.Second):
		p.t.Fatal("the process does not stop")
	}
}

func (p *process) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// client calls the API as one person.
type client struct {
	t     *testing.T
	base  func() string
	token string
}

// as returns a client for a person, with a token made on the command line.
func (in *installation) as(email string, base func() string) *client {
	in.t.Helper()
	return &client{t: in.t, base: base, token: in.command("token", "create", "--user", email)}
}

// do sends a request and decodes a JSON answer into out (nil: ignored); want is the status expected.
func (c *client) do(method, path string, body io.Reader, header map[string]string, want int, out any) *http.Response {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 2*time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, c.base()+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if resp.StatusCode != want {
		c.t.Fatalf("%s %s: %d, want %d: %s", method, path, resp.StatusCode, want, b)
	}
	if out != nil {
		if err := json.Unmarshal(b, out); err != nil {
			c.t.Fatalf("%s %s: %v in %s", method, path, err, b)
		}
	}
	return resp
}

// json sends a JSON body.
func (c *client) json(method, path string, in any, want int, out any) {
	c.t.Helper()
	var body io.Reader
	header := map[string]string{}
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			c.t.Fatal(err)
		}
		body, header["Content-Type"] = bytes.NewReader(b), "application/json"
	}
	c.do(method, path, body, header, want, out)
}

// talk is an interview as the API shows it.
type talk struct {
	ID         string `json:"id"`
	Status     string `json:"status"`
	WaitingFor string `json:"waiting_for"`
	Draft      int    `json:"draft"`
	Error      *struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

// until polls an interview until it is in one of the states.
func (c *client) until(id string, limit time.Duration, states ...string) talk {
	c.t.Helper()
	var v talk
	for end := time.Now().Add(limit); ; {
		c.json("GET", "/v1/interviews/"+id, nil, 200, &v)
		for _, s := range states {
			if v.Status == s {
				return v
			}
		}
		if time.Now().After(end) {
			c.t.Fatalf("interview is %s (%+v), want %v", v.Status, v.Error, states)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// upload sends a file as multipart through presigned URLs, as the app does.
func (c *client) upload(id, path string) {
	c.t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		c.t.Fatal(err)
	}
	var up struct {
		ID       string `json:"id"`
		PartSize int    `json:"part_size"`
		Parts    int    `json:"parts"`
	}
	base := "/v1/interviews/" + id + "/uploads"
	c.json("POST", base, map[string]any{"name": filepath.Base(path), "size": len(b)}, 201, &up)
	for n := 1; n <= up.Parts; n++ {
		var signed struct {
			Parts []struct {
				URL string `json:"url"`
			} `json:"parts"`
		}
		c.json("POST", base+"/"+up.ID+"/parts", map[string]any{"numbers": []int{n}}, 200, &signed)
		part := b[(n-1)*up.PartSize : min(len(b), n*up.PartSize)]
		req, err := http.NewRequestWithContext(c.t.Context(), "PUT", signed.Parts[0].URL, bytes.NewReader(part))
		if err != nil {
			c.t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			c.t.Fatal(err)
		}
		text, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != 200 {
			c.t.Fatalf("part %d: %d %s", n, resp.StatusCode, text)
		}
	}
	c.json("POST", base+"/"+up.ID+"/complete", nil, 200, nil)
}
