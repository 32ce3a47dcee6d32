// Package pattern holds regular expressions that say no cheaply. The rules of drafting and of the checks try hundreds of
// expressions on every sentence, and nearly all of them fail; most need some word that the sentence does not hold. A
// Pattern works out these words from the expression and looks for them before the expression itself runs; alternatives
// that are nothing but words are never run. The answers are those of package regexp.
//
// Callers: drafting, evidence.
package pattern

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"sync"
)

// Pattern is a compiled expression. The methods that look at a string are those of regexp.Regexp.
type Pattern struct {
	*regexp.Regexp
	set func() *Set // worked out at the first use: a program starts with hundreds of patterns and may need none
}

// MustCompile compiles an expression of Go's syntax; a mistake in it panics, as it is one of the program.
func MustCompile(expr string) *Pattern {
	re := regexp.MustCompile(expr)
	return &Pattern{Regexp: re, set: sync.OnceValue(func() *Set {
		x := Any(expr)
		if len(x.alternatives) == 1 {
			x.alternatives[0].own = func() *regexp.Regexp { return re }
		}
		return x
	})}
}

// MatchString reports whether the expression matches some part of s.
func (p *Pattern) MatchString(s string) bool { return p.set().MatchString(s) }

// May is false only when no part of s matches.
func (p *Pattern) May(s string) bool { return p.set().May(s) }

// Set is several expressions of which only is asked whether one of them matches.
type Set struct {
	index        Index
	alternatives []alternative
}

// alternative is one of an expression.
type alternative struct {
	only bool                  // its literals are all it stands for
	own  func() *regexp.Regexp // it alone, compiled when it is first run
	also [][]string            // further literals; of each list a match holds one
}

// Any compiles the alternatives of several expressions one by one: each has literals of its own.
func Any(list ...string) *Set {
	x := &Set{}
	for _, expr := range list {
		parsed, err := syntax.Parse(expr, syntax.Perl)
		if err != nil {
			panic("pattern: " + expr + ": " + err.Error())
		}
		if parsed.Op != syntax.OpAlternate {
			x.add(parsed)
			continue
		}
		for _, a := range parsed.Sub {
			x.add(a)
		}
	}
	x.index.Order()
	return x
}

func (x *Set) add(parsed *syntax.Regexp) {
	id := len(x.alternatives)
	core, begins, closes := anchors(parsed.Simplify())
	words := expand(core)
	only := words != nil && !(begins && closes) && !slices.Contains(words, "") // nothing but words
	a := alternative{only: only, own: sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(parsed.String()) })}
	bound := words
	if (begins || closes) && !only && !empty(core) {
		bound, _ = edges(core, !begins)
	}
	if (begins || closes) && (only || len(bound) > 0) {
		x.index.ends = append(x.index.ends, newEnds(bound, !begins, id))
		if needed := required(core); !only && needed != nil && !slices.Equal(needed, bound) {
			a.also = append(a.also, needed)
		}
		x.alternatives = append(x.alternatives, a)
		return
	}
	needed := words
	if !only {
		needed = required(core)
		if core.Op == syntax.OpConcat {
			for _, s := range core.Sub {
				if part := required(s); part != nil && !slices.Equal(part, needed) && len(a.also) < 2 {
					a.also = append(a.also, part)
				}
			}
		}
	}
	x.index.Add(id, needed)
	x.alternatives = append(x.alternatives, a)
}

// anchors takes ^ and $ off the ends of an expression.
func anchors(re *syntax.Regexp) (core *syntax.Regexp, begins, closes bool) {
	if re.Op != syntax.OpConcat {
		return re, false, false
	}
	subs := re.Sub
	if len(subs) > 1 && subs[0].Op == syntax.OpBeginText {
		subs, begins = subs[1:], true
	}
	if len(subs) > 1 && subs[len(subs)-1].Op == syntax.OpEndText {
		subs, closes = subs[:len(subs)-1], true
	}
	return &syntax.Regexp{Op: syntax.OpConcat, Flags: re.Flags, Sub: subs}, begins, closes
}

// may reports whether alternative id can match a text that its place in the index lets through.
func (x *Set) may(id int, s string) bool {
	for _, list := range x.alternatives[id].also {
		if !holds(s, list) {
			return false
		}
	}
	return true
}

// May is false only when no part of s matches.
func (x *Set) May(s string) bool {
	return x.index.Each(s, func(id int) bool { return x.may(id, s) })
}

// MatchString reports whether one of the expressions matches some part of s.
func (x *Set) MatchString(s string) bool {
	return x.index.Each(s, func(id int) bool {
		a := &x.alternatives[id]
		return a.only || x.may(id, s) && a.own().MatchString(s)
	})
}
