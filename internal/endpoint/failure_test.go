package endpoint

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/interview"
)

func TestClassify(t *testing.T) {
	t.Parallel()
	const busy = `{"error":{"message":"slow down","type":"requests","code":"rate_limit_exceeded"}}`
	for _, c := range []struct {
		name   string
		status int
		header http.Header
		body   string
		code   string
		class  interview.Class
		wait   time.Duration
	}{
		{"429 with seconds", 429, http.Header{"Retry-After": {"7"}}, busy, "endpoint_unavailable", interview.RetryAfter, 7 * time.Second},
		{"429 without", 429, nil, busy, "endpoint_unavailable", interview.RetryAfter, defaultWait},
		{"429 quota", 429, nil, `{"error":{"type":"insufficient_quota","code":"insufficient_quota"}}`, "endpoint_quota", interview.Configuration, 0},
		{"429 quota by type alone", 429, http.Header{"Retry-After": {"7"}}, `{"error":{"type":"insufficient_quota","code":null}}`, "endpoint_quota", interview.Configuration, 0},
		{"402", 402, nil, ``, "endpoint_quota", interview.Configuration, 0},
		{"401", 401, nil, `{"error":{"code":"invalid_api_key"}}`, "endpoint_unauthorized", interview.Configuration, 0},
		{"403", 403, nil, `nginx`, "endpoint_unauthorized", interview.Configuration, 0},
		{"404 model", 404, nil, `{"error":{"code":"model_not_found"}}`, "endpoint_model_gone", interview.Configuration, 0},
		{"404 path", 404, nil, `not found`, "endpoint_model_gone", interview.Configuration, 0},
		{"400 decommissioned", 400, nil, `{"error":{"type":"invalid_request_error","code":"model_decommissioned"}}`, "endpoint_model_gone", interview.Configuration, 0},
		{"Azure deployment", 404, nil, `{"error":{"code":"DeploymentNotFound"}}`, "endpoint_model_gone", interview.Configuration, 0},
		{"400", 400, nil, `{"error":{"code":"invalid_value"}}`, "endpoint_rejected", interview.Final, 0},
		{"413", 413, nil, ``, "endpoint_rejected", interview.Final, 0},
		{"422 FastAPI", 422, nil, `{"detail":[{"type":"missing","msg":"Field required"}]}`, "endpoint_rejected", interview.Final, 0},
		{"500", 500, nil, `{"error":"it broke"}`, "endpoint_unavailable", interview.Retry, 0},
		{"503 with date", 503, http.Header{"Retry-After": {time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)}}, ``, "endpoint_unavailable", interview.RetryAfter, MaxWait},
		{"529", 529, nil, ``, "endpoint_unavailable", interview.Retry, 0},
		{"302", 302, nil, ``, "endpoint_unavailable", interview.Retry, 0},
		{"304", 304, nil, ``, "endpoint_unavailable", interview.Retry, 0},
		{"202", 202, nil, `{"text":"later"}`, "endpoint_answer_unusable", interview.Final, 0},
		{"204", 204, nil, ``, "endpoint_answer_unusable", interview.Final, 0},
		{"200 with an error", 200, nil, `{"error":{"message":"x","code":400}}`, "endpoint_answer_unusable", interview.Final, 0},
		{"200 with a quota error", 200, nil, `{"error":{"code":"insufficient_quota"}}`, "endpoint_quota", interview.Configuration, 0},
		{"200 with a rate error", 200, nil, busy, "endpoint_unavailable", interview.RetryAfter, defaultWait},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := Classify(c.status, c.header, []byte(c.body))
			if e.Code != c.code || interview.ClassOf(e) != c.class {
				t.Errorf("= %s, class %s; want %s, %s", e.Code, interview.ClassOf(e), c.code, c.class)
			}
			if e.Wait > c.wait || e.Wait < c.wait-2*time.Second {
				t.Errorf("wait = %v, want %v", e.Wait, c.wait)
			}
			if _, ok := interview.Messages[e.Code]; !ok {
				t.Errorf("code %s has no message", e.Code)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	h := func(kv ...string) http.Header {
		out := http.Header{}
		for i := 0; i < len(kv); i += 2 {
			out.Set(kv[i], kv[i+1])
		}
		return out
	}
	for _, c := range []struct {
		name   string
		header http.Header
		want   time.Duration
	}{
		{"nothing", h(), 0},
		{"seconds", h("Retry-After", "7"), 7 * time.Second},
		{"fraction", h("Retry-After", "0.25"), 250 * time.Millisecond},
		{"milliseconds win", h("Retry-After", "7", "Retry-After-Ms", "1500"), 1500 * time.Millisecond},
		{"date", h("Retry-After", "Wed, 25 Nov 2026 10:00:30 GMT"), 30 * time.Second},
		{"date in the past", h("Retry-After", "Wed, 25 Nov 2026 09:00:00 GMT"), 0},
		{"negative", h("Retry-After", "-5"), 0},
		{"not a number", h("Retry-After", "NaN"), 0},
		{"too long", h("Retry-After", "86400"), MaxWait},
		{"too long for a duration", h("Retry-After", "1e30"), MaxWait},
		{"infinite", h("Retry-After-Ms", "+Inf"), MaxWait},
		{"rubbish", h("Retry-After", "soon"), 0},
		{"window", h("X-Ratelimit-Remaining-Requests", "0", "X-Ratelimit-Reset-Requests", "1m30s"), 90 * time.Second},
		{"window of tokens", h("X-Ratelimit-Remaining-Tokens", "0", "X-Ratelimit-Reset-Tokens", "20ms"), 20 * time.Millisecond},
		{"window with room", h("X-Ratelimit-Remaining-Requests", "3", "X-Ratelimit-Reset-Requests", "1m30s"), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := RetryAfter(c.header, now); got != c.want {
				t.Errorf("= %v, want %v", got, c.want)
			}
		})
	}
}

