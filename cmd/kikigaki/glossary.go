package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"
)

// Most of what a glossary may hold. The engine sends as many terms as fit beside a talk.
const (
	maxTerms    = 500
	maxTermSize = 40 // characters
)

// readTerms reads a glossary: one term a line, UTF-8; empty lines and lines that begin with # say nothing. Without a
// path there are no terms.
func readTerms(path string) ([]string, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("KIKIGAKI_GLOSSARY_FILE: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	var out []string
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		w := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		switch {
		case w == "" || strings.HasPrefix(w, "#"):
			continue
		case !utf8.ValidString(w):
			return nil, fmt.Errorf("KIKIGAKI_GLOSSARY_FILE: line %d is not UTF-8", n)
		case utf8.RuneCountInString(w) > maxTermSize:
			return nil, fmt.Errorf("KIKIGAKI_GLOSSARY_FILE: line %d is longer than %d characters: one term a line", n, maxTermSize)
		case strings.ContainsAny(w, "<>{}|"):
			return nil, fmt.Errorf("KIKIGAKI_GLOSSARY_FILE: line %d holds one of < > { } |", n)
		}
		if out = append(out, w); len(out) > maxTerms {
			return nil, fmt.Errorf("KIKIGAKI_GLOSSARY_FILE: more than %d terms", maxTerms)
		}
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			return nil, errors.New("KIKIGAKI_GLOSSARY_FILE: a line without end: one term a line")
		}
		return nil, fmt.Errorf("KIKIGAKI_GLOSSARY_FILE: %w", err)
	}
	return out, nil
}
