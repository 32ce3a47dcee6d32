package main

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Settings are all settings of an installation. Flags and environment variables are the same thing here; docs and
// deploy/env.example are generated from this struct, so that nothing is said twice.
type Settings struct {
	Addr           string   `group:"Server" help:"Address to listen on." env:"KIKIGAKI_ADDR" default:"127.0.0.1:8080"`
	BaseURL        string   `group:"Server" name:"base-url" help:"Address people use, as in links of mails. Default: made from the address." env:"KIKIGAKI_BASE_URL"`
	TrustedProxies []string `group:"Server" help:"Networks whose X-Forwarded-* headers are believed (CIDR, comma separated)." env:"KIKIGAKI_TRUSTED_PROXIES"`
	MetricsAddr    string   `group:"Server" help:"Address for /metrics; empty means none." env:"KIKIGAKI_METRICS_ADDR"`
	DataDir        string   `group:"Server" help:"Folder of the embedded parts and of work files." env:"KIKIGAKI_DATA_DIR" default:"kikigaki-data"`
	SecretKey      string   `group:"Server" help:"Key for seals and cookies, 32 characters or more. Default: made once and kept in the data folder." env:"KIKIGAKI_SECRET_KEY" secret:""`
	LogFormat      string   `group:"Server" help:"json or text; default: text on a terminal." env:"KIKIGAKI_LOG_FORMAT"`
	Company        string   `group:"Server" help:"Name of the company, as in notices and mails." env:"KIKIGAKI_COMPANY"`
	Contact        string   `group:"Server" help:"Desk people turn to with questions (a desk, not a person)." env:"KIKIGAKI_CONTACT"`

	DatabaseURL string `group:"Parts" name:"database-url" help:"sqlite:///path or postgres://…; empty: SQLite in the data folder." env:"DATABASE_URL" secret:""`
	RedisURL    string `group:"Parts" name:"redis-url" help:"redis://, rediss:// or redis-sentinel://; empty: the embedded one." env:"REDIS_URL" secret:""`
	Bucket      string `group:"Parts" help:"Name of the S3 bucket; empty: the embedded one." env:"KIKIGAKI_BUCKET"`
	BucketURL   string `group:"Parts" name:"bucket-public-url" help:"Address of the bucket for browsers. Default: the S3 endpoint, or the base URL when embedded." env:"KIKIGAKI_BUCKET_PUBLIC_URL"`
	S3Checksum  string `group:"Parts" name:"s3-checksum" help:"when_supported or when_required. Default: when_required unless the endpoint is Amazon's." env:"KIKIGAKI_S3_CHECKSUM"`
	S3Endpoint  string `group:"Parts" name:"s3-endpoint" help:"S3 endpoint; empty: Amazon." env:"AWS_ENDPOINT_URL_S3"`
	Region      string `group:"Parts" help:"S3 region." env:"AWS_REGION" default:"us-east-1"`
	AccessKey   string `group:"Parts" name:"s3-access-key" help:"S3 access key; empty: the usual chain of credentials." env:"AWS_ACCESS_KEY_ID"`
	SecretS3Key string `group:"Parts" name:"s3-secret-key" help:"S3 secret key." env:"AWS_SECRET_ACCESS_KEY" secret:""`

	STTBaseURL   string  `group:"Endpoints" name:"stt-base-url" help:"OpenAI-compatible speech endpoint; openai is shorthand for the public one. Empty: none, voice is sent nowhere." env:"KIKIGAKI_STT_BASE_URL"`
	STTKey       string  `group:"Endpoints" name:"stt-api-key" help:"Its key." env:"KIKIGAKI_STT_API_KEY" secret:""`
	STTModel     string  `group:"Endpoints" name:"stt-model" help:"Its model." env:"KIKIGAKI_STT_MODEL" default:"gpt-transcribe"`
	STTProcessor string  `group:"Endpoints" name:"stt-processor" help:"Who runs it, as in the consent notice." env:"KIKIGAKI_STT_PROCESSOR"`
	STTCountry   string  `group:"Endpoints" name:"stt-country" help:"Country it runs in." env:"KIKIGAKI_STT_COUNTRY"`
	STTInternal  bool    `group:"Endpoints" name:"stt-internal" help:"It runs on the company's own equipment." env:"KIKIGAKI_STT_INTERNAL"`
	STTRPM       int     `group:"Endpoints" name:"stt-rpm" help:"Requests a minute, all workers together; 0: no limit of ours." env:"KIKIGAKI_STT_RPM"`
	LLMBaseURL   string  `group:"Endpoints" name:"llm-base-url" help:"OpenAI-compatible chat endpoint; openai is shorthand for the public one. Empty: none, drafts are made of excerpts." env:"KIKIGAKI_LLM_BASE_URL"`
	LLMKey       string  `group:"Endpoints" name:"llm-api-key" help:"Its key." env:"KIKIGAKI_LLM_API_KEY" secret:""`
	LLMModel     string  `group:"Endpoints" name:"llm-model" help:"Its model." env:"KIKIGAKI_LLM_MODEL" default:"gpt-5.2"`
	LLMProcessor string  `group:"Endpoints" name:"llm-processor" help:"Who runs it, as in the consent notice." env:"KIKIGAKI_LLM_PROCESSOR"`
	LLMCountry   string  `group:"Endpoints" name:"llm-country" help:"Country it runs in." env:"KIKIGAKI_LLM_COUNTRY"`
	LLMInternal  bool    `group:"Endpoints" name:"llm-internal" help:"It runs on the company's own equipment." env:"KIKIGAKI_LLM_INTERNAL"`
	LLMTPM       int     `group:"Endpoints" name:"llm-tpm" help:"Tokens a minute, all workers together; 0: no limit of ours." env:"KIKIGAKI_LLM_TPM"`
	OpenAIKey    string  `hidden:"" name:"openai-api-key" env:"OPENAI_API_KEY" secret:""`
	TransferURL  string  `group:"Endpoints" name:"transfer-url" help:"Page about the data protection law of the countries abroad and the safeguards of the companies there; without it nobody is asked about processing abroad." env:"KIKIGAKI_TRANSFER_URL"`
	BudgetDay    float64 `group:"Endpoints" name:"budget-day" help:"Most hours of audio sent in a day; 0: no limit." env:"KIKIGAKI_BUDGET_DAY"`
	ModelsFile   string  `group:"Endpoints" name:"models-file" help:"Table of models and their limits, in place of the built-in one." env:"KIKIGAKI_MODELS_FILE"`

	DraftEngine  string `group:"Drafting" name:"draft-engine" help:"auto, llm or extractive. auto: llm when an endpoint is set." env:"KIKIGAKI_DRAFT_ENGINE" default:"auto"`
	TemplatesDir string `group:"Drafting" name:"templates-dir" help:"Folder of the company's own templates." env:"KIKIGAKI_TEMPLATES_DIR"`
	FiscalYear   int    `group:"Drafting" name:"fiscal-year-start" help:"First month of the fiscal year." env:"KIKIGAKI_FISCAL_YEAR_START" default:"4"`
	GlossaryFile string `group:"Drafting" name:"glossary-file" help:"Words of the company, one a line, as they are to be spelt. They go to the language model with every talk: no names of people." env:"KIKIGAKI_GLOSSARY_FILE"`
	DesksFile    string `group:"Drafting" name:"desks-file" help:"Names of the desks for crisis, harassment and reporting (whistle), a line each: harassment = name; crisis.en = name for one language. Default: the contact." env:"KIKIGAKI_DESKS_FILE"`

	Consent          string `group:"People" help:"asked: the employee is asked; attested: the interviewer may state consent when opening." env:"KIKIGAKI_CONSENT" default:"asked"`
	Auth             string `group:"People" help:"oidc, link or dev (sign in as anyone; loopback only)." env:"KIKIGAKI_AUTH"`
	OIDCIssuer       string `group:"People" name:"oidc-issuer" help:"OpenID Connect issuer." env:"KIKIGAKI_OIDC_ISSUER"`
	OIDCClientID     string `group:"People" name:"oidc-client-id" help:"Client id." env:"KIKIGAKI_OIDC_CLIENT_ID"`
	OIDCClientSecret string `group:"People" name:"oidc-client-secret" help:"Client secret." env:"KIKIGAKI_OIDC_CLIENT_SECRET" secret:""`
	SMTPURL          string `group:"People" name:"smtp-url" help:"smtp://user:password@host:587 or smtps://…; empty: no mail." env:"SMTP_URL" secret:""`
	SMTPFrom         string `group:"People" name:"smtp-from" help:"Sender of mails." env:"KIKIGAKI_SMTP_FROM"`
	InviteTTL        Period `group:"People" name:"invite-ttl" help:"How long an invitation works." env:"KIKIGAKI_INVITE_TTL" default:"7d"`

	MaxSize           Size   `group:"Limits" name:"max-size" help:"Largest recording." env:"KIKIGAKI_MAX_SIZE" default:"4GiB"`
	MaxDuration       Period `group:"Limits" name:"max-duration" help:"Longest recording." env:"KIKIGAKI_MAX_DURATION" default:"4h"`
	FFmpegConcurrency int    `group:"Limits" name:"ffmpeg-concurrency" help:"ffmpeg processes at once on this machine; 0: one a core." env:"KIKIGAKI_FFMPEG_CONCURRENCY"`

	RetentionAudio      Keeping `group:"Keeping" name:"retention-audio" help:"Recording: after approval, and at most after the talk." env:"KIKIGAKI_RETENTION_AUDIO" default:"30d,180d"`
	RetentionTranscript Period  `group:"Keeping" name:"retention-transcript" help:"Transcript." env:"KIKIGAKI_RETENTION_TRANSCRIPT" default:"1y"`
	RetentionRecord     Period  `group:"Keeping" name:"retention-record" help:"Record." env:"KIKIGAKI_RETENTION_RECORD" default:"5y"`
	RetentionAudit      Period  `group:"Keeping" name:"retention-audit" help:"Log of who did what (no words)." env:"KIKIGAKI_RETENTION_AUDIT" default:"7y"`

	WebhookNetworks []string `group:"Webhooks" help:"Networks of the company that webhooks may lead to, by http too (CIDR, comma separated). Default: public addresses by https alone." env:"KIKIGAKI_WEBHOOK_NETWORKS"`

	Font string `group:"Export" help:"TrueType font for PDF; default: IPAex Gothic where it is installed." env:"KIKIGAKI_FONT"`
}

