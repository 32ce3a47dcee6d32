// Package storetest is what both databases must do alike: one suite, run on SQLite and on PostgreSQL by the tests of
// package store. Each case has a fresh, migrated database of its own.
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// Base is an open, empty database, and a way past the store to look at it or damage it.
type Base struct {
	Store *store.Store
	Raw   *sql.DB
	URL   string
}

// racers is how many goroutines meet in a contention test.
const racers = 16

// Run runs every case on databases made by open.
func Run(t *testing.T, open func(testing.TB) Base) {
	for name, test := range map[string]func(*testing.T, Base){
		"schema/migrate from empty":         migrateFromEmpty,
		"schema/newer is refused":           newerSchemaRefused,
		"schema/many migrate at once":       manyMigrate,
		"tx/rolls back":                     txRollsBack,
		"tx/increments are not lost":        txKeepsIncrements,
		"tx/a conflict does not end it":     txSurvivesConflict,
		"time/round trip":                   timesRoundTrip,
		"text/anything people type":         textRoundTrips,
		"people/add, read, change":          people,
		"people/one of an address":          oneAddress,
		"people/list":                       listPeople,
		"people/disable ends everything":    disableEndsEverything,
		"people/disable against sign-in":    disableAgainstSignIn,
		"session/lives and ends":            sessions,
		"session/tokens":                    tokens,
		"session/link is used once":         linkUsedOnce,
		"session/link states":               linkStates,
		"talk/open and read":                openTalk,
		"talk/list":                         listTalks,
		"talk/paging while others insert":   pagingUnderInserts,
		"talk/update":                       updateTalk,
		"move/the whole way":                wholeWay,
		"move/every row of the table":       everyMove,
		"move/one winner":                   oneWinnerPerMove,
		"move/newest draft only":            moveOnDraft,
		"move/generations":                  generations,
		"consent/notices and decisions":     consents,
		"consent/sheet and notes":           sheetAndNotes,
		"recording/store and change":        recordings,
		"recording/uploads":                 uploads,
		"cut/list is idempotent":            cutList,
		"cut/answers are stored once":       answersOnce,
		"cut/one merge":                     oneMerge,
		"cut/new generation keeps answers":  cutGenerations,
		"lease/claim, renew, release":       leases,
		"lease/one claimer":                 oneClaimer,
		"lease/fence":                       fence,
		"lease/poison is counted":           poison,
		"lease/leader":                      leader,
		"task/outbox":                       outbox,
		"task/stalled":                      stalled,
		"task/pause":                        pauses,
		"task/counts and sweep":             taskCounts,
		"task/turns in the queue":           turns,
		"task/workers that live":            working,
		"task/how long steps take":          typical,
		"record/transcripts":                transcripts,
		"record/drafts":                     drafts,
		"record/one next version":           oneNextVersion,
		"record/seal":                       seal,
		"review/comments":                   comments,
		"review/verdicts, opened, reads":    verdictsOpenedReads,
		"review/promises":                   promises,
		"review/requests":                   requests,
		"audit/chain":                       auditChain,
		"audit/chain whole under load":      auditUnderLoad,
		"audit/tampering shows":             auditTampering,
		"audit/prune":                       auditPrune,
		"once/reply is given again":         replyAgain,
		"once/one first":                    oneFirst,
		"mail/dedupe and take":              mails,
		"mail/taken once":                   mailsTakenOnce,
		"template/stored once":              templates,
		"record/what waits for an answer":   owed,
		"succession/handover and release":   succession,
		"webhook/make and change":           webhooks,
		"webhook/what is told":              eventsOfChanges,
		"webhook/deliveries":                deliveries,
		"webhook/taken once":                deliveriesTakenOnce,
		"usage/adds up":                     usage,
		"erase/no word stays":               eraseLeavesNoWord,
		"erase/against writers":             eraseAgainstWriters,
		"erase/refusals":                    eraseRefusals,
		"erase/drafts only":                 eraseDrafts,
		"move/trouble is no move":           trouble,
		"erase/recordings only":             eraseRecordings,
		"erase/again after a restore":       eraseAgain,
		"erase/refused again":               refusedAgain,
		"erase/tasks that were given up":    retryErasures,
		"figures/counts and sealed records": figures,
		"figures/a hundred thousand":        manyFigures,
		"retention/what is due":             retention,
		"sweep/expired":                     sweep,
		"error/cancelled call":              cancelled,
		"error/closed database":             closedDatabase,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			if name != "schema/migrate from empty" && name != "schema/many migrate at once" {
				check(t, b.Store.Migrate(t.Context()))
			}
			test(t, b)
		})
	}
}

// check ends the test on an error that should not be.
func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("got error %v, want none", err)
	}
}

// code checks the stable code of an error; "" wants none.
func code(t testing.TB, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		got = interview.Code(err)
	}
	if got != want {
		t.Errorf("got code %q (%v), want %q", got, err, want)
	}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// race starts n goroutines at the same moment and returns their errors.
