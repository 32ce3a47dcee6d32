package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"kikigaki/prompts"
)

type templatesCommand struct {
	List templatesList `cmd:"" default:"1" help:"List templates."`
	Show templatesShow `cmd:"" help:"Show one template."`
	Lint templatesLint `cmd:"" help:"Check template files; every mistake with its line."`
}

type templatesList struct {
	JSON bool `name:"json" help:"As JSON."`
}

// Run lists.
func (c *templatesList) Run(st *streams, s *Settings) error {
	l, err := prompts.Open(s.TemplatesDir)
	if err != nil {
		return explainTemplates(st, err)
	}
	if c.JSON {
		return json.NewEncoder(st.out).Encode(l.List())
	}
	w := tabwriter.NewWriter(st.out, 0, 4, 2, ' ', 0)
	for _, t := range l.List() {
		fmt.Fprintf(w, "%s\t%s\n", t.ID(), t.Title[language()])
	}
	return w.Flush()
}

type templatesShow struct {
	Name string `arg:"" help:"Name, or name@version."`
	JSON bool   `name:"json" help:"As JSON."`
}

// Run shows one template as a person would read it.
func (c *templatesShow) Run(st *streams, s *Settings) error {
	l, err := prompts.Open(s.TemplatesDir)
	if err != nil {
		return explainTemplates(st, err)
	}
	t, err := l.Get(c.Name, "")
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(st.out).Encode(t)
	}
	lang := language()
	fmt.Fprintf(st.out, "%s  %s\n%s\n", t.ID(), t.Title[lang], t.Purpose[lang])
	for _, section := range t.Sections {
		fmt.Fprintf(st.out, "\n%s (%s)\n", section.Title(lang), section.Key)
		for _, q := range section.Questions(lang) {
			fmt.Fprintf(st.out, "  - %s\n", q)
		}
	}
	return nil
}

type templatesLint struct {
	Files []string `arg:"" help:"Template files."`
	JSON  bool     `name:"json" help:"As JSON lines."`
}

// Run checks files and explains every mistake.
func (c *templatesLint) Run(st *streams) error {
	found := 0
	for _, path := range c.Files {
		b, err := os.ReadFile(path)
		if err != nil {
			return usageError{"the file " + path + " cannot be read"}
		}
		for _, p := range prompts.Lint(filepath.Base(path), b) {
			found++
			if c.JSON {
				if err := json.NewEncoder(st.out).Encode(p); err != nil {
					return err
				}
				continue
			}
			fmt.Fprintf(st.out, "%s:%d: %s\n", path, p.Line, p.Text(language()))
		}
	}
	if found > 0 {
		return fmt.Errorf("%d mistakes", found)
	}
	return nil
}

// explainTemplates prints every mistake of the templates that were read.
func explainTemplates(st *streams, err error) error {
	if bad, ok := errors.AsType[*prompts.Invalid](err); ok {
		for _, p := range bad.Problems {
			fmt.Fprintf(st.err, "%s:%d: %s\n", p.File, p.Line, p.Text(language()))
		}
	}
	return err
}
