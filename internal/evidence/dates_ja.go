package evidence

import (
	"strconv"
	"strings"
	"time"

	"kikigaki/internal/pattern"
)

// The grammar of Japanese dates, over text without hesitation and commas. The alternatives are tried in this order
// at each place; the first that matches consumes its words.
var (
	jaMonthDay = pattern.MustCompile(`^(?:(?:(令和|平成|昭和)(元|\d{1,2})年度?|(20\d\d)年度?|(今年|来年|再来年|翌年|本年))の?)?(?:(\d{1,2})月|(今月|来月|再来月|翌月|当月|本月))の?(?:(\d{1,2})日|(末|中旬|上旬|下旬|中|いっぱい|一杯|のうち|うち|頭|あたま|アタマ|初め|はじめ|初旬|半ば|後半|前半|月内|に?入(?:ったら|って|り次第)))?`)
	jaYear     = pattern.MustCompile(`^(今年|来年|再来年|本年)(いっぱい|中|のうち|末)`)
	jaWeek     = pattern.MustCompile(`^(今週|来週|再来週|翌週)の?(?:([月火水木金土日])曜日?|(頭|あたま|アタマ|初め|はじめ|前半|半ば|中ごろ|後半|末|中|いっぱい|うち))?`)
	jaWeekday  = pattern.MustCompile(`^(今度の|次の|この)?([月火水木金土日])曜日?`)
	jaDay      = pattern.MustCompile(`^(\d{1,2})日(?:の?([月火水木金土日])曜日?)?`)
	jaSpan     = pattern.MustCompile(`^(?:(\d{1,2})(日|週間|か月|ヶ月|ケ月|カ月|箇月)|半年)(?:後|以内|のうち)`)
	jaQuarter  = pattern.MustCompile(`^(?:第(\d)四半期|q([1-4])|(\d)q)(?:の?(頭|初め|はじめ))?`)
	jaNamed    = pattern.MustCompile(`^(今日|本日|明日|あした|あす|明後日|あさって|今年度[中末内]?|来年度[中末内]?|年度末|年度内|年内|年末|月末|月内|月初|週明け|週末|上期|上半期|下期|下半期|来期|次の四半期|今四半期|四半期末|次回の?面談|次回|次の面談|次の1on1|次に話す|次のとき|休み明け)`)
	jaSlash    = pattern.MustCompile(`^(?:(20\d\d)[/\-])?(\d{1,2})[/\-](\d{1,2})(?:[^\d/]|$)`)
	jaLimit    = pattern.MustCompile(`^(?:あたり|くらい|ぐらい|頃|ごろ)?(?:の?(?:午前|午後|朝|夕方|昼|[0-2]?\d時)?(?:中|いっぱい|のうち|うち)?の?(?:面談|課会|会議|会|定例)?)(?:までには|までに|まで|には|中に|中には|以内に?|付で?|のうちに(?:は)?)`)
	jaStart    = pattern.MustCompile(`[0-9今来再翌本当令平昭年月火水木金土日次明あ第q週お盆上下四連休gw正この半仕ゴシ]`)
)

var jaWeekdays = map[string]time.Weekday{"日": 0, "月": 1, "火": 2, "水": 3, "木": 4, "金": 5, "土": 6}

// 「二、三日」, whole and before its second number.
var (
	jaFew       = pattern.MustCompile(`^[0-9０-９一二三四五六七八九]、[0-9０-９一二三四五六七八九]日`)
	jaFewBefore = pattern.MustCompile(`[0-9０-９一二三四五六七八九]、?$`)
)

