package api

import (
	"context"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// tokenPrefix lets scanners of code and logs recognise a lost token.
const tokenPrefix = "kk_"

func (s *Server) listTokens(ctx context.Context, in *tokensIn) (*Body[Page[Token]], error) {
	p := callOf(ctx).person
	of := p.ID
	if in.User != "" && in.User != p.ID {
		if err := interview.JudgeAccount(p, interview.ActOperate); err != nil {
			return nil, err
		}
		of = in.User
	}
	list, _, err := s.Store.Tokens(ctx, of, store.Page{Limit: 200})
	if err != nil {
		return nil, err
	}
	people, err := s.Store.PeopleByID(ctx, of)
	if err != nil {
		return nil, err
	}
	out := []Token{}
	for _, t := range list {
		if t.RevokedAt == nil {
			out = append(out, Token{ID: t.ID, Name: t.Name, Person: nameOf(people, t.Person), CreatedAt: t.CreatedAt, LastUsed: t.UsedAt})
		}
	}
	return &Body[Page[Token]]{pageOf(out, "")}, nil
}

// makeToken makes an access token for the caller. Its secret is in this answer and nowhere else.
func (s *Server) makeToken(ctx context.Context, in *tokenNewIn) (*Body[TokenMade], error) {
	c := callOf(ctx)
	list, _, err := s.Store.Tokens(ctx, c.person.ID, store.Page{Limit: 200})
	if err != nil {
		return nil, err
	}
	live := 0
	for _, t := range list {
		if t.RevokedAt == nil {
			live++
		}
	}
	if live >= maxTokens {
		return nil, interview.E("too_many", nil)
	}
	value, t, err := NewToken(ctx, s.Store, c.person.ID, cleanLine(in.Body.Name))
	if err != nil {
		return nil, err
	}
	return &Body[TokenMade]{TokenMade{Token{ID: t.ID, Name: t.Name, Person: refOf(c.person), CreatedAt: t.CreatedAt}, value}}, nil
}

// NewToken makes an access token of a person and returns its secret, which is stored as a digest only. kikigaki token
// create calls it too.
func NewToken(ctx context.Context, st *store.Store, person, name string) (string, store.Token, error) {
	value := tokenPrefix + secret()
	var t store.Token
	err := st.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if t, err = tx.AddToken(ctx, store.Token{Person: person, Name: name}, digest(value)); err != nil {
			return err
		}
		return tx.AddAudit(ctx, interview.AuditEvent{Actor: person, Action: "token_made", Object: t.ID})
	})
	return value, t, err
}

func (s *Server) revokeToken(ctx context.Context, in *OnToken) (*None, error) {
	c := callOf(ctx)
	owner := c.person.ID
	if c.person.Has(interview.RoleAdmin) {
		owner = "" // of others too
	}
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.RevokeToken(ctx, in.Token, owner); err != nil {
			return err
		}
		return tx.AddAudit(ctx, interview.AuditEvent{Actor: c.person.ID, Action: "token_revoked", Object: in.Token})
	})
	return nil, err
}
