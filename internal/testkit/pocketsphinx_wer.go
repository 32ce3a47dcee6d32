package testkit

import (
	"strings"
	"unicode"
)

// fillers are left out before words are counted, as the samples' README does.
var fillers = map[string]bool{"um": true, "uh": true, "er": true, "erm": true, "hmm": true, "mm": true, "ah": true, "oh": true}

// Words are the words of an English text in lower case, without punctuation and fillers.
func Words(text string) []string {
	split := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' }
	var out []string
	for _, w := range strings.FieldsFunc(strings.ToLower(strings.ReplaceAll(text, "’", "'")), split) {
		if w = strings.Trim(w, "'"); w != "" && !fillers[w] {
			out = append(out, w)
		}
	}
	return out
}

// WER is the word error rate of a text against what was said: substitutions, deletions and insertions of the cheapest
// alignment (Levenshtein over words) by the number of words said. It can exceed 1.
func WER(said, heard string) float64 {
	want, got := Words(said), Words(heard)
	if len(want) == 0 {
		if len(got) == 0 {
			return 0
		}
		return 1
	}
	return float64(distance(want, got)) / float64(len(want))
}

// distance is the Levenshtein distance, in two rows.
func distance[T comparable](a, b []T) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
