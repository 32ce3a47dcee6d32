package drafting

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"kikigaki/internal/evidence"
)

var japaneseRun = regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}ー々]{6,}`)

var contentLetter = regexp.MustCompile(`[\p{Han}\p{Katakana}]`)

// ruleTexts are the string literals of the rules: the cue file and the sources of both packages.
func ruleTexts(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{"cues.yaml": strings.Split(string(cueFile), "\n")}
	for _, dir := range []string{".", "../evidence"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") || strings.HasPrefix(filepath.Base(f), "llm") {
				continue
			}
			tree, err := parser.ParseFile(token.NewFileSet(), f, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
					if s, err := strconv.Unquote(l.Value); err == nil {
						out[f] = append(out[f], s)
					}
				}
				return true
			})
		}
	}
	return out
}

// TestRulesComeFromTheLanguage: a rule may not share six letters in a row that hold a kanji or katakana with a sample
// unless they stand in a general cue list. Rules written from the samples would say little about other talks.
func TestRulesComeFromTheLanguage(t *testing.T) {
	t.Parallel()
	general, err := os.ReadFile("testdata/general_cues.txt")
	if err != nil {
		t.Fatal(err)
	}
	allowed := evidence.Normalize(string(general))
	var talks strings.Builder
	for _, g := range append(samples(t), fresh(t)...) {
		for _, s := range g.Segments {
			talks.WriteString(letters(s.Text) + "\n")
		}
	}
	said := talks.String()
	checked := 0
	for file, texts := range ruleTexts(t) {
		for _, text := range texts {
			if strings.HasPrefix(strings.TrimSpace(text), "#") {
				continue
			}
			for _, run := range japaneseRun.FindAllString(text, -1) {
				r := []rune(run)
				for i := 0; i+6 <= len(r); i++ {
					gram := string(r[i : i+6])
					checked++
					if contentLetter.MatchString(gram) && strings.Contains(said, gram) && !strings.Contains(allowed, gram) {
						t.Errorf("%s: %q in %q comes from a sample and from no general cue list", file, gram, run)
					}
				}
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d runs of letters were looked at: the lint reads nothing", checked)
	}
}

// letters are the letters of a text alone, as the recogniser wrote them.
func letters(s string) string {
	return strings.Map(func(c rune) rune {
		if japaneseRun.MatchString(strings.Repeat(string(c), 6)) {
			return c
		}
		return -1
	}, s)
}
