package api

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// identityProvider is a small OpenID provider: discovery, keys, token. It checks the PKCE verifier as a real one does.
type identityProvider struct {
	*httptest.Server
	t         testing.TB
	key       *rsa.PrivateKey
	challenge string
	claims    map[string]any // of the next id token
}

func newIdentityProvider(t testing.TB) *identityProvider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	check(t, err)
	p := &identityProvider{t: t, key: key}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "k1", "n": b64(key.N.Bytes()), "e": b64(big.NewInt(int64(key.E)).Bytes())}}})
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if r.FormValue("code") != "the-code" || b64(sum[:]) != p.challenge {
			w.WriteHeader(http.StatusBadRequest)
			answer(w, map[string]any{"error": "invalid_grant"})
			return
		}
		answer(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": p.token()})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (p *identityProvider) token() string {
	head, err := json.Marshal(map[string]string{"alg": "RS256", "kid": "k1", "typ": "JWT"})
	check(p.t, err)
	body, err := json.Marshal(p.claims)
	check(p.t, err)
	signed := b64(head) + "." + b64(body)
	sum := sha256.Sum256([]byte(signed))
	sig, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:])
	check(p.t, err)
	return signed + "." + b64(sig)
}

func TestOIDC(t *testing.T) {
	t.Parallel()
	p := newIdentityProvider(t)
	w := newWorld(t, func(o *Options) {
		o.Auth, o.OIDC = "oidc", OIDC{Issuer: p.URL, ClientID: "kikigaki", ClientSecret: "s"}
	})
	// begin leaves for the provider and returns the state; claims are those of a good sign-in as sato.
	begin := func(b *browser) string {
		t.Helper()
		r := b.get("/auth/oidc?next=%2Fplain%2F").want(303)
		u, err := url.Parse(r.header.Get("Location"))
		check(t, err)
		q := u.Query()
		if !strings.HasPrefix(u.String(), p.URL+"/authorize?") || q.Get("code_challenge_method") != "S256" || q.Get("nonce") == "" || q.Get("redirect_uri") != w.http.URL+"/auth/oidc/callback" {
			t.Fatalf("left for %s", u)
		}
		p.challenge = q.Get("code_challenge")
		p.claims = map[string]any{"iss": p.URL, "aud": "kikigaki", "sub": "sub-sato", "email": "sato@example.co.jp", "email_verified": true,
			"nonce": q.Get("nonce"), "iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix()}
		return q.Get("state")
	}
	finish := func(b *browser, state string) *reply {
		return b.get("/auth/oidc/callback?code=the-code&state=" + state)
	}
	for name, spoil := range map[string]func(){
		"another nonce":       func() { p.claims["nonce"] = "x" },
		"another audience":    func() { p.claims["aud"] = "other" },
		"another issuer":      func() { p.claims["iss"] = "https://evil.example" },
		"an expired token":    func() { p.claims["exp"] = time.Now().Add(-time.Hour).Unix() },
		"a changed challenge": func() { p.challenge = "x" },
	} {
		b := w.browser("")
		state := begin(b)
		spoil()
		finish(b, state).want(403, "sign_in_failed")
		b.get("/v1/me").want(401)
		_ = name
	}
	b := w.browser("")
	begin(b)
	finish(b, "another-state").want(403, "sign_in_failed")
	finish(w.browser(""), begin(w.browser(""))).want(403, "sign_in_failed") // another browser
	state := begin(b)
	p.claims["email_verified"] = false
	finish(b, state).want(403, "account_unknown")
	state = begin(b)
	p.claims["email"] = "nobody@example.co.jp"
	finish(b, state).want(403, "account_unknown")

	state = begin(b)
	if r := finish(b, state).want(303); r.header.Get("Location") != "/plain/" {
		t.Errorf("leads to %q", r.header.Get("Location"))
	}
	b.get("/v1/me").want(200)
	finish(b, state).want(403, "sign_in_failed") // the same answer again
	// From now on the subject counts, not the address.
	state = begin(b)
	p.claims["email"], p.claims["email_verified"] = "changed@example.co.jp", false
	finish(b, state).want(303)
	state = begin(b)
	p.claims["sub"] = "a-new-holder-of-the-address"
	finish(b, state).want(403, "account_unknown")
	state = begin(b)
	p.claims["sub"] = "somebody-else"
	p.claims["email"] = "kato@example.co.jp"
	finish(b, state).want(303)
	var me Me
	b.get("/v1/me").want(200).into(&me)
	if me.Person.Email != "kato@example.co.jp" {
		t.Errorf("signed in as %s", me.Person.Email)
	}
	p.Close()
	away := newWorld(t, func(o *Options) { o.Auth, o.OIDC = "oidc", OIDC{Issuer: p.URL, ClientID: "kikigaki"} })
	away.browser("").get("/auth/oidc").want(503, "sign_in_unavailable")
}
