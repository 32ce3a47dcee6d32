package store

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/pressly/goose/v3"

	"kikigaki/internal/interview"
)

// BackupTo writes a copy of an SQLite database, as it is at one moment, into a new file that only its owner can read. Others
// read and write meanwhile. PostgreSQL has pg_dump for this.
func (s *Store) BackupTo(ctx context.Context, path string) error {
	if s.d == goose.DialectPostgres {
		return errors.New("only an SQLite database is copied this way")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // SQLite takes an empty file, and its mode with it
	if err != nil {
		return fmt.Errorf("make the file of the copy: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("make the file of the copy: %w", err)
	}
	_, err = s.exec(ctx, `VACUUM INTO $1`, path)
	return wrap("copy the database", err)
}

// Restored brings a restored database to what holds after a restore: everybody signs in again, because sessions that were
// ended since the backup would be alive again, and answers that were given since are not given twice.
func (s *Store) Restored(ctx context.Context) error {
	return s.Tx(ctx, func(tx *Tx) error {
		for _, table := range []string{"sessions", "links", "idempotency", "leaders"} {
			if _, err := tx.exec(ctx, `DELETE FROM `+table); err != nil {
				return wrap("forget "+table, err)
			}
		}
		if _, err := tx.exec(ctx, `UPDATE leases SET owner = '' WHERE owner <> ''`); err != nil {
			return wrap("end leases", err)
		}
		if _, err := tx.exec(ctx, `UPDATE tasks SET state = 'pending', updated_at = $1 WHERE state = 'sent'`, interview.Now()); err != nil {
			return wrap("send tasks again", err)
		}
		return tx.AddAudit(ctx, interview.AuditEvent{Actor: "system", Action: "restored"})
	})
}

// ObjectRestored notes that the bytes of a recording were put back at its key: the store gives what is the same file another
// version or ETag. A file of another SHA-256 is checksum_mismatch. A key that no recording has is no error.
func (q *queries) ObjectRestored(ctx context.Context, key, seen, sha256 string) error {
	other, err := must(ctx, q.r, value[int], `SELECT COUNT(*) FROM recordings WHERE key = $1 AND sha256 <> '' AND sha256 <> $2`, key, sha256)
	if err == nil && other > 0 {
		err = interview.E("checksum_mismatch", nil)
	}
	if err == nil {
		_, err = q.exec(ctx, `UPDATE recordings SET version = $2 WHERE key = $1 AND NOT erased`, key, seen)
	}
	return wrap("note a restored object", err)
}
