package api

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"kikigaki/internal/interview"
)

// post is a mailer that keeps what it was given.
type postbox struct {
	mu    sync.Mutex
	links map[string]string // address → link
}

func (p *postbox) SignIn(_ context.Context, to interview.Person, link string, valid time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if valid != 15*time.Minute {
		panic("a sign-in link of another life")
	}
	p.links[to.Email] = link
	return nil
}

func (p *postbox) link(t testing.TB, email string) string {
	t.Helper()
	var got string
	soon(t, "the sign-in mail to "+email, func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		got = p.links[email]
		return got != ""
	})
	u, err := url.Parse(got)
	check(t, err)
	return u.RequestURI()
}

const formType = "application/x-www-form-urlencoded"

func TestDevSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.browser("")
	b.get("/v1/me").want(401, "sign_in_required")
	page := b.get("/auth/dev", "Accept", "text/html").want(200)
	if !strings.Contains(string(page.body), "suzuki") || strings.Contains(string(page.body), "<script") {
		t.Errorf("%s", page.body)
	}
	b.post("/auth/dev", `{"email":"nobody@example.co.jp"}`, "Content-Type", "application/json").want(403, "account_unknown")
	b.post("/auth/dev", `{"email":`, "Content-Type", "application/json").want(422, "validation_failed")
	b.post("/auth/dev", `x`, "Content-Type", "text/plain").want(422, "validation_failed")
	r := b.post("/auth/dev", "email=sato%40example.co.jp&next=%2Fplain%2F", "Content-Type", formType).want(303)
	cookie := r.header.Get("Set-Cookie")
	if r.header.Get("Location") != "/plain/" || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") || strings.Contains(cookie, "Secure") ||
		!strings.Contains(cookie, "Max-Age=2592000") {
		t.Errorf("%v", r.header)
	}
	var me Me
	b.get("/v1/me").want(200).into(&me)
	if me.Person.Email != "sato@example.co.jp" || me.Installation.Auth != "dev" {
		t.Errorf("me %+v", me)
	}
	b.post("/auth/out", "").want(204)
	b.get("/v1/me").want(401, "sign_in_required")
	for _, next := range []string{"//evil.example", "https://evil.example", `/\evil.example`, "/auth/out", "javascript:alert(1)"} {
		r := b.post("/auth/dev", url.Values{"email": {"sato@example.co.jp"}, "next": {next}}.Encode(), "Content-Type", formType).want(303)
		if got := r.header.Get("Location"); got != "/" {
			t.Errorf("next %q leads to %q", next, got)
		}
	}
	var ways Ways
	w.call("", "GET", "/auth", nil).want(200).into(&ways)
	if ways.Auth != "dev" || len(ways.People) != len(cast) || ways.SignedIn {
		t.Errorf("ways %+v", ways)
	}
	link := newWorld(t, func(o *Options) { o.Auth = "link" })
	lb := link.browser("")
	lb.get("/auth/dev").want(404, "not_found")
	lb.post("/auth/dev", `{"email":"sato@example.co.jp"}`, "Content-Type", "application/json").want(404, "not_found")
	link.call("", "GET", "/auth", nil).want(200).into(&ways)
	if len(ways.People) != 0 {
		t.Error("people are named without AUTH=dev")
	}
}

func TestLinkSignIn(t *testing.T) {
	t.Parallel()
	post := &postbox{links: map[string]string{}}
	w := newWorld(t, func(o *Options) { o.Auth, o.Mailer = "link", post })
	b := w.browser("")
	ask := func(b *browser, email string) *reply {
		return b.post("/auth/link", url.Values{"email": {email}, "next": {"/plain/"}}.Encode(), "Content-Type", formType, "Accept", "text/html")
	}
	known, unknown := ask(b, "sato@example.co.jp").want(202), ask(b, "nobody@example.co.jp").want(202)
	if string(known.body) != string(unknown.body) {
		t.Error("the answer tells who is registered")
	}
	link := post.link(t, "sato@example.co.jp")
	// A mail scanner opens the link: a page with a button, nothing is used up.
	for range 3 {
		page := w.browser("").get(link, "Accept", "text/html").want(200)
		if !strings.Contains(string(page.body), `action="/auth/link/use"`) || page.header.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%s", page.body)
		}
	}
	u, err := url.Parse(link)
	check(t, err)
	form := url.Values{"t": {u.Query().Get("t")}, "next": {u.Query().Get("next")}}.Encode()
	w.browser("").post("/auth/link/use", form, "Content-Type", formType).want(403, "link_other_browser")
	r := b.post("/auth/link/use", form, "Content-Type", formType).want(303)
	if r.header.Get("Location") != "/plain/" {
		t.Errorf("leads to %q", r.header.Get("Location"))
	}
	b.get("/v1/me").want(200)
	b.post("/auth/link/use", form, "Content-Type", formType).want(410, "link_used")
	b.get(link).want(410, "link_used")
	b.post("/auth/link/use", "t=nonsense", "Content-Type", formType).want(410, "link_expired")
	if strings.Contains(w.log.String(), u.Query().Get("t")) || strings.Contains(w.log.String(), "sato@") {
		t.Error("the log holds a secret or an address")
	}
	for range 10 {
		ask(b, "kato@example.co.jp")
	}
	limited := ask(b, "kato@example.co.jp").want(429)
	if limited.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	b.post("/auth/link", "email=no-address", "Content-Type", formType).want(422, "validation_failed")
}

