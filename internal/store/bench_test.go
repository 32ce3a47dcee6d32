package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
	"kikigaki/internal/store/storetest"
)

// hundredThousand is the size at which lists must still be fast.
const hundredThousand = 100_000

// company fills an empty database: 2,000 employees, 100 interviewers of whom the first holds a tenth of all interviews,
// five years, nine in ten approved, one in a thousand failed.
func company(b *testing.B, base storetest.Base) (employee, busy string) {
	b.Helper()
	ctx, s := b.Context(), base.Store
	if err := s.Migrate(ctx); err != nil {
		b.Fatal(err)
	}
	ids := make([]string, 2100)
	err := s.Tx(ctx, func(tx *store.Tx) error {
		for i := range ids {
			p, err := tx.AddPerson(ctx, interview.Person{Email: fmt.Sprintf("p%04d@example.jp", i), Name: "社員"})
			if err != nil {
				return err
			}
			ids[i] = p.ID
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	tx, err := base.Raw.BeginTx(ctx, nil)
	if err != nil {
		b.Fatal(err)
	}
	now := interview.Now().Format("2006-01-02 15:04:05.999999999-07:00")
	const batch = 500
	for from := 0; from < hundredThousand; from += batch {
		rows := make([]string, batch)
		for k := range rows {
			i := from + k
			status, waits, approved := "approved", "", "'"+now+"'"
			switch {
			case i%1000 == 7:
				status, waits, approved = "failed", "interviewer", "NULL"
			case i%10 == 3:
				status, waits, approved = "in_review", []string{"employee", "interviewer"}[i/10%2], "NULL"
			}
			by := ids[2000+i%100]
			if i%10 == 0 {
				by = ids[2000]
			}
			day := time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i*1800/hundredThousand).Format(time.DateOnly)
			rows[k] = fmt.Sprintf("('%s','%s','%s','x','career-interview','ja','%s','%s','%s',1,'%s','%s',%s)", interview.NewID(), ids[i%2000], by, day, status, waits, now, now, approved)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO talks (id, employee, interviewer, opened_by, template, language, recorded_on, status, waiting_for, generation,
			created_at, updated_at, approved_at) VALUES `+strings.Join(rows, ",")); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	if base.Store.Engine() == "postgres" { // as its own vacuum would; SQLite plans by its indexes alone, in production too
		if _, err := base.Raw.ExecContext(ctx, `VACUUM ANALYZE`); err != nil {
			b.Fatal(err)
		}
	}
	return ids[5], ids[2000]
}

func BenchmarkTalksSQLite(b *testing.B)   { benchmarkTalks(b, openSQLite) }
func BenchmarkTalksPostgres(b *testing.B) { benchmarkTalks(b, openPostgres) }

func benchmarkTalks(b *testing.B, open func(testing.TB) storetest.Base) {
	base := open(b)
	employee, busy := company(b, base)
	ctx, s := b.Context(), base.Store
	waits := interview.ForInterviewer
	deep := store.Page{}
	for range 200 { // page 200 of the whole list: 10,000 rows in
		_, next, err := s.Talks(ctx, store.TalkFilter{}, deep)
		if err != nil {
			b.Fatal(err)
		}
		deep.Cursor = next
	}
	for _, c := range []struct {
		name string
		f    store.TalkFilter
		page store.Page
		want int
	}{
		{"all/first page", store.TalkFilter{}, store.Page{}, 50},
		{"all/page 201", store.TalkFilter{}, deep, 50},
		{"status", store.TalkFilter{Status: []interview.Status{interview.InReview}}, store.Page{}, 50},
		{"rare status", store.TalkFilter{Status: []interview.Status{interview.Failed}}, store.Page{}, 50},
		{"status that is nowhere", store.TalkFilter{Status: []interview.Status{interview.Queued}}, store.Page{}, 0},
		{"five statuses", store.TalkFilter{Status: interview.BeforeApproval[:9]}, store.Page{}, 50},
		{"waiting for", store.TalkFilter{WaitingFor: &waits}, store.Page{}, 50},
		{"employee", store.TalkFilter{Employee: employee}, store.Page{}, 50},
		{"participant", store.TalkFilter{Participant: employee}, store.Page{}, 50},
		{"busy participant", store.TalkFilter{Participant: busy}, store.Page{}, 50},
		{"busy participant, rare status", store.TalkFilter{Participant: busy, Status: []interview.Status{interview.Failed}}, store.Page{}, 0},
		{"participant, common status", store.TalkFilter{Participant: employee, Status: []interview.Status{interview.Approved}}, store.Page{}, 50},
		{"employee, two statuses", store.TalkFilter{Employee: employee, Status: []interview.Status{interview.Approved, interview.Failed}}, store.Page{}, 50},
		{"interviewer, waiting for", store.TalkFilter{Interviewer: busy, WaitingFor: &waits}, store.Page{}, 0},
		{"busy participant, five statuses", store.TalkFilter{Participant: busy, Status: interview.BeforeApproval[4:]}, store.Page{}, 0},
		{"participant, every status", store.TalkFilter{Participant: employee, Status: interview.Statuses}, store.Page{}, 50},
		{"one month", store.TalkFilter{From: "2023-03-01", To: "2023-03-31"}, store.Page{}, 50},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				list, _, err := s.Talks(ctx, c.f, c.page)
				if err != nil {
					b.Fatal(err)
				}
				if len(list) != c.want {
					b.Fatalf("got %d talks, want %d", len(list), c.want)
				}
			}
		})
	}
	b.Run("counts by status", func(b *testing.B) {
		for b.Loop() {
			if c, err := s.TalkCounts(ctx, store.TalkFilter{}); err != nil || c[interview.Failed] != 100 {
				b.Fatalf("got %v, %v", c, err)
			}
		}
	})
	b.Run("counts of a participant", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.TalkCounts(ctx, store.TalkFilter{Participant: employee}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("one talk", func(b *testing.B) {
		list, _, err := s.Talks(ctx, store.TalkFilter{}, deep)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := s.Talk(ctx, list[0].ID); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkChunkSQLite(b *testing.B)   { benchmarkChunk(b, openSQLite) }
func BenchmarkChunkPostgres(b *testing.B) { benchmarkChunk(b, openPostgres) }

// benchmarkChunk is what one chunk costs in SQL: lease, then answer, merge question, task and release in one
// transaction.
func benchmarkChunk(b *testing.B, open func(testing.TB) storetest.Base) {
	base := open(b)
	ctx, s := b.Context(), base.Store
	if err := s.Migrate(ctx); err != nil {
		b.Fatal(err)
	}
	p, err := s.AddPerson(ctx, interview.Person{Email: "a@example.jp"})
	if err != nil {
		b.Fatal(err)
	}
	v, err := s.OpenTalk(ctx, interview.Talk{Employee: p.ID, Interviewer: p.ID, Template: "x", Language: "ja", RecordedOn: "2026-05-20", Status: interview.Transcribing})
	if err != nil {
		b.Fatal(err)
	}
	r, err := s.AddRecording(ctx, interview.Recording{Interview: v.ID, Key: "k"})
	if err != nil {
		b.Fatal(err)
	}
	var list []interview.Cut
	for i := range int64(200_000) {
		list = append(list, interview.Cut{From: i, To: i + 1})
	}
	if err := s.PutCuts(ctx, v.ID, r.ID, 1, list); err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		c := list[n%len(list)]
		n++
		task := interview.Task{Kind: interview.TaskTranscribe, Interview: v.ID, Subject: c.ID(), Generation: 1}
		l, err := s.Claim(ctx, v.ID, "transcribe", c.ID(), 1, "w", time.Minute)
		if err != nil {
			b.Fatal(err)
		}
		err = s.Tx(ctx, func(tx *store.Tx) error {
			if err := tx.Fenced(ctx, l); err != nil {
				return err
			}
			if _, err := tx.SaveAnswer(ctx, v.ID, r.ID, c.ID(), interview.Answer{Text: "はい、海外で働きたいと思っています。", Seconds: 20}); err != nil {
				return err
			}
			if _, err := tx.MergeOnce(ctx, r.ID, 1); err != nil {
				return err
			}
			if err := tx.DoneTask(ctx, task); err != nil {
				return err
			}
			return tx.Release(ctx, l)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
