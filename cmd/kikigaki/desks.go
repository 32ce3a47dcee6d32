package main

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"
)

// deskKinds are the matters for which a company names a desk of its own.
var deskKinds = []string{"crisis", "harassment", "whistle"}

// readDesks reads the names of desks: one a line, as "crisis = 産業医(内線 1234)", or "crisis.en = …" for one language; empty
// lines and lines that begin with # say nothing. Without a path there are none. The answer is by kind and language, "" for
// both.
func readDesks(path string) (map[string]map[string]string, error) {
	out := map[string]map[string]string{}
	if path == "" {
		return out, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("KIKIGAKI_DESKS_FILE: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		left, name, _ := strings.Cut(line, "=")
		kind, lang, _ := strings.Cut(strings.TrimSpace(left), ".")
		if name = strings.TrimSpace(name); !slices.Contains(deskKinds, kind) || !slices.Contains([]string{"", "ja", "en"}, lang) || name == "" ||
			!utf8.ValidString(name) || utf8.RuneCountInString(name) > 200 {
			return nil, fmt.Errorf("KIKIGAKI_DESKS_FILE: line %d is not like `harassment = name of the desk` (%s; .ja or .en for one language)", n, strings.Join(deskKinds, ", "))
		}
		if out[kind] == nil {
			out[kind] = map[string]string{}
		}
		out[kind][lang] = name
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("KIKIGAKI_DESKS_FILE: %w", err)
	}
	return out, nil
}
