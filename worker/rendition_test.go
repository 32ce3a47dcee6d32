package worker

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
	"kikigaki/internal/testkit"
)

// meanwhile does something once, before the first request whose method and path fit goes out.
type meanwhile struct {
	method, part string
	do           func()
	done         atomic.Bool
}

func (m *meanwhile) RoundTrip(r *http.Request) (*http.Response, error) {
	if m.do != nil && r.Method == m.method && strings.Contains(r.URL.Path, m.part) && m.done.CompareAndSwap(false, true) {
		m.do()
	}
	return http.DefaultTransport.RoundTrip(r)
}

// TestOffTheRecordWhileThePlaybackFileIsMade marks a range off the record while another playback file is being made, and
// has the silenced one made before the other is stored. What was marked is heard nowhere afterwards.
func TestOffTheRecordWhileThePlaybackFileIsMade(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		before       []int // segments off the record when the first file is begun
		method, part string
	}{
		{"nothing was marked before", nil, http.MethodPut, "/playback/"},
		{"something was marked before", []int{1}, http.MethodPut, "/playback/"},
		{"something was marked before, and the original is being replaced", []int{1}, http.MethodPut, "/recording/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx, gate := t.Context(), &meanwhile{method: c.method, part: c.part}
			w := newWorld(t, world{speech: &fickle{}, http: &http.Client{Transport: gate}})
			path := filepath.Join(t.TempDir(), "talk.wav")
			testkit.FFmpeg(t, "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=16000", "-t", "9", path)
			talk := w.arrive(path)
			rec, err := w.store.LatestRecording(ctx, talk.ID)
			if err != nil {
				t.Fatal(err)
			}
			mark := func(version int, off ...int) interview.Task {
				v := &interview.Transcript{Language: "ja", Timed: true}
				for id := range 3 {
					v.Segments = append(v.Segments, interview.Segment{ID: id, Start: float64(3 * id), End: float64(3*id + 3), OffRecord: slices.Contains(off, id)})
				}
				task, none := interview.RenditionTask(talk.ID, rec.ID, talk.Generation, version), ""
				err := w.store.Tx(ctx, func(tx *store.Tx) error {
					if err := tx.PutTranscript(ctx, talk.ID, v, version-1); err != nil {
						return err
					}
					if _, err := tx.UpdateRecording(ctx, rec.ID, store.RecordingChange{Playback: &none}); err != nil {
						return err
					}
					return tx.AddTask(ctx, task, time.Time{})
				})
				if err != nil {
					t.Fatal(err)
				}
				return task
			}
			first := mark(1, c.before...)
			var second interview.Task
			gate.do = func() {
				second = mark(2, append(c.before, 2)...)
				w.worker.run(ctx, second, w.worker.rendition)
			}
			w.worker.run(ctx, first, w.worker.rendition)
			if second.Interview == "" {
				t.Fatal("the mark was not made")
			}
			for range 3 { // what waits for its next try
				w.worker.run(ctx, second, w.worker.rendition)
				w.worker.run(ctx, first, w.worker.rendition)
			}
			for _, task := range []interview.Task{first, second} {
				if row, err := w.store.Task(ctx, task.ID()); err != nil || row.State != store.TaskDone {
					t.Errorf("%s is %s (%s), %v", task.ID(), row.State, row.Code, err)
				}
			}
			played, err := w.store.Playback(ctx, rec.ID)
			if err != nil {
				t.Fatal(err)
			}
			heard := []string{played.Key}
			if rec, err = w.store.Recording(ctx, rec.ID); err != nil {
				t.Fatal(err)
			}
			heard = append(heard, rec.Key)
			for o, err := range w.bucket.List(ctx, interview.Prefix(talk.ID)) {
				if err != nil {
					t.Fatal(err)
				}
				if !strings.HasSuffix(o.Key, ".json") && !slices.Contains(heard, o.Key) {
					t.Errorf("left in the bucket: %s", o.Key)
				}
			}
			for _, key := range heard {
				w.silent(key, 6, 9)
				for _, id := range c.before {
					w.silent(key, float64(3*id), float64(3*id+3))
				}
			}
		})
	}
}

// silent fails when anything is heard in a span of an object.
func (w *world) silent(key string, from, to float64) {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), "heard")
	if _, err := w.bucket.Download(w.t.Context(), key, "", path); err != nil {
		w.t.Fatal(err)
	}
	raw := path + ".raw"
	testkit.FFmpeg(w.t, "-ss", fmt.Sprint(from+0.2), "-t", fmt.Sprint(to-from-0.4), "-i", path, "-f", "s16le", "-ac", "1", raw)
	b, err := os.ReadFile(raw)
	if err != nil || len(b) < 2*8000 {
		w.t.Fatalf("%d bytes of sound, %v", len(b), err)
	}
	loud := 0
	for i := 0; i+1 < len(b); i += 2 {
		v := int(int16(binary.LittleEndian.Uint16(b[i:])))
		loud = max(loud, v, -v)
	}
	if loud > 300 { // 1 % of full scale; the tone has more than 10 %
		w.t.Errorf("%s: from %g to %g s something is heard (%d)", key, from, to, loud)
	}
}
