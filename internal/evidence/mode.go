package evidence

import (
	"strings"

	"kikigaki/internal/pattern"
)

var (
	jaCondition = pattern.MustCompile(`もし|なら(?:、|ば|$)?|たら|だら|れば|けば|せば|てば|べば|めば|げば|えば|場合|としたら|とすれば|次第|限り|条件|うちは|できれば|可能な|あると|ると、|くと、|すと、|うと、|いと、|とき`)
	// hard conditions: a clause that must come true first, not a polite or wishing form
	jaHard      = pattern.MustCompile(`もし|(?:[^。、]{2,}(?:なら|たら|れば|場合は?|としたら|とすれば|次第|限り))、`)
	jaWishForm  = pattern.MustCompile(`^(?:ほんなら|そんなら|それなら|ほいなら|せやったら|そしたら|ほしたら|そうしたら|だったら|でしたら)、?|(?:たら|れば|と|なら)、?(?:と?ても|すごく|だいぶ|ほんとに|本当に|ちょっと)?、?(?:いい|ええ|よい|良い|うれし|嬉し|助か|ありがた|違う|楽|なあ?(?:と|って|。|$)|と思|って|。|$)|(?:たら|れば)(?:な|いい|ええ)|ほうが|よかったら|できれば|できたら|可能なら|そう言えば|といえば|っていえば|言われれば|なければ`)
	enCondition = pattern.MustCompile(`\b(?:if|unless|when|once|provided|as long as|depending|in case|should|would|could|after|until)\b`)
	enSet       = pattern.MustCompile(`\b(?:if|unless|when|once|provided|as long as|depending|in case|after|until|only)\b`)
	enHard      = pattern.MustCompile(`\b(?:if|unless|provided that|as long as|only when)\b`)
	enWishForm  = pattern.MustCompile(`\b(?:if possible|if you like|as if|wonder if|not sure if|ask if)\b`)

	jaHearsay   = pattern.MustCompile(`(?:だ|る|た|い)そうです|(?:だ|る|た|い)そうだ|らしい|らしく|とのこと|という(?:話|噂|うわさ|こと(?:です|だ))|って(?:話|噂|うわさ)|って聞|と聞|と伺|と言って(?:い)?た|って言って(?:い)?た|と言われ|って言われ|によると|によれば|の話では|噂|うわさ|んだって|んですって|(?:^|[^てで休飲読住組頼積進編挑踏産望楽悩込済沈励縮絡])みたい(?:で|だ)|聞くところ|人づて|また聞き|又聞き`)
	enHearsay   = pattern.MustCompile(`\b(?:heard|apparently|supposedly|reportedly|rumou?r|they say|people say|was told|were told|someone said|according to|it seems they|told me that|said that|says that|said)\b`)
	jaNoHearsay = pattern.MustCompile(`(?:なんで|どうして|なぜ|いつ|何|どこ)[^。、]{0,20}って言われ|(?:ろ|れ|な|か|ください|なきゃ)って言われ|らしいところ|自分らし|って言われて(?:も|ます)?|と言われれば`)
)

// conditionFault reports a condition that was dropped from the claim or added to it. clauses are the sentences of the
// evidence that the claim is made of.
func conditionFault(claim string, sentences []string, all string, said func(word string) bool) bool {
	any, hard, wish := jaCondition, jaHard, jaWishForm
	if !japanese(claim) {
		any, hard, wish = enCondition, enHard, enWishForm
	}
	mine := any.MatchString(claim)
	set := any
	if !japanese(claim) {
		set = enSet // would and could alone set no condition
	}
	if hard.MatchString(claim) && !set.MatchString(all) {
		return true
	}
	for _, w := range conditionWords(conditionClause(claim)) {
		if !said(w) {
			return true
		}
	}
	if mine {
		return false
	}
	var own Content // of the claim
	for _, s := range sentences {
		if japanese(claim) && !holds(s, "もし", "なら", "たら", "れば", "場合", "次第", "限り") {
			continue
		}
		rest := wish.ReplaceAllString(s, "")
		m := hard.FindStringIndex(rest)
		if m == nil {
			continue
		}
		// the condition belongs to the claim only when the claim is made of what follows it
		if own == nil {
			own = contentOf(claim, japanese(claim))
		}
		if contentOf(rest[m[1]:], japanese(claim)).Of(own) >= 0.45 {
			return true
		}
	}
	return false
}

