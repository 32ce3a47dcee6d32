package drafting

import (
	"testing"
)

// TestOpenings: what a talk is for, and how it stands with what was agreed on last time, are told from what only sounds
// like them.
func TestOpenings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, lang, key string
		lines           []string
		want            string // "" when the section stays empty
		by              string
	}{
		{"the kind of talk", "ja", "purpose", []string{"A|では、下期のキャリア面談ということで、始めます。", "B|お願いします。"}, "下期のキャリア面談を行う。", "interviewer"},
		{"what it is about", "ja", "purpose", []string{"A|今日は来年の働き方について話しましょう。", "B|はい。"}, "来年の働き方について話す。", "interviewer"},
		{"what the employee came with", "ja", "purpose", []string{"A|どうぞ、座って。", "B|今日は、産休のあとの働き方を相談したいと思って来ました。"}, "今日は産休のあとの働き方を相談したいと思って来た。", "employee"},
		{"about the recording", "ja", "purpose", []string{"A|今日は録音について説明します。", "B|はい。"}, "", ""},
		{"the next talk", "ja", "purpose", []string{"A|次回の面談です、これは。", "B|はい。"}, "", ""},
		{"in English", "en", "purpose", []string{"A|Hello. Today we'll talk about your plans for the new depot.", "B|Fine."}, "Talk about your plans for the new depot.", "interviewer"},
		{"answered", "ja", "last_time", []string{"A|前回の面談で決めた、手順書を直す件はどうですか。", "B|手順書は、半分まで直しました。"}, "手順書は半分まで直した。", "employee"},
		{"told unasked", "ja", "last_time", []string{"A|どうですか。", "B|前回お話しした資格の勉強は、六月から始めています。"}, "前回お話しした資格の勉強は、六月から始めている。", "employee"},
		{"no account of it", "ja", "last_time", []string{"A|前回の面談は寒い日でしたね。", "B|そうでしたね。"}, "", ""},
		{"in English", "en", "last_time", []string{"A|Last time you said you wanted to shadow the planner. Did you?", "B|Yes, I spent two days with her in May."}, "I spent two days with her in May.", "employee"},
	} {
		t.Run(c.lang+" "+c.name, func(t *testing.T) {
			t.Parallel()
			d, err := engine().Draft(t.Context(), Input{Transcript: scene(c.lang, c.lines...), Template: testTemplate(t, c.lang), Language: c.lang, RecordedOn: "2026-06-10"})
			if err != nil {
				t.Fatal(err)
			}
			list := d.Section(c.key).Statements
			switch {
			case c.want == "" && len(list) > 0:
				t.Errorf("%q, want nothing", list[0].Text)
			case c.want != "" && (len(list) != 1 || list[0].Text != c.want || string(list[0].Speaker) != c.by || len(list[0].Evidence) == 0):
				t.Errorf("%+v, want %q by %s", list, c.want, c.by)
			}
		})
	}
}
