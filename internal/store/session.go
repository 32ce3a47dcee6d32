package store

import (
	"context"
	"time"

	"kikigaki/internal/interview"
)

// Session is a signed-in browser. Hash is the SHA-256, hex, of its cookie; the cookie itself is never stored.
type Session struct {
	Hash      string
	Person    string
	Agent     string // a short label of the browser, for the list of one's own sessions
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
}

// AddSession stores a session. A switched-off or unknown person is sign_in_required.
func (q *queries) AddSession(ctx context.Context, s Session) error {
	if s.CreatedAt.IsZero() {
		s.CreatedAt = interview.Now()
	}
	err := q.begin(ctx, func(q *queries) error {
		if err := q.active(ctx, s.Person); err != nil {
			return err
		}
		_, err := q.exec(ctx, `INSERT INTO sessions (hash, person, agent, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $4, $5)`,
			s.Hash, s.Person, clean(s.Agent), utc(s.CreatedAt), utc(s.ExpiresAt))
		return err
	})
	return wrap("add session", err)
}

// active locks the row of a person who may sign in, so that DisablePerson ends what is added beside it.
func (q *queries) active(ctx context.Context, person string) error {
	n, err := q.exec(ctx, `UPDATE people SET disabled = disabled WHERE id = $1 AND NOT disabled`, person)
	if err == nil && n == 0 {
		err = interview.E("sign_in_required", nil)
	}
	return err
}

func scanSession(s scanner) (v Session, err error) {
	err = s.Scan(&v.Hash, &v.Person, &v.Agent, into(&v.CreatedAt), into(&v.SeenAt), into(&v.ExpiresAt))
	return v, err
}

// SessionPerson returns the live session of a cookie's hash and whose it is; sign_in_required when it has expired, was
// ended, or its person is switched off.
func (q *queries) SessionPerson(ctx context.Context, hash string) (Session, interview.Person, error) {
	type pair struct {
		s Session
		p interview.Person
	}
	v, found, err := one(ctx, q.r, func(s scanner) (v pair, err error) {
		v.p.Roles = []interview.Role{}
		err = s.Scan(&v.s.Hash, &v.s.Person, &v.s.Agent, into(&v.s.CreatedAt), into(&v.s.SeenAt), into(&v.s.ExpiresAt),
			&v.p.ID, &v.p.Email, &v.p.Name, &v.p.Department, decoded{&v.p.Roles}, &v.p.Language, &v.p.Disabled, into(&v.p.CreatedAt))
		return v, err
	}, `SELECT s.hash, s.person, s.agent, s.created_at, s.seen_at, s.expires_at,
			p.id, p.email, p.name, p.department, p.roles, p.language, p.disabled, p.created_at
		FROM sessions s JOIN people p ON p.id = s.person WHERE s.hash = $1 AND s.expires_at > $2 AND NOT p.disabled`, hash, interview.Now())
	if err == nil && !found {
		err = interview.E("sign_in_required", nil)
	}
	return v.s, v.p, wrap("read session", err)
}

// Sessions lists a person's live sessions, newest first.
func (q *queries) Sessions(ctx context.Context, person string) ([]Session, error) {
	v, err := all(ctx, q.r, scanSession, `SELECT hash, person, agent, created_at, seen_at, expires_at FROM sessions
		WHERE person = $1 AND expires_at > $2 ORDER BY created_at DESC, hash LIMIT 200`, person, interview.Now())
	return v, wrap("list sessions", err)
}

// SeeSession notes that a session was used and moves its end; it writes at most once a minute, so that reading pages
// does not mean writing rows.
func (q *queries) SeeSession(ctx context.Context, hash string, expires time.Time) error {
	now := interview.Now()
	_, err := q.exec(ctx, `UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE hash = $1 AND seen_at < $4`,
		hash, now, utc(expires), now.Add(-time.Minute))
	return wrap("see session", err)
}

