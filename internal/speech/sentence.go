package speech

import "strings"

// splitSentences cuts a text behind 。！？!? and behind a full stop that ends a word; closing quotes stay with their
// sentence. Joined again, the sentences are the text but for white space between them.
func splitSentences(text string) []string {
	r := []rune(text)
	var out []string
	from := 0
	emit := func(to int) {
		if s := strings.TrimSpace(string(r[from:to])); s != "" {
			out = append(out, s)
		}
		from = to
	}
	for i := 0; i < len(r); i++ {
		if !endsSentence(r, i) {
			continue
		}
		for i+1 < len(r) && strings.ContainsRune("。！？!?.」』）)”\"'", r[i+1]) {
			i++
		}
		emit(i + 1)
	}
	emit(len(r))
	return out
}

// endsSentence reports whether the character at i ends a sentence. A stop inside a number or an address does not, nor
// does one behind a title or a single letter ("Mr. Reed", "J. Smith").
func endsSentence(r []rune, i int) bool {
	switch r[i] {
	case '。', '！', '？', '!', '?':
		return true
	case '.':
		if i+1 < len(r) && r[i+1] != ' ' {
			return false
		}
		j := i
		for j > 0 && (r[j-1] >= 'a' && r[j-1] <= 'z' || r[j-1] >= 'A' && r[j-1] <= 'Z') {
			j--
		}
		switch strings.ToLower(string(r[j:i])) {
		case "mr", "mrs", "ms", "dr", "prof", "st", "e.g", "i.e", "vs":
			return false
		}
		return i-j != 1 || r[j] == 'I' || r[j] == 'a'
	}
	return false
}
