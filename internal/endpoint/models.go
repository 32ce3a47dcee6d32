package endpoint

import (
	_ "embed"
	"fmt"
	"os"
	"slices"
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
