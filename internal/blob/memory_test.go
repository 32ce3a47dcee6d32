//go:build !race

// The race detector's own memory would be measured.

package blob

import (
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Not parallel: it measures this process. 300 MiB flow through within a few parts' worth of memory.
func TestUploadMemory(t *testing.T) {
	b, prefix := open(t, store(t))
	const size = 300 << 20
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil { // resets the peak
		t.Fatal(err)
	}
	before := memory(t, "VmRSS")
	start := time.Now()
	o, err := b.Upload(t.Context(), prefix+"x", io.LimitReader(endless{}, size), UploadOptions{ContentType: "audio/wav"})
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	grown := memory(t, "VmHWM") - before
	t.Logf("300 MiB in %v (%.0f MiB/s), peak growth %d MiB", took.Round(time.Millisecond), 300/took.Seconds(), grown>>20)
	if o.Size != size {
		t.Errorf("stored %d bytes, want %d", o.Size, size)
	}
	if grown > 64<<20 {
		t.Errorf("memory grew by %d MiB, want at most 64", grown>>20)
	}
	if o.SHA256 != endlessDigest(size) {
		t.Errorf("SHA-256 %s, want %s", o.SHA256, endlessDigest(size))
	}
	before = memory(t, "VmRSS")
	path := t.TempDir() + "/x"
	got, err := b.Download(t.Context(), prefix+"x", o.Seen(), path)
	if err != nil || got.SHA256 != o.SHA256 {
		t.Errorf("download: %+v, %v", got, err)
	}
	if grown := memory(t, "VmRSS") - before; grown > 16<<20 {
		t.Errorf("downloading grew memory by %d MiB, want at most 16", grown>>20)
	}
}

// memory reads a value of this process in bytes.
func memory(t *testing.T, name string) int64 {
	t.Helper()
	b, err := os.ReadFile("/proc/self/status")
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
