package speech

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/endpoint"
	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
)

const canary = "canary 退職の相談"

func models(t testing.TB) endpoint.Models {
	t.Helper()
	m, err := endpoint.LoadModels("")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func newClient(t testing.TB, url, model string) *Client {
	t.Helper()
	c, err := NewClient(endpoint.Settings{BaseURL: url, APIKey: "sk-test", Model: model}, models(t), nil,
		endpoint.NewHTTPClient(endpoint.Timeouts{Header: 2 * time.Second, Total: 5 * time.Second}, false))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// wavFile writes a PCM WAV of the cut: a tone whose pitch tells cuts apart.
func wavFile(t testing.TB, dir string, cut interview.Cut) string {
	t.Helper()
	samples := make([]int16, cut.To-cut.From)
	for i := range samples {
		at := float64(cut.From + int64(i))
		samples[i] = int16(8000 * math.Sin(2*math.Pi*at*(200+at/1e5)/interview.SampleRate))
	}
	path, err := writeWAV(dir, cut, samples)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func writeWAV(dir string, cut interview.Cut, samples []int16) (string, error) {
	var b bytes.Buffer
	size := uint32(2 * len(samples))
	for _, v := range []any{[]byte("RIFF"), 36 + size, []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(interview.SampleRate),
		uint32(2 * interview.SampleRate), uint16(2), uint16(16), []byte("data"), size, samples} {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			return "", err
		}
	}
	path := filepath.Join(dir, cut.ID()+".wav")
	return path, os.WriteFile(path, b.Bytes(), 0o600)
}

func fileSHA(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func cutOf(from, to float64) interview.Cut {
	return interview.Cut{From: int64(from * interview.SampleRate), To: int64(to * interview.SampleRate)}
}

// TestRequestByModel: each model is sent what it takes and nothing else; the stand-in refuses the rest, as the public
// endpoint does.
func TestRequestByModel(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		model  string
		cut    interview.Cut
		fields map[string][]string
		pieces bool
	}{
		{"gpt-transcribe", cutOf(0, 20), map[string][]string{"model": {"gpt-transcribe"}, "languages[]": {"ja"}, "keywords[]": {"高梨 拓也", "R&D"}}, false},
		{"gpt-4o-transcribe", cutOf(0, 20), map[string][]string{"model": {"gpt-4o-transcribe"}, "language": {"ja"}, "prompt": {"高梨 拓也、R&D"}, "temperature": {"0"}}, false},
		{"gpt-4o-transcribe-diarize", cutOf(0, 40), map[string][]string{"model": {"gpt-4o-transcribe-diarize"}, "language": {"ja"}, "response_format": {"diarized_json"}, "chunking_strategy": {"auto"}}, true},
		{"whisper-1", cutOf(0, 20), map[string][]string{"model": {"whisper-1"}, "language": {"ja"}, "prompt": {"高梨 拓也、R&D"}, "temperature": {"0"}, "response_format": {"verbose_json"}, "timestamp_granularities[]": {"segment"}}, true},
		{"unknown-asr", cutOf(0, 20), map[string][]string{"model": {"unknown-asr"}, "language": {"ja"}}, false},
		{"pocketsphinx", cutOf(0, 20), map[string][]string{"model": {"pocketsphinx"}}, false},
	} {
		t.Run(c.model, func(t *testing.T) {
			t.Parallel()
			server := testkit.OpenAI(t, testkit.OpenAIOptions{Keys: map[string]string{"*": "sk-test"}})
			path := wavFile(t, t.TempDir(), c.cut)
			a, err := newClient(t, server.URL, c.model).Transcribe(t.Context(), Request{Path: path, Cut: c.cut, Language: "ja",
				Keywords: []string{"高梨 <拓也>", "R&D", "", "R&D", "長すぎる" + strings.Repeat("語", 60)}, Attempt: 1})
			if err != nil {
				t.Fatal(err)
			}
			got := server.Audio()[0]
			for name, want := range c.fields {
				if !slices.Equal(got.Fields[name], want) {
					t.Errorf("field %s = %q, want %q", name, got.Fields[name], want)
				}
			}
			if len(got.Fields) != len(c.fields) {
				t.Errorf("fields = %v", got.Fields)
			}
			if got.Name != "audio.wav" || got.SHA != fileSHA(t, path) || got.Key != "sk-test" {
				t.Errorf("file %q, SHA %s, key %q", got.Name, got.SHA, got.Key)
			}
			if a.Text == "" || a.Cut != c.cut.ID() || a.Model != c.model || a.Tries != 1 || a.Request == "" || a.Seconds != c.cut.Span().Seconds() {
				t.Errorf("answer = %+v", a)
			}
			if (len(a.Pieces) > 0) != c.pieces {
				t.Errorf("pieces = %v", a.Pieces)
			}
		})
	}
}

// TestFaultsBecomeVerdicts: every way in which an endpoint misbehaves ends in a verdict without a word of its body.
func TestFaultsBecomeVerdicts(t *testing.T) {
	t.Parallel()
	for fault, code := range map[testkit.Fault]string{
		testkit.FaultBusy: "endpoint_unavailable", testkit.FaultUnauthorized: "endpoint_unauthorized", testkit.FaultQuota: "endpoint_quota",
		testkit.FaultModelGone: "endpoint_model_gone", testkit.FaultServer: "endpoint_unavailable", testkit.FaultBadRequest: "endpoint_rejected",
		testkit.FaultFastAPI: "endpoint_rejected", testkit.FaultErrorString: "endpoint_unavailable", testkit.FaultOKError: "endpoint_answer_unusable",
		testkit.FaultOKObject: "endpoint_answer_unusable", testkit.FaultOKNothing: "endpoint_answer_unusable", testkit.FaultHTML: "endpoint_answer_unusable",
		testkit.FaultTruncated: "endpoint_answer_unusable", testkit.FaultTrailing: "endpoint_answer_unusable", testkit.FaultHuge: "endpoint_answer_unusable",
		testkit.FaultNullText: "endpoint_answer_unusable", testkit.FaultCut: "endpoint_unavailable", testkit.FaultHang: "endpoint_unavailable",
		testkit.FaultTrickle: "endpoint_unavailable", testkit.FaultRedirect: "endpoint_unavailable", testkit.FaultAccepted: "endpoint_answer_unusable",
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			server := testkit.OpenAI(t, testkit.OpenAIOptions{Canary: canary, RedirectTo: "/v1/models"})
			server.Fail("audio", fault)
			cut := cutOf(0, 3)
			_, err := newClient(t, server.URL, "whisper-1").Transcribe(t.Context(), Request{Path: wavFile(t, t.TempDir(), cut), Cut: cut, Language: "ja", Attempt: 1})
			if interview.Code(err) != code {
				t.Fatalf("= %v, want %s", err, code)
			}
			for _, word := range []string{"canary", "退職", "127.0.0.1", "sk-test"} {
				if strings.Contains(err.Error(), word) {
					t.Errorf("%q in %q", word, err)
				}
			}
		})
	}
}

