package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Period is a length of time as people write it in settings: 30d, 1y, 4h, 15m. A year has 365 days.
type Period time.Duration

// UnmarshalText reads a Period.
func (p *Period) UnmarshalText(b []byte) error {
	d, err := parsePeriod(string(b))
	*p = Period(d)
	return err
}

func parsePeriod(s string) (time.Duration, error) {
	s = strings.TrimSpace(s)
	units := []struct {
		suffix string
		day    time.Duration
	}{{"mo", 30 * 24 * time.Hour}, {"d", 24 * time.Hour}, {"w", 7 * 24 * time.Hour}, {"y", 365 * 24 * time.Hour}}
	for _, u := range units {
		if n, ok := strings.CutSuffix(s, u.suffix); ok {
			v, err := strconv.ParseFloat(n, 64)
			if err != nil || v <= 0 || v > 1000 {
				return 0, fmt.Errorf("%q is not a length of time like 30d or 1y", s)
			}
			return time.Duration(v * float64(u.day)), nil
		}
	}
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%q is not a length of time like 30d, 1y or 4h", s)
	}
	return d, nil
}

// Keeping is how long recordings stay: After approval, and AtMost after the talk. Written 30d,180d.
type Keeping struct{ After, AtMost time.Duration }

// UnmarshalText reads a Keeping; the second part may be missing.
func (k *Keeping) UnmarshalText(b []byte) error {
	first, second, both := strings.Cut(string(b), ",")
	var err error
	if k.After, err = parsePeriod(first); err != nil {
		return err
	}
	k.AtMost = 180 * 24 * time.Hour
	if both {
		if k.AtMost, err = parsePeriod(second); err != nil {
			return err
		}
	}
	if k.AtMost < k.After {
		return fmt.Errorf("%q: the second length is shorter than the first", b)
	}
	return nil
}

// Size is a number of bytes: 500MB, 4GiB.
type Size int64

// UnmarshalText reads a Size.
func (s *Size) UnmarshalText(b []byte) error {
	text := strings.TrimSpace(string(b))
	units := []struct {
		suffix string
		bytes  float64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1}, {"", 1}}
	for _, u := range units {
		n, ok := strings.CutSuffix(text, u.suffix)
		if !ok {
			continue
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(n), 64)
		if err != nil || v <= 0 || v*u.bytes > 1<<50 {
			return fmt.Errorf("%q is not a size like 4GiB", text)
		}
		*s = Size(v * u.bytes)
		return nil
	}
	return nil
}
