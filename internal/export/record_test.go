package export

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/prompts"
)

func ptr[T any](v T) *T { return &v }

// sample is a draft with everything a document has to show.
func sample() *interview.Draft {
	at := func(s float64) []interview.Evidence {
		return []interview.Evidence{{Segment: 12, Quote: "引用", Start: ptr(s), End: ptr(s + 4)}}
	}
	return &interview.Draft{
		Interview: "i1", Version: 3, Template: "career-interview@1", Language: "ja", CreatedAt: time.Date(2026, 5, 21, 1, 2, 3, 0, time.UTC),
		Header: interview.Header{Employee: interview.Name{Name: "髙橋 美咲", Department: "営業一課"}, Interviewer: interview.Name{Name: "山﨑 徹"},
			RecordedOn: "2026-05-20", Purpose: "これからの仕事について話す。"},
		Author:  interview.Author{Kind: "ai", Engine: "extractive"},
		Summary: []interview.Sentence{{Text: "海外の仕事を望む。", Evidence: at(61)}},
		Sections: []interview.Section{
			{Key: interview.Concerns, State: interview.NotDiscussed},
			{Key: interview.SkillGaps, State: interview.StatedNone, Evidence: at(3700)},
			{Key: interview.Wishes, State: interview.Discussed, Statements: []interview.Statement{
				{ID: "a", Text: "海外拠点で働きたい。", Speaker: interview.PartEmployee, By: "ai", Grounded: true, Evidence: at(131)},
				{ID: "b", Text: "通院のため、金曜の午後は空けたい。", Speaker: interview.PartEmployee, By: "ai", Grounded: true, Sensitive: true, Evidence: at(170)},
				{ID: "c", Text: "2027年4月に*異動*を希望する。", Speaker: interview.PartUnknown, By: "person", Grounded: true}}},
			{Key: interview.ActionItems, State: interview.Discussed, Statements: []interview.Statement{
				{ID: "d", Text: "研修の資料を送る。", Owner: interview.PartInterviewer, Due: ptr("来月末まで"), DueDate: ptr("2026-06-30"), Grounded: true, Evidence: at(200)}}},
			{Key: "interviewer_remarks", State: interview.NotDiscussed},
		},
		Dropped:  []interview.Dropped{{Segment: 7, Reason: "off_record"}},
		Coverage: interview.DraftCoverage{Speech: 100, Transcribed: 96.4, Holes: []interview.Span{{Start: 10, End: 12}}, Incomplete: true},
	}
}

func exporter(t *testing.T, o Options) *Exporter {
	t.Helper()
	l, err := prompts.Open("")
	if err != nil {
		t.Fatal(err)
	}
	o.Templates = l
	o.Zone = time.FixedZone("JST", 9*3600)
	return New(o)
}

func exported(t *testing.T, x *Exporter, d *interview.Draft, talk interview.Talk, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := x.Export(t.Context(), d, talk, format, &b); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return b.String()
}

func TestTextHoldsEverything(t *testing.T) {
	t.Parallel()
	got := exported(t, exporter(t, Options{}), sample(), interview.Talk{ID: "i1", Status: interview.InReview, Draft: 3}, "txt")
	for _, want := range []string{
		"【未確認】\nキャリア面談の記録\n", "本人:髙橋 美咲(営業一課)\n", "面談者:山﨑 徹\n", "面談日:2026年5月20日(水)\n", "目的:これからの仕事について話す。\n",
		"・海外拠点で働きたい。 [根拠 2:11]\n", "・通院のため、金曜の午後は空けたい。 [要配慮 ・ 根拠 2:50]\n", "・2027年4月に*異動*を希望する。 [話し手不明 ・ 人が記入]\n",
		"不安・懸念は、この面談では話題に出なかった。\n", "スキルギャップは、たずねたところ、本人が「ない」と答えた。 根拠 1:01:40\n",
		"・研修の資料を送る。 (担当:面談者 / 期限:2026-06-30(来月末まで)) [根拠 3:20]\n", "■ 面談者所見\n記入なし\n",
		"下書き:発言の抜き出しによる下書き\n", "文字にした割合:96%\n", "聞き取れなかった所:0:10–0:12\n", "記録から外した発言:1\n", "版:第3版\n状態:未確認\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if w, c := strings.Index(got, "■ 希望"), strings.Index(got, "■ 不安・懸念"); w < 0 || c < w {
		t.Errorf("sections are not in the template's order: 希望 at %d, 不安・懸念 at %d", w, c)
	}
	if note, first := strings.Index(got, "話した時間の一部を文字にできていない"), strings.Index(got, "■ 希望"); note < 0 || first < note {
		t.Errorf("that speech is missing is said at %d, the first section begins at %d", note, first)
	}
	if strings.Contains(got, "引用") {
		t.Error("a quote of the transcript stands in the document")
	}
}

