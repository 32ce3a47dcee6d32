package embedded

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/versity/versitygw/backend"
)

// The names below are those of versitygw's posix backend.
const (
	multipartDir = ".sgwtmp/multipart" // <bucket>/.sgwtmp/multipart/<sha of key>/<upload id>/<part number>
	tmpDir       = ".sgwtmp"
	inProgress   = ".inprogress" // <upload id>.<etag>.inprogress while an upload is being completed
	attributes   = "meta"        // the folder of an object's attributes in the sidecar tree
)

// tidyAge is how old a leftover must be before a running store removes it: younger ones may be requests in flight.
const tidyAge = 10 * time.Minute

// tidier mends what a killed store leaves behind. objects is the tree of data, sidecar the tree of attributes with
// the same shape.
type tidier struct{ objects, sidecar string }

// recover runs before the store serves, alone on the folder. An upload whose completion was cut off would otherwise
// stay claimed for ever: every later completion would be told that it is under way, and no object would ever appear.
// Unfinished bodies of requests hold audio and are removed.
func (t *tidier) recover() error {
	buckets, err := os.ReadDir(t.objects)
	if err != nil {
		return err
	}
	var errs []error
	for _, b := range buckets {
		if !b.IsDir() || strings.HasPrefix(b.Name(), ".") {
			continue
		}
		errs = append(errs, removeFiles(filepath.Join(t.objects, b.Name(), tmpDir)))
		keys, err := os.ReadDir(filepath.Join(t.objects, b.Name(), multipartDir))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
		for _, k := range keys {
			dir := filepath.Join(b.Name(), multipartDir, k.Name())
			errs = append(errs, removeFiles(filepath.Join(t.objects, dir)), t.releaseClaims(b.Name(), dir))
		}
	}
	return errors.Join(errs...)
}

// releaseClaims undoes or finishes interrupted completions of the uploads in dir, all of one key. Data and attributes
// are renamed one after the other, so either tree may be the one that still carries the claim.
func (t *tidier) releaseClaims(bucket, dir string) error {
	var errs []error
	done := map[string]bool{}
	for _, tree := range []string{t.objects, t.sidecar} {
		entries, err := os.ReadDir(filepath.Join(tree, dir))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, e := range entries {
			upload, _, ok := strings.Cut(e.Name(), ".")
			if !ok || !strings.HasSuffix(e.Name(), inProgress) {
				continue
			}
			claimed := filepath.Join(tree, dir, e.Name())
			if done[upload] || t.completed(bucket, dir, upload) {
				done[upload] = true // the object is in place; only the cleaning up was cut off
				errs = append(errs, os.RemoveAll(claimed))
				continue
			}
			errs = append(errs, os.Rename(claimed, filepath.Join(tree, dir, upload)))
		}
	}
	os.Remove(filepath.Join(t.objects, dir)) // fails unless empty
	return errors.Join(errs...)
}

// completed reports whether the object of the key that dir stands for exists and was made of upload.
func (t *tidier) completed(bucket, dir, upload string) bool {
	key, err := os.ReadFile(filepath.Join(t.sidecar, dir, attributes, "objname"))
	if err != nil {
		return false
	}
	if _, err := os.Stat(filepath.Join(t.objects, bucket, string(key))); err != nil {
		return false
	}
	b, err := os.ReadFile(filepath.Join(t.sidecar, bucket, string(key), attributes, "mp-metadata"))
	if err != nil {
		return false
	}
	m, err := backend.UnmarshalMpUploadMetadata(b, false)
	return err == nil && m.UploadID == upload
}

// run removes attributes whose object or upload is gone, at once and then every hour: completing an upload leaves
// those of its parts behind, and an erased interview's id must not stay in them.
func (t *tidier) run(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		t.sweep(ctx, time.Now().Add(-tidyAge))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// sweep removes attribute folders last changed before the given time that belong to nothing, then empty folders.
func (t *tidier) sweep(ctx context.Context, before time.Time) {
	var dirs []string
	_ = filepath.WalkDir(t.sidecar, func(path string, d fs.DirEntry, err error) error {
		if err != nil || ctx.Err() != nil {
			return ctx.Err()
		}
		if !d.IsDir() || path == t.sidecar {
			return nil
		}
		if d.Name() != attributes {
			dirs = append(dirs, path)
			return nil
		}
		rel, err := filepath.Rel(t.sidecar, filepath.Dir(path))
		if err != nil || t.owned(rel) || !oldDir(path, before) {
			return nil
		}
		os.RemoveAll(path)
		return filepath.SkipDir
	})
	for i := len(dirs) - 1; i >= 0; i-- { // children before parents
		if oldDir(dirs[i], before) {
			os.Remove(dirs[i]) // fails unless empty
		}
	}
}

// owned reports whether data stands where the attributes of rel say; when in doubt it does.
func (t *tidier) owned(rel string) bool {
	_, err := os.Lstat(filepath.Join(t.objects, rel))
	return !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR)
}

func oldDir(path string, before time.Time) bool {
	fi, err := os.Lstat(path)
	return err == nil && fi.ModTime().Before(before)
}

// removeFiles removes the plain files directly in dir.
func removeFiles(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var errs []error
	for _, e := range entries {
		if e.Type().IsRegular() {
			errs = append(errs, os.Remove(filepath.Join(dir, e.Name())))
		}
	}
	return errors.Join(errs...)
}
