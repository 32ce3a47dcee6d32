package speech

import "kikigaki/internal/interview"

func byText(t *interview.Transcript, participants []Participant) {}
