package storetest

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func people(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	p, err := s.AddPerson(ctx, interview.Person{Email: " Tanaka@Example.JP ", Name: "田中", Department: "営業", Roles: []interview.Role{interview.RoleHR}})
	check(t, err)
	got, err := s.PersonByEmail(ctx, "tanaka@example.jp")
	check(t, err)
	equal(t, "id", got.ID, p.ID)
	equal(t, "address as given", got.Email, "Tanaka@Example.JP")
	equal(t, "language", got.Language, "ja")
	equal(t, "hr", got.Has(interview.RoleHR), true)
	_, err = s.Person(ctx, "nobody")
	code(t, err, "not_found")
	_, err = s.AddPerson(ctx, interview.Person{Name: "no address"})
	code(t, err, "validation_failed")

	name, roles := "田中 花", []interview.Role{interview.RoleInterviewer, interview.RoleHR}
	got, err = s.UpdatePerson(ctx, p.ID, store.PersonChange{Name: &name, Roles: &roles, Settings: json.RawMessage(`{"mail":false}`)})
	check(t, err)
	equal(t, "name", got.Name, name)
	equal(t, "department stays", got.Department, "営業")
	got, err = s.Person(ctx, p.ID)
	check(t, err)
	equal(t, "roles", fmt.Sprint(got.Roles), "[interviewer hr]")
	settings, err := s.Settings(ctx, p.ID)
	check(t, err)
	equal(t, "settings", string(settings), `{"mail":false}`)
	_, err = s.UpdatePerson(ctx, p.ID, store.PersonChange{Settings: json.RawMessage(`{`)})
	code(t, err, "validation_failed")
	_, err = s.UpdatePerson(ctx, "nobody", store.PersonChange{Name: &name})
	code(t, err, "not_found")

	other := person(t, s, "suzuki@example.jp")
	taken := "TANAKA@example.jp"
	_, err = s.UpdatePerson(ctx, other.ID, store.PersonChange{Email: &taken})
	code(t, err, "validation_failed")
	_, err = s.UpdatePerson(ctx, p.ID, store.PersonChange{Email: &taken}) // one's own in other letters
	check(t, err)

	check(t, s.LinkIdentity(ctx, "https://idp", "sub-1", p.ID))
	check(t, s.LinkIdentity(ctx, "https://idp", "sub-1", p.ID))
	code(t, s.LinkIdentity(ctx, "https://idp", "sub-1", other.ID), "state_conflict")
	got, err = s.PersonByIdentity(ctx, "https://idp", "sub-1")
	check(t, err)
	equal(t, "identity", got.ID, p.ID)
	_, err = s.PersonByIdentity(ctx, "https://other", "sub-1")
	code(t, err, "not_found")
}

func oneAddress(t *testing.T, b Base) {
	errs := race(racers, func(i int) error {
		email := "same@example.jp"
		if i%2 == 1 {
			email = "SAME@example.jp"
		}
		_, err := b.Store.AddPerson(t.Context(), interview.Person{Email: email})
		return err
	})
	equal(t, "added", winners(t, errs, "validation_failed"), 1)
}

func listPeople(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	for i := range 23 {
		p := interview.Person{Email: fmt.Sprintf("p%02d@example.jp", i), Name: fmt.Sprintf("名前%02d", i), Department: "開発"}
		if i%5 == 0 {
			p.Roles, p.Department = []interview.Role{interview.RoleHR}, "人事_100%"
		}
		_, err := s.AddPerson(ctx, p)
		check(t, err)
	}
	count := func(f store.PersonFilter) (n int) {
		seen := map[string]bool{}
		page := store.Page{Limit: 7}
		for {
			list, next, err := s.People(ctx, f, page)
			check(t, err)
			for _, p := range list {
				if seen[p.ID] {
					t.Errorf("%s is listed twice", p.Email)
				}
				seen[p.ID] = true
			}
			if page.Cursor = next; next == "" {
				return len(seen)
			}
		}
	}
	yes := true
	equal(t, "all", count(store.PersonFilter{}), 23)
	equal(t, "hr", count(store.PersonFilter{Role: interview.RoleHR}), 5)
	equal(t, "department", count(store.PersonFilter{Department: "開発"}), 18)
	equal(t, "name", count(store.PersonFilter{Text: "名前1"}), 10)
	equal(t, "address in capitals", count(store.PersonFilter{Text: "P02@"}), 1)
	equal(t, "percent is a letter", count(store.PersonFilter{Text: "0%"}), 5)
	equal(t, "underscore is a letter", count(store.PersonFilter{Text: "事_1"}), 5)
	equal(t, "disabled", count(store.PersonFilter{Disabled: &yes}), 0)
	_, _, err := s.People(ctx, store.PersonFilter{}, store.Page{Cursor: "rubbish"})
	code(t, err, "validation_failed")

	a, err := s.PersonByEmail(ctx, "p00@example.jp")
	check(t, err)
	byID, err := s.PeopleByID(ctx, a.ID, "nobody", a.ID)
	check(t, err)
	equal(t, "by id", len(byID), 1)
	equal(t, "address", byID[a.ID].Email, a.Email)
}