// TestSecondAttemptSendsTheWholeFileAgain: failure-modes §2.4.
func TestSecondAttemptSendsTheWholeFileAgain(t *testing.T) {
	t.Parallel()
	server := testkit.OpenAI(t, testkit.OpenAIOptions{})
	server.Fail("audio", testkit.FaultServer, testkit.FaultCut)
	client := newClient(t, server.URL, "gpt-transcribe")
	cut := cutOf(0, 3)
	r := Request{Path: wavFile(t, t.TempDir(), cut), Cut: cut, Language: "ja", Attempt: 1}
	for i := range 3 {
		_, err := client.Transcribe(t.Context(), r)
		if (err == nil) != (i == 2) {
			t.Fatalf("attempt %d: %v", i+1, err)
		}
	}
	for _, call := range server.Audio() {
		if call.SHA != fileSHA(t, r.Path) {
			t.Errorf("attempt %d sent %d bytes with another SHA-256", call.N, call.Bytes)
		}
	}
}

// TestNothingForbiddenLeavesTheProcess: failure-modes §3.1.
func TestNothingForbiddenLeavesTheProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	big := filepath.Join(dir, "big.wav")
	if err := os.WriteFile(big, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(big, 26<<20); err != nil {
		t.Fatal(err)
	}
	short := cutOf(0, 3)
	wav := wavFile(t, dir, short)
	odd := filepath.Join(dir, "x.aiff")
	empty := filepath.Join(dir, "empty.wav")
	for _, p := range []string{odd, empty} {
		if err := os.WriteFile(p, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, model, path string
		cut               interview.Cut
		code              string
	}{
		{"26 MiB", "gpt-transcribe", big, short, "endpoint_rejected"},
		{"1401 s", "gpt-transcribe", wav, cutOf(0, 1401), "endpoint_rejected"},
		{"31 s for an unknown model", "mystery", wav, cutOf(0, 31), "endpoint_rejected"},
		{"no time at all", "gpt-transcribe", wav, cutOf(3, 3), "endpoint_rejected"},
		{"a format it does not read", "gpt-transcribe", odd, short, "endpoint_rejected"},
		{"an empty file", "gpt-transcribe", empty, short, "internal_error"},
		{"no file", "gpt-transcribe", filepath.Join(dir, "none.wav"), short, "internal_error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := testkit.OpenAI(t, testkit.OpenAIOptions{})
			_, err := newClient(t, server.URL, c.model).Transcribe(t.Context(), Request{Path: c.path, Cut: c.cut, Language: "ja", Attempt: 1})
			if err == nil || interview.Code(err) != c.code {
				t.Errorf("= %v, want %s", err, c.code)
			}
			if n := len(server.Audio()); n != 0 {
				t.Errorf("%d requests left the process", n)
			}
		})
	}
}

