package evidence

import (
	"hash/fnv"
	"unicode"
)

// Content is what a text is about: in Japanese its pairs of letters with a kanji, a katakana or a digit, in English its
// words of more than three letters without their endings. Pairs and words are kept as numbers.
type Content map[uint64]struct{}

// ContentOf works the content of a text out.
func ContentOf(s string) Content {
	s = Fold(s)
	return contentOf(s, japanese(s))
}

func contentOf(folded string, ja bool) Content {
	if !ja {
		out := Content{}
		for w := range wordSet(folded) {
			h := fnv.New64a()
			_, _ = h.Write([]byte(w)) // never fails
			out[h.Sum64()] = struct{}{}
		}
		return out
	}
	r := letterRunes(folded)
	out := make(Content, len(r))
	for i := 0; i+1 < len(r); i++ {
		if content(r[i]) || content(r[i+1]) || isDigit(r[i]) {
			out[uint64(r[i])<<32|uint64(r[i+1])] = struct{}{}
		}
	}
	return out
}

// Of is the share of the claim's content that stands in c, 0 to 1.
func (c Content) Of(claim Content) float64 {
	if len(claim) == 0 {
		return 0
	}
	hit := 0
	for w := range claim {
		if _, ok := c[w]; ok {
			hit++
		}
	}
	return float64(hit) / float64(len(claim))
}

// letterRunes is Normalize for text that is folded already.
func letterRunes(folded string) []rune {
	r := make([]rune, 0, len(folded)/2)
	for _, c := range folded {
		if keep(c) {
			r = append(r, c)
		}
	}
	out := r[:0]
	for i := 0; i < len(r); {
		if n := japaneseFiller(r[i:]); n > 0 {
			i += n
			continue
		}
		out = append(out, r[i])
		i++
	}
	return out
}

func keep(c rune) bool {
	switch {
	case c >= 0x3041 && c <= 0x3096, c >= 0x30a1 && c <= 0x30fa, c >= 0x30fc && c <= 0x30ff, c >= 0x4e00 && c <= 0x9fff, c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		return true
	}
	return !unicode.IsSpace(c) && !unicode.IsPunct(c) && !unicode.IsSymbol(c) && !unicode.IsControl(c) && !unicode.In(c, unicode.Cf, unicode.Zl, unicode.Zp)
}
