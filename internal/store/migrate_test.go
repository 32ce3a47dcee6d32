package store

import (
	"context"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
)

// Both folders hold the same migrations, numbered without a gap, and make the same tables with the same columns.
func TestMigrationsAlike(t *testing.T) {
	t.Parallel()
	names := func(engine string) (out []string) {
		entries, err := fs.ReadDir(migrations, path.Join("migrations", engine))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			out = append(out, e.Name())
		}
		return out
	}
	if d := cmp.Diff(names("sqlite"), names("postgres")); d != "" {
		t.Errorf("migrations differ (-sqlite +postgres):\n%s", d)
	}
	columns := func(s *Store, query string) []string {
		t.Helper()
		if err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		out, err := all(t.Context(), s.r, value[string], query)
		if err != nil {
			t.Fatal(err)
		}
		if len(out) < 200 {
			t.Fatalf("only %d columns were found", len(out))
		}
		slices.Sort(out)
		return out
	}
	lite := columns(mustOpen(t, "sqlite://"+filepath.Join(t.TempDir(), "k.db")), `SELECT m.name || '.' || c.name || CASE WHEN c."notnull" OR c.pk THEN ' not null' ELSE '' END
		FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'goose_db_version'`)
	post := columns(mustOpen(t, testkit.Postgres(t)), `SELECT table_name || '.' || column_name || CASE WHEN is_nullable = 'NO' THEN ' not null' ELSE '' END
		FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'goose_db_version'`)
	if d := cmp.Diff(lite, post); d != "" {
		t.Errorf("tables differ (-sqlite +postgres):\n%s", d)
	}
}

// What was stored under an older schema is there after the way up.
func TestMigrateKeepsData(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for engine, url := range map[string]string{"sqlite": "sqlite://" + filepath.Join(t.TempDir(), "k.db"), "postgres": testkit.Postgres(t)} {
		s := mustOpen(t, url)
		defer s.Close()
		p, err := newProvider(s.d, s.write)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.UpTo(ctx, 6); err != nil {
			t.Fatal(err)
		}
		if have, want, err := s.Schema(ctx); err != nil || have != 6 || want <= have {
			t.Fatalf("%s: got schema %d of %d, %v; want 6 of a newer one", engine, have, want, err)
		}
		// Written by hand: today's program does not write what the old schema takes.
		at := interview.Now()
		talk := interview.Talk{ID: interview.NewID(), Employee: interview.NewID(), Template: "x", Language: "ja", RecordedOn: "2026-05-20", Purpose: "目的",
			Processing: interview.External, Status: interview.InReview, Generation: 1, Draft: 1, CreatedAt: at, UpdatedAt: at}
		talk.Interviewer = talk.Employee
		for _, step := range []struct {
			query string
			args  []any
		}{
			{`INSERT INTO people (id, email, email_key, name, search, roles, created_at, updated_at) VALUES ($1, $2, $2, '田中', '', '[]', $3, $3)`,
				[]any{talk.Employee, "a@example.jp", at}},
			{`INSERT INTO talks (id, employee, interviewer, opened_by, template, language, recorded_on, place, purpose, processing, engine, status, waiting_for,
				generation, draft, created_at, updated_at) VALUES ($1, $2, $2, '', 'x', 'ja', '2026-05-20', '', $3, 'external', '', 'in_review', '', 1, 1, $4, $4)`,
				[]any{talk.ID, talk.Employee, talk.Purpose, at}},
			{`INSERT INTO drafts (interview, version, template, transcript, language, body, created_at) VALUES ($1, 1, 'x@1', 1, 'ja', $2, $3)`,
				[]any{talk.ID, encoded{interview.Draft{Interview: talk.ID, Version: 1, Language: "ja"}}, at}},
		} {
			if _, err := s.exec(ctx, step.query, step.args...); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		got, err := s.Talk(ctx, talk.ID)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(talk, got); d != "" {
			t.Errorf("%s: the talk changed on the way up (-before +after):\n%s", engine, d)
		}
		if _, err := s.Draft(ctx, talk.ID, 1); err != nil {
			t.Errorf("%s: draft after the way up: %v", engine, err)
		}
	}
}

// Every migration can be taken back and made again, and leaves nothing behind when all are taken back.
func TestMigrationsDown(t *testing.T) {
	t.Parallel()
	for engine, url := range map[string]string{"sqlite": "sqlite://" + filepath.Join(t.TempDir(), "k.db"), "postgres": testkit.Postgres(t)} {
		s := mustOpen(t, url)
		defer s.Close()
		for range 2 {
			if err := s.Migrate(t.Context()); err != nil {
				t.Fatalf("%s: %v", engine, err)
			}
			if err := down(t.Context(), s); err != nil {
				t.Fatalf("%s: %v", engine, err)
			}
		}
		query := `SELECT name FROM sqlite_master WHERE type IN ('table', 'index') AND name NOT LIKE 'sqlite_%'`
		if engine == "postgres" {
			query = `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`
		}
		left, err := all(t.Context(), s.r, value[string], query)
		if err != nil || len(left) != 1 || left[0] != "goose_db_version" {
			t.Errorf("%s: got %v and %v left, want the version table alone", engine, left, err)
		}
	}
}

func down(ctx context.Context, s *Store) error {
	p, err := newProvider(s.d, s.write)
	if err != nil {
		return err
	}
	_, err = p.DownTo(ctx, 0)
	return err
}

func mustOpen(t *testing.T, url string) *Store {
	t.Helper()
	s, err := Open(t.Context(), url, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
