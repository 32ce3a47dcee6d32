package pattern

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Index finds, in one pass over a text, which of many expressions can match it at all: those of whose literals the text
// holds one. Add all, then Order, then Each.
type Index struct {
	always []int       // expressions without literals
	starts []start     // literals, by the last byte of their first rune
	from   [257]uint16 // where in starts those of a byte begin
	ends   []ends      // expressions bound to the beginning or the end of the text
}

type start struct {
	literal string
	first   rune
	last    byte
	id      int
}

// ends are the words with one of which a text must begin or end.
type ends struct {
	words []string
	marks [4]uint64 // the bytes that mark holds for the words
	last  bool
	id    int
}

func newEnds(words []string, last bool, id int) ends {
	e := ends{words: words, last: last, id: id}
	for _, w := range words {
		b := mark(w, last)
		e.marks[b>>6] |= 1 << (b & 63)
	}
	return e
}

// mark is the byte of a text that tells most about its end, or its beginning: the last of its last, or first, letter.
func mark(s string, last bool) byte {
	switch {
	case s == "":
		return 0
	case last:
		return s[len(s)-1]
	case s[0] >= 0xe0 && len(s) > 2:
		return s[2]
	}
	return s[0]
}

func (e *ends) may(s string) bool {
	if b := mark(s, e.last); e.marks[b>>6]&(1<<(b&63)) == 0 && !slices.Contains(e.words, "") {
		return false
	}
	for _, w := range e.words {
		if e.last && strings.HasSuffix(s, w) || !e.last && strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

// Add enters expression id by its literals; without any it is tried on every text.
func (x *Index) Add(id int, literals []string) {
	if len(literals) == 0 || slices.Contains(literals, "") {
		x.always = append(x.always, id)
		return
	}
	for _, l := range literals {
		c, _ := utf8.DecodeRuneInString(l)
		x.starts = append(x.starts, start{l, c, l[len(l)-1], id})
	}
}

// Order sorts the literals by the last byte of their first rune.
func (x *Index) Order() {
	slices.SortStableFunc(x.starts, func(a, b start) int { return int(byte(a.first)) - int(byte(b.first)) })
	for _, s := range x.starts {
		x.from[int(byte(s.first))+1]++
	}
	for i := 1; i < len(x.from); i++ {
		x.from[i] += x.from[i-1]
	}
}

// Each calls try for the expressions that may match s until one returns true: first those that are always tried, then
// those bound to an end, then the others by where their literals stand.
func (x *Index) Each(s string, try func(id int) bool) bool {
	for _, id := range x.always {
		if try(id) {
			return true
		}
	}
	for i := range x.ends {
		if e := &x.ends[i]; e.may(s) && try(e.id) {
			return true
		}
	}
	if len(x.starts) == 0 {
		return false
	}
	var done [4]uint64 // of the first 256 expressions those that were tried and failed
	for at := 0; at < len(s); {
		c, size := runeAt(s, at)
		b := byte(c)
		for k := x.from[b]; k < x.from[int(b)+1]; k++ {
			l := &x.starts[k]
			end := at + len(l.literal)
			// the last byte tells most apart before the whole is compared
			if l.first != c || end > len(s) || s[end-1] != l.last || l.id < 256 && done[l.id>>6]&(1<<(l.id&63)) != 0 || s[at:end] != l.literal {
				continue
			}
			if try(l.id) {
				return true
			}
			if l.id < 256 {
				done[l.id>>6] |= 1 << (l.id & 63)
			}
		}
		at += size
	}
	return false
}

// runeAt is utf8.DecodeRuneInString with a short way for the three bytes of a Japanese letter.
func runeAt(s string, at int) (c rune, size int) {
	b := s[at]
	if b < utf8.RuneSelf {
		return rune(b), 1
	}
	if b > 0xe0 && b < 0xed && at+2 < len(s) && s[at+1]&0xc0 == 0x80 && s[at+2]&0xc0 == 0x80 {
		return rune(b&0x0f)<<12 | rune(s[at+1]&0x3f)<<6 | rune(s[at+2]&0x3f), 3
	}
	return utf8.DecodeRuneInString(s[at:])
}
