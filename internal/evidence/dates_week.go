package evidence

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kikigaki/internal/pattern"
)

// Weeks of a month. 「10月の第2週」 is the second week that begins in the month: weeks begin on Monday, and the days before
// the first Monday belong to the last week of the month before. A week that is said as a due ends on its Friday.

var (
	jaMonthWeek    = pattern.MustCompile(`^(?:(\d{1,2})月|(今月|来月|再来月|翌月|当月))の?(?:第?([\d一二三四五])(?:週目|番目の週|週)|(?:最終|最後の)週)(?:の?([月火水木金土日])曜日?|(?:の)?(頭|あたま|初め|はじめ|半ば|中ごろ))?`)
	jaMonthWeekday = pattern.MustCompile(`^(?:(\d{1,2})月|(今月|来月|再来月|翌月|当月))の?(?:第([\d一二三四五])|(?:最終|最後の))([月火水木金土日])曜日?`)
	jaDayWeek      = pattern.MustCompile(`^(?:(?:(\d{1,2})月|(今月|来月|再来月))の?)?(\d{1,2})日(?:から始ま)?(?:る|の)週`)
)

// monthOf is the first day of the month that 「10月」 or 「来月」 names.
func (c Calendar) monthOf(number, word string) (time.Time, bool) {
	if number != "" {
		n, _ := strconv.Atoi(number)
		if n < 1 || n > 12 {
			return time.Time{}, false
		}
		return date(c.nextMonth(time.Month(n)), time.Month(n), 1), true
	}
	ahead := map[string]int{"来月": 1, "翌月": 1, "再来月": 2}[word]
	return date(c.RecordedOn.Year(), c.RecordedOn.Month()+time.Month(ahead), 1), true
}

