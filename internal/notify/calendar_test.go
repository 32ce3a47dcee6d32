package notify

import (
	"testing"
	"time"
)

func TestCalendar(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("JST", 9*3600)
	c := NewCalendar(zone)
	at := func(s string) time.Time {
		t.Helper()
		v, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, r := range []struct {
		kind      Kind
		now, want string
	}{
		{DraftReady, "2026-05-20 12:00", "2026-05-20 12:00"},
		{DraftReady, "2026-05-20 19:59", "2026-05-20 19:59"},
		{DraftReady, "2026-05-20 20:00", "2026-05-21 08:00"},
		{DraftReady, "2026-05-20 23:30", "2026-05-21 08:00"},
		{DraftReady, "2026-05-21 03:00", "2026-05-21 08:00"},
		{DraftReady, "2026-05-23 12:00", "2026-05-23 12:00"}, // a Saturday: somebody works then, or there would be no draft
		{SignIn, "2026-05-20 23:30", "2026-05-20 23:30"},
		{Reminder1, "2026-05-20 23:30", "2026-05-21 08:00"},
		{Reminder1, "2026-05-22 21:00", "2026-05-25 08:00"}, // Friday evening → Monday
		{Reminder2, "2026-05-02 10:00", "2026-05-07 08:00"}, // Golden Week with its day off in place of Sunday
		{ActionDue, "2026-09-18 22:00", "2026-09-24 08:00"}, // 敬老の日, the day between, 秋分の日
		{RecordingDeletion, "2026-12-31 09:00", "2026-12-31 09:00"},
	} {
		if got := c.When(r.kind, at(r.now)).In(zone).Format("2006-01-02 15:04"); got != r.want {
			t.Errorf("%s at %s: %s, want %s", r.kind, r.now, got, r.want)
		}
	}
	if got := c.After(at("2026-04-24 15:00"), 10).Format(time.DateOnly); got != "2026-05-14" {
		t.Errorf("ten business days over Golden Week end %s", got)
	}
	if got := NewCalendar(time.UTC).After(at("2026-04-24 15:00"), 10).Format(time.DateOnly); got != "2026-05-08" {
		t.Errorf("elsewhere they end %s", got)
	}
	if !(Calendar{}).Business(time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)) {
		t.Error("a Thursday without holidays is no business day")
	}
}

// TestPassedCountsNoHolidays: from Friday 1 May 2026 to Friday 8 May there are the holidays of the 3rd to the 6th.
func TestPassedCountsNoHolidays(t *testing.T) {
	t.Parallel()
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	from, to := time.Date(2026, 5, 1, 15, 0, 0, 0, tokyo), time.Date(2026, 5, 8, 9, 0, 0, 0, tokyo)
	if got := NewCalendar(tokyo).Passed(from, to); got != 2 {
		t.Errorf("%d business days, want 2 (the 7th and the 8th)", got)
	}
	if got := (Calendar{Zone: tokyo}).Passed(from, to); got != 5 {
		t.Errorf("%d without holidays, want 5", got)
	}
	if got := NewCalendar(tokyo).Passed(to, from); got != 0 {
		t.Errorf("%d backwards", got)
	}
}
