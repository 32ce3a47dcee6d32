package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"kikigaki/internal/blob"
	"kikigaki/internal/interview"
)

// object is one line of a backup's list of objects.
type object struct {
	Key    string `json:"key"`
	Size   int64  `json:"size"`
	Type   string `json:"type"`
	SHA256 string `json:"sha256"`
	Seen   string `json:"seen"` // its state in the bucket it comes from
}

// fetchObjects brings every object of a bucket into the backup's folder. What an earlier backup there has of the same
// state is kept; what is no longer in the bucket leaves the backup, so that erased words do not live on in the next one.
func fetchObjects(ctx context.Context, bucket *blob.Bucket, dir string) (n int, bytes int64, err error) {
	had, err := readObjects(dir)
	if err != nil {
		return 0, 0, err
	}
	before := map[string]object{}
	for _, o := range had {
		before[o.Key] = o
	}
	var list strings.Builder
	enc := json.NewEncoder(&list)
	for o, err := range bucket.List(ctx, "") {
		if err != nil {
			return n, bytes, err
		}
		path, err := objectPath(dir, o.Key)
		if err != nil {
			return n, bytes, err
		}
		line, ok := before[o.Key]
		if ok {
			info, err := os.Stat(path)
			now, serr := bucket.Stat(ctx, o.Key)
			ok = err == nil && serr == nil && info.Size() == line.Size && now.Seen() == line.Seen
		}
		if !ok {
			if line, err = fetchObject(ctx, bucket, o.Key, path); interview.Code(err) == "not_found" && err != nil {
				continue // erased since it was listed
			}
			if err != nil {
				return n, bytes, err
			}
		}
		delete(before, o.Key)
		if err := enc.Encode(line); err != nil {
			return n, bytes, err
		}
		n, bytes = n+1, bytes+line.Size
	}
	if err := writeWhole(filepath.Join(dir, backupList), []byte(list.String())); err != nil {
		return n, bytes, err
	}
	for key := range before {
		path, err := objectPath(dir, key)
		if err == nil {
			err = os.Remove(path)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return n, bytes, fmt.Errorf("remove what is no longer in the bucket: %w", err)
		}
	}
	return n, bytes, nil
}

func fetchObject(ctx context.Context, bucket *blob.Bucket, key, path string) (object, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return object{}, fmt.Errorf("make a folder of the backup: %w", err)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return object{}, fmt.Errorf("replace an object of the backup: %w", err)
	}
	o, err := bucket.Download(ctx, key, "", path)
	if err != nil {
		return object{}, err
	}
	return object{Key: key, Size: o.Size, Type: o.ContentType, SHA256: o.SHA256, Seen: o.Seen()}, nil
}

// objectPath is where the backup keeps an object. A key that would lead out of the folder is refused.
func objectPath(dir, key string) (string, error) {
	if !filepath.IsLocal(filepath.FromSlash(key)) {
		return "", fmt.Errorf("the bucket holds an object that is not ours: %.100q", key)
	}
	return filepath.Join(dir, backupObjects, filepath.FromSlash(key)), nil
}

// readObjects reads a backup's list of objects; none is an empty list.
func readObjects(dir string) (out []object, err error) {
	f, err := os.Open(filepath.Join(dir, backupList))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open the backup's list of objects: %w", err)
	}
	defer f.Close()
	dec := json.NewDecoder(bufio.NewReader(f))
	for {
		var o object
		if err := dec.Decode(&o); err == io.EOF {
			return out, nil
		} else if err != nil {
			return nil, fmt.Errorf("the backup's list of objects cannot be read after %d lines", len(out))
		}
		out = append(out, o)
	}
}

// copyEmbedded copies the embedded store's files while it runs: the objects first, each of which is linked into place whole
// and never written again, and then what is known about them. Files of uploads on their way are left out. In a folder of
// an earlier backup, what is no longer there is removed.
func copyEmbedded(ctx context.Context, from, to string) (n int, bytes int64, err error) {
	for _, tree := range []string{"objects", "meta"} {
		seen := map[string]bool{}
		err := filepath.WalkDir(filepath.Join(from, tree), func(path string, d fs.DirEntry, err error) error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if errors.Is(err, fs.ErrNotExist) {
				return nil // erased since it was listed
			}
			if err != nil {
				return err
			}
			if d.IsDir() && strings.HasPrefix(d.Name(), ".sgwtmp") {
				return fs.SkipDir
			}
			rel, err := filepath.Rel(from, path)
			if err != nil {
				return err
			}
			target := filepath.Join(to, rel)
			seen[target] = true
			if d.IsDir() {
				return os.MkdirAll(target, 0o700)
			}
			if !d.Type().IsRegular() {
				return nil
			}
			info, err := d.Info()
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil {
				return err
			}
			if tree == "objects" {
				n, bytes = n+1, bytes+info.Size()
			}
			if old, err := os.Stat(target); err == nil && old.Size() == info.Size() && old.ModTime().Equal(info.ModTime()) {
				return nil
			}
			if err := copyFile(path, target); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			return os.Chtimes(target, info.ModTime(), info.ModTime())
		})
		if err != nil {
			return n, bytes, fmt.Errorf("copy the embedded bucket: %w", err)
		}
		if err := removeOthers(filepath.Join(to, tree), seen); err != nil {
			return n, bytes, err
		}
	}
	return n, bytes, nil
}

// removeOthers removes the files of a tree that were not seen.
func removeOthers(tree string, seen map[string]bool) error {
	err := filepath.WalkDir(tree, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || seen[path] {
			return err
		}
		return os.Remove(path)
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove what is no longer in the bucket: %w", err)
	}
	return nil
}

// copyFile copies a file for its owner alone and has it on disk before it returns.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}

// writeWhole writes a file so that it is there whole or not at all.
func writeWhole(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".part-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return nil
}

// sum is the SHA-256, hex, of what is left of r.
func sum(r io.Reader) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
