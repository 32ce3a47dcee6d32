package api

import (
	"kikigaki/internal/interview"
)

// Ref is a person as others see them.
type Ref struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Department string `json:"department,omitempty"`
}

func refOf(p interview.Person) Ref { return Ref{ID: p.ID, Name: p.Name, Department: p.Department} }