// EndSession signs one browser out; an unknown one is already out.
func (q *queries) EndSession(ctx context.Context, hash string) error {
	_, err := q.exec(ctx, `DELETE FROM sessions WHERE hash = $1`, hash)
	return wrap("end session", err)
}

// EndSessions signs a person out everywhere but where except is the session's hash ("" for everywhere).
func (q *queries) EndSessions(ctx context.Context, person, except string) error {
	_, err := q.exec(ctx, `DELETE FROM sessions WHERE person = $1 AND hash <> $2`, person, except)
	return wrap("end sessions", err)
}

// Token is a program's key to the API. The token itself is stored as a SHA-256 only.
type Token struct {
	ID        string     `json:"id"`
	Person    string     `json:"person"`
	Name      string     `json:"name"`
	CreatedAt time.Time  `json:"created_at"`
	UsedAt    *time.Time `json:"used_at"`
	ExpiresAt *time.Time `json:"expires_at"`
	RevokedAt *time.Time `json:"revoked_at"`
}

const tokenColumns = `id, person, name, created_at, used_at, expires_at, revoked_at`

func scanToken(s scanner) (t Token, err error) {
	err = s.Scan(&t.ID, &t.Person, &t.Name, into(&t.CreatedAt), intoOpt(&t.UsedAt), intoOpt(&t.ExpiresAt), intoOpt(&t.RevokedAt))
	return t, err
}

// AddToken stores a token by the SHA-256, hex, of its text. A switched-off or unknown person is sign_in_required.
func (q *queries) AddToken(ctx context.Context, t Token, hash string) (Token, error) {
	if t.ID == "" {
		t.ID = interview.NewID()
	}
	t.Name, t.CreatedAt = clean(t.Name), interview.Now()
	err := q.begin(ctx, func(q *queries) error {
		if err := q.active(ctx, t.Person); err != nil {
			return err
		}
		_, err := q.exec(ctx, `INSERT INTO tokens (id, person, name, hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			t.ID, t.Person, t.Name, hash, t.CreatedAt, utcOpt(t.ExpiresAt))
		return err
	})
	return t, wrap("add token", err)
}

// TokenPerson returns whose token has that hash; token_invalid when it is unknown, revoked, expired, or its person is
// switched off. Its use is noted at most once a minute.
func (q *queries) TokenPerson(ctx context.Context, hash string) (Token, interview.Person, error) {
	now := interview.Now()
	t, found, err := one(ctx, q.r, scanToken, `SELECT `+tokenColumns+` FROM tokens
		WHERE hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)`, hash, now)
	if err != nil {
		return t, interview.Person{}, wrap("read token", err)
	}
	if !found {
		return t, interview.Person{}, interview.E("token_invalid", nil)
	}
	p, err := q.Person(ctx, t.Person)
	if err != nil {
		return t, p, err
	}
	if p.Disabled {
		return t, interview.Person{}, interview.E("token_invalid", nil)
	}
	if t.UsedAt == nil || now.Sub(*t.UsedAt) > time.Minute {
		if _, err := q.exec(ctx, `UPDATE tokens SET used_at = $2 WHERE id = $1`, t.ID, now); err != nil {
			return t, p, wrap("note token use", err)
		}
		t.UsedAt = &now
	}
	return t, p, nil
}

// Tokens lists a person's tokens, newest first; person "" lists everyone's.
func (q *queries) Tokens(ctx context.Context, person string, page Page) ([]Token, string, error) {
	key, err := page.after(1)
	if err != nil {
		return nil, "", err
	}
	var w where
	if person != "" {
		w.add(`person = ?`, person)
	}
	if key != nil {
		w.add(`id < ?`, key[0])
	}
	tokens, err := all(ctx, q.r, scanToken, `SELECT `+tokenColumns+` FROM tokens`+w.String()+` ORDER BY id DESC LIMIT `+w.arg(page.size()+1), w.args...)
	if err != nil {
		return nil, "", wrap("list tokens", err)
	}
	tokens, next := cutPage(tokens, page, func(t Token) []string { return []string{t.ID} })
	return tokens, next, nil
}

// RevokeToken ends a token at once; person "" allows any owner. not_found when there is none such.
func (q *queries) RevokeToken(ctx context.Context, id, person string) error {
	var w where
	now := w.arg(interview.Now())
	w.add(`id = ?`, id)
	if person != "" {
		w.add(`person = ?`, person)
	}
	n, err := q.exec(ctx, `UPDATE tokens SET revoked_at = COALESCE(revoked_at, `+now+`)`+w.String(), w.args...)
	if err == nil && n == 0 {
		err = interview.E("not_found", nil)
	}
	return wrap("revoke token", err)
}

// Link is a one-time way to sign in, sent by mail or printed for the operator.
type Link struct {
	Hash      string // SHA-256, hex, of the link's secret
	Person    string
	Browser   string // SHA-256 of the asking browser's cookie; "" lets any browser use it
	ExpiresAt time.Time
}

// AddLink stores a link. A switched-off or unknown person is sign_in_required.
func (q *queries) AddLink(ctx context.Context, l Link) error {
	err := q.begin(ctx, func(q *queries) error {
		if err := q.active(ctx, l.Person); err != nil {
			return err
		}
		_, err := q.exec(ctx, `INSERT INTO links (hash, person, browser, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
			l.Hash, l.Person, l.Browser, interview.Now(), utc(l.ExpiresAt))
		return err
	})
	return wrap("add link", err)
}

