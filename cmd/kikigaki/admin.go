package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"kikigaki/api"
	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

type migrateCommand struct {
	Up     migrateUp     `cmd:"" help:"Bring the schema up to this version."`
	Status migrateStatus `cmd:"" default:"1" help:"Show where the schema stands."`
}

type migrateUp struct{}

// Run migrates.
func (migrateUp) Run(ctx context.Context, st *streams, s *Settings) error {
	db, err := openStore(ctx, s, true)
	if err != nil {
		return err
	}
	defer db.Close()
	return tellSchema(ctx, st, db)
}

type migrateStatus struct{}

// Run tells where the schema stands; it fails when something is left to do.
func (migrateStatus) Run(ctx context.Context, st *streams, s *Settings) error {
	if err := makeDataDir(s); s.DatabaseURL == "" && err != nil {
		return err
	}
	url := s.DatabaseURL
	if url == "" {
		url = "sqlite://" + filepath.Join(s.DataDir, databaseFile)
	}
	db, err := store.Open(ctx, url, store.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	return tellSchema(ctx, st, db)
}

func tellSchema(ctx context.Context, st *streams, db *store.Store) error {
	have, want, err := db.Schema(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(st.out, "schema %d of %d\n", have, want)
	switch {
	case have < want:
		return errors.New("the schema is older than this version: run `kikigaki migrate up`")
	case have > want:
		return errors.New("the schema is newer than this version: run the newer kikigaki")
	}
	return nil
}

// makeDataDir makes the data folder of an embedded database.
func makeDataDir(s *Settings) error {
	var err error
	if s.DataDir, err = filepath.Abs(s.DataDir); err != nil {
		return err
	}
	if err := os.MkdirAll(s.DataDir, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	return nil
}

type tokenCommand struct {
	Create tokenCreate `cmd:"" help:"Create an access token; prints the token alone."`
	Revoke tokenRevoke `cmd:"" help:"Revoke an access token by its id, or all of a person's."`
}

type tokenCreate struct {
	User string `required:"" help:"Address or id of the person it acts as."`
	Name string `help:"What it is for."`
}

// Run creates a token.
func (c *tokenCreate) Run(ctx context.Context, st *streams, s *Settings) error {
	db, err := openStore(ctx, s, true)
	if err != nil {
		return err
	}
	defer db.Close()
	person, err := findPerson(ctx, db, c.User)
	if err != nil {
		return err
	}
	secret, _, err := api.NewToken(ctx, db, person.ID, api.CleanName(c.Name))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(st.out, secret)
	return err
}

type tokenRevoke struct {
	ID   string `arg:"" optional:"" help:"Id of the token."`
	User string `help:"Revoke all tokens of this person (address or id)."`
}

// Run revokes.
func (c *tokenRevoke) Run(ctx context.Context, st *streams, s *Settings) error {
	if (c.ID == "") == (c.User == "") {
		return usageError{"give the id of a token, or --user"}
	}
	db, err := openStore(ctx, s, false)
	if err != nil {
		return err
	}
	defer db.Close()
	if c.ID != "" {
		return found(revokeToken(ctx, db, c.ID, ""), "there is no token with that id")
	}
	person, err := findPerson(ctx, db, c.User)
	if err != nil {
		return err
	}
	n := 0
	for page := (store.Page{Limit: 200}); ; {
		tokens, next, err := db.Tokens(ctx, person.ID, page)
		if err != nil {
			return err
		}
		for _, t := range tokens {
			if t.RevokedAt != nil {
				continue
			}
			if err := revokeToken(ctx, db, t.ID, person.ID); err != nil {
				return err
			}
			n++
		}
		if next == "" {
			break
		}
		page.Cursor = next
	}
	_, err = fmt.Fprintf(st.out, "%d revoked\n", n)
	return err
}

// revokeToken ends a token and writes that down: what is done at the server's keyboard stands in the log too.
func revokeToken(ctx context.Context, db *store.Store, id, person string) error {
	return db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.RevokeToken(ctx, id, person); err != nil {
			return err
		}
		return tx.AddAudit(ctx, interview.AuditEvent{Actor: "system", Action: "token_revoked", Object: id, Reason: "command_line"})
	})
}

// found says what is not there in place of the text about interviews.
func found(err error, text string) error {
	if interview.Code(err) == "not_found" {
		return errors.New(text)
	}
	return err
}

type auditCommand struct {
	Verify auditVerify `cmd:"" help:"Walk the chain of the log and tell whether it is whole."`
}

type auditVerify struct{}

// Run verifies; a broken chain fails.
func (auditVerify) Run(ctx context.Context, st *streams, s *Settings) error {
	db, err := openStore(ctx, s, false)
	if err != nil {
		return err
	}
	defer db.Close()
	r, err := db.VerifyAudit(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(st.out, "%d events linked, %d waiting to be linked\n", r.Linked, r.Unlinked)
	if !r.Whole {
		return fmt.Errorf("the chain is not whole: %s at event %d", r.Problem, r.BrokenAt)
	}
	return nil
}
