package speech

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kikigaki/internal/endpoint"
	"kikigaki/internal/interview"
)

// maxText is the most characters one answer may hold: an hour of fast talk is about 30,000.
const maxText = 100_000

// reply is a decoded answer.
type reply struct {
	text     string
	pieces   []interview.Piece
	language string
	seconds  float64 // as billed; 0 when not said
}

// wire is the union of what OpenAI, Groq, vLLM, LocalAI, speaches and whisper.cpp answer. Numbers that come as text in
// some of them are read by number; ids, which are numbers here and text there, are not read at all.
type wire struct {
	Text     *string         `json:"text"`
	Error    json.RawMessage `json:"error"`
	Language any             `json:"language"`
	Segments json.RawMessage `json:"segments"` // read softly: a text without usable times is still a text
	Usage    json.RawMessage `json:"usage"`
}

type wireSegment struct {
	Start   number `json:"start"`
	End     number `json:"end"`
	Text    string `json:"text"`
	Speaker any    `json:"speaker"`
}

// number is a JSON number, also one written as a string; NaN when it is neither.
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	v, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err != nil || math.IsInf(v, 0) {
		v = math.NaN()
	}
	*n = number(v)
	return nil
}

// decode reads an answer of status 200 strictly. reason says why it is none: "no_json", "trailing_garbage", "no_text",
// "no_utf8", "text_too_long". An empty text is an answer; whether it can be true is judged by what was heard.
func decode(body []byte, format string, seconds float64) (r reply, reason string) {
	if !utf8.Valid(body) {
		return reply{}, "no_utf8"
	}
	d := json.NewDecoder(bytes.NewReader(body))
	var w wire
	if err := d.Decode(&w); err != nil {
		return reply{}, "no_json"
	}
	if _, err := d.Token(); err != io.EOF {
		return reply{}, "trailing_garbage"
	}
	if w.Text == nil {
		return reply{}, "no_text"
	}
	if utf8.RuneCountInString(*w.Text) > maxText {
		return reply{}, "text_too_long"
	}
	r.text = clean(*w.Text)
	r.language, _ = w.Language.(string)
	var usage struct {
		Seconds number `json:"seconds"`
	}
	if json.Unmarshal(w.Usage, &usage) == nil && usage.Seconds > 0 {
		r.seconds = float64(usage.Seconds)
	}
	var segments []wireSegment
	if format != endpoint.ResponseText && json.Unmarshal(w.Segments, &segments) == nil {
		r.pieces = pieces(segments, r.text, seconds)
	}
	return r, ""
}

// pieces checks times a recogniser gave: inside the cut, in order, and telling the same text as the whole answer. When
// they do not hold, they are dropped as a whole, and the text is laid on the speech like that of a model without times.
func pieces(in []wireSegment, text string, seconds float64) []interview.Piece {
	var out []interview.Piece
	var all strings.Builder
	last := 0.0
	for _, s := range in {
		t := clean(s.Text)
		if t == "" {
			continue
		}
		start, end := float64(s.Start), float64(s.End)
		if math.IsNaN(start) || math.IsNaN(end) || start > seconds+1 || end > seconds+5 || start < -1 {
			return nil // another unit, or another clock
		}
		start = min(max(start, last), seconds)
		end = min(max(end, start), seconds)
		last = start
		voice, _ := s.Speaker.(string)
		out = append(out, interview.Piece{Start: start, End: end, Text: t, Voice: voice})
		all.WriteString(t)
	}
	// An end after the next start is cut back; a piece that is left without length lends itself to its neighbour's time.
	for i := 0; i+1 < len(out); i++ {
		out[i].End = min(out[i].End, max(out[i+1].Start, out[i].Start))
	}
	if letters(all.String()) != letters(text) {
		return nil
	}
	return out
}

// clean makes text fit to be stored: control characters become spaces, runs of white space become one.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError || r == '\ufeff' || r >= 0x2066 && r <= 0x2069 || r >= 0x202a && r <= 0x202e:
			return -1 // lost characters, byte order marks and direction marks, which could disguise what is read
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// letters leaves only letters and digits of s.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}
