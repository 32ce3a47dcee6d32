package worker

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/speech"
	"kikigaki/internal/store"
	"kikigaki/internal/testkit"
)

// fickle is a recogniser whose answers a test decides; it counts what it was asked for.
type fickle struct {
	atOnce
	mu    sync.Mutex
	asked map[string]int
	fail  func(n int, r speech.Request) error // n is the number of the request, from 1
	n     int
}

func (f *fickle) Transcribe(ctx context.Context, r speech.Request) (interview.Answer, error) {
	f.mu.Lock()
	if f.asked == nil {
		f.asked = map[string]int{}
	}
	f.n++
	n := f.n
	var err error
	if f.fail != nil {
		err = f.fail(n, r)
	}
	if err == nil {
		f.asked[r.Cut.ID()]++
	}
	f.mu.Unlock()
	if err != nil {
		return interview.Answer{}, err
	}
	return f.atOnce.Transcribe(ctx, r)
}

// paid is how many chunks were answered more than once.
func (f *fickle) paid() (chunks, twice int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, n := range f.asked {
		if chunks++; n > 1 {
			twice++
		}
	}
	return chunks, twice
}

// talkFile is two minutes of a sample talk.
func talkFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "talk.m4a")
	testkit.FFmpeg(t, "-i", testkit.Sample("01-ja-sales.m4a"), "-t", "120", "-c", "copy", path)
	return path
}

func TestFromRecordingToDraft(t *testing.T) {
	t.Parallel()
	ear := &fickle{}
	w := newWorld(t, world{speech: ear})
	w.start()
	talk := w.arrive(talkFile(t))
	talk = w.until(talk.ID, in(interview.InReview))
	if talk.WaitingFor != interview.ForEmployee || talk.Draft != 1 || talk.Error != nil {
		t.Errorf("%+v", talk)
	}
	if chunks, twice := ear.paid(); chunks < 4 || twice > 0 {
		t.Errorf("%d chunks, %d asked for twice", chunks, twice)
	}
	rec, err := w.store.LatestRecording(t.Context(), talk.ID)
	if err != nil || rec.SHA256 == "" || rec.Sound == nil {
		t.Fatalf("%+v, %v", rec, err)
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if _, err := w.store.Playback(t.Context(), rec.ID); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("no playback file")
		}
	}
	for o, err := range w.bucket.List(t.Context(), interview.Prefix(talk.ID)) {
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(o.Key, "/chunks/") {
			t.Errorf("left after use: %s", o.Key)
		}
	}
	entries, err := os.ReadDir(w.worker.home.dir)
	if err != nil || len(entries) > 0 {
		t.Errorf("work folder: %v, %v", entries, err)
	}
}

func TestAFinalErrorNamesItsReasonAndCanBeRetried(t *testing.T) {
	t.Parallel()
	w := newWorld(t, world{speech: &fickle{}})
	w.start()
	silence := filepath.Join(t.TempDir(), "silence.wav")
	testkit.FFmpeg(t, "-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono", "-t", "5", silence)
	talk := w.arrive(silence)
	talk = w.until(talk.ID, in(interview.Failed))
	if talk.Error == nil || talk.Error.Code != "recording_no_speech" || talk.WaitingFor != interview.ForInterviewer {
		t.Fatalf("%+v", talk.Error)
	}
	moved, err := w.store.Move(t.Context(), store.MoveInput{ID: talk.ID, Event: interview.RetryAsked, NewGeneration: true})
	if err != nil {
		t.Fatal(err)
	}
	task := interview.FirstTask(talk.ID, moved.Generation, true)
	if err := w.store.AddTask(t.Context(), task, time.Time{}); err != nil {
		t.Fatal(err)
	}
	w.until(talk.ID, func(t interview.Talk) bool { return t.Status == interview.Failed && t.Generation == moved.Generation })
}

