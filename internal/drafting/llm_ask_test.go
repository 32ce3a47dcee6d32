package drafting

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"kikigaki/internal/endpoint"
	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
)

// TestEveryModelIsAskedAsItWants drafts with models of the table: the stand-in refuses what the public endpoint
// refuses, and the chat library refuses what it knows.
func TestEveryModelIsAskedAsItWants(t *testing.T) {
	t.Parallel()
	for _, model := range []string{"gpt-5.1", "gpt-5", "gpt-5-mini", "gpt-5.2-pro", "gpt-6-sol", "gpt-6-luna", "o1", "o3-mini", "o4-mini", "gpt-4.1", "gpt-4o-mini",
		"openai/gpt-oss-120b", "Qwen/Qwen3-32B", "llama-3.3-70b-versatile", "tokyotech-llm/Llama-3.1-Swallow-8B-Instruct-v0.3", "mistral-small",
		"stand-in", "our-own-model", "my-gpt-5-proxy"} {
		t.Run(strings.ReplaceAll(model, "/", "_"), func(t *testing.T) {
			t.Parallel()
			s := &scripted{plants: planted(topics[0])}
			l, server := serve(t, model, s, testkit.OpenAIOptions{})
			d, err := l.Draft(t.Context(), input(t, talk(600, s.plants)))
			if err != nil {
				t.Fatal(err)
			}
			arrive(t, d, s.plants)
			for _, c := range server.Chats() {
				var b struct {
					Temperature *float64 `json:"temperature"`
					Tokens      int      `json:"max_tokens"`
					Reply       int      `json:"max_completion_tokens"`
					Format      *struct {
						Type string `json:"type"`
					} `json:"response_format"`
				}
				if err := json.Unmarshal(c.Body, &b); err != nil {
					t.Fatal(err)
				}
				m := l.model
				if (b.Temperature != nil) != m.Temperature {
					t.Errorf("temperature %v, table %v", b.Temperature, m.Temperature)
				}
				if b.Tokens == 0 == (b.Reply == 0) || b.Tokens > m.MaxOutput || b.Reply > m.MaxOutput {
					t.Errorf("reply limits %d and %d, table %s ≤ %d", b.Tokens, b.Reply, m.ReplyField, m.MaxOutput)
				}
				total := b.Tokens + b.Reply
				for _, x := range c.Messages {
					total += m.Tokens(x.Content)
				}
				if !m.Reasoning && m.Known && total > m.Context*12/10 {
					t.Errorf("request of %d tokens, context %d", total, m.Context)
				}
				want := map[string]string{formStrict: "json_schema", formObject: "json_object"}[m.Schema]
				if !m.Known {
					want = "json_schema"
				}
				if got := ""; b.Format != nil {
					if got = b.Format.Type; got != want {
						t.Errorf("response format %q, want %q", got, want)
					}
				}
				if want != "json_schema" && !strings.Contains(c.Messages[0].Content, `"additionalProperties":false`) {
					t.Error("a model without schema is not told the schema")
				}
			}
		})
	}
}

// TestUnknownModelStepsDown asks a model nobody described: first as the API says, then as it can.
func TestUnknownModelStepsDown(t *testing.T) {
	t.Parallel()
	for _, takes := range []string{"json_schema", "json_object", ""} {
		s := &scripted{plants: planted(topics[0])}
		inner := testkit.NewOpenAI(testkit.OpenAIOptions{Chat: s.chat})
		var mu sync.Mutex
		refused := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			var b struct {
				Format *struct {
					Type string `json:"type"`
				} `json:"response_format"`
			}
			_ = json.Unmarshal(body, &b)
			if b.Format != nil && b.Format.Type != takes && !(takes == "json_schema") {
				mu.Lock()
				refused++
				mu.Unlock()
				w.WriteHeader(http.StatusBadRequest)
				io.WriteString(w, `{"error":{"message":"response_format","code":"unsupported_parameter"}}`)
				return
			}
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			inner.ServeHTTP(w, r)
		}))
		t.Cleanup(server.Close)
		models, err := endpoint.LoadModels("")
		if err != nil {
			t.Fatal(err)
		}
		l, err := NewLLM(endpoint.Settings{BaseURL: server.URL + "/v1", Model: "our-own-model"}, models, nil, nil, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			d, err := l.Draft(t.Context(), input(t, talk(300, s.plants)))
			if err != nil {
				t.Fatalf("a model that takes %q: %v", takes, err)
			}
			arrive(t, d, s.plants)
		}
		want := map[string]int{"json_schema": 0, "json_object": 1, "": 2}[takes]
		if refused != want {
			t.Errorf("a model that takes %q refused %d requests, want %d", takes, refused, want)
		}
	}
}

