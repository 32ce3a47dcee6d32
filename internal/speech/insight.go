package speech

import (
	"slices"
	"strings"

	"kikigaki/internal/interview"
)

// Insights is how a talk went, for its two people alone. A figure that the confidence does not allow is null, and
// Withheld says why.
type Insights struct {
	Duration float64        `json:"duration"`        // seconds of the recording, or to the end of the last segment
	Silence  *float64       `json:"silence_seconds"` // nobody speaks
	Voices   []VoiceInsight `json:"voices"`
	Withheld []Withheld     `json:"withheld,omitempty"`
}

// VoiceInsight is the part of one voice.
type VoiceInsight struct {
	Label         string          `json:"label"`
	Role          interview.Part  `json:"role"`
	Seconds       *float64        `json:"seconds"`
	Share         *float64        `json:"share"` // of all that was said, 0 to 1
	Turns         *int            `json:"turns"` // times it took the word
	Longest       *interview.Span `json:"longest_monologue"`
	Questions     *int            `json:"questions"`
	OpenQuestions *int            `json:"open_questions"` // those that cannot be answered with yes or no
}

// Withheld names a figure that is not shown.
type Withheld struct {
	Figure string `json:"figure"` // silence, share, turns, longest_monologue, questions
	Reason string `json:"reason"` // no_times, voices_uncertain, voices_not_told_apart, gaps_in_text
}

const (
	backchannel   = 1.2  // seconds: a listener's はい within somebody's monologue does not end it
	monologueGap  = 2.0  // seconds of silence that end a monologue
	certainVoices = 0.93 // mean confidence of segments from which figures by voice are shown (ears.md: consensus)
	wholeText     = 0.9  // share of speech with text from which questions are counted
)

// NewInsights measures a talk. sound may be the zero value when there is no recording.
func NewInsights(t *interview.Transcript, sound interview.Sound) Insights {
	in := Insights{Duration: sound.Duration}
	for _, s := range t.Segments {
		if sound.Duration == 0 && t.Timed {
			in.Duration = max(in.Duration, s.End)
		}
	}
	in.silence(t, sound)
	voices := voicesOf(t)
	apart := voiceDoubt(t, sound, voices)
	for _, sp := range voices {
		in.Voices = append(in.Voices, VoiceInsight{Label: sp.Label, Role: sp.Role})
	}
	withhold := func(reason string, figures ...string) {
		for _, f := range figures {
			in.Withheld = append(in.Withheld, Withheld{Figure: f, Reason: reason})
		}
	}
	switch {
	case apart != "":
		withhold(apart, "share", "turns", "longest_monologue", "questions")
		return in
	case !t.Timed:
		withhold("no_times", "share", "longest_monologue")
	default:
		in.shares(t, sound)
		in.longest(t)
	}
	in.turns(t)
	if t.Source == "speech" && t.Coverage.Share() < wholeText {
		withhold("gaps_in_text", "questions")
		return in
	}
	in.questions(t)
	return in
}

func (in *Insights) silence(t *interview.Transcript, sound interview.Sound) {
	var heard []interview.Span
	heard = append(heard, sound.Speech...)
	if len(heard) == 0 && t.Timed {
		for _, s := range t.Segments {
			heard = append(heard, interview.Span{Start: s.Start, End: s.End})
		}
	}
	if len(heard) == 0 {
		in.Withheld = append(in.Withheld, Withheld{"silence", "no_times"})
		return
	}
	v := centi(max(0, in.Duration-total(union(heard))))
	in.Silence = &v
}

// voicesOf lists the voices that say something.
func voicesOf(t *interview.Transcript) []interview.Speaker {
	var out []interview.Speaker
	for _, sp := range t.Speakers {
		if slices.ContainsFunc(t.Segments, func(s interview.Segment) bool { return s.Speaker == sp.Label }) {
			out = append(out, sp)
		}
	}
	return out
}

// voiceDoubt says why figures by voice cannot be shown, "" when they can.
func voiceDoubt(t *interview.Transcript, sound interview.Sound, voices []interview.Speaker) string {
	if len(voices) < 2 || slices.ContainsFunc(voices, func(s interview.Speaker) bool { return s.Label == Nobody }) {
		return "voices_not_told_apart"
	}
	if t.Source != "speech" || sound.Layout == interview.TwoChannel {
		return ""
	}
	if sound.Certain {
		return ""
	}
	sum, seconds := 0.0, 0.0
	for _, s := range t.Segments {
		d := s.End - s.Start
		c := s.Confidence
		if s.Corrected {
			c = 1
		}
		sum, seconds = sum+c*d, seconds+d
	}
	if seconds == 0 || sum/seconds < certainVoices || sound.Confidence < certainVoices {
		return "voices_uncertain"
	}
	return ""
}

func (in *Insights) voice(label string) *VoiceInsight {
	for i := range in.Voices {
		if in.Voices[i].Label == label {
			return &in.Voices[i]
		}
	}
	return nil
}

