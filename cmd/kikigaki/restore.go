package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

	"kikigaki/internal/blob"
	"kikigaki/internal/store"
	"kikigaki/worker"
)

// restoreCommand brings a backup into an empty installation.
type restoreCommand struct {
	Dir    string   `arg:"" help:"Folder of the backup."`
	Ledger []string `help:"Folder of a newer ledger, made by backup --ledger: what it names is erased again."`
}

// Run restores into an empty database (or data folder) and a bucket, and erases again what was erased after the backup.
// Objects that the bucket still has stay as they are.
func (c *restoreCommand) Run(ctx context.Context, st *streams, s *Settings) error {
	raw, err := os.ReadFile(filepath.Join(c.Dir, backupNote))
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("the folder holds no backup, or one that was not finished")
	}
	if err != nil {
		return err
	}
	var made note
	if err := json.Unmarshal(raw, &made); err != nil {
		return errors.New("the backup's note cannot be read")
	}
	if err := fits(made, s); err != nil {
		return err
	}
	if err := c.database(ctx, made, s); err != nil {
		return err
	}
	log := newLog(st, s)
	p, err := openParts(ctx, s, log, true) // an older schema is brought up, a newer one refused
	if err != nil {
		return err
	}
	defer p.close()
	if err := p.store.Restored(ctx); err != nil {
		return err
	}
	put := 0
	if made.Bucket == "s3" {
		if put, err = putObjects(ctx, p.bucket, p.store, c.Dir); err != nil {
			return err
		}
	}
	for _, dir := range append([]string{c.Dir}, c.Ledger...) {
		lines, err := readLedgerFile(filepath.Join(dir, backupLedger))
		if err != nil {
			return err
		}
		for _, e := range lines {
			if err := worker.WriteLedger(ctx, p.bucket, e); err != nil {
				return err
			}
		}
	}
	again, err := reconcileLedger(ctx, p.store, p.bucket, log)
	if err != nil {
		return err
	}
	fmt.Fprintf(st.err, "restored the backup of %s: %d of %d objects put back, %d erasures applied again; workers remove their bytes\n",
		made.At.Format("2006-01-02 15:04 MST"), put, made.Objects, again)
	return nil
}

// fits checks that the backup is of such an installation as the settings name, and that there is nothing to overwrite.
func fits(made note, s *Settings) error {
	engine, bucket := "sqlite", "embedded"
	if strings.HasPrefix(s.DatabaseURL, "postgres") {
		engine = "postgres"
	}
	if s.Bucket != "" {
		bucket = "s3"
	}
	if made.Engine != engine || made.Bucket != bucket {
		return fmt.Errorf("the backup is of database %s and bucket %s, the settings name %s and %s", made.Engine, made.Bucket, engine, bucket)
	}
	var err error
	if s.DataDir, err = filepath.Abs(s.DataDir); err != nil {
		return err
	}
	if bucket == "embedded" {
		if entries, err := os.ReadDir(filepath.Join(s.DataDir, backupBucket)); err == nil && len(entries) > 0 {
			return fmt.Errorf("the data folder %s holds a bucket already: move it away first", s.DataDir)
		}
	}
	return nil
}

// database restores the database and, of an embedded installation, the bucket's files and the key.
func (c *restoreCommand) database(ctx context.Context, made note, s *Settings) error {
	if made.Engine == "postgres" {
		db, err := store.Open(ctx, s.DatabaseURL, store.Options{})
		if err != nil {
			return err
		}
		have, _, err := db.Schema(ctx)
		if err = errors.Join(err, db.Close()); err != nil {
			return err
		}
		if have != 0 {
			return errors.New("the database is not empty: restore into a new one")
		}
		err = postgresTool(ctx, s.DatabaseURL, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
			filepath.Join(c.Dir, backupPostgres))
		if err != nil {
			return err
		}
	} else {
		path := strings.TrimPrefix(s.DatabaseURL, "sqlite://")
		if path == "" {
			path = filepath.Join(s.DataDir, databaseFile)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is a database at %s already: move it away first", path)
		}
		if err := copyFile(filepath.Join(c.Dir, backupSQLite), path); err != nil {
			return fmt.Errorf("restore the database: %w", err)
		}
	}
	if made.Bucket != "embedded" {
		return nil
	}
	if err := os.MkdirAll(s.DataDir, 0o700); err != nil {
		return err
	}
	if _, _, err := copyEmbedded(ctx, filepath.Join(c.Dir, backupBucket), filepath.Join(s.DataDir, backupBucket)); err != nil {
		return err
	}
	err := copyFile(filepath.Join(c.Dir, backupKey), filepath.Join(s.DataDir, backupKey))
	if errors.Is(err, fs.ErrNotExist) { // it was set, not made
		return nil
	}
	return err
}

// putsAtOnce is how many objects are put back at the same time.
const putsAtOnce = 4

// putObjects puts objects back that the bucket does not have, with the checksum they had, and tells the database their
// new state.
func putObjects(ctx context.Context, bucket *blob.Bucket, db *store.Store, dir string) (n int, err error) {
	list, err := readObjects(dir)
	if err != nil {
		return 0, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(putsAtOnce)
	there := make([]bool, len(list))
	for i, o := range list {
		group.Go(func() error {
			done, err := putObject(ctx, bucket, db, dir, o)
			there[i] = done
			return err
		})
	}
	err = group.Wait()
	for _, done := range there {
		if done {
			n++
		}
	}
	return n, err
}

// putObject reports whether the object was put: one that the bucket has stays.
func putObject(ctx context.Context, bucket *blob.Bucket, db *store.Store, dir string, o object) (bool, error) {
	path, err := objectPath(dir, o.Key)
	if err != nil {
		return false, err
	}
	f, err := os.Open(path)
	if err != nil {
		return false, fmt.Errorf("an object of the backup is missing: %w", err)
	}
	defer f.Close()
	had, err := sum(f)
	if err != nil {
		return false, err
	}
	if had != o.SHA256 {
		return false, fmt.Errorf("the backup's copy of %s is damaged: its SHA-256 is another", o.Key)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return false, err
	}
	stored, err := bucket.Upload(ctx, o.Key, f, blob.UploadOptions{ContentType: o.Type, Size: o.Size})
	if errors.Is(err, blob.ErrExists) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, db.ObjectRestored(ctx, o.Key, stored.Seen(), o.SHA256)
}
