package prompts

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/interview"
)

var (
	nameForm        = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)
	sectionForm     = regexp.MustCompile(`^[a-z][a-z0-9_]{0,29}$`)
	placeholderForm = regexp.MustCompile(`\{[a-z_]*\}`)
)

// Longest texts, in characters: what still fits a screen's heading, and what keeps instructions short enough to be read.
const (
	maxTitle  = 60
	maxText   = 400
	maxAsk    = 120
	maxParts  = 20
	maxPhrase = 120
)

// shared is what template files can refer to.
type shared struct {
	basics, confirm map[string]string
	empty           map[string]map[interview.SectionState]Absence // by language
	sections        []Section
}

func (s *shared) section(key string) *Section {
	for i := range s.sections {
		if s.sections[i].Key == key {
			return &s.sections[i]
		}
	}
	return nil
}

func (s *shared) keys() string {
	var k []string
	for _, x := range s.sections {
		k = append(k, x.Key)
	}
	return strings.Join(k, ", ")
}

// builder turns the nodes of one file into a template and reports every mistake on the way.
type builder struct {
	report
	shared *shared
	bases  map[string]*Template // what "extends" can name
}

// template builds a template; it is complete only when no problem was reported.
func (b *builder) template(n *node) *Template {
	if !b.keys(n, "name", "version", "extends", "languages", "title", "purpose", "first_review", "revise_by", "processing", "sections") {
		return nil
	}
	t := &Template{Languages: slices.Clone(Languages), Basics: b.shared.basics, Confirm: b.shared.confirm}
	base := b.extends(n, t)
	t.Name = b.text(n, "name", 40)
	if t.Name == "" {
		b.add(n.line, "missing", "name")
	} else if !nameForm.MatchString(t.Name) {
		b.add(n.keyLine("name"), "name_form", t.Name)
	}
	b.version(n, t)
	b.languages(n, t)
	b.spoken(n, "title", maxTitle, t.Languages, &t.Title)
	b.spoken(n, "purpose", maxText, t.Languages, &t.Purpose)
	if v := b.choice(n, "first_review", "employee", "interviewer"); v != "" {
		t.FirstReview = interview.Part(v)
	} else if t.FirstReview == "" {
		b.missing(n, "first_review")
	}
	if v := b.choice(n, "processing", "external", "internal"); v != "" {
		t.Processing = interview.Route(v)
	} else if t.Processing == "" {
		b.missing(n, "processing")
	}
	b.reviseBy(n, t)
	b.sections(n, t, base)
	return t
}

// extends starts t as a copy of the template it names.
func (b *builder) extends(n *node, t *Template) *Template {
	name := b.text(n, "extends", 40)
	if name == "" {
		return nil
	}
	base := b.bases[name]
	if base == nil {
		b.add(n.keyLine("extends"), "extends_unknown", name, strings.Join(slices.Sorted(maps.Keys(b.bases)), ", "))
		return nil
	}
	c := *base
	c.Name, c.Version, c.Hash = "", 0, ""
	c.Title, c.Purpose = maps.Clone(base.Title), maps.Clone(base.Purpose)
	c.Sections = slices.Clone(base.Sections)
	*t = c
	return base
}

func (b *builder) version(n *node, t *Template) {
	v := b.text(n, "version", 9)
	if v == "" {
		b.missing(n, "version")
		return
	}
	k, err := strconv.Atoi(v)
	if err != nil || k < 1 {
		b.add(n.keyLine("version"), "version_form", v)
	}
	t.Version = k
}

func (b *builder) languages(n *node, t *Template) {
	v := n.get("languages")
	if v == nil {
		return
	}
	t.Languages = nil
	for _, l := range b.list(v, "languages") {
		if !slices.Contains(Languages, l.text) {
			b.add(l.line, "language_unknown", l.text)
		} else if !slices.Contains(t.Languages, l.text) {
			t.Languages = append(t.Languages, l.text)
		}
	}
}

func (b *builder) reviseBy(n *node, t *Template) {
	v := n.get("revise_by")
	if v == nil {
		if t.ReviseBy == nil {
			b.missing(n, "revise_by")
		}
		return
	}
	t.ReviseBy = nil
	for _, w := range b.list(v, "revise_by") {
		if w.text != "employee" && w.text != "interviewer" {
			b.add(w.line, "wrong_value", "revise_by", w.text, "employee, interviewer")
			continue
		}
		t.ReviseBy = append(t.ReviseBy, interview.Part(w.text))
	}
}

// spoken reads a text that is written once per language into *to, over what was inherited.
func (b *builder) spoken(n *node, key string, limit int, languages []string, to *map[string]string) {
	if *to == nil {
		*to = map[string]string{}
	}
	if v := n.get(key); v != nil && b.keys(v, Languages...) {
		for _, l := range Languages {
			if s := b.text(v, l, limit); s != "" {
				(*to)[l] = s
			}
		}
	}
	for _, l := range languages {
		if (*to)[l] == "" {
			b.add(n.keyLine(key), "language_missing", key, l)
		}
	}
}

// keys reports whether n is a mapping, and complains about keys that are not allowed.
func (b *builder) keys(n *node, allowed ...string) bool {
	if n.kind != mapping {
		b.add(n.line, "not_mapping")
		return false
	}
	for _, p := range n.pairs {
		if !slices.Contains(allowed, p.key) {
			b.add(p.line, "unknown_key", p.key, strings.Join(allowed, ", "))
		} else if p.value.kind == null {
			b.add(p.line, "empty_value", p.key)
		}
	}
	return true
}

// text returns the text under key, "" when there is none.
func (b *builder) text(n *node, key string, limit int) string {
	v := n.get(key)
	if v == nil {
		return ""
	}
	if v.kind != scalar {
		b.add(n.keyLine(key), "not_text", key)
		return ""
	}
	return b.checked(v, key, limit)
}

func (b *builder) checked(v *node, key string, limit int) string {
	switch {
	case v.text == "":
		b.add(v.line, "empty_value", key)
	case utf8.RuneCountInString(v.text) > limit:
		b.add(v.line, "too_long", key, itoa(limit))
	case strings.ContainsAny(v.text, "\n\r\t"):
		b.add(v.line, "line_break", key)
	}
	return v.text
}

func (b *builder) choice(n *node, key string, allowed ...string) string {
	v := b.text(n, key, maxPhrase)
	if v != "" && !slices.Contains(allowed, v) {
		b.add(n.keyLine(key), "wrong_value", key, v, strings.Join(allowed, ", "))
		return ""
	}
	return v
}

func (b *builder) flag(n *node, key string) bool { return b.choice(n, key, "true", "false") == "true" }

func (b *builder) list(n *node, key string) []*node {
	if n.kind != list {
		b.add(n.line, "not_list", key)
		return nil
	}
	return n.items
}

func (b *builder) missing(n *node, key string) {
	if n.get(key) == nil {
		b.add(n.line, "missing", key)
	}
}

func isHeart(key string) bool { return slices.Contains(Heart, key) }
