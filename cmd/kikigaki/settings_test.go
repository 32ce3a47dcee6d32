package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// valid are settings that pass for every role.
func valid() Settings {
	return Settings{Addr: "127.0.0.1:8080", DraftEngine: "auto", Consent: "asked", FiscalYear: 4, Auth: "link", SMTPURL: "smtp://localhost:25", SMTPFrom: "a@b.c",
		BaseURL: "https://kikigaki.example.jp", DatabaseURL: "postgres://x", RedisURL: "redis://x", Bucket: "b", SecretKey: strings.Repeat("k", 32)}
}

func TestSettingsNameEveryMistakeAtOnce(t *testing.T) {
	t.Parallel()
	s := valid()
	if p := s.problems(apart); len(p) > 0 {
		t.Fatalf("valid settings: %v", p)
	}
	s.DraftEngine, s.Consent, s.FiscalYear, s.SecretKey, s.TrustedProxies, s.STTBaseURL, s.SMTPFrom = "magic", "never", 13, "short", []string{"10.0.0.1"}, "ftp://x", ""
	got := s.problems(apart)
	for _, want := range []string{"KIKIGAKI_DRAFT_ENGINE", "KIKIGAKI_CONSENT", "KIKIGAKI_FISCAL_YEAR_START", "KIKIGAKI_SECRET_KEY", "KIKIGAKI_TRUSTED_PROXIES",
		"KIKIGAKI_STT_BASE_URL", "KIKIGAKI_SMTP_FROM"} {
		if !strings.Contains(strings.Join(got, "\n"), want) {
			t.Errorf("%s is not named in %v", want, got)
		}
	}
}

func TestSettingsRefuse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		role   role
		change func(*Settings)
		want   string
	}{
		"embedded database apart":  {apart, func(s *Settings) { s.DatabaseURL = "" }, "DATABASE_URL: needed by serve and work"},
		"embedded queue apart":     {apart, func(s *Settings) { s.RedisURL = "" }, "REDIS_URL: needed by serve and work"},
		"embedded bucket apart":    {apart, func(s *Settings) { s.Bucket = "" }, "KIKIGAKI_BUCKET: needed by serve and work"},
		"sqlite apart":             {apart, func(s *Settings) { s.DatabaseURL = "sqlite:///x" }, "SQLite serves one machine only"},
		"no sign-in off loopback":  {single, func(s *Settings) { s.Auth, s.Addr = "", "0.0.0.0:8080" }, "KIKIGAKI_AUTH: set link"},
		"dev off loopback":         {single, func(s *Settings) { s.Auth, s.Addr = "dev", ":8080" }, "dev lets everybody"},
		"link without mail":        {single, func(s *Settings) { s.SMTPURL = "" }, "nobody can sign in"},
		"oidc without issuer":      {single, func(s *Settings) { s.Auth = "oidc" }, "KIKIGAKI_OIDC_ISSUER"},
		"llm without endpoint":     {headless, func(s *Settings) { s.DraftEngine = "llm" }, "needs KIKIGAKI_LLM_BASE_URL"},
		"models file not there":    {headless, func(s *Settings) { s.ModelsFile = "/nowhere" }, "KIKIGAKI_MODELS_FILE"},
		"templates dir not there":  {headless, func(s *Settings) { s.TemplatesDir = "/nowhere" }, "KIKIGAKI_TEMPLATES_DIR"},
		"link without an address":  {single, func(s *Settings) { s.BaseURL = "" }, "KIKIGAKI_BASE_URL: needed with KIKIGAKI_AUTH=link"},
		"mail without an address":  {single, func(s *Settings) { s.BaseURL, s.Auth, s.Addr = "", "oidc", ":80" }, "KIKIGAKI_BASE_URL: needed with SMTP_URL"},
		"dev behind a proxy":       {single, func(s *Settings) { s.Auth, s.BaseURL, s.TrustedProxies = "dev", "", []string{"10.0.0.0/8"} }, "dev lets everybody"},
		"dev under a known name":   {single, func(s *Settings) { s.Auth = "dev" }, "dev lets everybody"},
		"nothing under that name":  {single, func(s *Settings) { s.Auth = "" }, "KIKIGAKI_AUTH: set link"},
		"an address that is none":  {single, func(s *Settings) { s.Addr = "8080" }, "KIKIGAKI_ADDR: \"8080\""},
		"metrics nowhere":          {single, func(s *Settings) { s.MetricsAddr = "localhost:http:x" }, "KIKIGAKI_METRICS_ADDR"},
		"a budget below nothing":   {single, func(s *Settings) { s.BudgetDay = -1 }, "KIKIGAKI_BUDGET_DAY"},
		"a glossary not there":     {headless, func(s *Settings) { s.GlossaryFile = "/nowhere" }, "KIKIGAKI_GLOSSARY_FILE"},
		"desks not there":          {headless, func(s *Settings) { s.DesksFile = "/nowhere" }, "KIKIGAKI_DESKS_FILE"},
		"database of another kind": {single, func(s *Settings) { s.DatabaseURL = "mysql://x" }, "DATABASE_URL: must begin"},
	} {
		s := valid()
		c.change(&s)
		if got := strings.Join(s.problems(c.role), "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q does not say %q", name, got, c.want)
		}
	}
}

