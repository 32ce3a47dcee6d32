package blob

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"kikigaki/internal/interview"
)

// Erased counts what DeletePrefix removed.
type Erased struct {
	Objects int // versions and delete markers included
	Uploads int // open multipart uploads
}

// eraseRounds bounds how often DeletePrefix starts again because something is still there: a part in flight during an
// abort may come up afterwards.
const eraseRounds = 5

// DeletePrefix removes everything below prefix: objects, all their versions, delete markers and open uploads. It
// returns without error only after a look that found nothing. prefix must end in "/": without it "interviews/a" would
// take "interviews/ab" along.
func (b *Bucket) DeletePrefix(ctx context.Context, prefix string) (Erased, error) {
	if len(prefix) < 2 || !strings.HasSuffix(prefix, "/") {
		return Erased{}, errors.New(`a prefix to delete must name something and end in "/"`)
	}
	return b.erase(ctx, prefix, func(key string) bool { return strings.HasPrefix(key, prefix) })
}

// DeleteMatching removes what matches among the keys below prefix, as DeletePrefix does with all of them: versions, delete
// markers and open uploads included, until a look found nothing. prefix must end in "/".
func (b *Bucket) DeleteMatching(ctx context.Context, prefix string, match func(key string) bool) (Erased, error) {
	if len(prefix) < 2 || !strings.HasSuffix(prefix, "/") {
		return Erased{}, errors.New(`a prefix to delete below must name something and end in "/"`)
	}
	return b.erase(ctx, prefix, match)
}

// erase removes what matches among the keys beginning with prefix until a whole round finds nothing.
func (b *Bucket) erase(ctx context.Context, prefix string, match func(key string) bool) (Erased, error) {
	var total Erased
	for range eraseRounds {
		e, err := b.eraseOnce(ctx, prefix, match)
		total.Objects += e.Objects
		total.Uploads += e.Uploads
		if err != nil {
			return total, err
		}
		if e == (Erased{}) {
			return total, nil
		}
	}
	return total, interview.E("storage_unavailable", fmt.Errorf("objects below %s keep coming back", prefix))
}

func (b *Bucket) eraseOnce(ctx context.Context, prefix string, match func(string) bool) (Erased, error) {
	var e Erased
	// Uploads first: one that is being completed becomes an object, which the listing after it sees.
	var open []OpenUpload
	for u, err := range b.OpenUploads(ctx, prefix) {
		if err != nil {
			return e, err
		}
		if match(u.Key) {
			open = append(open, u)
		}
	}
	for _, u := range open {
		if err := b.Abort(ctx, u.Key, u.Upload); err != nil {
			return e, err
		}
		e.Uploads++
	}
	err := b.versions(ctx, prefix, func(batch identifiers) error {
		kept := batch[:0]
		for _, id := range batch {
			if match(aws.ToString(id.Key)) {
				kept = append(kept, id)
			}
		}
		if len(kept) == 0 {
			return nil
		}
		e.Objects += len(kept)
		return b.deleteBatch(ctx, prefix, kept)
	})
	return e, err
}

// versions hands out every version and delete marker below prefix in pages of at most 1,000. A page is deleted before
// the next one is asked for, which is safe because pages go on from the last key, not from a count. A store without
// versions lists its objects.
func (b *Bucket) versions(ctx context.Context, prefix string, use func(identifiers) error) error {
	in := &s3.ListObjectVersionsInput{Bucket: &b.name, Prefix: &prefix}
	for {
		page, err := b.client.ListObjectVersions(ctx, in)
		if err != nil && (status(err) == http.StatusNotImplemented || status(err) == http.StatusMethodNotAllowed) {
			return b.plainObjects(ctx, prefix, use)
		}
		if err != nil {
			return classify(ctx, "list versions below", prefix, err)
		}
		var batch identifiers
		for _, v := range page.Versions {
			batch = append(batch, types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
		}
		for _, m := range page.DeleteMarkers {
			batch = append(batch, types.ObjectIdentifier{Key: m.Key, VersionId: m.VersionId})
		}
		if err := use(batch); err != nil {
			return err
		}
		if !aws.ToBool(page.IsTruncated) {
			return nil
		}
		in.KeyMarker, in.VersionIdMarker = page.NextKeyMarker, page.NextVersionIdMarker
	}
}

func (b *Bucket) plainObjects(ctx context.Context, prefix string, use func(identifiers) error) error {
	pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return classify(ctx, "list below", prefix, err)
		}
		var batch identifiers
		for _, o := range page.Contents {
			batch = append(batch, types.ObjectIdentifier{Key: o.Key})
		}
		if err := use(batch); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bucket) deleteBatch(ctx context.Context, prefix string, batch identifiers) error {
	out, err := b.client.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: &b.name,
		Delete: &types.Delete{Objects: batch, Quiet: aws.Bool(true)}})
	if err != nil {
		return classify(ctx, "delete below", prefix, err)
	}
	for _, e := range out.Errors {
		code := aws.ToString(e.Code)
		if code == "NoSuchKey" || code == "NoSuchVersion" {
			continue
		}
		verdict, ok := verdicts[code]
		if !ok {
			verdict = "storage_unavailable"
		}
		return interview.E(verdict, &Failure{Op: "delete", Key: aws.ToString(e.Key), Code: code, err: errors.New(code)})
	}
	return nil
}
