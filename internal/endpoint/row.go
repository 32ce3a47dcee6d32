package endpoint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// speechRow and chatRow are rows of the models file as they are written.
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
