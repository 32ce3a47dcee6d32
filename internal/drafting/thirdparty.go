package drafting

import (
	"strings"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// thirdParties marks other people's private matters, and what was said to be one.
func (r *Reading) thirdParties() {
	c := &r.c.thirdParty
	for i := range r.sentences {
		s := r.sentences[i]
		text, raw := c.not.cut(s.s), s.s
		if r.lang == "en" {
			raw = s.raw
		}
		if m := c.what.find(text); m != nil {
			named := c.who.in(raw) && (r.lang == "en" || c.who.in(text))
			if r.lang == "en" {
				named = named && personInEnglish(s.raw)
			}
			if !named && i > r.turns[s.turn].from {
				named = r.lang != "en" && c.who.in(r.sentences[i-1].s)
			}
			if named && !aboutSelf(text, r.lang) {
				r.markMatter(i)
			}
		}
		if r.c.private.in(s.s) {
			r.markPrivate(i)
		}
	}
}

var (
	englishPerson = pattern.MustCompile(`\b(?:[A-Z][a-z]{2,}|colleague|teammate|friend|manager|boss|[Hh]e|[Ss]he)\b`)
	selfJA        = pattern.MustCompile(`(?:私|自分|僕|俺)(?:が|は|も|の)`)
	selfEN        = pattern.MustCompile(`\b(?:i am|i was|i had|i have|my own)\b`)
)

// personInEnglish reports another person beyond the capital at the head of the sentence.
func personInEnglish(s string) bool {
	for _, m := range englishPerson.FindAllString(s, -1) {
		switch m {
		case "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
			"Tuesday", "Wednesday", "Thursday", "Saturday", "So", "Well", "Right", "Okay", "One", "Some", "All", "Nobody", "Everyone", "Maybe",
			"The", "This", "That", "But", "And", "Also", "When", "What", "There", "They", "You", "Last", "Yes", "Now", "Then", "Because", "Sunday", "Monday", "Friday", "How", "Where", "Who", "Which", "Why", "For", "From", "With", "Not":
		default:
			return true
		}
	}
	return false
}

func aboutSelf(s, lang string) bool {
	if lang == "en" {
		return selfEN.MatchString(s)
	}
	return selfJA.MatchString(s)
}

// markMatter marks a private matter: from the sentence to the end of the turn, and the reply that takes it up.
func (r *Reading) markMatter(i int) {
	t := r.sentences[i].turn
	from := i
	for from > r.turns[t].from && r.c.thirdParty.who.in(r.sentences[from-1].s) && !r.c.thirdParty.not.in(r.sentences[from-1].s) {
		from--
	}
	for j := from; j < r.turns[t].to; j++ {
		if j > i && r.fresh(r.sentences[j].s) {
			break
		}
		r.mark(j, ReasonThirdParty)
	}
	r.markAbout(t + 1)
}

// maxAbout is how many turns may still be about a private matter after it was told or called one.
const maxAbout = 4

// markAbout marks the short exchange from turn t on that is still about another person's private matter: who knows of
// it, that one should not have said so, that it be forgotten.
func (r *Reading) markAbout(t int) {
	for n := t; n < len(r.turns) && n < t+maxAbout; n++ {
		text := r.text(n)
		if r.opensTopic(n) || r.turnsOver(n) || !r.c.private.in(text) && !hushed.MatchString(text) && (n > t || r.runes(n) >= r.short(20)) {
			return
		}
		r.markTurn(n, ReasonThirdParty)
	}
}

// hushed is what people say once they notice that they speak of somebody who is not there.
var hushed = pattern.MustCompile(`忘れ(?:て|ます|る|た)|言わない|(?:本人|当人)(?:から|に|が|は)|(?:聞|知ら)なかった|知ら(?:ない|なかっ)|(?:私|俺|僕)が悪|ごめん|すみません$|\b(?:let's not|sorry|forget i|i didn't hear|my lips|won't say|ask (?:him|her|them) (?:how|myself))\b`)

// fresh reports a sentence that goes over to something else.
func (r *Reading) fresh(s string) bool {
	if r.lang == "en" {
		return strings.HasPrefix(s, "so ") || strings.HasPrefix(s, "but ") || strings.HasPrefix(s, "anyway")
	}
	for _, p := range []string{"ただ", "でも", "それで", "あでも", "あと", "じゃあ", "それより", "むしろ", "どっちか", "どちらか", "できれば"} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// markPrivate marks what somebody has just called private: the last turn that names a person or a matter.
func (r *Reading) markPrivate(i int) {
	t := r.sentences[i].turn
	for back := t; back >= max(0, t-3); back-- {
		for j := r.turns[back].to - 1; j >= r.turns[back].from; j-- {
			if j >= i {
				continue
			}
			s := r.sentences[j].s
			if r.c.thirdParty.what.in(s) || r.c.thirdParty.who.in(s) {
				for k := j; k <= i; k++ {
					r.mark(k, ReasonThirdParty)
				}
				r.markAbout(t + 1)
				return
			}
		}
	}
	if t > 0 {
		r.markTurn(t-1, ReasonThirdParty)
	}
	r.mark(i, ReasonThirdParty)
}

// instructions marks and flags speech addressed to the machine that writes the record.
func (r *Reading) instructions() {
	for i := range r.sentences {
		s := r.sentences[i]
		if !r.c.injection.in(s.s) && !(r.lang == "ja" && words().by["en"].injection.in(s.s)) {
			continue
		}
		t := r.turns[s.turn]
		for j := max(t.from, i-2); j < min(t.to, i+2); j++ {
			r.mark(j, ReasonInstruction)
		}
		r.Flags = append(r.Flags, interview.Flag{Kind: "instruction_to_ai", Segment: s.id})
	}
}
