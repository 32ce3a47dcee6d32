package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

const (
	linkLife      = 15 * time.Minute
	linksPerEmail = 4  // within linkWindow
	linksPerHost  = 30 // an office shares an address
	linkWindow    = 15 * time.Minute
)

// askLink mails a sign-in link. The answer is the same, and comes as fast, whether or not the address is known.
func (s *Server) askLink(w http.ResponseWriter, r *http.Request) error {
	if s.Auth != "link" {
		return interview.E("not_found", nil)
	}
	in, err := signInForm(r)
	if err != nil {
		return err
	}
	if !strings.Contains(in.Email, "@") {
		return invalid("email", "pattern")
	}
	c := callOf(r.Context())
	for key, limit := range map[string]int{"host:" + c.client: linksPerHost, "mail:" + digest(strings.ToLower(in.Email)): linksPerEmail} {
		if wait := s.limits.take(r.Context(), key, limit, linkWindow); wait > 0 {
			return &interview.Error{Code: "rate_limited", Wait: wait}
		}
	}
	browser := ""
	if cookie, err := r.Cookie(browserCookie); err == nil && len(cookie.Value) == 43 {
		browser = cookie.Value
	} else {
		browser = secret()
	}
	http.SetCookie(w, &http.Cookie{Name: browserCookie, Value: browser, Path: "/auth/", HttpOnly: true, Secure: s.secure(c),
		SameSite: http.SameSiteLaxMode, MaxAge: int(day / time.Second)})
	// The mail goes out after the answer: what it costs would tell who is registered.
	go s.mailLink(context.WithoutCancel(r.Context()), in.Email, localPath(in.Next), digest(browser), s.address(c), c.requestID)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		w.WriteHeader(http.StatusAccepted)
		return nil
	}
	return s.render(w, r, http.StatusAccepted, "sent", view{})
}

func (s *Server) mailLink(ctx context.Context, email, next, browser, base, requestID string) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	p, err := s.Store.PersonByEmail(ctx, email)
	if interview.Code(err) == "not_found" || err == nil && p.Disabled {
		return
	}
	value := secret()
	if err == nil {
		err = s.Store.AddLink(ctx, store.Link{Hash: digest(value), Person: p.ID, Browser: browser, ExpiresAt: interview.Now().Add(linkLife)})
	}
	if err == nil && s.Mailer == nil {
		err = interview.E("mail_failed", nil)
	}
	if err == nil {
		link := base + "/auth/link?t=" + value
		if next != "/" {
			link += "&next=" + url.QueryEscape(next) // whoever asks for a mail writes no word of it
		}
		err = s.Mailer.SignIn(ctx, p, link, linkLife)
	}
	if err != nil {
		s.Log.ErrorContext(ctx, "sign-in mail not sent", "person", p.ID, "request", requestID, "code", interview.Code(err))
	}
}

// linkPage shows a button. It changes nothing: mail scanners open links, people press buttons.
func (s *Server) linkPage(w http.ResponseWriter, r *http.Request) error {
	value := r.URL.Query().Get("t")
	if _, err := s.Store.Link(r.Context(), digest(value)); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "uselink", view{Data: map[string]string{"Secret": value, "Next": localPath(r.URL.Query().Get("next"))}})
}

// useLink spends a link in the browser that asked for it.
func (s *Server) useLink(w http.ResponseWriter, r *http.Request) error {
	in, err := signInForm(r)
	if err != nil {
		return err
	}
	if wait := s.limits.take(r.Context(), "use:"+callOf(r.Context()).client, 60, linkWindow); wait > 0 {
		return &interview.Error{Code: "rate_limited", Wait: wait}
	}
	browser := ""
	if cookie, err := r.Cookie(browserCookie); err == nil {
		browser = digest(cookie.Value)
	}
	p, err := s.Store.UseLink(r.Context(), digest(in.Secret), browser)
	if err != nil {
		return err
	}
	if err := s.startSession(w, r, p, "link"); err != nil {
		return err
	}
	return s.signedIn(w, r, p, in.Next)
}
