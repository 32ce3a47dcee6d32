package store

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver named "sqlite"

	"kikigaki/internal/interview"
)

// Options tune a Store; the zero value is right for most.
type Options struct {
	MaxConns    int           // PostgreSQL connections of this process; default 12. SQLite always has one writer
	BusyTimeout time.Duration // how long a SQLite writer of another process is waited for; default 10 s
	InFlight    time.Duration // how long a call with an idempotency key is believed to be still running; default 2 min
}

// Store is the database. It is safe for concurrent use.
type Store struct {
	queries
	write, read *sql.DB // the same for PostgreSQL
}

// Tx is a transaction: the methods of Store, which take effect together or not at all.
type Tx struct{ queries }

// Open connects to "sqlite:///path/to/file" (made when missing, in an existing folder) or "postgres://…". It does not
// migrate: see Migrate and CheckSchema. Errors: settings_invalid, database_unavailable.
func Open(ctx context.Context, rawURL string, o Options) (*Store, error) {
	if o.MaxConns <= 0 {
		o.MaxConns = 12
	}
	if o.BusyTimeout <= 0 {
		o.BusyTimeout = 10 * time.Second
	}
	if o.InFlight <= 0 {
		o.InFlight = 2 * time.Minute
	}
	scheme, _, ok := strings.Cut(rawURL, "://")
	if !ok {
		return nil, interview.E("settings_invalid", fmt.Errorf("database URL has no scheme"))
	}
	var s *Store
	var err error
	switch scheme {
	case "sqlite":
		s, err = openSQLite(rawURL, o)
	case "postgres", "postgresql":
		s, err = openPostgres(rawURL, o)
	default:
		return nil, interview.E("settings_invalid", fmt.Errorf("database scheme %q is neither sqlite nor postgres", scheme))
	}
	if err != nil {
		return nil, err
	}
	s.queries = queries{w: pool{s.write, s}, r: pool{s.read, s}, d: s.queries.d, inFlight: o.InFlight}
	s.queries.begin = func(ctx context.Context, fn func(*queries) error) error {
		return s.Tx(ctx, func(t *Tx) error { return fn(&t.queries) })
	}
	if err := s.Ping(ctx); err != nil {
		_ = s.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	return s, nil
}

// openSQLite makes two pools over one file: one connection that writes, so that writers queue in this process instead
// of meeting as "busy", and several that read beside it, which WAL allows.
func openSQLite(rawURL string, o Options) (*Store, error) {
	path := strings.TrimPrefix(rawURL, "sqlite://")
	if path, _, _ = strings.Cut(path, "?"); path == "" || strings.Contains(path, ":memory:") {
		return nil, interview.E("settings_invalid", fmt.Errorf("sqlite URL names no file"))
	}
	path, err := url.PathUnescape(path)
	if err != nil {
		return nil, interview.E("settings_invalid", fmt.Errorf("sqlite URL: bad escape"))
	}
	if st, err := os.Stat(filepath.Dir(path)); err != nil || !st.IsDir() {
		return nil, interview.E("settings_invalid", fmt.Errorf("the folder of the sqlite file does not exist"))
	}
	// Made here, because SQLite would let the whole machine read it; its companion files take the same mode.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, interview.E("database_unavailable", fmt.Errorf("the sqlite file cannot be opened for writing"))
	}
	if err := f.Close(); err != nil {
		return nil, interview.E("database_unavailable", fmt.Errorf("the sqlite file cannot be opened for writing"))
	}
	v := url.Values{"_txlock": {"immediate"}, "_time_format": {"sqlite"}, "_pragma": {
		fmt.Sprintf("busy_timeout(%d)", o.BusyTimeout.Milliseconds()), // first: the others can meet a lock
		"journal_mode(WAL)",
		"foreign_keys(1)",
		"synchronous(FULL)",  // a committed recording survives a power cut
		"secure_delete(1)",   // erased words are overwritten in the file, not just unlinked
		"temp_store(MEMORY)", // no words in temporary files
		"cache_size(-16000)",
	}}
	file := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}).String()
	write, err := sql.Open("sqlite", file+"?"+v.Encode())
	if err != nil {
		return nil, interview.E("settings_invalid", fmt.Errorf("sqlite options"))
	}
	write.SetMaxOpenConns(1)
	v.Set("_txlock", "deferred")
	v.Add("_pragma", "query_only(1)")
	read, err := sql.Open("sqlite", file+"?"+v.Encode())
	if err != nil {
		_ = write.Close()
		return nil, interview.E("settings_invalid", fmt.Errorf("sqlite options"))
	}
	read.SetMaxOpenConns(max(4, runtime.NumCPU()))
	read.SetMaxIdleConns(max(4, runtime.NumCPU()))
	return &Store{write: write, read: read, queries: queries{d: goose.DialectSQLite3}}, nil
}

