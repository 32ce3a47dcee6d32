package api

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"kikigaki/internal/interview"
)

const (
	flowCookie = "kikigaki_flow" // what a sign-in under way must come back with
	flowLife   = 10 * time.Minute
)

// provider is the identity provider, asked for its addresses on first use and again after a failure, so that a provider
// that is away at start is a provider that is away.
type provider struct {
	set  OIDC
	mu   sync.Mutex
	auth *oidc.Provider
}

func newProvider(s Settings) *provider { return &provider{set: s.OIDC} }

func (p *provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.auth != nil {
		return p.auth, nil
	}
	// The provider keeps this context for fetching keys later, so it must outlive the request.
	ctx = oidc.ClientContext(context.WithoutCancel(ctx), &http.Client{Timeout: 10 * time.Second})
	auth, err := oidc.NewProvider(ctx, p.set.Issuer)
	if err != nil {
		return nil, interview.E("sign_in_unavailable", fmt.Errorf("discover identity provider (%T)", err))
	}
	p.auth = auth
	return auth, nil
}

func (p *provider) client(auth *oidc.Provider, base string) *oauth2.Config {
	return &oauth2.Config{ClientID: p.set.ClientID, ClientSecret: p.set.ClientSecret, Endpoint: auth.Endpoint(),
		RedirectURL: base + "/auth/oidc/callback", Scopes: []string{oidc.ScopeOpenID, "email", "profile"}}
}

// flow is kept in a signed cookie between leaving for the provider and coming back.
type flow struct {
	State    string    `json:"s"`
	Nonce    string    `json:"n"`
	Verifier string    `json:"v"`
	Next     string    `json:"x"`
	Until    time.Time `json:"u"`
}

// startOIDC leaves for the identity provider with state, nonce and a PKCE challenge.
func (s *Server) startOIDC(w http.ResponseWriter, r *http.Request) error {
	if s.Auth != "oidc" {
		return interview.E("not_found", nil)
	}
	auth, err := s.oidc.discover(r.Context())
	if err != nil {
		return err
	}
	f := flow{State: secret(), Nonce: secret(), Verifier: oauth2.GenerateVerifier(), Next: localPath(r.URL.Query().Get("next")), Until: interview.Now().Add(flowLife)}
	c := callOf(r.Context())
	http.SetCookie(w, &http.Cookie{Name: flowCookie, Value: s.seal(f), Path: "/auth/oidc", HttpOnly: true, Secure: s.secure(c),
		SameSite: http.SameSiteLaxMode, MaxAge: int(flowLife / time.Second)})
	http.Redirect(w, r, s.oidc.client(auth, s.address(c)).AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), http.StatusSeeOther)
	return nil
}

// finishOIDC takes the code, and trusts the identity only after issuer, audience, signature, time, nonce and state hold.
func (s *Server) finishOIDC(w http.ResponseWriter, r *http.Request) error {
	if s.Auth != "oidc" {
		return interview.E("not_found", nil)
	}
	refused := func(why string) error { return interview.E("sign_in_failed", errors.New(why)) }
	cookie, err := r.Cookie(flowCookie)
	if err != nil {
		return refused("no sign-in is under way in this browser")
	}
	c := callOf(r.Context())
	http.SetCookie(w, &http.Cookie{Name: flowCookie, Path: "/auth/oidc", HttpOnly: true, Secure: s.secure(c), SameSite: http.SameSiteLaxMode, MaxAge: -1})
	f, ok := s.unseal(cookie.Value)
	q := r.URL.Query()
	switch {
	case !ok || interview.Now().After(f.Until):
		return refused("the sign-in took too long or its cookie was changed")
	case !hmac.Equal([]byte(q.Get("state")), []byte(f.State)):
		return refused("state differs")
	case q.Get("error") != "" || q.Get("code") == "":
		return refused("the provider gave no code")
	}
	auth, err := s.oidc.discover(r.Context())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), 15*time.Second)
	defer cancel()
	token, err := s.oidc.client(auth, s.address(c)).Exchange(ctx, q.Get("code"), oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return refused(fmt.Sprintf("code was not exchanged (%T)", err)) // the cause may quote the provider's body
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := auth.Verifier(&oidc.Config{ClientID: s.oidc.set.ClientID}).Verify(ctx, raw)
	if err != nil {
		return refused("id token does not verify")
	}
	if !hmac.Equal([]byte(id.Nonce), []byte(f.Nonce)) {
		return refused("nonce differs")
	}
	var claims struct {
		Email    string `json:"email"`
		Verified bool   `json:"email_verified"`
	}
	if err := id.Claims(&claims); err != nil {
		return refused("claims cannot be read")
	}
	p, err := s.known(ctx, id.Issuer, id.Subject, claims.Email, claims.Verified)
	if err != nil {
		return err
	}
	if err := s.startSession(w, r, p, "oidc"); err != nil {
		return err
	}
	http.Redirect(w, r, f.Next, http.StatusSeeOther)
	return nil
}

// known finds the account of an identity: by issuer and subject, and only the first time by an address that the
// provider has verified. An address can pass to somebody else, a subject cannot.
func (s *Server) known(ctx context.Context, issuer, subject, email string, verified bool) (interview.Person, error) {
	p, err := s.Store.PersonByIdentity(ctx, issuer, subject)
	if interview.Code(err) == "not_found" && verified && email != "" {
		if d := s.OIDC.Domain; d != "" && !strings.HasSuffix(strings.ToLower(email), "@"+strings.ToLower(d)) {
			return p, interview.E("account_unknown", nil)
		}
		if p, err = s.Store.PersonByEmail(ctx, email); err == nil && !p.Disabled {
			taken, e := s.Store.HasIdentity(ctx, issuer, p.ID)
			switch {
			case e != nil:
				return p, e
			case taken:
				return interview.Person{}, interview.E("account_unknown", nil) // the address has passed to somebody else
			}
			err = s.Store.LinkIdentity(ctx, issuer, subject, p.ID)
		}
	}
	if interview.Code(err) == "not_found" || err == nil && p.Disabled {
		return p, interview.E("account_unknown", nil)
	}
	return p, err
}

func (s *Server) seal(f flow) string {
	b, err := json.Marshal(f)
	if err != nil {
		return "" // strings and a time always encode
	}
	return base64.RawURLEncoding.EncodeToString(append(s.mac(b), b...))
}

func (s *Server) unseal(v string) (flow, bool) {
	var f flow
	b, err := base64.RawURLEncoding.DecodeString(v)
	if err != nil || len(b) < sha256.Size || !hmac.Equal(b[:sha256.Size], s.mac(b[sha256.Size:])) {
		return f, false
	}
	return f, json.Unmarshal(b[sha256.Size:], &f) == nil
}

func (s *Server) mac(b []byte) []byte {
	m := hmac.New(sha256.New, append([]byte("oidc-flow:"), s.SecretKey...))
	m.Write(b)
	return m.Sum(nil)
}
