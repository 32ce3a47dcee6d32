package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// ambient is a transaction that a context carries: everything done on its store with that context is part of it.
type ambient struct {
	store *Store
	tx    *sql.Tx
	depth int
	mu    sync.Mutex
	after []func(context.Context)
}

type ambientKey struct{}

func (s *Store) ambient(ctx context.Context) *ambient {
	if a, ok := ctx.Value(ambientKey{}).(*ambient); ok && a != nil && a.store == s {
		return a
	}
	return nil
}

// Whole runs fn in one transaction, which every method of s that is called with fn's context joins, reads included; a Tx
// inside it is undone alone when it fails. What fn returns decides: nil commits, an error undoes all. fn runs again when
// the database asks for it. It must work from one goroutine and wait for nobody: with SQLite nothing else is written
// meanwhile.
func (s *Store) Whole(ctx context.Context, fn func(ctx context.Context) error) error {
	var a *ambient
	err := s.repeat(ctx, func() error {
		tx, err := s.write.BeginTx(ctx, nil)
		if err != nil {
			return fmt.Errorf("begin: %w", classify(ctx, err))
		}
		defer func() { _ = tx.Rollback() }() // after a commit this does nothing
		a = &ambient{store: s, tx: tx}
		if err := fn(context.WithValue(ctx, ambientKey{}, a)); err != nil {
			return err
		}
		if err := tx.Commit(); err != nil {
			return fmt.Errorf("commit: %w", classify(ctx, err))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, f := range a.after {
		f(context.WithValue(ctx, ambientKey{}, (*ambient)(nil)))
	}
	return nil
}

// After runs f once the transaction that ctx carries is committed, and never when it is not; without one, at once. It is
// for what tells the world: a worker that is woken before the commit finds nothing to do. f gets a context outside of the
// transaction.
func (s *Store) After(ctx context.Context, f func(context.Context)) {
	a := s.ambient(ctx)
	if a == nil {
		f(ctx)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.after = append(a.after, f)
}

// nested runs fn as a part of the ambient transaction that can fail alone.
func (a *ambient) nested(ctx context.Context, fn func(*Tx) error) error {
	a.depth++
	name := fmt.Sprintf("part%d", a.depth)
	defer func() { a.depth-- }()
	if _, err := a.tx.ExecContext(ctx, "SAVEPOINT "+name); err != nil {
		return fmt.Errorf("begin: %w", classify(ctx, err))
	}
	if err := fn(a.store.bound(a.tx)); err != nil {
		// A database that undid all of it already refuses this, and every further statement: the commit fails.
		_, _ = a.tx.ExecContext(context.WithoutCancel(ctx), "ROLLBACK TO SAVEPOINT "+name)
		return err
	}
	if _, err := a.tx.ExecContext(ctx, "RELEASE SAVEPOINT "+name); err != nil {
		return fmt.Errorf("commit: %w", classify(ctx, err))
	}
	return nil
}

// pool is a pool of connections that gives way to the transaction a context carries.
type pool struct {
	db    *sql.DB
	store *Store
}

func (p pool) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if a := p.store.ambient(ctx); a != nil {
		return a.tx.ExecContext(ctx, query, args...)
	}
	return p.db.ExecContext(ctx, query, args...)
}

func (p pool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if a := p.store.ambient(ctx); a != nil {
		return a.tx.QueryContext(ctx, query, args...)
	}
	return p.db.QueryContext(ctx, query, args...)
}