func openPostgres(rawURL string, o Options) (*Store, error) {
	cfg, err := pgx.ParseConfig(rawURL)
	if err != nil {
		return nil, interview.E("settings_invalid", fmt.Errorf("postgres URL cannot be read")) // the cause may hold the password
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 10 * time.Second
	}
	if _, ok := cfg.RuntimeParams["application_name"]; !ok {
		cfg.RuntimeParams["application_name"] = "kikigaki"
	}
	// A handler whose process was stopped for a minute must not keep others waiting for its locks for ever.
	if _, ok := cfg.RuntimeParams["idle_in_transaction_session_timeout"]; !ok {
		cfg.RuntimeParams["idle_in_transaction_session_timeout"] = "60000"
	}
	db := stdlib.OpenDB(*cfg)
	db.SetMaxOpenConns(o.MaxConns)
	db.SetMaxIdleConns(o.MaxConns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	db.SetConnMaxLifetime(time.Hour) // follow a failover or a changed address within an hour
	return &Store{write: db, read: db, queries: queries{d: goose.DialectPostgres}}, nil
}

// Close ends all connections.
func (s *Store) Close() error {
	err := s.write.Close()
	if s.read != s.write {
		if e := s.read.Close(); err == nil {
			err = e
		}
	}
	if err != nil {
		return fmt.Errorf("close database: %w", classify(context.Background(), err))
	}
	return nil
}

// Ping answers whether the database can be reached: nil or database_unavailable.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.write.PingContext(ctx); err != nil {
		return classify(ctx, err)
	}
	return nil
}

// Engine names the database kind: "sqlite" or "postgres".
func (s *Store) Engine() string {
	if s.d == goose.DialectPostgres {
		return "postgres"
	}
	return "sqlite"
}

// txTries bounds how often a transaction that lost against another (deadlock, serialization, busy) runs again.
const txTries = 6

// Tx runs fn in a transaction and commits when fn returns nil. fn must use only the Tx it is given: with SQLite a write
// on the Store inside fn would wait for itself. fn runs again when the database asks for it, so it must not act on the
// world outside; enqueue and notify after Tx has returned.
func (s *Store) Tx(ctx context.Context, fn func(*Tx) error) error {
	if a := s.ambient(ctx); a != nil {
		return a.nested(ctx, fn)
	}
	return s.repeat(ctx, func() error { return s.once(ctx, fn) })
}

// repeat runs a transaction again while the database asks for it.
func (s *Store) repeat(ctx context.Context, run func() error) error {
	for try := 1; ; try++ {
		err := run()
		if err == nil || try == txTries || !repeatable(err) {
			return err
		}
		wait := time.Duration(try*try) * (5*time.Millisecond + rand.N(10*time.Millisecond))
		select {
		case <-ctx.Done():
			return fmt.Errorf("repeat transaction: %w", context.Cause(ctx))
		case <-time.After(wait):
		}
	}
}

func (s *Store) once(ctx context.Context, fn func(*Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", classify(ctx, err))
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	if err := fn(s.bound(tx)); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", classify(ctx, err))
	}
	return nil
}

// bound is the store's methods on a transaction.
func (s *Store) bound(tx *sql.Tx) *Tx {
	t := &Tx{queries{w: tx, r: tx, d: s.d, in: true, inFlight: s.inFlight}}
	t.begin = func(_ context.Context, fn func(*queries) error) error { return fn(&t.queries) }
	return t
}
