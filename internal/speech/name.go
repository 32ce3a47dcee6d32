package speech

import "kikigaki/internal/interview"

func byName(t *interview.Transcript, participants []Participant) {}
