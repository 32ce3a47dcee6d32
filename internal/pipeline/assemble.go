package pipeline

import (
	"cmp"
	"fmt"
	"slices"

	"kikigaki/internal/captions"
	"kikigaki/internal/interview"
	"kikigaki/internal/speech"
)

// Heard is everything a transcript is made of.
type Heard struct {
	Sound    interview.Sound
	Cuts     []interview.Cut
	Answers  map[string]interview.Answer // by cut id
	Language string
	People   Participants
	Channels []interview.Part
	Roles    map[string]interview.Part // people's decisions, by label
	Previous *interview.Transcript     // whose corrections survive
}

// Assemble makes the transcript: where the sound alone was not certain who spoke, the words may choose among its
// readings; then text is laid on time and speakers get roles.
func Assemble(h Heard) (*interview.Transcript, error) {
	sound, _ := speech.ChooseStart(h.Sound, h.Cuts, h.Answers, h.Language, h.People)
	t, err := speech.Assemble(speech.AssembleInput{Sound: sound, Cuts: h.Cuts, Answers: h.Answers, Language: h.Language,
		Participants: h.People, Channels: h.Channels, Roles: h.Roles, Previous: h.Previous})
	if err != nil {
		return nil, fmt.Errorf("assemble the transcript: %w", err)
	}
	return t, nil
}

// AssembleCaptions makes the transcript from captions that were brought along: speakers get roles, and coverage is that
// of the cues. sound is nil without a recording; with one, captions of another talk are captions_mismatch.
func AssembleCaptions(t *interview.Transcript, sound *interview.Sound, people Participants, roles map[string]interview.Part) (*interview.Transcript, error) {
	out := *t
	out.Segments = append([]interview.Segment(nil), t.Segments...)
	out.Speakers = append([]interview.Speaker(nil), t.Speakers...)
	if sound != nil && t.Timed {
		if err := captions.Match(&out, sound.Duration, sound.Speech); err != nil {
			return nil, err
		}
	}
	speech.AssignRoles(&out, people, roles)
	out.Coverage = cueCoverage(&out, sound)
	return &out, nil
}

// cueSlack is how far, in seconds, a cue may miss the speech it belongs to: meeting tools show cues a little late.
const cueSlack = 1.0

// holeSeconds is the shortest stretch of speech without a cue that is listed as a hole.
const holeSeconds = 3.0

// cueCoverage measures captions against the speech that was heard, or against themselves when there is no recording.
func cueCoverage(t *interview.Transcript, sound *interview.Sound) interview.Coverage {
	var cues []interview.Span
	own := 0.0
	for _, s := range t.Segments {
		if s.Unclear || s.End <= s.Start {
			continue
		}
		own += s.End - s.Start
		cues = append(cues, interview.Span{Start: s.Start - cueSlack, End: s.End + cueSlack})
	}
	if sound == nil || !t.Timed {
		return interview.Coverage{Speech: own, Transcribed: own}
	}
	slices.SortFunc(cues, func(a, b interview.Span) int { return cmp.Compare(a.Start, b.Start) })
	c := interview.Coverage{}
	lost := 0.0
	missed := func(s interview.Span) {
		if s.End <= s.Start {
			return
		}
		lost += s.Seconds()
		if s.Seconds() >= holeSeconds {
			c.Holes = append(c.Holes, s)
		}
	}
	for _, voiced := range sound.Speech {
		c.Speech += voiced.Seconds()
		at := voiced.Start
		for _, cue := range cues {
			if cue.End <= at || cue.Start >= voiced.End {
				continue
			}
			missed(interview.Span{Start: at, End: min(cue.Start, voiced.End)})
			at = max(at, min(cue.End, voiced.End))
		}
		missed(interview.Span{Start: at, End: voiced.End})
	}
	c.Transcribed = c.Speech - lost
	return c
}
