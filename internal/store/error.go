package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"kikigaki/internal/interview"
)

// driverError is what may be said of a driver's error: its code. PostgreSQL quotes values in its messages, so neither
// the message nor the error itself goes further.
type driverError struct {
	what   string
	repeat bool // the whole transaction may succeed when run again
}

func (e *driverError) Error() string { return e.what }

// repeatable reports whether a transaction that ended in err should run again.
func repeatable(err error) bool {
	d, ok := errors.AsType[*driverError](err)
	return ok && d.repeat
}

// classify turns a driver's error into a verdict by its code, never by its text. A done context wins: the caller gave
// up, whatever the driver made of it.
func classify(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*interview.Error](err); ok {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return ofPostgres(e)
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return ofSQLite(e.Code())
	}
	if lost(err) {
		return interview.E("database_unavailable", &driverError{what: fmt.Sprintf("connection lost (%T)", root(err))})
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return interview.E("database_unavailable", &driverError{what: "database gave no answer in time"})
	}
	if e, ok := errors.AsType[codecError](err); ok {
		return interview.E("internal_error", e)
	}
	return interview.E("internal_error", &driverError{what: fmt.Sprintf("database (%T)", root(err))})
}

// lost reports whether err says that there is no connection, or none any more.
func lost(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	for _, e := range []error{driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
		syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE, syscall.ENOENT} {
		if errors.Is(err, e) {
			return true
		}
	}
	return pgconn.SafeToRetry(err)
}

func ofPostgres(e *pgconn.PgError) error {
	d := &driverError{what: "sqlstate " + e.Code}
	if e.ConstraintName != "" {
		d.what += " on " + e.ConstraintName
	}
	switch class := e.Code[:min(2, len(e.Code))]; {
	case e.Code == "23505":
		return interview.E("state_conflict", d)
	case e.Code == "22021": // characters that no text may hold: NUL, broken UTF-8
		return &interview.Error{Code: "validation_failed", Fields: []interview.Field{{Name: "text", Code: "malformed"}}, Err: d}
	case e.Code == "23503": // what it is to belong to does not exist
		return interview.E("not_found", d)
	case e.Code == "40001" || e.Code == "40P01" || e.Code == "55P03" || e.Code == "0A000": // the last: a plan made before a migration
		d.repeat = true
		return interview.E("database_unavailable", d)
	case e.Code == "53100":
		return interview.E("disk_full", d)
	case class == "08" || class == "53" || class == "57" || e.Code == "25P03" || e.Code == "25006":
		return interview.E("database_unavailable", d) // lost, no resources, shutting down, timed out, read-only standby
	case class == "28" || e.Code == "3D000":
		return interview.E("database_unavailable", d) // refused: the operator mends it, waiting work goes on
	}
	return interview.E("internal_error", d)
}

func ofSQLite(code int) error {
	d := &driverError{what: fmt.Sprintf("sqlite code %d", code)}
	switch code {
	case sqlitelib.SQLITE_CONSTRAINT_UNIQUE, sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY, sqlitelib.SQLITE_CONSTRAINT_ROWID:
		return interview.E("state_conflict", d)
	case sqlitelib.SQLITE_CONSTRAINT_FOREIGNKEY: // what it is to belong to does not exist
		return interview.E("not_found", d)
	case sqlitelib.SQLITE_IOERR_WRITE, sqlitelib.SQLITE_IOERR_SHMSIZE:
		return interview.E("disk_full", d) // a full disk shows as these where the file system allocates late
	}
	switch code & 0xff { // the extended code's family
	case sqlitelib.SQLITE_BUSY, sqlitelib.SQLITE_LOCKED:
		d.repeat = true
		return interview.E("database_unavailable", d)
	case sqlitelib.SQLITE_FULL:
		return interview.E("disk_full", d)
	case sqlitelib.SQLITE_CANTOPEN, sqlitelib.SQLITE_IOERR, sqlitelib.SQLITE_READONLY, sqlitelib.SQLITE_NOMEM,
		sqlitelib.SQLITE_PROTOCOL, sqlitelib.SQLITE_INTERRUPT, sqlitelib.SQLITE_PERM, sqlitelib.SQLITE_AUTH:
		return interview.E("database_unavailable", d)
	}
	return interview.E("internal_error", d)
}

// root is the innermost error; only its type is shown.
func root(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}

// invalid is validation_failed for one input.
func invalid(field, why string) error {
	return &interview.Error{Code: "validation_failed", Fields: []interview.Field{{Name: field, Code: why}}}
}
