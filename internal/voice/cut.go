package voice

import (
	"fmt"
	"math"

	"kikigaki/internal/interview"
)

// Limits are the lengths of cuts in seconds that a recogniser takes. Max is never exceeded; Min and Target are wishes.
type Limits struct{ Min, Target, Max float64 }

const (
	cutMargin = rate / 10 // samples of silence left at both ends of a cut, where there are any
	longPause = 3 * rate  // samples: a longer pause is in no cut, whatever Min says: recognisers invent words over it
)

// unit is the smallest piece that cuts are made of: samples [from, to) with speech of one voice as far as known.
type unit struct {
	from, to int64
	speaker  string
}

func (u unit) samples() int64 { return u.to - u.from }

// Listen is the channel that a one-channel reading of sound is taken from: the louder one. Two inverted channels are
// never summed, and nothing is gained by summing two equal ones.
func Listen(sound interview.Sound) int {
	if len(sound.Channels) == 2 && sound.Channels[1].Level > sound.Channels[0].Level {
		return 1
	}
	return 0
}

// Cuts divides the speech of sound into pieces for transcription, in order of channel and time. It reads src only
// where a stretch of speech without a pause is longer than limits allow, to cut it at its quietest point. The same
// input gives the same cuts. Every sample of speech is in exactly one cut (of its voice's channel where there are
// two), no cut is longer than limits.Max, and silence longer than 3 s is in none.
func Cuts(sound interview.Sound, src Source, limits Limits) ([]interview.Cut, error) {
	if !(limits.Min >= 0 && limits.Min <= limits.Target && limits.Target <= limits.Max && limits.Max >= 1) {
		return nil, fmt.Errorf("cut: limits %v s are out of order or below 1 s", limits)
	}
	c := cutter{src: src, samples: src.Samples(), min: int64(limits.Min * rate), target: int64(limits.Target * rate), max: int64(limits.Max * rate)}
	var cuts []interview.Cut
	if sound.Layout == interview.TwoChannel {
		for ch := range 2 {
			out, err := c.channel(ch, c.voiceUnits(sound.Turns, label(ch)))
			if err != nil {
				return nil, err
			}
			cuts = append(cuts, out...)
		}
		return cuts, nil
	}
	ch := Listen(sound)
	units, err := c.mixedUnits(ch, sound)
	if err != nil {
		return nil, err
	}
	return c.channel(ch, units)
}

type cutter struct {
	src              Source
	samples          int64
	min, target, max int64 // samples
}

func sampleAt(seconds float64) int64 { return int64(math.Round(seconds * rate)) }

// voiceUnits are the turns of one voice.
func (c *cutter) voiceUnits(turns []interview.Turn, speaker string) []unit {
	var units []unit
	for _, t := range turns {
		if t.Speaker != speaker {
			continue
		}
		u := unit{max(0, sampleAt(t.Start)), min(c.samples, sampleAt(t.End)), speaker}
		if n := len(units); n > 0 && u.from <= units[n-1].to {
			units[n-1].to = max(units[n-1].to, u.to)
		} else if u.samples() > 0 {
			units = append(units, u)
		}
	}
	return units
}

// mixedUnits are the stretches of speech, divided where the voice changes.
func (c *cutter) mixedUnits(channel int, sound interview.Sound) ([]unit, error) {
	changes, err := c.changes(channel, sound.Turns)
	if err != nil {
		return nil, err
	}
	var units []unit
	k := 0
	speaker := ""
	if len(changes) > 0 {
		speaker = changes[0].speaker
	}
	for _, s := range sound.Speech {
		from, to := sampleAt(s.Start), min(c.samples, sampleAt(s.End))
		for ; k < len(changes) && changes[k].from < to; k++ {
			if at := changes[k].from; at > from {
				units = append(units, unit{from, at, speaker})
				from = at
			}
			speaker = changes[k].speaker
		}
		if to > from {
			units = append(units, unit{from, to, speaker})
		}
	}
	return units, nil
}