func (c Calendar) japanese(source string, before []When) []When {
	t := cleaned(source)
	var out []When
	for i := 0; i < len(t.s); {
		loc := jaStart.FindStringIndex(t.s[i:])
		if loc == nil {
			break
		}
		i += loc[0]
		w, n := c.japaneseAt(t.s[i:], append(before[:len(before):len(before)], out...))
		if n == 0 {
			i += loc[1] - loc[0]
			continue
		}
		end := i + n
		if strings.HasPrefix(t.s[end:], "から") || strings.HasPrefix(t.s[end:], "以降") {
			w.Start = true
		}
		if m := jaLimit.FindString(t.s[end:]); m != "" {
			w.Limit = true
			end += len(m)
			if strings.Contains(m, "面談") && len(c.FollowUp) >= 7 && len(w.Date) >= 7 && c.FollowUp[:7] == w.Date[:7] {
				w.Date = c.FollowUp // 「11月の面談まで」
			}
		}
		w.Text, w.From, w.To = t.literal(source, i, end)
		if w.Bare && (jaFew.MatchString(w.Text) || jaFewBefore.MatchString(source[:w.From])) {
			i += strings.Index(t.s[i:], "日") + len("日") // 「2、3日」 counts days and names none
			continue
		}
		out = append(out, w)
		i += n
	}
	return out
}

func (c Calendar) japaneseAt(s string, before []When) (When, int) {
	known := !c.RecordedOn.IsZero()
	if holds(s, "週", "曜") {
		if w, n := c.monthWeek(s); n > 0 {
			return w, n
		}
	}
	if holds(s, "明け", "あけ", "始め", "前") {
		if w, n := c.restAt(s); n > 0 {
			return w, n
		}
	}
	if m := jaMonthDay.FindStringSubmatch(s); m != nil {
		return c.monthDay(m, known), len(m[0])
	}
	if m := jaSlash.FindStringSubmatch(s); m != nil && known {
		month, _ := strconv.Atoi(m[2])
		d, _ := strconv.Atoi(m[3])
		if month >= 1 && month <= 12 {
			at, ok := c.nextDay(time.Month(month), d)
			if y, err := strconv.Atoi(m[1]); err == nil {
				at, ok = day(y, time.Month(month), d)
			}
			if ok {
				return When{Date: iso(at)}, len(strings.TrimRight(m[0], "。 までにのは")) // the rune after it is not part of it
			}
		}
	}
	if m := jaSpan.FindStringSubmatch(s); m != nil {
		return c.span(m, known), len(m[0])
	}
	if m := jaYear.FindStringSubmatch(s); m != nil {
		w := When{Limit: true}
		if known {
			w.Date = iso(date(c.RecordedOn.Year()+yearWord(m[1]), 12, 31))
		}
		return w, len(m[0])
	}
	if m := jaWeek.FindStringSubmatch(s); m != nil {
		return c.week(m, known), len(m[0])
	}
	if m := jaQuarter.FindStringSubmatch(s); m != nil && m[0] != "" {
		q, _ := strconv.Atoi(m[1] + m[2] + m[3])
		w := When{Limit: true}
		if known && q >= 1 && q <= 4 {
			end := c.quarterEnd(q)
			if m[4] != "" {
				end = date(end.Year(), end.Month()-2, 1)
			}
			w.Date = iso(end)
		}
		return w, len(m[0])
	}
	if m := jaDay.FindStringSubmatch(s); m != nil {
		d, _ := strconv.Atoi(m[1])
		rest := s[len(m[0]):]
		if !strings.HasPrefix(rest, "間") && !strings.HasPrefix(rest, "目") && !strings.HasPrefix(rest, "前") && !strings.HasPrefix(rest, "分") &&
			(d > 3 || m[2] != "" || jaLimit.MatchString(rest) || strings.HasPrefix(rest, "に")) {
			return When{Date: c.bareDay(d, m[2], before), Bare: true}, len(m[0])
		}
		return When{}, 0
	}
	if m := jaNamed.FindString(s); m != "" {
		return c.named(m, known), len(m)
	}
	if m := jaWeekday.FindStringSubmatch(s); m != nil {
		w := When{Bare: true}
		if known {
			w.Date = c.bareWeekday(jaWeekdays[m[2]], before)
		}
		return w, len(m[0])
	}
	return When{}, 0
}

