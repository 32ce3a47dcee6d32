package captions

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"kikigaki/internal/interview"
)

// MaxSize is the largest caption file in bytes; a talk of four hours has about half a megabyte.
const MaxSize = 10 << 20

// maxSegments bounds the segments of one file: one each half second of seven hours. maxLines leaves ten lines for each.
const (
	maxSegments = 50_000
	maxLines    = 10 * maxSegments
)

// Participant is a person a .json file names.
type Participant struct {
	Speaker string         // label in the transcript
	Role    interview.Part // employee, interviewer, other, unknown
	Name    string
}

// File is all that a caption file says.
type File struct {
	Transcript   *interview.Transcript
	RecordedOn   string        // YYYY-MM-DD, "" when the file does not say
	Participants []Participant // only from .json
	Format       string        // vtt, srt, sbv, txt, json, docx
}

// Read reads a caption file. The content decides what it is; the extension of name only where the content does not say.
// language is the transcript's; "" takes the file's own word for it, or looks at the script. Segments are ordered by
// time and numbered from 1, those of .json keep their own numbers. Verdicts: captions_unreadable, captions_empty.
func Read(name string, r io.Reader, language string) (*interview.Transcript, error) {
	f, err := ReadAll(name, r, language)
	return f.Transcript, err
}

// ReadAll is Read with what else the file says.
func ReadAll(name string, r io.Reader, language string) (File, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return File{}, fmt.Errorf("read captions: %w", err)
	}
	if len(data) > MaxSize {
		return File{}, unreadable("larger than 10 MiB")
	}
	if len(bytes.TrimSpace(bytes.Trim(data, "\x00"))) == 0 {
		return File{}, interview.E("captions_empty", nil)
	}
	f, language2, err := parse(strings.ToLower(path.Ext(name)), data)
	if err != nil {
		return File{}, err
	}
	t := f.Transcript
	if len(t.Segments) == 0 {
		return File{}, interview.E("captions_empty", nil)
	}
	if len(t.Segments) > maxSegments {
		return File{}, unreadable("too many segments")
	}
	t.Version, t.Source = 1, "captions"
	t.Language = language
	if t.Language == "" {
		t.Language = language2
	}
	if t.Language == "" {
		t.Language = scriptOf(t)
	}
	t.Coverage = coverageOf(t)
	return f, nil
}

// parse dispatches by content, then by extension.
func parse(ext string, data []byte) (f File, language string, err error) {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		f, err = parseDocx(data)
		return f, "", err
	}
	text, err := decode(data)
	if err != nil {
		return File{}, "", err
	}
	if strings.Count(text, "\n") > maxLines {
		return File{}, "", unreadable("too many lines")
	}
	start := strings.ToLower(strings.TrimSpace(text[:min(len(text), 256)]))
	switch {
	case strings.HasPrefix(start, "webvtt") && !strings.Contains(text, "-->"):
		return File{}, "", interview.E("captions_empty", nil) // a meeting in which nothing was captioned
	case strings.HasPrefix(start, "webvtt"):
		f, err = parseCues(text, "vtt")
	case strings.HasPrefix(start, "{"), strings.HasPrefix(start, "[") && (ext == ".json" || looksLikeJSON(text)):
		return parseJSON([]byte(text))
	case ext == ".json":
		return File{}, "", unreadable("not JSON")
	case strings.HasPrefix(start, "<!doctype"), strings.HasPrefix(start, "<html"), strings.HasPrefix(start, "<?xml"):
		return File{}, "", unreadable("a web page or XML")
	default:
		switch timed := timingOf(text); {
		case timed == arrow && ext == ".vtt":
			f, err = parseCues(text, "vtt")
		case timed == arrow:
			f, err = parseCues(text, "srt")
		case timed == comma:
			f, err = parseCues(text, "sbv")
		case ext == ".txt":
			f, err = parseText(text)
		default:
			return File{}, "", unreadable("no cues")
		}
	}
	return f, "", err
}

func unreadable(why string) error { return interview.E("captions_unreadable", errors.New(why)) }

// coverageOf counts the seconds of the cues, overlaps once.
func coverageOf(t *interview.Transcript) interview.Coverage {
	if !t.Timed {
		return interview.Coverage{}
	}
	var total, end float64
	for _, s := range t.Segments { // in order of Start
		from := max(s.Start, end)
		if s.End > from {
			total += s.End - from
			end = s.End
		}
	}
	return interview.Coverage{Speech: total, Sent: total, Transcribed: total}
}

// scriptOf tells Japanese from English by its kana.
func scriptOf(t *interview.Transcript) string {
	kana, letters := 0, 0
	for _, s := range t.Segments {
		for _, r := range s.Text {
			switch {
			case isKana(r):
				kana++
			case r > ' ':
				letters++
			}
		}
	}
	if kana*10 > letters+kana {
		return "ja"
	}
	return "en"
}
