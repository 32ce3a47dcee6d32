package evidence

import (
	"slices"
	"strings"

	"kikigaki/internal/pattern"
)

// jaNegation finds a negation and, before it, the end of the word it denies. Endings, not words: the list is the
// inflection of ない, ず, ません, ぬ and the Kansai へん.
var jaNegation = pattern.MustCompile(`(ません(?:で)?|な(?:い|く|かっ|けれ|さそう)|[れせえけげべめねらかさたなわがばきみり]ず|へん|[おいわ足かな知]らん(?:の|と|く|か|。|、|$)|まい)`)

// The regional ん for ない, behind the endings that take it.
var jaNegationN = pattern.MustCompile(`(?:[らわせげれ]|でき|い[けか]|行[けか]|書[けか]|[^え]え)ん(?:の|よ|と|けど|けえ|から|が|わ|し|。|、|$)`)

// Negations that deny nothing: doubt asked of oneself, duty, addition, set phrases. They are taken out first.
var jaNotNegation = pattern.MustCompile(`ない(?:の|ん)(?:では|じゃ)ないか|まず|はず|必ず|いずれ|わずか|ずっと|ずつ|(?:ん|の)じゃない(?:か|です|の|かな)|じゃないですか|じゃないか|(?:の)?では(?:ない|なかろう)(?:か|です|でしょう)|んちゃう(?:か)?|なければ(?:な|いけ)?(?:らない|ならない|ない)?|なきゃ(?:いけない|ならない)?|ないと(?:いけない|だめ|まずい|な|、|$)|なくては(?:いけない|ならない)|しかない|かもしれ(?:ない|ません)|にちがいない|違いない|(?:だけ|ばかり)(?:じゃ|では|で)なく|(?:では|じゃ)なく(?:て)?(?:、|[^てなっ。])|間違いなく|なくて(?:は|も)?いい|かもわからな(?:いで|いん|い|くて|く)|仕方(?:が)?ない|しょうがない|もったいない|とんでもない|少な(?:い|く|か)|何気なく|切な(?:い|く)|危な(?:い|く|か)|つまらな(?:い|く)|なくな(?:る|り|っ)|ませんか|ないか|ないで(?:しょう|す)か`)

// Words that deny by their meaning.
var jaNegative = pattern.MustCompile(`無理|苦手|不得意|下手|不足|ゼロ|さっぱり|だめ|ダメ|反対|嫌|いやだ|避け|やめ|未経験|初めて|足り|難し|厳し|止ま|抜け|断|見送|遠慮|辞退|取り下|忘れ|つかめ|弱|追いつか|間に合わ|ついていけ|ちゃいます|違|なくな|なし`)

var enNegation = pattern.MustCompile(`\b(?:not|no|never|none|nobody|nothing|cannot|without|neither|nor|lacks?|lacking|refuses?|fails? to)\b|\b(?:can|could|do|does|did|is|are|was|were|has|have|had|wo|would|should|need|ai)n['’]?t\b`)

var enNotNegation = pattern.MustCompile(`(?:,\s*|^)(?:do|does|did|is|are|was|were|has|have|had|ca|could|wo|would|should)n['’]?t (?:i|you|he|she|it|we|they)\b(?:[?.,!]|$)|\bnot only\b|\bno doubt\b|\bif not\b|\bno,|\bno\.|\bnot to mention\b`)

var enNegative = pattern.MustCompile(`\b(?:hard|difficult|weak|struggle|unable|lose|lost|rather|instead|few|little|late|afraid|quit|stop|avoid|gap|missing|lack)\b`)

// denied is a negation and the stem of what it denies.
type denied struct {
	stem string // last two runes of the word that carries the meaning, kana kept: 「足り」, 「でき」, 「受け」
	key  string // last run of kanji, katakana or letters before it: 「受講」 of 「受講しない」
}

// countNegations counts the negations that deny something in folded text.
func countNegations(s string) int { return len(negations(s)) }

