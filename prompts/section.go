package prompts

import (
	"maps"
	"slices"

	"kikigaki/internal/interview"
)

// absences are the states of an empty section, in the order people meet them.
var absences = []interview.SectionState{interview.NotDiscussed, interview.StatedNone, interview.Unclear}

// sections reads the list of sections. An entry is a key alone, or a mapping with a key and the parts that differ from
// the template extended or, failing that, from the shared section of that key.
func (b *builder) sections(n *node, t *Template, base *Template) {
	v := n.get("sections")
	if v == nil {
		if base == nil {
			b.missing(n, "sections")
			return
		}
	} else {
		t.Sections = nil
		items := b.list(v, "sections")
		if len(items) > maxParts {
			b.add(items[maxParts].line, "sections_many")
		}
		for _, item := range items {
			if s := b.entry(item, t, base); s != nil {
				t.Sections = append(t.Sections, *s)
			}
		}
	}
	line := n.keyLine("sections")
	for _, key := range Heart {
		s := t.Section(key)
		switch {
		case s == nil:
			b.add(line, "heart_missing", key)
		case s.Source != SourceTalk:
			b.add(line, "heart_source", key)
		}
	}
}

func (b *builder) entry(item *node, t *Template, base *Template) *Section {
	key, body := item.text, (*node)(nil)
	switch item.kind {
	case scalar:
	case mapping:
		key, body = b.text(item, "key", 60), item
		if key == "" {
			b.add(item.line, "missing", "key")
			return nil
		}
	default:
		b.add(item.line, "not_mapping")
		return nil
	}
	switch {
	case key == "basics" || key == "confirmation":
		b.add(item.line, "section_reserved", key)
		return nil
	case !sectionForm.MatchString(key):
		b.add(item.line, "section_form", key)
		return nil
	case t.Section(key) != nil:
		b.add(item.line, "section_twice", key)
		return nil
	}
	s := Section{Key: key, Source: SourceTalk}
	known := true
	switch {
	case base != nil && base.Section(key) != nil:
		s = base.Section(key).clone()
	case b.shared.section(key) != nil:
		s = b.shared.section(key).clone()
	default:
		known = false
	}
	if body == nil {
		if !known {
			b.add(item.line, "section_unknown", key, b.shared.keys())
			return nil
		}
		return &s
	}
	b.section(body, &s, t.Languages)
	return &s
}

// section reads the parts of a section over what s already has.
func (b *builder) section(n *node, s *Section, languages []string) {
	if !b.keys(n, "key", "source", "sensitive", "ja", "en", "examples", "empty") {
		return
	}
	if v := b.choice(n, "source", SourceTalk, SourcePeople); v != "" {
		s.Source = v
	}
	if n.get("sensitive") != nil {
		s.Sensitive = b.flag(n, "sensitive")
	}
	if s.Words == nil {
		s.Words = map[string]Words{}
	}
	for _, l := range Languages {
		v := n.get(l)
		if v != nil && b.keys(v, "title", "in", "out", "wording", "ask") {
			s.Words[l] = b.words(v, s.Words[l])
		}
	}
	for _, l := range languages {
		b.complete(n, *s, l)
	}
	b.empty(n, s)
	if v := n.get("examples"); v != nil && b.keys(v, Languages...) {
		if s.Source == SourcePeople {
			b.add(v.line, "ask_people")
			return
		}
		if s.Examples == nil {
			s.Examples = map[string][]Example{}
		}
		for _, l := range Languages {
			if x := v.get(l); x != nil {
				s.Examples[l] = b.examples(x, s.Key, l)
			}
		}
	}
}

func (b *builder) words(n *node, w Words) Words {
	over := func(to *string, key string, limit int) {
		if s := b.text(n, key, limit); s != "" {
			*to = s
		}
	}
	over(&w.Title, "title", maxTitle)
	over(&w.In, "in", maxText)
	over(&w.Out, "out", maxText)
	over(&w.Wording, "wording", maxText)
	if v := n.get("ask"); v != nil {
		w.Ask = nil
		for _, q := range b.list(v, "ask") {
			if q.kind != scalar {
				b.add(q.line, "not_text", "ask")
				continue
			}
			w.Ask = append(w.Ask, b.checked(q, "ask", maxAsk))
		}
	}
	return w
}