// role is what a process is going to be; each needs other settings.
type role int

const (
	single   role = iota // all, demo: embedded parts allowed
	apart                // serve, work: embedded parts refused
	headless             // draft, inspect, eval: no parts at all
)

// problems checks the settings as a whole and names every mistake at once.
func (s *Settings) problems(r role) []string {
	var out []string
	bad := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	oneOf := func(name, value string, allowed ...string) {
		if value != "" && !slices.Contains(allowed, value) {
			bad("%s: %q is not one of %s", name, value, strings.Join(allowed, ", "))
		}
	}
	webURL := func(name, value string, schemes ...string) {
		if value == "" {
			return
		}
		u, err := url.Parse(value)
		if err != nil || u.Host == "" || !slices.Contains(schemes, u.Scheme) {
			bad("%s: not a %s URL", name, strings.Join(schemes, " or "))
		}
	}
	oneOf("KIKIGAKI_DRAFT_ENGINE", s.DraftEngine, "auto", "llm", "extractive")
	oneOf("KIKIGAKI_CONSENT", s.Consent, "asked", "attested")
	oneOf("KIKIGAKI_AUTH", s.Auth, "oidc", "link", "dev")
	oneOf("KIKIGAKI_LOG_FORMAT", s.LogFormat, "json", "text")
	oneOf("KIKIGAKI_S3_CHECKSUM", s.S3Checksum, "when_supported", "when_required")
	for name, v := range map[string]string{"KIKIGAKI_STT_BASE_URL": s.STTBaseURL, "KIKIGAKI_LLM_BASE_URL": s.LLMBaseURL} {
		if v != "openai" {
			webURL(name, v, "http", "https")
		}
	}
	if s.DraftEngine == "llm" && s.LLMBaseURL == "" {
		bad("KIKIGAKI_DRAFT_ENGINE: llm needs KIKIGAKI_LLM_BASE_URL")
	}
	if s.FiscalYear < 1 || s.FiscalYear > 12 {
		bad("KIKIGAKI_FISCAL_YEAR_START: %d is not a month", s.FiscalYear)
	}
	for name, n := range map[string]int{"KIKIGAKI_STT_RPM": s.STTRPM, "KIKIGAKI_LLM_TPM": s.LLMTPM, "KIKIGAKI_FFMPEG_CONCURRENCY": s.FFmpegConcurrency} {
		if n < 0 {
			bad("%s: must not be negative", name)
		}
	}
	if s.ModelsFile != "" {
		if _, err := os.Stat(s.ModelsFile); err != nil {
			bad("KIKIGAKI_MODELS_FILE: the file cannot be read")
		}
	}
	if s.TemplatesDir != "" {
		if d, err := os.Stat(s.TemplatesDir); err != nil || !d.IsDir() {
			bad("KIKIGAKI_TEMPLATES_DIR: not a folder")
		}
	}
	for name, path := range map[string]string{"KIKIGAKI_GLOSSARY_FILE": s.GlossaryFile, "KIKIGAKI_DESKS_FILE": s.DesksFile} {
		if path != "" {
			if f, err := os.Stat(path); err != nil || f.IsDir() {
				bad("%s: the file cannot be read", name)
			}
		}
	}
	if zone := os.Getenv("TZ"); zone != "" {
		if _, err := time.LoadLocation(strings.TrimPrefix(zone, ":")); err != nil {
			bad("TZ: there is no time zone %q", zone)
		}
	}
	if r == headless {
		slices.Sort(out)
		return out
	}

	if !listenable(s.Addr) {
		bad("KIKIGAKI_ADDR: %q is not an address to listen on, like 127.0.0.1:8080", s.Addr)
	}
	if s.MetricsAddr != "" && !listenable(s.MetricsAddr) {
		bad("KIKIGAKI_METRICS_ADDR: %q is not an address to listen on, like 127.0.0.1:9090", s.MetricsAddr)
	}
	if s.BudgetDay < 0 {
		bad("KIKIGAKI_BUDGET_DAY: must not be negative")
	}
	webURL("KIKIGAKI_BASE_URL", s.BaseURL, "http", "https")
	webURL("KIKIGAKI_BUCKET_PUBLIC_URL", s.BucketURL, "http", "https")
	webURL("AWS_ENDPOINT_URL_S3", s.S3Endpoint, "http", "https")
	webURL("SMTP_URL", s.SMTPURL, "smtp", "smtps")
	webURL("KIKIGAKI_TRANSFER_URL", s.TransferURL, "http", "https")
	if scheme, _, _ := strings.Cut(s.DatabaseURL, "://"); s.DatabaseURL != "" && !slices.Contains([]string{"sqlite", "postgres", "postgresql"}, scheme) {
		bad("DATABASE_URL: must begin with sqlite:// or postgres://")
	}
	for _, p := range s.TrustedProxies {
		if _, _, err := net.ParseCIDR(p); err != nil {
			bad("KIKIGAKI_TRUSTED_PROXIES: %q is not a network like 10.0.0.0/8", p)
		}
	}
	if _, err := s.webhookNetworks(); err != nil {
		bad("%v", err)
	}
	if s.SecretKey != "" && len(s.SecretKey) < 32 {
		bad("KIKIGAKI_SECRET_KEY: shorter than 32 characters")
	}
	if s.SMTPURL != "" && s.SMTPFrom == "" {
		bad("KIKIGAKI_SMTP_FROM: needed with SMTP_URL")
	}
	switch s.auth() {
	case "oidc":
		if s.OIDCIssuer == "" || s.OIDCClientID == "" {
			bad("KIKIGAKI_AUTH: oidc needs KIKIGAKI_OIDC_ISSUER and KIKIGAKI_OIDC_CLIENT_ID")
		}
	case "link":
		if s.SMTPURL == "" {
			bad("KIKIGAKI_AUTH: link needs SMTP_URL, or nobody can sign in")
		}
		if s.BaseURL == "" { // else whoever asks for a link would say where it leads
			bad("KIKIGAKI_BASE_URL: needed with KIKIGAKI_AUTH=link, because sign-in links lead there")
		}
	case "dev":
		if !s.local() {
			bad("KIKIGAKI_AUTH: dev lets everybody sign in as anybody and is only for a loopback address that no proxy and no KIKIGAKI_BASE_URL makes known to others")
		}
	case "":
		bad("KIKIGAKI_AUTH: set link (sign-in by mail; needs SMTP_URL) or oidc; only on a loopback address that others do not reach may it be left empty")
	}
	if s.SMTPURL != "" && s.BaseURL == "" && s.auth() != "link" && !loopback(s.Addr) {
		bad("KIKIGAKI_BASE_URL: needed with SMTP_URL, because mails lead there")
	}
	if r == apart {
		for name, v := range map[string]string{"DATABASE_URL": s.DatabaseURL, "REDIS_URL": s.RedisURL, "KIKIGAKI_BUCKET": s.Bucket, "KIKIGAKI_SECRET_KEY": s.SecretKey} {
			if v == "" {
				bad("%s: needed by serve and work; the embedded parts serve one machine only (use `kikigaki all`)", name)
			}
		}
		if strings.HasPrefix(s.DatabaseURL, "sqlite") {
			bad("DATABASE_URL: SQLite serves one machine only; serve and work need postgres://")
		}
	}
	slices.Sort(out)
	return out
}