func disableEndsEverything(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	p, hour := person(t, s, "a@example.jp"), interview.Now().Add(time.Hour)
	check(t, s.AddSession(ctx, store.Session{Hash: "s", Person: p.ID, ExpiresAt: hour}))
	_, err := s.AddToken(ctx, store.Token{Person: p.ID, Name: "ci"}, "t")
	check(t, err)
	check(t, s.AddLink(ctx, store.Link{Hash: "l", Person: p.ID, ExpiresAt: hour}))
	for range 2 {
		check(t, s.DisablePerson(ctx, p.ID)) // twice is harmless
		_, _, err = s.SessionPerson(ctx, "s")
		code(t, err, "sign_in_required")
		_, _, err = s.TokenPerson(ctx, "t")
		code(t, err, "token_invalid")
		_, err = s.UseLink(ctx, "l", "")
		code(t, err, "link_expired")
		code(t, s.AddSession(ctx, store.Session{Hash: "s2", Person: p.ID, ExpiresAt: hour}), "sign_in_required")
		_, err = s.AddToken(ctx, store.Token{Person: p.ID}, "t2")
		code(t, err, "sign_in_required")
		code(t, s.AddLink(ctx, store.Link{Hash: "l2", Person: p.ID, ExpiresAt: hour}), "sign_in_required")
	}
	check(t, s.EnablePerson(ctx, p.ID))
	_, _, err = s.TokenPerson(ctx, "t")
	code(t, err, "token_invalid") // what was ended stays ended
	check(t, s.AddSession(ctx, store.Session{Hash: "s3", Person: p.ID, ExpiresAt: hour}))
	code(t, s.DisablePerson(ctx, "nobody"), "not_found")
}

// Whoever signs in while the account is switched off either comes too late or is signed out.
func disableAgainstSignIn(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	p := person(t, s, "a@example.jp")
	errs := race(racers, func(i int) error {
		if i == racers/2 {
			return s.DisablePerson(ctx, p.ID)
		}
		return s.AddSession(ctx, store.Session{Hash: fmt.Sprint(i), Person: p.ID, ExpiresAt: interview.Now().Add(time.Hour)})
	})
	winners(t, errs, "sign_in_required")
	var n int
	check(t, b.Raw.QueryRowContext(ctx, `SELECT COUNT(*) FROM sessions`).Scan(&n))
	equal(t, "sessions left", n, 0)
}

