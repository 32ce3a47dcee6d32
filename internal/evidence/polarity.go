package evidence

import (
	"regexp"
	"strings"
)

// jaNegation finds a negation and, before it, the end of the word it denies. Endings, not words: the list is the
// inflection of ない, ず, ません, ぬ and the Kansai へん.
var jaNegation = regexp.MustCompile(`(ません(?:で)?|な(?:い|く|かっ|けれ|さそう)|ず(?:に|、|。|$|、)|へん|まい)`)

// Negations that deny nothing: doubt asked of oneself, duty, addition, set phrases. They are taken out first.
var jaNotNegation = regexp.MustCompile(`(?:ん|の)?じゃない(?:か|です|の|かな)|(?:の)?では(?:ない|なかろう)(?:か|です|でしょう)|んちゃう(?:か)?|なければ(?:な|いけ)?(?:らない|ならない|ない)?|なきゃ(?:いけない|ならない)?|ないと(?:いけない|だめ|まずい|な|、|$)|なくては(?:いけない|ならない)|しかない|かもしれ(?:ない|ません)|にちがいない|違いない|(?:だけ|ばかり)(?:じゃ|では)なく|間違いなく|なくて(?:は|も)?いい|かもわからない|仕方(?:が)?ない|しょうがない|もったいない|とんでもない|少な(?:い|く|か)|何気なく|切な(?:い|く)|危な(?:い|く|か)|つまらな(?:い|く)|なくな(?:る|り|っ)|ませんか|ないか|ないで(?:しょう|す)か`)

// Words that deny by their meaning.
var jaNegative = regexp.MustCompile(`無理|苦手|不得意|下手|不足|ゼロ|さっぱり|だめ|ダメ|反対|嫌|いやだ|避け|やめ|未経験|初めて|足り|難し|厳し|止ま|抜け|断|見送|遠慮|辞退|取り下|忘れ|つかめ|弱|追いつか|間に合わ|ついていけ|ちゃいます|違`)

var enNegation = regexp.MustCompile(`\b(?:not|no|never|none|nobody|nothing|cannot|without|neither|nor|lacks?|lacking|refuses?|fails? to)\b|\b(?:can|could|do|does|did|is|are|was|were|has|have|had|wo|would|should|need|ai)n['’]?t\b`)

var enNotNegation = regexp.MustCompile(`\bnot only\b|\bno doubt\b|\bif not\b|\bno,|\bno\.|\bnot to mention\b`)

var enNegative = regexp.MustCompile(`\b(?:hard|difficult|weak|struggle|unable|lose|lost|rather|instead|few|little|late|afraid|quit|stop|avoid|gap|missing|lack)\b`)

// denied is a negation and the stem of what it denies.
type denied struct {
	stem string // last two runes of the word that carries the meaning, kana kept: 「足り」, 「でき」, 「受け」
	key  string // last run of kanji, katakana or letters before it: 「受講」 of 「受講しない」
}

// countNegations counts the negations that deny something in folded text.
func countNegations(s string) int { return len(negations(s)) }

func negations(s string) []denied {
	if japanese(s) {
		s = jaNotNegation.ReplaceAllString(s, "、")
		var out []denied
		for _, m := range jaNegation.FindAllStringIndex(s, -1) {
			head := s[:m[0]]
			if strings.HasSuffix(head, "少") || strings.HasSuffix(head, "み") && strings.HasPrefix(s[m[0]:], "な") {
				continue
			}
			out = append(out, denied{stem(head), key(head)})
		}
		return out
	}
	s = enNotNegation.ReplaceAllString(s, ",")
	var out []denied
	for _, m := range enNegation.FindAllStringIndex(s, -1) {
		next := strings.Fields(s[m[1]:])
		d := denied{}
		for _, w := range next {
			if w = strings.Trim(w, ".,!?;:"); len(w) > 2 && !enLight[w] {
				d.key = enStem(w)
				break
			}
		}
		out = append(out, d)
	}
	return out
}

var enLight = map[string]bool{"the": true, "any": true, "have": true, "has": true, "had": true, "that": true, "been": true, "going": true, "want": true, "very": true, "yet": true, "really": true, "with": true, "all": true, "get": true, "able": true}

// enStem cuts the commonest endings, enough to compare "writes" with "write".
func enStem(w string) string {
	for _, e := range []string{"ing", "ies", "es", "ed", "s", "e", "y"} {
		if len(w) > len(e)+2 && strings.HasSuffix(w, e) {
			return w[:len(w)-len(e)]
		}
	}
	return w
}

