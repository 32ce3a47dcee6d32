package evidence

import (
	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

var (
	request = pattern.MustCompile(`[てで](?:けれ|けろ|くれ|けさ)(?:る|ます|や|な)?(?:か(?:な|ね)?)?(?:[?？。]|$)|[てで]もらったら(?:いい|どう)|もらえますか|もらえませんか|もらえ(?:る|ん|ない)(?:か(?:な|ね|のう)?)?[?？。]|く(?:れ|ん)ない(?:か(?:な)?)?[?？。]|んさい|なさい(?:。|$)|ということで(?:いかが|どう|よろし)|いただけますか|いただけませんか|てください|でください|お願いできますか|いただきたく|てほしい|てみたら|たらどう|どうでしょう|いかがでしょう|いかがですか|どうですか|どうかな|てくれる|てもらって(?:いい|も)|てもらうと|いただければ|もらえれば|ませんか|てよ(?:。|$)|なはれ|しいや|てみ(?:。|$)|に出し(?:。|$)|っていうのは|られてみては|でいかが|でどう|should|could you|can you|would you|please|why don't you|how about|will you`)
	promise = pattern.MustCompile(`ます(?:ね|よ|ので|から|。|、|が|けど|$)|ておく|とく(?:わ|よ|から|ね|。|$)|とくから|てみる|るよ|するわ|けえ(?:。|$)|しとく|うよ|通しとく|にする|めるわ|わ(?:。|$)|ようにします|[うくすつぬむるぐぶ](?:。|、|$|わ|ね|よ|から|ので)|つもり|予定|ことにする|ことにします|ましょう|i will|i'll|i am going to|i'm going to|let me|i can|will send|will`)
	hrWord  = pattern.MustCompile(`人事|総務|労務|本部|教務|庶務|教育担当|制度担当|事務局|hr\b|human resources|personnel`)
)

// owner checks that the one who is to do it is the one who took it on.
func (k *Checker) owner(s interview.Statement, cited []int) []Fault {
	wrong := []Fault{{Kind: WrongOwner, Segment: cited[0]}}
	var mine, theirs string
	for _, id := range cited {
		text := k.fold(k.place[id])
		switch k.part(id) {
		case interview.PartEmployee:
			mine += text + "。"
		case interview.PartInterviewer:
			theirs += text + "。"
		default:
			return nil
		}
	}
	switch s.Owner {
	case interview.PartHR:
		if !hrWord.MatchString(mine + theirs) {
			return wrong
		}
	case interview.PartInterviewer:
		if theirs == "" || request.MatchString(theirs) && !promised(theirs) {
			return wrong
		}
	case interview.PartEmployee:
		if mine == "" && !request.MatchString(theirs) {
			return wrong
		}
		if mine != "" && theirs != "" && promised(theirs) && !request.MatchString(theirs) && !promised(mine) {
			return wrong
		}
	case interview.PartUnknown, "":
	default:
		return wrong
	}
	return nil
}

// promised reports a promise of the speaker's own in a sentence that is not a request.
func promised(text string) bool {
	for _, s := range sentences(text) {
		if promise.MatchString(s+"。") && !request.MatchString(s+"。") {
			return true
		}
	}
	return false
}
