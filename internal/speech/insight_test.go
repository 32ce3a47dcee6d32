package speech

import (
	"math"
	"slices"
	"testing"

	"kikigaki/internal/interview"
)

func withheld(in Insights) []string {
	var out []string
	for _, w := range in.Withheld {
		out = append(out, w.Figure+": "+w.Reason)
	}
	return out
}

func talkOf(source string, segments ...interview.Segment) *interview.Transcript {
	t := &interview.Transcript{Language: "ja", Source: source, Timed: true,
		Speakers: []interview.Speaker{{Label: "A", Role: interview.PartInterviewer}, {Label: "B", Role: interview.PartEmployee}}}
	for i, s := range segments {
		s.ID = i + 1
		t.Segments = append(t.Segments, s)
	}
	return t
}

var shortTalk = []interview.Segment{
	{Start: 0, End: 4, Speaker: "A", Text: "最近どうですか。忙しいですか。"},
	{Start: 5, End: 15, Speaker: "B", Text: "忙しいです。担当が増えたので。"},
	{Start: 15.2, End: 15.6, Speaker: "A", Text: "うん。"},
	{Start: 16, End: 30, Speaker: "B", Text: "それで、見積もりに時間がかかります。"},
	{Start: 40, End: 44, Speaker: "A", Text: "何があれば楽になりますか？"},
	{Start: 45, End: 50, Speaker: "B", Text: "人手ですかね。"},
}

func TestInsights(t *testing.T) {
	t.Parallel()
	in := NewInsights(talkOf("captions", shortTalk...), interview.Sound{})
	if in.Duration != 50 || in.Silence == nil || math.Abs(*in.Silence-12.6) > 0.01 || len(in.Withheld) != 0 {
		t.Errorf("insights = %+v, silence %v", in, *in.Silence)
	}
	a, b := in.Voices[0], in.Voices[1]
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"A seconds", *a.Seconds, 8.4}, {"B seconds", *b.Seconds, 29}, {"B share", *b.Share, 29 / 37.4},
		{"A turns", float64(*a.Turns), 2}, {"B turns", float64(*b.Turns), 2},
		{"B monologue", b.Longest.Seconds(), 25}, {"A monologue", a.Longest.Seconds(), 4},
		{"A questions", float64(*a.Questions), 3}, {"A open questions", float64(*a.OpenQuestions), 2}, {"B open questions", float64(*b.OpenQuestions), 0},
	} {
		if math.Abs(c.got-c.want) > 0.01 {
			t.Errorf("%s = %v, want %v", c.what, c.got, c.want)
		}
	}
	if a.Role != interview.PartInterviewer {
		t.Errorf("role = %s", a.Role)
	}
}

func TestInsightsSayWhatTheyDoNotKnow(t *testing.T) {
	t.Parallel()
	byVoice := []string{"share", "turns", "longest_monologue", "questions"}
	reasons := func(reason string, figures ...string) []string {
		var out []string
		for _, f := range figures {
			out = append(out, f+": "+reason)
		}
		return out
	}
	untimed := talkOf("captions", shortTalk...)
	untimed.Timed = false
	for i := range untimed.Segments {
		untimed.Segments[i].Start, untimed.Segments[i].End = 0, 0
	}
	gaps := talkOf("speech", shortTalk...)
	gaps.Coverage = interview.Coverage{Speech: 37, Transcribed: 20}
	alone := talkOf("speech", interview.Segment{Start: 0, End: 4, Speaker: "A", Text: "一人です。"})
	mixed := talkOf("speech", shortTalk...)
	mixed.Speakers = []interview.Speaker{{Label: "A"}, {Label: Nobody}}
	for i := range mixed.Segments {
		mixed.Segments[i].Speaker = map[string]string{"A": "A", "B": Nobody}[mixed.Segments[i].Speaker]
	}
	sound := interview.Sound{Duration: 50, Speech: []interview.Span{{Start: 0, End: 30}}, Confidence: 0.95, Certain: true,
		Turns: []interview.Turn{{Speaker: "A", Start: 0, End: 4}, {Speaker: "B", Start: 5, End: 30}}}
	uncertain := sound
	uncertain.Certain, uncertain.Confidence = false, 0.8
	for _, c := range []struct {
		name  string
		t     *interview.Transcript
		sound interview.Sound
		want  []string
	}{
		{"all is known", talkOf("speech", shortTalk...), sound, nil},
		{"no times", untimed, interview.Sound{}, append(reasons("no_times", "silence"), reasons("no_times", "share", "longest_monologue")...)},
		{"voices uncertain", talkOf("speech", shortTalk...), uncertain, reasons("voices_uncertain", byVoice...)},
		{"one voice", alone, sound, reasons("voices_not_told_apart", byVoice...)},
		{"voices not told apart", mixed, sound, reasons("voices_not_told_apart", byVoice...)},
		{"gaps in the text", gaps, sound, reasons("gaps_in_text", "questions")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := NewInsights(c.t, c.sound)
			if got := withheld(in); !slices.Equal(got, c.want) {
				t.Errorf("withheld = %v, want %v", got, c.want)
			}
			for _, v := range in.Voices {
				if slices.Contains(c.want, "share: voices_uncertain") && (v.Share != nil || v.Turns != nil || v.Longest != nil || v.Questions != nil) {
					t.Errorf("figures of uncertain voices are shown: %+v", v)
				}
			}
		})
	}
}

func TestInsightsOfNothing(t *testing.T) {
	t.Parallel()
	in := NewInsights(&interview.Transcript{}, interview.Sound{Duration: 60})
	if in.Duration != 60 || len(in.Voices) != 0 || in.Silence != nil {
		t.Errorf("= %+v", in)
	}
}

func TestQuestions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]bool{ // question, open
		"最近どうですか。": {true, true}, "忙しいですか": {true, false}, "何かありますか?": {true, false}, "なぜそう思ったんですか。": {true, true},
		"いかがでしょうか": {true, true}, "そうですか。": {true, false}, "だれか手伝ってくれないかな。": {false, false}, "うまくいくかどうか。": {false, false},
		"大変でした。": {false, false}, "How is the work going?": {true, true}, "Is that okay with you?": {true, false}, "Somehow it works.": {false, false},
		"忙しいですかね。": {true, false}, "やりませんか": {true, false}, "行きますか、って聞かれました。": {false, false},
	} {
		if got := isQuestion(text); got != want[0] {
			t.Errorf("isQuestion(%q) = %v", text, got)
		}
		if got := isQuestion(text) && isOpen(text); got != want[1] {
			t.Errorf("open(%q) = %v", text, got)
		}
	}
}
