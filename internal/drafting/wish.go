package drafting

import (
	"strings"
	"unicode/utf8"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

var (
	learning  = pattern.MustCompile(`勉強|身につけ|学び|覚え|習得|練習|get better|learn|practi[cs]e`)
	obstacle  = pattern.MustCompile(`(?:たい|ほしい)(?:ん)?(?:です|だ)?(?:けど|けれど|が|のに|ものの).{0,24}(?:ない|なく|ません|できず|無理|難し)`)
	undecided = pattern.MustCompile(`(?:けど|けれど|が|のに|ものの).{0,24}(?:わから|分から|知ら|迷|言い(?:出せ|にく|づら)|聞け)`) // a wish that waits for an answer stays one
	fearEnd   = pattern.MustCompile(`(?:不安|心配|怖|気が重|気にな|心苦し|じゃないか|ちゃうか|かな(?:って|と|あ)|困)[^。]*$`)
	wishEnd   = pattern.MustCompile(`(?:たい|ほしい|いい|ええ|うれしい|嬉しい|助か|ありがた|たら|ると|かな)[^。]{0,20}$`)
	// たい that is not the wish: みたい (likeness) is told apart by the て before it
	taiNot = pattern.MustCompile(`(?:^|[^てで休飲読住組頼積進編挑踏産望楽悩込済沈励縮絡])みたい|みたいな(?:[^とあっぁー]|とこ)|[^てで]みたいな|またい[でだ]|いったい|だいたい|たいへん|たいした|たいして|たいてい|痛い|冷たい|重たい|めでたい|ありがたい|つめたい`)
	tai    = pattern.MustCompile(`たい(?:気|思い|で|ん|な|と|っ|し|け|が|の[はがで]|か(?:な|も)|$|ですね|。)|たくて`)
)

// wishes scores a sentence as a wish of its speaker's; 0 when it is none.
func (e *excerpt) wishes(i int, topic string) float64 {
	return e.wishText(e.r.sentences[i].s, topic)
}

var bareCondition = pattern.MustCompile(`[^あけなで](?:れば|たら)(?:な|ね|と)?$|(?:働|行|書|聞|続|受)けれ?ば$`)

// wishText scores a text as cue lists read it, in answer to a question about a section.
func (e *excerpt) wishText(s, topic string) float64 {
	w := e.r.c.wish
	if e.r.lang == "en" {
		if w.in(s) {
			return strongCue
		}
		return 0
	}
	if (strings.Contains(s, "たい") || strings.Contains(s, "ほしい")) && obstacle.MatchString(s) && !undecided.MatchString(s) {
		return 0
	}
	score := 0.0
	cutted := w.not.cut(s)
	if w.cue.in(cutted) || (strings.Contains(cutted, "たい") || strings.Contains(cutted, "たくて")) && tai.MatchString(taiNot.ReplaceAllString(cutted, "□")) {
		score = strongCue
	}
	if score == 0 && topic == interview.Wishes && bareCondition.MatchString(cutted) {
		score = strongCue - askedBonus + 0.1 // asked for, and left open: 「もっと近くで働ければ」
	}
	if score > 0 && w.near.in(s) {
		score += 0.3
	}
	return score
}

func (e *excerpt) endsInWish(i int) bool {
	return e.r.lang == "ja" && wishEnd.MatchString(e.r.sentences[i].s)
}

func (e *excerpt) endsInFear(i int) bool {
	return e.r.lang == "en" || fearEnd.MatchString(e.r.sentences[i].s)
}

// leans are sentences that point at the one before them.
var leans = pattern.MustCompile(`^(?:それ|そこ|これ|あれ|そっち|こっち|そう)(?:が|は|も|を|に|だけ)`)

// maxRunes is the length of a statement: 80 characters, in English about 25 words (words §2, rule 2).
const maxRunes = 80

// write makes the text of a statement from its best sentence.
func (e *excerpt) write(c candidate, key string) string {
	raw := e.r.sentences[c.i].raw
	if e.r.lang == "en" {
		if len(c.with) > 0 && len(strings.Fields(raw)) < 5 { // "that's true": what is true follows
			for _, i := range c.with {
				if x := e.r.sentences[i]; x.part == interview.PartEmployee && len(strings.Fields(x.raw)) > len(strings.Fields(raw)) && e.namesThing(x.raw) {
					raw = x.raw
				}
			}
		}
		return englishSentence(raw, key)
	}
	if len(c.with) > 0 && utf8.RuneCountInString(e.r.sentences[c.i].s) < 14 {
		for _, i := range c.with {
			if x := e.r.sentences[i]; x.part == interview.PartEmployee && utf8.RuneCountInString(x.s) >= 10 {
				raw = x.raw
				break
			}
		}
	}
	text := shorten(sentenceJA(e.k, raw))
	n := utf8.RuneCountInString(text)
	if (leans.MatchString(text) && n < 18 || n < 12 || n < 18 && !e.namesThing(text)) && c.i > e.r.turns[e.r.sentences[c.i].turn].from {
		if p := e.r.sentences[c.i-1]; p.out == "" && p.part == interview.PartEmployee && utf8.RuneCountInString(p.s) >= 8 {
			e.before[c.i] = true
			return shorten(sentenceJA(e.k, p.raw)) + text
		}
	}
	return text
}

// shorten drops leading clauses of a sentence that is too long. A clause that sets a condition is kept.
func shorten(s string) string {
	for utf8.RuneCountInString(s) > maxRunes {
		head, rest, ok := strings.Cut(s, "、")
		if !ok || conditional.MatchString(head) && utf8.RuneCountInString(head) < maxRunes/2 {
			break
		}
		s = rest
	}
	return s
}

var conditional = pattern.MustCompile(`(?:たら|れば|なら|場合|もし.*)$`)

// similar reports two statements that say the same.
func similar(a, b string) bool {
	if evidence.Coverage(a, b) < 0.7 && evidence.Coverage(b, a) < 0.7 {
		return false
	}
	return !(names(a, b) && names(b, a))
}

var contentWord = pattern.MustCompile(`[\p{Han}]{2,}|[\p{Katakana}ー]{2,}|[0-9]+|\b[A-Z][a-z]+`)

// names reports a noun or number of a that b does not have: with one on each side two sentences of the same form are
// about different things.
func names(a, b string) bool {
	for _, w := range contentWord.FindAllString(a, -1) {
		if !strings.Contains(b, w) {
			return true
		}
	}
	return false
}
