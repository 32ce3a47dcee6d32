package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3"

	"kikigaki/internal/interview"
)

// conn is what a pool and a transaction have in common.
type conn interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// queries carries every method of Store and Tx.
type queries struct {
	w, r conn          // where changes and where reads go
	d    goose.Dialect // SQLite or PostgreSQL
	in   bool          // inside a transaction
	// inFlight is how long a call is believed to be still running; a process that died leaves its mark no longer.
	inFlight time.Duration
	begin    func(ctx context.Context, fn func(*queries) error) error
}

// scanner is a row to be read.
type scanner interface{ Scan(dest ...any) error }

// exec runs a statement and returns how many rows it touched.
func (q *queries) exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := q.w.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, classify(ctx, err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, classify(ctx, err)
	}
	return n, nil
}

// all reads every row of a query.
func all[T any](ctx context.Context, c conn, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := c.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, classify(ctx, err)
	}
	defer rows.Close()
	out := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, classify(ctx, err)
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		return nil, classify(ctx, err)
	}
	return out, nil
}

// one reads the only row of a query; found is false when there is none.
func one[T any](ctx context.Context, c conn, scan func(scanner) (T, error), query string, args ...any) (v T, found bool, err error) {
	rows, err := all(ctx, c, scan, query, args...)
	if err != nil || len(rows) == 0 {
		return v, false, err
	}
	return rows[0], true, nil
}

// must is one where a missing row is not_found.
func must[T any](ctx context.Context, c conn, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	v, found, err := one(ctx, c, scan, query, args...)
	if err == nil && !found {
		err = interview.E("not_found", nil)
	}
	return v, err
}

// value scans a row of one column.
func value[T any](s scanner) (v T, err error) {
	err = s.Scan(&v)
	return v, err
}

// now is the database's clock for PostgreSQL, where several machines must agree on when a lease ends, and our own for
// SQLite, where there is only one machine.
func (q *queries) now(ctx context.Context) (time.Time, error) {
	if q.d != goose.DialectPostgres {
		return interview.Now(), nil
	}
	return must(ctx, q.w, func(s scanner) (t time.Time, err error) {
		err = s.Scan(into(&t))
		return t, err
	}, `SELECT clock_timestamp()`)
}

// due is a moment of this process's clock on the database's, by which every process waits; the zero time means at once.
// A process whose clock is wrong would otherwise put work off by as much, or take what another one is at.
func (q *queries) due(ctx context.Context, at time.Time) (due, now time.Time, err error) {
	if now, err = q.now(ctx); err != nil || at.IsZero() {
		return now, now, err
	}
	return utc(now.Add(at.Sub(interview.Now()))), now, nil
}

// touch locks an interview's row until the transaction ends, so that words can be added to it but not after, or beside,
// its erasure. Errors: not_found; state_conflict when it is erased.
func (q *queries) touch(ctx context.Context, id string) error {
	n, err := q.exec(ctx, `UPDATE talks SET attempt = attempt WHERE id = $1 AND status <> 'erased'`, id)
	if err != nil || n == 1 {
		return err
	}
	if _, err := q.Talk(ctx, id); err != nil {
		return err
	}
	return &interview.Error{Code: "state_conflict", State: interview.Erased}
}

// codecError is a value that could not go into or come out of a column; it quotes types, never values.
type codecError string

func (e codecError) Error() string { return string(e) }

// encoded stores a value as JSON; nil becomes the empty string.
type encoded struct{ v any }

func (e encoded) Value() (driver.Value, error) {
	b, err := json.Marshal(e.v)
	if err != nil {
		return nil, codecError(fmt.Sprintf("encode %T as JSON", e.v)) // the cause would quote the value
	}
	if string(b) == "null" {
		return "", nil
	}
	return string(b), nil
}

// decoded reads JSON into what v points at; an empty string leaves it as it is.
type decoded struct{ v any }

func (d decoded) Scan(src any) error {
	var b []byte
	switch s := src.(type) {
	case nil:
		return nil
	case string:
		b = []byte(s)
	case []byte:
		b = s
	default:
		return codecError(fmt.Sprintf("decode a %T as JSON", src))
	}
	if len(b) == 0 {
		return nil
	}
	if err := json.Unmarshal(b, d.v); err != nil {
		return codecError(fmt.Sprintf("decode JSON of %T", d.v))
	}
	return nil
}

// stamp reads a time of either driver as UTC: both return local times, and SQLite returns text where a column's type
// is lost (aggregates, RETURNING).
type stamp struct {
	t *time.Time
	p **time.Time
}

func into(t *time.Time) stamp     { return stamp{t: t} }
func intoOpt(p **time.Time) stamp { return stamp{p: p} }
func (s stamp) set(t time.Time)   { s.put(t.UTC().Truncate(time.Microsecond)) }
func (s stamp) put(t time.Time) {
	if s.p != nil {
		*s.p = &t
		return
	}
	*s.t = t
}

func (s stamp) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		if s.p == nil {
			*s.t = time.Time{}
			return nil
		}
		*s.p = nil
		return nil
	case time.Time:
		s.set(v)
		return nil
	case string:
		t, err := time.Parse("2006-01-02 15:04:05.999999999-07:00", v)
		if err != nil {
			return codecError("decode a text as time")
		}
		s.set(t)
		return nil
	}
	return codecError(fmt.Sprintf("decode a %T as time", src))
}

// utc is how every time goes in: SQLite compares times as text, which orders them only in one zone.
func utc(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func utcOpt(t *time.Time) any {
	if t == nil {
		return nil
	}
	return utc(*t)
}

// later is the time of a change after one at seen: never equal, so that a time can serve as a version.
func later(seen time.Time) time.Time {
	now := interview.Now()
	if !now.After(seen) {
		now = seen.Add(time.Microsecond)
	}
	return now
}

// clean makes free text storable in both databases: PostgreSQL takes neither NUL nor broken UTF-8.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// where collects conditions and their arguments; "?" in a condition stands for the next argument.
type where struct {
	parts []string
	args  []any
}

func (w *where) arg(v any) string {
	w.args = append(w.args, v)
	return "$" + strconv.Itoa(len(w.args))
}

func (w *where) add(cond string, args ...any) {
	for _, a := range args {
		cond = strings.Replace(cond, "?", w.arg(a), 1)
	}
	w.parts = append(w.parts, cond)
}

func (w *where) in(column string, values []string) {
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = w.arg(v)
	}
	w.parts = append(w.parts, column+" IN ("+strings.Join(marks, ", ")+")")
}

func (w *where) String() string {
	if len(w.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.parts, " AND ")
}

// values writes "($1, $2), ($3, $4)" for rows of width columns.
func values(rows, width int) string {
	var b strings.Builder
	for i := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for j := range width {
			if j > 0 {
				b.WriteString(", ")
			}
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(i*width + j + 1))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// texts turns named strings into plain ones.
func texts[T ~string](in []T) []string {
	out := make([]string, len(in))
	for i, v := range in {
		out[i] = string(v)
	}
	return out
}
