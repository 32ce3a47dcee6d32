package blob

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"kikigaki/internal/interview"
)

// Limits of the S3 multipart protocol.
const (
	MaxParts    = 10_000
	MinPartSize = 5 << 20 // bytes; every part but the last
)

// Part is one part that has arrived at the store.
type Part struct {
	Number int
	Size   int64 // bytes
	ETag   string
}

// OpenUpload is a multipart upload that was neither completed nor aborted.
type OpenUpload struct {
	Key     string
	Upload  string
	Started time.Time
}

// CreateUpload begins a multipart upload. The content type is fixed here, by us, never by whoever sends the parts.
func (b *Bucket) CreateUpload(ctx context.Context, key, contentType string) (upload string, err error) {
	return b.createUpload(ctx, key, contentType, "")
}

func (b *Bucket) createUpload(ctx context.Context, key, contentType, token string) (string, error) {
	if err := validKey(key); err != nil {
		return "", err
	}
	in := &s3.CreateMultipartUploadInput{Bucket: &b.name, Key: &key, ContentType: &contentType}
	if token != "" {
		in.Metadata = map[string]string{tokenKey: token}
	}
	out, err := b.client.CreateMultipartUpload(ctx, in)
	if err != nil {
		return "", classify(ctx, "begin upload of", key, err)
	}
	return aws.ToString(out.UploadId), nil
}

// Parts lists the parts that have arrived, by number. An upload that is gone gives upload_expired.
func (b *Bucket) Parts(ctx context.Context, key, upload string) ([]Part, error) {
	var parts []Part
	pages := s3.NewListPartsPaginator(b.client, &s3.ListPartsInput{Bucket: &b.name, Key: &key, UploadId: &upload})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, classify(ctx, "list parts of", key, err)
		}
		for _, p := range page.Parts {
			parts = append(parts, Part{Number: int(aws.ToInt32(p.PartNumber)), Size: aws.ToInt64(p.Size), ETag: aws.ToString(p.ETag)})
		}
	}
	return parts, nil
}

// Complete makes the object out of the parts that the store itself says have arrived; what a client claims about
// numbers and ETags is never asked. want is the size in bytes that was declared before the upload.
//
//   - parts missing: upload_incomplete; the parts that arrived are kept
//   - more bytes than declared, or an object of another size: upload_size_mismatch
//   - another object stands at the key: state_conflict (ErrExists)
//   - upload gone and no object: upload_expired
//
// Completing again after a lost reply, or twice at once, succeeds with the same object.
func (b *Bucket) Complete(ctx context.Context, key, upload string, want int64) (Object, error) {
	if want <= 0 {
		return Object{}, interview.E("recording_empty", nil)
	}
	for again := false; ; again = true {
		parts, err := b.Parts(ctx, key, upload)
		if isCode(err, "upload_expired") {
			return b.settle(ctx, completion{key: key, upload: upload, want: want}, err)
		}
		if err != nil {
			return Object{}, err
		}
		if err := checkParts(parts, want); err != nil {
			// A list taken while another call completes this upload may show some parts only, before the object
			// stands there and after. Then the next look finds the upload gone.
			if _, serr := b.Stat(ctx, key); serr == nil {
				return b.settle(ctx, completion{key: key, upload: upload, want: want}, interview.E("state_conflict", ErrExists))
			}
			if again {
				return Object{}, err
			}
			continue
		}
		o, err := b.complete(ctx, completion{key: key, upload: upload, parts: parts, want: want})
		if again || !isCode(err, "upload_incomplete") {
			return o, err
		}
		// InvalidPart: a part was replaced between listing and completing.
	}
}

// checkParts holds the list of arrived parts against the declared size.
func checkParts(parts []Part, want int64) error {
	var sum int64
	for _, p := range parts {
		sum += p.Size
	}
	if sum > want {
		return interview.E("upload_size_mismatch", fmt.Errorf("%d bytes arrived, %d were declared", sum, want))
	}
	for i, p := range parts {
		if p.Number != i+1 {
			return interview.E("upload_incomplete", fmt.Errorf("part %d is missing", i+1))
		}
		if p.Size < MinPartSize && i < len(parts)-1 {
			return interview.E("upload_size_mismatch", fmt.Errorf("part %d has %d bytes, fewer than the store accepts", p.Number, p.Size))
		}
	}
	if sum < want {
		return interview.E("upload_incomplete", fmt.Errorf("%d of %d bytes arrived", sum, want))
	}
	return nil
}

// completion is one wish to join parts into an object.
type completion struct {
	key, upload string
	parts       []Part
	want        int64  // bytes
	token       string // of the upload when this process began it, else empty
	replace     bool   // overwrite what is at the key
}

// complete asks the store to join the parts and finds out what became of it, whatever the answer was.
func (b *Bucket) complete(ctx context.Context, c completion) (Object, error) {
	done := make([]types.CompletedPart, len(c.parts))
	for i, p := range c.parts {
		done[i] = types.CompletedPart{PartNumber: aws.Int32(int32(p.Number)), ETag: &p.ETag}
	}
	in := &s3.CompleteMultipartUploadInput{Bucket: &b.name, Key: &c.key, UploadId: &c.upload,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: done}}
	if !c.replace {
		in.IfNoneMatch = aws.String("*")
	}
	_, err := b.client.CompleteMultipartUpload(ctx, in)
	err = classify(ctx, "complete", c.key, err)
	if ctx.Err() != nil || isCode(err, "upload_incomplete") || isCode(err, "upload_size_mismatch") {
		return Object{}, err
	}
	return b.settle(ctx, c, err)
}

