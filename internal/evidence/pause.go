package evidence

import (
	"strings"
	"unicode/utf8"

	"kikigaki/internal/pattern"
)

// Recognisers often write no full stops and put a space where the speaker pauses.

// AtPauses splits a Japanese text at the spaces that stand after the last form of a sentence: 「…ました 次は…」.
func AtPauses(s string) []string {
	if !strings.ContainsAny(s, " \u3000") {
		return []string{s}
	}
	var out []string
	from := 0
	for _, at := range Pauses(s) {
		if head := s[from:at]; sentenceEnd.MatchString(head) && utf8.RuneCountInString(head) >= 4 && !noEnd.MatchString(head) {
			out = append(out, strings.TrimSpace(head))
			from = at
		}
	}
	return append(out, strings.TrimSpace(s[from:]))
}

// Pauses are the places of the spaces between Japanese letters, as bytes.
func Pauses(s string) []int {
	var out []int
	before := rune(0)
	for at, c := range s {
		if c == ' ' || c == '\u3000' {
			next, _ := utf8.DecodeRuneInString(strings.TrimLeft(s[at:], " \u3000"))
			if before > lastLatin && next > lastLatin {
				out = append(out, at)
			}
			continue
		}
		before = c
	}
	return out
}

// lastLatin is a letter below which no Japanese one stands.
const lastLatin = 0x2e80

var (
	// polite and plain last forms with the particles that close a sentence
	sentenceEnd = pattern.MustCompile(`(?:です|ます|でした|ました|ません|でしょう|だろう|ましょう|ください|とく|ておく|てみる|てくれる|てもらえる|[てで](?:くれない|くんない|もらえない|おいて|といて)|たい|ほしい|じゃない|しれない|(?:です|ます|でした|ました|ません|だ|た|る|い|う|ん|な|く|す|つ)(?:よ|ね|よね|よねえ|ねえ|なあ|かな|かね|か|わ|っけ|じゃん|もんね|んだ|のか))$`)
	// the same letters inside a word or a clause
	noEnd = pattern.MustCompile(`(?:なんか|とか|いつか|どこか|何か|なにか|誰か|だれか|確か|たしか|みたいな|そうか|というか|ていうか|いうか)$`)
)
