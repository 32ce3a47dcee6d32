package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// signInWays tells the app's sign-in page what this installation offers.
func (s *Server) signInWays(ctx context.Context, _ *struct{}) (*Body[Ways], error) {
	out := Body[Ways]{Ways{Auth: s.Auth, Company: s.Notice.Company, SignedIn: callOf(ctx).person.ID != ""}}
	if s.Auth == "dev" {
		people, err := s.devPeople(ctx)
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			out.Body.People = append(out.Body.People, DevPerson{refOf(p), p.Email, p.Roles})
		}
	}
	return &out, nil
}

// devPeople are the accounts that AUTH=dev offers: the first page of those that are not switched off.
func (s *Server) devPeople(ctx context.Context) ([]interview.Person, error) {
	off := false
	people, _, err := s.Store.People(ctx, store.PersonFilter{Disabled: &off}, store.Page{Limit: 200})
	return people, err
}

// signInPage is what the plain sign-in shows.
type signInPage struct {
	Auth   string
	Next   string
	People []interview.Person
}

func (s *Server) plainSignIn(w http.ResponseWriter, r *http.Request) error {
	v := signInPage{Auth: s.Auth, Next: localPath(r.URL.Query().Get("next"))}
	if v.Next == "/" {
		v.Next = "/plain/"
	}
	if s.Auth == "dev" {
		var err error
		if v.People, err = s.devPeople(r.Context()); err != nil {
			return err
		}
	}
	return s.render(w, r, http.StatusOK, "signin", view{Data: v})
}

func (s *Server) devPage(w http.ResponseWriter, r *http.Request) error {
	if s.Auth != "dev" {
		return interview.E("not_found", nil)
	}
	return s.plainSignIn(w, r)
}

// devSignIn signs in as anyone. It exists only with AUTH=dev, which the program allows on loopback addresses alone
// unless somebody sets it by hand.
func (s *Server) devSignIn(w http.ResponseWriter, r *http.Request) error {
	if s.Auth != "dev" {
		return interview.E("not_found", nil)
	}
	in, err := signInForm(r)
	if err != nil {
		return err
	}
	p, err := s.Store.PersonByEmail(r.Context(), in.Email)
	if interview.Code(err) == "not_found" || err == nil && p.Disabled {
		return interview.E("account_unknown", nil)
	}
	if err != nil {
		return err
	}
	if err := s.startSession(w, r, p, "dev"); err != nil {
		return err
	}
	return s.signedIn(w, r, p, in.Next)
}

// signedIn ends every way of signing in: to where one wanted to go, or as JSON for programs.
func (s *Server) signedIn(w http.ResponseWriter, r *http.Request, p interview.Person, next string) error {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		w.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(w).Encode(map[string]any{"person": refOf(p)})
	}
	http.Redirect(w, r, localPath(next), http.StatusSeeOther)
	return nil
}

// form is what the sign-in calls take, as JSON or as a form.
type form struct {
	Email  string `json:"email"`
	Next   string `json:"next"`
	Secret string `json:"t"`
}

func signInForm(r *http.Request) (form, error) {
	var in form
	ct := r.Header.Get("Content-Type")
	switch {
	case strings.HasPrefix(ct, "application/json"):
		if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 8<<10)).Decode(&in); err != nil {
			return in, invalid("body", "malformed")
		}
	case strings.HasPrefix(ct, "application/x-www-form-urlencoded"):
		r.Body = http.MaxBytesReader(nil, r.Body, 8<<10)
		if err := r.ParseForm(); err != nil {
			return in, invalid("body", "malformed")
		}
		in = form{Email: r.PostForm.Get("email"), Next: r.PostForm.Get("next"), Secret: r.PostForm.Get("t")}
	default:
		return in, invalid("body", "media_type")
	}
	in.Email = strings.TrimSpace(in.Email)
	if len(in.Email) > 254 {
		return in, invalid("email", "too_long")
	}
	return in, nil
}
