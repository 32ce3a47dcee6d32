package endpoint

import (
	_ "embed"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

//go:embed models.yaml
var builtIn []byte

// Models is the table of what models can do. It is configuration: a file can add to it and override it.
type Models struct {
	speech []speechRow
	chat   []chatRow
}

// Names of Response: how a speech model answers.
const (
	ResponseText     = "json"          // text alone
	ResponseTimes    = "verbose_json"  // text and segments with times
	ResponseSpeakers = "diarized_json" // segments with times and the provider's own speaker labels
)

// SpeechModel is what one speech-to-text model accepts and gives. Sizes are bytes, times are seconds.
type SpeechModel struct {
	Match         []string // patterns of model ids this row speaks for
	Known         bool     // false: the safest row, because nobody told us about this model
	MaxBytes      int64    // of the file in one request
	MinSeconds    float64  // the shortest chunk worth a request of its own
	TargetSeconds float64  // the chunk length to aim for
	MaxSeconds    float64  // the longest chunk to make
	LimitSeconds  float64  // the longest audio the endpoint takes; nothing longer leaves the process
	Formats       []string // file name extensions without the dot, best first
	Response      string   // ResponseText, ResponseTimes, ResponseSpeakers
	Granularities []string // timestamp_granularities[] to ask for
	Prompt        bool     // field prompt
	Keywords      bool     // field keywords[]
	Language      string   // "one": field language · "list": languages[] · "none"
	Temperature   bool     // field temperature
	Chunking      bool     // field chunking_strategy, required above 30 s
	Usage         bool     // answers carry usage
	Shutdown      time.Time
}

// Timestamps reports whether answers carry times.
func (m SpeechModel) Timestamps() bool { return m.Response != ResponseText }

// Accepts reports whether a file with that extension (without the dot) may be sent.
func (m SpeechModel) Accepts(extension string) bool { return slices.Contains(m.Formats, extension) }

// ChatModel is what one chat model accepts and gives. Sizes are tokens.
type ChatModel struct {
	Match         []string
	Known         bool
	Context       int     // input and output together
	MaxOutput     int     // of one reply
	ReplyField    string  // "max_tokens" or "max_completion_tokens"
	Schema        string  // "strict": json_schema · "object": json_object · "none"
	Temperature   bool    // field temperature may be sent
	Reasoning     bool    // spends reply tokens on thinking that is not shown
	Usage         bool    // answers carry usage
	TokensPerChar float64 // upper estimate for Japanese text
	AnyWhitespace bool    // vLLM: send disable_any_whitespace
	Shutdown      time.Time
}

// Tokens is an upper estimate of what text costs (failure-modes: 1 token a character for Japanese; ASCII about a
// quarter of that, rounded up to a third).
func (m ChatModel) Tokens(text string) int {
	var wide, narrow int
	for _, r := range text {
		if r < 128 {
			narrow++
		} else {
			wide++
		}
	}
	return int(float64(wide)*m.TokensPerChar+float64(narrow)/3) + 1
}

type speechRow struct {
	Match         []string `yaml:"match"`
	Bytes         int64    `yaml:"bytes"`
	Seconds       seconds  `yaml:"seconds"`
	Formats       []string `yaml:"formats"`
	Response      string   `yaml:"response"`
	Granularities []string `yaml:"granularities"`
	Prompt        bool     `yaml:"prompt"`
	Keywords      bool     `yaml:"keywords"`
	Language      string   `yaml:"language"`
	Temperature   bool     `yaml:"temperature"`
	Chunking      bool     `yaml:"chunking"`
	Usage         bool     `yaml:"usage"`
	Shutdown      string   `yaml:"shutdown"`
	patterns      []*regexp.Regexp
	shutdown      time.Time
}

type seconds struct {
	Min    float64 `yaml:"min"`
	Target float64 `yaml:"target"`
	Max    float64 `yaml:"max"`
	Limit  float64 `yaml:"limit"`
}

type chatRow struct {
	Match         []string `yaml:"match"`
	Context       int      `yaml:"context"`
	Output        int      `yaml:"output"`
	Reply         string   `yaml:"reply"`
	Schema        string   `yaml:"schema"`
	Temperature   bool     `yaml:"temperature"`
	Reasoning     bool     `yaml:"reasoning"`
	Usage         bool     `yaml:"usage"`
	TokensPerChar float64  `yaml:"tokens_per_char"`
	AnyWhitespace bool     `yaml:"disable_any_whitespace"`
	Shutdown      string   `yaml:"shutdown"`
	patterns      []*regexp.Regexp
	shutdown      time.Time
}

// LoadModels reads the built-in table and puts the rows of the file at path before it; "" reads the built-in alone.
// A row with an unknown key, a contradiction or an unreadable date is refused with its line or first pattern.
func LoadModels(path string) (Models, error) {
	m, err := parseModels(builtIn)
	if err != nil {
		return Models{}, fmt.Errorf("read built-in models: %w", err)
	}
	if path == "" {
		return m, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Models{}, fmt.Errorf("read models file: %w", err)
	}
	own, err := parseModels(data)
	if err != nil {
		return Models{}, fmt.Errorf("read models file %s: %w", path, err)
	}
	return Models{speech: append(own.speech, m.speech...), chat: append(own.chat, m.chat...)}, nil
}

func parseModels(data []byte) (Models, error) {
	var file struct {
		Speech []speechRow `yaml:"speech"`
		Chat   []chatRow   `yaml:"chat"`
	}
	if err := yaml.UnmarshalWithOptions(data, &file, yaml.Strict()); err != nil {
		return Models{}, err
	}
	for i := range file.Speech {
		if err := file.Speech[i].complete(); err != nil {
			return Models{}, fmt.Errorf("speech row %d %q: %w", i+1, first(file.Speech[i].Match), err)
		}
	}
	for i := range file.Chat {
		if err := file.Chat[i].complete(); err != nil {
			return Models{}, fmt.Errorf("chat row %d %q: %w", i+1, first(file.Chat[i].Match), err)
		}
	}
	return Models{speech: file.Speech, chat: file.Chat}, nil
}

// Speech returns the row of a model id. A name nobody told us about gets the safest row: text only, at most 30 s and
// 5 MB, WAV, no prompt.
func (m Models) Speech(model string) SpeechModel {
	for _, r := range m.speech {
		if matches(r.patterns, model) {
			return r.model(true)
		}
	}
	var safe speechRow
	safe.defaults()
	return safe.model(false)
}

// Chat returns the row of a model id, or the safest row.
func (m Models) Chat(model string) ChatModel {
	for _, r := range m.chat {
		if matches(r.patterns, model) {
			return r.model(true)
		}
	}
	var safe chatRow
	safe.defaults()
	return safe.model(false)
}

func (r *speechRow) defaults() {
	if r.Bytes == 0 {
		r.Bytes = 5_000_000
	}
	if r.Seconds == (seconds{}) {
		r.Seconds = seconds{Min: 12, Target: 20, Max: 30, Limit: 30}
	}
	if r.Seconds.Limit == 0 {
		r.Seconds.Limit = r.Seconds.Max
	}
	if len(r.Formats) == 0 {
		r.Formats = []string{"wav"}
	}
	if r.Response == "" {
		r.Response = ResponseText
	}
	if r.Language == "" {
		r.Language = "one"
	}
}

func (r *speechRow) complete() (err error) {
	r.defaults()
	if r.patterns, err = compile(r.Match); err != nil {
		return err
	}
	if r.shutdown, err = day(r.Shutdown); err != nil {
		return err
	}
	s := r.Seconds
	switch {
	case r.Bytes < 0:
		return fmt.Errorf("bytes must be positive")
	case !(s.Min > 0 && s.Min <= s.Target && s.Target <= s.Max && s.Max <= s.Limit):
		return fmt.Errorf("seconds must be 0 < min ≤ target ≤ max ≤ limit")
	case !slices.Contains([]string{ResponseText, ResponseTimes, ResponseSpeakers}, r.Response):
		return fmt.Errorf("response %q is none of json, verbose_json, diarized_json", r.Response)
	case !slices.Contains([]string{"one", "list", "none"}, r.Language):
		return fmt.Errorf("language %q is none of one, list, none", r.Language)
	case r.Response == ResponseText && len(r.Granularities) > 0:
		return fmt.Errorf("a text-only model takes no granularities")
	}
	return nil
}

func (r speechRow) model(known bool) SpeechModel {
	return SpeechModel{Match: r.Match, Known: known, MaxBytes: r.Bytes, MinSeconds: r.Seconds.Min,
		TargetSeconds: r.Seconds.Target, MaxSeconds: r.Seconds.Max, LimitSeconds: r.Seconds.Limit, Formats: r.Formats,
		Response: r.Response, Granularities: r.Granularities, Prompt: r.Prompt, Keywords: r.Keywords,
		Language: r.Language, Temperature: r.Temperature, Chunking: r.Chunking, Usage: r.Usage, Shutdown: r.shutdown}
}

func (r *chatRow) defaults() {
	if r.Context == 0 {
		r.Context = 16_000
	}
	if r.Output == 0 {
		r.Output = min(4_096, r.Context/2)
	}
	if r.Reply == "" {
		r.Reply = "max_tokens"
	}
	if r.Schema == "" {
		r.Schema = "none"
	}
	if r.TokensPerChar == 0 {
		r.TokensPerChar = 1
	}
}

func (r *chatRow) complete() (err error) {
	r.defaults()
	if r.patterns, err = compile(r.Match); err != nil {
		return err
	}
	if r.shutdown, err = day(r.Shutdown); err != nil {
		return err
	}
	switch {
	case r.Context < 0 || r.Output < 0 || r.Output > r.Context:
		return fmt.Errorf("output must be at most context")
	case r.Reply != "max_tokens" && r.Reply != "max_completion_tokens":
		return fmt.Errorf("reply %q is neither max_tokens nor max_completion_tokens", r.Reply)
	case !slices.Contains([]string{"strict", "object", "none"}, r.Schema):
		return fmt.Errorf("schema %q is none of strict, object, none", r.Schema)
	case r.TokensPerChar < 0:
		return fmt.Errorf("tokens_per_char must be positive")
	}
	return nil
}

func (r chatRow) model(known bool) ChatModel {
	return ChatModel{Match: r.Match, Known: known, Context: r.Context, MaxOutput: r.Output, ReplyField: r.Reply,
		Schema: r.Schema, Temperature: r.Temperature, Reasoning: r.Reasoning, Usage: r.Usage,
		TokensPerChar: r.TokensPerChar, AnyWhitespace: r.AnyWhitespace, Shutdown: r.shutdown}
}

// compile turns patterns, in which * stands for any characters, into anchored expressions.
func compile(patterns []string) ([]*regexp.Regexp, error) {
	if len(patterns) == 0 {
		return nil, fmt.Errorf("row without match")
	}
	out := make([]*regexp.Regexp, 0, len(patterns))
	for _, p := range patterns {
		if strings.Trim(p, "* ") == "" {
			return nil, fmt.Errorf("pattern %q matches everything", p)
		}
		parts := strings.Split(p, "*")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		re, err := regexp.Compile("^" + strings.Join(parts, ".*") + "$")
		if err != nil {
			return nil, fmt.Errorf("pattern %q: %w", p, err)
		}
		out = append(out, re)
	}
	return out, nil
}

func matches(patterns []*regexp.Regexp, model string) bool {
	return slices.ContainsFunc(patterns, func(re *regexp.Regexp) bool { return re.MatchString(model) })
}

func day(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("shutdown %q is no date (YYYY-MM-DD)", s)
	}
	return t, nil
}

func first(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}