const (
	// settleWait bounds the look for the outcome of a completion that another call may still be carrying out: the
	// store copies the parts into place, 2 GB within a few seconds.
	settleWait = 10 * time.Second
	// conflictWait is how long an upload may outlive the object made of it while the store cleans up.
	conflictWait = 2 * time.Second
)

// settle decides by what stands in the store, not by the answer: replies get lost, two calls race, and a store may
// answer 200 while another call is still copying. cause is the answer of the completion, nil when it was a yes.
func (b *Bucket) settle(ctx context.Context, c completion, cause error) (Object, error) {
	start := time.Now()
	for pause := 20 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		o, err := b.Stat(ctx, c.key)
		if err != nil && !isCode(err, "not_found") {
			return Object{}, err
		}
		var mine bool
		if err == nil {
			if mine, err = b.mine(ctx, c, o, cause); err != nil {
				return Object{}, err
			}
		}
		if mine {
			return sized(o, c.want)
		}
		// A plain failure that made nothing is the outcome; a race may still turn out well.
		racing := cause == nil || isCode(cause, "upload_expired") || errors.Is(cause, ErrExists)
		exists := err == nil
		if !racing || exists && time.Since(start) > conflictWait || time.Since(start) > settleWait {
			break
		}
		select {
		case <-ctx.Done():
			return Object{}, fmt.Errorf("complete %s: %w", c.key, context.Cause(ctx))
		case <-time.After(pause):
		}
	}
	if cause == nil {
		cause = interview.E("storage_unavailable", errors.New("the store said yes to a completion and does not show its object"))
	}
	return Object{}, cause
}

// mine reports whether o came from this upload: by its token, or, for an upload begun by another process, because the
// upload is gone; while it is still there, the object came from somewhere else.
func (b *Bucket) mine(ctx context.Context, c completion, o Object, cause error) (bool, error) {
	if c.token != "" {
		return o.token == c.token, nil
	}
	if cause == nil {
		return true, nil
	}
	_, err := b.Parts(ctx, c.key, c.upload)
	if isCode(err, "upload_expired") {
		return true, nil
	}
	return false, err
}

func sized(o Object, want int64) (Object, error) {
	if want >= 0 && o.Size != want {
		return Object{}, interview.E("upload_size_mismatch", fmt.Errorf("object has %d bytes, %d were declared", o.Size, want))
	}
	return o, nil
}

// Abort gives the upload up and frees its parts. An upload that is already gone is no error.
func (b *Bucket) Abort(ctx context.Context, key, upload string) error {
	_, err := b.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &b.name, Key: &key, UploadId: &upload})
	if err = classify(ctx, "abort upload of", key, err); isCode(err, "upload_expired") || isCode(err, "not_found") {
		return nil
	}
	return err
}

// abandon aborts an upload of which a part was cut off just now: the store may still be taking that part in and let the
// upload stand again, so it is looked for afterwards, as the S3 documentation of AbortMultipartUpload advises. What stands
// up even later is the sweeper's.
func (b *Bucket) abandon(ctx context.Context, key, upload string) error {
	for range abandonTries {
		if err := b.Abort(ctx, key, upload); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(abandonPause):
		}
		open := false
		for u, err := range b.OpenUploads(ctx, key) {
			if err != nil {
				return err
			}
			open = open || u.Upload == upload
		}
		if !open {
			return nil
		}
	}
	return nil
}

const (
	abandonTries = 5
	abandonPause = 100 * time.Millisecond
)

// OpenUploads walks the uploads below prefix that are still open; the sweeper compares them with its records.
// It ends after the first error.
func (b *Bucket) OpenUploads(ctx context.Context, prefix string) iter.Seq2[OpenUpload, error] {
	return func(yield func(OpenUpload, error) bool) {
		in := &s3.ListMultipartUploadsInput{Bucket: &b.name, Prefix: &prefix}
		for {
			page, err := b.client.ListMultipartUploads(ctx, in)
			if in.UploadIdMarker != nil && apiCode(err) == "InvalidArgument" {
				// versitygw 1.8 does not find its own upload marker. By key alone, further uploads to the key at the
				// page's end are passed over; whoever removes uploads looks again.
				in.UploadIdMarker = nil
				continue
			}
			if err != nil {
				yield(OpenUpload{}, classify(ctx, "list uploads below", prefix, err))
				return
			}
			for _, u := range page.Uploads {
				if !yield(OpenUpload{Key: aws.ToString(u.Key), Upload: aws.ToString(u.UploadId), Started: aws.ToTime(u.Initiated)}, nil) {
					return
				}
			}
			if !aws.ToBool(page.IsTruncated) {
				return
			}
			in.KeyMarker, in.UploadIdMarker = page.NextKeyMarker, page.NextUploadIdMarker
		}
	}
}

func isCode(err error, code string) bool {
	return err != nil && errors.Is(err, interview.E(code, nil))
}
