package captions

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// maxXML bounds the unpacked text of a Word file: a zip of 10 MiB can hold ten gigabytes of nothing.
const maxXML = 32 << 20

// parseDocx reads a transcript in a Word file as Teams makes it: "Name   0:03" and the words below, or (Stream)
// "0:0:0.0 --> 0:0:1.75", the name and the words, each on a line.
func parseDocx(data []byte) (File, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return File{}, unreadable("not a zip file")
	}
	for _, entry := range archive.File {
		if entry.Name != "word/document.xml" {
			continue
		}
		r, err := entry.Open()
		if err != nil {
			return File{}, unreadable("the document part cannot be opened")
		}
		defer r.Close()
		text, err := wordText(&io.LimitedReader{R: r, N: maxXML})
		if err != nil {
			return File{}, err
		}
		f, err := parseWordText(text)
		f.Format = "docx"
		return f, err
	}
	return File{}, unreadable("a zip file without a document")
}

// wordText gives the text of a document, one line a paragraph or break.
func wordText(r *io.LimitedReader) (string, error) {
	dec := xml.NewDecoder(r)
	dec.Strict = true
	var b strings.Builder
	inText, deleted := false, 0
	for {
		token, err := dec.RawToken() // no stack of open elements, no namespaces: flat memory
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", unreadable("the document part is no XML")
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "t":
				inText = true
			case "tab":
				b.WriteByte('\t')
			case "br", "cr":
				b.WriteByte('\n')
			case "del":
				deleted++
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				inText = false
			case "p":
				b.WriteByte('\n')
			case "del":
				deleted--
			}
		case xml.CharData:
			if inText && deleted <= 0 {
				b.Write(e)
			}
		}
	}
	if r.N <= 0 {
		return "", unreadable("the document is too large")
	}
	return clean(strings.ReplaceAll(b.String(), "\r", "\n")), nil
}

func parseWordText(text string) (File, error) {
	if timingOf(text) != arrow {
		return parseText(text)
	}
	// Stream: the line under the time is the name when words follow it.
	var cues []cue
	var under []string
	open := false
	flush := func() {
		if !open {
			return
		}
		c := &cues[len(cues)-1]
		if len(under) > 1 {
			if name, _, ok := prefix(under[0] + ":"); ok {
				c.name, under = name, under[1:]
			}
		}
		c.text = joinLines(under)
		under = nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if start, end, ok := parseTiming(line, arrowLine); ok {
			flush()
			cues, open = append(cues, cue{start: start, end: end}), true
		} else if open && strings.TrimSpace(line) != "" {
			under = append(under, line)
		}
	}
	flush()
	return File{Transcript: build(nameByPrefix(orderly(cues)), true)}, nil
}
