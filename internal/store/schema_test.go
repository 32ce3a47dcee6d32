package store

import (
	"fmt"
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
// can read what is there. testdata/schema holds one dump for each release that changed the schema, for both databases.
func TestMigrateFromEveryRelease(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/schema/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("no dumps of released schemas", err)
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
				columns := map[string]string{}
				for _, m := range insert.FindAllStringSubmatch(string(raw), -1) {
					if _, err := s.write.ExecContext(ctx, strings.TrimSuffix(m[0], ";\n")); err != nil {
						t.Fatalf("%s: %v", m[1], err)
					}
					columns[m[1]] = m[2]
				}
				if len(columns) < 22 {
					t.Fatalf("the dump fills only %d tables", len(columns))
				}
				before := rowsOf(t, s, columns)
				if err := s.Migrate(ctx); err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(before, rowsOf(t, s, columns)); d != "" {
					t.Errorf("the way up changed rows (-before +after):\n%s", d)
				}
				talks, _, err := s.Talks(ctx, TalkFilter{}, Page{})
				if err != nil || len(talks) != 3 {
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
				if lines, _, err := s.ErasureLedger(ctx, Page{}); err != nil || len(lines) != 1 {
					t.Errorf("%d erasures, %v", len(lines), err)
				}
			})
		}
	}
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