func TestAConfigurationErrorPausesAndGoesOnByItself(t *testing.T) {
	t.Parallel()
	mended := make(chan struct{})
	ear := &fickle{fail: func(int, speech.Request) error {
		select {
		case <-mended:
			return nil
		default:
			return interview.E("endpoint_unauthorized", nil)
		}
	}}
	w := newWorld(t, world{speech: ear, options: Options{PauseTime: 500 * time.Millisecond}})
	w.start()
	talk := w.arrive(talkFile(t))
	talk = w.until(talk.ID, func(t interview.Talk) bool { return t.Error != nil })
	if talk.Status != interview.Transcribing || talk.Error.Code != "endpoint_unauthorized" {
		t.Fatalf("%s, %+v", talk.Status, talk.Error)
	}
	pauses, err := w.store.Pauses(t.Context())
	if err != nil || len(pauses) != 1 || pauses[0].Step != string(interview.TaskTranscribe) {
		t.Fatalf("%+v, %v", pauses, err)
	}
	close(mended)
	talk = w.until(talk.ID, in(interview.InReview))
	if talk.Error != nil {
		t.Errorf("still says %+v", talk.Error)
	}
	if pauses, err = w.store.Pauses(t.Context()); err != nil || len(pauses) > 0 {
		t.Errorf("still paused: %+v, %v", pauses, err)
	}
}

func TestAnEndpointThatIsAwayMeansWaiting(t *testing.T) {
	t.Parallel()
	ear := &fickle{fail: func(n int, _ speech.Request) error {
		if n <= 12 { // more than the tries of a step that fails
			return &interview.Error{Code: "endpoint_unavailable", Wait: 50 * time.Millisecond}
		}
		return nil
	}}
	w := newWorld(t, world{speech: ear})
	w.start()
	talk := w.arrive(talkFile(t))
	if talk = w.until(talk.ID, in(interview.InReview, interview.Failed)); talk.Status != interview.InReview {
		t.Fatalf("%+v", talk.Error)
	}
	if _, twice := ear.paid(); twice > 0 {
		t.Errorf("%d chunks paid twice", twice)
	}
}

// TestAnEndpointThatTalksNonsenseLeavesNoHole: an endpoint that answers with web pages for a while is asked again later;
// what was said is not given up as unclear within a second.
func TestAnEndpointThatTalksNonsenseLeavesNoHole(t *testing.T) {
	t.Parallel()
	ear := &fickle{fail: func(n int, _ speech.Request) error {
		if n <= 12 {
			return interview.E("endpoint_answer_unusable", nil)
		}
		return nil
	}}
	w := newWorld(t, world{speech: ear})
	w.start()
	talk := w.arrive(talkFile(t))
	w.until(talk.ID, in(interview.InReview))
	d, err := w.store.Draft(t.Context(), talk.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	if d.Coverage.Transcribed < 0.99*d.Coverage.Speech || d.Coverage.Speech < 60 {
		t.Errorf("%.1f of %.1f s became text", d.Coverage.Transcribed, d.Coverage.Speech)
	}
}

func TestAStepThatPanicsStopsAndLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	bad := make(map[string]bool)
	var mu sync.Mutex
	ear := &fickle{fail: func(_ int, r speech.Request) error {
		mu.Lock()
		defer mu.Unlock()
		if len(bad) == 0 || bad[r.Cut.ID()] {
			bad[r.Cut.ID()] = true
			return errors.New("a bug") // the retry class: tried a few times, then given up
		}
		return nil
	}}
	w := newWorld(t, world{speech: ear})
	w.start()
	poison := w.arrive(talkFile(t))
	if v := w.until(poison.ID, in(interview.Failed, interview.InReview)); v.Status != interview.Failed || v.Error.Code != "internal_error" {
		t.Fatalf("%s %+v", v.Status, v.Error)
	}
	mu.Lock()
	bad["nothing"] = true
	for id := range bad {
		if id != "nothing" {
			delete(bad, id)
		}
	}
	mu.Unlock()
	other := w.arrive(talkFile(t))
	w.until(other.ID, in(interview.InReview))
}

