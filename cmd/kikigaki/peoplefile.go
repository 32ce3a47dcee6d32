package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"kikigaki/internal/interview"
)

type userImport struct {
	File string `arg:"" help:"CSV with a heading: email,name and, as wanted, department, roles (split by |), language."`
}

// Run adds people. A row fails alone and is named; those already there are left as they are.
func (c *userImport) Run(ctx context.Context, st *streams, s *Settings) error {
	f, err := openInput(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	heading, err := r.Read()
	if err != nil {
		return usageError{"the file has no heading: email,name,department,roles,language"}
	}
	column := map[string]int{}
	for i, name := range heading {
		column[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))] = i
	}
	if _, ok := column["email"]; !ok {
		return usageError{"the heading has no column email"}
	}
	if _, ok := column["name"]; !ok {
		return usageError{"the heading has no column name"}
	}
	db, err := openStore(ctx, s, true)
	if err != nil {
		return err
	}
	defer db.Close()
	added, known, failed := 0, 0, 0
	for line := 2; ; line++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = c.add(ctx, func(name string) string {
				if i, ok := column[name]; ok && i < len(row) {
					return strings.TrimSpace(row[i])
				}
				return ""
			}, db.PersonByEmail, func(ctx context.Context, p interview.Person) (interview.Person, error) { return addPerson(ctx, db, p) })
		}
		switch {
		case err == nil:
			added++
		case errors.Is(err, errKnown):
			known++
		default:
			failed++
			fmt.Fprintf(st.err, "line %d: %v\n", line, err)
		}
	}
	fmt.Fprintf(st.out, "%d added, %d already there, %d failed\n", added, known, failed)
	if failed > 0 {
		return fmt.Errorf("%d rows were not added", failed)
	}
	return nil
}

var errKnown = errors.New("already there")

func (c *userImport) add(ctx context.Context, field func(string) string, find func(context.Context, string) (interview.Person, error),
	add func(context.Context, interview.Person) (interview.Person, error)) error {
	if err := validEmail(field("email")); err != nil {
		return err
	}
	if field("name") == "" {
		return errors.New("the name is missing")
	}
	roles, err := parseRoleNames(strings.Split(field("roles"), "|"))
	if err != nil {
		return err
	}
	lang := field("language")
	if lang != "" && lang != "ja" && lang != "en" {
		return fmt.Errorf("the language %q is not ja or en", lang)
	}
	if _, err := find(ctx, field("email")); err == nil {
		return errKnown
	}
	_, err = add(ctx, interview.Person{Email: field("email"), Name: field("name"), Department: field("department"), Roles: roles, Language: lang})
	return err
}