// conditionWords are the words of a condition that carry meaning; each must have been said near the evidence or be
// what the talk is about.
func conditionWords(clause string) []string {
	if !japanese(clause) {
		var out []string
		for w := range wordSet(clause) {
			out = append(out, w)
		}
		return out
	}
	return contentRun.FindAllString(clause, -1)
}

var contentRun = pattern.MustCompile(`[\p{Han}々]+|[\p{Katakana}ー]+|[a-z]{3,}`)

var (
	jaClause = pattern.MustCompile(`^(?:.*[、。])?([^、。]*?)(?:なら|であれば|たら|だら|れば|場合は?)(?:、|$)`)
	enClause = pattern.MustCompile(`\b(?:if|unless|provided that|as long as)\b([^,.;]+)`)
)

// conditionClause is the condition a claim sets, "" when it sets none or only a polite one.
func conditionClause(claim string) string {
	re, wish := jaClause, jaWishForm
	if !japanese(claim) {
		re, wish = enClause, enWishForm
	}
	m := re.FindStringSubmatch(wish.ReplaceAllString(claim, "、"))
	if m == nil {
		return ""
	}
	return m[1]
}

// hearsayFault reports words heard from others that the claim gives as the speaker's own.
func hearsayFault(claim string, sentences []string) bool {
	mark := jaHearsay
	if !japanese(claim) {
		mark = enHearsay
	}
	if mark.MatchString(claim) {
		if japanese(claim) && !jaTold.MatchString(claim) {
			return false
		}
		// told as heard: somebody must have told it as heard
		for _, s := range sentences {
			if mark.MatchString(s) {
				return false
			}
		}
		return true
	}
	for _, s := range sentences {
		if japanese(claim) && !holds(s, "そう", "らし", "との", "という", "って", "聞", "伺", "言", "によ", "話では", "噂", "うわさ", "みたい", "人づて") {
			continue
		}
		if holds(s, "らし", "って言われ", "と言われ") {
			s = jaNoHearsay.ReplaceAllString(s, "")
		}
		for _, m := range mark.FindAllStringIndex(s, -1) {
			reported := s[:m[0]]
			if !japanese(claim) || jaSource.MatchString(s[m[0]:m[1]]) {
				reported = s[m[1]:]
			}
			if coverage(claim, reported) >= 0.5 {
				return true
			}
		}
	}
	return false
}

// jaTold are the marks that can only mean a report.
var jaTold = pattern.MustCompile(`(?:だ|る|た|い)そう(?:です|だ)|らしい|とのこと|という(?:話|噂|うわさ)|と聞い|と伺|によると|によれば|噂|うわさ`)

// jaSource names the source before what it says; the other marks stand behind.
var jaSource = pattern.MustCompile(`によると|によれば|の話では|噂|うわさ|聞くところ|人づて`)

// holds is a cheap look for one of a few literals before a costly pattern is tried.
func holds(s string, any ...string) bool {
	for _, w := range any {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// sentences splits folded text at full stops.
func sentences(s string) []string {
	return strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune("。!?\n", c) || c == '.' })
}

// coverage is Content.Of for two folded texts.
func coverage(claim, said string) float64 {
	return contentOf(said, japanese(claim)).Of(contentOf(claim, japanese(claim)))
}

// letters is the share of the claim's single kanji and katakana that stand in said; in English that of its words.
func letters(claim, said string) float64 {
	if !japanese(claim) {
		return coverage(claim, said)
	}
	want, hit := 0, 0
	seen := map[rune]bool{}
	for _, c := range claim {
		if content(c) && c > 'z' && !seen[c] {
			seen[c] = true
			want++
			if strings.ContainsRune(said, c) {
				hit++
			}
		}
	}
	if want == 0 {
		return 0
	}
	return float64(hit) / float64(want)
}

func wordSet(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.FieldsFunc(s, func(c rune) bool { return !(c >= 'a' && c <= 'z' || isDigit(c)) }) {
		if len(w) > 3 && !enLight[w] && !enCommon[w] {
			out[enStem(w)] = true
		}
	}
	return out
}

var enCommon = map[string]bool{"would": true, "like": true, "wants": true, "wishes": true, "this": true, "there": true, "their": true, "they": true, "from": true, "about": true, "into": true, "will": true, "what": true, "which": true}
