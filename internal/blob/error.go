package blob

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"kikigaki/internal/interview"
)

var (
	// ErrExists is the cause of state_conflict when another object already stands at the key.
	ErrExists = errors.New("an object already exists at this key")
	// ErrRange is returned for a byte range outside the object; answer it with 416.
	ErrRange = errors.New("byte range outside the object")
	// ErrChanged is the cause of checksum_mismatch when the object is no longer the one seen before.
	ErrChanged = errors.New("the object is not the one seen before")
)

// Failure is the cause of every error that came from the store: enough for an operator, without the store's own
// message, which may repeat what was sent.
type Failure struct {
	Op      string // what was being done
	Key     string // object key or bucket name; ids only
	Status  int    // HTTP status, 0 when no answer came
	Code    string // the store's error code
	Request string // the store's request id
	err     error
}

func (f *Failure) Error() string {
	s := f.Op + " " + f.Key
	if f.Status != 0 {
		return fmt.Sprintf("%s: status %d code %q request %q", s, f.Status, f.Code, f.Request)
	}
	return fmt.Sprintf("%s: %v", s, f.err)
}

func (f *Failure) Unwrap() error { return f.err }

// verdicts maps the store's error codes to ours. A code that is not listed is judged by its HTTP status.
var verdicts = map[string]string{
	"NoSuchKey": "not_found", "NotFound": "not_found", "NoSuchVersion": "not_found",
	"NoSuchUpload":       "upload_expired",
	"PreconditionFailed": "state_conflict", "ConditionalRequestConflict": "state_conflict",
	"EntityTooLarge": "recording_too_large", "EntityTooSmall": "upload_size_mismatch",
	"InvalidPart": "upload_incomplete", "InvalidPartOrder": "upload_incomplete",
	"InsufficientStorage": "disk_full", "XMinioStorageFull": "disk_full", "QuotaExceeded": "disk_full",
	"NoSuchBucket": "storage_refused", "AccessDenied": "storage_refused", "InvalidAccessKeyId": "storage_refused",
	"SignatureDoesNotMatch": "storage_refused", "ExpiredToken": "storage_refused", "InvalidToken": "storage_refused",
	"AuthorizationHeaderMalformed": "storage_refused", "PermanentRedirect": "storage_refused",
	"RequestTimeTooSkewed": "storage_refused", "AccountProblem": "storage_refused", "AllAccessDisabled": "storage_refused",
	"InvalidBucketName": "storage_refused", "NotImplemented": "storage_refused", "XAdminUserNotFound": "storage_refused",
}

// classify turns what the SDK returned into a verdict. Only error codes and statuses count, never a text. An error
// after the caller gave up stays the caller's.
func classify(ctx context.Context, op, key string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s %s: %w", op, key, context.Cause(ctx))
	}
	if e, ok := errors.AsType[*interview.Error](err); ok {
		return e
	}
	f := &Failure{Op: op, Key: key, Status: status(err), Code: apiCode(err), Request: requestID(err), err: bare(err)}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return interview.E("disk_full", f)
	}
	if f.Code == "InvalidRange" || f.Status == http.StatusRequestedRangeNotSatisfiable {
		return fmt.Errorf("%w: %w", ErrRange, f)
	}
	code, ok := verdicts[f.Code]
	if !ok {
		code = byStatus(f.Status)
	}
	e := interview.E(code, f)
	if code == "state_conflict" {
		e.Err = fmt.Errorf("%w: %w", ErrExists, f)
	}
	if code == "storage_unavailable" {
		e.Wait = retryAfter(err)
	}
	return e
}

func byStatus(status int) string {
	switch status {
	case http.StatusNotFound, http.StatusGone:
		return "not_found"
	case http.StatusConflict, http.StatusPreconditionFailed:
		return "state_conflict"
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusMovedPermanently, http.StatusTemporaryRedirect,
		http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return "storage_refused"
	case http.StatusRequestEntityTooLarge:
		return "recording_too_large"
	case http.StatusInsufficientStorage:
		return "disk_full"
	}
	return "storage_unavailable"
}

// apiCode is the store's error code, empty when no answer came or err is nil.
func apiCode(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode()
	}
	return ""
}

// status is the HTTP status of the answer, 0 when none came.
func status(err error) int {
	if e, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && e.Response != nil {
		return e.HTTPStatusCode()
	}
	return 0
}

func requestID(err error) string {
	if e, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && e.Response != nil {
		return e.Response.Header.Get("X-Amz-Request-Id")
	}
	return ""
}

// maxWait caps a Retry-After so that a mistaken store cannot stop the work for a day.
const maxWait = 5 * time.Minute

func retryAfter(err error) time.Duration {
	e, ok := errors.AsType[*smithyhttp.ResponseError](err)
	if !ok || e.Response == nil {
		return 0
	}
	s, err := strconv.Atoi(e.Response.Header.Get("Retry-After"))
	if err != nil || s <= 0 {
		return 0
	}
	return min(time.Duration(s)*time.Second, maxWait)
}

// bare drops the address from transport errors: it is long and its query may be a signature.
func bare(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
