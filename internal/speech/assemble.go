package speech

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"kikigaki/internal/interview"
)

// Participant is a person who takes part in the talk, as the interview knows them.
type Participant struct {
	Name    string
	Role    interview.Part
	Aliases []string // other spellings: a reading, the local part of the e-mail address
}

// AssembleInput is everything a transcript is made from. The order in which answers arrived is not part of it.
type AssembleInput struct {
	Sound        interview.Sound
	Cuts         []interview.Cut
	Answers      map[string]interview.Answer // by cut id; a cut without an answer is a hole
	Language     string
	Participants []Participant
	Channels     []interview.Part          // who speaks on which channel, when the uploader said so
	Roles        map[string]interview.Part // by label: a person's decision, above everything else
	Previous     *interview.Transcript     // the version before, whose corrections by people survive
}

const (
	maxSegment = 25.0 // seconds: a longer stretch without a sentence end is cut at its pauses
	pauseEnds  = 1.0  // seconds: a longer pause ends a segment even inside a sentence
	bareText   = 60   // characters from which a text without any sentence mark is one of a recogniser that writes none
	minUnclear = 0.5  // seconds of speech that are shown as 聞き取れず; less is counted as a hole only
)

// Assemble makes the transcript of a recording. The same input gives the same transcript, whatever the order in which
// the answers arrived. Version and CreatedAt are the caller's to set.
func Assemble(in AssembleInput) (*interview.Transcript, error) {
	a, err := layAll(in)
	if err != nil {
		return nil, err
	}
	t := &interview.Transcript{Language: in.Language, Source: "speech", Timed: true, Model: a.model}
	t.Segments = a.segments()
	t.Coverage = a.coverage()
	t.Speakers = a.speakers(t.Segments)
	keepCorrections(t, in.Previous)
	AssignRoles(t, in.Participants, in.Roles)
	doubtTurns(t, in.Sound)
	return t, nil
}

