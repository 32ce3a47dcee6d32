package worker

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"kikigaki/internal/blob"
	"kikigaki/internal/drafting"
	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// slow is an engine that takes its time: at the first call it does what the test wants done meanwhile.
type slow struct {
	drafting.Engine
	meanwhile func(ctx context.Context, in drafting.Input) error // nil: nothing any more
	mu        sync.Mutex
	calls     int
}

func (s *slow) once(ctx context.Context, in drafting.Input) error {
	s.mu.Lock()
	s.calls++
	do := s.meanwhile
	s.meanwhile = nil
	s.mu.Unlock()
	if do == nil {
		return nil
	}
	return do(ctx, in)
}

func (s *slow) Draft(ctx context.Context, in drafting.Input) (*interview.Draft, error) {
	if err := s.once(ctx, in); err != nil {
		return nil, err
	}
	return s.Engine.Draft(ctx, in)
}

func (s *slow) Revise(ctx context.Context, in drafting.Input) (*interview.Draft, error) {
	if err := s.once(ctx, in); err != nil {
		return nil, err
	}
	return s.Engine.Revise(ctx, in)
}

// takeOff marks a segment off the record in the newest transcript, as far as a worker sees of it.
func takeOff(ctx context.Context, st *store.Store, id string, segment int) error {
	return st.Tx(ctx, func(tx *store.Tx) error {
		t, err := tx.Transcript(ctx, id, 0)
		if err != nil {
			return err
		}
		after := t.Version
		g := t.Segment(segment)
		g.Text, g.OffRecord = "", true
		return tx.PutTranscript(ctx, id, t, after)
	})
}

// Words that are taken off the record while an engine writes are not in what it has written.
func TestWordsTakenOffWhileAnEngineWrites(t *testing.T) {
	t.Parallel()
	engine := &slow{Engine: drafting.NewExtractive()}
	w := newWorld(t, world{speech: &fickle{}, engine: engine})
	talk := w.arrive(talkFile(t))
	w.start()
	talk = w.until(talk.ID, in(interview.InReview))
	heard, err := w.store.Transcript(t.Context(), talk.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	mark := heard.Segments[0].ID
	engine.mu.Lock()
	engine.meanwhile = func(ctx context.Context, _ drafting.Input) error { return takeOff(ctx, w.store, talk.ID, mark) }
	engine.mu.Unlock()
	err = w.store.Tx(t.Context(), func(tx *store.Tx) error {
		moved, err := tx.Move(t.Context(), store.MoveInput{ID: talk.ID, Event: interview.RedraftAsked, NewGeneration: true})
		if err != nil {
			return err
		}
		return tx.AddTask(t.Context(), interview.Task{Kind: interview.TaskDraft, Interview: moved.ID, Generation: moved.Generation}, time.Time{})
	})
	if err != nil {
		t.Fatal(err)
	}
	w.until(talk.ID, func(v interview.Talk) bool { return v.Status == interview.InReview && v.Draft == 2 })
	d, err := w.store.Draft(t.Context(), talk.ID, 2)
	if err != nil {
		t.Fatal(err)
	}
	if d.Transcript != heard.Version+1 {
		t.Errorf("the new draft stands on transcript %d, which still says it; the newest is %d", d.Transcript, heard.Version+1)
	}
}

// A withdrawal stops an engine that is at work; a no to letting words out of the house stops it and lets it begin anew.
func TestWorkStopsWhileItIsDone(t *testing.T) {
	t.Parallel()
	stopped := make(chan bool, 2)
	engine := &slow{Engine: drafting.NewExtractive()}
	w := newWorld(t, world{speech: &fickle{}, engine: engine, options: Options{WatchTime: 20 * time.Millisecond}})
	waits := func(do func(ctx context.Context, id string) error) func(context.Context, drafting.Input) error {
		return func(ctx context.Context, in drafting.Input) error {
			if err := do(ctx, in.Interview); err != nil {
				return err
			}
			select {
			case <-ctx.Done():
				stopped <- true
				return ctx.Err()
			case <-time.After(20 * time.Second):
				stopped <- false
				return nil
			}
		}
	}
	route := interview.Internal
	engine.meanwhile = waits(func(ctx context.Context, id string) error {
		_, err := w.store.UpdateTalk(ctx, id, time.Time{}, store.TalkChange{Processing: &route})
		return err
	})
	talk := w.arrive(talkFile(t))
	w.start()
	if !<-stopped {
		t.Error("the engine went on though the words may no longer leave the house")
	}
	w.until(talk.ID, in(interview.InReview))
	if engine.calls != 2 {
		t.Errorf("the engine was asked %d times, want 2", engine.calls)
	}
	engine.mu.Lock()
	engine.meanwhile = waits(func(ctx context.Context, id string) error {
		return w.store.EraseTalk(ctx, id, interview.ConsentWithdrawn, w.employee, "consent_withdrawn")
	})
	engine.mu.Unlock()
	gone := w.arrive(talkFile(t))
	if !<-stopped {
		t.Error("the engine went on after the withdrawal")
	}
	if v := w.talk(gone.ID); v.Status != interview.Erased {
		t.Errorf("%+v", v)
	}
}

// during calls do when a request passes whose path ends in suffix, before it is sent.
type during struct {
	suffix string
	do     func()
}

func (d *during) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, d.suffix) && d.do != nil {
		do := d.do
		d.do = nil
		do()
	}
	return http.DefaultTransport.RoundTrip(r)
}