func TestKnownModelThatRejectsIsNotGuessedAt(t *testing.T) {
	t.Parallel()
	s := &scripted{plants: planted(topics[0])}
	l, server := serve(t, "stand-in", s, testkit.OpenAIOptions{Fault: func(testkit.Call) testkit.Fault { return testkit.FaultBadRequest }})
	_, err := l.Draft(t.Context(), input(t, talk(300, s.plants)))
	if interview.Code(err) != "endpoint_rejected" || len(server.Chats()) != 1 {
		t.Errorf("error %v after %d requests", err, len(server.Chats()))
	}
}

// rejects answers every chat request with one error body.
func rejects(t *testing.T, model string, status int, body string) error {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	models, err := endpoint.LoadModels("")
	if err != nil {
		t.Fatal(err)
	}
	l, err := NewLLM(endpoint.Settings{BaseURL: server.URL, Model: model}, models, nil, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = l.Draft(t.Context(), input(t, talk(300, planted(topics[0]))))
	return err
}

func TestProviderErrorsThatAreAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		code   string
		want   string
	}{
		{400, "context_length_exceeded", "endpoint_answer_unusable"}, // smaller parts are tried first
		{400, "content_filter", "endpoint_answer_unusable"},          // rephrased once
		{400, "json_validate_failed", "endpoint_answer_unusable"},    // repaired once
	} {
		err := rejects(t, "stand-in", c.status, `{"error":{"message":"お話の中身","code":"`+c.code+`"}}`)
		if interview.Code(err) != c.want || strings.Contains(err.Error(), "お話") {
			t.Errorf("%s: %v, want %s", c.code, err, c.want)
		}
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	wait := interview.E("endpoint_unavailable", nil)
	wait.Wait = 7 * time.Second
	for _, c := range []struct {
		try  int
		err  error
		want time.Duration
	}{{1, errors.New("x"), time.Second}, {2, errors.New("x"), 4 * time.Second}, {1, wait, 7 * time.Second}} {
		if got := backoff(c.try, c.err); got != c.want {
			t.Errorf("backoff(%d, %v) = %s, want %s", c.try, c.err, got, c.want)
		}
	}
	wait.Wait = time.Minute
	start := time.Now()
	err := pause(t.Context(), time.Minute)
	if e, ok := errors.AsType[*interview.Error](err); !ok || e.Wait != time.Minute || time.Since(start) > 10*time.Second {
		t.Errorf("a long wait holds the worker: %v", err)
	}
}

func TestEstimateLearnsFromUsage(t *testing.T) {
	t.Parallel()
	l, _ := serve(t, "stand-in", &scripted{}, testkit.OpenAIOptions{})
	text := strings.Repeat("話", 1000)
	before := l.tokens(text)
	for range 40 {
		l.learn(l.tokens(text), 700)
	}
	if got := l.tokens(text); got < 680 || got > 760 {
		t.Errorf("estimate %d after reports of 700, before %d", got, before)
	}
	for range 40 {
		l.learn(l.tokens(text), 1_000_000)
	}
	if got := l.tokens(text); got > 2100 {
		t.Errorf("estimate %d follows nonsense", got)
	}
}

func TestWhitespaceWithoutEnd(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{"": false, strings.Repeat(" ", 200): false, strings.Repeat(" \n", 101): true,
		strings.Repeat("a ", 1000): false, `{"a":"` + strings.Repeat("\t", 300) + `"}`: true} {
		if got := runsOn(s); got != want {
			t.Errorf("runsOn of %d characters = %v", len(s), got)
		}
	}
}

func TestMemoForgets(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	m := newMemo(func() time.Time { return now })
	m.put("a", "words")
	if got, ok := m.get("a"); !ok || got != "words" {
		t.Fatal("an answer is not remembered")
	}
	m.put("big", strings.Repeat("x", memoSize))
	if _, ok := m.get("big"); ok {
		t.Error("the memo grows past its bound")
	}
	now = now.Add(memoAge + time.Second)
	if _, ok := m.get("a"); ok || m.size != 0 {
		t.Error("words are kept past their time")
	}
	m.put("b", "x")
	m.drop([]string{"b", "never there"})
	if m.size != 0 || len(m.items) != 0 {
		t.Errorf("size %d", m.size)
	}
}

func TestWhitespaceSwitchIsSent(t *testing.T) {
	t.Parallel()
	s := &scripted{plants: planted(topics[0])}
	server := testkit.OpenAI(t, testkit.OpenAIOptions{Chat: s.chat})
	client, err := endpoint.New(endpoint.Settings{BaseURL: server.URL, Model: "m"}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, client.URL("chat/completions"),
		strings.NewReader(`{"model":"m","messages":[{"role":"system","content":"\"claim\""},{"role":"user","content":"x"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := wire{client, true}.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if body := string(server.Chats()[0].Body); !strings.Contains(body, `"structured_outputs":{"disable_any_whitespace":true}`) {
		t.Error(body)
	}
}
