// Package holiday knows the days on which Japan does not work. notify counts business days with it, evidence resolves
// 「連休明け」.
package holiday

import "time"

// rule is one holiday of the law: a fixed day, or a Monday of a month.
type rule struct {
	month  time.Month
	day    int // of a fixed day
	monday int // which Monday, counted from 1; 0 for a fixed day
}

// The holidays of article 2 of the Act on National Holidays (国民の祝日に関する法律, 昭和23年法律第178号) as in force since 2020.
// The two equinoxes are reckoned.
var rules = []rule{
	{time.January, 1, 0}, {time.January, 0, 2}, {time.February, 11, 0}, {time.February, 23, 0}, {time.April, 29, 0},
	{time.May, 3, 0}, {time.May, 4, 0}, {time.May, 5, 0}, {time.July, 0, 3}, {time.August, 11, 0},
	{time.September, 0, 3}, {time.October, 0, 2}, {time.November, 3, 0}, {time.November, 23, 0},
}

// moved are the days that articles 29 and 32 of the act on the Olympic Games (平成27年法律第33号) put in the place of three
// holidays of 2020 and 2021.
var moved = map[int][3]struct{ from, to [2]int }{
	2020: {{[2]int{7, 20}, [2]int{7, 23}}, {[2]int{10, 12}, [2]int{7, 24}}, {[2]int{8, 11}, [2]int{8, 10}}},
	2021: {{[2]int{7, 19}, [2]int{7, 22}}, {[2]int{10, 11}, [2]int{7, 23}}, {[2]int{8, 11}, [2]int{8, 8}}},
}

// equinox is the day of March (begin 20.8431) or September (23.2488) on which the sun crosses the equator, Japan
// Standard Time, 1980 to 2099. Source of the formula: 海上保安庁水路部 暦計算研究会編『新こよみ便利帳』. What is in force is what
// the National Astronomical Observatory announces each February for the year after; no year has differed so far.
func equinox(year int, begin float64) int {
	return int(begin+0.242194*float64(year-1980)) - (year-1980)/4
}

// named reports whether the law itself names the day a holiday (国民の祝日).
func named(year int, month time.Month, day int) bool {
	at := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	month, day = at.Month(), at.Day()
	for _, m := range moved[at.Year()] {
		if int(month) == m.to[0] && day == m.to[1] {
			return true
		}
		if int(month) == m.from[0] && day == m.from[1] {
			return false
		}
	}
	for _, r := range rules {
		if r.month != month {
			continue
		}
		if r.monday == 0 && r.day == day || r.monday > 0 && at.Weekday() == time.Monday && (day-1)/7+1 == r.monday {
			return true
		}
	}
	return month == time.March && day == equinox(at.Year(), 20.8431) || month == time.September && day == equinox(at.Year(), 23.2488)
}

// Public reports whether a calendar day is a public holiday in Japan, from 2020 on: one that the law names, the day off in
// place of one that falls on a Sunday (article 3, paragraph 2), or a day between two of them (paragraph 3).
func Public(year int, month time.Month, day int) bool {
	if named(year, month, day) {
		return true
	}
	for back := 1; named(year, month, day-back); back++ { // a run of holidays before it that holds a Sunday
		if time.Date(year, month, day-back, 0, 0, 0, 0, time.UTC).Weekday() == time.Sunday {
			return true
		}
	}
	return named(year, month, day-1) && named(year, month, day+1)
}

// Off reports whether offices are closed on a calendar day in Japan: Saturdays, Sundays, public holidays, and the days from
// 29 December to 3 January (行政機関の休日に関する法律, 昭和63年法律第91号, 1条1項3号).
func Off(at time.Time) bool {
	if d := at.Weekday(); d == time.Saturday || d == time.Sunday {
		return true
	}
	if at.Month() == time.December && at.Day() >= 29 || at.Month() == time.January && at.Day() <= 3 {
		return true
	}
	return Public(at.Year(), at.Month(), at.Day())
}
