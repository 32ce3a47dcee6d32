package store

import (
	"context"
	"encoding/json"
	"strings"

	"kikigaki/internal/interview"
)

// PersonFilter narrows a list of people; zero fields do not.
type PersonFilter struct {
	Role       interview.Role
	Department string
	Disabled   *bool
	Text       string // part of name, address or department, in any case
}

// PersonChange holds what is to change; nil fields stay.
type PersonChange struct {
	Email      *string
	Name       *string
	Department *string
	Roles      *[]interview.Role
	Language   *string
	Settings   json.RawMessage // how to be notified, a JSON object
}

const personColumns = `id, email, name, department, roles, language, disabled, created_at`

func scanPerson(s scanner) (p interview.Person, err error) {
	p.Roles = []interview.Role{}
	err = s.Scan(&p.ID, &p.Email, &p.Name, &p.Department, decoded{&p.Roles}, &p.Language, &p.Disabled, into(&p.CreatedAt))
	return p, err
}

// emailKey is what addresses are compared by.
func emailKey(email string) string { return strings.ToLower(strings.TrimSpace(clean(email))) }

func searchKey(p interview.Person) string {
	return strings.ToLower(p.Name + "\n" + p.Email + "\n" + p.Department)
}

// AddPerson stores an account; an empty ID, language or time is filled in. An address in use (in any case) is
// validation_failed, field email, code taken.
func (q *queries) AddPerson(ctx context.Context, p interview.Person) (interview.Person, error) {
	p.Email, p.Name, p.Department = strings.TrimSpace(clean(p.Email)), clean(p.Name), clean(p.Department)
	if p.Email == "" {
		return p, invalid("email", "required")
	}
	if p.ID == "" {
		p.ID = interview.NewID()
	}
	if p.Language == "" {
		p.Language = "ja"
	}
	if p.Roles == nil {
		p.Roles = []interview.Role{}
	}
	if p.CreatedAt.IsZero() {
		p.CreatedAt = interview.Now()
	}
	p.CreatedAt = utc(p.CreatedAt)
	n, err := q.exec(ctx, `INSERT INTO people (id, email, email_key, name, department, search, roles, language, disabled, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) ON CONFLICT (email_key) DO NOTHING`,
		p.ID, p.Email, emailKey(p.Email), p.Name, p.Department, searchKey(p), encoded{p.Roles}, p.Language, p.Disabled, p.CreatedAt)
	if err == nil && n == 0 {
		err = invalid("email", "taken")
	}
	return p, wrap("add person", err)
}

// Person returns an account; not_found.
func (q *queries) Person(ctx context.Context, id string) (interview.Person, error) {
	p, err := must(ctx, q.r, scanPerson, `SELECT `+personColumns+` FROM people WHERE id = $1`, id)
	return p, wrap("read person", err)
}

// PersonByEmail returns the account with that address in any case; not_found.
func (q *queries) PersonByEmail(ctx context.Context, email string) (interview.Person, error) {
	p, err := must(ctx, q.r, scanPerson, `SELECT `+personColumns+` FROM people WHERE email_key = $1`, emailKey(email))
	return p, wrap("read person by address", err)
}

// PersonByIdentity returns the account linked to an identity provider's subject; not_found.
func (q *queries) PersonByIdentity(ctx context.Context, issuer, subject string) (interview.Person, error) {
	p, err := must(ctx, q.r, scanPerson, `SELECT `+personColumns+` FROM people
		WHERE id = (SELECT person FROM identities WHERE issuer = $1 AND subject = $2)`, issuer, subject)
	return p, wrap("read person by identity", err)
}

// LinkIdentity ties an identity provider's subject to an account. A subject tied to another account is state_conflict.
func (q *queries) LinkIdentity(ctx context.Context, issuer, subject, person string) error {
	n, err := q.exec(ctx, `INSERT INTO identities (issuer, subject, person, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (issuer, subject) DO UPDATE SET person = excluded.person WHERE identities.person = excluded.person`,
		issuer, subject, person, interview.Now())
	if err == nil && n == 0 {
		err = interview.E("state_conflict", nil)
	}
	return wrap("link identity", err)
}

// PeopleByID returns the accounts with those ids, by id; unknown ids are left out. It serves names beside lists.
func (q *queries) PeopleByID(ctx context.Context, ids ...string) (map[string]interview.Person, error) {
	out := map[string]interview.Person{}
	seen := map[string]bool{}
	for len(ids) > 0 {
		var batch []string
		for len(ids) > 0 && len(batch) < 200 {
			if !seen[ids[0]] {
				seen[ids[0]] = true
				batch = append(batch, ids[0])
			}
			ids = ids[1:]
		}
		if len(batch) == 0 {
			break
		}
		var w where
		w.in("id", batch)
		people, err := all(ctx, q.r, scanPerson, `SELECT `+personColumns+` FROM people`+w.String(), w.args...)
		if err != nil {
			return nil, wrap("read people", err)
		}
		for _, p := range people {
			out[p.ID] = p
		}
	}
	return out, nil
}

