package prompts

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"kikigaki/internal/interview"
)

// Stage is one kind of request to a model.
type Stage string

const (
	Extract Stage = "extract" // facts from one part of a talk
	Write   Stage = "write"   // statements and summary from facts
	Single  Stage = "single"  // statements and summary of a short talk in one pass
	Revise  Stage = "revise"  // answer comments
)

// Stages lists all stages.
var Stages = []Stage{Extract, Write, Single, Revise}

// Prompt is what a stage says to a model: the system message and the schema of its answer. Neither holds a word of a
// talk, a comment or a name.
type Prompt struct {
	Stage   Stage
	Version string // of the stage's text, from its first line
	System  string
	Schema  json.RawMessage
	Hash    string // SHA-256, hex, of system message and schema
}

// ID names a prompt on a draft: "extract@1:" and the first twelve digits of its hash.
func (p Prompt) ID() string { return string(p.Stage) + "@" + p.Version + ":" + p.Hash[:12] }

var versionLine = regexp.MustCompile(`^\{\{- /\* ([a-z]+), version ([0-9]+):`)

// Prompt renders a stage for a template in a language. keys limits Write to some of the drafted sections; without any
// it covers all. language_unknown when the template is not written in it.
func (t *Template) Prompt(stage Stage, language string, keys ...string) (Prompt, error) {
	if !t.Speaks(language) || !slices.Contains(Languages, language) {
		return Prompt{}, interview.E("language_unknown", nil)
	}
	sections := t.Drafted()
	if len(keys) > 0 {
		sections = slices.DeleteFunc(sections, func(s Section) bool { return !slices.Contains(keys, s.Key) })
	}
	rules, err := files.ReadFile("text/rules." + language + ".md")
	if err != nil {
		return Prompt{}, fmt.Errorf("read writing rules: %w", err)
	}
	v := view{Rules: string(rules)}
	for _, s := range sections {
		w := s.Words[language]
		v.Sections = append(v.Sections, sectionView{s.Key, w.Title, w.In, w.Out, w.Wording})
	}
	v.Examples = examplesFor(stage, sections, language)
	text, version, err := render(string(stage), language, v)
	if err != nil {
		return Prompt{}, err
	}
	p := Prompt{Stage: stage, Version: version, System: text}
	p.Schema, err = schema(stage, sections)
	if err != nil {
		return Prompt{}, err
	}
	sum := sha256.Sum256(append([]byte(p.System+"\x00"), p.Schema...))
	p.Hash = hex.EncodeToString(sum[:])
	return p, nil
}

// Inline is the system message for a model that takes no schema of its own: the schema stands at its end.
func (p Prompt) Inline(language string) (string, error) {
	text, _, err := render("schema", language, map[string]string{"System": p.System, "Schema": string(p.Schema)})
	return text, err
}

type view struct {
	Rules    string
	Sections []sectionView
	Examples []exampleView
}

type sectionView struct{ Key, Title, In, Out, Wording string }

type exampleView struct {
	Key        string
	Lines      []string
	Facts      []string
	Statements []string
	Why        string
}

// examplesFor chooses the examples a stage shows. One pass over a short talk shows all. Extraction is asked once for
// every part of a talk, so it shows what teaches most a character: everything that leads to nothing, and the first
// that leads to something in each section.
func examplesFor(stage Stage, sections []Section, language string) []exampleView {
	var out []exampleView
	if stage != Extract && stage != Single {
		return nil
	}
	for _, s := range sections {
		first := true
		for _, e := range s.Examples[language] {
			if stage == Extract && len(e.Expect) > 0 {
				if !first {
					continue
				}
				first = false
			}
			v := exampleView{Key: s.Key, Why: e.Why}
			for _, l := range e.Lines {
				v.Lines = append(v.Lines, l.String())
			}
			for _, x := range e.Expect {
				v.Facts = append(v.Facts, x.fact(s.Key))
				v.Statements = append(v.Statements, x.statement())
			}
			out = append(out, v)
		}
	}
	return out
}

// fact shows an expected statement as extraction would report it: section, segments, claim.
func (x Expect) fact(key string) string {
	var ids []string
	for _, q := range x.Evidence {
		if id := itoa(q.Segment); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return fmt.Sprintf("%s [%s] %s%s", key, strings.Join(ids, ", "), x.Text, x.fields())
}

// statement shows an expected statement with the quotes it stands on.
func (x Expect) statement() string {
	var ev []string
	for _, q := range x.Evidence {
		ev = append(ev, itoa(q.Segment)+" "+`"`+q.Quote+`"`)
	}
	s := x.Text + x.fields()
	if x.Sensitive {
		s += " sensitive"
	}
	return s + " [" + strings.Join(ev, ", ") + "]"
}

func (x Expect) fields() string {
	if x.Owner == "" {
		return ""
	}
	s := " owner=" + string(x.Owner)
	if x.Due != "" {
		s += " due=" + x.Due
	}
	return s
}

// render fills one text file and returns it with its version.
func render(name, language string, data any) (text, version string, err error) {
	file := "text/" + name + "." + language + ".md"
	source, err := files.ReadFile(file)
	if err != nil {
		return "", "", fmt.Errorf("read instructions: %w", err)
	}
	m := versionLine.FindSubmatch(source)
	if m == nil || string(m[1]) != name {
		return "", "", fmt.Errorf("instructions %s do not begin with their name and version", file)
	}
	t, err := template.New(file).Option("missingkey=error").Parse(string(source))
	if err != nil {
		return "", "", fmt.Errorf("parse instructions: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return "", "", fmt.Errorf("render instructions: %w", err)
	}
	return strings.TrimSpace(b.String()) + "\n", string(m[2]), nil
}
