package endpoint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kikigaki/internal/interview"
)

// MaxWait caps what an endpoint may make us wait before we ask again.
const MaxWait = 10 * time.Minute

// defaultWait is how long a 429 without any hint holds the endpoint.
const defaultWait = 5 * time.Second

// Failure is the cause of an endpoint error: what may be logged and stored. It never holds a body, a URL or a header
// other than the request id.
type Failure struct {
	Status    int    // HTTP status, 0 when no answer came
	Reason    string // one of known, or a word of ours such as "timeout"
	RequestID string
}

func (f *Failure) Error() string {
	var b strings.Builder
	if f.Status != 0 {
		fmt.Fprintf(&b, "status %d ", f.Status)
	}
	b.WriteString(f.Reason)
	if f.RequestID != "" {
		fmt.Fprintf(&b, " (request %s)", f.RequestID)
	}
	return b.String()
}

// known are the error codes of providers that may appear in a log. Anything else becomes "other": a code is text the
// other side chose, and could repeat what was said.
var known = []string{
	"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "insufficient_balance", "quota_exceeded",
	"credit_balance_too_low", "model_not_found", "model_decommissioned", "invalid_model", "deploymentnotfound",
	"model_deprecated", "rate_limit_exceeded", "rate_limit_error", "requests", "tokens", "server_error",
	"internal_server_error", "service_unavailable", "overloaded_error", "engine_overloaded", "invalid_api_key",
	"authentication_error", "permission_error", "permission_denied", "invalid_request_error", "invalid_request",
	"context_length_exceeded", "string_above_max_length", "unsupported_parameter", "unsupported_value", "unknown_parameter",
	"unsupported_format", "invalid_value", "invalid_type", "audio_too_short", "audio_too_long", "content_filter",
	"content_policy_violation", "request_too_large", "not_found_error", "unsupported_country_region_territory", "badrequesterror",
	"json_validate_failed",
}

// Classify turns an answer that is not exactly 200 into a verdict. body is read for its error code only; nothing of it
// is kept. It also serves an error that came with status 200.
func Classify(status int, header http.Header, body []byte) *interview.Error {
	reason := providerCode(body)
	f := &Failure{Status: status, Reason: reason, RequestID: RequestID(header)}
	switch {
	case reasonIs(reason, "insufficient_quota", "billing_hard_limit_reached", "billing_not_active",
		"insufficient_balance", "quota_exceeded", "credit_balance_too_low") || status == http.StatusPaymentRequired:
		return interview.E("endpoint_quota", f)
	case reasonIs(reason, "model_not_found", "model_decommissioned", "invalid_model", "deploymentnotfound", "model_deprecated"):
		return interview.E("endpoint_model_gone", f)
	case status == http.StatusUnauthorized, status == http.StatusForbidden,
		reasonIs(reason, "invalid_api_key", "authentication_error"):
		return interview.E("endpoint_unauthorized", f)
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed, status == http.StatusGone:
		// The path itself is unknown: base URL or model are wrong, and asking again will not help.
		return interview.E("endpoint_model_gone", f)
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable, status == 529:
		e := interview.E("endpoint_unavailable", f)
		e.Wait = RetryAfter(header, interview.Now())
		if e.Wait == 0 && status == http.StatusTooManyRequests {
			e.Wait = defaultWait
		}
		return e
	case status >= 500, status == http.StatusRequestTimeout, status == http.StatusConflict, status == http.StatusTooEarly,
		status >= 300 && status < 400, status < 200, status == http.StatusProxyAuthRequired:
		// A redirect is never followed; it is what captive portals and log-in proxies answer, and they pass.
		e := interview.E("endpoint_unavailable", f)
		e.Wait = RetryAfter(header, interview.Now())
		return e
	case status == http.StatusOK && reasonIs(reason, "rate_limit_exceeded", "rate_limit_error", "overloaded_error",
		"engine_overloaded", "service_unavailable"):
		e := interview.E("endpoint_unavailable", f)
		e.Wait = max(RetryAfter(header, interview.Now()), defaultWait)
		return e
	case status >= 200 && status < 300:
		return Unusable(f)
	}
	return interview.E("endpoint_rejected", f) // 400, 413, 415, 422 …: this request, sent again, fails again
}