func japanese(s string) bool {
	for _, c := range s {
		if c >= 0x3041 && c <= 0x9fff {
			return true
		}
	}
	return false
}

// stem is the word end before a negation without the auxiliaries between.
func stem(head string) string {
	for _, aux := range []string{"ていられ", "ておら", "てい", "でい", "て", "では", "じゃ", "は", "も", "が", "を", "に"} {
		if t := strings.TrimSuffix(head, aux); t != head && t != "" {
			head = t
			break
		}
	}
	r := []rune(head)
	return string(r[max(0, len(r)-2):])
}

// key is the last run of kanji, katakana or letters in head, at most eight runes back.
func key(head string) string {
	r := []rune(head)
	end := len(r)
	for end > 0 && end > len(r)-8 && !content(r[end-1]) {
		if strings.ContainsRune("、。!?", r[end-1]) {
			return ""
		}
		end--
	}
	from := end
	for from > 0 && content(r[from-1]) {
		from--
	}
	return string(r[from:end])
}

func content(c rune) bool {
	return c >= 0x4e00 && c <= 0x9fff || c >= 0x30a1 && c <= 0x30fc || c >= 'a' && c <= 'z' || c == '々'
}

// negationFault reports whether the claim denies what the evidence affirms, or affirms what it denies.
func negationFault(claim, said string) bool {
	ja := japanese(claim)
	mine, theirs := negations(claim), negations(said)
	negative := jaNegative
	if !ja {
		negative = enNegative
	}
	for _, d := range mine {
		if d.backed(theirs, ja) {
			continue
		}
		if len(theirs) == 0 && !negative.MatchString(said) {
			return true
		}
		if d.key != "" && affirmed(d, said, theirs, ja) {
			return true
		}
	}
	for _, d := range theirs {
		if d.backed(mine, ja) || d.key == "" && len([]rune(d.stem)) < 2 {
			continue
		}
		if d.affirmedIn(claim, mine, said, ja) {
			return true
		}
	}
	if ja {
		return wishFault(claim, said)
	}
	return false
}

func (d denied) backed(by []denied, ja bool) bool {
	for _, o := range by {
		if d.key != "" && (d.key == o.key || strings.HasSuffix(d.key, o.key) && o.key != "" || strings.HasSuffix(o.key, d.key)) || ja && d.stem != "" && d.stem == o.stem {
			return true
		}
	}
	return false
}

// affirmed: the denied word stands in what was said, but nothing there denies it.
func affirmed(d denied, said string, theirs []denied, ja bool) bool {
	if !strings.Contains(said, d.key) {
		return false
	}
	for _, o := range theirs {
		if o.key != "" && (strings.Contains(o.key, d.key) || strings.Contains(d.key, o.key)) || ja && o.stem == d.stem {
			return false
		}
	}
	return true
}

// affirmedIn: what was denied stands in the claim, and the claim denies nothing there.
func (d denied) affirmedIn(claim string, mine []denied, said string, ja bool) bool {
	if len(mine) > 0 {
		return false // the claim has a negation of its own; which word it hangs on is wording
	}
	word := d.stem
	if !ja {
		word = d.key
	}
	if len([]rune(word)) < 2 || !strings.Contains(claim, word) {
		return false
	}
	if ja && (jaNegative.MatchString(claim) || strings.Count(said, word) > 1) {
		return false // said by another word, or the word is also used without the negation
	}
	if ja && d.key != "" && !strings.Contains(claim, d.key) && len([]rune(d.key)) > 1 {
		return false
	}
	return true
}

var (
	jaWishNot = regexp.MustCompile(`た(?:く(?:は|も)?な|いとは思わな|いわけではな|いと思ってな)|ほしく(?:は|も)?な`)
	jaUnwish  = regexp.MustCompile(`たく(?:は|も)?(?:な|あり)|たいと(?:は)?思(?:わ|って)(?:い)?な|たいわけ|たいってわけ|ほしく(?:は)?な|避け|嫌|いや|より|のほうが|じゃなく|ではなく|やめたく|断|遠慮|ところ(?:ですが|だが)|考えて(?:い)?(?:な|ません)|無理|ない`)
)

// wishFault: a wish not to, made of a wish.
func wishFault(claim, said string) bool {
	return jaWishNot.MatchString(claim) && !jaUnwish.MatchString(said)
}
