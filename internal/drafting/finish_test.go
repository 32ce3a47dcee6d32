package drafting

import (
	"slices"
	"strings"
	"testing"

	"kikigaki/internal/interview"
)

func statement(id, text string, quotes ...any) interview.Statement {
	s := interview.Statement{ID: id, Text: text, Speaker: interview.PartEmployee, By: "ai"}
	for i := 0; i+1 < len(quotes); i += 2 {
		s.Evidence = append(s.Evidence, interview.Evidence{Segment: quotes[i].(int), Quote: quotes[i+1].(string)})
	}
	return s
}

var small = []string{
	"A|希望を聞かせてください。",
	"B|えーと、来年あたり、経理の、あの、仕事をやってみたいです。",
	"A|スキルの面はどうですか。",
	"B|簿記は２級まで持っていますが、英語の会議は苦手です。",
	"A|経理課長に、来週の金曜までに話しておきます。",
	"B|お願いします。",
	"B|最近、夜あまり眠れないんです。",
	"B|ここだけの話ですが、同僚と付き合っています。",
	"A|不安なことはありますか。",
	"B|特にないです。",
}

func smallInput(t *testing.T) Input {
	return Input{Transcript: scene("ja", small...), Template: testTemplate(t, "ja"), Language: "ja", RecordedOn: "2026-06-10", Interview: "i1"}
}

func ids(d *interview.Draft, key string) []string {
	var out []string
	if s := d.Section(key); s != nil {
		for _, st := range s.Statements {
			out = append(out, st.ID)
		}
	}
	return out
}

func TestFinishKeepsWhatHoldsAndSaysWhyNot(t *testing.T) {
	t.Parallel()
	wrong := "2026-12-31"
	due := "来週の金曜まで"
	task := statement("task", "経理課長に話す。", 5, "経理課長に、来週の金曜までに話しておきます")
	task.Speaker, task.Owner, task.Due, task.DueDate = interview.PartInterviewer, interview.PartInterviewer, &due, &wrong
	d := &interview.Draft{Sections: []interview.Section{
		{Key: interview.ActionItems, Statements: []interview.Statement{task}},
		{Key: "no_such_section", Statements: []interview.Statement{statement("lost", "経理の仕事をやってみたい。", 2, "経理の仕事をやってみたいです")}},
		{Key: interview.Wishes, Statements: []interview.Statement{
			statement("good", "来年あたり経理の仕事をやってみたい。", 2, "来年あたり、経理の仕事をやってみたいです"),
			statement("quote", "海外で働きたい。", 2, "海外で働いてみたいと前から考えていました"),
			statement("number", "3年後に経理の仕事をやってみたい。", 2, "経理の仕事をやってみたいです"),
			statement("nowhere", "経理の仕事をやってみたい。", 99, "経理の仕事をやってみたいです"),
			statement("none", "経理の仕事をやってみたい。"),
			statement("empty", "  ", 2, "経理の仕事をやってみたいです"),
		}},
		{Key: interview.SkillGaps, Statements: []interview.Statement{
			statement("wide", "簿記は2級まで持っているが、英語の会議は苦手だ。", 4, "簿記は2級まで持っていますが、英語の会議は苦手です"),
			statement("flipped", "英語の会議は苦手ではない。", 4, "英語の会議は苦手です"),
		}},
		{Key: interview.Concerns, Statements: []interview.Statement{
			statement("sleep", "最近、夜あまり眠れない。", 7, "夜あまり眠れないんです"),
			statement("secret", "同僚と付き合っている。", 8, "同僚と付き合っています"),
		}},
	}, Summary: []interview.Sentence{
		{Text: "経理の仕事をやってみたい。", Evidence: []interview.Evidence{{Segment: 2, Quote: "経理の仕事をやってみたいです"}}},
		{Text: "最近、夜あまり眠れない。", Evidence: []interview.Evidence{{Segment: 7, Quote: "夜あまり眠れないんです"}}},
		{Text: "お願いする。", Evidence: []interview.Evidence{{Segment: 6, Quote: "お願いします"}}},
	}}
	d, err := Finish(smallInput(t), d)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string][]string{interview.Wishes: {"good"}, interview.SkillGaps: {"wide"}, interview.Concerns: {"sleep"}, interview.ActionItems: {"task"}} {
		if got := ids(d, key); !slices.Equal(got, want) {
			t.Fatalf("%s: %v, want %v; dropped %v", key, got, want, d.Dropped)
		}
	}
	for _, want := range []string{"quote_not_found", "number_not_in_evidence", "segment_not_found", "no_evidence", "negation_changed", ReasonOffRecord} {
		if !slices.ContainsFunc(d.Dropped, func(x interview.Dropped) bool { return x.Reason == want }) {
			t.Errorf("no reason %s in %v", want, d.Dropped)
		}
	}
	good := d.Section(interview.Wishes).Statements[0]
	if q := good.Evidence[0].Quote; q != "来年あたり、経理の、あの、仕事をやってみたいです" {
		t.Errorf("the quote is not literal: %s", q)
	}
	if good.Evidence[0].Start == nil || *good.Evidence[0].Start != 10 || !good.Grounded || good.Audience != "hr" {
		t.Errorf("times, ground or audience missing: %+v", good)
	}
	if s := d.Section(interview.Concerns).Statements[0]; !s.Sensitive || s.Class != "condition" || s.Audience != "both" {
		t.Errorf("not closed: %+v", s)
	}
	if a := d.Section(interview.ActionItems).Statements[0]; a.DueDate == nil || *a.DueDate != "2026-06-19" {
		t.Errorf("the due was not worked out from the words: %v", a.DueDate)
	}
	if len(d.Summary) != 1 || d.Summary[0].Text != "経理の仕事をやってみたい。" {
		t.Errorf("summary %+v", d.Summary)
	}
	var order []string
	for _, s := range d.Sections {
		order = append(order, s.Key)
		if s.Title == "" || s.Title == s.Key {
			t.Errorf("section %s has no title", s.Key)
		}
	}
	var want []string
	for _, s := range testTemplate(t, "ja").Sections {
		want = append(want, s.Key)
	}
	if !slices.Equal(order, want) {
		t.Errorf("sections %v, want the template's %v", order, want)
	}
	if d.Interview != "i1" || d.Version != 1 || !strings.Contains(d.Template, "@") || d.Coverage.Segments != len(small) {
		t.Errorf("head or tail missing: %+v", d)
	}
}

