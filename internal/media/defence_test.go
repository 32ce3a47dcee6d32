package media

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

type trap struct {
	address string
	count   atomic.Int32
}

func (t *trap) asked() bool { return t.count.Load() > 0 }

// defence makes a folder with another person's recording and a listener that counts connections.
func defence(t *testing.T) (*Tool, string, *trap) {
	t.Helper()
	tool, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	tr := &trap{address: l.Addr().String()}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			tr.count.Add(1)
			c.Close()
		}
	}()
	dir := t.TempDir()
	header := wavHeader(16000)
	if err := os.WriteFile(filepath.Join(dir, "secret.wav"), append(header, make([]byte, 32000)...), 0o600); err != nil {
		t.Fatal(err)
	}
	return tool, dir, tr
}

// decodeAnyway runs the decoder over text as if it were a recording in that container.
func decodeAnyway(t *testing.T, tool *Tool, dir, name, text, container string) (int64, error) {
	t.Helper()
	path := filepath.Join(dir, name+".m4a")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	out := filepath.Join(dir, "out.pcm")
	defer os.Remove(out)
	args := decodeArgs(Facts{Container: container, Channels: 1}, 0, 16000, time.Minute, true, "file:"+out)
	err = tool.run(t.Context(), job{program: tool.o.FFmpeg, args: args, file: file, output: 1 << 20})
	info, statErr := os.Stat(out)
	if statErr != nil {
		return 0, err
	}
	return info.Size(), err
}

// decodeUnguarded reads the ffconcat file as a careless program would.
func decodeUnguarded(t *testing.T, dir string) int {
	t.Helper()
	path := filepath.Join(dir, "ffconcat.m4a")
	if err := os.WriteFile(path, []byte("ffconcat version 1.0\nfile 'secret.wav'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "ffmpeg", "-nostdin", "-loglevel", "error", "-i", path, "-f", "s16le", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return len(out)
}
