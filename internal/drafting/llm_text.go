package drafting

import (
	"strings"

	"kikigaki/internal/evidence"
)

// nearest is the sentence of text that shares most with claim, the whole text when it is short.
func nearest(text, claim string) string {
	text = strings.TrimSpace(text)
	if len([]rune(text)) <= 60 {
		return text
	}
	best, score := text, -1.0
	for _, s := range sentencesOf(text) {
		if o := overlap(claim, s); o > score {
			best, score = s, o
		}
	}
	return best
}

// sentencesOf cuts a text after its marks of end; every piece stands literally in the text.
func sentencesOf(text string) []string {
	var out []string
	from := 0
	r := []rune(text)
	for i, c := range r {
		end := strings.ContainsRune("。！？!?\n", c) || c == '.' && (i+1 == len(r) || r[i+1] == ' ')
		if !end && i+1 < len(r) {
			continue
		}
		if s := strings.TrimSpace(string(r[from : i+1])); s != "" {
			out = append(out, s)
		}
		from = i + 1
	}
	return out
}

// overlap is the share of a's character pairs that b has too, 0 to 1, after normalising. It orders candidates; nothing
// is accepted because of it.
func overlap(a, b string) float64 {
	x, y := pairs(a), pairs(b)
	if len(x) == 0 {
		return 0
	}
	n := 0
	for p := range x {
		if y[p] {
			n++
		}
	}
	return float64(n) / float64(len(x))
}

func pairs(s string) map[[2]rune]bool {
	r := []rune(evidence.Normalize(s))
	out := make(map[[2]rune]bool, len(r))
	for i := 0; i+1 < len(r); i++ {
		out[[2]rune{r[i], r[i+1]}] = true
	}
	return out
}