func TestSignInByDefault(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{"127.0.0.1:8080": "dev", "localhost:1": "dev", "[::1]:1": "dev", ":8080": "", "0.0.0.0:80": "", "192.168.1.2:80": ""} {
		s := Settings{Addr: addr}
		if got := s.auth(); got != want {
			t.Errorf("%s: %q, want %q", addr, got, want)
		}
	}
}

func TestAKeyInTheEnvironmentSendsNothingAnywhere(t *testing.T) {
	t.Parallel()
	s := Settings{OpenAIKey: "sk-lies-around", STTModel: "gpt-transcribe", LLMModel: "m"}
	if s.sttSettings().Configured() || s.llmSettings().Configured() {
		t.Error("an endpoint is configured without being named")
	}
	s.STTBaseURL, s.LLMBaseURL = "openai", "http://localhost:1/v1"
	if got := s.sttSettings(); got.BaseURL != publicEndpoint || got.APIKey != "sk-lies-around" {
		t.Errorf("openai: %s", got.BaseURL)
	}
	if got := s.llmSettings(); got.APIKey != "" {
		t.Error("the public key goes to another endpoint")
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{"30d": 720 * time.Hour, "1y": 8760 * time.Hour, "4h": 4 * time.Hour, "2w": 336 * time.Hour, "1.5h": 90 * time.Minute} {
		if got, err := parsePeriod(text); err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "d", "-1d", "5", "1 year", "99999y"} {
		if got, err := parsePeriod(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
	for text, want := range map[string]Size{"4GiB": 4 << 30, "500MB": 5e8, "123": 123, "1.5 MiB": 3 << 19} {
		var got Size
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
	var k Keeping
	if err := k.UnmarshalText([]byte("180d,30d")); err == nil {
		t.Error("kept longer after approval than at most")
	}
	if err := k.UnmarshalText([]byte("30d")); err != nil || k.AtMost != 180*24*time.Hour {
		t.Errorf("%+v, %v", k, err)
	}
}

// TestEnvExample keeps deploy/env.example equal to the settings. UPDATE_GOLDEN=1 renews it.
func TestEnvExample(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "..", "deploy", "env.example")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(path, []byte(envExample()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(b), envExample()); d != "" {
		t.Errorf("deploy/env.example is not what the settings say; run `make generate`:\n%s", d)
	}
	seen := map[string]bool{}
	for _, s := range settings() {
		if s.Env == "" || s.Help == "" && !s.Hidden || seen[s.Env] {
			t.Errorf("setting %+v", s)
		}
		seen[s.Env] = true
	}
}
