//go:build linux

package chaos

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestTwentyCuts sends a recording from the command line over a line to the bucket that is cut twenty times: it arrives
// whole, and no cut costs more than the part that was under way on its lane.
func TestTwentyCuts(t *testing.T) {
	t.Parallel()
	const part, cuts = 8 << 20, 20
	w := newWorld(t, plan{seed: 1, workers: 0, pace: 1, cuts: cuts})
	b := make([]byte, 12*part+part/2)
	_, _ = rand.NewChaCha8([32]byte{20}).Read(b)
	sum := sha256.Sum256(b)
	path := filepath.Join(t.TempDir(), "talk.wav")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	out, err := w.try(t.Context(), "upload", "--json", path, "--server", w.client.base, "--token", w.client.token, "--employee", w.people[0], "--date", "2026-05-20")
	if err != nil {
		t.Fatal(err)
	}
	var sent []struct{ Interview, Result string }
	if err := json.Unmarshal([]byte(out), &sent); err != nil || len(sent) != 1 || sent[0].Result != "uploaded" {
		t.Fatalf("%v: %s", err, out)
	}
	var v view
	if err := w.client.json(t.Context(), "GET", "/v1/interviews/"+sent[0].Interview, "", nil, &v); err != nil {
		t.Fatal(err)
	}
	if v.Recording == nil || v.Recording.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("the recording is %+v", v.Recording)
	}
	done := cuts - max(0, w.bucketLine.cuts.Load())
	again := w.bucketLine.up.Load() - int64(len(b))
	report(w, "%d MiB over a line cut %d times in %s: %.1f MiB were sent again", len(b)>>20, done, time.Since(began).Round(time.Second), float64(again)/(1<<20))
	if done < cuts {
		t.Errorf("the line was cut %d times only", done)
	}
	if again > cuts*part+1<<20 { // a MiB of headers
		t.Errorf("%d bytes were sent again for %d cuts", again, cuts)
	}
}