func TestThreeAbsences(t *testing.T) {
	t.Parallel()
	empty := func(change func(*interview.Transcript)) *interview.Draft {
		in := smallInput(t)
		change(in.Transcript)
		d, err := Finish(in, &interview.Draft{Coverage: interview.DraftCoverage{Read: len(in.Transcript.Segments)}})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	d := empty(func(*interview.Transcript) {})
	if s := d.Section(interview.Concerns); s.State != interview.StatedNone || len(s.Evidence) != 1 || s.Evidence[0].Segment != 10 {
		t.Errorf("concerns: %+v", s)
	}
	if s := d.Section(interview.ActionItems); s.State != interview.NotDiscussed {
		t.Errorf("action items: %s", s.State)
	}
	d = empty(func(tr *interview.Transcript) { tr.Segments[3].Unclear, tr.Segments[3].Text = true, "" })
	if s := d.Section(interview.SkillGaps); s.State != interview.Unclear || len(s.Evidence) != 1 || s.Evidence[0].Segment != 4 {
		t.Errorf("skill gaps after an answer nobody could make out: %+v", s)
	}
	d = empty(func(tr *interview.Transcript) { tr.Coverage.Transcribed = tr.Coverage.Speech * 0.9 })
	if s := d.Section(interview.ActionItems); s.State != interview.Unclear {
		t.Errorf("with a tenth of the speech missing nothing is not discussed, got %s", s.State)
	}
	if !d.Coverage.Incomplete {
		t.Error("the draft does not say that it is incomplete")
	}
}

func TestPeoplesEditsSurvive(t *testing.T) {
	t.Parallel()
	in := smallInput(t)
	first, err := engine().Draft(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	wishes := first.Section(interview.Wishes)
	if len(wishes.Statements) == 0 {
		t.Fatal("no wish to edit")
	}
	wishes.Statements[0].By, wishes.Statements[0].Author, wishes.Statements[0].Text = "person", "p1", "経理の仕事に、いずれは移りたいと思っている（本人の言い方で)"
	edited := wishes.Statements[0]
	own := interview.Statement{ID: "own", Text: "面談のあとで思い出したこと。", By: "person", Author: "p1", Speaker: interview.PartEmployee}
	wishes.Statements = append(wishes.Statements, own)
	gone := first.Section(interview.SkillGaps).Statements[0]
	first.Section(interview.SkillGaps).Statements = nil
	first.Removed = []interview.Removed{{ID: gone.ID, Section: interview.SkillGaps, Segments: []int{gone.Evidence[0].Segment}, By: "p1"}}
	in.Previous = first
	second, err := engine().Draft(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	got := second.Section(interview.Wishes).Statements
	if len(got) != 2 || got[0].Text != edited.Text || got[1].Text != own.Text || got[0].By != "person" {
		t.Errorf("edits did not survive to the letter: %+v", got)
	}
	if got := ids(second, interview.SkillGaps); len(got) != 0 {
		t.Errorf("a deleted statement came back: %v", got)
	}
	if second.Version != first.Version+1 || len(second.Removed) != 1 {
		t.Errorf("version %d, removed %v", second.Version, second.Removed)
	}
	// off the record beats people's edits
	in.Previous = second
	seg := in.Transcript.Segment(edited.Evidence[0].Segment)
	seg.OffRecord, seg.Text = true, ""
	third, err := engine().Draft(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range third.Section(interview.Wishes).Statements {
		if s.ID == edited.ID {
			t.Errorf("a statement on words that left the record is still there: %s", s.Text)
		}
	}
}

func TestFinishRefusesAnEmptyInput(t *testing.T) {
	t.Parallel()
	if _, err := Finish(Input{}, nil); interview.Code(err) != "internal_error" {
		t.Errorf("got %v", err)
	}
	if _, err := engine().Draft(t.Context(), Input{}); interview.Code(err) != "internal_error" {
		t.Errorf("got %v", err)
	}
	if _, err := engine().Revise(t.Context(), smallInput(t)); interview.Code(err) != "internal_error" {
		t.Errorf("revise without a previous version: %v", err)
	}
	in := smallInput(t)
	in.Transcript.Segments = nil
	d, err := engine().Draft(t.Context(), in)
	if err != nil || len(d.Section(interview.Wishes).Statements) != 0 || d.Section(interview.Wishes).State != interview.NotDiscussed {
		t.Errorf("a talk without words: %v %+v", err, d)
	}
}

func TestReviseByExcerpts(t *testing.T) {
	t.Parallel()
	in := smallInput(t)
	first := draftOf(t, in)
	wish, gap := first.Section(interview.Wishes).Statements[0], first.Section(interview.SkillGaps).Statements[0]
	in.Previous = first
	in.Comments = []interview.Comment{{ID: "c1", Statement: wish.ID, Kind: "comment", Text: "言い方がすこし違います"}, {ID: "c2", Statement: gap.ID, Kind: "dispute", Author: "p1"},
		{ID: "c3", Statement: wish.ID, Kind: "reaction", Text: "ありがとう"}, {ID: "c4", Kind: "comment", Text: "x", Resolved: true}}
	second, err := engine().Revise(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	got := second.Section(interview.Wishes).Statements[0]
	if got.ID != wish.ID || got.Text != "「"+wish.Evidence[0].Quote+"」" || got.ChangedBy == nil || *got.ChangedBy != "c1" {
		t.Errorf("comment: %+v", got)
	}
	if slices.Contains(ids(second, interview.SkillGaps), gap.ID) || len(second.Removed) != 1 {
		t.Errorf("the disputed statement is still there: %v", ids(second, interview.SkillGaps))
	}
	for _, s := range first.Sections {
		for _, st := range s.Statements {
			if st.ID == wish.ID || st.ID == gap.ID {
				continue
			}
			now := second.Section(s.Key)
			if i := slices.IndexFunc(now.Statements, func(x interview.Statement) bool { return x.ID == st.ID }); i < 0 || now.Statements[i].Text != st.Text {
				t.Errorf("%s changed without a comment", st.Text)
			}
		}
	}
}

// The sentences of a summary keep their ids from one draft to the next, by their words or by what they rest on, whatever
// their order; a new one gets an id that none had.
func TestSentencesKeepTheirIDs(t *testing.T) {
	t.Parallel()
	said := func(text string, quotes ...any) interview.Sentence {
		return interview.Sentence{Text: text, Evidence: statement("", "", quotes...).Evidence}
	}
	work, english := said("経理の仕事をやってみたい。", 2, "経理の仕事をやってみたいです"), said("英語の会議は苦手だ。", 4, "英語の会議は苦手です")
	make1 := func(previous *interview.Draft, summary ...interview.Sentence) *interview.Draft {
		in := smallInput(t)
		in.Previous = previous
		d, err := Finish(in, &interview.Draft{Summary: summary, Sections: []interview.Section{
			{Key: interview.Wishes, Statements: []interview.Statement{statement("", "来年あたり経理の仕事をやってみたい。", 2, "来年あたり、経理の仕事をやってみたいです")}},
			{Key: interview.SkillGaps, Statements: []interview.Statement{statement("", "英語の会議は苦手だ。", 4, "英語の会議は苦手です")}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Summary) != len(summary) {
			t.Fatalf("%d of %d sentences are left", len(d.Summary), len(summary))
		}
		return d
	}
	first := make1(nil, work, english)
	a, b := first.Summary[0].ID, first.Summary[1].ID
	if a == "" || b == "" || a == b {
		t.Fatalf("ids %q and %q", a, b)
	}
	again := make1(first, english, said("来年あたり経理の仕事をやってみたい。", 2, "来年あたり、経理の仕事をやってみたいです"))
	if again.Summary[0].ID != b || again.Summary[1].ID != a {
		t.Errorf("in another order: %s %s, want %s %s", again.Summary[0].ID, again.Summary[1].ID, b, a)
	}
	one := make1(first, english)
	two := make1(one, english, work)
	if two.Summary[0].ID != b || two.Summary[1].ID == a || two.Summary[1].ID == "" {
		t.Errorf("a new one: %+v", two.Summary)
	}
	first.Summary[0].ID, first.Summary[1].ID = "", "" // as an older program wrote it
	if old := make1(first, english, work); old.Summary[0].ID != "summary:1" || old.Summary[1].ID != "summary:0" {
		t.Errorf("after a version without ids: %+v", old.Summary)
	}
}

// A new draft that says the same keeps the ids of its statements; one that says something else does not.
func TestStatementsKeepTheirIDs(t *testing.T) {
	t.Parallel()
	finish := func(previous *interview.Draft, wishes, gaps interview.Statement) *interview.Draft {
		in := smallInput(t)
		in.Previous = previous
		d, err := Finish(in, &interview.Draft{Sections: []interview.Section{
			{Key: interview.Wishes, Statements: []interview.Statement{wishes}}, {Key: interview.SkillGaps, Statements: []interview.Statement{gaps}}}})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	work := func(id, text string) interview.Statement {
		return statement(id, text, 2, "来年あたり、経理の、あの、仕事をやってみたいです")
	}
	first := finish(nil, work("", "来年あたり経理の仕事をやってみたい。"), statement("", "簿記は2級まで持っている。", 4, "簿記は２級まで持っていますが"))
	again := finish(first, work("new", "来年、経理の仕事をやってみたい。"), statement("", "英語の会議は苦手だ。", 4, "英語の会議は苦手です"))
	if got, want := ids(again, interview.Wishes), ids(first, interview.Wishes); !slices.Equal(got, want) {
		t.Errorf("the same wish is %v, was %v", got, want)
	}
	if got, was := ids(again, interview.SkillGaps), ids(first, interview.SkillGaps); len(got) != 1 || got[0] == was[0] || got[0] == "" {
		t.Errorf("another gap is %v, the one before %v", got, was)
	}
	// What a person wrote about the matter takes the place of what the engine writes, and keeps its own id.
	first.Section(interview.Wishes).Statements[0].By = "person"
	mine := finish(first, work("new", "来年あたり経理の仕事をやってみたい。"), statement("", "英語の会議は苦手だ。", 4, "英語の会議は苦手です"))
	if got, want := ids(mine, interview.Wishes), ids(first, interview.Wishes); !slices.Equal(got, want) {
		t.Errorf("a person's wish is %v, was %v", got, want)
	}
}
