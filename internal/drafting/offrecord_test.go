package drafting

import (
	"slices"
	"strings"
	"testing"

	"kikigaki/internal/interview"
)

// offRecordTalks are talks in which somebody asks that a stretch be left out. A line that begins with - was said inside
// that stretch: no statement, summary sentence, absence or remark may stand on it. A line that begins with = lies
// outside of it and must be cited, so that a draft that leaves out everything does not pass.
var offRecordTalks = []struct {
	name, lang string
	lines      []string
}{
	{"a promise in a range that the interviewer opens and closes", "ja", []string{
		"=A|修繕の予算については、私から経理課に追加の申請を出します。7月の3日までに。", "B|ありがとうございます。お願いします。",
		"-A|ここから少し、記録から外していただいて結構なのですが、所長とはうまくいっていますか。", "-B|実は、所長から何度か強い言い方をされまして、つらいです。",
		"-A|そうでしたか。それは私から部長に話して、来週の金曜までに返事をします。", "-B|お願いします。", "-A|では、記録に戻しますね。",
		"A|希望する仕事はありますか。", "=B|来年は積算の仕事をやってみたいです。"}},
	{"a range that the employee opens, closed in other words", "ja", []string{
		"-B|あの、ここから先は議事録には載せないでいただきたいのですが。", "-A|もちろんです。", "-B|家を売ることになりまして、その手続きで平日に休みたいんです。",
		"-A|でしたら、総務に特別休暇の書類を送らせます。今週中に。", "-B|助かります。", "-A|では、ここからはまた普通に記録しますね。",
		"A|不安なことはありますか。", "=B|新しい機械の操作を覚えられるか不安です。"}},
	{"asked for afterwards by the employee, promise included", "ja", []string{
		"A|働き方で困っていることはありますか。", "=B|早番と遅番の間が短くて、寝不足で困っています。",
		"-B|あと、実は、副店長と口をきいていない状態なんです。", "-A|それはやりづらいですね。私から来週の水曜までに副店長に聞いてみます。", "-B|すみません、お願いします。",
		"-B|あの、今の話は、書かないでおいてもらえますか。", "-A|わかりました、書かないでおきます。",
		"A|足りないと思うスキルはありますか。", "=B|発注の計算がまだ苦手です。"}},
	{"the promise comes in the answer to the request", "ja", []string{
		"-B|主任にきつく当たられていて、朝が来るのが怖いです。", "-B|すみません、今のは記録に残さない形でお願いできますか。",
		"-A|わかりました。では記録なしで、その件は私から課長に、今月末までに話しておきます。", "-B|ありがとうございます。",
		"A|では、やってみたい仕事はありますか。", "=B|検査の仕事をやってみたいです。"}},
	{"the recorder is to be stopped, and runs on", "ja", []string{
		"A|将来の希望はどうですか。", "=B|いずれは教える側に回りたいです。",
		"-B|ちょっと録音を止めてもらってもいいですか。", "-A|はい、どうぞ。", "-B|今の部署は、正直もう続けられるか不安です。", "-A|異動の話は、私が6月20日までに人事に相談します。", "-B|よろしくお願いします。",
		"-A|じゃあ、録音を再開しますね。", "A|スキルの面で足りないものはありますか。", "=B|図面を読む力が足りないです。"}},
	{"between the two of them", "ja", []string{
		"=A|工具の一覧は、私が来週の火曜までに送ります。", "B|はい、お願いします。",
		"-B|これはここだけの話にしてほしいんですけど、来年の春に辞めようかと考えています。", "-A|そうですか。引き止めの条件を、私が来月の10日までに調べます。", "-B|ありがとうございます。",
		"A|ところで、仕事で不安なことはありますか。", "=B|新しい制度についていけるか不安です。"}},
	{"the topic is named long after", "ja", []string{
		"A|何か心配なことはありますか。", "-B|隣の席の方の香水で頭痛がして困っています。", "-A|では、席替えを私が6月末までに手配します。", "-B|ありがとうございます。",
		"A|将来はどうしたいですか。", "=B|指導員になりたいです。", "A|いいですね。応援します。",
		"A|スキルで足りないと思うところはありますか。", "=B|人前で説明する力が足りません。", "A|なるほど。",
		"-B|あの、さっきの香水と席替えの話は、記録から落としておいてください。", "-A|はい、落としておきます。"}},
	{"the interviewer offers, the employee takes it", "ja", []string{
		"-B|実は、夫の会社が倒産しまして、生活が苦しくて心配です。", "-A|それは大変でしたね。貸付の制度を、私が今週中に調べます。", "-B|助かります。",
		"-A|今のところは、記録からは抜いておきましょうか。", "-B|はい、お願いします。", "A|では、仕事でやってみたいことはありますか。", "=B|採用の仕事をやってみたいです。"}},
	{"the matter comes back later with its promise", "ja", []string{
		"-B|ここだけの話ですが、顧問の先生から飲み会でしつこく誘われて、断るのがつらいです。", "-A|わかりました、ここだけにします。",
		"A|ほかの話にいきましょう。不安なことはありますか。", "=B|後輩の育成がうまくできるか不安です。",
		"-A|さっきの顧問の先生の飲み会の件は、私から今月中に社長に話しておきます。", "-B|はい、お願いします。"}},
	{"no none from inside a range", "ja", []string{
		"-A|ここからは記録に残しませんが、不安なことはありますか。", "-B|特にないです。", "-A|はい。では記録に戻ります。", "A|やってみたい仕事はありますか。", "=B|広報をやってみたいです。"}},
	{"a promise in a range", "en", []string{
		"=A|I'll send you the shift plan by June 19.", "B|Thank you, that would help.",
		"-A|Can we go off the record for a minute? How are things with Colin?", "-B|Honestly, he shouts at me and I'm worried about it.", "-A|I'll speak to the director by Friday.", "-B|Thank you.",
		"-A|Okay, back on the record.", "A|What would you like to do next year?", "=B|I want to move into planning."}},
	{"asked for afterwards", "en", []string{
		"A|What worries you at the moment?", "-B|I'm worried because my landlord is selling the flat and I may have to move away.", "-A|I'll ask payroll about a loan by the end of the month.", "-B|Thank you, that would help.",
		"-B|Could you leave that part out of the notes, please?", "-A|Of course, I'll leave it out.", "A|And what would you like to learn?", "=B|I'm not good at writing reports."}},
	{"the employee opens it in other words", "en", []string{
		"-B|I'd rather you didn't write this next bit down.", "-A|Sure.", "-B|I would like to leave the company next spring.", "-A|I'll check the notice period with the lawyers by Wednesday.", "-B|Thanks.",
		"-A|Right, you can write again from here.", "A|What do you find difficult?", "=B|I need more practice with spreadsheets."}},
	{"leave is asked first", "ja", []string{
		"A|ほかに気になっていることはありますか。", "-B|これ、書かないでほしい話なんですけど、言っていいですか。", "-A|いいよ。", "-B|よその会社から声がかかっていて、迷っています。", "-A|来週中に給与の条件を調べておくよ。", "-B|お願いします。",
		"-B|はい、終わりです。以降は書いてもらって。", "A|わかった。足りないと思うスキルは。", "=B|見積もりの作り方がわからないです。"}},
	{"without punctuation, in dialect", "ja", []string{
		"A|ほかに困っとることは", "-B|あと これはテープ止めてほしいくらいなんじゃが 字にせんといてくれるか", "-A|うん せんよ 何", "-B|親戚がの 店を手伝わんか言うてきて 迷うとるんよ", "-A|ほうか 来週までに総務に規則を聞いとくわ", "-B|頼むわ",
		"-B|ほいじゃあ もうええよ 書いて", "A|これから身につけたいことは", "=B|溶接の図面が読めんのが困っとる"}},
	{"leave is asked first", "en", []string{
		"A|Is anything worrying you?", "-B|Can I say something that doesn't go on the record?", "-A|Of course.", "-B|I'm worried because I have been interviewing at another firm.", "-A|Thank you for telling me. I'll talk to the director by Friday.", "-B|Thanks.",
		"-B|Okay, that's that. Carry on.", "A|What skills would you like to work on?", "=B|I'm not confident with budgets."}},
	{"the promise in the answer to the request", "en", []string{
		"-B|The new supervisor makes jokes about my accent and it bothers me.", "-B|Please don't put that in the record.", "-A|Okay, I won't. I'll talk to her by next Tuesday.", "-B|Thank you.",
		"A|What would you like to do next?", "=B|I'd like to train new starters."}},
}

