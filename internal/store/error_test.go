package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	sqlitelib "modernc.org/sqlite/lib"

	"kikigaki/internal/interview"
)

// Codes decide, and nothing a driver quotes comes through.
func TestClassify(t *testing.T) {
	t.Parallel()
	const secret = "海外で働きたい"
	pg := func(code string) error {
		return fmt.Errorf("exec: %w", &pgconn.PgError{Code: code, Message: secret, Detail: secret, ConstraintName: "people_email", Where: secret})
	}
	for _, c := range []struct {
		err    error
		code   string
		repeat bool
	}{
		{pg("23505"), "state_conflict", false},
		{pg("23503"), "not_found", false},
		{pg("40001"), "database_unavailable", true},
		{pg("40P01"), "database_unavailable", true},
		{pg("0A000"), "database_unavailable", true},
		{pg("53100"), "disk_full", false},
		{pg("53300"), "database_unavailable", false},
		{pg("57P01"), "database_unavailable", false},
		{pg("08006"), "database_unavailable", false},
		{pg("28P01"), "database_unavailable", false},
		{pg("25P03"), "database_unavailable", false},
		{pg("22P02"), "internal_error", false},
		{pg("4"), "internal_error", false},
		{driver.ErrBadConn, "database_unavailable", false},
		{fmt.Errorf("read: %w", io.ErrUnexpectedEOF), "database_unavailable", false},
		{fmt.Errorf("dial: %w", &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), "database_unavailable", false},
		{context.DeadlineExceeded, "database_unavailable", false}, // the driver's own limit: the caller's context lives
		{codecError("decode a text as time"), "internal_error", false},
		{errors.New(secret), "internal_error", false},
	} {
		got := classify(t.Context(), c.err)
		if interview.Code(got) != c.code {
			t.Errorf("%v: got code %s, want %s", c.err, interview.Code(got), c.code)
		}
		if repeatable(got) != c.repeat {
			t.Errorf("%v: repeatable is %v, want %v", c.err, repeatable(got), c.repeat)
		}
		for e := got; e != nil; e = errors.Unwrap(e) {
			if strings.Contains(e.Error(), secret) {
				t.Errorf("%v: the words of a talk came through: %v", c.err, e)
			}
		}
	}
	for code, want := range map[int]string{
		sqlitelib.SQLITE_CONSTRAINT_UNIQUE: "state_conflict", sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY: "state_conflict",
		sqlitelib.SQLITE_CONSTRAINT_FOREIGNKEY: "not_found", sqlitelib.SQLITE_FULL: "disk_full", sqlitelib.SQLITE_IOERR_WRITE: "disk_full",
		sqlitelib.SQLITE_BUSY: "database_unavailable", sqlitelib.SQLITE_BUSY_SNAPSHOT: "database_unavailable", sqlitelib.SQLITE_IOERR_READ: "database_unavailable",
		sqlitelib.SQLITE_CANTOPEN: "database_unavailable", sqlitelib.SQLITE_CORRUPT: "internal_error", sqlitelib.SQLITE_CONSTRAINT_NOTNULL: "internal_error",
	} {
		if got := interview.Code(ofSQLite(code)); got != want {
			t.Errorf("sqlite code %d: got %s, want %s", code, got, want)
		}
	}
	if !repeatable(ofSQLite(sqlitelib.SQLITE_BUSY)) || repeatable(ofSQLite(sqlitelib.SQLITE_FULL)) {
		t.Error("busy is worth a repeat, full is not")
	}
}

// A full database refuses with its own code, keeps what it had, and goes on once there is room.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, err := Open(ctx, "sqlite://"+filepath.Join(t.TempDir(), "k.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	limit := func(pages string) {
		if _, err := must(ctx, s.w, value[int64], `PRAGMA max_page_count = `+pages); err != nil {
			t.Fatal(err)
		}
	}
	limit("1") // not below what is in use: no room for another page
	long := strings.Repeat("長い文", 20000)
	put := func(hash string) error { return s.PutTemplate(ctx, Template{Hash: hash, Body: long}) }
	if err := put("a"); interview.Code(err) != "disk_full" || interview.ClassOf(err) != interview.Retry {
		t.Errorf("got %v, want disk_full, to be tried again", err)
	}
	if err := s.Tx(ctx, func(tx *Tx) error {
		if _, err := tx.AddPerson(ctx, interview.Person{Email: "a@example.jp"}); err != nil {
			return err
		}
		return tx.PutTemplate(ctx, Template{Hash: "b", Body: long})
	}); interview.Code(err) != "disk_full" {
		t.Errorf("got %v, want disk_full", err)
	}
	limit("1000000")
	if n, err := s.CountPeople(ctx); err != nil || n != 0 {
		t.Errorf("half a transaction stayed: %d people, %v", n, err)
	}
	if err := put("a"); err != nil {
		t.Errorf("after room was made: %v", err)
	}
}

// A transaction that loses against another runs again, a few times and no more.
func TestRepeat(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, err := Open(ctx, "sqlite://"+filepath.Join(t.TempDir(), "k.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	lost := interview.E("database_unavailable", &driverError{what: "sqlstate 40001", repeat: true})
	for _, c := range []struct {
		failures, runs int
		err            error
		ok             bool
	}{{2, 3, lost, true}, {100, txTries, lost, false}, {100, 1, interview.E("state_conflict", nil), false}} {
		runs := 0
		err := s.Tx(ctx, func(*Tx) error {
			if runs++; runs <= c.failures {
				return fmt.Errorf("write: %w", c.err)
			}
			return nil
		})
		if runs != c.runs || (err == nil) != c.ok {
			t.Errorf("%v: got %d runs and %v, want %d", c.err, runs, err, c.runs)
		}
	}
}

// The file holds what people said: nobody else on the machine may read it, nor its companions.
func TestSQLiteFileMode(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "面談 #1?.db")
	s, err := Open(t.Context(), "sqlite://"+url.PathEscape(path), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		st, err := os.Stat(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if got := st.Mode().Perm(); got != 0o600 {
			t.Errorf("%q: got mode %o, want 600", suffix, got)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"kikigaki.db": "settings_invalid", "mysql://u:geheim@h/db": "settings_invalid", "sqlite://": "settings_invalid",
		"sqlite://:memory:": "settings_invalid", "sqlite:///no/such/folder/k.db": "settings_invalid",
		"postgres://u:geheim@h:notaport/db": "settings_invalid", "postgres://u:geheim@127.0.0.1:1/db?connect_timeout=2": "database_unavailable",
		"postgres://u:geheim@/db?host=/no/such/socket": "database_unavailable",
	} {
		_, err := Open(t.Context(), address, Options{})
		if interview.Code(err) != want {
			t.Errorf("%s: got %v, want %s", address, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: the password is in the error: %v", address, err)
		}
	}
}