func negations(s string) []denied {
	if japanese(s) {
		regional := strings.HasSuffix(s, "ん") || holds(s, "んの", "んよ", "んと", "んけ", "んか", "んが", "んわ", "んし", "ん。", "ん、")
		if !jaNegation.MatchString(s) && !(regional && jaNegationN.MatchString(s)) {
			return nil
		}
		s = jaNotNegation.ReplaceAllString(s, "、")
		var out []denied
		found := jaNegation.FindAllStringIndex(s, -1)
		if regional {
			for _, m := range jaNegationN.FindAllStringIndex(s, -1) {
				if !slices.ContainsFunc(found, func(o []int) bool { return m[0] < o[1] && o[0] < m[1] }) {
					found = append(found, m)
				}
			}
			slices.SortFunc(found, func(a, b []int) int { return a[0] - b[0] })
		}
		for _, m := range found {
			head := s[:m[0]]
			if ifNot(s[m[0]:m[1]], s[m[1]:]) {
				continue
			}
			if n := strings.LastIndex(s[m[0]:m[1]], "ん"); n > 0 && s[m[0]:m[1]] != "ません" && !strings.HasPrefix(s[m[0]:m[1]], "ませ") {
				head = s[:m[0]+n] // 「言えん」: the syllable before ん belongs to the verb
			}
			if z := strings.IndexRune(s[m[0]:m[1]], 'ず'); z > 0 {
				head = s[:m[0]+z] // the syllable before ず belongs to the verb
			}
			if s[m[0]:m[1]] == "まい" && !strings.ContainsAny(lastRune(head), "くぐすつぬぶむる") {
				continue // 「しまい」「うまい」: only after a verb's plain form does まい deny
			}
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

// ifNot reports a negation that sets a condition rather than denies: 「六時を過ぎないと」.
func ifNot(word, rest string) bool {
	return word == "ない" && strings.HasPrefix(rest, "と") && !quotedNot.MatchString(rest)
}

var quotedNot = pattern.MustCompile(`^と(?:ころ|こ|き|い|思|言|い[うっえわ]|聞|の|は|か|も|感|書|。|、|$)`)

// lastRune is the last character of s, "-" when there is none.
func lastRune(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return "-"
	}
	return string(r[len(r)-1])
}

var enLight = map[string]bool{"ever": true, "even": true, "just": true, "quite": true, "actually": true, "the": true, "any": true, "have": true, "has": true, "had": true, "that": true, "been": true, "going": true, "want": true, "very": true, "yet": true, "really": true, "with": true, "all": true, "get": true, "able": true,
	"will": true, "would": true, "can": true, "could": true, "should": true, "might": true, "may": true, "must": true}

// enStem cuts the commonest endings, enough to compare "writes" with "write".
func enStem(w string) string {
	if base, ok := enIrregular[w]; ok {
		return base
	}
	for _, e := range []string{"ing", "ies", "es", "ed", "s", "e", "y"} {
		if len(w) > len(e)+2 && strings.HasSuffix(w, e) {
			return w[:len(w)-len(e)]
		}
	}
	return w
}

// enIrregular are participles that share no stem with their verb by cutting an ending.
var enIrregular = map[string]string{"shown": "show", "known": "know", "taken": "tak", "given": "giv", "done": "do", "gone": "go", "seen": "see", "written": "writ", "wrote": "writ", "spoken": "speak", "spoke": "speak",
	"learnt": "learn", "taught": "teach", "told": "tell", "kept": "keep", "left": "leav", "met": "meet", "led": "lead", "chosen": "choos", "driven": "driv", "drawn": "draw", "found": "find", "felt": "feel"}

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
	if w := string(r[from:end]); !adverbs[w] {
		return w
	}
	return key(string(r[:from]))
}

var adverbs = map[string]bool{"全然": true, "全部": true, "正直": true, "結局": true, "実際": true, "毎回": true, "普段": true, "一切": true, "今": true, "最近": true, "一番": true, "絶対": true, "特": true, "殆": true}

func content(c rune) bool {
	return c >= 0x4e00 && c <= 0x9fff || c >= 0x30a1 && c <= 0x30fc || c >= 'a' && c <= 'z' || c == '々'
}

// negationFault reports whether the claim denies what the evidence affirms, or affirms what it denies.
func negationFault(claim, said, section string) bool {
	return negationFaultOf(claim, said, section, negations(said))
}

// negationFaultOf is negationFault for evidence whose negations are known.
func negationFaultOf(claim, said, section string, theirs []denied) bool {
	ja := japanese(claim)
	mine := negations(claim)
	negative := jaNegative
	if !ja {
		negative = enNegative
	}
	for _, d := range mine {
		if d.backed(theirs, ja) {
			continue
		}
		if len(theirs) == 0 && !negative.MatchString(said) && !(ja && lacks(section) && d.ability()) {
			return true
		}
		if d.key != "" && affirmed(d, said, ja) && !(ja && lacks(section) && d.ability() && jaAdverse.MatchString(said)) {
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
	if !ja {
		return wishFaultEN(claim, said)
	}
	if section == "action_items" && jaUndone.MatchString(claim) && !deniedAlike(mine, theirs) {
		return true
	}
	return wishFault(claim, said) || abilityFault(claim, said, len(theirs) > 0)
}

// lacks are the sections about what is hard or missing: 「電卓で足していた」 tells there that one could not do it otherwise.
func lacks(section string) bool { return section == "skill_gaps" || section == "concerns" }

// jaAdverse are forms in which one tells what went wrong without denying anything.
var jaAdverse = pattern.MustCompile(`ちゃ[うっい]|しま[うっい]|だけ|しか|ばかり|ばっか|すぎ|過ぎ|詰ま|固ま`)

// ability reports a denied potential: できない, 書けない, わからない.
func (d denied) ability() bool {
	r := []rune(d.stem)
	return len(r) > 0 && (strings.ContainsRune("えけげせてねべめれ", r[len(r)-1]) || d.stem == "でき" || d.stem == "から" || d.stem == "足り")
}

// jaUndone is a task whose verb is denied.
var jaUndone = pattern.MustCompile(`(?:ない|ません)。?$`)

func deniedAlike(mine, theirs []denied) bool {
	return len(mine) > 0 && mine[len(mine)-1].backed(theirs, true)
}

// jaAble are statements of ability or sufficiency; the first group is the stem that must have been said so.
var jaAble = pattern.MustCompile(`(でき|わか|足り|知|慣れ|取れ|使え|話せ|書け|読め|間に合|休め|眠れ)(?:る|って|て|う)(?:いる|おり|いて)?([^ない]|$)`)

// abilityFault: the claim affirms an ability where the evidence only denies one.
func abilityFault(claim, said string, denies bool) bool {
	found := jaAble.FindAllStringSubmatchIndex(claim, -1)
	if len(found) == 0 || !denies && !jaNegative.MatchString(said) {
		return false
	}
	for _, m := range found {
		word, rest := claim[m[2]:m[3]], claim[m[4]:]
		if ahead := jaAbleNot.MatchString(claim[m[3]:]); ahead || jaNegation.MatchString(firstRunes(rest, 6)) {
			continue
		}
		if !saidPlainly(word, said) && !(word == "わか" && knows.MatchString(said)) {
			return true
		}
	}
	return false
}

// knows are other words for わかる.
var knows = pattern.MustCompile(`頭に(?:ある|入っ)|分か[るっ]|見当がつ|把握し`)

// a question, an aim or a likeness after the word: no statement of ability
var jaAbleNot = pattern.MustCompile(`^(?:る|て|って|う)?(?:よう|か|のか|かどうか|と|なら|ば|たら|ため|まで|くれ|もら|ほし)`)

func firstRunes(s string, n int) string {
	r := []rune(s)
	return string(r[:min(n, len(r))])
}

// saidPlainly reports that a stem was said without a negation right after it.
func saidPlainly(word, said string) bool {
	for from := 0; ; {
		i := strings.Index(said[from:], word)
		if i < 0 {
			return false
		}
		from += i + len(word)
		if !jaNegation.MatchString(firstRunes(said[from:], 6)) {
			return true
		}
	}
}

func (d denied) backed(by []denied, ja bool) bool {
	for _, o := range by {
		if d.key != "" && (d.key == o.key || strings.HasSuffix(d.key, o.key) && o.key != "" || strings.HasSuffix(o.key, d.key)) || ja && d.stem != "" && d.stem == o.stem {
			return true
		}
	}
	return false
}

// affirmed: the denied word stands in what was said, and no sentence that holds it denies anything.
func affirmed(d denied, said string, ja bool) bool {
	negative := jaNegative
	if !ja {
		negative = enNegative
	}
	found := false
	for _, s := range sentences(said) {
		if !strings.Contains(s, d.key) {
			continue
		}
		found = true
		if len(negations(s)) > 0 || negative.MatchString(strings.ReplaceAll(s, d.key, "")) {
			return false
		}
	}
	return found
}

// affirmedIn: what was denied stands in the claim, and the claim denies nothing there.
func (d denied) affirmedIn(claim string, mine []denied, said string, ja bool) bool {
	word := d.stem
	if word == "あり" && d.key != "" { // 「不満はありません」 denies the 不満
		word = d.key
	}
	if !ja {
		word = d.key
	}
	if len([]rune(word)) < 2 || !strings.Contains(claim, word) {
		return false
	}
	for _, m := range mine {
		if ja && m.stem == word || m.key != "" && m.key == d.key {
			return false
		}
	}
	if ja && (len(mine) == 0 && jaNegative.MatchString(claim) || strings.Count(said, word) > 1 || len(mine) > 0 && d.key == "") {
		return false // said by another word, or the word is also used without the negation
	}
	if ja && d.key != "" && !strings.Contains(claim, d.key) && len([]rune(d.key)) > 1 {
		return false
	}
	return true
}

var (
	jaWishNot = pattern.MustCompile(`た(?:く(?:は|も)?な|いとは思わな|いわけではな|いと思ってな)|ほしく(?:は|も)?な`)
	jaUnwish  = pattern.MustCompile(`たく(?:は|も)?(?:な|あり)|たいと(?:は)?思(?:わ|って)(?:い)?な|たいわけ|ほしく(?:は)?な|嫌(?:だ|で|な)|避け|やめたく|断|遠慮|辞退|希望し(?:ない|ません)|無理|気が進ま|(?:は|も)ない`)
	jaWishEnd = pattern.MustCompile(`(?:たい|ほしい)。?$`)
	jaWishAny = pattern.MustCompile(`たい|たく|ほしい|たら|いいな|うれし|助か|ありがた|ほうが`)
	enWishNot = pattern.MustCompile(`\b(?:does not|doesn't|would not|wouldn't|do not|don't) (?:want|like|wish|love|hope)`)
	enUnwish  = pattern.MustCompile(`\b(?:not|n't|never|rather|no)\b`)
)

// wishFault: a wish not to, made of a wish. The sentence that holds most of the claim decides.
func wishFault(claim, said string) bool {
	if jaWishNot.MatchString(claim) {
		return !jaUnwish.MatchString(closest(claim, said))
	}
	if !jaWishEnd.MatchString(claim) || !jaWishNot.MatchString(said) {
		return false
	}
	near := closest(claim, said)
	return jaWishEnd.MatchString(claim) && jaWishNot.MatchString(near) && !jaWishAny.MatchString(jaWishNot.ReplaceAllString(near, ""))
}

func wishFaultEN(claim, said string) bool {
	return enWishNot.MatchString(claim) && !enUnwish.MatchString(closest(claim, said))
}

// closest is the sentence of said that holds most of the claim.
func closest(claim, said string) string {
	best, out := -1.0, said
	ja := japanese(claim)
	own := contentOf(claim, ja)
	for _, s := range sentences(said) {
		if c := contentOf(s, ja).Of(own); c > best {
			best, out = c, s
		}
	}
	return out
}