// small is a number from 1 to 5 in digits or kanji, 0 for none.
func small(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return map[string]int{"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}[s]
}

// nth is the n-th such weekday of a month, the last one for n 0; ok is false when the month has none.
func nth(first time.Time, n int, d time.Weekday) (time.Time, bool) {
	at := first.AddDate(0, 0, (int(d)-int(first.Weekday())+7)%7)
	if n == 0 {
		for at.AddDate(0, 0, 7).Month() == first.Month() {
			at = at.AddDate(0, 0, 7)
		}
		return at, true
	}
	at = at.AddDate(0, 0, 7*(n-1))
	return at, at.Month() == first.Month()
}

// monthWeek reads the weeks of a month at the head of s; n is 0 when none stands there.
func (c Calendar) monthWeek(s string) (w When, n int) {
	known := !c.RecordedOn.IsZero()
	if m := jaMonthWeekday.FindStringSubmatch(s); m != nil {
		if !known {
			return When{}, len(m[0])
		}
		if first, ok := c.monthOf(m[1], m[2]); ok {
			if at, ok := nth(first, small(m[3]), jaWeekdays[m[4]]); ok {
				w.Date = iso(at)
			}
		}
		return w, len(m[0])
	}
	if m := jaMonthWeek.FindStringSubmatch(s); m != nil {
		if !known {
			return When{}, len(m[0])
		}
		if first, ok := c.monthOf(m[1], m[2]); ok {
			if monday, ok := nth(first, small(m[3]), time.Monday); ok {
				return When{Date: iso(inWeek(monday, m[4], m[5]))}, len(m[0])
			}
		}
		return When{}, len(m[0])
	}
	if m := jaDayWeek.FindStringSubmatch(s); m != nil {
		if !known {
			return When{}, len(m[0])
		}
		d, _ := strconv.Atoi(m[3])
		at, ok := time.Time{}, false
		if m[1] == "" && m[2] == "" {
			at, ok = c.nextOf(d)
		} else if first, found := c.monthOf(m[1], m[2]); found {
			at, ok = day(first.Year(), first.Month(), d)
		}
		if ok {
			w.Date = iso(inWeek(at.AddDate(0, 0, -(int(at.Weekday())+6)%7), "", ""))
		}
		return w, len(m[0])
	}
	return When{}, 0
}

// nextOf is the next d-th of a month on or after the day of the talk.
func (c Calendar) nextOf(d int) (time.Time, bool) {
	for n := range 3 {
		first := date(c.RecordedOn.Year(), c.RecordedOn.Month()+time.Month(n), 1)
		if at, ok := day(first.Year(), first.Month(), d); ok && !at.Before(c.RecordedOn) {
			return at, true
		}
	}
	return time.Time{}, false
}

// inWeek is a day of the week that begins on a Monday: the weekday or edge that is named, else its Friday.
func inWeek(monday time.Time, weekday, edge string) time.Time {
	switch {
	case weekday != "":
		return monday.AddDate(0, 0, (int(jaWeekdays[weekday])+6)%7)
	case edge == "半ば" || edge == "中ごろ":
		return monday.AddDate(0, 0, 2)
	case edge != "":
		return monday
	}
	return monday.AddDate(0, 0, 4)
}

// English: "the second week of October", "the week after next", "the week of the 12th", "the first Monday of May", "by the
// fifteenth", "mid-October".
var enWeek = pattern.MustCompile(`(?i)\b(?:(by|before|until|till|on|from|in|within|at)\s+)?(?:the\s+)?` +
	`(?:(first|second|third|fourth|last) (?:full )?(week|monday|tuesday|wednesday|thursday|friday|saturday|sunday) (?:of|in) (january|february|march|april|may|june|july|august|september|october|november|december|next month|this month|the month)` +
	`|(week after next)` +
	`|week (?:of|beginning|starting|commencing) (?:monday )?(?:the )?([a-z-]+|\d{1,2})(?:st|nd|rd|th)?(?: of (january|february|march|april|may|june|july|august|september|october|november|december))?` +
	`|(early|mid|late)[- ](january|february|march|april|may|june|july|august|september|october|november|december)` +
	`|(a fortnight)` +
	`|(\d{1,2})(?:st|nd|rd|th)` +
	`|(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty-first|twenty-second|twenty-third|twenty-fourth|twenty-fifth|twenty-sixth|twenty-seventh|twenty-eighth|twenty-ninth|thirtieth|thirty-first))\b`)

// enWeekWords are the literals of which every date of enWeek holds one.
var enWeekWords = []string{"week", "day of", "day in", "fortnight", "early", "mid", "late", "by the", "before the", "until the", "on the", "day, the", "day the", "holiday, the"}

// englishWeek reads the dates of enWeek that stand outside those found already.
func (c Calendar) englishWeek(source string, found []When) []When {
	if c.RecordedOn.IsZero() {
		return found
	}
	for _, m := range enWeek.FindAllStringSubmatchIndex(source, -1) {
		g := func(n int) string {
			if m[2*n] < 0 {
				return ""
			}
			return strings.ToLower(source[m[2*n]:m[2*n+1]])
		}
		within := func(w When) bool { return m[0] < w.To && w.From < m[1] }
		if g(6) != "" { // "the week of the 12th of October" holds a date that is not meant
			found = slices.DeleteFunc(found, within)
		}
		if slices.ContainsFunc(found, within) {
			continue
		}
		w, ok := c.englishWeekWhen(g, source[:m[0]], source[m[1]:])
		if !ok {
			continue
		}
		w.Text, w.From, w.To = source[m[0]:m[1]], m[0], m[1]
		w.Limit = w.Limit || g(1) == "by" || g(1) == "before" || g(1) == "until" || g(1) == "till" || g(1) == "within"
		w.Start = g(1) == "from"
		found = append(found, w)
	}
	return found
}

func (c Calendar) englishWeekWhen(g func(int) string, head, rest string) (When, bool) {
	month := func(s string) time.Time {
		if m, ok := enMonths[s]; ok {
			return date(c.nextMonth(m), m, 1)
		}
		if s == "next month" {
			return date(c.RecordedOn.Year(), c.RecordedOn.Month()+1, 1)
		}
		return date(c.RecordedOn.Year(), c.RecordedOn.Month(), 1)
	}
	switch {
	case g(2) != "":
		n := map[string]int{"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 0}[g(2)]
		d, weekday := enWeekdays[g(3)]
		if !weekday {
			d = time.Monday
		}
		at, ok := nth(month(g(4)), n, d)
		if ok && !weekday {
			at = at.AddDate(0, 0, 4)
		}
		return When{Date: iso(at)}, ok
	case g(5) != "":
		return When{Date: iso(c.weekday(2, time.Friday))}, true
	case g(6) != "":
		d, ok := ordinal(g(6))
		if !ok {
			return When{}, false
		}
		at, ok := c.nextOf(d)
		if m, named := enMonths[g(7)]; named {
			at, ok = day(c.nextMonth(m), m, d)
		}
		if !ok {
			return When{}, false
		}
		return When{Date: iso(inWeek(at.AddDate(0, 0, -(int(at.Weekday())+6)%7), "", ""))}, true
	case g(8) != "":
		first := month(g(9))
		switch g(8) {
		case "early":
			return When{Date: iso(first.AddDate(0, 0, 9))}, true
		case "mid":
			return When{Date: iso(first.AddDate(0, 0, 14))}, true
		}
		return When{Date: iso(monthEnd(first.Year(), first.Month()))}, true
	case g(10) != "":
		if g(1) != "in" && g(1) != "within" {
			return When{}, false
		}
		return When{Date: iso(c.RecordedOn.AddDate(0, 0, 14))}, true
	}
	// a day alone is one only as a limit or a place in time: "the second thing" is none
	d, ok := ordinal(g(11) + g(12))
	if !ok || !enGoesOn.MatchString(rest) {
		return When{}, false
	}
	at, ok := c.nextOf(d)
	if !ok {
		return When{}, false
	}
	if m := enDayBefore.FindStringSubmatch(head); m != nil && enWeekdays[strings.ToLower(m[1])] == at.Weekday() {
		return When{Date: iso(at), Bare: true}, true // "the Tuesday after the holiday, the fifth"
	}
	return When{Date: iso(at), Bare: true}, g(1) == "by" || g(1) == "before" || g(1) == "until" || g(1) == "on"
}

var enDayBefore = pattern.MustCompile(`(?i)\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b[^.?!]{0,40}$`)

// enGoesOn follows a day that stands alone; any other word is what the ordinal counts.
var enGoesOn = pattern.MustCompile(`(?i)^\s*(?:$|[.,?!;:)]|(?:if|and|but|or|at|so|then|please|because|when|that|which|i|you|we|is|would|works|okay|for|with|on|in|too)\b)`)

func ordinal(s string) (int, bool) {
	if n, err := strconv.Atoi(s); err == nil {
		return n, n >= 1 && n <= 31
	}
	v, ok := englishNumber(s)
	return int(v), ok && v >= 1 && v <= 31
}
