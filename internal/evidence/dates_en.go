package evidence

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kikigaki/internal/pattern"
)

var enWhen = pattern.MustCompile(`(?i)\b(?:(by|before|until|till|on|from|in|within|at)\s+)?(?:the\s+)?` +
	`(?:(end|start|beginning|middle) of (?:the |this )?(next |this )?(week|month|quarter|year|fiscal year|financial year|january|february|march|april|may|june|july|august|september|october|november|december)` +
	`|(\d{1,2}|[a-z]+(?:-[a-z]+)?)(?:st|nd|rd|th)?(?: of)? (january|february|march|april|may|june|july|august|september|october|november|december)(?:,? (20\d\d))?` +
	`|(january|february|march|april|may|june|july|august|september|october|november|december) (?:the )?(\d{1,2}|[a-z]+(?:-[a-z]+)?)(?:st|nd|rd|th)?(?:,? (20\d\d))?` +
	`|(this |next |the following )?(monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?: (?:after next))?` +
	`|(early |late )?(this|next) (week|month|quarter|year)` +
	`|(today|tomorrow|the day after tomorrow|tonight)` +
	`|(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|a) (day|week|month)s?(?: time)?` +
	`|(q[1-4]|(?:first|second|third|fourth) quarter)` +
	`|((?:our|the) next (?:meeting|talk|one-on-one|session|review|one|chat|catch-up|conversation)|we (?:next )?(?:meet|talk)(?: again| next)?|next time)` +
	`|(20\d\d-\d\d-\d\d)` +
	`|(week|month|quarter|year)(?:'s| is) (?:out|over|up))\b`)

var enMonths = map[string]time.Month{"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
	"september": 9, "october": 10, "november": 11, "december": 12}