func race(n int, do func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = do(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// winners counts the calls of a race that succeeded; all others must have failed with the given code.
func winners(t testing.TB, errs []error, loser string) int {
	t.Helper()
	n := 0
	for _, err := range errs {
		if err == nil {
			n++
			continue
		}
		code(t, err, loser)
	}
	return n
}

// eventually polls until ok, for what the database's own clock decides.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("%s: did not come true in 20 s", what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// person stores an account.
func person(t testing.TB, s *store.Store, email string, roles ...interview.Role) interview.Person {
	t.Helper()
	p, err := s.AddPerson(t.Context(), interview.Person{Email: email, Name: email, Roles: roles})
	check(t, err)
	return p
}

// talk stores an interview of two new people in a status.
func talk(t testing.TB, s *store.Store, status interview.Status) interview.Talk {
	t.Helper()
	id := interview.NewID()
	e, i := person(t, s, "e-"+id+"@example.jp"), person(t, s, "i-"+id+"@example.jp", interview.RoleInterviewer)
	v, err := s.OpenTalk(t.Context(), interview.Talk{Employee: e.ID, Interviewer: i.ID, OpenedBy: i.ID, Template: "career-interview",
		Language: "ja", RecordedOn: "2026-05-20", Purpose: "目的", Status: status})
	check(t, err)
	return v
}

// recording stores a recording of an interview.
func recording(t testing.TB, s *store.Store, talk string) interview.Recording {
	t.Helper()
	r, err := s.AddRecording(t.Context(), interview.Recording{Interview: talk, Key: "interviews/" + talk + "/recording/x", Size: 10})
	check(t, err)
	return r
}

// draft makes a small draft.
func draft(talk, text string) *interview.Draft {
	return &interview.Draft{Interview: talk, Template: "career-interview@3", Transcript: 1, Language: "ja", Author: interview.Author{Kind: "ai", Engine: "extractive"},
		Sections: []interview.Section{{Key: interview.Wishes, State: interview.Discussed, Statements: []interview.Statement{{ID: "s1", Text: text}}}}}
}

// cuts makes n cuts of 30 seconds.
func cuts(n int) []interview.Cut {
	out := make([]interview.Cut, n)
	for i := range out {
		out[i] = interview.Cut{From: int64(i) * 30 * interview.SampleRate, To: int64(i+1) * 30 * interview.SampleRate}
	}
	return out
}

func migrateFromEmpty(t *testing.T, b Base) {
	ctx := t.Context()
	have, want, err := b.Store.Schema(ctx)
	check(t, err)
	equal(t, "version before", have, 0)
	code(t, b.Store.CheckSchema(ctx), "settings_invalid")
	check(t, b.Store.Migrate(ctx))
	check(t, b.Store.Migrate(ctx)) // again changes nothing
	have, _, err = b.Store.Schema(ctx)
	check(t, err)
	equal(t, "version after", have, want)
	check(t, b.Store.CheckSchema(ctx))
}

func newerSchemaRefused(t *testing.T, b Base) {
	ctx := t.Context()
	_, err := b.Raw.ExecContext(ctx, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, TRUE)`)
	check(t, err)
	code(t, b.Store.Migrate(ctx), "settings_invalid")
	code(t, b.Store.CheckSchema(ctx), "settings_invalid")
}

func manyMigrate(t *testing.T, b Base) {
	var stores []*store.Store
	for range 4 {
		s, err := store.Open(t.Context(), b.URL, store.Options{})
		check(t, err)
		defer s.Close()
		stores = append(stores, s)
	}
	equal(t, "migrated", winners(t, race(4, func(i int) error { return stores[i].Migrate(t.Context()) }), "none may fail"), 4)
}

var errStop = errors.New("stop")

func txRollsBack(t *testing.T, b Base) {
	ctx := t.Context()
	err := b.Store.Tx(ctx, func(tx *store.Tx) error {
		p, err := tx.AddPerson(ctx, interview.Person{Email: "a@example.jp"})
		check(t, err)
		if _, err := tx.Person(ctx, p.ID); err != nil {
			t.Errorf("a transaction does not see its own row: %v", err)
		}
		if _, err := b.Store.Person(ctx, p.ID); interview.Code(err) != "not_found" {
			t.Errorf("another reader sees an uncommitted row: %v", err)
		}
		return errStop
	})
	if !errors.Is(err, errStop) {
		t.Errorf("got %v, want the function's own error", err)
	}
	n, err := b.Store.CountPeople(ctx)
	check(t, err)
	equal(t, "people", n, 0)
}

// Sixteen transactions of two processes lose nothing: locks or repeats see to it.
func txKeepsIncrements(t *testing.T, b Base) {
	ctx := t.Context()
	other, err := store.Open(ctx, b.URL, store.Options{}) // as a second process would
	check(t, err)
	defer other.Close()
	errs := race(racers, func(i int) error {
		s := b.Store
		if i%2 == 1 {
			s = other
		}
		return s.Tx(ctx, func(tx *store.Tx) error {
			if err := tx.AddUsage(ctx, store.Usage{Day: "2026-05-20", Kind: "speech", Requests: 1}); err != nil {
				return err
			}
			return tx.AddUsage(ctx, store.Usage{Day: "2026-05-20", Kind: "chat", InputTokens: 2})
		})
	})
	equal(t, "transactions", winners(t, errs, "none may fail"), racers)
	u, err := b.Store.UsageBetween(ctx, "2026-05-20", "2026-05-20")
	check(t, err)
	equal(t, "tokens", u[0].InputTokens, 2*racers)
	equal(t, "requests", u[1].Requests, racers)
}

// PostgreSQL ends a transaction at the first violated constraint; the store's methods do not run into one.
func txSurvivesConflict(t *testing.T, b Base) {
	ctx := t.Context()
	person(t, b.Store, "a@example.jp")
	check(t, b.Store.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.AddPerson(ctx, interview.Person{Email: "A@example.jp"})
		code(t, err, "validation_failed")
		_, err = tx.AddPerson(ctx, interview.Person{Email: "b@example.jp"})
		return err
	}))
	n, err := b.Store.CountPeople(ctx)
	check(t, err)
	equal(t, "people", n, 2)
}

func timesRoundTrip(t *testing.T, b Base) {
	ctx := t.Context()
	tokyo := time.FixedZone("JST", 9*3600)
	for _, at := range []time.Time{
		time.Date(2026, 5, 20, 1, 2, 3, 456789000, time.UTC), time.Date(2026, 5, 20, 1, 2, 3, 0, time.UTC),
		time.Date(2026, 5, 20, 10, 2, 3, 450000000, tokyo), time.Date(2026, 5, 20, 1, 2, 3, 456789999, time.UTC),
	} {
		want := at.UTC().Truncate(time.Microsecond)
		p, err := b.Store.AddPerson(ctx, interview.Person{Email: fmt.Sprintf("%d@example.jp", at.UnixNano()), CreatedAt: at})
		check(t, err)
		got, err := b.Store.Person(ctx, p.ID)
		check(t, err)
		if got.CreatedAt != want || p.CreatedAt != want {
			t.Errorf("stored %v: got %v, and %v from the adding, want %v", at, got.CreatedAt, p.CreatedAt, want)
		}
	}
	// Order and comparison hold across fractions of a second, which SQLite compares as text.
	v := talk(t, b.Store, interview.NeedsConsent)
	base := time.Date(2026, 5, 20, 1, 2, 3, 0, time.UTC)
	for i, d := range []time.Duration{500 * time.Millisecond, 0, 510 * time.Millisecond, 499999 * time.Microsecond, time.Second} {
		_, err := b.Store.AddConsent(ctx, interview.Consent{Interview: v.ID, Person: fmt.Sprint(i), Decision: interview.Given, At: base.Add(d)})
		check(t, err)
	}
	list, err := b.Store.Consents(ctx, v.ID)
	check(t, err)
	order := ""
	for _, c := range list {
		order += c.Person
	}
	equal(t, "order", order, "13024")
}

// Texts with every kind of character come back as they went in, but for what no database can hold.
func textRoundTrips(t *testing.T, b Base) {
	ctx := t.Context()
	v := talk(t, b.Store, interview.InReview)
	for in, want := range map[string]string{
		"聞き書き 🎙️ \"'\\;--$1 %_\n\t": "聞き書き 🎙️ \"'\\;--$1 %_\n\t", "NUL\x00in": "NULin", "broken\xffutf8": "broken\uFFFDutf8", "": "",
	} {
		c, err := b.Store.AddComment(ctx, interview.Comment{Interview: v.ID, Kind: "comment", Text: in})
		check(t, err)
		got, err := b.Store.Comment(ctx, c.ID)
		check(t, err)
		equal(t, "text", got.Text, want)
		d := draft(v.ID, in)
		check(t, b.Store.PutDraft(ctx, d, store.AnyVersion))
		back, err := b.Store.Draft(ctx, v.ID, d.Version)
		check(t, err)
		if in != "broken\xffutf8" { // JSON replaces broken bytes itself
			equal(t, "draft text", back.Sections[0].Statements[0].Text, in)
		}
	}
}

func cancelled(t *testing.T, b Base) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := b.Store.Person(ctx, "x")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's own error", err)
	}
	if err := b.Store.Tx(ctx, func(*store.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's own error", err)
	}
}

func closedDatabase(t *testing.T, b Base) {
	s, err := store.Open(t.Context(), b.URL, store.Options{})
	check(t, err)
	check(t, s.Close())
	_, err = s.Person(t.Context(), "x")
	if err == nil {
		t.Fatal("a closed store answers")
	}
	equal(t, "class", interview.ClassOf(err), interview.Retry)
}
