package worker

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"kikigaki/internal/interview"
)

// TestFoldersOfProcessesThatDied: what a process had at hand when it was killed goes at the next start, and what another
// one has at hand stays.
func TestFoldersOfProcessesThatDied(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	alive, err := makeHome(top)
	if err != nil {
		t.Fatal(err)
	}
	dead, err := makeHome(top)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range []home{alive, dead} {
		dir, err := makeWorkDir(h.dir, interview.Task{Kind: interview.TaskPrepare})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "recording"), []byte("voice"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dead.lock.Close() // as its end does
	old := filepath.Join(top, workPrefix+"draft-1")
	if err := os.Mkdir(old, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := sweepWorkDir(top, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{dead.dir: false, dead.dir + lockSuffix: false, alive.dir: true, alive.dir + lockSuffix: true, old: true} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s: %v, want it there: %v", filepath.Base(path), err, want)
		}
	}
	alive.leave()
	if err := sweepWorkDir(top, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(top); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}