// layAll lays every answer on its cut.
func layAll(in AssembleInput) (*assembly, error) {
	if in.Language == "" {
		return nil, errors.New("assemble: no language")
	}
	cuts := slices.Clone(in.Cuts)
	slices.SortFunc(cuts, func(a, b interview.Cut) int {
		if a.From != b.From {
			return int(max(-1, min(1, a.From-b.From)))
		}
		return a.Channel - b.Channel
	})
	a := &assembly{in: in}
	for i, cut := range cuts {
		if i > 0 && cuts[i-1].ID() == cut.ID() {
			return nil, fmt.Errorf("assemble: cut %s is there twice", cut.ID())
		}
		if err := a.cut(cut); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// assembly is a transcript in the making.
type assembly struct {
	in      AssembleInput
	laid    []laidSegment
	sent    map[int][]interview.Span // by voice channel: stretches whose cut was answered
	holes   map[int][]interview.Span
	leftOut []string
	paces   []pace
	model   string
}

type laidSegment struct {
	laid
	cut     string
	unclear bool
	bare    bool // its text has no sentence marks, so that every pause may be a sentence end
}

// cut lays the answer to one cut.
func (a *assembly) cut(cut interview.Cut) error {
	answer, ok := a.in.Answers[cut.ID()]
	span := cut.Span()
	voiced := regions(a.in.Sound, cut, span)
	lane := a.lane(cut)
	if !ok {
		a.hole(lane, voiced, false, cut.ID())
		return nil
	}
	if answer.Cut != "" && answer.Cut != cut.ID() {
		return fmt.Errorf("assemble: answer of cut %s stands at cut %s", answer.Cut, cut.ID())
	}
	if a.model == "" {
		a.model = answer.Model
	}
	if a.sent == nil {
		a.sent = map[int][]interview.Span{}
	}
	for _, r := range voiced {
		a.sent[lane] = append(a.sent[lane], r.Span)
	}
	a.leftOut = append(a.leftOut, answer.Doubts...)
	a.measure(cut, voiced, answer)
	if answer.Unclear || answer.Text == "" && len(answer.Pieces) == 0 {
		a.hole(lane, voiced, true, cut.ID())
		return nil
	}
	if len(answer.Pieces) == 0 {
		a.text(answer.Text, voiced, span, cut)
		return nil
	}
	for i, p := range answer.Pieces {
		w := a.window(answer.Pieces, i, span)
		on := regions(a.in.Sound, cut, w)
		if p.Text == "" {
			a.hole(lane, on, true, cut.ID())
			continue
		}
		if label := a.providerLabel(p, cut); label != "" {
			for j := range on {
				on[j].speaker, on[j].confidence = label, 0.3
			}
		}
		a.text(p.Text, on, w, cut)
	}
	a.uncovered(answer.Pieces, lane, voiced, span, cut)
	return nil
}

// window is the absolute time of a piece. One without length lasts until the next one, at least as long as its text
// takes to say.
func (a *assembly) window(ps []interview.Piece, i int, span interview.Span) interview.Span {
	p := ps[i]
	start, end := span.Start+p.Start, span.Start+p.End
	if end-start < 0.05 {
		need := float64(spoken(p.Text)) / usualRate(a.in.Language)
		end = start + max(0.2, need)
	}
	start = min(max(start, span.Start), span.End)
	end = min(max(end, start), span.End)
	return interview.Span{Start: start, End: end}
}

// providerLabel is the recogniser's own name for a voice, the least trusted source: it is used where the sound told no
// voices apart, and only while one request holds the whole talk, because labels start anew in each request.
func (a *assembly) providerLabel(p interview.Piece, cut interview.Cut) string {
	if p.Voice == "" || len(a.in.Sound.Turns) > 0 || a.in.Sound.Voices == 1 || len(a.in.Cuts) != 1 {
		return ""
	}
	return "P" + p.Voice
}

// text lays one text on regions; without any, on the window as a whole: the recogniser heard what we did not.
func (a *assembly) text(text string, on []region, w interview.Span, cut interview.Cut) {
	if len(on) == 0 {
		t := speakerAt((w.Start+w.End)/2, a.in.Sound.Turns)
		if a.in.Sound.Layout == interview.TwoChannel {
			t = interview.Turn{Speaker: channelLabel(cut.Channel)}
		}
		on = []region{{w, t.Speaker, 0}}
	}
	bare := spoken(text) > bareText && len(splitSentences(text)) == 1
	for _, l := range lay(text, on, a.in.Language) {
		a.laid = append(a.laid, laidSegment{laid: l, cut: cut.ID(), bare: bare})
	}
}

// hole notes speech without usable text; shown puts 聞き取れず in its place.
func (a *assembly) hole(lane int, on []region, shown bool, cut string) {
	if a.holes == nil {
		a.holes = map[int][]interview.Span{}
	}
	for _, r := range on {
		a.holes[lane] = append(a.holes[lane], r.Span)
		if shown && r.Seconds() >= minUnclear {
			a.laid = append(a.laid, laidSegment{laid: laid{region: r}, cut: cut, unclear: true})
		}
	}
}

// uncovered notes long stretches of speech between the pieces of a recogniser with times.
func (a *assembly) uncovered(ps []interview.Piece, lane int, voiced []region, span interview.Span, cut interview.Cut) {
	var covered, heard []interview.Span
	for i := range ps {
		covered = append(covered, a.window(ps, i, span))
	}
	for _, r := range voiced {
		heard = append(heard, r.Span)
	}
	for _, s := range subtract(heard, covered) {
		if s.Seconds() > holeSeconds {
			a.hole(lane, regions(a.in.Sound, cut, s), true, cut.ID())
		}
	}
}

// lane tells apart what may be counted twice: each channel of a two-channel recording is its own.
func (a *assembly) lane(cut interview.Cut) int {
	if a.in.Sound.Layout == interview.TwoChannel {
		return cut.Channel
	}
	return 0
}

// segments joins what was laid across short pauses inside sentences, divides it into sentences and numbers the result.
func (a *assembly) segments() []interview.Segment {
	slices.SortStableFunc(a.laid, func(x, y laidSegment) int {
		if c := compare(x.Start, y.Start); c != 0 {
			return c
		}
		return compare(x.End, y.End)
	})
	var out []interview.Segment
	add := func(l laid, s laidSegment) {
		out = append(out, interview.Segment{Start: centi(l.Start), End: centi(l.End), Speaker: l.speaker, Text: l.text,
			Confidence: math.Round(l.confidence*100) / 100, Unclear: s.unclear, Cut: s.cut})
	}
	for _, s := range a.joinSentences() {
		if s.unclear {
			add(s.laid, s)
			continue
		}
		for _, l := range sentencesOn(s.laid) {
			add(l, s)
		}
	}
	slices.SortStableFunc(out, func(x, y interview.Segment) int { return compare(x.Start, y.Start) })
	for i := range out {
		out[i].ID = i + 1
	}
	return out
}

// joinSentences joins neighbouring pieces of one voice and one cut while the sentence goes on and the pause is short.
func (a *assembly) joinSentences() []laidSegment {
	var out []laidSegment
	last := map[string]int{} // by speaker: with two channels the other's words may lie between
	for _, s := range a.laid {
		i, ok := last[s.speaker]
		if ok && a.joins(out[i], s, i == len(out)-1) {
			out[i].confidence = weigh(out[i].region, s.region)
			out[i].End = max(out[i].End, s.End)
			out[i].text += separator(a.in.Language) + s.text
			continue
		}
		out = append(out, s)
		last[s.speaker] = len(out) - 1
	}
	return out
}

func (a *assembly) joins(x, y laidSegment, neighbours bool) bool {
	if x.unclear || y.unclear || x.bare || x.cut != y.cut || y.Start-x.End > pauseEnds || y.End-x.Start > maxSegment {
		return false
	}
	if !neighbours && a.in.Sound.Layout != interview.TwoChannel {
		return false // somebody spoke in between
	}
	r := []rune(x.text)
	return !endsSentence(r, len(r)-1)
}

// speakers lists the voices of the segments in order of label, with what is known from channels.
func (a *assembly) speakers(segments []interview.Segment) []interview.Speaker {
	var labels []string
	for _, s := range segments {
		if !slices.Contains(labels, s.Speaker) {
			labels = append(labels, s.Speaker)
		}
	}
	slices.Sort(labels)
	var out []interview.Speaker
	for _, l := range labels {
		s := interview.Speaker{Label: l, Role: interview.PartUnknown}
		if a.in.Sound.Layout == interview.TwoChannel {
			for ch, part := range a.in.Channels {
				if ch < 2 && channelLabel(ch) == l && (part == interview.PartEmployee || part == interview.PartInterviewer) {
					s.Role, s.Confidence, s.By = part, 1, "channel"
				}
			}
		}
		out = append(out, s)
	}
	return out
}

// centi rounds seconds to hundredths: finer is not known, and shorter JSON is read by people.
func centi(s float64) float64 { return math.Round(s*100) / 100 }
