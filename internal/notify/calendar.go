package notify

import (
	"time"

	"kikigaki/internal/holiday"
)

// Quiet hours: no mail goes out from the evening to the morning.
const (
	quietFrom  = 20
	quietUntil = 8
)

// Calendar knows when people in a place work. The zero value is UTC without public holidays.
type Calendar struct {
	Zone     *time.Location
	Holidays bool // Japanese public holidays are no business days
}

// NewCalendar is the calendar of a place: Japanese holidays hold where Japanese time does.
func NewCalendar(zone *time.Location) Calendar {
	_, offset := time.Date(2026, 1, 1, 0, 0, 0, 0, zone).Zone()
	return Calendar{Zone: zone, Holidays: offset == 9*3600 && (zone.String() == "Asia/Tokyo" || zone.String() == "Japan" || zone.String() == "JST")}
}

// Place is the time zone of the place.
func (c Calendar) Place() *time.Location { return c.zone() }

func (c Calendar) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// Business reports whether the day of at is one on which people work.
func (c Calendar) Business(at time.Time) bool {
	at = at.In(c.zone())
	if d := at.Weekday(); d == time.Saturday || d == time.Sunday {
		return false
	}
	return !c.Holidays || !holiday.Public(at.Year(), at.Month(), at.Day())
}

// After is the day n business days after at, at midnight of the place.
func (c Calendar) After(at time.Time, n int) time.Time {
	at = at.In(c.zone())
	d := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, c.zone())
	for n > 0 {
		if d = d.AddDate(0, 0, 1); c.Business(d) {
			n--
		}
	}
	return d
}

// Passed counts the business days that have begun after from and not after to.
func (c Calendar) Passed(from, to time.Time) int {
	from, to = from.In(c.zone()), to.In(c.zone())
	n := 0
	for d := time.Date(from.Year(), from.Month(), from.Day()+1, 0, 0, 0, 0, c.zone()); !d.After(to); d = d.AddDate(0, 0, 1) {
		if c.Business(d) {
			n++
		}
	}
	return n
}

// When is the earliest moment from now on at which a mail of kind k may go out: not in the quiet hours, and what can wait
// only on a business day. A sign-in is waited for.
func (c Calendar) When(k Kind, now time.Time) time.Time {
	if k == SignIn {
		return now
	}
	at := now.In(c.zone())
	morning := func(d time.Time) time.Time {
		return time.Date(d.Year(), d.Month(), d.Day(), quietUntil, 0, 0, 0, c.zone())
	}
	switch {
	case at.Hour() < quietUntil:
		at = morning(at)
	case at.Hour() >= quietFrom:
		at = morning(at.AddDate(0, 0, 1))
	}
	switch k {
	case Reminder1, Reminder2, ActionDue, RecordingDeletion:
		for !c.Business(at) {
			at = morning(at.AddDate(0, 0, 1))
		}
	}
	if at.Before(now) {
		return now
	}
	return at.UTC()
}