// webhookNetworks are the networks that webhooks may lead to beside the public ones.
func (s *Settings) webhookNetworks() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range s.WebhookNetworks {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("KIKIGAKI_WEBHOOK_NETWORKS: %q is not a network like 10.0.0.0/8", text)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// auth is the way people sign in: what is set, or dev on a loopback address.
func (s *Settings) auth() string {
	if s.Auth == "" && s.local() {
		return "dev"
	}
	return s.Auth
}

// local reports whether nobody but this machine reaches the program, as far as its settings say: a loopback address behind
// a proxy, or with an address that others know, is not local.
func (s *Settings) local() bool {
	if !loopback(s.Addr) || len(s.TrustedProxies) > 0 {
		return false
	}
	u, err := url.Parse(s.BaseURL)
	return s.BaseURL == "" || err == nil && loopback(net.JoinHostPort(u.Hostname(), "0"))
}

// listenable reports whether addr is host:port.
func listenable(addr string) bool {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n <= 65535
}

// loopback reports whether addr can be reached from this machine alone.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// publicSpeech and publicChat are what the word openai stands for.
const publicEndpoint = "https://api.openai.com/v1"

// endpointKey is the key for an endpoint: its own, or OPENAI_API_KEY, which is read only when the endpoint is named
// openai. A key that happens to lie in the environment sends nobody's voice anywhere.
func (s *Settings) endpointKey(base, own string) (url, key string) {
	if base == "openai" {
		if own == "" {
			own = s.OpenAIKey
		}
		return publicEndpoint, own
	}
	return base, own
}

// timezone is where dates are read: TZ, else the machine's.
func timezone() *time.Location { return time.Local }
