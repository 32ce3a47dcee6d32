package endpoint

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func builtInModels(t *testing.T) Models {
	t.Helper()
	m, err := LoadModels("")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSpeechRows(t *testing.T) {
	t.Parallel()
	m := builtInModels(t)
	for _, c := range []struct {
		model             string
		known, timestamps bool
		keywords          bool
		language          string
		maxSeconds, limit float64
		maxBytes          int64
		shutdown          string
	}{
		{"gpt-transcribe", true, false, true, "list", 30, 1400, 26214400, ""},
		{"gpt-transcribe-2026-07-27", true, false, true, "list", 30, 1400, 26214400, ""},
		{"gpt-4o-transcribe", true, false, false, "one", 30, 1400, 26214400, "2027-02-26"},
		{"gpt-4o-mini-transcribe-2025-12-15", true, false, false, "one", 30, 1400, 26214400, "2027-02-26"},
		{"gpt-4o-transcribe-diarize", true, true, false, "one", 600, 1400, 26214400, "2027-02-26"},
		{"whisper-1", true, true, false, "one", 300, 7200, 26214400, "2027-02-26"},
		{"whisper-large-v3-turbo", true, true, false, "one", 300, 7200, 26214400, ""},
		{"openai/whisper-large-v3", true, false, false, "one", 30, 600, 26214400, ""},
		{"Systran/faster-whisper-large-v3", true, true, false, "one", 300, 3600, 26214400, ""},
		{"whisper.cpp", true, true, false, "one", 120, 3600, 26214400, ""},
		{"pocketsphinx", true, false, false, "none", 30, 600, 26214400, ""},
		{"something-new", false, false, false, "one", 30, 30, 5_000_000, ""},
		{"", false, false, false, "one", 30, 30, 5_000_000, ""},
	} {
		t.Run(c.model, func(t *testing.T) {
			t.Parallel()
			got := m.Speech(c.model)
			shutdown := ""
			if !got.Shutdown.IsZero() {
				shutdown = got.Shutdown.Format("2006-01-02")
			}
			if got.Known != c.known || got.Timestamps() != c.timestamps || got.Keywords != c.keywords || got.Language != c.language ||
				got.MaxSeconds != c.maxSeconds || got.LimitSeconds != c.limit || got.MaxBytes != c.maxBytes || shutdown != c.shutdown {
				t.Errorf("Speech(%q) = %+v", c.model, got)
			}
			if !(got.MinSeconds > 0 && got.MinSeconds <= got.TargetSeconds && got.TargetSeconds <= got.MaxSeconds && got.MaxSeconds <= got.LimitSeconds) {
				t.Errorf("lengths out of order: %+v", got)
			}
			if !got.Accepts("wav") {
				t.Error("WAV is not accepted, and chunks are written as WAV")
			}
			// A chunk of WAV at 16 kHz and the greatest length must fit into the request, or FLAC must be accepted.
			if bytes := int64(got.MaxSeconds*32000) + 44; bytes > got.MaxBytes && !got.Accepts("flac") {
				t.Errorf("a chunk of %v s has %d bytes, the model takes %d", got.MaxSeconds, bytes, got.MaxBytes)
			}
		})
	}
	if m.Speech("something-new").Prompt {
		t.Error("an unknown model must get no prompt")
	}
}

func TestChatRows(t *testing.T) {
	t.Parallel()
	m := builtInModels(t)
	for _, c := range []struct {
		model       string
		known       bool
		schema      string
		reply       string
		temperature bool
		shutdown    string
	}{
		{"gpt-5-mini", true, "strict", "max_completion_tokens", false, "2026-12-11"},
		{"gpt-5.1", true, "strict", "max_completion_tokens", false, "2027-04-01"},
		{"gpt-5.4-mini", true, "strict", "max_completion_tokens", false, ""},
		{"o3-pro", true, "strict", "max_completion_tokens", false, "2026-12-11"},
		{"gpt-4.1-mini", true, "strict", "max_completion_tokens", true, "2027-01-14"},
		{"gpt-4o", true, "strict", "max_completion_tokens", true, "2027-01-14"},
		{"openai/gpt-oss-120b", true, "strict", "max_completion_tokens", true, ""},
		{"stand-in", true, "strict", "max_completion_tokens", true, ""},
		{"my-own-model", false, "none", "max_tokens", false, ""},
	} {
		t.Run(c.model, func(t *testing.T) {
			t.Parallel()
			got := m.Chat(c.model)
			shutdown := ""
			if !got.Shutdown.IsZero() {
				shutdown = got.Shutdown.Format("2006-01-02")
			}
			if got.Known != c.known || got.Schema != c.schema || got.ReplyField != c.reply || got.Temperature != c.temperature || shutdown != c.shutdown {
				t.Errorf("Chat(%q) = %+v", c.model, got)
			}
			if got.MaxOutput <= 0 || got.MaxOutput > got.Context || got.TokensPerChar <= 0 {
				t.Errorf("sizes cannot be: %+v", got)
			}
		})
	}
}

func TestTokensAreAnUpperEstimate(t *testing.T) {
	t.Parallel()
	m := ChatModel{TokensPerChar: 1}
	if got := m.Tokens(strings.Repeat("面談", 500)); got < 1000 || got > 1010 {
		t.Errorf("1,000 Japanese characters = %d tokens, want about 1,000", got)
	}
	if got := m.Tokens(strings.Repeat("word ", 300)); got < 375 || got > 600 {
		t.Errorf("300 English words = %d tokens, want 375 to 600", got)
	}
}

func TestModelsFile(t *testing.T) {
	t.Parallel()
	write := func(t *testing.T, text string) string {
		path := filepath.Join(t.TempDir(), "models.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	t.Run("rows of the file are asked first", func(t *testing.T) {
		t.Parallel()
		m, err := LoadModels(write(t, "speech:\n  - match: [gpt-transcribe, our-*]\n    seconds: {min: 5, target: 8, max: 10}\n    formats: [flac]\n"))
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"gpt-transcribe", "our-asr"} {
			got := m.Speech(id)
			if got.MaxSeconds != 10 || got.LimitSeconds != 10 || got.Keywords || !got.Accepts("flac") || got.Accepts("wav") || got.MaxBytes != 5_000_000 {
				t.Errorf("Speech(%q) = %+v", id, got)
			}
		}
		if m.Speech("whisper-1").MaxSeconds != 300 {
			t.Error("the built-in rows are gone")
		}
	})
	for name, text := range map[string]string{
		"unknown key":            "speech:\n  - match: [a]\n    keyword: true\n",
		"no match":               "speech:\n  - bytes: 5\n",
		"matches everything":     "chat:\n  - match: ['*']\n",
		"lengths out of order":   "speech:\n  - match: [a]\n    seconds: {min: 9, target: 8, max: 10}\n",
		"unknown response":       "speech:\n  - match: [a]\n    response: srt\n",
		"unknown language field": "speech:\n  - match: [a]\n    language: both\n",
		"times of a text model":  "speech:\n  - match: [a]\n    granularities: [word]\n",
		"date":                   "chat:\n  - match: [a]\n    shutdown: soon\n",
		"output above context":   "chat:\n  - match: [a]\n    context: 10\n    output: 20\n",
		"reply field":            "chat:\n  - match: [a]\n    reply: tokens\n",
		"schema":                 "chat:\n  - match: [a]\n    schema: yes\n",
		"no YAML":                "speech: [",
	} {
		t.Run("refused: "+name, func(t *testing.T) {
			t.Parallel()
			if _, err := LoadModels(write(t, text)); err == nil {
				t.Errorf("accepted:\n%s", text)
			}
		})
	}
	t.Run("missing file", func(t *testing.T) {
		t.Parallel()
		if _, err := LoadModels(filepath.Join(t.TempDir(), "none.yaml")); err == nil {
			t.Error("a models file that is not there must be an error, not the default table")
		}
	})
}
