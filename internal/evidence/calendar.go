package evidence

import (
	"fmt"
	"time"
)

// Calendar is what relative dates count from. Weeks begin on Monday and end, for work, on Friday.
type Calendar struct {
	RecordedOn      time.Time // day of the talk; the zero time leaves relative dates unresolved
	FiscalYearStart int       // month in which the fiscal year begins; 0 means April
	FollowUp        string    // YYYY-MM-DD of the next talk, "" when none is agreed
}

// NewCalendar makes a calendar from a date as drafts carry it. An unreadable date leaves relative dates unresolved.
func NewCalendar(recordedOn string, fiscalYearStart int, followUp string) Calendar {
	c := Calendar{FiscalYearStart: fiscalYearStart, FollowUp: followUp}
	if t, err := time.Parse(time.DateOnly, recordedOn); err == nil {
		c.RecordedOn = t
	}
	if c.FiscalYearStart < 1 || c.FiscalYearStart > 12 {
		c.FiscalYearStart = 4
	}
	return c
}

// When is a date as said. Date is empty when the words name a time that cannot be turned into a day
// (「わかったら」, 「次の四半期レビューまでに」).
type When struct {
	Text     string // as said, literal
	Date     string // YYYY-MM-DD
	From, To int    // byte range of Text in the source
	Limit    bool   // said as a limit: まで, 中に, by
	Start    bool   // said as a beginning: から, from
	Bare     bool   // a day or weekday alone, which leans on what was said before
}

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func monthEnd(y int, m time.Month) time.Time { return date(y, m+1, 0) }

// day makes y-m-d, or reports that the month has no such day.
func day(y int, m time.Month, d int) (time.Time, bool) {
	t := date(y, m, d)
	return t, d >= 1 && t.Month() == m && t.Day() == d
}

// monday is the Monday of the week that lies n weeks after the talk's.
func (c Calendar) monday(n int) time.Time {
	back := (int(c.RecordedOn.Weekday()) + 6) % 7
	return c.RecordedOn.AddDate(0, 0, 7*n-back)
}

// weekday is that day of the week n weeks ahead.
func (c Calendar) weekday(n int, d time.Weekday) time.Time {
	return c.monday(n).AddDate(0, 0, (int(d)+6)%7)
}

// nextWeekday is the first such day after the talk.
func (c Calendar) nextWeekday(d time.Weekday) time.Time {
	n := (int(d)-int(c.RecordedOn.Weekday())+6)%7 + 1
	return c.RecordedOn.AddDate(0, 0, n)
}

// nextDay is the next m-d on or after the day of the talk; a month that has just gone by counts as next year's.
func (c Calendar) nextDay(m time.Month, d int) (time.Time, bool) {
	t, ok := day(c.RecordedOn.Year(), m, d)
	if ok && !t.Before(c.RecordedOn) {
		return t, true
	}
	return day(c.RecordedOn.Year()+1, m, d)
}

// nextMonth is the year of the next month m that has not ended before the talk.
func (c Calendar) nextMonth(m time.Month) int {
	if monthEnd(c.RecordedOn.Year(), m).Before(c.RecordedOn) {
		return c.RecordedOn.Year() + 1
	}
	return c.RecordedOn.Year()
}

// fiscalEnd is the last day of the fiscal year the talk lies in, n years on.
func (c Calendar) fiscalEnd(n int) time.Time {
	first := date(c.RecordedOn.Year(), time.Month(c.FiscalYearStart), 1)
	if !first.After(c.RecordedOn) {
		first = first.AddDate(1, 0, 0)
	}
	return first.AddDate(n, 0, -1)
}

// quarterEnd is the last day of quarter q of the fiscal year; a quarter already over is next year's.
func (c Calendar) quarterEnd(q int) time.Time {
	end := c.fiscalEnd(0)
	first := date(end.Year(), end.Month(), 1).AddDate(-1, 1, 0) // first month of the fiscal year
	last := first.AddDate(0, 3*q, -1)
	if last.Before(c.RecordedOn) {
		last = first.AddDate(1, 3*q, -1)
	}
	return last
}

// currentQuarterEnd is the last day of the quarter the talk lies in, n quarters on.
func (c Calendar) currentQuarterEnd(n int) time.Time {
	for q := 1; q <= 4; q++ {
		if e := c.quarterEnd(q); e.Sub(c.RecordedOn) <= 92*24*time.Hour {
			return date(e.Year(), e.Month()+1+time.Month(3*n), 0)
		}
	}
	return c.fiscalEnd(0)
}

// obonEnd is the first working day after the Bon holidays, which offices keep until 16 August.
func (c Calendar) obonEnd() time.Time {
	y := c.RecordedOn.Year()
	if date(y, 8, 17).Before(c.RecordedOn) {
		y++
	}
	return workday(date(y, 8, 17))
}

func workday(t time.Time) time.Time {
	for t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		t = t.AddDate(0, 0, 1)
	}
	return t
}

func iso(t time.Time) string { return t.Format(time.DateOnly) }

// era turns a Japanese era year into a common one.
func era(name string, year int) (int, error) {
	switch name {
	case "令和":
		return 2018 + year, nil
	case "平成":
		return 1988 + year, nil
	case "昭和":
		return 1925 + year, nil
	}
	return 0, fmt.Errorf("unknown era")
}