// complete asks for the texts that a section needs in every language of its template.
func (b *builder) complete(n *node, s Section, language string) {
	w, ok := s.Words[language]
	if !ok {
		b.add(n.line, "language_missing", s.Key, language)
		return
	}
	need := []string{"title", w.Title, "in", w.In, "out", w.Out}
	if s.Source == SourceTalk {
		need = append(need, "wording", w.Wording)
	}
	for i := 0; i < len(need); i += 2 {
		if need[i+1] == "" {
			b.add(n.keyLine(language), "missing", language+"."+need[i])
		}
	}
}

// empty fills the three absences: the section's own words where it has them, else the shared ones.
func (b *builder) empty(n *node, s *Section) {
	own := n.get("empty")
	if own != nil {
		b.keys(own, string(interview.NotDiscussed), string(interview.StatedNone), string(interview.Unclear))
	}
	for l, w := range s.Words {
		all := map[interview.SectionState]Absence{}
		if b.shared != nil {
			maps.Copy(all, b.shared.empty[l])
		}
		maps.Copy(all, w.Empty)
		for _, state := range absences {
			v := own.get(string(state))
			if v == nil || v.kind != mapping {
				continue
			}
			if long := b.text(v, l, maxText); long != "" {
				for _, p := range placeholderForm.FindAllString(long, -1) {
					if p != "{title}" {
						b.add(v.keyLine(l), "placeholder", string(state), p)
					}
				}
				a := all[state]
				a.Long = long
				all[state] = a
			}
		}
		w.Empty = all
		s.Words[l] = w
	}
}

// clone copies s as far as building a template changes it.
func (s Section) clone() Section {
	s.Words, s.Examples = maps.Clone(s.Words), maps.Clone(s.Examples)
	for l, w := range s.Words {
		w.Ask, w.Empty = slices.Clone(w.Ask), maps.Clone(w.Empty)
		s.Words[l] = w
	}
	return s
}

// sharedSections reads shared/sections.yaml and shared/examples.yaml.
func sharedSections(sections, examples []byte) (*shared, []Problem) {
	b := &builder{report: report{file: "shared/sections.yaml"}}
	out := &shared{empty: map[string]map[interview.SectionState]Absence{}}
	n := parse(sections, &b.report)
	if n == nil || !b.keys(n, "data", "empty", "sections") {
		return out, b.sorted()
	}
	if d := n.get("data"); d != nil {
		b.spoken(d, "basics", maxTitle, Languages, &out.basics)
		b.spoken(d, "confirmation", maxTitle, Languages, &out.confirm)
	}
	for _, l := range Languages {
		out.empty[l] = map[interview.SectionState]Absence{}
		for _, state := range absences {
			v := n.get("empty").get(string(state)).get(l)
			if v == nil || !b.keys(v, "label", "long") {
				b.add(n.keyLine("empty"), "language_missing", string(state), l)
				continue
			}
			out.empty[l][state] = Absence{b.text(v, "label", maxTitle), b.text(v, "long", maxText)}
		}
	}
	b.shared = out
	if list := n.get("sections"); list != nil {
		for _, p := range list.pairs {
			s := Section{Key: p.key, Source: SourceTalk}
			b.section(p.value, &s, Languages)
			out.sections = append(out.sections, s)
		}
	}
	problems := b.sorted()
	b.report = report{file: "shared/examples.yaml"}
	if n := parse(examples, &b.report); n != nil {
		for _, p := range n.pairs {
			s := out.section(p.key)
			if s == nil {
				b.add(p.line, "section_unknown", p.key, out.keys())
				continue
			}
			s.Examples = map[string][]Example{}
			if b.keys(p.value, Languages...) {
				for _, l := range Languages {
					if x := p.value.get(l); x != nil {
						s.Examples[l] = b.examples(x, p.key, l)
					}
				}
			}
		}
	}
	return out, append(problems, b.sorted()...)
}