func TestTranscribeEndsWithTheCaller(t *testing.T) {
	t.Parallel()
	server := testkit.OpenAI(t, testkit.OpenAIOptions{})
	server.Fail("audio", testkit.FaultHang)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	cut := cutOf(0, 3)
	_, err := newClient(t, server.URL, "gpt-transcribe").Transcribe(ctx, Request{Path: wavFile(t, t.TempDir(), cut), Cut: cut, Attempt: 1})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("= %v", err)
	}
}

// TestRetryAfterHoldsTheNextCall: the limiter is told, and the next call of anybody waits.
func TestRetryAfterHoldsTheNextCall(t *testing.T) {
	t.Parallel()
	server := testkit.OpenAI(t, testkit.OpenAIOptions{RetryAfter: 400 * time.Millisecond})
	server.Fail("audio", testkit.FaultBusy)
	limiter := endpoint.NewLocal(endpoint.Limits{})
	client, err := NewClient(endpoint.Settings{BaseURL: server.URL, Model: "gpt-transcribe"}, models(t), limiter, nil)
	if err != nil {
		t.Fatal(err)
	}
	cut := cutOf(0, 3)
	r := Request{Path: wavFile(t, t.TempDir(), cut), Cut: cut, Language: "ja", Attempt: 1}
	if _, err := client.Transcribe(t.Context(), r); interview.ClassOf(err) != interview.RetryAfter {
		t.Fatalf("= %v", err)
	}
	if _, err := client.Transcribe(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	calls := server.Audio()
	if d := calls[1].At.Sub(calls[0].At); d < 390*time.Millisecond {
		t.Errorf("next call after %v, the endpoint asked for 400 ms", d)
	}
}

func TestKeywords(t *testing.T) {
	t.Parallel()
	got := Keywords([]string{" 高梨\n拓也 ", "<b>", "b", "", "\x00", "b", "a\tc", strings.Repeat("長", 61)})
	if want := []string{"高梨 拓也", "b", "a c"}; !slices.Equal(got, want) {
		t.Errorf("= %q, want %q", got, want)
	}
	many := make([]string, 300)
	for i := range many {
		many[i] = strings.Repeat("x", 1+i%50) + string(rune('あ'+i))
	}
	if n := len(Keywords(many)); n != maxKeywords {
		t.Errorf("%d keywords, want %d", n, maxKeywords)
	}
	if p := prompt(Keywords(many), "ja"); len([]rune(p)) > maxPromptLength {
		t.Errorf("prompt of %d characters", len([]rune(p)))
	}
}
