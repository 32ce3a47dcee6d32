package interview

import "time"

// Succession is who may see what was made before an interview passed to another interviewer. The employee agreed to one
// person hearing and reading it; a handover alone opens nothing to the next.
type Succession struct {
	// Held is the interviewer with whom what is there was made, once the interview was handed over; "" before.
	Held     string    `json:"held,omitempty"`
	Released []Release `json:"released,omitempty"`
}

// Release is the employee's leave for one person to see an earlier record.
type Release struct {
	Person    string    `json:"person"`
	Sensitive bool      `json:"sensitive"` // sensitive statements, recording and transcript too; never by default
	At        time.Time `json:"at"`
}

// For returns the release for a person, nil when there is none.
func (s *Succession) For(person string) *Release {
	if s == nil {
		return nil
	}
	for i := range s.Released {
		if s.Released[i].Person == person {
			return &s.Released[i]
		}
	}
	return nil
}

// HeldBy is the interviewer who held the talk: the one a record names, whoever looks after it now.
func (t Talk) HeldBy() string {
	if t.Succession != nil && t.Succession.Held != "" {
		return t.Succession.Held
	}
	return t.Interviewer
}

// closedTo reports what of an interview stays shut to a person who did not hold it: everything that was made of the talk,
// or only what is sensitive.
func (t Talk) closedTo(person string) (closed, guarded bool) {
	r := t.Succession.For(person)
	switch {
	case person == t.HeldBy():
		return false, false
	case r == nil:
		return true, true
	}
	return false, !r.Sensitive
}

// contentActions reach what was made of a talk: shut to a new interviewer until the employee releases it.
var contentActions = map[Action]bool{ActReadSheet: true, ActHear: true, ActOffRecord: true, ActCorrect: true, ActReadDraft: true, ActReadRecord: true,
	ActEdit: true, ActComment: true, ActRelease: true, ActRedraft: true, ActRevise: true, ActDraftReply: true, ActHandBack: true, ActExport: true, ActSeeActions: true,
	ActWriteByHand: true}

// soundActions reach the words themselves, sensitive ones among them: shut also to those who were released the record
// without what is sensitive.
var soundActions = map[Action]bool{ActReadSheet: true, ActHear: true, ActOffRecord: true, ActCorrect: true}
