package captions

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"kikigaki/internal/interview"
)

// ErrNoTimes says that a transcript without times cannot be written as captions.
var ErrNoTimes = errors.New("the transcript has no times")

// Write writes a transcript as vtt, srt, txt or json. What Read makes of the result has the same words, speakers and
// times (to a millisecond); ids and marks survive in json alone.
func Write(w io.Writer, t *interview.Transcript, format string) error {
	out := bufio.NewWriter(w)
	var err error
	switch format {
	case "vtt", "srt":
		if !t.Timed {
			return fmt.Errorf("write %s: %w", format, ErrNoTimes)
		}
		if format == "vtt" {
			writeVTT(out, t)
		} else {
			writeSRT(out, t)
		}
	case "txt":
		writeText(out, t)
	case "json":
		err = writeJSON(out, t)
	default:
		err = fmt.Errorf("write captions: unknown format %q", format)
	}
	if err != nil {
		return err
	}
	return out.Flush() // bufio keeps the first error
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func writeVTT(w *bufio.Writer, t *interview.Transcript) {
	names := namesOf(t)
	fmt.Fprint(w, "WEBVTT\n")
	for _, s := range t.Segments {
		text := escape.Replace(words(t, s))
		if name := names.of(s); name != "" {
			text = "<v " + escape.Replace(name) + ">" + text + "</v>"
		}
		fmt.Fprintf(w, "\n%d\n%s --> %s\n%s\n", s.ID, stampText(s.Start, "."), stampText(s.End, "."), text)
	}
}

func writeSRT(w *bufio.Writer, t *interview.Transcript) {
	names := namesOf(t)
	for i, s := range t.Segments {
		if i > 0 {
			fmt.Fprintln(w)
		}
		text := names.line(t, s)
		if plain(text) != text { // SubRip has no escapes of its own, so they stand only where words would be taken for markup
			text = escape.Replace(text)
		}
		fmt.Fprintf(w, "%d\n%s --> %s\n%s\n", i+1, stampText(s.Start, ","), stampText(s.End, ","), text)
	}
}

func writeText(w *bufio.Writer, t *interview.Transcript) {
	names := namesOf(t)
	for _, s := range t.Segments {
		if t.Timed {
			fmt.Fprintf(w, "[%s - %s] ", stampText(s.Start, "."), stampText(s.End, "."))
		}
		fmt.Fprintln(w, names.line(t, s))
	}
}

func (n names) line(t *interview.Transcript, s interview.Segment) string {
	if name := n.of(s); name != "" {
		return name + ": " + words(t, s)
	}
	return words(t, s)
}

// words are those of a segment on one line, or what stands for them.
func words(t *interview.Transcript, s interview.Segment) string {
	ja := t.Language == "ja"
	switch {
	case s.OffRecord && ja:
		return "(本人の希望により削除)"
	case s.OffRecord:
		return "(removed at a participant's wish)"
	case s.Text == "" && s.Unclear && ja:
		return "(聞き取れず)"
	case s.Text == "" && s.Unclear:
		return "(unclear)"
	}
	return squeeze(s.Text)
}

// names maps each label to the speaker's name, or to itself where nobody knows the name.
type names map[string]string

func namesOf(t *interview.Transcript) names {
	n := names{}
	for _, p := range t.Speakers {
		if name := squeeze(p.Name); name != "" {
			n[p.Label] = name
		}
	}
	return n
}

func (n names) of(s interview.Segment) string {
	if name, ok := n[s.Speaker]; ok {
		return name
	}
	return s.Speaker
}

func stampText(seconds float64, point string) string {
	ms := int64(math.Round(max(0, seconds) * 1000))
	return fmt.Sprintf("%02d:%02d:%02d%s%03d", ms/3600000, ms/60000%60, ms/1000%60, point, ms%1000)
}

// jsonOut is the shape of the samples with the marks of ours beside it.
type jsonOut struct {
	Lang         string              `json:"lang"`
	Timed        bool                `json:"timed"`
	Participants []jsonParticipant   `json:"participants"`
	Segments     []interview.Segment `json:"segments"`
}

type jsonParticipant struct {
	Speaker    string         `json:"speaker"`
	Role       interview.Part `json:"role"`
	Name       string         `json:"name"`
	Confidence float64        `json:"confidence,omitempty"`
	By         string         `json:"by,omitempty"`
}

func writeJSON(w io.Writer, t *interview.Transcript) error {
	out := jsonOut{Lang: t.Language, Timed: t.Timed, Participants: []jsonParticipant{}, Segments: t.Segments}
	for _, p := range t.Speakers {
		out.Participants = append(out.Participants, jsonParticipant{p.Label, p.Role, p.Name, p.Confidence, p.By})
	}
	if out.Segments == nil {
		out.Segments = []interview.Segment{}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	return nil
}
