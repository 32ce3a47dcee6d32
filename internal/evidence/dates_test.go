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
		{june, "en", "That's the nineteenth, isn't it?", "2026-06-19"},
		{june, "en", "the 3rd, then", "2026-07-03"},
		{june, "en", "on the twenty-ninth of June, the Monday", "2026-06-29"},
		{june, "en", "I'll let you know before the month's out", "2026-06-30"},
		{june, "en", "by the time the week is over", "2026-06-12"},
		{june, "en", "the first of July is too early, can it be the Friday after?", "2026-07-03"},
		{june, "en", "The Saturday workshops are full", ""},
		{june, "en", "the fifth floor", ""},
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

// TestDatesOfHolidaysAndWeeks: days off that have names, and weeks counted in a month. Sources: 国民の祝日に関する法律 for the
// holidays, 行政機関の休日に関する法律 1条 for the turn of the year, offices' custom for お盆 (13 to 16 August); weeks begin on
// Monday, the first week of a month is the first that begins in it.
func TestDatesOfHolidaysAndWeeks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ on, lang, said, want string }{
		{"2026-04-20", "ja", "ゴールデンウィーク明けには返事します", "2026-05-07"}, // 3 to 6 May are off, the 6th in place of the 3rd
		{"2026-04-20", "ja", "GW明けに", "2026-05-07"},
		{"2027-04-20", "ja", "ゴールデンウイーク明けまでに", "2027-05-06"},
		{"2026-05-20", "ja", "来年のゴールデンウィーク明けに", "2027-05-06"},
		{"2026-04-20", "ja", "連休明けに出します", "2026-05-07"}, // 29 April is a single day off
		{"2026-04-20", "ja", "連休前までに", "2026-05-01"},
		{"2026-04-20", "ja", "GW前に一度", "2026-05-01"},
		{"2026-09-14", "ja", "連休明けに", "2026-09-24"},
		{"2026-09-14", "ja", "シルバーウィーク明けに", "2026-09-24"},
		{"2026-06-08", "ja", "三連休明けに返します", "2026-07-21"}, // 海の日
		{"2026-12-02", "ja", "年明けに連絡します", "2027-01-04"},
		{"2026-12-02", "ja", "正月明けに", "2027-01-04"},
		{"2026-12-25", "ja", "年末年始明けに", "2027-01-04"},
		{"2026-12-02", "ja", "仕事始めまでに", "2027-01-04"},
		{"2026-07-14", "ja", "お盆前に送ります", "2026-08-12"},
		{"2026-07-14", "ja", "お盆休み明けに", "2026-08-17"},
		{"2026-10-07", "ja", "週明けに", "2026-10-13"}, // Monday the 12th is a holiday
		{"2026-09-14", "ja", "十月の二週目までに候補を出します", "2026-10-16"},
		{"2026-06-08", "ja", "八月の第一週に", "2026-08-07"},
		{"2026-06-08", "ja", "来月の第2週の水曜までに", "2026-07-15"},
		{"2026-06-08", "ja", "7月第3週あたりまでに", "2026-07-24"},
		{"2026-06-08", "ja", "来月の最終週に", "2026-07-31"},
		{"2026-06-08", "ja", "来月の第二火曜に", "2026-07-14"},
		{"2026-06-08", "ja", "8月の最終金曜までに", "2026-08-28"},
		{"2026-06-08", "ja", "15日の週に出します", "2026-06-19"},
		{"2026-06-10", "ja", "再来週あたりには", "2026-06-26"},
		{"2026-06-10", "ja", "来週くらいまでに", "2026-06-19"},
		{"2026-06-10", "ja", "来月に入ったら", "2026-07-01"},
		{"2026-06-10", "ja", "半年以内に受けます", "2026-12-10"},
		{"2026-06-10", "ja", "上半期中に", "2026-09-30"},
		{"2026-06-10", "ja", "5年前に一度", ""},
		{"2026-06-10", "ja", "休み明けはつらい", ""},
		{"2026-09-14", "en", "by the second week of October", "2026-10-16"},
		{"2026-09-14", "en", "the week after next", "2026-10-02"},
		{"2026-09-14", "en", "the week of the 12th of October", "2026-10-16"},
		{"2026-09-14", "en", "on the first Monday of November", "2026-11-02"},
		{"2026-09-14", "en", "by mid-October", "2026-10-15"},
		{"2026-09-14", "en", "in a fortnight", "2026-09-28"},
		{"2026-09-14", "en", "by the fifteenth, if you can", "2026-09-15"},
		{"2026-09-14", "en", "before the 3rd.", "2026-10-03"},
		{"2026-09-14", "en", "by the third project", ""},
		{"2026-09-14", "en", "the second thing is", ""},
		{"2026-04-16", "en", "I'll let you know on the Tuesday after the bank holiday, the fifth.", "2026-05-05"},
	} {
		if got := NewCalendar(c.on, 4, "").Resolve(c.said, c.lang); got != c.want {
			t.Errorf("%s %q: got %q, want %q", c.on, c.said, got, c.want)
		}
	}
}
