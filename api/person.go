package api

import (
	"context"
	"strings"

	"kikigaki/internal/interview"
)

// Ref is a person as others see them.
type Ref struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Department string `json:"department,omitempty"`
}

func refOf(p interview.Person) Ref { return Ref{ID: p.ID, Name: p.Name, Department: p.Department} }

// nameOf is the person with that id as people read them; an account that is gone keeps its id.
func nameOf(people map[string]interview.Person, id string) Ref {
	if p, ok := people[id]; ok {
		return refOf(p)
	}
	return Ref{ID: id}
}

// findPerson resolves an id or an address to an account that is not switched off; not_found.
func (s *Server) findPerson(ctx context.Context, v string) (interview.Person, error) {
	var p interview.Person
	var err error
	if strings.Contains(v, "@") {
		p, err = s.Store.PersonByEmail(ctx, v)
	} else {
		p, err = s.Store.Person(ctx, v)
	}
	if err == nil && p.Disabled {
		err = interview.E("not_found", nil)
	}
	return p, err
}
