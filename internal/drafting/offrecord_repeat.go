package drafting

// What was off the record and is spoken of again.

import (
	"slices"
	"unicode/utf8"

	"kikigaki/internal/pattern"
)

var rareWord = pattern.MustCompile(`\p{Han}[ぁ-ん]\p{Han}+|[\p{Han}]{2,}|[\p{Katakana}ー]{3,}|[a-z]{6,}`)

// rareWords are the words of sentence i that can tell one matter from another, worked out once.
func (r *Reading) rareWords(i int) []string {
	if r.rare == nil {
		r.rare = make([][]string, len(r.sentences))
	}
	if r.rare[i] == nil {
		r.rare[i] = append([]string{}, slices.Compact(rareWord.FindAllString(r.sentences[i].s, -1))...)
	}
	return r.rare[i]
}

// again takes up a matter that was spoken of before.
var again = pattern.MustCompile(`さっき|先ほど|先程|先の話|例の|あの(?:件|話)|その件|\bearlier\b|mentioned|you told me|that matter`)

// markRepeats leaves out later mentions of what was off the record: sentences that hold two words, or one long one,
// that occur in the range and nowhere before it.
func (r *Reading) markRepeats(from, to int) {
	before := map[string]bool{}
	for j := range from {
		for _, w := range r.rareWords(j) {
			before[w] = true
		}
	}
	rare := map[string]bool{}
	for j := from; j <= to; j++ {
		for _, w := range r.rareWords(j) {
			if !before[w] {
				rare[w] = true
			}
		}
	}
	for j := to + 1; j < len(r.sentences); j++ {
		if r.sentences[j].out == ReasonOffRecord {
			continue
		}
		hits, long := 0, false
		for _, w := range r.rareWords(j) {
			if rare[w] {
				hits++
				long = long || utf8.RuneCountInString(w) >= 4
			}
		}
		back := again.MatchString(r.sentences[j].s)
		if hits >= 2 && (long || back) || hits >= 3 {
			end := j
			if back { // spoken of again on purpose: what follows is about it
				end = max(j, r.replyEnd(j))
			}
			for k := j; k <= end; k++ {
				r.mark(k, ReasonOffRecord)
				r.propose(k)
			}
		}
	}
}
