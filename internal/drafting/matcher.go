package drafting

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// matcher is one compiled list of cues; nil never matches. Most sentences hold none of a list's cues, so each pattern
// is tried only on text that holds one of the literals no match of it can do without.
type matcher struct {
	index        // the patterns as written
	parts *index // their alternatives one by one: each has literals of its own, and whether one matches is all in asks
}

type index struct {
	list   []pattern
	always []int       // patterns without such a literal
	starts []start     // literals, by the last byte of their first rune
	from   [257]uint16 // where in starts those of a byte begin
}

type pattern struct {
	re    *regexp.Regexp
	plain bool       // the pattern is its literal
	also  [][]string // further literals; of each list a match holds one
}

type start struct {
	literal string
	first   rune
	at      int // into list
}

func compile(list []string) *matcher {
	if len(list) == 0 {
		return nil
	}
	m := &matcher{parts: &index{}}
	for _, p := range list {
		parsed, err := syntax.Parse(p, syntax.Perl)
		if err != nil {
			panic("drafting: cue " + p + ": " + err.Error())
		}
		m.add(p, parsed)
		if parsed.Op == syntax.OpAlternate {
			for _, alternative := range parsed.Sub {
				m.parts.add(alternative.String(), alternative)
			}
			continue
		}
		m.parts.add(p, parsed)
	}
	m.order()
	m.parts.order()
	return m
}

// order sorts the literals by the last byte of their first rune.
func (m *index) order() {
	slices.SortStableFunc(m.starts, func(a, b start) int { return int(byte(a.first)) - int(byte(b.first)) })
	for _, x := range m.starts {
		m.from[int(byte(x.first))+1]++
	}
	for i := 1; i < len(m.from); i++ {
		m.from[i] += m.from[i-1]
	}
}

func (m *index) add(p string, parsed *syntax.Regexp) {
	simple := parsed.Simplify()
	needed := required(simple)
	x := pattern{re: regexp.MustCompile(p), plain: len(needed) == 1 && needed[0] == p}
	if simple.Op == syntax.OpConcat {
		for _, s := range simple.Sub {
			if part := required(s); part != nil && !slices.Equal(part, needed) && len(x.also) < 2 {
				x.also = append(x.also, part)
			}
		}
	}
	at := len(m.list)
	m.list = append(m.list, x)
	if needed == nil {
		m.always = append(m.always, at)
	}
	for _, l := range needed {
		c, _ := utf8.DecodeRuneInString(l)
		m.starts = append(m.starts, start{l, c, at})
	}
}

// match runs the pattern on a text that holds its first literal.
func (p *pattern) match(s string) bool {
	if p.plain {
		return true
	}
	for _, part := range p.also {
		if !hasAny(s, part) {
			return false
		}
	}
	return p.re.MatchString(s)
}

// required returns literals of which every match of the expression holds at least one, nil when there are none.
func required(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase != 0 {
			return nil
		}
		return []string{string(re.Rune)}
	case syntax.OpCapture, syntax.OpPlus:
		return required(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min == 0 {
			return nil
		}
		return required(re.Sub[0])
	case syntax.OpCharClass:
		var out []string
		for i := 0; i < len(re.Rune); i += 2 {
			if re.Rune[i+1]-re.Rune[i] > 12 || len(out) > 24 {
				return nil
			}
			for c := re.Rune[i]; c <= re.Rune[i+1]; c++ {
				out = append(out, string(c))
			}
		}
		return out
	case syntax.OpAlternate:
		var out []string
		for _, s := range re.Sub {
			part := required(s)
			if part == nil {
				return nil
			}
			out = append(out, part...)
		}
		return out
	case syntax.OpConcat:
		var best []string
		for _, s := range re.Sub {
			if part := required(s); part != nil && (best == nil || selectivity(part) > selectivity(best)) {
				best = part
			}
		}
		return best
	}
	return nil
}

// selectivity prefers few and long literals: the shortest counts.
func selectivity(list []string) float64 {
	least := 99
	for _, l := range list {
		least = min(least, utf8.RuneCountInString(l))
	}
	return float64(least) - float64(len(list))/40
}

func (m *matcher) in(s string) bool {
	if m == nil {
		return false
	}
	return m.parts.each(s, func(p *pattern) bool { return p.match(s) })
}

// each calls try for the patterns that may match s until one returns true.
func (m *index) each(s string, try func(p *pattern) bool) bool {
	for _, i := range m.always {
		if try(&m.list[i]) {
			return true
		}
	}
	var done [4]uint64 // of the first 256 patterns those that were tried and failed
	for at, c := range s {
		b := byte(c)
		for k := m.from[b]; k < m.from[int(b)+1]; k++ {
			x := &m.starts[k]
			if x.first != c || x.at < 256 && done[x.at>>6]&(1<<(x.at&63)) != 0 || !strings.HasPrefix(s[at:], x.literal) {
				continue
			}
			if try(&m.list[x.at]) {
				return true
			}
			if x.at < 256 {
				done[x.at>>6] |= 1 << (x.at & 63)
			}
		}
	}
	return false
}

// find returns the leftmost match, nil when there is none.
func (m *matcher) find(s string) []int {
	if m == nil {
		return nil
	}
	var best []int
	m.each(s, func(p *pattern) bool {
		if loc := p.re.FindStringIndex(s); loc != nil && (best == nil || loc[0] < best[0]) {
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
	m.each(s, func(p *pattern) bool {
		out = p.re.ReplaceAllString(out, "□")
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
	m.each(s, func(p *pattern) bool {
		n += len(p.re.FindAllStringIndex(s, most))
		return n >= most
	})
	return min(n, most)
}
