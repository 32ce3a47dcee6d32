package api

import (
	"maps"
	"regexp"

	"github.com/danielgtaylor/huma/v2"
)

// directions are the marks that turn the order of letters around until they are closed (embeddings, overrides, isolates:
// UAX #9), as letters and as JSON escapes. The first alternative keeps an escaped backslash from being taken for the
// start of an escape.
var directions = regexp.MustCompile(`\\\\|\\u(?i:202[a-e]|206[6-9])|[\x{202A}-\x{202E}\x{2066}-\x{2069}]`)

// withoutDirections takes those marks out of a JSON text. Left in a name or a remark they would change how the words
// beside it are read, on pages, in mails and in documents.
func withoutDirections(data []byte) []byte {
	return directions.ReplaceAllFunc(data, func(m []byte) []byte {
		if m[0] == '\\' && m[1] == '\\' {
			return m
		}
		return nil
	})
}

// formats are huma's, with bodies freed of such marks.
func formats() map[string]huma.Format {
	f := maps.Clone(huma.DefaultFormats)
	for name, format := range f {
		read := format.Unmarshal
		format.Unmarshal = func(data []byte, v any) error { return read(withoutDirections(data), v) }
		f[name] = format
	}
	return f
}
