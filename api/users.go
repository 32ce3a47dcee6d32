package api

import (
	"context"
	netmail "net/mail"
	"slices"
	"strings"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func accountOf(p interview.Person) Account {
	return Account{ID: p.ID, Email: p.Email, Name: p.Name, Department: p.Department, Roles: p.Roles, Language: p.Language, Disabled: p.Disabled, CreatedAt: p.CreatedAt}
}

func accounts(people []interview.Person) []Account {
	out := []Account{}
	for _, p := range people {
		out = append(out, accountOf(p))
	}
	return out
}

func (s *Server) listUsers(ctx context.Context, in *usersIn) (*Body[Page[Account]], error) {
	f := store.PersonFilter{Role: interview.Role(in.Role)}
	if in.Disabled != "" {
		off := in.Disabled == "true"
		f.Disabled = &off
	}
	people, next, err := s.Store.People(ctx, f, in.page())
	if err != nil {
		return nil, err
	}
	return &Body[Page[Account]]{pageOf(accounts(people), next)}, nil
}

func (s *Server) searchUsers(ctx context.Context, in *struct{ Body Search }) (*Body[Page[Account]], error) {
	off := false
	people, next, err := s.Store.People(ctx, store.PersonFilter{Text: in.Body.Text, Disabled: &off}, store.Page{Limit: in.Body.Limit, Cursor: in.Body.Cursor})
	if err != nil {
		return nil, err
	}
	return &Body[Page[Account]]{pageOf(accounts(people), next)}, nil
}

func (s *Server) getUser(ctx context.Context, in *OnUser) (*Tagged[Account], error) {
	p, err := s.Store.Person(ctx, in.User)
	if err != nil {
		return nil, err
	}
	return userTag(p), nil
}

// userTag is an account with a tag over what it shows: people have no version of their own.
func userTag(p interview.Person) *Tagged[Account] {
	text := p.Name + "\x00" + p.Department + "\x00" + p.Email
	for _, r := range p.Roles {
		text += "\x00" + string(r)
	}
	if p.Disabled {
		text += "\x00off"
	}
	return &Tagged[Account]{`"` + digest(text)[:16] + `"`, accountOf(p)}
}

// mayGive refuses roles that the caller may not hand out: hr makes nobody an operator, and nobody changes their own.
func mayGive(c *call, roles []interview.Role, old []interview.Role, of string) error {
	seen := map[interview.Role]bool{}
	for _, r := range roles {
		if seen[r] {
			return invalid("roles", "duplicate")
		}
		seen[r] = true
	}
	if c.person.Has(interview.RoleAdmin) {
		return nil
	}
	if slices.Contains(roles, interview.RoleAdmin) != slices.Contains(old, interview.RoleAdmin) {
		return interview.E("forbidden", nil)
	}
	if of == c.person.ID && !slices.Equal(roles, old) {
		return interview.E("forbidden", nil)
	}
	return nil
}

func (s *Server) makeUser(ctx context.Context, in *struct{ Body UserNew }) (*Tagged[Account], error) {
	c := callOf(ctx)
	b := in.Body
	if a, err := netmail.ParseAddress(b.Email); err != nil || a.Address != strings.TrimSpace(b.Email) {
		return nil, invalid("email", "pattern")
	}
	if err := mayGive(c, b.Roles, nil, ""); err != nil {
		return nil, err
	}
	p := interview.Person{Email: b.Email, Name: strings.TrimSpace(b.Name), Department: strings.TrimSpace(b.Department), Roles: b.Roles, Language: b.Language}
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if p, err = tx.AddPerson(ctx, p); err != nil {
			return err
		}
		return audit(ctx, tx, "person_added", p.ID, roleText(p.Roles))
	})
	if err != nil {
		return nil, err
	}
	return userTag(p), nil
}

func roleText(roles []interview.Role) string {
	var out []string
	for _, r := range roles {
		out = append(out, string(r))
	}
	return strings.Join(out, "+")
}

// changeUser changes an account. Switching one off ends its sessions, tokens and links in the same moment.
func (s *Server) changeUser(ctx context.Context, in *userChangeIn) (*Tagged[Account], error) {
	c := callOf(ctx)
	p, err := s.Store.Person(ctx, in.User)
	if err != nil {
		return nil, err
	}
	if m := in.IfMatch.IfMatch; m != "" && m != "*" && m != userTag(p).ETag {
		return nil, interview.E("precondition_failed", nil)
	}
	b := in.Body
	if b.Roles != nil {
		if err := mayGive(c, *b.Roles, p.Roles, p.ID); err != nil {
			return nil, err
		}
	}
	// hr looks after people, not after operators.
	if p.Has(interview.RoleAdmin) && !c.person.Has(interview.RoleAdmin) {
		return nil, interview.E("forbidden", nil)
	}
	if b.Disabled != nil && *b.Disabled && p.ID == c.person.ID {
		return nil, interview.E("forbidden", nil) // nobody locks themselves out
	}
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if b.Name != nil || b.Department != nil || b.Roles != nil {
			if p, err = tx.UpdatePerson(ctx, p.ID, store.PersonChange{Name: b.Name, Department: b.Department, Roles: b.Roles}); err != nil {
				return err
			}
			if err := audit(ctx, tx, "person_changed", p.ID, roleText(p.Roles)); err != nil {
				return err
			}
		}
		if b.Disabled == nil || *b.Disabled == p.Disabled {
			return nil
		}
		change, action := tx.EnablePerson, "person_enabled"
		if *b.Disabled {
			change, action = tx.DisablePerson, "person_disabled"
		}
		if err := change(ctx, p.ID); err != nil {
			return err
		}
		p.Disabled = *b.Disabled
		return audit(ctx, tx, action, p.ID, "")
	})
	if err != nil {
		return nil, err
	}
	return userTag(p), nil
}