func TestSealedRecordSaysWhoWhenAndWithWhatObjection(t *testing.T) {
	t.Parallel()
	verdict := &interview.Verdict{Draft: 3, Decision: "approve", Objection: "評価の件には同意していない。", Seal: "ab12", At: time.Date(2026, 5, 24, 16, 0, 0, 0, time.UTC)}
	asked := 0
	x := exporter(t, Options{Verdict: func(_ context.Context, id string, version int) (*interview.Verdict, error) {
		asked++
		if id != "i1" || version != 3 {
			t.Errorf("asked for %s %d", id, version)
		}
		return verdict, nil
	}})
	talk := interview.Talk{ID: "i1", Status: interview.Approved, Draft: 3, Sealed: 3}
	got := exported(t, x, sample(), talk, "txt")
	if strings.Contains(got, "未確認") || asked != 1 {
		t.Errorf("a sealed version is called unconfirmed, or its decision was not read (%d)", asked)
	}
	for _, want := range []string{"版:第3版\n承認日:2026年5月25日(月)\n承認した人:髙橋 美咲\n付記された異議:評価の件には同意していない。\n封印(SHA-256):ab12\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	later := sample()
	later.Version = 4 // reopened: version 3 stays sealed, 4 is open
	talk.Status, talk.Draft = interview.InReview, 4
	if got := exported(t, x, later, talk, "txt"); !strings.Contains(got, "【未確認】") || strings.Contains(got, "承認日") {
		t.Error("the open version after a sealed one passes for approved")
	}
	talk = interview.Talk{ID: "i1", Status: interview.ClosedUnconfirmed, Draft: 3}
	if got := exported(t, x, sample(), talk, "txt"); !strings.Contains(got, "未確認(確認なしで終了)") {
		t.Error("a record closed without confirmation does not say so")
	}
	down := exporter(t, Options{Verdict: func(context.Context, string, int) (*interview.Verdict, error) { return nil, errors.New("database") }})
	if err := down.Export(t.Context(), sample(), interview.Talk{Sealed: 3}, "txt", &bytes.Buffer{}); err == nil {
		t.Error("a seal that cannot be read is passed over")
	}
}

func TestWhatAReaderMayNotSeeIsNoAbsence(t *testing.T) {
	t.Parallel()
	d := sample()
	d.Sections[2].Statements = nil // taken out for this reader; the section was discussed
	got := exported(t, exporter(t, Options{}), d, interview.Talk{}, "txt")
	if !strings.Contains(got, "■ 希望\nこの写しを読む人に公開されている文はない。\n") {
		t.Error(got)
	}
}

func TestEnglishAndUnknownTemplate(t *testing.T) {
	t.Parallel()
	d := sample()
	d.Language, d.Template = "en", "gone@7"
	d.Sections[0].Title = "Concerns"
	d.Sections[2].Statements[0].Evidence[0].Start = nil
	got := exported(t, exporter(t, Options{}), d, interview.Talk{}, "txt")
	for _, want := range []string{"【UNCONFIRMED】\ngone: record\n", "Employee: 髙橋 美咲 (営業一課)\n", "Date of the talk: 20 May 2026 (Wednesday)\n",
		"Concerns did not come up in this talk.\n", "[Evidence segment 12]"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestMarkdownShowsTextAsItIs(t *testing.T) {
	t.Parallel()
	d := sample()
	d.Sections[2].Statements[0].Text = "<img src=x onerror=alert(1)> [ここ](javascript:x) `a` | b\n# 見出し\u202e逆\u0007"
	d.Sections[2].Statements[1].Text = "3. 三つ目"
	got := exported(t, exporter(t, Options{}), d, interview.Talk{}, "md")
	for _, want := range []string{`- \<img src=x onerror=alert(1)\> \[ここ\](javascript:x) \` + "`a" + `\` + "`" + ` \| b \# 見出し逆 <small>`, `- 3\. 三つ目`,
		"| 面談者 | 研修の資料を送る。 <small>根拠 3:20</small> | 2026-06-30(来月末まで) |", `- 2027年4月に\*異動\*を希望する。`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestJSONHasNoNullLists(t *testing.T) {
	t.Parallel()
	d := &interview.Draft{Version: 1, Sections: []interview.Section{{Key: "wishes", Statements: []interview.Statement{{ID: "a"}}}, {Key: "next"}}}
	got := exported(t, exporter(t, Options{}), d, interview.Talk{}, "json")
	for _, bad := range []string{`"summary": null`, `"statements": null`, `"evidence": null`, `"dropped": null`} {
		if strings.Contains(got, bad) {
			t.Errorf("%s in %s", bad, got)
		}
	}
	var back interview.Draft
	if err := json.Unmarshal([]byte(got), &back); err != nil || back.Sections[0].Statements[0].ID != "a" {
		t.Errorf("%v %+v", err, back)
	}
	if d.Sections[1].Statements != nil {
		t.Error("the caller's draft was changed")
	}
	if err := exporter(t, Options{}).Export(t.Context(), d, interview.Talk{}, "odt", &bytes.Buffer{}); interview.Code(err) != "validation_failed" {
		t.Errorf("odt: %v", err)
	}
}
