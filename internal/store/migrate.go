package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"kikigaki/internal/interview"
)

//go:embed migrations/sqlite/*.sql migrations/postgres/*.sql
var migrations embed.FS

// Schema returns the version of the database's schema (0 when it is empty) and the one this program is made for.
func (s *Store) Schema(ctx context.Context) (have, want int64, err error) {
	p, err := s.provider()
	if err != nil {
		return 0, 0, err
	}
	sources := p.ListSources()
	want = sources[len(sources)-1].Version
	// Asked by hand: the provider would make its table, and a look must not change anything.
	table := `SELECT CAST(COUNT(*) AS BIGINT) FROM sqlite_master WHERE type = 'table' AND name = 'goose_db_version'`
	if s.d == goose.DialectPostgres {
		table = `SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'goose_db_version' AND table_schema = CURRENT_SCHEMA()`
	}
	n, err := must(ctx, s.r, value[int64], table)
	if err != nil || n == 0 {
		return 0, want, wrap("read schema version", err)
	}
	have, err = must(ctx, s.r, value[int64], `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied`)
	return have, want, wrap("read schema version", err)
}

// CheckSchema is nil when the schema is this program's; else settings_invalid, saying which way it differs.
func (s *Store) CheckSchema(ctx context.Context) error {
	have, want, err := s.Schema(ctx)
	switch {
	case err != nil:
		return err
	case have < want:
		return interview.E("settings_invalid", fmt.Errorf("database schema %d is older than %d: run \"kikigaki migrate up\"", have, want))
	case have > want:
		return interview.E("settings_invalid", fmt.Errorf("database schema %d is newer than %d: use a newer program", have, want))
	}
	return nil
}

// Migrate brings the schema up to this program's. A newer schema is refused with settings_invalid: an old program would
// not keep what it does not know. Several processes may call it at once.
func (s *Store) Migrate(ctx context.Context) error {
	have, want, err := s.Schema(ctx)
	if err != nil {
		return err
	}
	if have > want {
		return s.CheckSchema(ctx)
	}
	for {
		err := s.up(ctx)
		if err == nil {
			return s.CheckSchema(ctx)
		}
		// Each migration is a transaction of its own. Where the database has no lock for the whole (SQLite), another process
		// may have made the same one first: then the schema has moved on, and what is left is tried again.
		now, _, e := s.Schema(ctx)
		if e != nil || now == have {
			return err
		}
		have = now
	}
}

func (s *Store) up(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	if e, ok := errors.AsType[*goose.PartialError](err); ok {
		return fmt.Errorf("migrate to %d: %w", e.Failed.Source.Version, classify(ctx, e.Err))
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", classify(ctx, err))
	}
	return nil
}

func (s *Store) provider() (*goose.Provider, error) {
	return newProvider(s.d, s.write)
}

func newProvider(d goose.Dialect, db *sql.DB) (*goose.Provider, error) {
	opts := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger())}
	folder := "migrations/sqlite"
	if d == goose.DialectPostgres {
		folder = "migrations/postgres"
		l, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, fmt.Errorf("prepare migrations: %w", err)
		}
		opts = append(opts, goose.WithSessionLocker(l))
	}
	sub, err := fs.Sub(migrations, folder)
	if err != nil {
		return nil, fmt.Errorf("prepare migrations: %w", err)
	}
	p, err := goose.NewProvider(d, db, sub, opts...)
	if err != nil {
		return nil, fmt.Errorf("prepare migrations: %w", err)
	}
	return p, nil
}

// wrap says what was being done; nil stays nil.
func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
