package prompts

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheGuidesExampleIsRight lints the template that docs/templates.md shows.
func TestTheGuidesExampleIsRight(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("..", "docs", "templates.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(data), "```yaml\n")
	example, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("the guide shows no template")
	}
	if p := Lint("sales-talk.yaml", []byte(example)); len(p) > 0 {
		t.Error(p)
	}
}
