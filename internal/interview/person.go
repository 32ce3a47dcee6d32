package interview

import "time"

// Role is what an account may do beyond being an employee; roles combine.
type Role string

const (
	RoleInterviewer Role = "interviewer"
	RoleHR          Role = "hr"
	RoleAdmin       Role = "admin" // the operator: settings and counts, no content
)

// Person is an account. Everyone is an employee; Roles adds to that.
type Person struct {
	ID         string    `json:"id"`
	Email      string    `json:"email"`
	Name       string    `json:"name"`
	Department string    `json:"department,omitempty"`
	Roles      []Role    `json:"roles"`
	Language   string    `json:"language"` // "ja" or "en": interface and mails
	Disabled   bool      `json:"disabled"`
	CreatedAt  time.Time `json:"created_at"`
}

// Has reports whether the account holds the role and is not switched off.
func (p Person) Has(r Role) bool {
	if p.Disabled {
		return false
	}
	for _, x := range p.Roles {
		if x == r {
			return true
		}
	}
	return false
}

// Part is a person's part in one talk.
type Part string

const (
	PartEmployee    Part = "employee"
	PartInterviewer Part = "interviewer"
	PartBoth        Part = "both" // of a statement: the two agree
	PartOther       Part = "other"
	PartUnknown     Part = "unknown" // a legal answer: better than a wrong name
)
