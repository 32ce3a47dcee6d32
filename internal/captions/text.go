package captions

import (
	"html"
	"regexp"
	"strings"
	"unicode"
)

// isWide reports scripts that are written without spaces between words.
func isWide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303f || r >= 0xff01 && r <= 0xff60
}

func isKana(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana) }

// joinLines makes one line of several: without a space where either side is Japanese, since programs break Japanese
// lines anywhere, with one elsewhere.
func joinLines(lines []string) string {
	var b strings.Builder
	var last rune
	for _, l := range lines {
		l = squeeze(l)
		if l == "" {
			continue
		}
		for _, first := range l {
			if b.Len() > 0 && !isWide(last) && !isWide(first) {
				b.WriteByte(' ')
			}
			break
		}
		b.WriteString(l)
		for _, r := range l {
			last = r
		}
	}
	return b.String()
}

// squeeze trims and makes one space of each run of spaces.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

var (
	tag      = regexp.MustCompile(`</?[A-Za-z][^<>\n]*>|<\d{1,3}:[\d:.]+>`)
	openTag  = regexp.MustCompile(`</?[a-z][a-z0-9.]{0,10}$|<v[ .][^<>]*$`)
	entity   = regexp.MustCompile(`&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});`)
	override = regexp.MustCompile(`\{\\[^{}]*\}`)
)

// plain takes the tags out of a caption line and resolves its entities, once.
func plain(s string) string {
	s = tag.ReplaceAllString(s, "")
	s = openTag.ReplaceAllString(s, "") // cut off by the end of the cue
	s = override.ReplaceAllString(s, "")
	return clean(entity.ReplaceAllStringFunc(s, html.UnescapeString)) // "R&notes" has none
}

// clean removes what entities may have brought in: control characters have no place in a text.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\u00a0' {
			return ' '
		}
		if r != '\n' && r != '\t' && unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == '\u200b' || r == '\ufeff' {
			return -1
		}
		return r
	}, s)
}