var enWeekdays = map[string]time.Weekday{"sunday": 0, "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6}

// enWhenWords are the literals of which every date in English holds one.
var enWhenWords = []string{"day", "week", "month", "quarter", "year", "next ", "tonight", "tomorrow", "we meet", "we talk", "end of", "q1", "q2", "q3", "q4",
	"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "20"}

func (c Calendar) english(source string, before []When) []When {
	lower := strings.ToLower(source)
	weekly := holds(lower, enWeekWords...)
	out := c.englishOrdinals(source, lower, before)
	if !weekly && !holds(lower, enWhenWords...) {
		return out
	}
	found := len(out)
	for _, m := range enWhen.FindAllStringSubmatchIndex(source, -1) {
		g := func(n int) string {
			if m[2*n] < 0 {
				return ""
			}
			return strings.ToLower(strings.TrimSpace(source[m[2*n]:m[2*n+1]]))
		}
		limit := g(1) == "by" || g(1) == "before" || g(1) == "until" || g(1) == "till" || g(1) == "within"
		w, ok := c.englishWhen(g)
		if !ok || g(12) != "" && g(11) == "" && ofWeekday.MatchString(source[m[0]:]) {
			continue
		}
		if n := len(out); n > found && g(12) != "" && apposed.MatchString(source[out[n-1].To:m[1]]) && out[n-1].Date != "" && !out[n-1].Bare {
			continue // "the twenty-ninth of May, the Friday" is one day
		}
		if g(12) != "" && theOneAfter.MatchString(source[m[1]:]) {
			if at, ok := c.after(enWeekdays[g(12)], before, out); ok {
				w.Date = at
			}
		}
		from := m[0]
		for from < m[1] && source[from] == ' ' {
			from++
		}
		w.Text, w.From, w.To = source[from:m[1]], from, m[1]
		w.Limit = w.Limit || limit
		w.Start = g(1) == "from"
		out = append(out, w)
	}
	if weekly {
		out = c.englishWeek(source, out)
	}
	if weekly || found > 0 {
		slices.SortStableFunc(out, func(a, b When) int { return a.From - b.From })
	}
	return out
}

var (
	// an ordinal alone, where nothing follows that it could count
	enOrdinal = pattern.MustCompile(`(?i)\b(?:(by|before|until|on|for|from) )?the (\d{1,2}(?:st|nd|rd|th)|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty-[a-z]+(?:st|nd|rd|th)|thirtieth|thirty-first)(?:[,.?!]|$| (?:then|is|at|and|please|yeah|yes|okay|works|would|isn't|if|or|by|for)\b)`)
	// "the Saturday workshops": a thing of that day, not the day
	ofWeekday = pattern.MustCompile(`^(?i:\s*the) [A-Z][a-z]+day [a-z]+(?:s|ing|shift|class|group|club|team|slot|run|session|market|clinic|meeting|call)\b`)
	apposed   = pattern.MustCompile(`^,? ?(?:(?:a|the|that's a|which is a) )?[A-Z][a-z]+day$`)
)

// theOneAfter follows a weekday that is reckoned from the day spoken of last: "the Friday after".
var theOneAfter = pattern.MustCompile(`^ after(?:[,.?!]|$| that\b)`)

// after is the first weekday after the day that was named last.
func (c Calendar) after(d time.Weekday, lists ...[]When) (string, bool) {
	for n := len(lists) - 1; n >= 0; n-- {
		for i := len(lists[n]) - 1; i >= 0; i-- {
			at, err := time.Parse(time.DateOnly, lists[n][i].Date)
			if err != nil {
				continue
			}
			for at = at.AddDate(0, 0, 1); at.Weekday() != d; {
				at = at.AddDate(0, 0, 1)
			}
			return iso(at), true
		}
	}
	return "", false
}

// englishOrdinals reads days named by their number alone: "the nineteenth", in the month that was spoken of, else the
// next one to come.
func (c Calendar) englishOrdinals(source, lower string, before []When) []When {
	if c.RecordedOn.IsZero() || !holds(lower, "the ") {
		return nil
	}
	var out []When
	for _, m := range enOrdinal.FindAllStringSubmatchIndex(source, -1) {
		word := strings.ToLower(source[m[4]:m[5]])
		n, err := strconv.Atoi(strings.TrimRight(word, "stndrh"))
		if err != nil {
			v, ok := englishNumber(word)
			if !ok {
				continue
			}
			n = int(v)
		}
		if n < 1 || n > 31 {
			continue
		}
		w := When{Date: c.bareDay(n, "", before), Bare: true, From: m[0], To: m[5], Text: source[m[0]:m[5]]}
		if m[2] >= 0 {
			head := strings.ToLower(source[m[2]:m[3]])
			w.Limit, w.Start = head == "by" || head == "before" || head == "until", head == "from"
		}
		out = append(out, w)
	}
	return out
}

// englishWhen turns the groups of enWhen into a date; ok is false when they are no date after all.
func (c Calendar) englishWhen(g func(int) string) (When, bool) {
	if c.RecordedOn.IsZero() && g(21) == "" {
		return When{}, true
	}
	at := func(t time.Time) (When, bool) { return When{Date: iso(t)}, true }
	switch {
	case g(2) != "":
		return c.edge(g(2), g(3), g(4)), true
	case g(6) != "":
		return c.monthAndDay(g(6), g(5), g(7))
	case g(8) != "":
		return c.monthAndDay(g(8), g(9), g(10))
	case g(12) != "":
		d := enWeekdays[g(12)]
		if g(11) == "next" || g(11) == "the following" {
			return at(c.weekday(1, d))
		}
		return at(c.nextWeekday(d))
	case g(14) != "":
		return c.edge(map[string]string{"early": "start", "": "end", "late": "end"}[g(13)], g(14), g(15)), true
	case g(16) != "":
		switch g(16) {
		case "tomorrow":
			return at(c.RecordedOn.AddDate(0, 0, 1))
		case "the day after tomorrow":
			return at(c.RecordedOn.AddDate(0, 0, 2))
		}
		return at(c.RecordedOn)
	case g(18) != "":
		if g(1) != "in" && g(1) != "within" {
			return When{}, false // "two days a week" counts, it names no day
		}
		n, _ := strconv.Atoi(g(17))
		if v, ok := englishNumber(g(17)); ok {
			n = int(v)
		} else if g(17) == "a" {
			n = 1
		}
		switch g(18) {
		case "day":
			return at(c.RecordedOn.AddDate(0, 0, n))
		case "week":
			return at(c.RecordedOn.AddDate(0, 0, 7*n))
		}
		return at(c.RecordedOn.AddDate(0, n, 0))
	case g(19) != "":
		q := map[string]int{"q1": 1, "q2": 2, "q3": 3, "q4": 4, "first quarter": 1, "second quarter": 2, "third quarter": 3, "fourth quarter": 4}[g(19)]
		return at(c.quarterEnd(q))
	case g(20) != "":
		if g(1) != "by" && g(1) != "before" && g(1) != "until" && g(1) != "at" {
			return When{}, false
		}
		return When{Date: c.FollowUp}, true
	case g(22) != "": // "before the month's out"
		w := c.edge("end", "", g(22))
		w.Limit = true
		return w, true
	case g(21) != "":
		if _, err := time.Parse(time.DateOnly, g(21)); err != nil {
			return When{}, false
		}
		return When{Date: g(21)}, true
	}
	return When{}, false
}

func (c Calendar) monthAndDay(month, d, year string) (When, bool) {
	n, err := strconv.Atoi(d)
	if err != nil {
		v, ok := englishNumber(d)
		if !ok {
			return When{}, false
		}
		n = int(v)
	}
	t, ok := c.nextDay(enMonths[month], n)
	if y, err := strconv.Atoi(year); err == nil {
		t, ok = day(y, enMonths[month], n)
	}
	if !ok {
		return When{}, false
	}
	return When{Date: iso(t)}, true
}

// edge is the start, middle or end of a week, month, quarter or year.
func (c Calendar) edge(edge, which, unit string) When {
	n := 0
	if which == "next" {
		n = 1
	}
	w := When{Limit: edge == "end"}
	pick := func(first, last time.Time) When {
		switch edge {
		case "start", "beginning":
			w.Date = iso(first)
		case "middle":
			w.Date = iso(first.AddDate(0, 0, int(last.Sub(first).Hours()/48)))
		default:
			w.Date = iso(last)
		}
		return w
	}
	y, m := c.RecordedOn.Year(), c.RecordedOn.Month()
	switch unit {
	case "week":
		return pick(c.weekday(n, time.Monday), c.weekday(n, time.Friday))
	case "month":
		return pick(date(y, m+time.Month(n), 1), monthEnd(y, m+time.Month(n)))
	case "quarter":
		last := c.currentQuarterEnd(n)
		return pick(date(last.Year(), last.Month()-2, 1), last)
	case "year":
		return pick(date(y+n, 1, 1), date(y+n, 12, 31))
	case "fiscal year", "financial year":
		last := c.fiscalEnd(n)
		return pick(date(last.Year(), last.Month()-11, 1), last)
	}
	if month, ok := enMonths[unit]; ok {
		year := c.nextMonth(month) + n
		return pick(date(year, month, 1), monthEnd(year, month))
	}
	return w
}
