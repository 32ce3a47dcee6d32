package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// guard puts the questions that every route shares before its handler: who is it, is it the first time, may they. The
// rights are asked before a body is checked, so that what is wrong with the body tells nobody that an interview exists;
// and after the Idempotency-Key, because what a call did must not be what refuses its repetition.
func (s *Server) guard(x *row, h http.HandlerFunc) http.Handler {
	judged := func(w http.ResponseWriter, r *http.Request) {
		if err := s.admit(r, x, callOf(r.Context())); err != nil {
			s.refuse(w, r, err)
			return
		}
		h(w, r)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := callOf(r.Context())
		r = r.WithContext(context.WithValue(r.Context(), writerKey{}, w))
		if strings.HasPrefix(x.pattern, "GET /v1/") || strings.Contains(x.pattern, " /auth") {
			w.Header().Set("Cache-Control", "no-store")
		}
		if !x.stream {
			r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
		}
		if r.ContentLength != 0 && !streams(r, x) && !x.foreign { // a body that trickles in holds nobody's connection for ever
			deadline := deadlineOf(r)
			_ = deadline(time.Now().Add(s.bodyTime)) // a connection without deadlines is a test's
			r.Body = &timedBody{r.Body, deadline}
		}
		if x.foreign {
			h(w, r)
			return
		}
		// Programs send no cookie; browsers say where a request comes from.
		if r.Header.Get("Authorization") == "" && s.csrf.Check(r) != nil {
			s.refuse(w, r, interview.E("cross_site", nil))
			return
		}
		if err := s.identify(w, r, c); err != nil && !x.access.public {
			s.refuse(w, r, err)
			return
		}
		if key := r.Header.Get("Idempotency-Key"); key != "" && c.person.ID != "" && unsafe(r.Method) {
			s.once(w, r, x, key, judged)
			return
		}
		judged(w, r)
	})
}

// timedBody lifts the deadline once the body is there: what the call then does may take longer.
type timedBody struct {
	io.ReadCloser
	deadline func(time.Time) error
}

func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		_ = b.deadline(zero)
	}
	return n, err
}

func unsafe(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}

// admit asks the rights table.
func (s *Server) admit(r *http.Request, x *row, c *call) error {
	switch {
	case x.access.public:
		return nil
	case x.access.account != "":
		return interview.JudgeAccount(c.person, x.access.account)
	}
	t, err := s.reach(r.Context(), c.person, r.PathValue("id"), x.access.talk...)
	if err != nil {
		return err
	}
	c.talk = t
	return nil
}

// reach loads an interview if the person may do any of the actions to it. Of several refusals the mildest is told:
// wrong state, then forbidden, then not found.
func (s *Server) reach(ctx context.Context, p interview.Person, id string, actions ...interview.Action) (interview.Talk, error) {
	if !interview.ValidID(id) {
		return interview.Talk{}, interview.E("not_found", nil)
	}
	t, err := s.Store.Talk(ctx, id)
	if err != nil {
		return interview.Talk{}, err
	}
	return t, mayAny(p, t, actions...)
}

// locked is the interview in hand as it is now, for as long as the transaction lasts, if the caller may still do that to
// it: since the right was asked for the call, others may have moved it, and a transaction that is run again must not go on
// from what its first run has seen.
func (s *Server) locked(ctx context.Context, tx *store.Tx, a interview.Action) (interview.Talk, error) {
	c := callOf(ctx)
	t, err := tx.LockTalk(ctx, c.talk.ID)
	if err != nil {
		return t, err
	}
	if err := interview.Judge(c.person, a, t); err != nil {
		return t, err
	}
	return t, s.narrow(c.person, a, t)
}

func mayAny(p interview.Person, t interview.Talk, actions ...interview.Action) error {
	rank := map[string]int{"not_found": 1, "forbidden": 2, "state_conflict": 3}
	var worst error
	for _, a := range actions {
		err := interview.Judge(p, a, t)
		if err == nil {
			return nil
		}
		if worst == nil || rank[interview.Code(err)] > rank[interview.Code(worst)] {
			worst = err
		}
	}
	return worst
}

// identify finds the person behind a token or a session. Without either it says sign_in_required.
func (s *Server) identify(w http.ResponseWriter, r *http.Request, c *call) error {
	if auth := r.Header.Get("Authorization"); auth != "" {
		scheme, secret, _ := strings.Cut(auth, " ")
		if !strings.EqualFold(scheme, "Bearer") || secret == "" || len(secret) > 200 {
			return interview.E("token_invalid", nil)
		}
		_, p, err := s.Store.TokenPerson(r.Context(), digest(secret))
		if err != nil {
			return err
		}
		c.person, c.token = p, digest(secret)
	} else {
		cookie, err := r.Cookie(sessionCookie)
		if err != nil || cookie.Value == "" || len(cookie.Value) > 200 {
			return interview.E("sign_in_required", nil)
		}
		hash := digest(cookie.Value)
		session, p, err := s.Store.SessionPerson(r.Context(), hash)
		if err != nil {
			return err
		}
		c.person, c.session = p, hash
		if interview.Now().Sub(session.SeenAt) > time.Minute {
			if err := s.Store.SeeSession(r.Context(), hash, interview.Now().Add(sessionLife)); err != nil {
				return err
			}
		}
		if interview.Now().Sub(session.SeenAt) > day {
			s.setSession(w, c, cookie.Value) // the browser forgets at the same time as we do
		}
	}
	if r.Header.Get("Accept-Language") == "" {
		c.lang = language("", c.person.Language)
	}
	return nil
}

// digest is how secrets are stored and compared: SHA-256, hex.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
