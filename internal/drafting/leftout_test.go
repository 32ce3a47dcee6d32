package drafting

// leftOutTalks are held to the same marks as offRecordTalks: what others worry about and one denies, what is somebody
// else's, what was refused, and what is said to undo any of them.
var leftOutTalks = []struct {
	name, lang string
	lines      []string
}{
	{"another's worry, denied with one's ability", "ja", []string{
		"A|あと、発注の数を去年間違えたって、社長は心配してたけど。", "-B|それは私ではないです。前任の分を、私が直したほうです。発注は自信あります。", "-A|あ、そうだったか。",
		"A|足りないと思う力はありますか。", "=B|会計の知識が足りないです。"}},
	{"somebody else's family, and who told it", "ja", []string{
		"-A|後輩の森くんな、実家の会社がつぶれかけて、仕送りしてるらしい。", "-B|いや、知らなかったです。所長、それ、本人から聞いたんですか。", "-A|うん、まあ、忘れてくれ。", "-B|はい、忘れます。",
		"A|希望する仕事はありますか。", "=B|来年は設計の仕事をやってみたいです。"}},
	{"a refusal, and what the asker does about it", "ja", []string{
		"-A|それで、採用の動画に出てほしいって、広報が言ってるんだ。", "-B|動画ですか。それは、いいです。人前は嫌なので。", "-A|だよなあ、断っとく。", "-B|お願いします。",
		"A|不安なことはありますか。", "=B|新しい機械の操作を覚えられるか不安です。"}},
	{"a wish on a form, taken back, and struck out", "ja", []string{
		"-B|あと、前に出した、内勤に移りたいっていうの、それはもう消してくれますか。", "-A|うん、消しとく、消しとく。", "-B|はい。",
		"A|不安なことはありますか。", "=B|夜勤が続くと体がもつか不安です。"}},
	{"a promise before the offer that is refused", "ja", []string{
		"=A|講座の申込書は、私が今週中に出しておきますから。それと、夜の当番ですけど、入ってもらえませんか。", "-B|夜は、すみません、今は無理です。", "A|そうですよね。",
		"A|希望する仕事はありますか。", "=B|来年は設計の仕事をやってみたいです。"}},
	{"leave asked for, told, and asked not to be kept", "ja", []string{
		"=B|取引先には、来週の金曜までに私から電話します。", "A|お願いします。",
		"-B|ちょっと、家のことでいいですか。", "-A|うん、もちろん。", "-B|父が店を畳むので、手伝いに帰るかもしれないんです。", "-A|そう……。", "-B|これは、書類には残さないでいただいて。", "-A|わかりました、消しておきます。",
		"A|では、足りないと思う力はありますか。", "=B|会計の知識が足りないです。"}},
	{"somebody else's marriage", "en", []string{
		"A|How's Colin doing?", "-B|Not great. His wife walked out, he's living in his car, and I don't think he'd want me telling you.", "-A|Then let's not. I'll ask him how he is, myself.", "-B|Sorry.",
		"A|What would you like to do next?", "=B|I'd like to train new starters."}},
	{"off the record, ended in other words", "en", []string{
		"-B|Can I say something, not for the record?", "-A|Go on.", "-B|I'm worried because I was ill all winter and told nobody.", "-A|It's not going anywhere.", "-B|Okay. You can put your pen back on the page.",
		"=A|I'll send you the rota by Friday.", "B|Thanks.", "A|What skills would you like to work on?", "=B|I'm not confident with budgets. That's all I can say."}},
}
