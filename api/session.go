package api

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

const (
	sessionCookie = "kikigaki_session"
	sessionLife   = 30 * day
	browserCookie = "kikigaki_browser" // binds a sign-in link to the browser that asked for it
)

// secret returns 256 random bits as text.
func secret() string {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		panic("api: no randomness: " + err.Error()) // crypto/rand never fails on supported systems
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// startSession signs a person in on this browser. An older session of the same browser ends, so that a planted cookie
// is worth nothing.
func (s *Server) startSession(w http.ResponseWriter, r *http.Request, p interview.Person, way string) error {
	c := callOf(r.Context())
	if old, err := r.Cookie(sessionCookie); err == nil && old.Value != "" {
		if err := s.Store.EndSession(r.Context(), digest(old.Value)); err != nil {
			return err
		}
	}
	value := secret()
	err := s.Store.Tx(r.Context(), func(tx *store.Tx) error {
		if err := tx.AddSession(r.Context(), store.Session{Hash: digest(value), Person: p.ID, Agent: agent(r.UserAgent()),
			ExpiresAt: interview.Now().Add(sessionLife)}); err != nil {
			return err
		}
		return tx.AddAudit(r.Context(), interview.AuditEvent{Actor: p.ID, Action: "signed_in", Object: p.ID, Reason: way})
	})
	if err != nil {
		return err
	}
	c.person = p
	s.setSession(w, c, value)
	return nil
}

func (s *Server) setSession(w http.ResponseWriter, c *call, value string) {
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: value, Path: "/", HttpOnly: true, Secure: s.secure(c),
		SameSite: http.SameSiteLaxMode, MaxAge: int(sessionLife / time.Second)})
}

// agent reduces a browser's own description to a short label for the list of sessions.
func agent(ua string) string {
	for _, b := range [][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}} {
		if strings.Contains(ua, b[0]) {
			return b[1]
		}
	}
	return ""
}

// signOut ends the session of this browser. It works without one, so that the button always does what it says.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	if cookie, err := r.Cookie(sessionCookie); err == nil && cookie.Value != "" {
		if err := s.Store.EndSession(r.Context(), digest(cookie.Value)); err != nil {
			return err
		}
	}
	c := callOf(r.Context())
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Path: "/", HttpOnly: true, Secure: s.secure(c), SameSite: http.SameSiteLaxMode, MaxAge: -1})
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	if wantsHTML(r) {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// InviteLink stores a one-time sign-in link for a new account and returns its address. It is bound to no browser: who
// adds an account hands the link over by another way. kikigaki user add calls it.
func InviteLink(ctx context.Context, st *store.Store, base string, p interview.Person, ttl time.Duration) (string, error) {
	value := secret()
	if err := st.AddLink(ctx, store.Link{Hash: digest(value), Person: p.ID, ExpiresAt: interview.Now().Add(ttl)}); err != nil {
		return "", err
	}
	return strings.TrimSuffix(base, "/") + "/auth/link?t=" + value, nil
}

// wantsHTML reports whether the answer is for eyes.
func wantsHTML(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return strings.Contains(accept, "text/html")
}

// localPath keeps a redirect inside: a path of this server, nothing that a browser could read as another host.
func localPath(next string) string {
	if len(next) == 0 || len(next) > 500 || next[0] != '/' || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") ||
		strings.HasPrefix(next, "/auth/") {
		return "/"
	}
	return next
}
