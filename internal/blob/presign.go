package blob

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"kikigaki/internal/interview"
)

// MaxTTL is the longest life the signature allows. With temporary credentials a URL dies with them, earlier.
const MaxTTL = 7 * 24 * time.Hour

// PresignPart returns a URL to which anyone may PUT part n (1 to 10,000) of the upload until ttl has passed. public
// is "" for the configured public URL, or scheme and host under which this client knows the store: the signature
// covers the Host header, so the URL works under that name alone. The URL carries no checksum and signs only the host.
func (b *Bucket) PresignPart(ctx context.Context, public, key, upload string, n int, ttl time.Duration) (string, error) {
	if err := validKey(key); err != nil {
		return "", err
	}
	if n < 1 || n > MaxParts {
		return "", fmt.Errorf("part number %d is not within 1 to %d", n, MaxParts)
	}
	p, err := b.presigner(public, ttl)
	if err != nil {
		return "", err
	}
	r, err := p.PresignUploadPart(ctx, &s3.UploadPartInput{Bucket: &b.name, Key: &key, UploadId: &upload,
		PartNumber: aws.Int32(int32(n))})
	if err != nil {
		return "", classify(ctx, "presign part of", key, err)
	}
	return r.URL, nil
}

// Delivery says how a browser receives a presigned object, whatever its uploader claimed about it.
type Delivery struct {
	ContentType string // empty: application/octet-stream
	FileName    string // offered for saving; it stands in the URL, so it must name nobody
}

// PresignGet returns a URL from which anyone may read the object, ranges included, until ttl has passed. The answer
// is always an attachment of the given type: an HTML page uploaded as a recording is never shown as a page.
func (b *Bucket) PresignGet(ctx context.Context, public, key string, ttl time.Duration, d Delivery) (string, error) {
	if err := validKey(key); err != nil {
		return "", err
	}
	p, err := b.presigner(public, ttl)
	if err != nil {
		return "", err
	}
	if d.ContentType == "" {
		d.ContentType = "application/octet-stream"
	}
	r, err := p.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: &key,
		ResponseContentType: &d.ContentType, ResponseContentDisposition: aws.String(disposition(d.FileName))})
	if err != nil {
		return "", classify(ctx, "presign", key, err)
	}
	return r.URL, nil
}

func (b *Bucket) presigner(public string, ttl time.Duration) (*s3.PresignClient, error) {
	if ttl < time.Second || ttl > MaxTTL {
		return nil, fmt.Errorf("life of a presigned URL must be within 1 s and %v, not %v", MaxTTL, ttl)
	}
	if public == "" {
		public = b.opts.PublicURL
	}
	if public != "" {
		if err := validBase(public); err != nil {
			return nil, interview.E("settings_invalid", fmt.Errorf("public URL of the bucket: %w", err))
		}
	}
	return s3.NewPresignClient(b.client, func(o *s3.PresignOptions) {
		o.Expires = ttl
		o.Presigner = storeTimePresigner{v4.NewSigner(func(so *v4.SignerOptions) { so.DisableURIPathEscaping = true }), b.clock}
		o.ClientOptions = append(o.ClientOptions, func(so *s3.Options) {
			if public != "" {
				so.BaseEndpoint = aws.String(strings.TrimSuffix(public, "/"))
			}
		})
	}), nil
}

// storeTimePresigner signs with the store's time instead of ours, so that a skewed host hands out working URLs.
type storeTimePresigner struct {
	signer *v4.Signer
	clock  *clock
}

func (p storeTimePresigner) PresignHTTP(ctx context.Context, c aws.Credentials, r *http.Request, payloadHash, service, region string,
	_ time.Time, optFns ...func(*v4.SignerOptions)) (string, http.Header, error) {
	return p.signer.PresignHTTP(ctx, c, r, payloadHash, service, region, p.clock.storeTime(), optFns...)
}

// disposition is an attachment header by RFC 6266: an ASCII name for old clients, the true one by RFC 8187.
func disposition(name string) string {
	if name == "" {
		return "attachment"
	}
	ascii := strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e || strings.ContainsRune(`"\/;%`, r) {
			return '_'
		}
		return r
	}, name)
	encoded := strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, ascii, encoded)
}
