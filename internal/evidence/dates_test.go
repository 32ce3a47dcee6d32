package evidence

import "testing"

func TestDates(t *testing.T) {
	t.Parallel()
	// Wednesday 10 June 2026; fiscal year from April.
	june := NewCalendar("2026-06-10", 4, "2026-09-16")
	autumn := NewCalendar("2026-10-07", 4, "")
	january := NewCalendar("2026-06-10", 1, "")
	for _, c := range []struct {
		cal        Calendar
		lang, said string
		want       string
	}{
		{june, "ja", "来週の金曜までに送ります", "2026-06-19"},
		{june, "ja", "今週中に出します", "2026-06-12"},
		{june, "ja", "来週の頭には渡せます", "2026-06-15"},
		{june, "ja", "再来週の水曜", "2026-06-24"},
		{june, "ja", "今月中に申し込みます", "2026-06-30"},
		{june, "ja", "来月末までに", "2026-07-31"},
		{june, "ja", "８月いっぱいで", "2026-08-31"},
		{june, "ja", "八月の、えーと、十四日でどう", "2026-08-14"},
		{june, "ja", "お盆明けに返事します", "2026-08-17"},
		{june, "ja", "年度末までに", "2027-03-31"},
		{june, "ja", "第2四半期のうちに", "2026-09-30"},
		{june, "ja", "第１四半期中に", "2026-06-30"},
		{january, "ja", "第2四半期中に", "2026-06-30"},
		{january, "ja", "年度末までに", "2026-12-31"},
		{june, "ja", "次回までに考えておきます", "2026-09-16"},
		{june, "ja", "次の面談までには", "2026-09-16"},
		{june, "ja", "令和9年の3月31日まで", "2027-03-31"},
		{june, "ja", "令和元年5月1日", "2019-05-01"},
		{june, "ja", "2027年1月8日まで", "2027-01-08"},
		{june, "ja", "来年の4月から", "2027-04-30"},
		{june, "ja", "明日のうちに", "2026-06-11"},
		{june, "ja", "3日後に", "2026-06-13"},
		{june, "ja", "都合のいい日を二、三日、水曜までに出してください", "2026-06-17"},
		{june, "ja", "2、3日で送ります", ""},
		{june, "ja", "2週間以内に", "2026-06-24"},
		{june, "ja", "16日までに送ります", "2026-06-16"},
		{june, "ja", "5日までに送ります", "2026-07-05"},
		{june, "ja", "17日の月曜に", "2026-08-17"},
		{june, "ja", "金曜までに", "2026-06-12"},
		{june, "ja", "水曜までに", "2026-06-17"},
		{june, "ja", "7/3までに", "2026-07-03"},
		{june, "ja", "年内に", "2026-12-31"},
		{june, "ja", "月末までに", "2026-06-30"},
		{june, "ja", "上期のうちに", "2026-09-30"},
		{june, "ja", "来月10日までに", "2026-07-10"},
		{autumn, "ja", "1月の8日", "2027-01-08"},
		{autumn, "ja", "わかったら連絡します", ""},
		{june, "ja", "次の四半期レビューまでには", ""},
		{june, "ja", "2月30日までに", ""},
		{june, "ja", "週に3日間は在宅です", ""},
		{june, "ja", "1日3時間くらい", ""},
		{june, "en", "by Friday", "2026-06-12"},
		{june, "en", "by next Friday", "2026-06-19"},
		{june, "en", "by the end of next month", "2026-07-31"},
		{june, "en", "by the end of this week", "2026-06-12"},
		{june, "en", "by the first of May", "2027-05-01"},
		{june, "en", "on the fourteenth of July", "2026-07-14"},
		{june, "en", "by July 3rd", "2026-07-03"},
		{june, "en", "HR will send you the list of courses by July 10.", "2026-07-10"},
		{june, "en", "in two weeks", "2026-06-24"},
		{june, "en", "tomorrow", "2026-06-11"},
		{june, "en", "before we next meet", "2026-09-16"},
		{june, "en", "by the end of September", "2026-09-30"},
		{june, "en", "early next week", "2026-06-15"},
		{june, "en", "by the end of the quarter", "2026-06-30"},
		{june, "en", "two days a week", ""},
		{june, "en", "when I know", ""},
	} {
		if got := c.cal.Resolve(c.said, c.lang); got != c.want {
			t.Errorf("%s %q: got %q, want %q", c.cal.RecordedOn.Format("2006-01-02"), c.said, got, c.want)
		}
	}
}

func TestBareDaysLeanOnWhatWasSaidBefore(t *testing.T) {
	t.Parallel()
	c := NewCalendar("2026-09-08", 4, "")
	before := c.Dates("じゃあ、10月の、えーと、16日の金曜までに", "ja", nil)
	got := c.Dates("はい、16日までに送ります", "ja", before)
	if len(got) != 1 || got[0].Date != "2026-10-16" || got[0].Text != "16日までに" || !got[0].Limit {
		t.Fatalf("got %+v", got)
	}
	got = c.Dates("あ、12日でもいいですか", "ja", before)
	if len(got) != 1 || got[0].Date != "2026-10-12" {
		t.Fatalf("month just spoken of: got %+v", got)
	}
	if got := NewCalendar("", 0, "").Dates("来月末まで", "ja", nil); len(got) != 1 || got[0].Date != "" {
		t.Fatalf("without a day to count from: got %+v", got)
	}
}

// TestEnglishDatesWithoutADay: a talk whose day nobody told has dates as said, and none resolved but those that name a year.
func TestEnglishDatesWithoutADay(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{"I'll send it by Friday": "", "by 2026-06-12 at the latest": "2026-06-12"} {
		got := Calendar{}.Dates(said, "en", nil)
		if len(got) != 1 || got[0].Date != want {
			t.Errorf("%q: %+v, want %q", said, got, want)
		}
	}
}
