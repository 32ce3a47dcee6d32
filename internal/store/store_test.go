package store_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"kikigaki/internal/store"
	"kikigaki/internal/store/storetest"
	"kikigaki/internal/testkit"
)

func TestSQLite(t *testing.T)   { t.Parallel(); storetest.Run(t, openSQLite) }
func TestPostgres(t *testing.T) { t.Parallel(); storetest.Run(t, openPostgres) }

func openSQLite(t testing.TB) storetest.Base {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kikigaki.db")
	return open(t, "sqlite://"+path, "sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
}

func openPostgres(t testing.TB) storetest.Base {
	t.Helper()
	url := testkit.Postgres(t)
	return open(t, url, "pgx", "")
}

// open opens the store, and the same database past it; its address is the store's unless dsn says another.
func open(t testing.TB, url, driver, dsn string) storetest.Base {
	t.Helper()
	s, err := store.Open(t.Context(), url, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if dsn == "" {
		dsn = url
	}
	raw, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = raw.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return storetest.Base{Store: s, Raw: raw, URL: url}
}
