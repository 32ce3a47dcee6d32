package prompts

import (
	"embed"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kikigaki/internal/interview"
)

//go:embed templates/*.yaml shared/*.yaml text/*.md
var files embed.FS

// Library holds the templates of an installation: the built-in ones and those of its own folder. It does not change
// after Open and may be used by many at once.
type Library struct {
	templates map[string]*Template
	builtin   map[string]*Template
	sources   map[string][]byte // the files the templates in use were read from
	shared    *shared
}

// Open reads the built-in templates and the *.yaml files of dir ("" for none). A file of dir replaces the built-in
// template of the same name; it must then have another version. Any mistake is template_invalid with an *Invalid cause
// that lists all of them.
func Open(dir string) (*Library, error) {
	l, err := builtins()
	if err != nil || dir == "" {
		return l, err
	}
	names, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read templates folder: %w", err)
	}
	var problems []Problem
	from := map[string]string{}
	for _, e := range names {
		if ext := filepath.Ext(e.Name()); e.IsDir() || ext != ".yaml" && ext != ".yml" || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("read template: %w", err)
		}
		t, found := l.build(e.Name(), data)
		problems = append(problems, found...)
		if len(found) > 0 {
			continue
		}
		if other := from[t.Name]; other != "" {
			r := report{file: e.Name()}
			r.add(1, "name_twice", t.Name, other)
			problems = append(problems, r.problems...)
			continue
		}
		from[t.Name] = e.Name()
		l.templates[t.Name], l.sources[t.Name] = t, data
	}
	if len(problems) > 0 {
		return nil, interview.E("template_invalid", &Invalid{problems})
	}
	return l, nil
}

// builtins loads what is embedded. The embedded files have passed lint in the tests, so a mistake here is a bug; it is
// reported like any other.
func builtins() (*Library, error) {
	l := &Library{templates: map[string]*Template{}, builtin: map[string]*Template{}, sources: map[string][]byte{}}
	sections, err := files.ReadFile("shared/sections.yaml")
	if err != nil {
		return nil, fmt.Errorf("read shared sections: %w", err)
	}
	examples, err := files.ReadFile("shared/examples.yaml")
	if err != nil {
		return nil, fmt.Errorf("read shared examples: %w", err)
	}
	var problems []Problem
	l.shared, problems = sharedSections(sections, examples)
	entries, err := files.ReadDir("templates")
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	for _, e := range entries {
		data, err := files.ReadFile("templates/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("read built-in template: %w", err)
		}
		t, found := l.build(e.Name(), data)
		problems = append(problems, found...)
		if t != nil {
			l.builtin[t.Name], l.sources[t.Name] = t, data
		}
	}
	if len(problems) > 0 {
		return nil, interview.E("template_invalid", &Invalid{problems})
	}
	maps.Copy(l.templates, l.builtin)
	return l, nil
}

// build makes one template from a file's bytes. With problems the template is of no use.
func (l *Library) build(name string, data []byte) (*Template, []Problem) {
	b := &builder{report: report{file: name}, shared: l.shared, bases: l.builtin}
	n := parse(data, &b.report)
	if n == nil {
		return nil, b.sorted()
	}
	t := b.template(n)
	if t == nil {
		return nil, b.sorted()
	}
	if stem := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name)); t.Name != "" && stem != t.Name {
		b.add(n.keyLine("name"), "name_file", t.Name, stem)
	}
	sum, err := t.Seal()
	if err != nil {
		b.add(n.line, "syntax", "?")
		return nil, b.sorted()
	}
	t.Hash = sum
	if same := l.builtin[t.Name]; same != nil && same.Version == t.Version && same.Hash != t.Hash {
		b.add(n.keyLine("version"), "version_reused", t.ID(), strings.Join(Differences(same, t), ", "))
	}
	return t, b.sorted()
}

// Lint explains every mistake in a template file. The file may extend a built-in template.
func Lint(name string, data []byte) []Problem {
	l, err := builtins()
	if err != nil {
		r := report{file: name}
		r.add(1, "syntax", "the built-in templates are damaged")
		return r.problems
	}
	return l.Lint(name, data)
}

// Lint explains every mistake in a template file, as Lint does, with a library at hand.
func (l *Library) Lint(name string, data []byte) []Problem {
	_, problems := l.build(name, data)
	return problems
}

// Preview reads a template file without taking it into use: its mistakes as Lint gives them, and the template as far as it
// can be read, nil when it cannot. A template with mistakes is there to be looked at alone.
func (l *Library) Preview(name string, data []byte) (*Template, []Problem) {
	return l.build(name, data)
}

// Source returns the file that the template in use under that name was read from; template_unknown when there is none. The
// bytes are not to be changed.
func (l *Library) Source(name string) ([]byte, error) {
	data, ok := l.sources[name]
	if !ok {
		return nil, interview.E("template_unknown", nil)
	}
	return data, nil
}

// Get returns the template of that name, or of that name@version. template_unknown when there is none,
// language_unknown when it is not written in language ("" asks for none in particular).
func (l *Library) Get(name, language string) (*Template, error) {
	base, _, versioned := strings.Cut(name, "@")
	t := l.templates[base]
	if t == nil || versioned && t.ID() != name {
		return nil, interview.E("template_unknown", nil)
	}
	if language != "" && !t.Speaks(language) {
		return nil, interview.E("language_unknown", nil)
	}
	return t, nil
}

// List returns all templates: the built-in names first in the order of the product page, then the others by name.
func (l *Library) List() []*Template {
	order := []string{"career-interview", "one-on-one", "transfer-request", "reskilling-plan", "early-career", "return-to-work"}
	rank := func(n string) int {
		if i := slices.Index(order, n); i >= 0 {
			return i
		}
		return len(order)
	}
	return slices.SortedFunc(maps.Values(l.templates), func(a, b *Template) int {
		if d := rank(a.Name) - rank(b.Name); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
}