// An invitation works in any browser, once.
func TestInviteLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) { o.Auth = "link" })
	link, err := InviteLink(t.Context(), w.store, w.http.URL+"/", w.people["kato"], time.Hour)
	check(t, err)
	u, err := url.Parse(link)
	check(t, err)
	b := w.browser("")
	b.get(u.RequestURI(), "Accept", "text/html").want(200)
	b.post("/auth/link/use", "t="+u.Query().Get("t"), "Content-Type", formType).want(303)
	b.get("/v1/me").want(200)
	gone, err := InviteLink(t.Context(), w.store, w.http.URL, w.people["sato"], -time.Second)
	check(t, err)
	u, err = url.Parse(gone)
	check(t, err)
	b.get(u.RequestURI()).want(410, "link_expired")
}

// What another site makes a browser send is refused; programs with tokens have no such trouble.
func TestCrossSite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.browser("suzuki")
	body := `{"employee":"sato@example.co.jp"}`
	for _, head := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}} {
		b.post("/v1/interviews", body, append(head, "Content-Type", "application/json")...).want(403, "cross_site")
		b.post("/auth/out", "", head...).want(403, "cross_site")
		b.post("/auth/dev", `{"email":"sato@example.co.jp"}`, append(head, "Content-Type", "application/json")...).want(403, "cross_site")
	}
	b.post("/v1/interviews", body, "Sec-Fetch-Site", "same-origin", "Content-Type", "application/json").want(201)
	w.call("suzuki", "POST", "/v1/interviews", body, "Origin", "https://evil.example", "Content-Type", "application/json").want(201)
	if r := b.get("/v1/me", "Sec-Fetch-Site", "cross-site").want(200); r.header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("others may read")
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, head := range []string{"Bearer nonsense", "Bearer ", "Basic c2F0bzp4", "Bearer " + strings.Repeat("x", 500)} {
		w.call("", "GET", "/v1/me", nil, "Authorization", head).want(401, "token_invalid")
	}
	r := w.call("", "GET", "/v1/me", nil).want(401, "sign_in_required")
	if !strings.HasPrefix(r.header.Get("WWW-Authenticate"), "Bearer") {
		t.Error("no WWW-Authenticate")
	}
	var made TokenMade
	w.call("suzuki", "POST", "/v1/tokens", map[string]any{"name": "nightly"}).want(201).into(&made)
	if !strings.HasPrefix(made.Secret, "kk_") || made.Person.Name != "suzuki" {
		t.Errorf("made %+v", made.Token)
	}
	w.call("", "GET", "/v1/me", nil, "Authorization", "Bearer "+made.Secret).want(200)
	list := w.call("suzuki", "GET", "/v1/tokens", nil).want(200)
	if strings.Contains(string(list.body), made.Secret) {
		t.Error("the list shows secrets")
	}
	w.call("kato", "DELETE", "/v1/tokens/"+made.ID, nil).want(404, "not_found")
	w.call("kato", "GET", "/v1/tokens?user="+w.people["suzuki"].ID, nil).want(403, "forbidden")
	w.call("ono", "GET", "/v1/tokens?user="+w.people["suzuki"].ID, nil).want(200)
	w.call("suzuki", "DELETE", "/v1/tokens/"+made.ID, nil).want(204)
	w.call("", "GET", "/v1/me", nil, "Authorization", "Bearer "+made.Secret).want(401, "token_invalid")
}