func yearWord(s string) int {
	switch s {
	case "来年", "翌年":
		return 1
	case "再来年":
		return 2
	}
	return 0
}

func (c Calendar) monthDay(m []string, known bool) When {
	year, fixed := 0, false
	switch {
	case m[1] != "":
		n := 1
		if m[2] != "元" {
			n, _ = strconv.Atoi(m[2])
		}
		y, err := era(m[1], n)
		year, fixed = y, err == nil
	case m[3] != "":
		year, _ = strconv.Atoi(m[3])
		fixed = true
	case m[4] != "" && known:
		year, fixed = c.RecordedOn.Year()+yearWord(m[4]), true
	}
	var month time.Month
	if m[5] != "" {
		n, _ := strconv.Atoi(m[5])
		if n < 1 || n > 12 {
			return When{}
		}
		month = time.Month(n)
	} else if known {
		ahead := map[string]int{"来月": 1, "翌月": 1, "再来月": 2}[m[6]]
		first := date(c.RecordedOn.Year(), c.RecordedOn.Month(), 1).AddDate(0, ahead, 0)
		year, month, fixed = first.Year(), first.Month(), true
	}
	if month == 0 || !fixed && !known {
		return When{}
	}
	if m[7] != "" {
		d, _ := strconv.Atoi(m[7])
		at, ok := day(year, month, d)
		if !fixed {
			at, ok = c.nextDay(month, d)
		}
		if !ok {
			return When{}
		}
		return When{Date: iso(at)}
	}
	if !fixed {
		year = c.nextMonth(month)
	}
	w := When{Date: iso(monthEnd(year, month))}
	switch m[8] {
	case "頭", "あたま", "アタマ", "初め", "はじめ":
		w.Date = iso(date(year, month, 1))
	case "上旬", "初旬":
		w.Date = iso(date(year, month, 10))
	case "半ば", "前半":
		w.Date = iso(date(year, month, 15))
	case "に入ったら", "に入って", "に入り次第", "入ったら", "入って", "入り次第":
		w.Date = iso(date(year, month, 1))
	case "中旬":
		w.Date = iso(date(year, month, 20))
	case "中", "いっぱい", "一杯", "のうち", "うち", "末":
		w.Limit = true
	}
	return w
}

func (c Calendar) span(m []string, known bool) When {
	if !known {
		return When{}
	}
	n, _ := strconv.Atoi(m[1])
	switch m[2] {
	case "":
		n = 6 // 半年
	case "日":
		return When{Date: iso(c.RecordedOn.AddDate(0, 0, n)), Limit: true}
	case "週間":
		return When{Date: iso(c.RecordedOn.AddDate(0, 0, 7*n)), Limit: true}
	}
	first := date(c.RecordedOn.Year(), c.RecordedOn.Month(), 1).AddDate(0, n, 0)
	return When{Date: iso(date(first.Year(), first.Month(), min(c.RecordedOn.Day(), monthEnd(first.Year(), first.Month()).Day()))), Limit: true}
}

func (c Calendar) week(m []string, known bool) When {
	if !known {
		return When{}
	}
	n := map[string]int{"来週": 1, "翌週": 1, "再来週": 2}[m[1]]
	if m[2] != "" {
		return When{Date: iso(c.weekday(n, jaWeekdays[m[2]]))}
	}
	switch m[3] {
	case "頭", "あたま", "アタマ", "初め", "はじめ":
		return When{Date: iso(c.weekday(n, time.Monday))}
	case "前半", "半ば", "中ごろ":
		return When{Date: iso(c.weekday(n, time.Wednesday))}
	}
	return When{Date: iso(c.weekday(n, time.Friday)), Limit: m[3] != ""}
}

