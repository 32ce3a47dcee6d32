package drafting

import (
	"testing"

	"kikigaki/internal/evidence"
)

// TestClassesOfSpeech holds the cue lists to forms that stand in no interview: what they must know, and what looks alike.
func TestClassesOfSpeech(t *testing.T) {
	t.Parallel()
	ja, en := words().by["ja"], words().by["en"]
	for _, class := range []struct {
		name     string
		in       func(s string) bool
		lang     string
		yes, not []string
	}{
		{"a request to leave something out", ja.offRecord.in, "ja", []string{
			"今のは書かないでもらえますか", "ここ、議事録には載せないでください", "これは記録しないでいただきたいです", "この話はメモしないでほしいんですけど",
			"オフレコでお願いします", "ここだけの話にしてください", "誰にも言わないでください", "課長には言わないでいただけますか", "上には上げないでほしいです",
			"レコーダーをちょっと止めてもらえますか", "録音、一回切ってもいいですか", "今の部分は削除しておいてください", "さっきの話は議事録から外してください",
			"これは残さなくていいです", "記録には残さない方向でお願いします", "ここは書かなくて大丈夫です", "内緒にしておいてください", "聞かなかったことにしてもらえますか、書かれると困るので",
			"この件は伏せておいてください", "今のところはカットで", "名前は出さないでください", "これ、文字に起こさないでもらえますか", "ここは飛ばしてください、記録には", "外には漏らさないでください",
			"人事には伝えないでいただけますか", "今のはなかったことにして、書かないでおいてください", "これは載せてほしくないです", "書き残さないでいただけると助かります", "表には出したくない話なんですけど",
		}, []string{
			"議事録はいつも私が書いています", "記録に残しておいてください", "書かないと忘れてしまうので", "秘密保持の研修を受けたいです", "食べ残しを減らしたいです", "メモを取るのが苦手です", "録画の編集を担当しています",
		}},
		{"a request to leave something out", en.offRecord.in, "en", []string{
			"please don't write that down", "can we keep this off the record?", "I'd rather this didn't go in the notes", "between you and me, it's a mess", "could you leave that bit out?", "this shouldn't be recorded",
			"can you stop the recording for a second?", "please don't tell my manager", "keep this to yourself, please", "that's not for the minutes", "could you strike that from the record?", "I don't want this in the report",
			"can this stay between us?", "don't put that in", "I'd prefer it if you didn't note this", "can I say something that won't be written up?", "not for the file, this", "please take that out of the notes",
		}, []string{"I write everything down", "our track record is good", "I recorded the call times", "I keep the notes for the team", "please leave the forms on my desk"}},
		{"a retraction", ja.retraction.in, "ja", []string{
			"さっきの異動の件、やっぱりなしで", "あれはもういいです", "前に言った資格の話は忘れてください", "今の、取り消させてください", "海外の希望は取り下げます", "あの話は白紙に戻してください", "気が変わりました",
			"やっぱりやめておきます", "去年書いた希望は、もう消してもらって大丈夫です", "その話は、もうなかったことに", "撤回します", "もう興味がなくなったので", "あれは、今はもう考えていません", "昇格試験のことは、いったん諦めました",
		}, []string{"文句なしです", "休みなしで働いています", "それはいい話ですね", "考え方が変わるきっかけになりました"}},
		{"a retraction", en.retraction.in, "en", []string{
			"actually, scratch that", "forget what I said about the transfer", "I've changed my mind about the course", "you can drop the relocation thing", "I take that back", "never mind the promotion", "I'm no longer interested in that",
			"let's forget the overseas idea", "I don't want that any more", "on second thoughts, leave it", "please ignore what I wrote on the form", "I'd like to withdraw that request",
		}, []string{"don't forget the form", "I changed teams last year", "I never mind helping"}},
		{"a refusal", ja.decline.in, "ja", []string{
			"いえ、今回は遠慮しておきます", "それはちょっと……今は無理です", "すみません、お断りします", "今はそこまで手が回らないので、見送らせてください", "私には荷が重いです", "そういうのは苦手なので、勘弁してください", "うーん、気が進まないです",
			"いや、いいです", "間に合ってます", "今は考えていません", "ほかの人にお願いしてもらえますか", "またの機会にします", "それは結構です", "パスします", "辞退させてください", "難しいかなと思います", "土曜はちょっと厳しいです",
		}, []string{"はい、大丈夫です", "無理なく続けています"}},
		{"a refusal", en.decline.in, "en", []string{
			"no thanks", "I'll pass on that", "I'd rather not", "not for me, thanks", "I don't think that's for me", "maybe another time", "I'll have to say no", "I'm going to sit that one out", "thanks, but no", "I'd prefer not to", "that's not something I want to do",
		}, []string{"no problem at all"}},
	} {
		for _, s := range class.yes {
			if !class.in(read(s, class.lang)) {
				t.Errorf("%s (%s): %q is not known", class.name, class.lang, s)
			}
		}
		for _, s := range class.not {
			if class.in(read(s, class.lang)) {
				t.Errorf("%s (%s): %q is taken for one", class.name, class.lang, s)
			}
		}
	}
}

// read is a sentence as the cue lists get it.
func read(s, lang string) string {
	s = evidence.Plain(s)
	if lang == "ja" {
		s = standard(s)
	}
	return s
}