func TestEverythingDeliveredFiveTimesIsDoneOnce(t *testing.T) {
	t.Parallel()
	ear := &fickle{}
	w := newWorld(t, world{speech: ear})
	w.start()
	talk := w.arrive(talkFile(t))
	stop := make(chan struct{})
	var again sync.WaitGroup
	again.Go(func() { // everything that stands in the outbox, over and over, under ids the queue has not seen
		for n := 1000; ; n++ {
			select {
			case <-stop:
				return
			case <-time.After(30 * time.Millisecond):
			}
			rows, _, err := w.store.Tasks(context.WithoutCancel(t.Context()), store.TaskFilter{Interview: talk.ID}, store.Page{Limit: 200})
			if err != nil {
				continue
			}
			for _, r := range rows {
				_ = w.worker.queue.Enqueue(context.WithoutCancel(t.Context()), r.Task, n, 0)
			}
		}
	})
	w.until(talk.ID, in(interview.InReview))
	close(stop)
	again.Wait()
	if _, twice := ear.paid(); twice > 0 {
		t.Errorf("%d chunks paid twice", twice)
	}
	drafts, err := w.store.Drafts(t.Context(), talk.ID)
	if err != nil || len(drafts) != 1 {
		t.Errorf("%d drafts, %v", len(drafts), err)
	}
	transcripts, err := w.store.Transcripts(t.Context(), talk.ID)
	if err != nil || len(transcripts) != 1 {
		t.Errorf("%d transcripts, %v", len(transcripts), err)
	}
}

func TestLosingTheQueueLosesNothing(t *testing.T) {
	t.Parallel()
	redis := testkit.Redis(t)
	flushed := make(chan struct{})
	ear := &fickle{}
	ear.fail = func(n int, _ speech.Request) error {
		if n == 3 {
			close(flushed)
		}
		time.Sleep(20 * time.Millisecond)
		return nil
	}
	w := newWorld(t, world{speech: ear, redisURL: redis.URL, options: Options{Queues: map[string]int{"interactive": 1, "pipeline": 1, "speech": 1, "upkeep": 1}}})
	w.start()
	talk := w.arrive(talkFile(t))
	<-flushed
	redis.Flush(t)
	at := time.Now()
	w.until(talk.ID, in(interview.InReview))
	if took := time.Since(at); took > w.worker.o.Redelivered {
		t.Errorf("it took %s: nobody noticed before the tasks counted as standing still", took)
	}
	if _, twice := ear.paid(); twice > 0 {
		t.Errorf("%d chunks paid twice", twice)
	}
}

func TestAWithdrawalStopsTheWorkAndLeavesNothing(t *testing.T) {
	t.Parallel()
	var w *world
	var id string
	ear := &fickle{}
	ear.fail = func(n int, _ speech.Request) error {
		if n == 2 {
			if err := w.store.EraseTalk(t.Context(), id, interview.ConsentWithdrawn, w.employee, "consent_withdrawn"); err != nil {
				t.Errorf("withdraw: %v", err)
			}
		}
		return nil
	}
	w = newWorld(t, world{speech: ear, options: Options{Queues: map[string]int{"pipeline": 1, "speech": 1, "upkeep": 1}}})
	talk := w.arrive(talkFile(t))
	id = talk.ID
	w.start()
	w.until(id, in(interview.Erased))
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		ledger, _, err := w.store.ErasureLedger(t.Context(), store.Page{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		if len(ledger) == 1 && ledger[0].BytesAt != nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the bytes are not erased")
		}
	}
	for o, err := range w.bucket.List(t.Context(), interview.Prefix(id)) {
		t.Errorf("left in the bucket: %v, %v", o.Key, err)
	}
	if _, err := w.store.Transcript(t.Context(), id, 0); interview.Code(err) != "not_found" {
		t.Errorf("a transcript: %v", err)
	}
}
