package speech

import (
	"slices"

	"kikigaki/internal/interview"
)

const (
	// minCues is how many sentences must say something about their voice before words may overrule the sound's own
	// order of its readings (ears.md §8: with 2.7 cues a file the words did harm).
	minCues = 8
	// betterBy is by how much of the cues another reading must agree better.
	betterBy = 0.1
)

// ChooseStart lets the words choose among the readings of who spoke when (sound.Starts), where the sound alone was not
// certain and at least eight sentences say something about who said them: a question, a wish, an address by name. It
// returns the sound with the chosen turns, and whether it changed them. Confidence stays what the sound gave: words
// pick among readings, they do not make one certain.
func ChooseStart(sound interview.Sound, cuts []interview.Cut, answers map[string]interview.Answer, language string, participants []Participant) (interview.Sound, bool) {
	if sound.Certain || sound.Layout == interview.TwoChannel || len(sound.Starts) < 2 || len(sound.Turns) == 0 {
		return sound, false
	}
	list, err := readCues(cueFile, language, participants)
	if err != nil || len(list.cues) == 0 {
		return sound, false
	}
	seen := map[said]float64{} // most sentences are the same in every reading
	agree := func(turns []interview.Turn) (share float64, cues int) {
		s := sound
		s.Turns = turns
		a, err := layAll(AssembleInput{Sound: s, Cuts: cuts, Answers: answers, Language: language})
		if err != nil {
			return 0, 0
		}
		return list.agreement(sentencesOf(&interview.Transcript{Segments: a.segments()}), labelsOf(turns), seen)
	}
	now, cues := agree(sound.Turns)
	if cues < minCues {
		return sound, false
	}
	best, chosen := now+betterBy, []interview.Turn(nil)
	for _, start := range sound.Starts {
		if len(labelsOf(start)) != len(labelsOf(sound.Turns)) || slices.Equal(start, sound.Turns) {
			continue
		}
		if share, n := agree(start); n >= minCues && share > best {
			best, chosen = share, start
		}
	}
	if chosen == nil {
		return sound, false
	}
	sound.Turns = chosen
	return sound, true
}

// agreement is the share of cues that fit the better of the two ways of giving the roles to two voices.
// seen keeps what sentences said.
func (l *cueList) agreement(sentences []said, labels []string, seen map[said]float64) (share float64, cues int) {
	if len(labels) != 2 {
		return 0, 0
	}
	fits := 0
	for _, s := range sentences {
		key := said{text: s.text, at: place(s.at)}
		v, ok := seen[key]
		if !ok {
			v = l.cueValue(key)
			seen[key] = v
		}
		if v == 0 || !slices.Contains(labels, s.voice) {
			continue
		}
		cues++
		if v > 0 == (s.voice == labels[0]) {
			fits++
		}
	}
	if cues == 0 {
		return 0, 0
	}
	return float64(max(fits, cues-fits)) / float64(cues), cues
}

// place is the part of the talk that signs ask for: its opening, its middle, its closing.
func place(at float64) float64 {
	switch {
	case at <= opening:
		return 0
	case at >= closing:
		return 1
	}
	return 0.5
}
