package drafting

import (
	"strings"
	"testing"

	"kikigaki/internal/interview"
)

// TestNothingOfWhatWasTurnedDown: short talks in which nothing may be written down: refused, evaded, taken back, denied,
// joked, another's matter. B is the employee.
func TestNothingOfWhatWasTurnedDown(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ lang, talk string }{
		{"ja", "A|来月の展示会、説明員をやってもらえませんか。|B|いやあ、人前に立つとだめなんで、ほかを当たってもらえますか。|A|わかりました。"},
		{"ja", "A|リーダー研修の枠が一つあるんですけど、どうですか。|B|うーん、子どもの送り迎えがあるので、泊まりは難しいですね。|A|そうですよね。"},
		{"ja", "A|部長は、佐野さんに来年は本社に来てもらいたいって話してたよ。|B|え、本社ですか。いや、びっくりしました。|A|まあ、まだ先の話だけどね。|B|はあ。"},
		{"ja", "A|私としては、次の主任は君しかいないと思ってる。|B|いえいえ、とんでもないです。|A|考えておいてよ。|B|はい、まあ。"},
		{"ja", "B|そういえば、経理の岡さん、旦那さんの会社がつぶれたらしくて、毎日泣いてるんですよ。|A|あ、その話はここではやめておきましょう。|B|すみません。"},
		{"ja", "B|前回お話しした大学院の件なんですけど、あれは、もう追いかけないことにしました。|A|そうなんですか。|B|はい、学費がちょっと。|A|わかりました、外しておきます。"},
		{"ja", "B|去年のシートに語学留学って書きましたけど、あれはもう過去の話ってことで。|A|了解です。"},
		{"ja", "B|来世は猫になりたいです。|A|はははは。|B|寝てるだけで褒められたいですね。|A|それは私もです。"},
		{"ja", "A|電話の声が小さいって、お客様から言われてるみたいだけど。|B|え、それ、たぶん私じゃないと思いますよ。|A|あ、そう?|B|はい、その日、休みだったので。"},
		{"ja", "A|字が汚いって、回覧で言われてたよ。|B|いや、あれはもう直しました。|A|ならいいけど。"},
		{"ja", "A|英会話の補助が出るけど、使う?|B|今はいいかな。|A|そっか。"},
		{"ja", "B|実は、ここだけの話、転職サイトに登録したんです。|A|そうなんだ。|B|はい、まだ見てるだけですけど、不安で。|A|わかった、書かないよ。じゃあ、最後に何かある?|B|大丈夫です。"},
		{"en", "A|There's a place on the leadership course, if you'd like it.|B|Oh, I don't know, I've got the kids on those days.|A|No worries.|B|Maybe some other year."},
		{"en", "A|The director would love to see you running the Leeds office.|B|Leeds? Blimey. I'm settled here, to be honest.|A|Fair enough."},
		{"en", "B|Poor Sandra's husband walked out on her, she's in bits.|A|Let's leave that, it's hers to tell.|B|Sorry, yes."},
		{"en", "B|On the form I said I wanted to go part time. I don't, any more. My mum's moved in to help.|A|Okay, I'll take that off."},
		{"en", "A|Somebody said you're often late on Mondays.|B|That was before they changed the rota. I've been on time since March.|A|Okay, good."},
		{"en", "B|If I win the raffle I'm buying a boat and you'll never see me again.|A|Ha, send a postcard."},
	} {
		parts := strings.Split(x.talk, "|")
		talk := &interview.Transcript{Version: 1, Language: x.lang, Speakers: []interview.Speaker{{Label: "A", Role: "interviewer"}, {Label: "B", Role: "employee"}}}
		for i := 0; i+1 < len(parts); i += 2 {
			talk.Segments = append(talk.Segments, interview.Segment{ID: i/2 + 1, Speaker: parts[i], Text: parts[i+1]})
		}
		d, err := engine().Draft(t.Context(), Input{Transcript: talk, Template: testTemplate(t, x.lang), Language: x.lang, RecordedOn: "2026-06-10"})
		if err != nil {
			t.Fatal(err)
		}
		for _, sec := range d.Sections {
			for _, s := range sec.Statements {
				if sec.Key == "wishes" || sec.Key == "concerns" || sec.Key == "skill_gaps" || sec.Key == "action_items" {
					t.Errorf("%s: %q in the draft of %s", sec.Key, s.Text, x.talk)
				}
			}
		}
	}
}
