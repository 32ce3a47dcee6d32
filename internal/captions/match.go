package captions

import (
	"fmt"

	"kikigaki/internal/interview"
)

// Match returns captions_mismatch when captions clearly belong to another recording than the one of that duration
// (seconds) with speech in those spans, nil otherwise. It is conservative: programs start captions late, stop early,
// run a few seconds behind and draw cues with a broad brush. Clear is:
//
//   - cues end more than 30 s and 10 % beyond the recording;
//   - less than half of the cues' time lies within 3 s of speech;
//   - more than half of the speech, and more than two minutes, comes after the last cue.
//
// A duration of 0 or no speech leaves out what needs them; captions without times always match.
func Match(t *interview.Transcript, duration float64, speech []interview.Span) error {
	if !t.Timed || len(t.Segments) == 0 {
		return nil
	}
	mismatch := func(format string, args ...any) error {
		return interview.E("captions_mismatch", fmt.Errorf(format, args...))
	}
	last := 0.0
	for _, s := range t.Segments {
		last = max(last, s.End)
	}
	if duration > 0 && last > duration+max(30, 0.1*duration) {
		return mismatch("cues end at %.0f s of %.0f", last, duration)
	}
	if len(speech) == 0 {
		return nil
	}
	const slack = 3
	var cues, within float64
	for _, s := range t.Segments {
		cues += s.End - s.Start
		within += overlap(interview.Span{Start: s.Start, End: s.End}, speech, slack)
	}
	if cues > 0 && within < cues/2 {
		return mismatch("%.0f of %.0f s of cues near speech", within, cues)
	}
	var all, after float64
	for _, s := range speech {
		all += s.Seconds()
		after += max(0, s.End-max(s.Start, last))
	}
	if after > 120 && after > all/2 {
		return mismatch("%.0f of %.0f s of speech after the last cue", after, all)
	}
	return nil
}

// overlap is how much of s lies within slack of the spans, which are in order.
func overlap(s interview.Span, spans []interview.Span, slack float64) float64 {
	total, done := 0.0, s.Start
	for _, p := range spans {
		from, to := max(done, p.Start-slack), min(s.End, p.End+slack)
		if to > from {
			total += to - from
			done = to
		}
	}
	return total
}
