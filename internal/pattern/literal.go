package pattern

import (
	"regexp/syntax"
	"slices"
	"unicode/utf8"
)

// Literals returns words of which every match of an expression holds at least one, nil when there are none.
func Literals(expr string) []string {
	parsed, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil // compiling it tells what is wrong
	}
	return required(parsed.Simplify())
}

// required is Literals for a simplified expression.
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
		return class(re, 24)
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

// class are the runes of a class, nil when there are more than most or when it has a wide range.
func class(re *syntax.Regexp, most int) []string {
	var out []string
	for i := 0; i < len(re.Rune); i += 2 {
		if re.Rune[i+1]-re.Rune[i] > 12 || len(out) > most {
			return nil
		}
		for c := re.Rune[i]; c <= re.Rune[i+1]; c++ {
			out = append(out, string(c))
		}
	}
	return out
}

// mostExpanded is how many words an expression may stand for to be looked up as words.
const mostExpanded = 300

// expand returns all words an expression can match, nil when they are too many or not words alone.
func expand(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return []string{""}
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase != 0 {
			return nil
		}
		return []string{string(re.Rune)}
	case syntax.OpCharClass:
		return class(re, 40)
	case syntax.OpCapture:
		return expand(re.Sub[0])
	case syntax.OpQuest:
		if part := expand(re.Sub[0]); part != nil {
			return append(part, "")
		}
	case syntax.OpAlternate:
		var out []string
		for _, s := range re.Sub {
			part := expand(s)
			if part == nil || len(out)+len(part) > mostExpanded {
				return nil
			}
			out = append(out, part...)
		}
		return out
	case syntax.OpConcat:
		out := []string{""}
		for _, s := range re.Sub {
			part := expand(s)
			if part == nil || len(out)*len(part) > mostExpanded {
				return nil
			}
			var next []string
			for _, a := range out {
				for _, b := range part {
					next = append(next, a+b)
				}
			}
			out = next
		}
		return out
	}
	return nil
}

// edges returns words of which every match that is not empty begins with one, or with last ends with one. ok is false
// when it can begin or end with anything.
func edges(re *syntax.Regexp, last bool) (words []string, ok bool) {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return nil, true
	case syntax.OpLiteral:
		return []string{string(re.Rune)}, re.Flags&syntax.FoldCase == 0
	case syntax.OpCharClass:
		words = class(re, 40)
		return words, words != nil
	case syntax.OpCapture, syntax.OpQuest, syntax.OpStar, syntax.OpPlus, syntax.OpRepeat:
		return edges(re.Sub[0], last)
	case syntax.OpAlternate:
		for _, s := range re.Sub {
			part, ok := edges(s, last)
			if !ok {
				return nil, false
			}
			words = append(words, part...)
		}
		return words, true
	case syntax.OpConcat:
		subs := slices.Clone(re.Sub)
		if last {
			slices.Reverse(subs)
		}
		for _, s := range subs {
			part, ok := edges(s, last)
			if !ok {
				return nil, false
			}
			words = append(words, part...)
			if !empty(s) {
				break
			}
		}
		return words, true
	}
	return nil, false
}

// empty reports whether an expression can match nothing; in doubt it can.
func empty(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune) == 0
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return false
	case syntax.OpCapture, syntax.OpPlus:
		return empty(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min == 0 || empty(re.Sub[0])
	case syntax.OpAlternate:
		return slices.ContainsFunc(re.Sub, empty)
	case syntax.OpConcat:
		return !slices.ContainsFunc(re.Sub, func(s *syntax.Regexp) bool { return !empty(s) })
	}
	return true
}
