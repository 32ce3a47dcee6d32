package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kikigaki/internal/blob"
	"kikigaki/internal/embedded"
	"kikigaki/internal/interview"
	"kikigaki/internal/queue"
	"kikigaki/internal/store"
)

// databaseFile is the embedded database in the data folder.
const databaseFile = "kikigaki.db"

// parts are the stores an installation stands on, embedded or not.
type parts struct {
	settings *Settings
	log      *slog.Logger
	store    *store.Store
	redis    *queue.Redis
	bucket   *blob.Bucket
	proxy    http.Handler // the embedded bucket for browsers
	secret   []byte
	closers  []func()
}

// close ends everything in the reverse order of its opening.
func (p *parts) close() {
	for i := len(p.closers) - 1; i >= 0; i-- {
		p.closers[i]()
	}
}

func (p *parts) later(f func()) { p.closers = append(p.closers, f) }

// checked stops on settings that cannot be right and names every mistake.
func checked(st *streams, s *Settings, r role) error {
	problems := s.problems(r)
	if len(problems) == 0 {
		return nil
	}
	for _, p := range problems {
		fmt.Fprintln(st.err, "-", p)
	}
	return interview.E("settings_invalid", nil)
}

// openParts opens database, queue and bucket: what is not set is embedded, which only one process a data folder may do.
func openParts(ctx context.Context, s *Settings, log *slog.Logger, migrate bool) (p *parts, err error) {
	p = &parts{settings: s, log: log}
	defer func(opened *parts) {
		if err != nil {
			opened.close()
		}
	}(p)
	if s.DataDir, err = filepath.Abs(s.DataDir); err != nil {
		return nil, err
	}
	if s.DatabaseURL == "" || s.RedisURL == "" || s.Bucket == "" {
		unlock, err := embedded.Lock(s.DataDir)
		if err != nil {
			return nil, err
		}
		p.later(unlock)
	}
	if err := p.openStore(ctx, migrate); err != nil {
		return nil, err
	}
	if err := p.openRedis(); err != nil {
		return nil, err
	}
	if err := p.openBucket(ctx); err != nil {
		return nil, err
	}
	p.secret, err = secretKey(s)
	return p, err
}

func (p *parts) openStore(ctx context.Context, migrate bool) error {
	url := p.settings.DatabaseURL
	if url == "" {
		url = "sqlite://" + filepath.Join(p.settings.DataDir, databaseFile)
	}
	var err error
	if p.store, err = store.Open(ctx, url, pacedStore()); err != nil {
		return err
	}
	p.later(func() { p.store.Close() })
	if migrate {
		return p.store.Migrate(ctx)
	}
	return p.store.CheckSchema(ctx)
}

func (p *parts) openRedis() error {
	url := p.settings.RedisURL
	if url == "" {
		own, err := embedded.StartRedis()
		if err != nil {
			return err
		}
		p.later(own.Close)
		url = own.URL()
	}
	var err error
	if p.redis, err = queue.Open(url); err != nil {
		return err
	}
	p.later(func() { p.redis.Close() })
	return nil
}

// embeddedBucket is the name of the embedded bucket, and the first part of its paths for browsers.
const embeddedBucket = "kikigaki-recordings"

func (p *parts) openBucket(ctx context.Context) error {
	s := p.settings
	o := blob.Options{Endpoint: s.S3Endpoint, PublicURL: s.BucketURL, Region: s.Region, Bucket: s.Bucket, AccessKey: s.AccessKey,
		SecretKey: s.SecretS3Key, Checksum: s.S3Checksum, UsePathStyle: s.S3Endpoint != ""}
	if s.Bucket == "" {
		exe, err := os.Executable()
		if err != nil {
			return fmt.Errorf("find this program's own file: %w", err)
		}
		own, err := embedded.StartS3(ctx, embedded.S3Options{DataDir: s.DataDir, Exe: exe, Args: []string{"embedded-s3"}, Log: p.log})
		if err != nil {
			return err
		}
		p.later(own.Close)
		o = blob.Options{Endpoint: own.Endpoint(), PublicURL: s.BucketURL, Bucket: embeddedBucket, UsePathStyle: true, HTTPClient: own.HTTPClient()}
		o.AccessKey, o.SecretKey, o.Region = own.Credentials()
		p.proxy = own.Proxy(embeddedBucket)
	}
	var err error
	if p.bucket, err = blob.Open(ctx, o); err != nil {
		return err
	}
	return p.bucket.EnsureBucket(ctx)
}

// secretKey is the set one, or one made at the first start and kept in the data folder.
func secretKey(s *Settings) ([]byte, error) {
	if s.SecretKey != "" {
		return []byte(s.SecretKey), nil
	}
	path := filepath.Join(s.DataDir, "secret-key")
	b, err := os.ReadFile(path)
	if err == nil && len(strings.TrimSpace(string(b))) >= 32 {
		return []byte(strings.TrimSpace(string(b))), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the secret key of the data folder: %w", err)
	}
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return nil, err
	}
	key := hex.EncodeToString(raw)
	if err := os.WriteFile(path, []byte(key+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("keep the secret key in the data folder: %w", err)
	}
	return []byte(key), nil
}

// newLog is the log of a running installation: ids and codes, never words.
func newLog(st *streams, s *Settings) *slog.Logger {
	format := s.LogFormat
	if format == "" {
		format = "json"
		if isTerminal(st.err) {
			format = "text"
		}
	}
	o := &slog.HandlerOptions{Level: slog.LevelInfo, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			a.Value = slog.TimeValue(a.Value.Time().UTC().Truncate(time.Millisecond))
		}
		return a
	}}
	if format == "text" {
		return slog.New(slog.NewTextHandler(st.err, o))
	}
	return slog.New(slog.NewJSONHandler(st.err, o))
}
