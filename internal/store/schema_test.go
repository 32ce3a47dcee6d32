package store

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
)

var insert = regexp.MustCompile(`(?s)INSERT INTO (\w+) \(([^)]*)\) VALUES .*?;\n`)

// From every released schema, filled as an installation fills it, the way up keeps each row and each value, and the program
// can read what is there. testdata/schema holds one dump for each release that changed the schema, for both databases; from
// schema 8 on it fills every table.
func TestMigrateFromEveryRelease(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/schema/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("no dumps of released schemas", err)
	}
	made, err := fs.ReadDir(migrations, "migrations/sqlite")
	if err != nil {
		t.Fatal(err)
	}
	if oldest, newest := 7, len(made); len(files) < newest-oldest { // the newest may not be released yet
		t.Errorf("%d dumps for the schemas %d to %d: how they are made stands at storetest.TestDump", len(files), oldest, newest-1)
	}
	for _, file := range files {
		version, err := strconv.ParseInt(strings.TrimSuffix(filepath.Base(file), ".sql"), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for engine, url := range map[string]string{"sqlite": "sqlite://" + filepath.Join(t.TempDir(), "k.db"), "postgres": testkit.Postgres(t)} {
			t.Run(fmt.Sprintf("%d on %s", version, engine), func(t *testing.T) {
				ctx := t.Context()
				s := mustOpen(t, url)
				defer s.Close()
				p, err := newProvider(s.d, s.write)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := p.UpTo(ctx, version); err != nil {
					t.Fatal(err)
				}
				columns, count := map[string]string{}, map[string]int{}
				for _, m := range insert.FindAllStringSubmatch(string(raw), -1) {
					if count[m[1]] == 0 { // a migration may have put its own first row
						if _, err := s.write.ExecContext(ctx, `DELETE FROM `+m[1]); err != nil {
							t.Fatalf("%s: %v", m[1], err)
						}
					}
					if _, err := s.write.ExecContext(ctx, strings.TrimSuffix(m[0], ";\n")); err != nil {
						t.Fatalf("%s: %v", m[1], err)
					}
					columns[m[1]] = m[2]
					count[m[1]]++
				}
				if most := tablesOf(t, s); version > 7 && len(columns) != most || len(columns) < 22 {
					t.Fatalf("the dump fills %d of %d tables", len(columns), most)
				}
				before := rowsOf(t, s, columns)
				if err := s.Migrate(ctx); err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(before, rowsOf(t, s, columns)); d != "" {
					t.Errorf("the way up changed rows (-before +after):\n%s", d)
				}
				talks, _, err := s.Talks(ctx, TalkFilter{}, Page{})
				if err != nil || len(talks) != count["talks"] || len(talks) < 3 {
					t.Fatalf("%d talks, %v", len(talks), err)
				}
				for _, talk := range talks {
					if talk.Status == interview.Erased {
						continue
					}
					if _, err := s.Draft(ctx, talk.ID, talk.Draft); err != nil {
						t.Errorf("draft: %v", err)
					}
					if _, err := s.Transcript(ctx, talk.ID, 0); err != nil {
						t.Errorf("transcript: %v", err)
					}
				}
				if lines, _, err := s.ErasureLedger(ctx, Page{}); err != nil || len(lines) != count["erasures"] || len(lines) == 0 {
					t.Errorf("%d erasures, %v", len(lines), err)
				}
				if hooks, _, err := s.Webhooks(ctx, Page{}); err != nil || len(hooks) != count["webhooks"] {
					t.Errorf("%d webhooks, %v", len(hooks), err)
				}
			})
		}
	}
}

// tablesOf counts the tables of the schema as it is, goose's own left out.
func tablesOf(t *testing.T, s *Store) int {
	t.Helper()
	query := `SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'goose_db_version'`
	if s.Engine() == "postgres" {
		query = `SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'goose_db_version'`
	}
	n, err := must(t.Context(), s.w, value[int], query)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// rowsOf reads the named columns of each table, as text, in their order.
func rowsOf(t *testing.T, s *Store, columns map[string]string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for table, names := range columns {
		var parts []string
		for name := range strings.SplitSeq(names, ", ") {
			parts = append(parts, `COALESCE(CAST(`+name+` AS TEXT), '<null>')`)
		}
		rows, err := all(t.Context(), s.w, value[string], `SELECT `+strings.Join(parts, ` || '|' || `)+` FROM `+table+` ORDER BY 1`)
		if err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		out[table] = rows
	}
	return out
}