// shares takes the times of the turns heard, else those of the segments.
func (in *Insights) shares(t *interview.Transcript, sound interview.Sound) {
	spans := map[string][]interview.Span{}
	if t.Source == "speech" && len(sound.Turns) > 0 {
		for _, turn := range sound.Turns {
			spans[turn.Speaker] = append(spans[turn.Speaker], interview.Span{Start: turn.Start, End: turn.End})
		}
	} else {
		for _, s := range t.Segments {
			spans[s.Speaker] = append(spans[s.Speaker], interview.Span{Start: s.Start, End: s.End})
		}
	}
	all := 0.0
	for _, v := range in.Voices {
		all += total(union(spans[v.Label]))
	}
	for i := range in.Voices {
		seconds := total(union(spans[in.Voices[i].Label]))
		share := 0.0
		if all > 0 {
			share = seconds / all
		}
		rounded := centi(seconds)
		in.Voices[i].Seconds, in.Voices[i].Share = &rounded, &share
	}
}

// turns counts how often each voice takes the word; a listener's short word inside the other's talk is none.
func (in *Insights) turns(t *interview.Transcript) {
	counts := map[string]int{}
	last := ""
	for i, s := range t.Segments {
		if s.Speaker == last || s.OffRecord || isBackchannel(t, i) {
			continue
		}
		counts[s.Speaker]++
		last = s.Speaker
	}
	for i := range in.Voices {
		n := counts[in.Voices[i].Label]
		in.Voices[i].Turns = &n
	}
}

// isBackchannel reports whether a segment is a short word between two segments of the other voice.
func isBackchannel(t *interview.Transcript, i int) bool {
	if i == 0 || i+1 >= len(t.Segments) {
		return false
	}
	s, before, after := t.Segments[i], t.Segments[i-1], t.Segments[i+1]
	short := spoken(s.Text) <= 6
	if t.Timed {
		short = short || s.End-s.Start <= backchannel && spoken(s.Text) <= 12
	}
	return short && before.Speaker == after.Speaker && before.Speaker != s.Speaker && !isQuestion(s.Text)
}

// longest finds each voice's longest stretch with nothing but short words of the listener in it.
func (in *Insights) longest(t *interview.Transcript) {
	open := map[string]interview.Span{}
	finish := func(label string) {
		v, span := in.voice(label), open[label]
		if v != nil && span.Seconds() > 0 && (v.Longest == nil || span.Seconds() > v.Longest.Seconds()) {
			v.Longest = &interview.Span{Start: span.Start, End: span.End}
		}
		delete(open, label)
	}
	for i, s := range t.Segments {
		if isBackchannel(t, i) {
			continue
		}
		for label, span := range open {
			if label != s.Speaker || s.Start-span.End > monologueGap {
				finish(label)
			}
		}
		span, ok := open[s.Speaker]
		if !ok {
			span.Start = s.Start
		}
		span.End = max(span.End, s.End)
		open[s.Speaker] = span
	}
	for _, v := range in.Voices {
		finish(v.Label)
	}
}

func (in *Insights) questions(t *interview.Transcript) {
	asked, openly := map[string]int{}, map[string]int{}
	for _, s := range t.Segments {
		for _, sentence := range splitSentences(s.Text) {
			if !isQuestion(sentence) {
				continue
			}
			asked[s.Speaker]++
			if isOpen(sentence) {
				openly[s.Speaker]++
			}
		}
	}
	for i := range in.Voices {
		n, o := asked[in.Voices[i].Label], openly[in.Voices[i].Label]
		in.Voices[i].Questions, in.Voices[i].OpenQuestions = &n, &o
	}
}

// openWords begin or make an open question.
var openWords = []string{"どう", "どんな", "なぜ", "なんで", "何が", "何を", "なにが", "なにを", "どこ", "どれ", "どの", "いかが", "教えて", "聞かせて", "what", "how", "why", "which", "where", "tell me"}

func isOpen(sentence string) bool {
	s := strings.ToLower(sentence)
	return slices.ContainsFunc(openWords, func(w string) bool { return containsWord(s, w) })
}

// containsWord looks for w in s; a Latin word must stand alone.
func containsWord(s, w string) bool {
	for from := 0; ; {
		i := strings.Index(s[from:], w)
		if i < 0 {
			return false
		}
		i += from
		if w[0] >= 0x80 || boundary(s, i, i+len(w)) {
			return true
		}
		from = i + len(w)
	}
}

func boundary(s string, from, to int) bool {
	letter := func(b byte) bool { return b >= 'a' && b <= 'z' || b == '\'' }
	return (from == 0 || !letter(s[from-1])) && (to == len(s) || !letter(s[to]))
}

// isQuestion reports whether a sentence asks: by its mark, by か at its end, or in English by the mark alone.
func isQuestion(sentence string) bool {
	s := strings.TrimRight(strings.TrimSpace(sentence), "」』\"' ")
	if strings.HasSuffix(s, "?") || strings.HasSuffix(s, "？") {
		return true
	}
	s = strings.TrimRight(s, "。、.…ー")
	for _, end := range []string{"ですか", "ますか", "でしょうか", "ましょうか", "ませんか", "んか", "ですかね", "ますかね", "でしたか", "ましたか"} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}
