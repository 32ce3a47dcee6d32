package drafting

import "kikigaki/internal/pattern"

// matcher is one compiled list of cues; nil never matches. Most sentences hold none of a list's cues, so each pattern
// is tried only on text that holds one of the literals no match of it can do without.
type matcher struct {
	list  []*pattern.Pattern // as written
	index pattern.Index      // of the list
	any   *pattern.Set       // whether one of them matches is all in asks
}

func compile(list []string) *matcher {
	if len(list) == 0 {
		return nil
	}
	m := &matcher{any: pattern.Any(list...)}
	for i, p := range list {
		m.list = append(m.list, pattern.MustCompile(p))
		m.index.Add(i, pattern.Literals(p))
	}
	m.index.Order()
	return m
}

func (m *matcher) in(s string) bool {
	if m == nil {
		return false
	}
	return m.any.MatchString(s)
}

// each calls try for the patterns that may match s, in the order in which their literals stand there, until one returns
// true.
func (m *matcher) each(s string, try func(p *pattern.Pattern) bool) bool {
	return m.index.Each(s, func(id int) bool { return try(m.list[id]) })
}

// find returns the leftmost match, nil when there is none.
func (m *matcher) find(s string) []int {
	if m == nil {
		return nil
	}
	var best []int
	m.each(s, func(p *pattern.Pattern) bool {
		if loc := p.FindStringIndex(s); loc != nil && (best == nil || loc[0] < best[0]) {
			best = loc
		}
		return false
	})
	return best
}

// cut replaces every match by □.
func (m *matcher) cut(s string) string {
	if m == nil {
		return s
	}
	out := s
	m.each(s, func(p *pattern.Pattern) bool {
		out = p.ReplaceAllString(out, "□")
		return false
	})
	return out
}

// count returns how many matches there are, up to most.
func (m *matcher) count(s string, most int) int {
	if m == nil {
		return 0
	}
	n := 0
	m.each(s, func(p *pattern.Pattern) bool {
		n += len(p.FindAllStringIndex(s, most))
		return n >= most
	})
	return min(n, most)
}
