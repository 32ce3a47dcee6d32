package holiday

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// official are the days off of 2020 to 2027 as the Cabinet Office lists them (内閣府「国民の祝日」について), Sundays and days
// off in place of another included.
var official = map[int]string{
	2020: "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/23 7/24 8/10 9/21 9/22 11/3 11/23",
	2021: "1/1 1/11 2/11 2/23 3/20 4/29 5/3 5/4 5/5 7/22 7/23 8/8 8/9 9/20 9/23 11/3 11/23",
	2022: "1/1 1/10 2/11 2/23 3/21 4/29 5/3 5/4 5/5 7/18 8/11 9/19 9/23 10/10 11/3 11/23",
	2023: "1/1 1/2 1/9 2/11 2/23 3/21 4/29 5/3 5/4 5/5 7/17 8/11 9/18 9/23 10/9 11/3 11/23",
	2024: "1/1 1/8 2/11 2/12 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/22 9/23 10/14 11/3 11/4 11/23",
	2025: "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/21 8/11 9/15 9/23 10/13 11/3 11/23 11/24",
	2026: "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23",
	2027: "1/1 1/11 2/11 2/23 3/21 3/22 4/29 5/3 5/4 5/5 7/19 8/11 9/20 9/23 10/11 11/3 11/23",
}

func TestHolidays(t *testing.T) {
	t.Parallel()
	for year, want := range official {
		var got []string
		for d := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() == year; d = d.AddDate(0, 0, 1) {
			if Public(d.Year(), d.Month(), d.Day()) {
				got = append(got, fmt.Sprintf("%d/%d", d.Month(), d.Day()))
			}
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%d:\n got %s\nwant %s", year, g, want)
		}
	}
}

func TestOff(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]bool{"2026-12-28": false, "2026-12-29": true, "2027-01-02": true, "2027-01-04": false, "2026-05-06": true,
		"2026-05-07": false, "2026-09-22": true, "2026-09-19": true} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := Off(at); got != want {
			t.Errorf("%s: %v, want %v", day, got, want)
		}
	}
}