// A playback file that was begun before an off-record mark and is done after it is not played: it would say the words again.
func TestAMarkWhileThePlaybackFileIsMade(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t, world{speech: &fickle{}})
	talk := w.arrive(talkFile(t))
	rec, err := w.store.LatestRecording(ctx, talk.ID)
	if err != nil {
		t.Fatal(err)
	}
	words := &interview.Transcript{Language: "ja", Source: "speech", Timed: true, Segments: []interview.Segment{{ID: 1, Start: 1, End: 4, Speaker: "A", Text: "言葉"}}}
	if err := w.store.PutTranscript(ctx, talk.ID, words, 0); err != nil {
		t.Fatal(err)
	}
	task := interview.RenditionTask(talk.ID, rec.ID, talk.Generation, 1)
	if err := w.store.AddTask(ctx, task, time.Time{}); err != nil {
		t.Fatal(err)
	}
	line := &during{suffix: ".peaks.json", do: func() {
		if err := takeOff(ctx, w.store, talk.ID, 1); err != nil {
			t.Error(err)
		}
	}}
	w.worker.Bucket, err = blob.Open(ctx, blob.Options{Endpoint: w.s3.Endpoint, Bucket: w.s3.Bucket, AccessKey: w.s3.AccessKey, SecretKey: w.s3.SecretKey, UsePathStyle: true,
		HTTPClient: &http.Client{Transport: line}})
	if err != nil {
		t.Fatal(err)
	}
	w.worker.run(ctx, task, w.worker.rendition)
	if line.do != nil {
		t.Fatal("no outline was made: the mark did not come in between")
	}
	if p, err := w.store.Playback(ctx, rec.ID); interview.Code(err) != "not_found" {
		t.Errorf("%q is played, %v", p.Key, err)
	}
	for o, err := range w.bucket.List(ctx, interview.PlaybackPrefix(talk.ID, rec.ID)+"-") {
		if err != nil {
			t.Fatal(err)
		}
		t.Errorf("left behind: %s", o.Key)
	}
}

// Interviews that wait for an endpoint that may not be used for them stand in nobody's way, however many there are.
func TestThoseWhoWaitForAnotherEndpoint(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t, world{speech: &fickle{}})
	park := func(day string, route interview.Route) string {
		t.Helper()
		v, err := w.store.OpenTalk(ctx, interview.Talk{Employee: w.employee, Interviewer: w.interviewer, OpenedBy: w.interviewer, Template: "career-interview", Language: "ja",
			RecordedOn: day, Processing: route, Status: interview.NeedsTranscription, WaitingFor: interview.ForInterviewer})
		if err != nil {
			t.Fatal(err)
		}
		return v.ID
	}
	open := park("2026-01-05", interview.External)
	for range 210 {
		park("2026-06-01", interview.Internal)
	}
	w.worker.unpark(ctx)
	if v := w.talk(open); v.Status != interview.Queued {
		t.Errorf("it still waits: %s", v.Status)
	}
}
