package drafting

import (
	"fmt"
	"strings"
	"testing"

	"kikigaki/internal/interview"
)

// threeHours strings the Japanese samples together until three hours are full and plants a wish and a task in each
// tenth.
func threeHours(t testing.TB) (tr *interview.Transcript, planted []string) {
	t.Helper()
	places := []string{"札幌", "秋田", "福井", "高松", "松山", "長崎", "宮崎", "那覇", "函館", "鳥取"}
	tr = &interview.Transcript{Version: 1, Language: "ja", Source: "captions", Timed: true,
		Speakers: []interview.Speaker{{Label: "A", Name: "面談 太郎", Role: interview.PartInterviewer}, {Label: "B", Name: "本人 花子", Role: interview.PartEmployee}}}
	const length = 3 * 3600.0
	at, id := 0.0, 0
	add := func(speaker, text string) {
		id++
		d := float64(len([]rune(text)))/7 + 0.5
		tr.Segments = append(tr.Segments, interview.Segment{ID: id, Start: at, End: at + d, Speaker: speaker, Text: text})
		at += d + 0.2
	}
	for at < length {
		for _, g := range samples(t) {
			if g.Language != "ja" {
				continue
			}
			for _, s := range g.Segments {
				if n := len(planted) / 2; n < len(places) && at > length*(float64(n)+0.5)/10 {
					add("A", "ところで、勤務地について希望はありますか。")
					add("B", fmt.Sprintf("%s営業所の立ち上げを担当してみたいです。", places[n]))
					add("A", fmt.Sprintf("では、%s営業所の資料を今週中に送っておきます。", places[n]))
					add("B", "ありがとうございます。")
					planted = append(planted, places[n]+"営業所の立ち上げ", places[n]+"営業所の資料")
				}
				add(s.Speaker, s.Text)
				if at >= length {
					break
				}
			}
		}
	}
	tr.Coverage.Speech, tr.Coverage.Transcribed = at, at
	return tr, planted
}

func TestThreeHoursLoseNothing(t *testing.T) {
	t.Parallel()
	tr, planted := threeHours(t)
	d := draftOf(t, Input{Transcript: tr, Template: testTemplate(t, "ja"), Language: "ja", RecordedOn: "2026-06-10"})
	var all strings.Builder
	for _, s := range d.Sections {
		for _, st := range s.Statements {
			all.WriteString(s.Key + " " + st.Text + "\n")
		}
	}
	if len(planted) != 20 {
		t.Fatalf("%d facts planted", len(planted))
	}
	for _, p := range planted {
		if !strings.Contains(all.String(), p) {
			t.Errorf("%s did not arrive", p)
		}
	}
	if d.Coverage.Read != len(tr.Segments) || d.Coverage.Segments != len(tr.Segments) || d.Coverage.Incomplete {
		t.Errorf("coverage %+v of %d segments", d.Coverage, len(tr.Segments))
	}
}