// TestNothingFromOffTheRecord draws up drafts of talks with a stretch off the record.
func TestNothingFromOffTheRecord(t *testing.T) {
	t.Parallel()
	for _, c := range slices.Concat(offRecordTalks, leftOutTalks) {
		t.Run(c.lang+" "+c.name, func(t *testing.T) {
			t.Parallel()
			var lines []string
			inside, outside := map[int]bool{}, map[int]bool{}
			for i, l := range c.lines {
				inside[i+1], outside[i+1] = strings.HasPrefix(l, "-"), strings.HasPrefix(l, "=")
				lines = append(lines, strings.TrimLeft(l, "-="))
			}
			in := Input{Transcript: scene(c.lang, lines...), Template: testTemplate(t, c.lang), Language: c.lang, RecordedOn: "2026-06-10"}
			d, err := engine().Draft(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			cited := map[int]bool{}
			look := func(where, text string, list []interview.Evidence) {
				for _, e := range list {
					cited[e.Segment] = true
					if inside[e.Segment] {
						t.Errorf("%s: %q stands on segment %d, which was off the record: %s", where, text, e.Segment, lines[e.Segment-1])
					}
				}
			}
			for _, s := range d.Sections {
				look(s.Key, string(s.State), s.Evidence)
				for _, st := range s.Statements {
					look(s.Key, st.Text, st.Evidence)
				}
			}
			for _, s := range d.Summary {
				look("summary", s.Text, s.Evidence)
			}
			for _, f := range d.Flags {
				if inside[f.Segment] && !strings.HasPrefix(f.Kind, "off_record") {
					t.Errorf("remark %s on segment %d, which was off the record", f.Kind, f.Segment)
				}
			}
			for id := range outside {
				if outside[id] && !cited[id] {
					t.Errorf("segment %d is not off the record and not in the draft: %s", id, lines[id-1])
				}
			}
			for _, x := range d.Dropped {
				if outside[x.Segment] {
					t.Errorf("segment %d left out as %s: %s", x.Segment, x.Reason, lines[x.Segment-1])
				}
				if inside[x.Segment] && x.Reason != ReasonOffRecord && !slices.Contains([]string{ReasonInterviewerOnly, ReasonThirdParty}, x.Reason) {
					t.Logf("segment %d left out as %s", x.Segment, x.Reason)
				}
			}
		})
	}
}