// changes are the samples from which on another voice has the word. A turn inside a longer one of the other voice is
// not a change; where two overlap the change is in the middle; where nothing is between them, at the quietest point
// near by.
func (c *cutter) changes(channel int, turns []interview.Turn) ([]unit, error) {
	var out []unit
	var last interview.Turn
	for i, t := range turns {
		switch {
		case i == 0:
			out = append(out, unit{from: 0, speaker: t.Speaker})
		case t.End <= last.End:
			continue
		case t.Speaker != last.Speaker:
			at := sampleAt((t.Start + last.End) / 2)
			if t.Start-last.End < 0.1 {
				const near = rate / 5
				q, err := c.quietest(channel, max(0, at-near, sampleAt(last.Start)), min(c.samples, at+near, sampleAt(t.End)))
				if err != nil {
					return nil, err
				}
				at = q
			}
			if n := len(out) - 1; at <= out[n].from {
				out[n].speaker = t.Speaker
			} else {
				out = append(out, unit{from: at, speaker: t.Speaker})
			}
		}
		last = t
	}
	return out, nil
}

// channel makes the cuts of one channel: the cheapest grouping of neighbouring units (dynamic programming over the
// last boundary; the look-back is bounded by Max).
func (c *cutter) channel(channel int, units []unit) ([]interview.Cut, error) {
	units, err := c.split(channel, units)
	if err != nil {
		return nil, err
	}
	n := len(units)
	best := make([]float64, n+1)
	last := make([]int, n+1)
	for i := 1; i <= n; i++ {
		best[i] = math.Inf(1)
		m := mixture{}
		for j := i - 1; j >= 0; j-- {
			length := units[i-1].to - units[j].from
			if j < i-1 && (length > c.longest() || units[j+1].from-units[j].to > longPause) {
				break
			}
			m.add(units[j])
			cost := best[j] + c.cost(length, &m)
			if i < n {
				cost += boundary(units[i-1], units[i])
			}
			if cost < best[i] {
				best[i], last[i] = cost, j
			}
		}
	}
	var cuts []interview.Cut
	for i := n; i > 0; i = last[i] {
		cuts = append(cuts, c.cut(channel, units, last[i], i))
	}
	for i, j := 0, len(cuts)-1; i < j; i, j = i+1, j-1 {
		cuts[i], cuts[j] = cuts[j], cuts[i]
	}
	return cuts, nil
}

// longest is how many samples of units a cut may hold: Max less the margins.
func (c *cutter) longest() int64 { return max(c.max-2*cutMargin, c.max/2) }

// cut is units [i, j) with a margin of silence, at most half of what lies between it and the next unit.
func (c *cutter) cut(channel int, units []unit, i, j int) interview.Cut {
	margin := min(cutMargin, (c.max-c.longest())/2)
	from := max(0, units[i].from-margin)
	if i > 0 {
		from = max(from, units[i].from-(units[i].from-units[i-1].to)/2)
	}
	to := min(c.samples, units[j-1].to+margin)
	if j < len(units) {
		to = min(to, units[j-1].to+(units[j].from-units[j-1].to)/2)
	}
	cut := interview.Cut{Channel: channel, From: from, To: to, Speaker: units[i].speaker}
	for _, u := range units[i:j] {
		if u.speaker != cut.Speaker {
			cut.Speaker = ""
		}
	}
	return cut
}

// mixture is how much of whose speech a cut would hold.
type mixture struct {
	speakers []string
	samples  []int64
}

func (m *mixture) add(u unit) {
	for i, s := range m.speakers {
		if s == u.speaker {
			m.samples[i] += u.samples()
			return
		}
	}
	m.speakers, m.samples = append(m.speakers, u.speaker), append(m.samples, u.samples())
}

// minority is how many seconds of speech are not the main speaker's.
func (m *mixture) minority() float64 {
	var sum, most int64
	for _, n := range m.samples {
		sum += n
		most = max(most, n)
	}
	return float64(sum-most) / rate
}

// cost of one cut: one for the request, eight for being far too short, one for being as long as may be, and one for
// each second of speech that is not the main voice's, because a recogniser without times loses whose it was. The
// figures weigh wishes against each other; limits are not among them.
func (c *cutter) cost(length int64, m *mixture) float64 {
	cost := 1.0
	if length < c.min {
		cost += 8 * float64(c.min-length) / float64(c.min)
	}
	if length > c.target {
		cost += float64(length-c.target) / float64(c.max-c.target+1)
	}
	if len(m.speakers) > 1 {
		cost += 1.5 + m.minority()
	}
	return cost
}

// boundary is the cost of cutting between two units: nothing at a pause of 0.4 s or more, two where talk goes on.
func boundary(a, b unit) float64 {
	const pause = rate * 4 / 10
	cost := 2 * (1 - min(1, float64(b.from-a.to)/pause))
	if a.speaker != b.speaker {
		cost /= 2
	}
	return cost
}
