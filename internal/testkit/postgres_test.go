package testkit

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// Two tests never see each other's tables, and a stopped server leaves no folder.
func TestPostgres(t *testing.T) {
	t.Parallel()
	open := func(url string) *sql.DB {
		db, err := sql.Open("pgx", url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
	a, b := open(Postgres(t)), open(Postgres(t))
	if _, err := a.ExecContext(t.Context(), `CREATE TABLE mine (n INT)`); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ExecContext(t.Context(), `SELECT n FROM mine`); err == nil {
		t.Error("a second database sees the first one's table")
	}

	s := NewPostgres(t)
	c := open(s.Database(t))
	if err := c.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	if err := c.PingContext(t.Context()); err == nil {
		t.Error("a stopped server still answers")
	}
	if _, err := os.Stat(s.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("folder of the stopped server: got %v, want none", err)
	}
}
