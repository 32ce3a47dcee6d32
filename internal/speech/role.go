package speech

import (
	"kikigaki/internal/interview"
)

// RoleThreshold is the confidence below which a role is unknown: better no name than a wrong one.
const RoleThreshold = 0.85

// AssignRoles says of each speaker of a transcript who is the employee and who the interviewer, in this order of trust:
// a person's decision (roles, or one that already stands in t), the channel, the name in the captions, the text. What
// is already there with By "channel" or "person" is not touched by lesser sources. A role below RoleThreshold becomes
// unknown, with its confidence left to see. Swapping the labels of the speakers swaps the roles and nothing else.
func AssignRoles(t *interview.Transcript, participants []Participant, roles map[string]interview.Part) {
	for i := range t.Speakers {
		s := &t.Speakers[i]
		if part, ok := roles[s.Label]; ok {
			s.Role, s.Confidence, s.By = part, 1, "person"
		}
	}
	exclude(t) // what a person or a channel says of one voice of two holds for the other before any name does
	byName(t, participants)
	exclude(t)
	byText(t, participants)
	for i := range t.Speakers {
		s := &t.Speakers[i]
		if s.Role == "" || s.Confidence < RoleThreshold && s.By != "person" {
			s.Role = interview.PartUnknown
		}
	}
}

// settled reports whether a speaker's role was found already.
func settled(s interview.Speaker) bool {
	return s.By == "person" || s.By != "" && s.Role != "" && s.Role != interview.PartUnknown && s.Confidence >= RoleThreshold
}

// other is the opposite part of a talk between two.
func other(p interview.Part) interview.Part {
	if p == interview.PartEmployee {
		return interview.PartInterviewer
	}
	return interview.PartEmployee
}

// exclude gives the remaining voice of two the remaining part, with the confidence and source of the one that is known.
// What a person says of one voice also moves the other one away from the same part.
func exclude(t *interview.Transcript) {
	var voices []int
	for i, s := range t.Speakers {
		if s.Label != Nobody {
			voices = append(voices, i)
		}
	}
	if len(voices) != 2 || len(t.Speakers) != 2 {
		return
	}
	a, b := &t.Speakers[voices[0]], &t.Speakers[voices[1]]
	if settled(*b) && (!settled(*a) || b.By == "person" && a.By != "person") {
		a, b = b, a
	}
	overruled := a.By == "person" && b.By != "person" && a.Role == b.Role // two cannot both be the employee
	if !settled(*a) || settled(*b) && !overruled || a.Role != interview.PartEmployee && a.Role != interview.PartInterviewer {
		return
	}
	b.Role, b.Confidence, b.By = other(a.Role), a.Confidence*0.98, a.By
}

// doubtTurns lowers what is said of roles where the voices themselves were not told apart for certain: a label that
// holds a third of the other's words has no one role.
func doubtTurns(t *interview.Transcript, sound interview.Sound) {
	if sound.Certain || sound.Layout == interview.TwoChannel || len(sound.Turns) == 0 {
		return
	}
	for i := range t.Speakers {
		s := &t.Speakers[i]
		if s.By == "person" || s.By == "channel" {
			continue
		}
		s.Confidence *= 0.5 + 0.4*sound.Confidence
		if s.Confidence < RoleThreshold {
			s.Role = interview.PartUnknown
		}
	}
}
