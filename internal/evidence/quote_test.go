package evidence

import (
	"testing"

	"kikigaki/internal/interview"
)

func one(text string) *interview.Transcript {
	return &interview.Transcript{Language: "ja", Timed: true, Speakers: []interview.Speaker{{Label: "B", Role: interview.PartEmployee}},
		Segments: []interview.Segment{{ID: 7, Start: 100, End: 140, Speaker: "B", Text: text}}}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	const said = "えーと、来月の１０日までに、あの、値上げの高尚の資料を、課長にお送りします。難しくはないです。"
	for _, c := range []struct {
		name, quote, want string
		ok                bool
	}{
		{"to the letter", "課長にお送りします", "課長にお送りします", true},
		{"without hesitation and commas", "来月の10日までに値上げの高尚の資料を課長にお送りします", "来月の１０日までに、あの、値上げの高尚の資料を、課長にお送りします", true},
		{"half width, without punctuation", "来月の10日までに", "来月の１０日までに", true},
		{"a word the recogniser misheard, put right", "来月の10日までに値上げの交渉の資料を課長にお送りします", "来月の１０日までに、あの、値上げの高尚の資料を、課長にお送りします", true},
		{"something left out", "来月の10日までに…課長にお送りします", "来月の１０日までに…課長にお送りします", true},
		{"left out in the wrong order", "課長にお送りします…来月の10日までに", "", false},
		{"another day", "来月の20日までに値上げの高尚の資料を課長にお送りします", "", false},
		{"the negation gone", "来月の10日までに値上げの高尚の資料を課長にお送りします。難しいです", "", false},
		{"in other words", "来月中に部長あてに資料を出すつもりです", "", false},
		{"nothing", "", "", false},
		{"only punctuation", "、。…", "", false},
	} {
		got, ok := Quote(one(said), 7, c.quote)
		if ok != c.ok || got != c.want {
			t.Errorf("%s: %q %v, want %q %v", c.name, got, ok, c.want, c.ok)
		}
	}
	if _, ok := Quote(one(said), 8, "課長にお送りします"); ok {
		t.Error("a quote from a segment that does not exist")
	}
	gone := one(said)
	gone.Segments[0].OffRecord = true
	if _, ok := Quote(gone, 7, "課長にお送りします"); ok {
		t.Error("a quote from words that left the record")
	}
}

func TestNormalize(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"ｶﾞｲﾄﾞ、えーと、第３版", "ガイド第3版"}, {"その、あの、資料", "資料"}, {"Um, I'd like that.", "idlikethat"}, {"", ""}, {"、。！", ""}, {"㍿ＡＢＣ", "株式会社abc"}, {"umbrella", "umbrella"},
	} {
		if got := Normalize(c[0]); got != c[1] {
			t.Errorf("%q: %q, want %q", c[0], got, c[1])
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want []float64
	}{
		{"１２億4千万円", []float64{1.24e9}}, {"6,500円", []float64{6500}}, {"二百万近い", []float64{2e6}}, {"三年、募集は二年", []float64{3, 2}}, {"2、3年後", []float64{2, 3}},
		{"3.5割", []float64{3.5}}, {"一番、一緒に、一応", nil}, {"十分あります", nil}, {"79歳の母が一人で", []float64{79, 1}}, {"twenty-three accounts and 5 people", []float64{23, 5}},
		{"二〇二七年", []float64{2027}}, {"人は何もない", nil},
	} {
		got := Numbers(c.text)
		if len(got) != len(c.want) {
			t.Errorf("%s: %+v, want %v", c.text, got, c.want)
			continue
		}
		for i := range got {
			if got[i].Value != c.want[i] {
				t.Errorf("%s: %+v, want %v", c.text, got, c.want)
			}
		}
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	tr := one("まず担当の話です。それから、ずっと先の話になりますが、海外の拠点で働いてみたいです。")
	list := []interview.Evidence{{Segment: 7, Quote: "海外の拠点で働いてみたいです"}, {Segment: 7, Quote: "まず担当の話です"}, {Segment: 9, Quote: "x"}}
	Times(tr, list)
	if list[0].Start == nil || *list[0].Start < 115 || *list[0].End > 140 || *list[1].Start != 100 || *list[1].End > 115 {
		t.Errorf("a click on a long segment should land near the words: %v-%v, %v-%v", *list[0].Start, *list[0].End, *list[1].Start, *list[1].End)
	}
	if list[2].Start != nil {
		t.Error("a time for a segment that does not exist")
	}
	tr.Timed = false
	Times(tr, list)
	if list[0].Start != nil || list[0].End != nil {
		t.Error("times for a transcript without times")
	}
}