// ClassifyTransport turns an error of the transport into a verdict. The end of the caller's own context stays what it
// is (errors.Is works), but without the URL that net/http puts around it.
func ClassifyTransport(ctx context.Context, err error) error {
	if e, ok := errors.AsType[*interview.Error](err); ok {
		return e
	}
	if ctx.Err() != nil {
		return fmt.Errorf("call endpoint: %w", context.Cause(ctx))
	}
	f := &Failure{Reason: "connection"}
	var dns *net.DNSError
	var ne net.Error
	switch {
	case errors.As(err, &dns):
		f.Reason = "name_not_resolved"
	case errors.As(err, &ne) && ne.Timeout(), errors.Is(err, context.DeadlineExceeded):
		f.Reason = "timeout"
	}
	return interview.E("endpoint_unavailable", f)
}

// Unusable is the verdict on an answer that came with status 200 and is no answer.
func Unusable(cause *Failure) *interview.Error { return interview.E("endpoint_answer_unusable", cause) }

// RetryAfter reads how long the endpoint asks to be left alone: Retry-After in seconds or as an HTTP date,
// retry-after-ms, or the reset of an exhausted x-ratelimit window. 0 means it said nothing. At most MaxWait.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	clip := func(d time.Duration) time.Duration { return max(0, min(d, MaxWait)) }
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil && ms > 0 {
		return clip(time.Duration(min(ms, MaxWait.Seconds()*1000) * float64(time.Millisecond)))
	}
	if v := strings.TrimSpace(h.Get("Retry-After")); v != "" {
		if s, err := strconv.ParseFloat(v, 64); err == nil {
			if !(s > 0) {
				return 0
			}
			return clip(time.Duration(min(s, MaxWait.Seconds()) * float64(time.Second)))
		}
		if at, err := http.ParseTime(v); err == nil {
			return clip(at.Sub(now))
		}
	}
	var wait time.Duration
	for _, what := range []string{"Requests", "Tokens"} {
		if h.Get("X-Ratelimit-Remaining-"+what) != "0" {
			continue
		}
		if d, err := time.ParseDuration(h.Get("X-Ratelimit-Reset-" + what)); err == nil {
			wait = max(wait, clip(d))
		}
	}
	return wait
}

// RequestID is the endpoint's id of an answer, cut to what an id may look like.
func RequestID(h http.Header) string {
	for _, name := range []string{"X-Request-Id", "Request-Id", "Apim-Request-Id", "X-Groq-Id"} {
		if id := h.Get(name); id != "" && len(id) <= 80 && strings.IndexFunc(id, notIDRune) < 0 {
			return id
		}
	}
	return ""
}

func notIDRune(r rune) bool {
	return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '_' || r == '.')
}

// providerCode reads the error code of a body: {"error":{"code","type"}}, {"error":"…"}, {"code":…}, FastAPI's
// {"detail":[{"type"}]}. Only a known code comes back; "other" for the rest, "none" when there is no error in it.
func providerCode(body []byte) string {
	var b struct {
		Error  json.RawMessage `json:"error"`
		Code   any             `json:"code"`
		Type   any             `json:"type"`
		Detail json.RawMessage `json:"detail"`
	}
	if json.Unmarshal(body, &b) != nil {
		return "other"
	}
	candidates := []any{b.Code, b.Type}
	found := len(b.Detail) > 0 && string(b.Detail) != "null"
	if len(b.Error) > 0 && string(b.Error) != "null" {
		found = true
		var inner struct {
			Code any `json:"code"`
			Type any `json:"type"`
		}
		var word string
		if json.Unmarshal(b.Error, &inner) == nil {
			candidates = append([]any{inner.Code, inner.Type}, candidates...)
		} else if json.Unmarshal(b.Error, &word) == nil {
			candidates = append(candidates, word)
		}
	}
	best := ""
	for _, c := range candidates {
		s, ok := c.(string)
		if !ok {
			continue
		}
		s = strings.ToLower(s)
		if !slices.Contains(known, s) {
			found = true
			continue
		}
		// the first known code wins, except that a bare type must not hide a telling code behind it
		if best == "" || best == "invalid_request_error" {
			best = s
		}
	}
	switch {
	case best != "":
		return best
	case found:
		return "other"
	}
	return "none"
}

func reasonIs(reason string, any ...string) bool { return slices.Contains(any, reason) }

// hasError reports whether a JSON object has a top-level error that is not null, false or empty.
func hasError(body []byte) bool {
	var b struct {
		Error  json.RawMessage `json:"error"`
		Object string          `json:"object"`
	}
	if json.Unmarshal(body, &b) != nil {
		return false
	}
	switch strings.TrimSpace(string(b.Error)) {
	case "", "null", "false", `""`, "{}":
		return b.Object == "error" // vLLM: {"object":"error","message":…}
	}
	return true
}
