//go:build linux

package chaos

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// allowance is how much a figure may have grown by the end of a soak and still be held to be flat: so much, and so much of
// what it was.
type allowance struct {
	plus  float64
	share float64
}

// trend is what a figure did over a soak.
type trend struct {
	early, middle, late float64 // medians of the second, the sixth and the last tenth
	hourly              float64 // slope from the second tenth on, an hour; Theil and Sen: the median of all pairs' slopes
	flat                bool
}

// The first tenth is warm-up: caches fill, connections open. A trend is judged by medians, because a sample may fall into a
// step's peak.
const tenths, leastSamples = 10, 40

// trendOf judges a figure that was looked at every so often. Fewer than leastSamples judge nothing, and say so.
func trendOf(values []float64, every time.Duration, a allowance) (trend, error) {
	if len(values) < leastSamples {
		return trend{}, fmt.Errorf("%d samples, of which nothing can be said; %d are needed", len(values), leastSamples)
	}
	tenth := func(n int) []float64 { return values[n*len(values)/tenths : (n+1)*len(values)/tenths] }
	t := trend{early: median(tenth(1)), middle: median(tenth(5)), late: median(tenth(9))}
	rest := values[len(values)/tenths:]
	var slopes []float64
	for i := range rest {
		for j := i + 1; j < len(rest); j++ {
			slopes = append(slopes, (rest[j]-rest[i])/(float64(j-i)*every.Hours()))
		}
	}
	t.hourly = median(slopes)
	t.flat = t.late-t.early <= a.plus+a.share*t.early
	return t, nil
}

func median(values []float64) float64 {
	s := slices.Sorted(slices.Values(values))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}

func TestTrend(t *testing.T) {
	t.Parallel()
	every := 30 * time.Second
	series := func(f func(i int) float64) (out []float64) {
		for i := range 240 { // two hours
			out = append(out, f(i))
		}
		return out
	}
	for _, c := range []struct {
		name   string
		values []float64
		flat   bool
		hourly float64
	}{
		{"even", series(func(int) float64 { return 100 }), true, 0},
		{"a warm-up", series(func(i int) float64 { return 100 + 50*float64(min(i, 24))/24 }), true, 0},
		{"peaks now and then", series(func(i int) float64 { return 100 + 400*float64((i+1)%7/6) }), true, 0},
		{"a leak of 12 an hour", series(func(i int) float64 { return 100 + 0.1*float64(i) }), false, 12},
		{"a leak under peaks", series(func(i int) float64 { return 100 + 0.1*float64(i) + 60*float64(i%4/3) }), false, 12},
		{"what shrinks", series(func(i int) float64 { return 300 - 0.1*float64(i) }), true, -12},
		{"what grows within its allowance", series(func(i int) float64 { return 100 + 0.05*float64(i) }), true, 6},
	} {
		got, err := trendOf(c.values, every, allowance{plus: 2, share: 0.1})
		if err != nil {
			t.Fatal(err)
		}
		if got.flat != c.flat || got.hourly < c.hourly-1 || got.hourly > c.hourly+1 {
			t.Errorf("%s: %+v, want flat %v, %g an hour", c.name, got, c.flat, c.hourly)
		}
	}
	if _, err := trendOf(make([]float64, leastSamples-1), every, allowance{}); err == nil {
		t.Error("too few samples were judged")
	}
}