// UseLink spends a link and returns whose it is. Exactly one call can win. Errors: link_expired (also when unknown),
// link_used, link_other_browser (which leaves the link usable where it was asked for).
func (q *queries) UseLink(ctx context.Context, hash, browser string) (interview.Person, error) {
	now := interview.Now()
	person, won, err := one(ctx, q.w, value[string], `UPDATE links SET used_at = $2
		WHERE hash = $1 AND used_at IS NULL AND expires_at > $2 AND (browser = '' OR browser = $3) RETURNING person`, hash, now, browser)
	if err != nil {
		return interview.Person{}, wrap("use link", err)
	}
	if won {
		p, err := q.Person(ctx, person)
		if err == nil && p.Disabled {
			return interview.Person{}, interview.E("link_expired", nil)
		}
		return p, err
	}
	type state struct {
		browser string
		expires time.Time
		used    *time.Time
	}
	l, found, err := one(ctx, q.w, func(s scanner) (v state, err error) {
		err = s.Scan(&v.browser, into(&v.expires), intoOpt(&v.used))
		return v, err
	}, `SELECT browser, expires_at, used_at FROM links WHERE hash = $1`, hash)
	switch {
	case err != nil:
		return interview.Person{}, wrap("use link", err)
	case !found:
		return interview.Person{}, interview.E("link_expired", nil)
	case l.used != nil:
		return interview.Person{}, interview.E("link_used", nil)
	case !l.expires.After(now):
		return interview.Person{}, interview.E("link_expired", nil)
	}
	return interview.Person{}, interview.E("link_other_browser", nil)
}

// Link returns a link that could still be used, for the page that asks before spending it; link_expired or link_used.
func (q *queries) Link(ctx context.Context, hash string) (Link, error) {
	var used *time.Time
	l, found, err := one(ctx, q.r, func(s scanner) (l Link, err error) {
		err = s.Scan(&l.Hash, &l.Person, &l.Browser, into(&l.ExpiresAt), intoOpt(&used))
		return l, err
	}, `SELECT hash, person, browser, expires_at, used_at FROM links WHERE hash = $1`, hash)
	switch {
	case err != nil:
		return Link{}, wrap("read link", err)
	case !found:
		return Link{}, interview.E("link_expired", nil)
	case used != nil:
		return Link{}, interview.E("link_used", nil)
	case !l.ExpiresAt.After(interview.Now()):
		return Link{}, interview.E("link_expired", nil)
	}
	return l, nil
}
