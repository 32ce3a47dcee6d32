package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"kikigaki/internal/blob"
	"kikigaki/internal/interview"
	"kikigaki/internal/store"
	"kikigaki/internal/testkit"
	"kikigaki/worker"
)

// ledgerWorld is a database, one of the two engines, and a real bucket.
func ledgerWorld(t *testing.T, url string) (*store.Store, *blob.Bucket) {
	t.Helper()
	db, err := store.Open(t.Context(), url, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	s3 := testkit.S3(t)
	bucket, err := blob.Open(t.Context(), blob.Options{Endpoint: s3.Endpoint, Bucket: s3.Bucket, AccessKey: s3.AccessKey, SecretKey: s3.SecretKey, UsePathStyle: true,
		HTTPClient: http.DefaultClient})
	if err != nil {
		t.Fatal(err)
	}
	return db, bucket
}

func openTalk(t *testing.T, db *store.Store) string {
	t.Helper()
	p, err := db.AddPerson(t.Context(), interview.Person{Email: interview.NewID() + "@example.jp", Name: "田中"})
	if err != nil {
		t.Fatal(err)
	}
	talk, err := db.OpenTalk(t.Context(), interview.Talk{Employee: p.ID, Interviewer: p.ID, OpenedBy: p.ID, Template: "x", Language: "ja", RecordedOn: "2026-05-20", Status: interview.InReview})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.PutDraft(t.Context(), &interview.Draft{Interview: talk.ID, Language: "ja"}, 0); err != nil {
		t.Fatal(err)
	}
	return talk.ID
}

// The database and the bucket are brought to the same ledger from either side, and only what came back is erased.
func TestTheLedgerIsComparedBothWays(t *testing.T) {
	t.Parallel()
	for engine, url := range map[string]string{"sqlite": "sqlite://" + filepath.Join(t.TempDir(), "k.db"), "postgres": testkit.Postgres(t)} {
		t.Run(engine, func(t *testing.T) {
			ctx := t.Context()
			db, bucket := ledgerWorld(t, url)
			erased, restored, untouched := openTalk(t, db), openTalk(t, db), openTalk(t, db)
			if err := db.EraseTalk(ctx, erased, interview.EraseAsked, "hr", "request"); err != nil { // by a version that kept no copies
				t.Fatal(err)
			}
			lost := store.Erasure{ID: interview.NewID(), Interview: restored, What: "talk", Actor: "hr", Reason: "request", At: interview.Now()}
			strange := store.Erasure{ID: interview.NewID(), Interview: interview.NewID(), What: "talk", Actor: "hr", Reason: "request", At: interview.Now()}
			for _, e := range []store.Erasure{lost, strange} {
				if err := worker.WriteLedger(ctx, bucket, e); err != nil {
					t.Fatal(err)
				}
			}
			var log bytes.Buffer
			for _, want := range []int{1, 0} {
				again, err := reconcileLedger(ctx, db, bucket, slog.New(slog.NewJSONHandler(&log, nil)))
				if err != nil || again != want {
					t.Fatalf("%d erased again, want %d: %v", again, want, err)
				}
			}
			for id, want := range map[string]interview.Status{restored: interview.Erased, erased: interview.Erased, untouched: interview.InReview} {
				if talk, err := db.Talk(ctx, id); err != nil || talk.Status != want {
					t.Errorf("%v, %v, want %s", talk.Status, err, want)
				}
			}
			n := 0
			for _, err := range bucket.List(ctx, interview.LedgerPrefix) {
				if n++; err != nil {
					t.Fatal(err)
				}
			}
			if n != 3 {
				t.Errorf("%d copies, want 3", n)
			}
			if got := log.String(); strings.Count(got, `"erased again"`) != 1 || !strings.Contains(got, restored) {
				t.Errorf("log: %s", got)
			}
		})
	}
}

// A line that cannot be read stops the start: whoever cannot know what was erased must not serve it.
func TestALineThatCannotBeReadStopsTheStart(t *testing.T) {
	t.Parallel()
	db, bucket := ledgerWorld(t, "sqlite://"+filepath.Join(t.TempDir(), "k.db"))
	id := interview.NewID()
	for name, line := range map[string]string{"no JSON": `{`, "of another name": `{"id":"` + interview.NewID() + `","interview":"` + id + `","what":"talk","at":"2026-05-20T00:00:00Z"}`,
		"of a newer version": `{"id":"` + id + `","interview":"` + id + `","what":"voice","at":"2026-05-20T00:00:00Z"}`,
		"without a time":     `{"id":"` + id + `","interview":"` + id + `","what":"talk"}`} {
		if _, err := bucket.Put(t.Context(), interview.LedgerKey(id), strings.NewReader(line), int64(len(line)), "application/json", false); err != nil {
			t.Fatal(err)
		}
		if _, err := reconcileLedger(t.Context(), db, bucket, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), id) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
