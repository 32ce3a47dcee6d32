package drafting

import (
	"testing"

	"kikigaki/internal/interview"
)

// TestTasksSayWhat: a task names what is to be done; a verb alone, an undoing and what only leads the talk are none.
func TestTasksSayWhat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, lang string
		lines      []string
		want       string // the one task, "" when there is none
	}{
		{"a verb alone", "ja", []string{"A|あ、それは、忘れるから。", "B|はい、お願いします。"}, ""},
		{"an undoing", "ja", []string{"A|じゃあ、消しておきます。", "B|はい、お願いします。"}, ""},
		{"an undoing of a thing is a task", "ja", []string{"A|古い名簿のデータを、今週の金曜までに消しておきます。", "B|お願いします。"}, "古い名簿のデータを消す。"},
		{"how the talk goes on", "ja", []string{"A|異動の話はあとで聞くね。先に、11月の残業のことを。", "B|はい、ありがとうございます。"}, ""},
		{"words of assent and a title before it", "ja", []string{"B|店長、レジの手順書を、来週の金曜までに書きます。", "A|お願いします。"}, "レジの手順書を書く。"},
		{"the thing as a topic", "ja", []string{"A|だよね、申込書は私が今週中に出しておくから。", "B|ありがとうございます。"}, "申込書を出す。"},
		{"two verbs run together", "ja", []string{"A|それは施設の係に要望を出す、私が月末までに書きます。", "B|お願いします。"}, "施設の係に要望を出す。"},
		{"done without something", "ja", []string{"A|来週の金曜に、総務から案内が窓口を通さずに届きます。", "B|わかりました。"}, "総務から案内が窓口を通さずに届く。"},
		{"leave asked for to sign one up", "ja", []string{"A|県の簿記の講座があるんだけど、申し込んでいい？9月4日の金曜。", "B|はい、行きます。"}, "県の簿記の講座に申し込む。"},
		{"a thing without its particle", "ja", []string{"A|産業医の面談の予約、取りますね、来週の金曜までに。", "B|お願いします。"}, "産業医の面談の予約を取る。"},
		{"its own thing, not the one before", "ja", []string{"A|田植えは大変でしたね。", "B|そうですね。", "A|消防の訓練の手伝い、書き出してくれますか、来週の金曜までに。", "B|はい、書き出します。"}, "消防の訓練の手伝いを書き出す。"},
		{"within today", "ja", []string{"A|応援のことは、今日のうちに工場長に電話します。", "B|助かります。"}, "応援のことは工場長に電話する。"},
		{"what others do to one", "ja", []string{"B|来年の4月だと、みんなに恨まれます。", "A|そうか。"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, err := engine().Draft(t.Context(), Input{Transcript: scene(c.lang, c.lines...), Template: testTemplate(t, c.lang), Language: c.lang, RecordedOn: "2026-06-10"})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range d.Section(interview.ActionItems).Statements {
				got = append(got, s.Text)
			}
			if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || got[0] != c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
