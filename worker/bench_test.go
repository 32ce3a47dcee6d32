package worker

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kikigaki/internal/captions"
	"kikigaki/internal/drafting"
	"kikigaki/internal/embedded"
	"kikigaki/internal/interview"
	"kikigaki/internal/speech"
	"kikigaki/internal/testkit"
)

// atOnce answers every chunk at once: what is left is our own time. It speaks as people do (words of a sample, six
// characters a second), or the checks for invented text would have each chunk answered twice.
type atOnce struct{ words []rune }

func newAtOnce(b testing.TB) atOnce {
	b.Helper()
	file, err := os.Open(testkit.Sample("01-ja-sales.vtt"))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	t, err := captions.Read("01-ja-sales.vtt", file, "ja")
	if err != nil {
		b.Fatal(err)
	}
	var a atOnce
	for _, s := range t.Segments {
		a.words = append(a.words, []rune(s.Text)...)
	}
	return a
}

func (a atOnce) Transcribe(_ context.Context, r speech.Request) (interview.Answer, error) {
	if _, err := os.Stat(r.Path); err != nil {
		return interview.Answer{}, err
	}
	seconds := r.Cut.Span().Seconds()
	said := min(int(6*seconds), len(a.words))
	from := int(6*r.Cut.From/interview.SampleRate) % (len(a.words) - said + 1)
	return interview.Answer{Cut: r.Cut.ID(), Text: string(a.words[from : from+said]), Model: "at-once", Seconds: seconds, Tries: 1}, nil
}
func (atOnce) Limits() (float64, float64, float64) { return 12, 20, 22 } // about 240 chunks an hour
func (atOnce) Model() interview.Processor          { return interview.Processor{Model: "at-once"} }

// noDraft writes an empty draft at once.
type noDraft struct{}

func (noDraft) Name() string { return "none" }
func (noDraft) Draft(_ context.Context, in drafting.Input) (*interview.Draft, error) {
	return &interview.Draft{Interview: in.Interview, Version: in.Version, Template: in.Template.ID(), Language: in.Language, Header: in.Header,
		Author: interview.Author{Kind: "ai", Engine: "none"}, Coverage: interview.DraftCoverage{Segments: len(in.Transcript.Segments), Read: len(in.Transcript.Segments)}}, nil
}
func (e noDraft) Revise(ctx context.Context, in drafting.Input) (*interview.Draft, error) {
	return e.Draft(ctx, in)
}

// BenchmarkOwnOverhead measures our own time from a recording's arrival to its draft, for an hour of talk in about 240
// chunks: everything but ffmpeg, hearing, the endpoint and the engine, which answer at once.
func BenchmarkOwnOverhead(b *testing.B) {
	hour := filepath.Join(b.TempDir(), "hour.m4a")
	testkit.FFmpeg(b, "-stream_loop", "4", "-i", testkit.Sample("01-ja-sales.m4a"), "-t", "3600", "-c", "copy", hour)
	b.Run("embedded", func(b *testing.B) {
		dir := b.TempDir()
		redis, err := embedded.StartRedis()
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(redis.Close)
		overhead(b, hour, "sqlite://"+filepath.Join(dir, "kikigaki.db"), redis.URL(), testkit.S3(b))
	})
	b.Run("servers", func(b *testing.B) {
		overhead(b, hour, testkit.Postgres(b), testkit.Redis(b).URL, testkit.S3(b))
	})
}

func overhead(b *testing.B, recording, database, redisURL string, s3 *testkit.S3Server) {
	spans := &spanLog{}
	ctx := b.Context()
	wd := newWorld(b, world{database: database, redisURL: redisURL, s3: s3, speech: newAtOnce(b), engine: noDraft{}, log: slog.New(spans)})
	wd.start()
	var own, prepared time.Duration
	chunks := 0
	for b.Loop() {
		talk := wd.arrive(recording)
		began := time.Now()
		wd.worker.send(ctx, interview.FirstTask(talk.ID, talk.Generation, true))
		for talk.Status != interview.InReview {
			if talk.Status == interview.Failed || time.Since(began) > 10*time.Minute {
				b.Fatalf("%s: %+v", talk.Status, talk.Error)
			}
			time.Sleep(5 * time.Millisecond)
			talk = wd.talk(talk.ID)
		}
		total := time.Since(began)
		own += total - spans.sum()
		prepared += spans.sum()
		chunks = int(spans.chunks)
	}
	n := time.Duration(b.N)
	b.ReportMetric(float64((own / n).Milliseconds()), "own-ms/talk")
	b.ReportMetric(float64((prepared / n).Milliseconds()), "ffmpeg+hear-ms/talk")
	b.ReportMetric(float64(chunks), "chunks")
}

// spanLog is a log handler that keeps the spans of the last preparation.
type spanLog struct {
	ms     int64
	chunks int64
}

func (s *spanLog) sum() time.Duration { return time.Duration(s.ms) * time.Millisecond }

func (s *spanLog) Enabled(context.Context, slog.Level) bool { return true }
func (s *spanLog) WithAttrs([]slog.Attr) slog.Handler       { return s }
func (s *spanLog) WithGroup(string) slog.Handler            { return s }
func (s *spanLog) Handle(_ context.Context, r slog.Record) error {
	if r.Message != "prepared" {
		return nil
	}
	s.ms = 0
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "inspect_ms", "decode_ms", "hear_ms":
			s.ms += a.Value.Int64()
		case "chunks":
			s.chunks = a.Value.Int64()
		}
		return true
	})
	return nil
}
