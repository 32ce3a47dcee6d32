package drafting

import (
	"strings"
	"unicode/utf8"

	"kikigaki/internal/evidence"
	"kikigaki/internal/pattern"
)

var (
	// the end of one wish where another follows: 「…たいのと、…」, 「…たいですし、…」, 「…たいです、あと…」
	wishJoint = pattern.MustCompile(`(?:たい|ほしい|欲しい|ありがたい|助かる|うれしい|嬉しい|いいな|いいかな)(?:です|んです|な)?(?:(?:っていう|という)?の(?:が一つ)?と|し|(?:っていう|という)?のが一つ(?:で|と)|(?:って)?(?:思って(?:い)?て|思いまして)?(?:けど|けれど|んですけど|ですけど|が|んですが|ですが)?)[、。]?(?:(?:あと(?:は)?|それと|それから|もう一つ(?:は)?|もう一点|ほかに(?:は)?|あわせて|同時に)[、]?)?`)
	wishAdds  = pattern.MustCompile(`(?:あと(?:は)?|それと|それから|もう一つ(?:は)?|もう一点|ほかに(?:は)?|あわせて|同時に)[、]?$`)
	wishLists = pattern.MustCompile(`(?:の(?:が一つ)?と|し|のが一つ(?:で|と))、?`)
	enJoint   = pattern.MustCompile(`(?i),? (?:and|plus) (?:also |then |ideally |maybe |eventually )?(i'd|i would|i want|i also|i hope)\b`)
)

// splitWish parts a sentence that holds two wishes: each is a statement of its own (words §2, rule 2). Wishes that a
// contrast or a condition holds together stay one.
func (e *excerpt) splitWish(raw string) []string {
	if e.r.lang == "en" {
		m := enJoint.FindStringSubmatchIndex(raw)
		if m == nil {
			return nil
		}
		a, b := raw[:m[0]], raw[m[2]:]
		if e.wishText(strings.ToLower(a), "") == 0 || e.wishText(strings.ToLower(b), "") == 0 || utf8.RuneCountInString(b) < 16 {
			return nil
		}
		return []string{a, b}
	}
	for _, m := range wishJoint.FindAllStringIndex(raw, -1) {
		joint := raw[m[0]:m[1]]
		if !wishAdds.MatchString(joint) && !wishLists.MatchString(joint) {
			continue
		}
		end := m[0] + len(wishHead.FindString(joint))
		a, b := raw[:end], raw[m[1]:]
		if utf8.RuneCountInString(a) < 8 || utf8.RuneCountInString(b) < 8 || e.wishText(standard(evidence.Plain(a)), "") == 0 || e.wishText(standard(evidence.Plain(b)), "") == 0 || !e.namesThing(a) || !e.namesThing(b) {
			continue
		}
		return []string{a, b}
	}
	return nil
}

var wishHead = pattern.MustCompile(`^(?:たい|ほしい|欲しい|ありがたい|助かる|うれしい|嬉しい|いいな|いいかな)(?:です|んです)?`)
