package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestReadTerms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       []string
		fails      string
	}{
		{"one a line, in order", "のぞみ便\nWMS\n", []string{"のぞみ便", "WMS"}, ""},
		{"with a byte order mark, remarks and blank lines", "\ufeff# 用語\n\n  カンバン \r\n", []string{"カンバン"}, ""},
		{"empty", "", nil, ""},
		{"a sentence is no term", strings.Repeat("長", 41), nil, "line 1 is longer"},
		{"markup", "ok\n<b>x</b>", nil, "line 2 holds"},
		{"not text", "ok\n\xff\xfe", nil, "line 2 is not UTF-8"},
		{"too many", strings.Repeat("a\n", 501), nil, "more than 500"},
		{"no lines", strings.Repeat("a", 1<<17), nil, "a line without end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "terms.txt")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := readTerms(path)
			if c.fails != "" {
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Fatalf("%v, want %q", err, c.fails)
				}
				return
			}
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%q (%v), want %q", got, err, c.want)
			}
		})
	}
	if got, err := readTerms(""); got != nil || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := readTerms(filepath.Join(t.TempDir(), "gone")); err == nil {
		t.Error("a file that is not there")
	}
}
