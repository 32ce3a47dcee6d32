package worker

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kikigaki/internal/blob"
	"kikigaki/internal/drafting"
	"kikigaki/internal/embedded"
	"kikigaki/internal/interview"
	"kikigaki/internal/media"
	"kikigaki/internal/pipeline"
	"kikigaki/internal/queue"
	"kikigaki/internal/speech"
	"kikigaki/internal/store"
	"kikigaki/internal/testkit"
	"kikigaki/prompts"
)

// world is an installation in this process: real stores, a worker, and a recogniser that the test holds in its hand.
type world struct {
	t                  testing.TB
	database, redisURL string // empty: SQLite and the embedded Redis
	s3                 *testkit.S3Server
	speech             speech.Transcriber
	engine             drafting.Engine // nil: excerpts
	log                *slog.Logger
	http               *http.Client // to the bucket; nil: the usual one
	options            Options

	store                 *store.Store
	redis                 *queue.Redis
	bucket                *blob.Bucket
	worker                *Worker
	employee, interviewer string
}

func newWorld(t testing.TB, w world) *world {
	t.Helper()
	ctx := t.Context()
	w.t = t
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	if w.database == "" {
		w.database = "sqlite://" + filepath.Join(t.TempDir(), "kikigaki.db")
	}
	if w.redisURL == "" {
		redis, err := embedded.StartRedis()
		must(err)
		t.Cleanup(redis.Close)
		w.redisURL = redis.URL()
	}
	if w.s3 == nil {
		w.s3 = testkit.S3(t)
	}
	if ear, ok := w.speech.(*fickle); ok && ear.words == nil {
		ear.atOnce = newAtOnce(t)
	}
	if w.log == nil {
		w.log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	if w.http == nil {
		w.http = http.DefaultClient
	}
	var err error
	w.store, err = store.Open(ctx, w.database, store.Options{})
	must(err)
	t.Cleanup(func() { w.store.Close() })
	must(w.store.Migrate(ctx))
	w.redis, err = queue.Open(w.redisURL)
	must(err)
	t.Cleanup(func() { w.redis.Close() })
	w.bucket, err = blob.Open(ctx, blob.Options{Endpoint: w.s3.Endpoint, Bucket: w.s3.Bucket, AccessKey: w.s3.AccessKey, SecretKey: w.s3.SecretKey, UsePathStyle: true,
		HTTPClient: w.http})
	must(err)
	tool, err := media.New(media.Options{})
	must(err)
	templates, err := prompts.Open("")
	must(err)
	if w.engine == nil {
		w.engine = drafting.NewExtractive()
	}
	w.options.WorkDir = filepath.Join(t.TempDir(), "work")
	if w.options.Grace == 0 {
		w.options.Grace = 5 * time.Second
	}
	w.worker, err = New(Parts{Store: w.store, Bucket: w.bucket, Redis: w.redis, Log: w.log,
		Kit: &pipeline.Kit{Media: tool, Speech: w.speech, Extractive: w.engine, Templates: templates, Engine: "extractive", FiscalYear: 4}}, w.options)
	must(err)
	for _, p := range []struct {
		name, email string
		id          *string
	}{{"高梨 拓也", "e@example.jp", &w.employee}, {"佐伯 真理", "i@example.jp", &w.interviewer}} {
		person, err := w.store.AddPerson(ctx, interview.Person{Email: p.email, Name: p.name})
		must(err)
		*p.id = person.ID
	}
	return &w
}

// start runs the worker until the test ends.
func (w *world) start() {
	ctx, stop := context.WithCancel(w.t.Context())
	done := make(chan error, 1)
	go func() { done <- w.worker.Run(ctx) }()
	w.t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			w.t.Errorf("worker: %v", err)
		}
	})
}

func (w *world) talk(id string) interview.Talk {
	w.t.Helper()
	talk, err := w.store.Talk(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return talk
}

// until waits until the interview is as ok wants it.
func (w *world) until(id string, ok func(interview.Talk) bool) interview.Talk {
	w.t.Helper()
	for end := time.Now().Add(3 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		talk := w.talk(id)
		if ok(talk) {
			return talk
		}
		if talk.Status == interview.Failed || time.Now().After(end) {
			w.t.Fatalf("the interview stays %s (%+v)", talk.Status, talk.Error)
		}
	}
}

func in(states ...interview.Status) func(interview.Talk) bool {
	return func(t interview.Talk) bool { return t.Status.In(states...) }
}

// arrive puts a recording into the bucket and opens an interview that has just received it.
func (w *world) arrive(recording string) interview.Talk {
	w.t.Helper()
	b, ctx := w.t, w.t.Context()
	f, err := os.Open(recording)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	id := interview.NewID()
	rec := interview.Recording{Interview: id, Key: interview.RecordingKey(id), At: interview.Now()}
	o, err := w.bucket.Upload(ctx, rec.Key, io.Reader(f), blob.UploadOptions{ContentType: "application/octet-stream"})
	if err != nil {
		b.Fatal(err)
	}
	rec.Size, rec.Version = o.Size, o.Seen()
	var talk interview.Talk
	err = w.store.Tx(ctx, func(tx *store.Tx) error {
		if _, err := tx.OpenTalk(ctx, interview.Talk{ID: id, Employee: w.employee, Interviewer: w.interviewer, OpenedBy: w.interviewer, Template: "career-interview", Language: "ja",
			RecordedOn: "2026-05-20", Status: interview.AwaitingRecording}); err != nil {
			return err
		}
		if _, err := tx.AddConsent(ctx, interview.Consent{Interview: id, Person: w.employee, By: w.employee, Decision: interview.Given, At: interview.Now()}); err != nil {
			return err
		}
		if _, err := tx.AddRecording(ctx, rec); err != nil {
			return err
		}
		if talk, err = tx.Move(ctx, store.MoveInput{ID: id, Event: interview.RecordingArrived}); err != nil {
			return err
		}
		return tx.AddTask(ctx, interview.FirstTask(id, talk.Generation, true), time.Time{})
	})
	if err != nil {
		b.Fatal(err)
	}
	return talk
}
