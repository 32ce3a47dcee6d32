package export

import (
	"strings"
	"unicode"
)

// Letters that must not begin a line, and those that must not end one: JIS X 4051, 行頭禁則文字 and 行末禁則文字, small kana
// included, with their ASCII relatives.
const (
	notFirst = "、。，．・：；？！゛゜ゝゞヽヾ々〻ー）〕］｝〉》」』】〙〗〟’”»‐゠–—〜～…‥％‰℃°ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ,.:;?!)]}%"
	notLast  = "（〔［｛〈《「『【〘〖〝‘“«([{￥＄£¥$#＃"
	// pairs are not parted from themselves: …… and ――.
	pairs = "…‥―—"
	// units stay with the number before them.
	units = "年月日時分秒週回件人名円万億千百個本枚台歳度倍割点級号版階位社か箇ヶカヵケkgmcKGMLl％%℃"
)

// lines breaks a text into lines of at most width, by the rules of Japanese composition: 禁則 by pushing the letter
// before along (追い出し), no break within ASCII words, within numbers and between a number and its unit. Only what is
// longer than a whole line is broken anywhere. advance is the width of one letter. Every letter of text stands in
// exactly one line; spaces at a break are dropped.
func lines(text string, width float64, advance func(rune) float64) []string {
	var out []string
	line, used := []rune{}, 0.0
	flush := func() {
		if s := strings.TrimRight(string(line), " "); s != "" {
			out = append(out, s)
		}
		line, used = line[:0], 0
	}
	for _, chunk := range chunks([]rune(text)) {
		size := 0.0
		for _, r := range chunk {
			size += advance(r)
		}
		trimmed := size
		if last := chunk[len(chunk)-1]; last == ' ' {
			trimmed -= advance(last) // a space may hang over the edge
		}
		if used+trimmed > width && used > 0 {
			flush()
		}
		if trimmed <= width {
			line, used = append(line, chunk...), used+size
			continue
		}
		for _, r := range chunk {
			if a := advance(r); used+a > width && used > 0 {
				flush()
			}
			line, used = append(line, r), used+advance(r)
		}
	}
	flush()
	return out
}

// chunks parts a text where a line may break.
func chunks(text []rune) [][]rune {
	var out [][]rune
	start := 0
	for i := 1; i < len(text); i++ {
		if mayBreak(text, i) {
			out = append(out, text[start:i])
			start = i
		}
	}
	if start < len(text) {
		out = append(out, text[start:])
	}
	return out
}

// mayBreak reports whether a line may end before text[i].
func mayBreak(text []rune, i int) bool {
	before, after := text[i-1], text[i]
	switch {
	case after == ' ', unicode.Is(unicode.M, after):
		return false
	case before == ' ':
		return !strings.ContainsRune(notFirst, after)
	case strings.ContainsRune(notFirst, after), strings.ContainsRune(notLast, before):
		return false
	case before == after && strings.ContainsRune(pairs, after):
		return false
	case narrow(before) && narrow(after):
		return false // within a word, an address, a number
	case digit(before) && (digit(after) || strings.ContainsRune(units, after)):
		return false
	case i >= 2 && digit(text[i-2]) && strings.ContainsRune("か箇ヶカヵケ", before) && strings.ContainsRune("月国所年", after):
		return false // 3か月
	case digit(before) && (after == '/' || after == '.'), digit(after) && (before == '/' || before == '.'):
		return false
	}
	return true
}

// narrow reports whether r is a letter of a script that is broken at spaces only.
func narrow(r rune) bool {
	if r == ' ' {
		return false
	}
	if r < 0x2E80 {
		return !unicode.IsSpace(r) && !strings.ContainsRune("–—…‥‘’“”", r)
	}
	return unicode.Is(unicode.Hangul, r)
}

func digit(r rune) bool { return r >= '0' && r <= '9' || r >= '０' && r <= '９' }