// People lists accounts in the order of their addresses.
func (q *queries) People(ctx context.Context, f PersonFilter, page Page) ([]interview.Person, string, error) {
	key, err := page.after(1)
	if err != nil {
		return nil, "", err
	}
	var w where
	if f.Role != "" {
		w.add(`roles LIKE ?`, `%"`+likeLiteral(string(f.Role))+`"%`)
	}
	if f.Department != "" {
		w.add(`department = ?`, f.Department)
	}
	if f.Disabled != nil {
		w.add(`disabled = ?`, *f.Disabled)
	}
	if f.Text != "" {
		w.add(`search LIKE ? ESCAPE '\'`, "%"+likeLiteral(strings.ToLower(clean(f.Text)))+"%")
	}
	if key != nil {
		w.add(`email_key > ?`, key[0])
	}
	people, err := all(ctx, q.r, scanPerson, `SELECT `+personColumns+` FROM people`+w.String()+
		` ORDER BY email_key LIMIT `+w.arg(page.size()+1), w.args...)
	if err != nil {
		return nil, "", wrap("list people", err)
	}
	people, next := cutPage(people, page, func(p interview.Person) []string { return []string{emailKey(p.Email)} })
	return people, next, nil
}

// likeLiteral escapes what LIKE would read as a pattern.
func likeLiteral(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// CountPeople returns how many accounts there are, switched off ones included.
func (q *queries) CountPeople(ctx context.Context) (int, error) {
	n, err := must(ctx, q.r, value[int], `SELECT COUNT(*) FROM people`)
	return n, wrap("count people", err)
}

// UpdatePerson changes an account; not_found, or validation_failed when the new address is taken.
func (q *queries) UpdatePerson(ctx context.Context, id string, c PersonChange) (p interview.Person, err error) {
	err = q.begin(ctx, func(q *queries) error {
		if _, err := q.exec(ctx, `UPDATE people SET updated_at = $2 WHERE id = $1`, id, interview.Now()); err != nil { // locks the row
			return err
		}
		if p, err = q.Person(ctx, id); err != nil {
			return err
		}
		if c.Email != nil {
			p.Email = strings.TrimSpace(clean(*c.Email))
		}
		if c.Name != nil {
			p.Name = clean(*c.Name)
		}
		if c.Department != nil {
			p.Department = clean(*c.Department)
		}
		if c.Roles != nil {
			p.Roles = *c.Roles
		}
		if c.Language != nil {
			p.Language = *c.Language
		}
		if p.Email == "" {
			return invalid("email", "required")
		}
		other, found, err := one(ctx, q.r, value[string], `SELECT id FROM people WHERE email_key = $1`, emailKey(p.Email))
		if err != nil {
			return err
		}
		if found && other != id {
			return invalid("email", "taken")
		}
		if c.Settings != nil {
			if !json.Valid(c.Settings) {
				return invalid("settings", "invalid")
			}
			if _, err := q.exec(ctx, `UPDATE people SET settings = $2 WHERE id = $1`, id, string(c.Settings)); err != nil {
				return err
			}
		}
		_, err = q.exec(ctx, `UPDATE people SET email = $2, email_key = $3, name = $4, department = $5, search = $6, roles = $7, language = $8
			WHERE id = $1`, id, p.Email, emailKey(p.Email), p.Name, p.Department, searchKey(p), encoded{p.Roles}, p.Language)
		return err
	})
	return p, wrap("update person", err)
}

// Settings returns how a person wants to be notified, a JSON object; not_found.
func (q *queries) Settings(ctx context.Context, person string) (json.RawMessage, error) {
	s, err := must(ctx, q.r, value[string], `SELECT settings FROM people WHERE id = $1`, person)
	return json.RawMessage(s), wrap("read settings", err)
}

// DisablePerson switches an account off and ends its sessions, tokens and links in the same transaction.
func (q *queries) DisablePerson(ctx context.Context, id string) error {
	err := q.begin(ctx, func(q *queries) error {
		now := interview.Now()
		n, err := q.exec(ctx, `UPDATE people SET disabled = TRUE, updated_at = $2 WHERE id = $1`, id, now)
		if err == nil && n == 0 {
			err = interview.E("not_found", nil)
		}
		if err != nil {
			return err
		}
		if _, err := q.exec(ctx, `DELETE FROM sessions WHERE person = $1`, id); err != nil {
			return err
		}
		if _, err := q.exec(ctx, `DELETE FROM links WHERE person = $1`, id); err != nil {
			return err
		}
		_, err = q.exec(ctx, `UPDATE tokens SET revoked_at = $2 WHERE person = $1 AND revoked_at IS NULL`, id, now)
		return err
	})
	return wrap("disable person", err)
}

// EnablePerson switches an account on again; what DisablePerson ended stays ended.
func (q *queries) EnablePerson(ctx context.Context, id string) error {
	n, err := q.exec(ctx, `UPDATE people SET disabled = FALSE, updated_at = $2 WHERE id = $1`, id, interview.Now())
	if err == nil && n == 0 {
		err = interview.E("not_found", nil)
	}
	return wrap("enable person", err)
}