func sessions(t *testing.T, b Base) {
	ctx, s, now := t.Context(), b.Store, interview.Now()
	p := person(t, s, "a@example.jp", interview.RoleHR)
	for hash, until := range map[string]time.Duration{"old": -time.Minute, "one": time.Hour, "two": time.Hour, "three": time.Hour} {
		check(t, s.AddSession(ctx, store.Session{Hash: hash, Person: p.ID, Agent: "Firefox", CreatedAt: now.Add(-2 * time.Minute), ExpiresAt: now.Add(until)}))
	}
	_, _, err := s.SessionPerson(ctx, "old")
	code(t, err, "sign_in_required")
	got, who, err := s.SessionPerson(ctx, "one")
	check(t, err)
	equal(t, "agent", got.Agent, "Firefox")
	equal(t, "person", who.ID, p.ID)
	equal(t, "roles", who.Has(interview.RoleHR), true)

	check(t, s.SeeSession(ctx, "one", now.Add(2*time.Hour)))
	got, _, err = s.SessionPerson(ctx, "one")
	check(t, err)
	equal(t, "new end", got.ExpiresAt, now.Add(2*time.Hour))
	check(t, s.SeeSession(ctx, "one", now.Add(3*time.Hour))) // within the minute: not written
	got, _, err = s.SessionPerson(ctx, "one")
	check(t, err)
	equal(t, "end within the minute", got.ExpiresAt, now.Add(2*time.Hour))

	check(t, s.EndSession(ctx, "two"))
	list, err := s.Sessions(ctx, p.ID)
	check(t, err)
	equal(t, "live", len(list), 2)
	check(t, s.EndSessions(ctx, p.ID, "one"))
	list, err = s.Sessions(ctx, p.ID)
	check(t, err)
	equal(t, "live after the rest was ended", len(list), 1)
}

func tokens(t *testing.T, b Base) {
	ctx, s, past := t.Context(), b.Store, interview.Now().Add(-time.Minute)
	p, other := person(t, s, "a@example.jp"), person(t, s, "b@example.jp")
	tok, err := s.AddToken(ctx, store.Token{Person: p.ID, Name: "ci"}, "h1")
	check(t, err)
	_, err = s.AddToken(ctx, store.Token{Person: p.ID, Name: "old", ExpiresAt: &past}, "h2")
	check(t, err)
	got, who, err := s.TokenPerson(ctx, "h1")
	check(t, err)
	equal(t, "person", who.ID, p.ID)
	equal(t, "use is noted", got.UsedAt != nil, true)
	_, _, err = s.TokenPerson(ctx, "h2")
	code(t, err, "token_invalid")
	_, _, err = s.TokenPerson(ctx, "unknown")
	code(t, err, "token_invalid")
	code(t, s.RevokeToken(ctx, tok.ID, other.ID), "not_found")
	check(t, s.RevokeToken(ctx, tok.ID, p.ID))
	check(t, s.RevokeToken(ctx, tok.ID, ""))
	_, _, err = s.TokenPerson(ctx, "h1")
	code(t, err, "token_invalid")
	list, next, err := s.Tokens(ctx, p.ID, store.Page{Limit: 1})
	check(t, err)
	equal(t, "page", len(list), 1)
	rest, end, err := s.Tokens(ctx, p.ID, store.Page{Limit: 1, Cursor: next})
	check(t, err)
	equal(t, "last page", len(rest) == 1 && end == "" && rest[0].ID != list[0].ID, true)
}

func linkUsedOnce(t *testing.T, b Base) {
	p := person(t, b.Store, "a@example.jp")
	check(t, b.Store.AddLink(t.Context(), store.Link{Hash: "l", Person: p.ID, ExpiresAt: interview.Now().Add(time.Hour)}))
	errs := race(racers, func(int) error {
		got, err := b.Store.UseLink(t.Context(), "l", "any browser")
		if err == nil && got.ID != p.ID {
			t.Errorf("got person %s, want %s", got.ID, p.ID)
		}
		return err
	})
	equal(t, "uses", winners(t, errs, "link_used"), 1)
}

func linkStates(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	p := person(t, s, "a@example.jp")
	check(t, s.AddLink(ctx, store.Link{Hash: "bound", Person: p.ID, Browser: "mine", ExpiresAt: interview.Now().Add(time.Hour)}))
	check(t, s.AddLink(ctx, store.Link{Hash: "old", Person: p.ID, ExpiresAt: interview.Now().Add(-time.Second)}))
	_, err := s.UseLink(ctx, "bound", "another")
	code(t, err, "link_other_browser")
	_, err = s.Link(ctx, "bound")
	check(t, err)
	_, err = s.UseLink(ctx, "bound", "mine") // the wrong browser has not spent it
	check(t, err)
	_, err = s.Link(ctx, "bound")
	code(t, err, "link_used")
	for _, hash := range []string{"old", "unknown"} {
		_, err = s.UseLink(ctx, hash, "")
		code(t, err, "link_expired")
		_, err = s.Link(ctx, hash)
		code(t, err, "link_expired")
	}
}
