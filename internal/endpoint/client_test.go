package endpoint_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kikigaki/internal/endpoint"
	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
)

const canary = "canary 退職の相談"

func newClient(t *testing.T, url string, hc *http.Client) *endpoint.Client {
	t.Helper()
	c, err := endpoint.New(endpoint.Settings{BaseURL: url, APIKey: "sk-test", Model: "stand-in"}, nil, hc)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func post(t *testing.T, ctx context.Context, c *endpoint.Client) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL("chat/completions"),
		strings.NewReader(`{"model":"stand-in","messages":[{"role":"user","content":"x"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(req)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), nil
}

// TestEveryFault: each way in which an endpoint misbehaves becomes a verdict, without a word of its body.
func TestEveryFault(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault testkit.Fault
		code  string
		class interview.Class
	}{
		{testkit.FaultBusy, "endpoint_unavailable", interview.RetryAfter},
		{testkit.FaultBusyDate, "endpoint_unavailable", interview.RetryAfter},
		{testkit.FaultBusySilent, "endpoint_unavailable", interview.RetryAfter},
		{testkit.FaultUnauthorized, "endpoint_unauthorized", interview.Configuration},
		{testkit.FaultPayment, "endpoint_quota", interview.Configuration},
		{testkit.FaultQuota, "endpoint_quota", interview.Configuration},
		{testkit.FaultModelGone, "endpoint_model_gone", interview.Configuration},
		{testkit.FaultServer, "endpoint_unavailable", interview.Retry},
		{testkit.FaultOverloaded, "endpoint_unavailable", interview.RetryAfter},
		{testkit.FaultBadRequest, "endpoint_rejected", interview.Final},
		{testkit.FaultErrorString, "endpoint_unavailable", interview.Retry},
		{testkit.FaultFastAPI, "endpoint_rejected", interview.Final},
		{testkit.FaultCut, "endpoint_unavailable", interview.Retry},
		{testkit.FaultDrop, "endpoint_unavailable", interview.Retry},
		{testkit.FaultHang, "endpoint_unavailable", interview.Retry},
		{testkit.FaultHangBody, "endpoint_unavailable", interview.Retry},
		{testkit.FaultTrickle, "endpoint_unavailable", interview.Retry},
		{testkit.FaultOKError, "endpoint_answer_unusable", interview.Final},
		{testkit.FaultOKNothing, "endpoint_answer_unusable", interview.Final},
		{testkit.FaultHTML, "endpoint_answer_unusable", interview.Final},
		{testkit.FaultHuge, "endpoint_answer_unusable", interview.Final},
		{testkit.FaultAccepted, "endpoint_answer_unusable", interview.Final},
		{testkit.FaultRedirect, "endpoint_unavailable", interview.Retry},
		{testkit.FaultRedirectKeep, "endpoint_unavailable", interview.Retry},
	} {
		t.Run(string(c.fault), func(t *testing.T) {
			t.Parallel()
			server := testkit.OpenAI(t, testkit.OpenAIOptions{Canary: canary, RetryAfter: 2 * time.Second, RedirectTo: "/elsewhere"})
			server.Fail("chat", c.fault)
			client := newClient(t, server.URL, endpoint.NewHTTPClient(endpoint.Timeouts{Header: time.Second, Total: 3 * time.Second}, false))
			_, err := post(t, t.Context(), client)
			if interview.Code(err) != c.code || interview.ClassOf(err) != c.class {
				t.Fatalf("= %v (class %s), want %s, %s", err, interview.ClassOf(err), c.code, c.class)
			}
			for _, word := range []string{"canary", "退職", "127.0.0.1"} {
				if strings.Contains(err.Error(), word) {
					t.Errorf("%q in error text %q", word, err)
				}
			}
			if e, _ := errors.AsType[*interview.Error](err); c.class == interview.RetryAfter && c.fault != testkit.FaultBusySilent && (e.Wait < 900*time.Millisecond || e.Wait > 2*time.Second) {
				t.Errorf("wait = %v, want what the endpoint asked for (2 s, a date in whole seconds)", e.Wait)
			}
		})
	}
}

func TestGoodAnswerAndKey(t *testing.T) {
	t.Parallel()
	server := testkit.OpenAI(t, testkit.OpenAIOptions{Keys: map[string]string{"*": "sk-test"},
		Chat: func(testkit.ChatCall) (string, error) { return "{}", nil }})
	body, err := post(t, t.Context(), newClient(t, server.URL, nil))
	if err != nil || !strings.Contains(body, `"finish_reason":"stop"`) {
		t.Fatalf("= %s, %v", body, err)
	}
	if key := server.Chats()[0].Key; key != "sk-test" {
		t.Errorf("key sent = %q", key)
	}
}

// TestRedirectsCarryNoKey: a redirect to another host is not followed, and nothing reaches that host.
func TestRedirectsCarryNoKey(t *testing.T) {
	t.Parallel()
	var reached atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		io.WriteString(w, `{"text":"taken for an answer"}`)
	}))
	t.Cleanup(elsewhere.Close)
	for _, f := range []testkit.Fault{testkit.FaultRedirect, testkit.FaultRedirectKeep} {
		server := testkit.OpenAI(t, testkit.OpenAIOptions{RedirectTo: elsewhere.URL})
		server.Fail("chat", f)
		following := &http.Client{Timeout: 5 * time.Second} // a caller's client that would follow
		if _, err := post(t, t.Context(), newClient(t, server.URL, following)); interview.Code(err) != "endpoint_unavailable" {
			t.Errorf("%s: %v", f, err)
		}
		if following.CheckRedirect != nil {
			t.Error("the caller's client was changed")
		}
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("%d requests reached the other host", n)
	}
}

func TestOtherHostsAreRefused(t *testing.T) {
	t.Parallel()
	server := testkit.OpenAI(t, testkit.OpenAIOptions{})
	client := newClient(t, server.URL, nil)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:1/v1/models", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Do(req); err == nil || req.Header.Get("Authorization") != "" {
		t.Errorf("err = %v, Authorization %q", err, req.Header.Get("Authorization"))
	}
}

func TestDeadlineOfTheCallerEndsTheCall(t *testing.T) {
	t.Parallel()
	for _, f := range []testkit.Fault{testkit.FaultHang, testkit.FaultHangBody, testkit.FaultTrickle} {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			server := testkit.OpenAI(t, testkit.OpenAIOptions{})
			server.Fail("chat", f)
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			_, err := post(t, ctx, newClient(t, server.URL, nil))
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("= %v, want the caller's deadline", err)
			}
		})
	}
}

// TestHugeAnswersAreNotKept: eight answers of 64 MiB at once cost no more than what is read of each.
func TestHugeAnswersAreNotKept(t *testing.T) {
	server := testkit.OpenAI(t, testkit.OpenAIOptions{Fault: func(testkit.Call) testkit.Fault { return testkit.FaultHuge }})
	client := newClient(t, server.URL, nil)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	done := make(chan error, 8)
	for range 8 {
		go func() {
			_, err := post(t, t.Context(), client)
			done <- err
		}()
	}
	for range 8 {
		if err := <-done; interview.Code(err) != "endpoint_answer_unusable" {
			t.Errorf("= %v", err)
		}
	}
	runtime.ReadMemStats(&after)
	// HeapSys grows by what was needed at once; 8 × (8 MiB read, doubled while growing) is 256 MiB at worst.
	if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 300<<20 {
		t.Errorf("heap grew by %d MiB, eight answers together have 512", grown>>20)
	}
}

func TestModelsAndStanding(t *testing.T) {
	t.Parallel()
	server := testkit.OpenAI(t, testkit.OpenAIOptions{Models: map[string]string{"stand-in": "2027-02-26", "other": ""}})
	client := newClient(t, server.URL, nil)
	list, err := client.Models(t.Context())
	if err != nil || len(list) != 2 {
		t.Fatalf("= %v, %v", list, err)
	}
	s, err := client.Standing(t.Context(), time.Time{})
	if err != nil || !s.Listed || s.Shutdown.Format(time.DateOnly) != "2027-02-26" {
		t.Errorf("Standing = %+v, %v", s, err)
	}
	server.Fail("models", testkit.FaultServer)
	if _, err := client.Models(t.Context()); interview.Code(err) != "endpoint_unavailable" {
		t.Errorf("= %v", err)
	}
	server.Fail("models", testkit.FaultOKObject)
	if _, err := client.Models(t.Context()); interview.Code(err) != "endpoint_answer_unusable" {
		t.Errorf("200 with {} = %v", err)
	}
}

func TestNewRefusesWhatCannotBeMeant(t *testing.T) {
	t.Parallel()
	if _, err := endpoint.New(endpoint.Settings{}, nil, nil); interview.Code(err) != "needs_transcription" {
		t.Errorf("no endpoint: %v", err)
	}
	if _, err := endpoint.New(endpoint.Settings{BaseURL: "ftp://x", Model: "m"}, nil, nil); err == nil {
		t.Error("ftp was accepted")
	}
}

// TestProxyOfTheEnvironment: plain http, which a proxy would read, and internal endpoints go out directly.
func TestProxyOfTheEnvironment(t *testing.T) {
	var proxied atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proxied.Add(1)
		http.Error(w, "proxy", http.StatusTeapot)
	}))
	t.Cleanup(proxy.Close)
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("HTTPS_PROXY", proxy.URL)
	transport := endpoint.NewHTTPClient(endpoint.Timeouts{}, false).Transport.(*http.Transport)
	inside := endpoint.NewHTTPClient(endpoint.Timeouts{}, true).Transport.(*http.Transport)
	for _, c := range []struct {
		tr   *http.Transport
		url  string
		want bool
	}{{transport, "http://stt.example/v1", false}, {transport, "https://stt.example/v1", true}, {inside, "https://stt.example/v1", false}} {
		req := httptest.NewRequest(http.MethodPost, c.url, nil)
		u, err := c.tr.Proxy(req)
		if err != nil || (u != nil) != c.want {
			t.Errorf("%s: proxy %v, %v; want one: %v", c.url, u, err, c.want)
		}
	}
}
