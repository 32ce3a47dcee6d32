package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"

	"kikigaki/internal/interview"
)

// PartSize is the size of a part of a streamed upload, in bytes. All parts have one size where the largest possible
// object fits, because some stores demand it. Two parts are in memory at a time.
const PartSize = 8 << 20

// UploadOptions describe a streamed upload.
type UploadOptions struct {
	ContentType string
	Size        int64 // bytes when known, else 0; a different number of bytes gives upload_size_mismatch
	MaxSize     int64 // bytes; more gives recording_too_large. 0: no limit but the protocol's
	Replace     bool  // overwrite what is at the key; else state_conflict (ErrExists)
}

// Upload stores a stream of unknown length with bounded memory and returns its size and SHA-256. An empty stream
// gives recording_empty; an error of r gives upload_incomplete with it as the cause. After any error nothing is
// stored and no part is left.
func (b *Bucket) Upload(ctx context.Context, key string, r io.Reader, opts UploadOptions) (Object, error) {
	if err := validKey(key); err != nil {
		return Object{}, err
	}
	if opts.MaxSize > 0 && opts.Size > opts.MaxSize {
		return Object{}, tooLarge(opts.MaxSize)
	}
	s := &source{r: r, max: opts.MaxSize, hash: sha256.New()}
	first, err := s.read(partSize(1, opts))
	if err != nil {
		return Object{}, err
	}
	if len(first) == 0 {
		return Object{}, interview.E("recording_empty", nil)
	}
	var o Object
	if s.done {
		if err = s.check(opts.Size); err == nil {
			o, err = b.put(ctx, key, bytes.NewReader(first), s.size, opts.ContentType, !opts.Replace)
		}
	} else {
		o, err = b.uploadParts(ctx, key, s, first, opts)
	}
	if err != nil {
		return Object{}, err
	}
	o.SHA256 = hex.EncodeToString(s.hash.Sum(nil))
	return o, nil
}

// uploadParts sends one part while the next is being read.
func (b *Bucket) uploadParts(ctx context.Context, key string, s *source, first []byte, opts UploadOptions) (o Object, err error) {
	token := rand.Text()
	upload, err := b.createUpload(ctx, key, opts.ContentType, token)
	if err != nil {
		return Object{}, err
	}
	defer func() {
		if err == nil {
			return
		}
		// The caller may have gone away, which is why we are here; the parts must not stay.
		actx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		if aerr := b.abandon(actx, key, upload); aerr != nil {
			err = errors.Join(err, fmt.Errorf("left behind: %w", aerr))
		}
	}()

	g, gctx := errgroup.WithContext(ctx)
	full := make(chan []byte)
	free := make(chan []byte, 2) // buffers to read into; nil: make one
	free <- nil
	var parts []Part
	g.Go(func() error {
		n := 0
		for buf := range full {
			n++
			p, err := b.sendPart(gctx, key, upload, n, buf)
			if err != nil {
				return err
			}
			parts = append(parts, p)
			free <- buf[:0]
		}
		return nil
	})
	g.Go(func() error {
		defer close(full)
		for n, buf := 1, first; ; {
			select {
			case full <- buf:
			case <-gctx.Done():
				return gctx.Err()
			}
			if s.done {
				return s.check(opts.Size)
			}
			n++
			if n > MaxParts {
				return tooLarge(s.size)
			}
			select {
			case buf = <-free:
			case <-gctx.Done():
				return gctx.Err()
			}
			var err error
			if buf, err = s.readInto(buf, partSize(n, opts)); err != nil {
				return err
			}
			if len(buf) == 0 { // the stream ended exactly at a part's end
				return s.check(opts.Size)
			}
		}
	})
	if err = g.Wait(); err != nil {
		return Object{}, err
	}
	return b.complete(ctx, completion{key: key, upload: upload, parts: parts, want: s.size, token: token, replace: opts.Replace})
}

func (b *Bucket) sendPart(ctx context.Context, key, upload string, n int, buf []byte) (Part, error) {
	out, err := b.client.UploadPart(ctx, &s3.UploadPartInput{Bucket: &b.name, Key: &key, UploadId: &upload,
		PartNumber: aws.Int32(int32(n)), Body: bytes.NewReader(buf), ContentLength: aws.Int64(int64(len(buf)))})
	if err != nil {
		return Part{}, classify(ctx, fmt.Sprintf("send part %d of", n), key, err)
	}
	return Part{Number: n, Size: int64(len(buf)), ETag: aws.ToString(out.ETag)}, nil
}

// partSize is PartSize for all parts when the bound of the stream is known to fit, else it doubles every 1,000 parts:
// 10,000 parts then hold more than any object may have.
func partSize(n int, opts UploadOptions) int {
	bound := opts.Size
	if bound == 0 {
		bound = opts.MaxSize
	}
	if bound > 0 {
		per := (bound + MaxParts - 1) / MaxParts
		return int(max(PartSize, (per+1<<20-1)>>20<<20))
	}
	return PartSize << ((n - 1) / 1000)
}

// source reads a stream in parts, counting and hashing.
type source struct {
	r    io.Reader
	max  int64
	size int64
	hash hash.Hash
	done bool
}

func (s *source) read(n int) ([]byte, error) { return s.readInto(nil, n) }

// readInto fills buf with up to n bytes; fewer only at the end of the stream. A small stream gets a small buffer.
func (s *source) readInto(buf []byte, n int) ([]byte, error) {
	buf = buf[:0]
	for len(buf) < n {
		if len(buf) == cap(buf) {
			grown := make([]byte, len(buf), min(n, max(64<<10, 4*cap(buf))))
			copy(grown, buf)
			buf = grown
		}
		m, err := s.r.Read(buf[len(buf):min(cap(buf), n)])
		s.hash.Write(buf[len(buf) : len(buf)+m])
		buf = buf[:len(buf)+m]
		s.size += int64(m)
		if s.max > 0 && s.size > s.max {
			return nil, tooLarge(s.max)
		}
		if err == io.EOF {
			s.done = true
			return buf, nil
		}
		if err != nil {
			return nil, interview.E("upload_incomplete", fmt.Errorf("read the stream after %d bytes: %w", s.size, err))
		}
	}
	return buf, nil
}

func (s *source) check(want int64) error {
	if want > 0 && s.size != want {
		return interview.E("upload_size_mismatch", fmt.Errorf("%d bytes arrived, %d were declared", s.size, want))
	}
	return nil
}

func tooLarge(limit int64) error {
	text := fmt.Sprintf("%d MB", limit>>20)
	if limit >= 1<<30 && limit%(1<<30) == 0 {
		text = fmt.Sprintf("%d GB", limit>>30)
	}
	return interview.E("recording_too_large", nil).With("limit", text)
}
