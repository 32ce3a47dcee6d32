package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"kikigaki/internal/interview"
)

// downloadTries is how often in a row a transfer may break without one new byte.
const downloadTries = 5

// Download copies the object into a new file at path, mode 0600, and returns it with its SHA-256. A cut connection is
// resumed where it broke, of the same state of the object only. seen is as for Get: another state gives
// checksum_mismatch (ErrChanged). The file appears under its name when it is whole and on disk; after an error there
// is none.
func (b *Bucket) Download(ctx context.Context, key, seen, path string) (o Object, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".download-*") // mode 0600
	if err != nil {
		return Object{}, fileError("create a file for", key, err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	sum := sha256.New()
	if o, err = b.fetch(ctx, key, seen, &fileSink{f: f, hash: sum}); err != nil {
		return Object{}, err
	}
	o.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if err = f.Sync(); err == nil {
		err = f.Close()
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		return Object{}, fileError("keep", key, err)
	}
	return o, nil
}

// fetch reads the whole object into sink, resuming after breaks.
func (b *Bucket) fetch(ctx context.Context, key, seen string, sink *fileSink) (Object, error) {
	body, o, err := b.Get(ctx, key, seen)
	if err != nil {
		return Object{}, err
	}
	seen = o.Seen()
	for tries := 0; ; {
		before := sink.size
		_, err := io.Copy(sink, body)
		body.Close()
		if sink.err != nil {
			return Object{}, fileError("write", key, sink.err)
		}
		if err == nil && sink.size == o.Size {
			return o, nil
		}
		if sink.size > o.Size {
			return Object{}, interview.E("checksum_mismatch", fmt.Errorf("%w: %s", ErrChanged, key))
		}
		if err == nil {
			err = io.ErrUnexpectedEOF
		}
		for {
			if sink.size > before {
				tries, before = 0, sink.size
			}
			if tries++; tries >= downloadTries {
				return Object{}, classify(ctx, "download", key, err)
			}
			select {
			case <-ctx.Done():
				return Object{}, fmt.Errorf("download %s: %w", key, context.Cause(ctx))
			case <-time.After(time.Duration(tries) * 200 * time.Millisecond):
			}
			body, _, err = b.GetRange(ctx, key, seen, fmt.Sprintf("bytes=%d-", sink.size))
			if err == nil {
				break
			}
			if interview.ClassOf(err) == interview.Final || errors.Is(err, ErrRange) {
				return Object{}, err
			}
		}
	}
}

// fileSink counts and hashes what reaches the file and keeps the file's own error apart from the network's.
type fileSink struct {
	f    io.Writer
	hash hash.Hash
	size int64
	err  error
}

func (s *fileSink) Write(p []byte) (int, error) {
	n, err := s.f.Write(p)
	s.hash.Write(p[:n])
	s.size += int64(n)
	s.err = err
	return n, err
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// fileError judges an error of our own disk; the path stays out of it.
func fileError(op, key string, err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		err = e.Err
	}
	code := "internal_error"
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		code = "disk_full"
	}
	return interview.E(code, fmt.Errorf("%s %s: %w", op, key, err))
}
