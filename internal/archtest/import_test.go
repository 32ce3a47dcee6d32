package archtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowed is the import table of docs/architecture.md: package → packages of ours it may import. cmd may import all.
var allowed = map[string][]string{
	"internal/interview": {},
	"internal/captions":  {"internal/interview"},
	"internal/voice":     {"internal/interview"},
	"internal/holiday":   {},
	"internal/pattern":   {},
	"internal/evidence":  {"internal/interview", "internal/holiday", "internal/pattern"},
	"internal/media":     {"internal/interview"},
	"internal/store":     {"internal/interview"},
	"internal/blob":      {"internal/interview"},
	"internal/queue":     {"internal/interview"},
	"internal/notify":    {"internal/interview", "internal/holiday"},
	"internal/endpoint":  {"internal/interview"},
	"internal/embedded":  {"internal/interview"},
	"prompts":            {"internal/interview"},
	"internal/speech":    {"internal/interview", "internal/endpoint"},
	"internal/drafting":  {"internal/interview", "internal/endpoint", "prompts", "internal/evidence", "internal/pattern"},
	"internal/export":    {"internal/interview", "prompts", "internal/captions"},
	"internal/pipeline": {"internal/interview", "internal/media", "internal/voice", "internal/captions", "internal/speech",
		"internal/drafting", "prompts"},
	"worker": {"internal/interview", "internal/pipeline", "internal/store", "internal/queue", "internal/blob", "internal/notify",
		"internal/export", "prompts"},
	"api": {"internal/interview", "internal/store", "internal/queue", "internal/blob", "internal/export", "prompts", "internal/captions",
		"internal/evidence", "internal/notify"},
	"web": {},
}

// root is the top of the module.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir = filepath.Dir(dir); dir == "/" {
			t.Fatal("no go.mod above the test")
		}
	}
}

// sources calls f for every Go file of the module with its path from the root.
func sources(t *testing.T, f func(path string)) {
	t.Helper()
	top := root(t)
	seen := 0
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != top && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" || name == "dist") {
			return fs.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(name, ".go") {
			rel, err := filepath.Rel(top, path)
			if err != nil {
				return err
			}
			seen++
			f(rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 20 {
		t.Fatalf("only %d Go files found", seen)
	}
}

// row finds the table row a folder falls under: itself, or the nearest folder above it.
func row(dir string) string {
	for d := dir; d != "."; d = filepath.Dir(d) {
		if _, ok := allowed[d]; ok {
			return d
		}
	}
	return ""
}

func TestImportTable(t *testing.T) {
	t.Parallel()
	top := root(t)
	sources(t, func(path string) {
		dir := filepath.ToSlash(filepath.Dir(path))
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(top, path), nil, parser.ImportsOnly)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		isTest := strings.HasSuffix(path, "_test.go")
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			ours, ok := strings.CutPrefix(name, "kikigaki/")
			if !ok {
				continue
			}
			switch {
			case strings.HasPrefix(dir, "cmd/"), strings.HasPrefix(dir, "e2e"):
			case isTest, strings.HasPrefix(dir, "internal/testkit"), strings.HasSuffix(dir, "storetest"), strings.HasSuffix(dir, "voicebench"):
				// tests may look at more than the code does
			case strings.HasPrefix(ours, "internal/testkit"):
				t.Errorf("%s imports %s: the test kit is for tests", path, ours)
			default:
				from, to := row(dir), row(ours)
				if from == "" {
					t.Errorf("%s: %s has no row in the import table", path, dir)
				} else if to != from && !slices.Contains(allowed[from], to) {
					t.Errorf("%s: %s may not import %s", path, from, ours)
				}
			}
		}
	})
}

func TestPackagesSayWhatTheyAreFor(t *testing.T) {
	t.Parallel()
	top := root(t)
	said := map[string]bool{}
	sources(t, func(path string) {
		dir := filepath.Dir(path)
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(top, path), nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		said[dir] = said[dir] || file.Doc != nil && len(file.Doc.Text()) > 40
	})
	for dir, ok := range said {
		if !ok {
			t.Errorf("%s has no package comment", dir)
		}
	}
}
