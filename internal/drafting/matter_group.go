package drafting

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// maxGap is how many turns may lie between two sentences about one matter.
const maxGap = 5

// group gathers the candidates of a section that belong to one matter.
func (e *excerpt) group(all []candidate, key string) [][]candidate {
	var out [][]candidate
	for _, c := range all {
		if c.section != key {
			continue
		}
		if n := len(out); n > 0 {
			last := out[n-1][len(out[n-1])-1]
			near := e.r.sentences[c.i].turn-e.r.sentences[last.i].turn <= maxGap
			if near && (last.block == c.block && !e.another(out[n-1], c) || e.echoes(last, c)) {
				out[n-1] = append(out[n-1], c)
				continue
			}
		}
		out = append(out, []candidate{c})
	}
	return out
}

// echoes reports a short sentence that only points at the wish just spoken of: 「そういうのが、もうちょっと」.
func (e *excerpt) echoes(last, c candidate) bool {
	r := e.r
	s := r.sentences[c.i]
	if c.section != interview.Wishes || len(c.with) > 0 || utf8.RuneCountInString(s.s) >= r.short(16) || !points.MatchString(s.s) {
		return false
	}
	for t := r.sentences[last.i].turn + 1; t < s.turn; t++ {
		if r.runes(t) > r.short(24) {
			return false
		}
	}
	return true
}

var points = pattern.MustCompile(`^(?:はい|ええ|うん|あ|まあ)*(?:それ|そこ|そういう|そう|そっち|これ|こういう)|^(?:yes|yeah|yep|no|right|well|oh|and|but)?,? ?[a-z ]{0,16}\b(?:those|that|these|this|them|it)\b[ a-z]{0,10}$`)

// another reports that a candidate is about another matter than those gathered before it, although nobody opened one:
// it names its own thing with a clear word for it, shares nothing with them, and does not lean on what was just said.
func (e *excerpt) another(g []candidate, c candidate) bool {
	r := e.r
	s := r.sentences[c.i]
	if !adds.MatchString(s.s) || e.plainScore(c) < strongCue || len(c.with) > 0 || leansOn.MatchString(s.s) || utf8.RuneCountInString(s.s) < r.short(12) || !e.namesThing(s.s) {
		return false
	}
	own := r.content(c.i)
	for _, o := range g {
		if len(o.with) > 0 || e.plainScore(o) < strongCue || r.sentences[o.i].id == s.id || !e.namesThing(r.sentences[o.i].s) {
			return false
		}
		before := r.content(o.i)
		if own.Of(before) > maxShared || before.Of(own) > maxShared {
			return false
		}
	}
	return true
}

// maxShared is the share of content from which two sentences may be about one matter.
const maxShared = 0.08

// plainScore is the score of a candidate without what a question about its section adds.
func (e *excerpt) plainScore(c candidate) float64 {
	if c.asked {
		return c.score - askedBonus
	}
	return c.score
}

// adds begins a sentence that names one thing more.
var adds = pattern.MustCompile(`^(?:はい|ええ|うん|あ|まあ|いや|正直)*(?:[^。]{0,12}[\p{Han}\p{Katakana}ー方さの](?:のほう)?も[^うっしちのう]|できれば|欲を言えば|可能なら|本当は|ほか)|\b(?:also|as well|another thing|ideally)\b`)

// leansOn begins a sentence that goes on about what was just said.
var leansOn = pattern.MustCompile(`^(?:はい|ええ|うん|あ|まあ|いや|そう|正直)*(?:それ|そこ|その|そう|だから|ですから|なので|で|でも|ただ|だけど|けど|結局|おかげで|そのせい|すると|そしたら|せめて|という|って|逆に|むしろ|要は|つまり|なんか)|^(?:so|but|it|that|this|because|which|then|and (?:so|then|it|that))\b`)

// maxEvidence is the most quotes one statement carries.
const maxEvidence = 4

// statements writes the candidates of a matter: one statement, or two when its sentence holds two wishes.
func (e *excerpt) statements(g []candidate, key string) []interview.Statement {
	s, best, ok := e.statement(g, key)
	if !ok {
		return nil
	}
	if key != interview.Wishes || len(best.with) > 0 {
		return []interview.Statement{s}
	}
	parts := e.splitWish(e.r.sentences[best.i].raw)
	if len(parts) != 2 {
		return []interview.Statement{s}
	}
	var out []interview.Statement
	for n, part := range parts {
		x := interview.Statement{Speaker: s.Speaker, By: s.By, Evidence: []interview.Evidence{{Segment: e.r.sentences[best.i].id, Quote: trimStop(part)}}}
		if e.r.lang == "en" {
			x.Text = englishSentence(part, key)
		} else {
			x.Text = shorten(sentenceJA(e.k, part))
		}
		if n == 0 {
			x.Evidence = append(x.Evidence, s.Evidence[1:]...)
		}
		if utf8.RuneCountInString(x.Text) < 6 {
			return []interview.Statement{s}
		}
		out = append(out, x)
	}
	return out
}

