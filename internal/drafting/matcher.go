package drafting

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// matcher is one compiled list of cues; nil never matches. Most sentences hold none of a list's cues, so each pattern
// is tried only on text that holds one of the literals no match of it can do without.
type matcher struct {
	list   []pattern
	always []int            // patterns without such a literal
	starts map[rune][]start // literals by their first rune
	seen   [4]uint64        // first runes, folded to 256 bits: a cheap no for most
}

type pattern struct {
	re    *regexp.Regexp
	plain bool // the pattern is its literal
}

type start struct {
	literal string
	at      int // index into list
}

func compile(list []string) *matcher {
	if len(list) == 0 {
		return nil
	}
	m := &matcher{starts: map[rune][]start{}}
	for i, p := range list {
		re := regexp.MustCompile(p)
		parsed, err := syntax.Parse(p, syntax.Perl)
		if err != nil {
			panic("drafting: cue " + p + ": " + err.Error()) // MustCompile has accepted it
		}
		needed := required(parsed.Simplify())
		m.list = append(m.list, pattern{re: re, plain: len(needed) == 1 && needed[0] == p})
		if needed == nil {
			m.always = append(m.always, i)
		}
		for _, l := range needed {
			c, _ := utf8.DecodeRuneInString(l)
			m.starts[c] = append(m.starts[c], start{l, i})
			m.seen[c>>6&3] |= 1 << (c & 63)
		}
	}
	return m
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
	return m.each(s, func(p pattern, literal string) bool { return p.plain || p.re.MatchString(s) })
}

// each calls try for the patterns that may match s until one returns true.
func (m *matcher) each(s string, try func(p pattern, literal string) bool) bool {
	for _, i := range m.always {
		if try(m.list[i], "") {
			return true
		}
	}
	var done uint64 // the first 64 patterns that were tried and failed
	for at, c := range s {
		if m.seen[c>>6&3]&(1<<(c&63)) == 0 {
			continue
		}
		for _, x := range m.starts[c] {
			if x.at < 64 && done&(1<<x.at) != 0 || !strings.HasPrefix(s[at:], x.literal) {
				continue
			}
			if try(m.list[x.at], x.literal) {
				return true
			}
			if x.at < 64 {
				done |= 1 << x.at
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
	m.each(s, func(p pattern, _ string) bool {
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
	m.each(s, func(p pattern, _ string) bool {
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
	m.each(s, func(p pattern, _ string) bool {
		n += len(p.re.FindAllStringIndex(s, most))
		return n >= most
	})
	return min(n, most)
}
