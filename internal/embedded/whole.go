package embedded

import (
	"context"
	"errors"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3api/middlewares"
	"github.com/versity/versitygw/s3response"
)

// whole is the store's backend, for bodies that must be as long as was said. The HTTP server below it ends the body of a
// connection that was cut with a plain io.EOF, which would pass for its end: of a file laid out at its full length the rest
// is zeros, listed as if it had arrived.
type whole struct{ backend.Backend }

func (w whole) UploadPart(ctx context.Context, in *s3.UploadPartInput) (*s3.UploadPartOutput, error) {
	in.Body = wholeBody(in.Body, in.ContentLength)
	return w.Backend.UploadPart(ctx, in)
}

func (w whole) PutObject(ctx context.Context, in s3response.PutObjectInput) (s3response.PutObjectOutput, error) {
	in.Body = wholeBody(in.Body, in.ContentLength)
	return w.Backend.PutObject(ctx, in)
}

// wholeBody counts r. A body sent in chunks knows its own end and its checksum, and has to be seen by the store as what it is.
func wholeBody(r io.Reader, length *int64) io.Reader {
	if c, ok := r.(middlewares.ChecksumReader); ok && c.Algorithm() != "" || r == nil || length == nil || *length <= 0 {
		return r
	}
	return &countedBody{r: r, left: *length}
}

// errCut is not io.ErrUnexpectedEOF: the store's checksum reader takes that one for an end like any other.
var errCut = errors.New("the body ended before its length")

// countedBody turns an end that comes too early into errCut.
type countedBody struct {
	r    io.Reader
	left int64
}

func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.left -= int64(n)
	if err == io.EOF && b.left > 0 {
		err = errCut
	}
	return n, err
}
