package drafting

import (
	"testing"

	"kikigaki/internal/interview"
)

// TestToldWithoutCueWords: worries, gaps and wishes in words that stand in no cue list of their class, told or asked for.
func TestToldWithoutCueWords(t *testing.T) {
	t.Parallel()
	type set struct {
		lang, q, want string
		s             []string
	}
	for _, x := range []set{
		{"ja", "最近はどうですか。", "concerns", []string{
			"家に帰っても、お客さんの声が耳に残っちゃってて。", "引き継ぎのないまま担当が三つ増えて、どれから手をつけたらいいのか。",
			"新人が入っては辞めていくので、教えるのもなんだかむなしくて。", "上が変わるたびにやり方も変わるんで、みんな様子見になってます。", "在庫の数が合わなくて、毎晩数え直してるんです。",
			"評価の面談で何を言われるのか、今から胃がきりきりします。", "自分だけ古いやり方のまま取り残されてる感じがして。", "任されたはいいんですけど、誰に聞いたらいいのかもわからなくて。", "休みの日も携帯が鳴るんじゃないかと思って、遠出できないんです。", "このまま続けて、体がもつのかなって。",
			"先輩が定年で抜けたら、この仕事、私しかできなくなるんですよね。", "ミスが出るたびに私のところに戻ってくるんで、正直こたえてます。"}},
		{"ja", "不安なことはありますか。", "concerns", []string{
			"同じチームの人が二人、春に抜けるんですよ。", "夜中の呼び出しが週に三回はありますね。", "来年、この店舗があるのかどうか。", "機械の更新の話が全然進まないんです。"}},
		{"ja", "自分に足りないと思うところはありますか。", "skill_gaps", []string{
			"会計の用語を聞くと、もう置いていかれます。", "プレゼンの資料が、いつも文字だらけになります。", "英語の会議は、うなずいてるだけです。", "人に仕事を振れないんですよね、つい自分でやっちゃって。", "図面を見ても立体が浮かばないんです。", "クレームの電話を取ると、声が震えます。", "表計算は、合計を出すくらいしか。", "数字の裏付けを聞かれると、しどろもどろになります。", "段取りが悪くて、いつも最後にばたばたします。", "契約書は、読んでも頭に入ってこないです。"}},
		{"ja", "そうですか。", "skill_gaps", []string{
			"データベースのことになると、いつも後輩に聞きに行ってます。", "見積もりの計算は、まだ課長に全部見てもらってます。", "後輩を叱るのが、どうしてもできなくて。", "新しいソフトに、いまだに慣れません。", "敬語がとっさに出てこないんです。", "設計の考え方を、ちゃんと教わったことがないんですよ。", "マニュアルがないと何もできないです。"}},
		{"ja", "今後はどうしたいですか。", "wishes", []string{
			"現場に戻れたらなと。", "いつかは店を一軒、任されるようになりたいですね。", "もう少し、お客さんの近くで働ければ。", "来年あたり、海外の拠点をのぞいてみたい気持ちはあります。", "週に一日くらい家で作業できると、だいぶ楽になります。", "教える側に回るのもありかなって思ってます。", "夜勤を減らしてもらえるとありがたいですけど。", "資格を取ったら手当がつくようにしてほしいですね。", "できることなら開発の仕事を続けさせてほしい。", "人事の仕事に、少し惹かれてます。"}},
		{"en", "How are things?", "concerns", []string{
			"I've stopped telling people what I do, it just feels pointless.", "Every ticket lands on me because nobody else knows the old system.", "I find myself checking my phone at two in the morning.", "Half the team left and they've not replaced anyone.", "I haven't had a proper lunch since March.", "My stomach turns every time his name comes up on the screen.", "I'm the only one on nights now."}},
		{"en", "What do you find difficult?", "skill_gaps", []string{
			"Spreadsheets, honestly. I do it all by hand.", "When they start talking about tax codes I just nod.", "I can follow a script but I couldn't write one.", "I've never had to run a budget.", "I go red as soon as I have to speak in a meeting."}},
		{"en", "Where next?", "wishes", []string{
			"I'd jump at a chance to run my own site.", "If a place came up in training, I'd put my hand up.", "Part of me would like to go back to the labs.", "I'd be glad of one day a week at home.", "I've always fancied the apprentices' programme."}},
	} {
		for _, s := range x.s {
			talk := &interview.Transcript{Version: 1, Language: x.lang, Speakers: []interview.Speaker{{Label: "A", Role: "interviewer"}, {Label: "B", Role: "employee"}},
				Segments: []interview.Segment{{ID: 1, Speaker: "A", Text: x.q}, {ID: 2, Speaker: "B", Text: s}, {ID: 3, Speaker: "A", Text: map[string]string{"ja": "なるほど。", "en": "I see."}[x.lang]}}}
			in := Input{Transcript: talk, Template: testTemplate(t, x.lang), Language: x.lang, RecordedOn: "2026-06-10"}
			d, err := engine().Draft(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, sec := range d.Sections {
				if len(sec.Statements) > 0 && (sec.Key == "wishes" || sec.Key == "concerns" || sec.Key == "skill_gaps" || sec.Key == "action_items") {
					got += sec.Key + " "
				}
			}
			if got != x.want+" " {
				t.Errorf("%s: want %s, got %q: %s", x.lang, x.want, got, s)
			}
		}
	}
}
