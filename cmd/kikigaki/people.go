package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"text/tabwriter"
	"time"

	"kikigaki/api"
	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

type userCommand struct {
	Add    userAdd    `cmd:"" help:"Add a person; prints the id, and a one-time sign-in link on standard error."`
	List   userList   `cmd:"" help:"List people."`
	Role   userRole   `cmd:"" help:"Set a person's roles."`
	Import userImport `cmd:"" help:"Add people from a CSV file: email,name,department,roles,language."`
}

// openStore opens the database of an installation for a command that needs nothing else. It does not take the data folder
// for itself, so it works beside a running server.
func openStore(ctx context.Context, s *Settings, migrate bool) (*store.Store, error) {
	p := &parts{settings: s}
	if s.DatabaseURL == "" {
		if err := makeDataDir(s); err != nil {
			return nil, err
		}
	}
	if err := p.openStore(ctx, migrate); err != nil {
		p.close()
		return nil, err
	}
	return p.store, nil
}

type userAdd struct {
	Email      string   `required:"" help:"Address."`
	Name       string   `required:"" help:"Family and given name."`
	Role       []string `help:"interviewer, hr, admin."`
	Department string   `help:"Department."`
	Language   string   `help:"ja or en." enum:"ja,en" default:"ja"`
	BaseURL    string   `name:"url" help:"Address of the server in the link; default: the base URL of the settings."`
}

// Run adds one person.
func (c *userAdd) Run(ctx context.Context, st *streams, s *Settings) error {
	roles, err := parseRoleNames(c.Role)
	if err != nil {
		return err
	}
	if err := validEmail(c.Email); err != nil {
		return err
	}
	db, err := openStore(ctx, s, true)
	if err != nil {
		return err
	}
	defer db.Close()
	person, err := addPerson(ctx, db, interview.Person{Email: c.Email, Name: c.Name, Department: c.Department, Roles: roles, Language: c.Language})
	if err != nil {
		return err
	}
	base := c.BaseURL
	if base == "" {
		base = s.BaseURL
	}
	if base == "" {
		base = "http://" + s.Addr
	}
	link, err := api.InviteLink(ctx, db, base, person, time.Duration(s.InviteTTL))
	if err != nil {
		return err
	}
	fmt.Fprintln(st.out, person.ID)
	fmt.Fprintf(st.err, "Sign-in link, works once until %s:\n%s\n", interview.Now().Add(time.Duration(s.InviteTTL)).Local().Format("2006-01-02 15:04"), link)
	return nil
}

// addPerson stores an account as the API would, and writes that down: what is done at the server's keyboard stands in the
// log too.
func addPerson(ctx context.Context, db *store.Store, p interview.Person) (interview.Person, error) {
	if p.Name, p.Department = api.CleanName(p.Name), api.CleanName(p.Department); p.Name == "" {
		return p, usageError{"the name is missing"}
	}
	err := db.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if p, err = tx.AddPerson(ctx, p); err != nil {
			return err
		}
		return tx.AddAudit(ctx, interview.AuditEvent{Actor: "system", Action: "person_added", Object: p.ID, Reason: strings.ReplaceAll(roleNames(p.Roles), ",", "+")})
	})
	if e, ok := errors.AsType[*interview.Error](err); ok && len(e.Fields) == 1 && e.Fields[0].Code == "taken" {
		return p, errors.New("somebody with that address is already there")
	}
	return p, err
}

type userList struct {
	JSON bool `name:"json" help:"As JSON."`
}

// Run lists people.
func (c *userList) Run(ctx context.Context, st *streams, s *Settings) error {
	db, err := openStore(ctx, s, false)
	if err != nil {
		return err
	}
	defer db.Close()
	enc, table := json.NewEncoder(st.out), tabwriter.NewWriter(st.out, 0, 4, 2, ' ', 0)
	if !c.JSON {
		fmt.Fprintln(table, "ID\tEMAIL\tNAME\tDEPARTMENT\tROLES\tSTATE")
	}
	for page := (store.Page{Limit: 200}); ; {
		people, next, err := db.People(ctx, store.PersonFilter{}, page)
		if err != nil {
			return err
		}
		for _, p := range people {
			if c.JSON {
				if err := enc.Encode(p); err != nil {
					return err
				}
				continue
			}
			state := "active"
			if p.Disabled {
				state = "off"
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", p.ID, p.Email, p.Name, p.Department, roleNames(p.Roles), state)
		}
		if next == "" {
			return table.Flush()
		}
		page.Cursor = next
	}
}

type userRole struct {
	Email string   `arg:"" help:"Address or id."`
	Roles []string `arg:"" optional:"" help:"interviewer, hr, admin; none takes all away."`
}

// Run sets roles.
func (c *userRole) Run(ctx context.Context, st *streams, s *Settings) error {
	roles, err := parseRoleNames(c.Roles)
	if err != nil {
		return err
	}
	db, err := openStore(ctx, s, false)
	if err != nil {
		return err
	}
	defer db.Close()
	person, err := findPerson(ctx, db, c.Email)
	if err != nil {
		return err
	}
	err = db.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if person, err = tx.UpdatePerson(ctx, person.ID, store.PersonChange{Roles: &roles}); err != nil {
			return err
		}
		return tx.AddAudit(ctx, interview.AuditEvent{Actor: "system", Action: "person_changed", Object: person.ID, Reason: strings.ReplaceAll(roleNames(person.Roles), ",", "+")})
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(st.out, person.ID, roleNames(person.Roles))
	return err
}

// findPerson looks a person up by address or id.
func findPerson(ctx context.Context, db *store.Store, who string) (interview.Person, error) {
	find := db.PersonByEmail
	if interview.ValidID(who) {
		find = db.Person
	}
	p, err := find(ctx, who)
	if interview.Code(err) == "not_found" {
		return p, interview.E("unknown_employee", nil)
	}
	return p, err
}

func parseRoleNames(names []string) ([]interview.Role, error) {
	out := []interview.Role{}
	for _, list := range names {
		for _, n := range strings.Split(list, ",") {
			switch r := interview.Role(strings.TrimSpace(n)); r {
			case interview.RoleInterviewer, interview.RoleHR, interview.RoleAdmin:
				out = append(out, r)
			case "", "employee":
			default:
				return nil, usageError{fmt.Sprintf("there is no role %q: interviewer, hr, admin", n)}
			}
		}
	}
	return out, nil
}

func roleNames(roles []interview.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return strings.Join(names, ",")
}

func validEmail(s string) error {
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
		return usageError{fmt.Sprintf("%q is not an address", s)}
	}
	return nil
}
