package speech

import "kikigaki/internal/interview"

// ChooseStart lets the words choose among the readings of the voices, where the sound alone was not certain and there
// are enough cues. It returns the sound with the chosen turns, and whether it changed them.
func ChooseStart(sound interview.Sound, cuts []interview.Cut, answers map[string]interview.Answer, language string, participants []Participant) (interview.Sound, bool) {
	return sound, false
}
