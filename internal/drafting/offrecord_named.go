package drafting

// A request to leave out a matter that it names: 「さっきの…の話は」.

import (
	"slices"
	"unicode/utf8"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

var (
	namedJA = pattern.MustCompile(`((?:[\p{Han}\p{Katakana}ー]+[ぁ-ん]{0,2}(?:の|と|や))*[\p{Han}\p{Katakana}ー]+[ぁ-ん]{0,2})の(?:話|件|こと|くだり|ところ|部分)`)
	namedEN = pattern.MustCompile(`\b(?:about|the part (?:on|about)) (?:my |the |our |his |her )?([a-z]{4,})(?: and (?:my |the |our )?([a-z]{4,}))?`)
	joins   = pattern.MustCompile(`[のとや]`)
)

// named are the things that a request names: 「さっきの席替えの話は」.
func (r *Reading) named(s string) []string {
	var out []string
	add := func(w string) {
		if w != "" && !notTopic[w] && !pointer[w] && utf8.RuneCountInString(w) >= 2 && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	if r.lang == "en" {
		for _, m := range namedEN.FindAllStringSubmatch(s, -1) {
			add(m[1])
			add(m[2])
		}
		return out
	}
	for _, m := range namedJA.FindAllStringSubmatch(s, -1) {
		for _, w := range joins.Split(m[1], -1) {
			add(w)
		}
	}
	return out
}

// pointer are words that say where a matter was spoken of, not what it is.
var pointer = map[string]bool{"今": true, "先ほど": true, "先程": true, "最初": true, "途中": true, "最後": true, "前": true, "後半": true, "前半": true, "先": true, "以上": true, "言った": true, "話した": true}

// reach is how many turns back one mention of a matter is taken for the same talk about it as the next.
const reach = 12

// markNamed marks the last talk before sentence i about one of the matters that a request names; it reports whether
// there was one.
func (r *Reading) markNamed(i int, named []string) (found bool) {
	next := -1 // turn of the mention after the one looked at
	for j := i - 1; j >= 0 && (next < 0 || next-r.sentences[j].turn <= reach); j-- {
		if !hasAny(r.sentences[j].s, named) {
			continue
		}
		t := r.sentences[j].turn
		from, to := j, r.exchangeEnd(j, i, named)
		if r.sentences[j].part == interview.PartEmployee && t > 0 && r.asked(t-1) && hasAny(r.text(t-1), named) {
			from = r.turns[t-1].from
		}
		for k := from; k <= to; k++ {
			r.mark(k, ReasonOffRecord)
		}
		found, next = true, t
	}
	return found
}

// exchangeEnd is the last sentence, before sentence limit, of the talk about the matter that sentence j names.
func (r *Reading) exchangeEnd(j, limit int, named []string) int {
	end, lastNamed := j, r.sentences[j].turn
	for k := j + 1; k < limit; k++ {
		x := r.sentences[k]
		if hasAny(x.s, named) {
			end, lastNamed = k, x.turn
			continue
		}
		if x.turn-lastNamed > 2 || x.part == interview.PartInterviewer && r.newMatter(k, true) || r.fresh(x.s) && utf8.RuneCountInString(x.s) >= 10 {
			break
		}
		end = k
	}
	return end
}
