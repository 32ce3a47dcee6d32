package speech

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"strings"
	"unicode"
	"unicode/utf8"

	"kikigaki/internal/endpoint"
)

const (
	maxKeywords      = 100
	maxKeywordLength = 60  // characters
	maxPromptLength  = 400 // characters; Whisper reads at most 224 tokens
)

// form is a multipart body whose audio is streamed from disk: bytes before the file, the file, bytes after.
type form struct {
	head, tail  []byte
	size        int64 // of the file
	contentType string
}

var mediaTypes = map[string]string{"wav": "audio/wav", "flac": "audio/flac", "ogg": "audio/ogg", "webm": "audio/webm",
	"mp3": "audio/mpeg", "mpeg": "audio/mpeg", "mpga": "audio/mpeg", "m4a": "audio/mp4", "mp4": "audio/mp4"}

// newForm writes the fields the model understands, and no other. The file's name says nothing but its format.
func newForm(model string, can endpoint.SpeechModel, extension string, size int64, r Request) (*form, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	var failed error
	field := func(name, value string) {
		if err := w.WriteField(name, value); err != nil && failed == nil {
			failed = err
		}
	}
	field("model", model)
	if can.Response != endpoint.ResponseText {
		field("response_format", can.Response)
	}
	for _, g := range can.Granularities {
		field("timestamp_granularities[]", g)
	}
	switch {
	case r.Language == "" || can.Language == "none":
	case can.Language == "list":
		field("languages[]", r.Language)
	default:
		field("language", r.Language)
	}
	words := Keywords(r.Keywords)
	switch {
	case can.Keywords:
		for _, k := range words {
			field("keywords[]", k)
		}
	case can.Prompt && len(words) > 0:
		field("prompt", prompt(words, r.Language))
	}
	if can.Temperature {
		// 0 is said aloud: left out, some servers start their own ladder of temperatures. A second look may vary.
		if r.Attempt > 1 {
			field("temperature", "0.2")
		} else {
			field("temperature", "0")
		}
	}
	if can.Chunking && r.Cut.Span().Seconds() > 30 {
		field("chunking_strategy", "auto")
	}
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="file"; filename="audio.%s"`, extension))
	h.Set("Content-Type", mediaTypes[extension])
	if _, err := w.CreatePart(h); err != nil && failed == nil {
		failed = err
	}
	head := bytes.Clone(b.Bytes())
	b.Reset()
	if err := w.Close(); err != nil && failed == nil {
		failed = err
	}
	if failed != nil {
		return nil, fmt.Errorf("write form: %w", failed)
	}
	return &form{head: head, tail: b.Bytes(), size: size, contentType: w.FormDataContentType()}, nil
}

func (f *form) length() int64 { return int64(len(f.head)) + f.size + int64(len(f.tail)) }

func (f *form) reader(file io.Reader) io.Reader {
	return io.MultiReader(bytes.NewReader(f.head), file, bytes.NewReader(f.tail))
}

// Keywords makes words fit to be sent as hints: a single <, > or line break in one of them makes the endpoint refuse
// the whole request. Doubles, empty ones and what is too long to be a name or a term are left out.
func Keywords(in []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, k := range in {
		k = strings.Map(func(r rune) rune {
			switch {
			case r == '<' || r == '>' || r == utf8.RuneError:
				return -1
			case unicode.IsControl(r) || unicode.IsSpace(r):
				return ' '
			}
			return r
		}, k)
		k = strings.Join(strings.Fields(k), " ")
		if k == "" || seen[k] || utf8.RuneCountInString(k) > maxKeywordLength {
			continue
		}
		seen[k] = true
		if out = append(out, k); len(out) == maxKeywords {
			break
		}
	}
	return out
}

// prompt strings keywords together for models that take a prompt and no keywords.
func prompt(words []string, language string) string {
	separator := ", "
	if language == "ja" {
		separator = "、"
	}
	out := ""
	for _, w := range words {
		next := w
		if out != "" {
			next = out + separator + w
		}
		if utf8.RuneCountInString(next) > maxPromptLength {
			break
		}
		out = next
	}
	return out
}
