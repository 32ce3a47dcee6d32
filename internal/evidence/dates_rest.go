package evidence

import (
	"strings"
	"time"

	"kikigaki/internal/holiday"
	"kikigaki/internal/pattern"
)

// Days off that fall together have names of their own: 「連休明け」 is the first working day after a run of at least three
// days off, 「連休前」 the last one before it.

// longRun is the least number of days off in a row that is called 連休.
const longRun = 3

var jaRest = pattern.MustCompile(`^(?:(年末年始|お正月|正月|お盆休み|お盆|盆休み|盆|ゴールデン[ウゥ][ィイ]ーク|gw|シルバー[ウゥ][ィイ]ーク|[345三四五]?連休)(明け|あけ|が明け|の?前|に入る前)|(年|仕事)(明け|あけ|始め))`)

// restAt reads one at the head of s; n is 0 when none stands there.
func (c Calendar) restAt(s string) (w When, n int) {
	m := jaRest.FindStringSubmatch(s)
	if m == nil || m[3] == "年" && m[4] == "始め" || m[3] == "仕事" && m[4] != "始め" {
		return When{}, 0
	}
	if !c.RecordedOn.IsZero() {
		w.Date = iso(c.rest(m[1]+m[3], m[2]+m[4]))
	}
	return w, len(m[0])
}

// rest is the first working day after a run of days off, or the last one before it.
func (c Calendar) rest(name, edge string) time.Time {
	first, last := c.run(name)
	if strings.HasSuffix(edge, "前") {
		at := first.AddDate(0, 0, -1)
		for holiday.Off(at) {
			at = at.AddDate(0, 0, -1)
		}
		return at
	}
	return working(last.AddDate(0, 0, 1))
}

// run is the named run of days off that has not ended before the talk.
func (c Calendar) run(name string) (first, last time.Time) {
	y := c.RecordedOn.Year()
	switch {
	case name == "仕事", strings.HasPrefix(name, "年"), strings.HasSuffix(name, "正月"):
		last = date(y, time.January, 3)
		if last.Before(c.RecordedOn) {
			last = date(y+1, time.January, 3)
		}
		return around(last)
	case strings.Contains(name, "盆"):
		last = c.obonEnd().AddDate(0, 0, -1)
		return date(last.Year(), time.August, 13), last
	case name == "gw", strings.HasPrefix(name, "ゴールデン"):
		if first, last = around(date(y, time.May, 4)); last.Before(c.RecordedOn) {
			first, last = around(date(y+1, time.May, 4))
		}
		return first, last
	case strings.HasPrefix(name, "シルバー"):
		if first, last = around(respectDay(y)); last.Before(c.RecordedOn) {
			first, last = around(respectDay(y + 1))
		}
		return first, last
	}
	for at := c.RecordedOn; ; at = at.AddDate(0, 0, 1) { // one in every year
		if !holiday.Off(at) {
			continue
		}
		first, last = around(at)
		if last.Sub(first) >= (longRun-1)*24*time.Hour {
			return first, last
		}
		at = last
	}
}

// respectDay is 敬老の日, the third Monday of September.
func respectDay(year int) time.Time {
	at := date(year, time.September, 15)
	for at.Weekday() != time.Monday {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// around are the first and last of the days off in a row that a day off stands in.
func around(at time.Time) (first, last time.Time) {
	first, last = at, at
	for holiday.Off(first.AddDate(0, 0, -1)) {
		first = first.AddDate(0, 0, -1)
	}
	for holiday.Off(last.AddDate(0, 0, 1)) {
		last = last.AddDate(0, 0, 1)
	}
	return first, last
}

// working is the first working day from a day on.
func working(at time.Time) time.Time {
	for holiday.Off(at) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}