// statement writes one statement from the candidates of a matter, and tells which of them leads.
func (e *excerpt) statement(g []candidate, key string) (interview.Statement, candidate, bool) {
	byWorth := slices.Clone(g)
	slices.SortStableFunc(byWorth, func(a, b candidate) int { return cmp.Compare(e.worth(b), e.worth(a)) })
	best, text := candidate{}, ""
	for _, c := range byWorth {
		best, text = c, e.write(c, key)
		if e.r.private(text) {
			text = "" // a matter that no record holds: another sentence may tell the rest
			continue
		}
		if text != "" && !(e.r.lang == "ja" && utf8.RuneCountInString(text) < 14 && !e.namesThing(text)) && !(e.r.lang == "en" && len(strings.Fields(text)) < 4) {
			break
		}
		text = ""
	}
	if text == "" {
		if best, text = e.beside(byWorth, key); text == "" {
			return interview.Statement{}, best, false
		}
	}
	s := interview.Statement{Text: text, Speaker: interview.PartEmployee, By: "ai"}
	add := func(i int) {
		if e.r.private(e.r.sentences[i].s) {
			return
		}
		q := e.quote(i)
		if len(s.Evidence) < maxEvidence && !slices.ContainsFunc(s.Evidence, func(o interview.Evidence) bool { return o.Segment == q.Segment && o.Quote == q.Quote }) {
			s.Evidence = append(s.Evidence, q)
		}
		e.used[i] = key
	}
	add(best.i)
	if e.before[best.i] {
		add(best.i - 1)
	}
	for _, i := range best.with {
		add(i)
	}
	for _, c := range g {
		if c.i != best.i {
			add(c.i)
			for _, i := range c.with {
				add(i)
			}
		}
	}
	return s, best, true
}

// beside finds the words for a matter whose own sentences say too little: what the same turn goes on to say about it.
func (e *excerpt) beside(g []candidate, key string) (candidate, string) {
	r := e.r
	for _, c := range g {
		for i := c.i + 1; i < r.turns[r.sentences[c.i].turn].to && i <= c.i+2; i++ {
			s := r.sentences[i]
			if s.out != "" || s.ask || e.used[i] != "" || utf8.RuneCountInString(s.s) < r.short(12) || !e.namesThing(s.raw) {
				continue
			}
			if text := e.write(candidate{i: i}, key); text != "" {
				return candidate{i: i, section: c.section, score: c.score, block: c.block, with: []int{c.i}}, text
			}
		}
	}
	return candidate{}, ""
}

// namesThing reports a Japanese sentence with a noun: 「まだ慣れない」 alone tells a reader nothing.
func (e *excerpt) namesThing(s string) bool {
	if e.k == nil {
		return len(evidence.ContentOf(s)) >= 2
	}
	return slices.ContainsFunc(morphemes(e.k, s), func(m morpheme) bool {
		return m.pos == "名詞" && m.sub != "非自立" && m.sub != "代名詞" && m.sub != "副詞可能" && m.sub != "接尾" && m.sub != "形容動詞語幹"
	})
}

// worth prefers the sentence that says most: a high score and a length a reader can take in.
func (e *excerpt) worth(c candidate) float64 {
	n := float64(utf8.RuneCountInString(e.r.sentences[c.i].s))
	if e.r.lang == "en" {
		n /= 3
	}
	felt := 0.0
	if feeling.MatchString(e.r.sentences[c.i].s) {
		felt = 0.7
	}
	return c.score + min(n, 45)/30 + felt
}

var feeling = pattern.MustCompile(`不安|心配|怖|気が重|困って|つら|苦手|worried|afraid`)

// dedupe keeps a matter in one section: what shares most of its words with an earlier statement is not said twice.
func dedupe(sections map[string][]interview.Statement) {
	for key, list := range sections {
		var out []interview.Statement
		for _, s := range list {
			at := slices.IndexFunc(out, func(o interview.Statement) bool { return similar(o.Text, s.Text) })
			if at < 0 {
				out = append(out, s)
				continue
			}
			for _, q := range s.Evidence {
				if len(out[at].Evidence) < maxEvidence {
					out[at].Evidence = append(out[at].Evidence, q)
				}
			}
		}
		sections[key] = out
	}
}
