package storetest

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// TestDump fills every table as a running installation does and writes it down as SQL that both databases take. With
// SCHEMA_DUMP=../testdata/schema it leaves the file there: that is done once for each schema, at the commit that releases
// it, and never again. From then on the way up from it is tested (TestMigrateFromEveryRelease).
func TestDump(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "kikigaki.db")
	s, err := store.Open(t.Context(), "sqlite://"+path, store.Options{})
	check(t, err)
	defer s.Close()
	check(t, s.Migrate(t.Context()))
	raw, err := sql.Open("sqlite", path)
	check(t, err)
	defer raw.Close()
	fillAll(t, s, raw)

	var version int
	check(t, raw.QueryRowContext(t.Context(), `SELECT MAX(version_id) FROM goose_db_version`).Scan(&version))
	var out strings.Builder
	fmt.Fprintf(&out, "-- Every table of schema %d as a running installation fills it: three interviews, one of them erased. Invented.\n", version)
	for _, table := range column(t, raw, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'goose_db_version' ORDER BY rootpage`) {
		if rows := inserts(t, raw, table); len(rows) == 0 {
			t.Errorf("nothing fills the table %s", table)
		} else {
			out.WriteString(strings.Join(rows, ""))
		}
	}
	if dir := os.Getenv("SCHEMA_DUMP"); dir != "" && !t.Failed() {
		check(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%05d.sql", version)), []byte(out.String()), 0o644))
	}
}

// fillAll is three interviews at different stages and everything around them.
func fillAll(t *testing.T, s *store.Store, raw *sql.DB) {
	t.Helper()
	ctx := t.Context()
	hook(t, s)
	var talks []interview.Talk
	for _, status := range []interview.Status{interview.InReview, interview.Approved, interview.InReview} {
		v, _ := fill(t, s, status)
		talks = append(talks, v)
	}
	check(t, s.EraseTalk(ctx, talks[2].ID, interview.EraseAsked, "hr", "test"))
	_, err := s.Move(ctx, store.MoveInput{ID: talks[1].ID, Event: interview.Reopened})
	check(t, err)
	_, err = s.Move(ctx, store.MoveInput{ID: talks[1].ID, Event: interview.ApprovedBy, Sealed: 1})
	check(t, err)
	_, err = s.Groups(ctx, store.TalkFilter{}, func(*interview.Draft) map[string]int { return map[string]int{"wishes": 1} })
	check(t, err)
	_, err = s.ReleaseRecord(ctx, talks[1].ID, interview.Release{Person: talks[0].Interviewer, Sensitive: true, At: interview.Now()})
	check(t, err)
	_, err = s.AskComments(ctx, talks[0].ID, 2)
	check(t, err)
	_, err = s.Lead(ctx, "audit", "x", time.Minute)
	check(t, err)
	_, err = s.Claim(ctx, talks[0].ID, "draft", "", 1, "owner", time.Minute)
	check(t, err)
	later := interview.Now().Add(time.Hour)
	check(t, s.PauseStep(ctx, "transcribe", "endpoint_unauthorized", later))
	check(t, s.AddUsage(ctx, store.Usage{Day: "2026-11-25", Kind: "speech", Requests: 3, AudioSeconds: 61.5}))
	check(t, s.AddSession(ctx, store.Session{Hash: "hash-of-a-cookie", Person: talks[0].Employee, Agent: "Firefox", ExpiresAt: later}))
	check(t, s.AddLink(ctx, store.Link{Hash: "hash-of-a-link", Person: talks[0].Employee, ExpiresAt: later}))
	_, err = s.AddToken(ctx, store.Token{Person: talks[0].Interviewer, Name: "curl"}, "hash-of-a-token")
	check(t, err)
	_, err = s.PutNotice(ctx, interview.Notice{Name: "processing", Language: "ja", Text: "お知らせ"})
	check(t, err)
	check(t, s.PutTemplate(ctx, store.Template{Hash: "hash-of-a-template", Name: "career-interview", Version: 3, Body: "name: career-interview"}))
	_, err = raw.ExecContext(ctx, `INSERT INTO identities (issuer, subject, person, created_at) SELECT 'https://id.example.jp', 's-1', id, created_at FROM people WHERE id = ?`, talks[0].Employee)
	check(t, err)
	for range 3 {
		check(t, s.AddAudit(ctx, interview.AuditEvent{Actor: "system", Action: "drafted", Interview: talks[0].ID, Object: "draft"}))
	}
	_, err = s.SealAudit(ctx, "x", 500)
	check(t, err)
}

func column(t *testing.T, raw *sql.DB, query string) (out []string) {
	t.Helper()
	rows, err := raw.QueryContext(t.Context(), query)
	check(t, err)
	defer rows.Close()
	for rows.Next() {
		var v string
		check(t, rows.Scan(&v))
		out = append(out, v)
	}
	check(t, rows.Err())
	return out
}

// inserts are the rows of a table in the form that both databases take.
func inserts(t *testing.T, raw *sql.DB, table string) (out []string) {
	t.Helper()
	names := column(t, raw, `SELECT name FROM pragma_table_info('`+table+`')`)
	kinds := column(t, raw, `SELECT UPPER(type) FROM pragma_table_info('`+table+`')`)
	var read []string
	for _, name := range names {
		read = append(read, "CAST("+name+" AS TEXT)")
	}
	rows, err := raw.QueryContext(t.Context(), `SELECT `+strings.Join(read, ", ")+` FROM `+table+` ORDER BY rowid`)
	check(t, err)
	defer rows.Close()
	for rows.Next() {
		cells, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		check(t, rows.Scan(into...))
		values := make([]string, len(cells))
		for i, c := range cells {
			switch kind := kinds[i]; {
			case !c.Valid:
				values[i] = "NULL"
			case kind == "BOOLEAN":
				values[i] = map[string]string{"0": "FALSE", "1": "TRUE"}[c.String]
			case kind == "INTEGER", kind == "BIGINT", kind == "REAL", strings.HasPrefix(kind, "DOUBLE"):
				values[i] = c.String
			default:
				values[i] = "'" + strings.ReplaceAll(c.String, "'", "''") + "'"
			}
		}
		out = append(out, fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s);\n", table, strings.Join(names, ", "), strings.Join(values, ", ")))
	}
	check(t, rows.Err())
	return out
}
