package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// Files of a backup.
const (
	backupNote     = "backup.json" // written last: without it a backup is not whole
	backupSQLite   = "database.sqlite"
	backupPostgres = "database.pgdump"
	backupLedger   = "erasures.jsonl"
	backupObjects  = "objects"
	backupList     = "objects.jsonl"
	backupBucket   = "bucket" // the embedded store's own files
	backupKey      = "secret-key"
)

// backupCommand copies database, bucket and ledger into a folder.
type backupCommand struct {
	Dir    string `arg:"" help:"Folder of the backup: new, empty, or that of an earlier backup, of which unchanged recordings are kept."`
	Ledger bool   `help:"Only the ledger of what was erased, which is small: often, and kept apart from the backups."`
}

// note says what a backup is of.
type note struct {
	At      time.Time `json:"at"`
	Version string    `json:"version"`
	Schema  int64     `json:"schema"`
	Engine  string    `json:"engine"` // sqlite, postgres
	Bucket  string    `json:"bucket"` // embedded, s3
	Objects int       `json:"objects"`
	Bytes   int64     `json:"bytes"`
}

// Run backs up, while the installation runs: the database first and then the bucket, which may hold more than the database
// knows, never less; the ledger last.
func (c *backupCommand) Run(ctx context.Context, st *streams, s *Settings) error {
	db, err := openStore(ctx, s, false)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return fmt.Errorf("make the backup's folder: %w", err)
	}
	if c.Ledger {
		n, err := writeLedgerFile(ctx, db, filepath.Join(c.Dir, backupLedger))
		if err == nil {
			fmt.Fprintf(st.err, "%d erasures\n", n)
		}
		return err
	}
	if err := takeFolder(c.Dir); err != nil {
		return err
	}
	made := note{At: interview.Now(), Version: version, Engine: db.Engine(), Bucket: "s3"}
	if made.Schema, _, err = db.Schema(ctx); err != nil {
		return err
	}
	if err := backupDatabase(ctx, db, s, c.Dir); err != nil {
		return err
	}
	if s.Bucket == "" {
		made.Bucket = "embedded"
		made.Objects, made.Bytes, err = copyEmbedded(ctx, filepath.Join(s.DataDir, backupBucket), filepath.Join(c.Dir, backupBucket))
		if err == nil && s.SecretKey == "" {
			err = copyFile(filepath.Join(s.DataDir, backupKey), filepath.Join(c.Dir, backupKey))
		}
	} else {
		p := &parts{settings: s}
		if err = p.openBucket(ctx); err == nil {
			made.Objects, made.Bytes, err = fetchObjects(ctx, p.bucket, c.Dir)
		}
	}
	if err != nil {
		return err
	}
	if _, err := writeLedgerFile(ctx, db, filepath.Join(c.Dir, backupLedger)); err != nil {
		return err
	}
	b, err := json.MarshalIndent(made, "", "  ")
	if err != nil {
		return err
	}
	if err := writeWhole(filepath.Join(c.Dir, backupNote), append(b, '\n')); err != nil {
		return err
	}
	fmt.Fprintf(st.err, "database %s of schema %d, %d objects of %d bytes\n", made.Engine, made.Schema, made.Objects, made.Bytes)
	return nil
}

// takeFolder makes an earlier backup in the folder unfinished, and refuses a folder that holds anything else.
func takeFolder(dir string) error {
	ours := map[string]bool{backupNote: true, backupSQLite: true, backupPostgres: true, backupLedger: true, backupObjects: true, backupList: true,
		backupBucket: true, backupKey: true}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("look into the backup's folder: %w", err)
	}
	for _, e := range entries {
		if !ours[e.Name()] {
			return fmt.Errorf("the folder of the backup holds %q, which is of no backup", e.Name())
		}
	}
	for _, name := range []string{backupNote, backupSQLite, backupPostgres} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("begin the backup anew: %w", err)
		}
	}
	return nil
}

func backupDatabase(ctx context.Context, db *store.Store, s *Settings, dir string) error {
	if db.Engine() == "sqlite" {
		return db.BackupTo(ctx, filepath.Join(dir, backupSQLite))
	}
	path := filepath.Join(dir, backupPostgres)
	if err := writeWhole(path, nil); err != nil { // pg_dump takes the file with its mode: nobody else may read it
		return err
	}
	return postgresTool(ctx, s.DatabaseURL, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file="+path)
}

// postgresTool runs a program of PostgreSQL on the database. The password goes by the environment: arguments can be read
// by everybody on the machine.
func postgresTool(ctx context.Context, rawURL, tool string, args ...string) error {
	path, err := exec.LookPath(tool)
	if err != nil {
		return fmt.Errorf("%s is needed and not on the PATH: install the client programs of PostgreSQL, of the server's version or newer", tool)
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return errors.New("DATABASE_URL is not a URL")
	}
	cmd := exec.CommandContext(ctx, path, append(args, "--no-password")...)
	cmd.Env = os.Environ()
	if password, ok := u.User.Password(); ok {
		cmd.Env = append(cmd.Env, "PGPASSWORD="+password)
		u.User = url.User(u.User.Username())
	}
	cmd.Args = append(cmd.Args, "--dbname="+u.String())
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", tool, err, lastLine(string(out)))
	}
	return nil
}

// lastLine is what a program said last.
func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

// writeLedgerFile writes every line of the erasure ledger, oldest first, and returns how many there are.
func writeLedgerFile(ctx context.Context, db *store.Store, path string) (n int, err error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	for page := (store.Page{Limit: 200}); ; {
		list, next, err := db.ErasureLedger(ctx, page)
		if err != nil {
			return n, err
		}
		for _, e := range list {
			e.BytesAt = nil
			if err := enc.Encode(e); err != nil {
				return n, err
			}
			n++
		}
		if page.Cursor = next; next == "" {
			return n, writeWhole(path, []byte(b.String()))
		}
	}
}

// readLedgerFile reads what writeLedgerFile wrote.
func readLedgerFile(path string) (out []store.Erasure, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open the ledger of the backup: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLedgerLine)
	for lines.Scan() {
		var e store.Erasure
		err := json.Unmarshal(lines.Bytes(), &e)
		if err == nil {
			e, err = parseLedger(lines.Bytes(), e.ID)
		}
		if err != nil {
			return nil, fmt.Errorf("the ledger of the backup: line %d cannot be read", len(out)+1)
		}
		out = append(out, e)
	}
	return out, lines.Err()
}
