package captions

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
)

// decode turns the bytes of a text file into clean UTF-8 with \n line ends: UTF-8, UTF-16 with and without a byte order
// mark, ISO-2022-JP, Shift_JIS, EUC-JP, windows-1252. Bytes that are no text are captions_unreadable.
func decode(data []byte) (string, error) {
	text, ok := decodeBytes(data)
	if !ok {
		return "", unreadable("no text in any known encoding")
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n", "\v", "\n", "\f", "\n", "\ufeff", "").Replace(text)
	bad, total := 0, 0
	text = strings.Map(func(r rune) rune {
		total++
		switch {
		case r == utf8.RuneError:
			bad++
		case r == '\n' || r == '\t':
		case unicode.IsControl(r): // terminal codes and the like
			bad++
			return -1
		case r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069: // text direction overrides
			return -1
		}
		return r
	}, text)
	if bad*20 > total { // a recording named .txt
		return "", unreadable("more than 5 % of the characters are no text")
	}
	return text, nil
}

func decodeBytes(data []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return strings.ToValidUTF8(string(data[3:]), "\ufffd"), true
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return decodeUTF16(data[2:], binary.LittleEndian), true
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decodeUTF16(data[2:], binary.BigEndian), true
	}
	if order, ok := looksLikeUTF16(data); ok {
		return decodeUTF16(data, order), true
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return "", false
	}
	if utf8.Valid(data) {
		if bytes.Contains(data, []byte("\x1b$")) {
			if s, ok := decodeWith(japanese.ISO2022JP, data); ok {
				return s, true
			}
		}
		return string(data), true
	}
	// The legacy encodings overlap. Japanese text of any length has hiragana; read in the wrong encoding it has none.
	best, share := "", 0.0
	for _, e := range []encoding.Encoding{japanese.ShiftJIS, japanese.EUCJP} {
		if s, ok := decodeWith(e, data); ok {
			if h := hiraganaShare(s); h > share {
				best, share = s, h
			}
		}
	}
	if share >= 0.1 {
		return best, true
	}
	// UTF-8 with a few broken bytes (a file cut within a character) is still UTF-8.
	if fixed := strings.ToValidUTF8(string(data), "\ufffd"); strings.Count(fixed, "\ufffd")*50 < utf8.RuneCountInString(fixed) && hasMultibyte(fixed) {
		return fixed, true
	}
	return decodeWith(charmap.Windows1252, data)
}

// decodeWith decodes and reports whether less than 1 % of the characters were impossible.
func decodeWith(e encoding.Encoding, data []byte) (string, bool) {
	out, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return "", false
	}
	s := string(out)
	return s, strings.Count(s, "\ufffd")*100 <= utf8.RuneCountInString(s)
}

func decodeUTF16(data []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

// looksLikeUTF16 finds UTF-16 without a mark: line ends and digits put zeros on one side of the byte pairs only.
func looksLikeUTF16(data []byte) (binary.ByteOrder, bool) {
	var zeros [2]int
	n := min(len(data), 64<<10)
	for i := range n {
		if data[i] == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case zeros[1]*20 > n && zeros[0]*20 <= zeros[1]:
		return binary.LittleEndian, true
	case zeros[0]*20 > n && zeros[1]*20 <= zeros[0]:
		return binary.BigEndian, true
	}
	return nil, false
}

// hiraganaShare is the share of hiragana among the characters beyond ASCII.
func hiraganaShare(s string) float64 {
	hiragana, wide := 0, 0
	for _, r := range s {
		if r >= 0x3041 && r <= 0x3096 {
			hiragana++
		}
		if r >= 0x80 {
			wide++
		}
	}
	if wide == 0 {
		return 0
	}
	return float64(hiragana) / float64(wide)
}

func hasMultibyte(s string) bool {
	for _, r := range s {
		if r >= 0x80 && r != utf8.RuneError {
			return true
		}
	}
	return false
}
