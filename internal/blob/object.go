package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"kikigaki/internal/interview"
)

// Object is what the store says about one object.
type Object struct {
	Key         string
	Size        int64  // bytes
	ETag        string // quoted, opaque: it is not a digest of the content
	Version     string // empty in a bucket without versions
	ContentType string
	Range       string // the Content-Range answered to GetRange, else empty
	Modified    time.Time
	SHA256      string // hex; set only by Upload and Download, which read every byte
	token       string // the write that made it, see tokenKey
}

// Seen names this very state of the object: the version where the store keeps versions, else the ETag. Get, GetRange
// and Download take it and refuse any other state.
func (o Object) Seen() string {
	if o.Version != "" {
		return o.Version
	}
	return o.ETag
}

// tokenKey is object metadata holding a random token of the call that wrote the object, so that a write whose reply
// was lost can be told from somebody else's.
const tokenKey = "kikigaki-write"

// Put stores size bytes of r at key. With ifNoneMatch it fails with state_conflict (ErrExists) when an object is
// already there. r is read once if it can seek or is small; a large stream that cannot goes through Upload.
func (b *Bucket) Put(ctx context.Context, key string, r io.Reader, size int64, contentType string, ifNoneMatch bool) (Object, error) {
	if err := validKey(key); err != nil {
		return Object{}, err
	}
	body, ok := r.(io.ReadSeeker)
	if !ok && size > PartSize {
		o, err := b.Upload(ctx, key, r, UploadOptions{ContentType: contentType, Size: size, Replace: !ifNoneMatch})
		return o, err
	}
	if !ok {
		buf := make([]byte, size)
		if _, err := io.ReadFull(r, buf); err != nil {
			return Object{}, fmt.Errorf("read what to put at %s: %w", key, err)
		}
		body = bytes.NewReader(buf)
	}
	return b.put(ctx, key, body, size, contentType, ifNoneMatch)
}

func (b *Bucket) put(ctx context.Context, key string, body io.ReadSeeker, size int64, contentType string, ifNoneMatch bool) (Object, error) {
	token := rand.Text()
	in := &s3.PutObjectInput{Bucket: &b.name, Key: &key, Body: body, ContentLength: &size, ContentType: &contentType,
		Metadata: map[string]string{tokenKey: token}}
	if ifNoneMatch {
		in.IfNoneMatch = aws.String("*")
	}
	out, err := b.client.PutObject(ctx, in)
	if err == nil {
		return Object{Key: key, Size: size, ETag: aws.ToString(out.ETag), Version: version(out.VersionId),
			ContentType: contentType, token: token}, nil
	}
	err = classify(ctx, "put", key, err)
	cut := ifNoneMatch && interview.Code(err) == "storage_unavailable"
	if errors.Is(err, ErrExists) || cut {
		// The first try may have succeeded and its reply been lost: then the object carries our token. And a store may
		// refuse a taken key before the body has arrived and hang up, so that the refusal is lost as well.
		o, serr := b.Stat(ctx, key)
		switch {
		case serr == nil && o.token == token:
			return o, nil
		case serr == nil && cut:
			return Object{}, interview.E("state_conflict", fmt.Errorf("put %s: %w", key, ErrExists))
		}
	}
	return Object{}, err
}

// Get opens the object. seen is "" for whatever is there now, or Object.Seen of an earlier look: then another state
// of the object is refused with checksum_mismatch (ErrChanged). The caller closes the reader.
func (b *Bucket) Get(ctx context.Context, key, seen string) (io.ReadCloser, Object, error) {
	return b.GetRange(ctx, key, seen, "")
}

// GetRange is Get for one byte range in the form of the HTTP header, "bytes=0-99", "bytes=100-" or "bytes=-500".
// A range outside the object gives ErrRange.
func (b *Bucket) GetRange(ctx context.Context, key, seen, byteRange string) (io.ReadCloser, Object, error) {
	if err := validKey(key); err != nil {
		return nil, Object{}, err
	}
	in := &s3.GetObjectInput{Bucket: &b.name, Key: &key}
	if byteRange != "" {
		in.Range = &byteRange
	}
	in.VersionId, in.IfMatch = pin(seen)
	out, err := b.client.GetObject(ctx, in)
	if err != nil {
		err = classify(ctx, "get", key, err)
		if seen != "" && changed(err) {
			err = interview.E("checksum_mismatch", fmt.Errorf("%w: %s", ErrChanged, key))
		}
		return nil, Object{}, err
	}
	o := Object{Key: key, Size: aws.ToInt64(out.ContentLength), ETag: aws.ToString(out.ETag), Version: version(out.VersionId),
		ContentType: aws.ToString(out.ContentType), Range: aws.ToString(out.ContentRange),
		Modified: aws.ToTime(out.LastModified), token: out.Metadata[tokenKey]}
	return out.Body, o, nil
}

// pin turns Object.Seen into a version or a condition. ETags are quoted, versions are not.
func pin(seen string) (versionID, ifMatch *string) {
	switch {
	case seen == "":
		return nil, nil
	case strings.HasPrefix(seen, `"`):
		return nil, &seen
	}
	return &seen, nil
}

// changed reports whether err says that the pinned state is gone.
func changed(err error) bool {
	f, ok := errors.AsType[*Failure](err)
	return ok && (f.Status == http.StatusPreconditionFailed || f.Code == "NoSuchVersion")
}

// version hides the "null" that some stores report for a bucket without versions.
func version(v *string) string {
	if s := aws.ToString(v); s != "null" {
		return s
	}
	return ""
}

// Stat asks for size, ETag, version and content type. A missing object gives not_found.
func (b *Bucket) Stat(ctx context.Context, key string) (Object, error) {
	if err := validKey(key); err != nil {
		return Object{}, err
	}
	out, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: &key})
	if err != nil {
		return Object{}, classify(ctx, "stat", key, err)
	}
	return Object{Key: key, Size: aws.ToInt64(out.ContentLength), ETag: aws.ToString(out.ETag), Version: version(out.VersionId),
		ContentType: aws.ToString(out.ContentType), Modified: aws.ToTime(out.LastModified), token: out.Metadata[tokenKey]}, nil
}

// List walks the objects whose key starts with prefix, in key order, page by page. It ends after the first error.
func (b *Bucket) List(ctx context.Context, prefix string) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: &prefix})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Object{}, classify(ctx, "list", prefix, err))
				return
			}
			for _, c := range page.Contents {
				o := Object{Key: aws.ToString(c.Key), Size: aws.ToInt64(c.Size), ETag: aws.ToString(c.ETag), Modified: aws.ToTime(c.LastModified)}
				if !yield(o, nil) {
					return
				}
			}
		}
	}
}

// Delete removes the object at key with all its versions. A missing object is no error.
func (b *Bucket) Delete(ctx context.Context, key string) error {
	if err := validKey(key); err != nil {
		return err
	}
	_, err := b.erase(ctx, key, func(k string) bool { return k == key })
	return err
}

// identifiers is a batch of object versions to delete.
type identifiers []types.ObjectIdentifier
