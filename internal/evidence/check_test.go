package evidence

import (
	"slices"
	"testing"

	"kikigaki/internal/interview"
)

func checked() *interview.Transcript {
	t := &interview.Transcript{Language: "ja", Speakers: []interview.Speaker{{Label: "A", Name: "森 恵", Role: interview.PartInterviewer}, {Label: "B", Name: "横山 大輔", Role: interview.PartEmployee}}}
	for i, l := range []string{
		"A勤務地の希望はありますか。",
		"B再来年の4月に、大阪の開発拠点へ移りたいです。今の部署に不満はありません。",
		"B条件があって、子どもの転校先が決まったら、大阪に移ります。",
		"B営業の人の話では、発売は3月に延びたらしいです。",
		"A浜口課長に、来週の金曜までに話しておきます。",
		"Bはい、お願いします。",
		"A講座の申し込みを、今月中にしてもらえますか。",
		"Bはい、今月中に申し込みます。",
		"A人事から規程を送ってもらいます。",
		"B月に一度は土曜を休みたいです。",
	} {
		t.Segments = append(t.Segments, interview.Segment{ID: i + 1, Speaker: l[:1], Text: l[1:]})
	}
	return t
}

func TestCheckFindsEachFault(t *testing.T) {
	t.Parallel()
	tr := checked()
	k := NewChecker(tr, NewCalendar("2026-06-10", 4, ""))
	whole := func(id int) interview.Evidence { return interview.Evidence{Segment: id, Quote: tr.Segment(id).Text} }
	day := func(s string) *string { return &s }
	for _, c := range []struct {
		name    string
		section string
		s       interview.Statement
		want    Kind // "" when the statement stands
	}{
		{"faithful", interview.Wishes, interview.Statement{Text: "再来年の4月に大阪の開発拠点へ移りたい。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(2)}}, ""},
		{"full width", interview.Wishes, interview.Statement{Text: "再来年の４月に大阪の開発拠点へ移りたい。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(2)}}, ""},
		{"kanji numeral", interview.Wishes, interview.Statement{Text: "再来年の四月に大阪の開発拠点へ移りたい。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(2)}}, ""},
		{"speaker", interview.Wishes, interview.Statement{Text: "大阪の開発拠点へ移りたい。", Speaker: interview.PartInterviewer, Evidence: []interview.Evidence{whole(2)}}, WrongSpeaker},
		{"interviewer's words as the employee's", interview.Concerns, interview.Statement{Text: "勤務地の希望がある。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(1)}}, WrongSpeaker},
		{"number", interview.Wishes, interview.Statement{Text: "再来年の9月に大阪の開発拠点へ移りたい。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(2)}}, WrongNumber},
		{"date word", interview.Wishes, interview.Statement{Text: "来年の4月に大阪の開発拠点へ移りたい。来月決める。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(2)}}, WrongDate},
		{"name", interview.Wishes, interview.Statement{Text: "黒崎部長と大阪の開発拠点へ移りたい。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(2)}}, WrongName},
		{"wish turned round", interview.Wishes, interview.Statement{Text: "大阪の開発拠点へ移りたくない。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(2)}}, Negation},
		{"denial lost", interview.Concerns, interview.Statement{Text: "今の部署に不満がある。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(2)}}, Negation},
		{"condition lost", "current_work", interview.Statement{Text: "大阪に移る。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(3)}}, Condition},
		{"condition kept", "current_work", interview.Statement{Text: "子どもの転校先が決まったら、大阪に移る。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(3)}}, ""},
		{"condition added", interview.Wishes, interview.Statement{Text: "手当が出るなら、大阪の開発拠点へ移りたい。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(2)}}, Condition},
		{"hearsay lost", "current_work", interview.Statement{Text: "発売は3月に延びた。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(4)}}, Hearsay},
		{"hearsay kept", "current_work", interview.Statement{Text: "発売は3月に延びたらしい。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(4)}}, ""},
		{"hearsay added", interview.Wishes, interview.Statement{Text: "再来年の4月に大阪の開発拠点へ移りたいらしい。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(2)}}, Hearsay},
		{"休みたい is no likeness", interview.Wishes, interview.Statement{Text: "月に一度は土曜を休みたい。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(10)}}, ""},
		{"another matter", interview.Wishes, interview.Statement{Text: "給与の水準に満足していると評判だ。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(2)}}, Unsupported},
		{"praise", "current_work", interview.Statement{Text: "大阪の開発拠点へ昇格する。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(2)}}, Verdict},
		{"a command", "current_work", interview.Statement{Text: "大阪の開発拠点へ異動すること。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(2)}}, Command},
		{"markup", "current_work", interview.Statement{Text: "<b>大阪の開発拠点</b>へ移りたい。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(2)}}, Command},
		{"promise", interview.ActionItems, interview.Statement{Text: "浜口課長に話す。", Speaker: interview.PartInterviewer, Owner: interview.PartInterviewer, DueDate: day("2026-06-19"), Evidence: []interview.Evidence{whole(5), whole(6)}}, ""},
		{"promise of the other's", interview.ActionItems, interview.Statement{Text: "浜口課長に話す。", Speaker: interview.PartInterviewer, Owner: interview.PartEmployee, Evidence: []interview.Evidence{whole(5)}}, WrongOwner},
		{"no desk was named", interview.ActionItems, interview.Statement{Text: "浜口課長に話す。", Speaker: interview.PartInterviewer, Owner: interview.PartHR, Evidence: []interview.Evidence{whole(5)}}, WrongOwner},
		{"request accepted", interview.ActionItems, interview.Statement{Text: "講座に申し込む。", Speaker: interview.PartEmployee, Owner: interview.PartEmployee, DueDate: day("2026-06-30"), Evidence: []interview.Evidence{whole(7), whole(8)}}, ""},
		{"request given to the one who asked", interview.ActionItems, interview.Statement{Text: "講座に申し込む。", Speaker: interview.PartInterviewer, Owner: interview.PartInterviewer, Evidence: []interview.Evidence{whole(7)}}, WrongOwner},
		{"desk", interview.ActionItems, interview.Statement{Text: "規程を送る。", Speaker: interview.PartInterviewer, Owner: interview.PartHR, Evidence: []interview.Evidence{whole(9)}}, ""},
		{"due date", interview.ActionItems, interview.Statement{Text: "浜口課長に話す。", Speaker: interview.PartInterviewer, Owner: interview.PartInterviewer, DueDate: day("2026-06-26"), Evidence: []interview.Evidence{whole(5)}}, WrongDate},
		{"no evidence", interview.Wishes, interview.Statement{Text: "大阪に移りたい。", Speaker: interview.PartEmployee}, NoEvidence},
		{"wrong id", interview.Wishes, interview.Statement{Text: "大阪に移りたい。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{{Segment: 5, Quote: tr.Segment(2).Text}}}, NoQuote},
		{"no such id", interview.Wishes, interview.Statement{Text: "大阪に移りたい。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{{Segment: 77, Quote: "大阪"}}}, NoSegment},
		{"empty", interview.Wishes, interview.Statement{Text: "。 ", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{whole(2)}}, Unsupported},
	} {
		got := k.Check(c.s, c.section, "ja")
		if c.want == "" && len(got) > 0 {
			t.Errorf("%s: refused for %v", c.name, got)
		}
		if c.want != "" && !slices.ContainsFunc(got, func(f Fault) bool { return f.Kind == c.want }) {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	by := "c1"
	s := func(id, text string, seg int) interview.Statement {
		return interview.Statement{ID: id, Text: text, Evidence: []interview.Evidence{{Segment: seg, Quote: text}}}
	}
	a := &interview.Draft{Sections: []interview.Section{{Key: "wishes", Statements: []interview.Statement{s("1", "大阪に移りたい。", 1), s("2", "研修を受けたい。", 2), s("3", "在宅を続けたい。", 3)}}}}
	changed := s("1", "いずれ大阪に移りたい。", 1)
	changed.ChangedBy = &by
	b := &interview.Draft{Sections: []interview.Section{
		{Key: "wishes", Statements: []interview.Statement{changed, s("9", "研修を一度受けたい。", 2)}},
		{Key: "concerns", Statements: []interview.Statement{s("3", "在宅を続けたい。", 3), s("4", "残業が多い。", 4)}},
	}}
	got := map[string]string{}
	for _, c := range Diff(a, b) {
		text := ""
		if c.After != nil {
			text = c.After.Text
		}
		got[c.Kind+" "+text] = c.Section
		if c.Kind == "changed" && c.After.ID == "1" && (c.By == nil || *c.By != "c1") {
			t.Error("the comment that caused a change is not named")
		}
	}
	want := map[string]string{"changed いずれ大阪に移りたい。": "wishes", "changed 研修を一度受けたい。": "wishes", "moved 在宅を続けたい。": "concerns", "added 残業が多い。": "concerns"}
	for k, v := range want {
		if got[k] != v {
			t.Errorf("no %q in %v", k, got)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%v, want %v", got, want)
	}
	if len(Diff(a, a)) != 0 || len(Diff(nil, nil)) != 0 || len(Diff(nil, a)) != 3 {
		t.Error("the difference to itself or to nothing is wrong")
	}
}
