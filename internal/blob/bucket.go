// Package blob is the bucket: recordings, chunks, renditions and transcripts as objects of any S3-compatible store.
// The api presigns parts and playback and completes uploads; the worker downloads, stores and deletes; the doctor
// command asks whether the store keeps the promises the rest relies on. Keys hold random ids and are never reused.
package blob

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"kikigaki/internal/interview"
)

// Checksum says when requests carry a checksum of their body beside the signature.
const (
	ChecksumWhenSupported = "when_supported" // AWS; CRC32 on every write
	ChecksumWhenRequired  = "when_required"  // stores that do not know the newer headers
)

// Options names a bucket and how to reach it.
type Options struct {
	Endpoint     string // http(s)://host[:port]; empty means AWS in Region
	PublicURL    string // the store as browsers know it; empty means Endpoint
	Region       string // default us-east-1
	Bucket       string
	AccessKey    string // empty means the standard chain of AWS: environment, role, instance
	SecretKey    string
	Checksum     string           // default: when_supported without Endpoint, else when_required
	UsePathStyle bool             // /bucket/key instead of bucket.host/key; most stores other than AWS need it
	HTTPClient   *http.Client     // for the embedded store on a unix socket; its Transport is wrapped
	Now          func() time.Time // signing time of presigned URLs; default interview.Now
}

// Bucket is one bucket. It is safe for concurrent use.
type Bucket struct {
	name   string
	opts   Options
	client *s3.Client
	clock  *clock
}

// Open checks the options and makes the clients. It sends nothing; EnsureBucket and Check do.
func Open(ctx context.Context, opts Options) (*Bucket, error) {
	if err := opts.validate(); err != nil {
		return nil, err
	}
	if opts.Region == "" {
		opts.Region = "us-east-1"
	}
	if opts.PublicURL == "" {
		opts.PublicURL = opts.Endpoint
	}
	if opts.Checksum == "" {
		opts.Checksum = ChecksumWhenRequired
		if opts.Endpoint == "" {
			opts.Checksum = ChecksumWhenSupported
		}
	}
	if opts.Now == nil {
		opts.Now = interview.Now
	}
	c := &clock{now: opts.Now}
	so := s3.Options{
		Region:       opts.Region,
		UsePathStyle: opts.UsePathStyle,
		HTTPClient:   newHTTPClient(opts.HTTPClient, c),
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = 4
			o.MaxBackoff = 3 * time.Second // longer waits belong to the queue, which shows them
		}),
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
		// The response of a multipart object carries a checksum of checksums that cannot be validated while
		// streaming; the SDK would write one line to the log for each download.
		DisableLogOutputChecksumValidationSkipped: true,
	}
	if opts.Checksum == ChecksumWhenSupported {
		so.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenSupported
		so.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenSupported
	}
	if opts.Endpoint != "" {
		so.BaseEndpoint = aws.String(opts.Endpoint)
	}
	if opts.AccessKey != "" {
		so.Credentials = credentials.NewStaticCredentialsProvider(opts.AccessKey, opts.SecretKey, "")
	} else {
		cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(opts.Region))
		if err != nil {
			return nil, interview.E("storage_refused", fmt.Errorf("load credentials: %w", err))
		}
		so.Credentials = cfg.Credentials
	}
	return &Bucket{name: opts.Bucket, opts: opts, client: s3.New(so), clock: c}, nil
}

func (o Options) validate() error {
	var errs []error
	if len(o.Bucket) < 3 || len(o.Bucket) > 63 || strings.ContainsAny(o.Bucket, "/\\ ") {
		errs = append(errs, errors.New("the bucket's name must have 3 to 63 characters"))
	}
	for name, base := range map[string]string{"endpoint": o.Endpoint, "public URL": o.PublicURL} {
		if err := validBase(base); base != "" && err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	if (o.AccessKey == "") != (o.SecretKey == "") {
		errs = append(errs, errors.New("access key and secret key belong together"))
	}
	switch o.Checksum {
	case "", ChecksumWhenSupported, ChecksumWhenRequired:
	default:
		errs = append(errs, fmt.Errorf("checksum must be %s or %s", ChecksumWhenSupported, ChecksumWhenRequired))
	}
	if len(errs) > 0 {
		return interview.E("settings_invalid", fmt.Errorf("bucket: %w", errors.Join(errs...)))
	}
	return nil
}

// validBase accepts scheme and host, with a path where a store sits below one.
func validBase(base string) error {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("not an http(s) address without user, query and fragment")
	}
	return nil
}

// Name is the bucket's name, the first segment of every path-style URL.
func (b *Bucket) Name() string { return b.name }

// EnsureBucket creates the bucket when it is missing. An installation whose key may not create buckets gets
// storage_refused and must create it by hand.
func (b *Bucket) EnsureBucket(ctx context.Context) error {
	_, err := b.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &b.name})
	if err == nil {
		return nil
	}
	if status(err) != http.StatusNotFound {
		return classify(ctx, "look for bucket", b.name, err)
	}
	in := &s3.CreateBucketInput{Bucket: &b.name}
	if b.opts.Region != "us-east-1" { // the one region that must not be named
		in.CreateBucketConfiguration = &types.CreateBucketConfiguration{
			LocationConstraint: types.BucketLocationConstraint(b.opts.Region)}
	}
	_, err = b.client.CreateBucket(ctx, in)
	if code := apiCode(err); code == "BucketAlreadyOwnedByYou" {
		return nil // another process was faster
	}
	return classify(ctx, "create bucket", b.name, err)
}

// validKey keeps keys to what every store and every URL carries unchanged.
func validKey(key string) error {
	bad := key == "" || len(key) > 1024 || !utf8.ValidString(key)
	for seg := range strings.SplitSeq(key, "/") {
		bad = bad || seg == "" || seg == "." || seg == ".."
	}
	for _, r := range key {
		bad = bad || r < 0x20 || r == 0x7f || r == '\\'
	}
	if bad {
		return errors.New("object key: 1 to 1024 bytes of UTF-8 without control characters and without empty or dotted segments")
	}
	return nil
}
