package evidence

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Dates reads the dates of one utterance. before holds dates of the utterances just before it, oldest first: a bare
// 「15日」 is the 15th of the month that was being talked about.
func (c Calendar) Dates(s, lang string, before []When) []When {
	if lang == "en" {
		return c.english(s, before)
	}
	if !strings.ContainsAny(s, "月日週曜年末次期回明QqＱ/／ぎ火水木金土連盆ＧGgウ仕") {
		return nil
	}
	return c.japanese(s, before)
}

// Resolve returns the date that the last limit, else the last date, in the words of a due means; "" when they name
// no day.
func (c Calendar) Resolve(due, lang string) string {
	best := ""
	limited := false
	for _, w := range c.Dates(due, lang, nil) {
		if w.Date != "" && (w.Limit || !limited) {
			best, limited = w.Date, w.Limit
		}
	}
	return best
}

// clean is a folded text without hesitation and commas, that knows where its runes stood.
type clean struct {
	s        string
	from, to []int // by byte of s
}

func cleaned(source string) clean {
	var b strings.Builder
	var c clean
	r, from, to := folded(source)
	b.Grow(len(source))
	c.from, c.to = make([]int, 0, len(source)), make([]int, 0, len(source))
	put := func(x rune, i int) {
		n := b.Len()
		b.WriteRune(x)
		for ; n < b.Len(); n++ {
			c.from, c.to = append(c.from, from[i]), append(c.to, to[i])
		}
	}
	for i := 0; i < len(r); {
		if n := japaneseFiller(r[i:]); n > 0 {
			i += n
			continue
		}
		switch {
		case r[i] == '、' || r[i] == ',' || r[i] == ' ' && (i == 0 || r[i-1] > 0x2e80):
			i++
		case kanjiDigit(r[i]) >= 0 || r[i] == '十':
			j := i
			for j < len(r) && (kanjiDigit(r[j]) >= 0 || r[j] == '十') {
				j++
			}
			if j < len(r) && strings.ContainsRune("月日年週か", r[j]) || j < len(r) && r[j] == '四' {
				n, _, _ := kanji(append(append([]rune{}, r[i:j]...), '日'), 0)
				for _, d := range trimFloat(n.Value) {
					put(d, i)
				}
				// the replacement ends where the numeral ended
				for k := 0; k < len(trimFloat(n.Value)); k++ {
					c.to[len(c.to)-1-k] = to[j-1]
				}
			} else {
				for k := i; k < j; k++ {
					put(r[k], k)
				}
			}
			i = j
		default:
			put(r[i], i)
			i++
		}
	}
	c.s = b.String()
	return c
}

func trimFloat(v float64) string {
	n := int(v)
	if n == 0 {
		return "0"
	}
	var b []byte
	for n > 0 {
		b = append([]byte{byte('0' + n%10)}, b...)
		n /= 10
	}
	return string(b)
}

// folded are the runes of a text in NFKC and lower case, with the bytes of the source each came from.
func folded(source string) (r []rune, from, to []int) {
	n := utf8.RuneCountInString(source)
	r, from, to = make([]rune, 0, n), make([]int, 0, n), make([]int, 0, n)
	if norm.NFKC.IsNormalString(source) {
		for at, x := range source {
			r, from, to = append(r, unicode.ToLower(x)), append(from, at), append(to, at+utf8.RuneLen(x))
		}
		return r, from, to
	}
	var iter norm.Iter
	iter.InitString(norm.NFKC, source)
	for !iter.Done() {
		at := iter.Pos()
		for _, x := range string(iter.Next()) {
			r, from, to = append(r, unicode.ToLower(x)), append(from, at), append(to, iter.Pos())
		}
	}
	return r, from, to
}

// literal is the source text of bytes [from, to) of the cleaned one.
func (c clean) literal(source string, from, to int) (string, int, int) {
	a, b := c.from[from], c.to[to-1]
	return source[a:b], a, b
}

// Plain is a text as cue lists and date grammars read it: NFKC, lower case, without hesitation words, commas and
// spaces between Japanese characters; numerals before 月, 日, 年 and 週 in digits.
func Plain(s string) string { return cleaned(s).s }

// Coverage is the share, 0 to 1, of the content of a claim that stands in what was said: in Japanese character bigrams
// with a kanji, a katakana or a digit, in English words of more than three letters without their endings.
func Coverage(claim, said string) float64 { return coverage(Fold(claim), Fold(said)) }