// TestCausesHoldNoContent: whatever a provider puts into its error, none of it reaches our error text.
func TestCausesHoldNoContent(t *testing.T) {
	t.Parallel()
	const canary = "不妊治療の話"
	bodies := []string{
		`{"error":{"message":"` + canary + `","type":"` + canary + `","code":"` + canary + `"}}`,
		`{"error":"` + canary + `"}`, `{"detail":[{"msg":"` + canary + `","type":"` + canary + `"}]}`, canary,
		`{"code":"` + canary + `","type":"` + canary + `"}`, `{"error":{"code":"takanashi_takuya"}}`,
	}
	for _, status := range []int{200, 202, 302, 400, 401, 402, 404, 422, 429, 500} {
		for _, body := range bodies {
			h := http.Header{"X-Request-Id": {canary}}
			text := Classify(status, h, []byte(body)).Error()
			if strings.Contains(text, canary) || strings.Contains(text, "takanashi") {
				t.Errorf("status %d, body %s: content in %q", status, body, text)
			}
		}
	}
	got := Classify(500, http.Header{"X-Request-Id": {"req_abc-1"}}, nil).Error()
	if !strings.Contains(got, "req_abc-1") || !strings.Contains(got, "500") {
		t.Errorf("request id and status are missing in %q", got)
	}
}

func TestClassifyTransport(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := ClassifyTransport(ctx, errors.New("Post https://secret.example: canceled")); !errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "secret") {
		t.Errorf("= %v, want the context's own error without the URL", err)
	}
	err := ClassifyTransport(t.Context(), errors.New("Post https://secret.example/x: connection refused"))
	if interview.Code(err) != "endpoint_unavailable" || strings.Contains(err.Error(), "secret") {
		t.Errorf("= %v", err)
	}
	if err := ClassifyTransport(t.Context(), context.DeadlineExceeded); interview.Code(err) != "endpoint_unavailable" || !strings.Contains(err.Error(), "timeout") {
		t.Errorf("client timeout = %v", err)
	}
}
