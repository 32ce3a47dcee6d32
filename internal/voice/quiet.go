package voice

import "fmt"

const (
	quietWindow = rate * 6 / 100 // samples over which loudness is taken
	quietStep   = rate / 100
)

// split divides units that are longer than a cut may be (or than twice the wish) at their quietest points.
func (c *cutter) split(channel int, units []unit) ([]unit, error) {
	longest := min(c.longest(), max(2*c.target, rate))
	var out []unit
	for _, u := range units {
		for u.samples() > longest {
			from := u.from + max(longest*2/5, min(c.min, longest/2))
			to := u.from + longest
			if rest := u.to - c.min; rest > from && rest < to {
				to = rest // leave no crumb
			}
			at, err := c.quietest(channel, from, to)
			if err != nil {
				return nil, err
			}
			out = append(out, unit{u.from, at, u.speaker})
			u.from = at
		}
		out = append(out, u)
	}
	return out, nil
}

// quietest is the sample in (from, to] around which quietWindow samples have the least energy; the first of several.
func (c *cutter) quietest(channel int, from, to int64) (int64, error) {
	start := max(0, from-quietWindow/2)
	x := make([]int16, min(c.samples, to+quietWindow/2)-start)
	got, err := c.src.ReadAt(channel, start, x)
	if err != nil && got < len(x) {
		return 0, fmt.Errorf("cut: read channel %d from sample %d: %w", channel, start, err)
	}
	sum := make([]int64, got+1) // running sum of squares: 2^30 × 10^9 samples fit
	for i, v := range x[:got] {
		sum[i+1] = sum[i] + int64(v)*int64(v)
	}
	best, least := to, int64(-1)
	for at := from + 1; at <= to; at += quietStep {
		a := max(0, min(int64(got), at-quietWindow/2-start))
		b := max(0, min(int64(got), at+quietWindow/2-start))
		if e := sum[b] - sum[a]; least < 0 || e < least {
			best, least = at, e
		}
	}
	return best, nil
}
