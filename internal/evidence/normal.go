package evidence

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// fillers are taken out before quotes are compared: sounds of hesitation that a careful writer leaves away. Longest
// first. They are removed on both sides, so that a word which merely contains one still equals itself.
var fillers = runes("えーっと", "えっとー", "えーと", "えっと", "ええと", "うーんと", "うーん", "あのー", "あのう", "そのー", "んー", "えー", "あー", "うー",
	"なんか", "まあ", "まぁ", "あの", "その", "こう")

func runes(words ...string) [][]rune {
	out := make([][]rune, len(words))
	for i, w := range words {
		out[i] = []rune(w)
	}
	return out
}

// englishFillers are whole words.
var englishFillers = map[string]bool{"um": true, "uh": true, "er": true, "erm": true, "uhm": true, "hmm": true, "mm": true}

// Normalize brings a text to the form in which quotes are compared: NFKC, lower case, without spaces, punctuation,
// symbols and fillers.
func Normalize(s string) string { return string(normal(s).r) }

// text is a normalised text that remembers where each of its runes stood.
type text struct {
	r    []rune
	from []int // byte offset in the original at which the rune's source begins
	to   []int // and ends
}

func normal(s string) text {
	var t text
	r, from, to := folded(s)
	for i, c := range r {
		if keep(c) {
			t.r, t.from, t.to = append(t.r, c), append(t.from, from[i]), append(t.to, to[i])
		}
	}
	return t.withoutFillers(s)
}

func (t text) withoutFillers(source string) text {
	out := text{r: make([]rune, 0, len(t.r)), from: make([]int, 0, len(t.r)), to: make([]int, 0, len(t.r))}
	for i := 0; i < len(t.r); {
		n := japaneseFiller(t.r[i:])
		if n == 0 {
			n = t.englishFiller(i, source)
		}
		if n == 0 {
			out.r, out.from, out.to = append(out.r, t.r[i]), append(out.from, t.from[i]), append(out.to, t.to[i])
			n = 1
		}
		i += n
	}
	return out
}

func japaneseFiller(r []rune) int {
	if len(r) < 2 || r[0] < 0x3041 || r[0] > 0x3093 {
		return 0
	}
next:
	for _, f := range fillers {
		if len(r) < len(f) {
			continue
		}
		for i := range f {
			if r[i] != f[i] {
				continue next
			}
		}
		return len(f)
	}
	return 0
}

// englishFiller returns the length of the filler word that begins at i, 0 when none does. Word boundaries are those of
// the source, because the normal form has none.
func (t text) englishFiller(i int, source string) int {
	if t.r[i] < 'a' || t.r[i] > 'z' || i > 0 && t.to[i-1] == t.from[i] {
		return 0
	}
	j := i
	for j < len(t.r) && j-i < 5 && t.r[j] >= 'a' && t.r[j] <= 'z' && (j == i || t.from[j] == t.to[j-1]) {
		j++
	}
	if j < len(t.r) && t.from[j] == t.to[j-1] || !englishFillers[string(t.r[i:j])] {
		return 0
	}
	return j - i
}

// Fold is NFKC and lower case with everything kept: the form in which numbers, dates and grammar are read.
func Fold(s string) string { return strings.ToLower(norm.NFKC.String(s)) }