// bareDay resolves 「15日」: a date just spoken of with that day, then a month in which the weekday fits, then the
// month just spoken of, then the next such day.
func (c Calendar) bareDay(d int, weekday string, before []When) string {
	if c.RecordedOn.IsZero() {
		return ""
	}
	for i := len(before) - 1; i >= 0; i-- {
		if t, err := time.Parse(time.DateOnly, before[i].Date); err == nil && t.Day() == d {
			return before[i].Date
		}
	}
	if weekday != "" {
		for n := range 12 {
			first := date(c.RecordedOn.Year(), c.RecordedOn.Month(), 1).AddDate(0, n, 0)
			t, ok := day(first.Year(), first.Month(), d)
			if ok && !t.Before(c.RecordedOn) && t.Weekday() == jaWeekdays[weekday] {
				return iso(t)
			}
		}
	}
	for i := len(before) - 1; i >= 0; i-- {
		t, err := time.Parse(time.DateOnly, before[i].Date)
		if err != nil || before[i].Bare {
			continue
		}
		if at, ok := day(t.Year(), t.Month(), d); ok && !at.Before(c.RecordedOn) {
			return iso(at)
		}
	}
	for n := range 3 {
		first := date(c.RecordedOn.Year(), c.RecordedOn.Month(), 1).AddDate(0, n, 0)
		if t, ok := day(first.Year(), first.Month(), d); ok && !t.Before(c.RecordedOn) {
			return iso(t)
		}
	}
	return ""
}

// bareWeekday resolves 「金曜」: a date just spoken of that falls on it, else the next one.
func (c Calendar) bareWeekday(d time.Weekday, before []When) string {
	for i := len(before) - 1; i >= 0 && i >= len(before)-3; i-- {
		t, err := time.Parse(time.DateOnly, before[i].Date)
		if err != nil {
			continue
		}
		if t.Weekday() == d {
			return before[i].Date
		}
		// the week that was being spoken of
		back := (int(t.Weekday()) + 6) % 7
		if at := t.AddDate(0, 0, (int(d)+6)%7-back); !at.Before(c.RecordedOn) && t.Sub(c.RecordedOn) < 21*24*time.Hour {
			return iso(at)
		}
	}
	return iso(c.nextWeekday(d))
}

func (c Calendar) named(s string, known bool) When {
	if strings.HasPrefix(s, "次回") || strings.HasPrefix(s, "次の面談") || s == "次の1on1" || s == "次に話す" || s == "次のとき" {
		return When{Date: c.FollowUp}
	}
	if !known {
		return When{}
	}
	y, m := c.RecordedOn.Year(), c.RecordedOn.Month()
	switch s {
	case "今日", "本日":
		return When{Date: iso(c.RecordedOn)}
	case "明日", "あした", "あす":
		return When{Date: iso(c.RecordedOn.AddDate(0, 0, 1))}
	case "明後日", "あさって":
		return When{Date: iso(c.RecordedOn.AddDate(0, 0, 2))}
	case "年度末", "年度内", "今年度", "今年度中", "今年度末", "今年度内":
		return When{Date: iso(c.fiscalEnd(0)), Limit: true}
	case "来年度", "来年度中", "来年度末", "来年度内":
		return When{Date: iso(c.fiscalEnd(1))}
	case "年内", "年末":
		return When{Date: iso(date(y, 12, 31)), Limit: true}
	case "月末", "月内":
		return When{Date: iso(monthEnd(y, m)), Limit: true}
	case "月初":
		return When{Date: iso(date(y, m+1, 1))}
	case "週明け":
		return When{Date: iso(working(c.monday(1)))}
	case "週末":
		return When{Date: iso(c.weekday(0, time.Friday))}
	case "上期", "上半期":
		return When{Date: iso(c.half(1))}
	case "下期", "下半期":
		return When{Date: iso(c.half(2))}
	case "四半期末", "今四半期":
		return When{Date: iso(c.currentQuarterEnd(0)), Limit: true}
	}
	return When{} // a time, but no day: 休み明け, 次の四半期レビュー
}

// half is the last day of the first or second half of the fiscal year.
func (c Calendar) half(n int) time.Time { return c.quarterEnd(2 * n) }
