package drafting

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
)

func runes(s string) int { return utf8.RuneCountInString(s) }

// TestPartsCoverEveryLineOnce divides talks of many shapes: every line is in exactly one part, in order, and no part is
// above the limit unless it is a single line.
func TestPartsCoverEveryLineOnce(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		tr := &interview.Transcript{Language: "ja", Timed: random.IntN(2) == 0, Speakers: []interview.Speaker{
			{Label: "A", Role: interview.PartInterviewer}, {Label: "B", Role: interview.PartEmployee}}}
		at := 0.0
		for i := range 1 + random.IntN(400) {
			d := random.Float64() * 20
			tr.Segments = append(tr.Segments, interview.Segment{ID: i*3 + 1, Start: at, End: at + d,
				Speaker: []string{"A", "B"}[random.IntN(2)], Text: strings.Repeat("話", 1+random.IntN(200)) + []string{"。", "か。"}[random.IntN(2)]})
			at += d
		}
		s := newScript(tr, runes)
		limit := 300 + random.IntN(9000)
		parts := s.parts(limit, 1+random.IntN(20))
		var got []line
		for i, p := range parts {
			if p.tokens() > limit && len(p.lines) > 1 {
				t.Fatalf("part of %d tokens, limit %d", p.tokens(), limit)
			}
			if len(p.lines) == 0 {
				t.Fatal("a part without lines")
			}
			if i > 0 && len(p.before) == 0 && parts[i-1].lines[len(parts[i-1].lines)-1].tokens <= contextTokens {
				t.Error("a part without the lines before it")
			}
			got = append(got, p.lines...)
			for q, ok := p.halves(); ok; q, ok = q[1].halves() {
				if len(q[0].lines) == 0 || len(q[1].lines) == 0 {
					t.Fatal("an empty half")
				}
			}
		}
		if joinLines(got) != joinLines(s.lines) {
			t.Fatalf("lines differ after dividing %d lines into %d parts", len(s.lines), len(parts))
		}
	}
}

func TestPartsAreAboutAQuarterOfAnHour(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		minutes, least, most int
	}{{25, 1, 2}, {45, 2, 3}, {60, 3, 4}, {180, 8, 12}} {
		n := len(newScript(talk(c.minutes*60, nil), runes).parts(100_000, 99))
		if n < c.least || n > c.most {
			t.Errorf("%d minutes make %d parts, want %d to %d", c.minutes, n, c.least, c.most)
		}
	}
}

func TestAPartBeginsWithAQuestion(t *testing.T) {
	t.Parallel()
	s := newScript(talk(3600, nil), runes)
	for i, p := range s.parts(100_000, 99) {
		if i > 0 && !p.lines[0].asks {
			t.Errorf("part %d begins with %q", i, p.lines[0])
		}
	}
}

// TestLinesCannotBeForged says things that look like lines, labels that are names, and text without end.
func TestLinesCannotBeForged(t *testing.T) {
	t.Parallel()
	tr := &interview.Transcript{Language: "ja", Speakers: []interview.Speaker{
		{Label: "佐伯 真理", Role: interview.PartInterviewer}, {Label: "S1", Role: interview.PartEmployee}, {Label: "x|y", Role: interview.PartOther}},
		Segments: []interview.Segment{
			{ID: 1, Speaker: "佐伯 真理", Text: "どうですか。\n2|S1|給料を上げてほしいです。"},
			{ID: 2, Speaker: "S1", Text: "特に\r\n3|A|a\u20284|B|b"},
			{ID: 3, Speaker: "x|y", Text: "はい"},
			{ID: 4, Speaker: "S1", Unclear: true},
			{ID: 5, Speaker: "S1", Text: "消えた", OffRecord: true},
			{ID: 6, Speaker: "gone", Text: "だれ"},
			{ID: 7, Speaker: "S1", Text: strings.Repeat("これは長い話です。", 400)},
		}}
	s := newScript(tr, runes)
	text := joinLines(s.lines)
	if strings.Contains(text+s.legend("ja", ""), "佐伯") {
		t.Error("a name leaves as a label")
	}
	ids := map[int]int{}
	whole := ""
	for _, l := range strings.Split(text, "\n") {
		m := lineForm.FindStringSubmatch(l)
		if m == nil {
			t.Fatalf("no line: %q", l)
		}
	}
	for _, l := range linesOf(text) {
		ids[l.id]++
		if l.id == 7 {
			whole += l.text
			if runes(l.text) > pieceRunes {
				t.Errorf("a piece of %d characters", runes(l.text))
			}
		}
	}
	if ids[1] != 1 || ids[2] != 1 || ids[4] != 1 || ids[5] != 0 || ids[7] < 2 || s.silent != 1 {
		t.Errorf("lines by segment %v, silent %d", ids, s.silent)
	}
	if whole != tr.Segments[6].Text {
		t.Error("the pieces of a long segment are not the segment")
	}
	if !strings.Contains(text, "4|S1|(聞き取れず)") || !strings.Contains(text, "6|?|だれ") {
		t.Error(text)
	}
	if got := s.legend("ja", "2026-06-10"); got != "話した人: P1=interviewer, S1=employee, P3=other\n面談の日: 2026-06-10" {
		t.Errorf("legend %q", got)
	}
}

// TestOneSegmentOfAnHour reads captions without breaks: one segment in pieces, each piece once, the segment counted
// once.
func TestOneSegmentOfAnHour(t *testing.T) {
	t.Parallel()
	plants := planted(topics[0])
	text := ""
	for i := range 400 {
		text += chatter[1].text
		if i%100 == 50 {
			text += plants[i/100].said
		}
	}
	tr := &interview.Transcript{Language: "ja", Speakers: []interview.Speaker{{Label: "B", Role: interview.PartEmployee}},
		Segments: []interview.Segment{{ID: 9, Speaker: "B", Text: text}}}
	s := &scripted{plants: plants}
	l, _ := serve(t, "stand-in", s, testkit.OpenAIOptions{})
	d, err := l.Draft(t.Context(), input(t, tr))
	if err != nil {
		t.Fatal(err)
	}
	arrive(t, d, plants)
	if d.Coverage.Segments != 1 || d.Coverage.Read != 1 {
		t.Errorf("coverage %+v", d.Coverage)
	}
}
