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

// plainAddress reports whether an address is written in the letters mail servers agree on: others can be made to look like
// somebody else's.
func plainAddress(email string) bool {
	return !strings.ContainsFunc(email, func(r rune) bool { return r <= 0x20 || r >= 0x7f || r == '"' })
}

// people shows accounts to a caller. Interviewers look for somebody to talk with: they are shown who is there, not what
// anybody may do.
func people(c *call, list []interview.Person) []Account {
	if looksAfter(c.person) {
		return accounts(list)
	}
	out := []Account{}
	for _, p := range list {
		if p.Disabled {
			continue
		}
		a := accountOf(p)
		if p.ID != c.person.ID {
			a.Roles = []interview.Role{}
		}
		out = append(out, a)
	}
	return out
}

func looksAfter(p interview.Person) bool {
	return interview.JudgeAccount(p, interview.ActPeople) == nil
}

func (s *Server) listUsers(ctx context.Context, in *usersIn) (*Body[Page[Account]], error) {
	c := callOf(ctx)
	f := store.PersonFilter{Role: interview.Role(in.Role)}
	if in.Disabled != "" {
		off := in.Disabled == "true"
		f.Disabled = &off
	}
	if !looksAfter(c.person) {
		if in.Role != "" || in.Disabled == "true" {
			return nil, interview.E("forbidden", nil)
		}
		off := false
		f.Disabled = &off
	}
	list, next, err := s.Store.People(ctx, f, in.page())
	if err != nil {
		return nil, err
	}
	return &Body[Page[Account]]{pageOf(people(c, list), next)}, nil
}

func (s *Server) searchUsers(ctx context.Context, in *struct{ Body Search }) (*Body[Page[Account]], error) {
	off := false
	list, next, err := s.Store.People(ctx, store.PersonFilter{Text: in.Body.Text, Disabled: &off}, store.Page{Limit: in.Body.Limit, Cursor: in.Body.Cursor})
	if err != nil {
		return nil, err
	}
	return &Body[Page[Account]]{pageOf(people(callOf(ctx), list), next)}, nil
}

func (s *Server) getUser(ctx context.Context, in *OnUser) (*Tagged[Account], error) {
	p, err := s.Store.Person(ctx, in.User)
	if err != nil {
		return nil, err
	}
	shown := people(callOf(ctx), []interview.Person{p})
	if len(shown) == 0 {
		return nil, interview.E("not_found", nil)
	}
	v := userTag(p)
	v.Body = shown[0]
	return v, nil
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
		if of == c.person.ID && !slices.Contains(roles, interview.RoleAdmin) {
			return interview.E("forbidden", nil) // an operator does not lock everybody out; another one can do it
		}
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
	if a, err := netmail.ParseAddress(b.Email); err != nil || a.Address != strings.TrimSpace(b.Email) || !plainAddress(a.Address) {
		return nil, invalid("email", "pattern")
	}
	b.Name, b.Department = cleanLine(b.Name), cleanLine(b.Department)
	if b.Name == "" {
		return nil, invalid("name", "required")
	}
	if err := mayGive(c, b.Roles, nil, ""); err != nil {
		return nil, err
	}
	p := interview.Person{Email: b.Email, Name: b.Name, Department: b.Department, Roles: b.Roles, Language: b.Language}
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
	for name, v := range map[string]*string{"name": b.Name, "department": b.Department} {
		if v == nil {
			continue
		}
		if *v = cleanLine(*v); *v == "" && name == "name" {
			return nil, invalid(name, "required")
		}
	}
	// hr looks after people, not after operators.
	if p.Has(interview.RoleAdmin) && !c.person.Has(interview.RoleAdmin) {
		return nil, interview.E("forbidden", nil)
	}
	if b.Disabled != nil && *b.Disabled && p.ID == c.person.ID {
		return nil, interview.E("forbidden", nil) // nobody locks themselves out
	}
	was := p.Disabled // not p's: a transaction that is run again would find what its first run has set
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
		if b.Disabled == nil || *b.Disabled == was {
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
