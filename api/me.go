package api

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// settings is the JSON object of a person's settings; other programs' keys in it are kept.
type settings struct {
	MailOff []string `json:"mail_off"`
	KeysOff bool     `json:"keys_off"`
}

func (s *Server) getMe(ctx context.Context, _ *struct{}) (*Body[Me], error) {
	p := callOf(ctx).person
	raw, err := s.Store.Settings(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	var set settings
	if err := json.Unmarshal(raw, &set); err != nil {
		return nil, fmt.Errorf("decode settings: %w", interview.E("internal_error", nil))
	}
	out := Me{Person: accountOf(p), Mail: set.MailOff, KeysOff: set.KeysOff, Installation: s.installation(callOf(ctx).lang), Can: []interview.Action{}}
	for a := range interview.AccountRights {
		if interview.JudgeAccount(p, a) == nil {
			out.Can = append(out.Can, a)
		}
	}
	slices.Sort(out.Can)
	return &Body[Me]{out}, nil
}

func (s *Server) installation(lang string) Installation {
	out := Installation{Company: s.Notice.Company, Contact: s.Notice.Contact, Version: s.Version, Auth: s.Auth, Consent: s.ConsentMode, MaxSize: s.MaxSize,
		AudioDays: int(s.Retention.Audio / day), AudioMaxDays: int(s.Retention.AudioMax / day), Processors: []Endpoint{}, Templates: []string{}}
	for _, e := range []*Endpoint{s.Notice.STT, s.Notice.LLM} {
		if e != nil {
			out.Processors = append(out.Processors, *e)
		}
	}
	for _, t := range s.Templates.List() {
		out.Templates = append(out.Templates, t.Name)
	}
	out.Desks = []Desk{}
	for _, matter := range []string{"crisis", "harassment", "whistle"} {
		of := s.Notice.Desks[matter]
		if name := cmp.Or(of[lang], of[""], s.Notice.Contact); name != "" {
			out.Desks = append(out.Desks, Desk{For: matter, Name: name})
		}
	}
	return out
}

func (s *Server) changeMe(ctx context.Context, in *meChangeIn) (*Body[Me], error) {
	c := callOf(ctx)
	ch := store.PersonChange{Language: in.Body.Language}
	if in.Body.MailOff != nil || in.Body.KeysOff != nil {
		raw, err := s.Store.Settings(ctx, c.person.ID)
		if err != nil {
			return nil, err
		}
		all := map[string]any{}
		if err := json.Unmarshal(raw, &all); err != nil {
			return nil, fmt.Errorf("decode settings: %w", interview.E("internal_error", nil))
		}
		if in.Body.MailOff != nil {
			all["mail_off"] = *in.Body.MailOff
		}
		if in.Body.KeysOff != nil {
			all["keys_off"] = *in.Body.KeysOff
		}
		if ch.Settings, err = json.Marshal(all); err != nil {
			return nil, fmt.Errorf("encode settings: %w", err)
		}
	}
	p, err := s.Store.UpdatePerson(ctx, c.person.ID, ch)
	if err != nil {
		return nil, err
	}
	c.person = p
	return s.getMe(ctx, nil)
}

// exportMe writes everything that is stored about the caller as one JSON document, interview by interview, so that a
// long history needs no memory.
func (s *Server) exportMe(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	c := callOf(ctx)
	me, err := s.getMe(ctx, nil)
	if err != nil {
		return err
	}
	err = s.Store.Tx(ctx, func(tx *store.Tx) error { return audit(ctx, tx, "exported_own_data", c.person.ID, "") })
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Disposition", attachment("kikigaki-"+interview.Now().Format(time.DateOnly)+".json"))
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if _, err := fmt.Fprint(w, `{"person":`); err != nil {
		return err
	}
	if err := enc.Encode(me.Body.Person); err != nil {
		return err
	}
	if _, err := fmt.Fprint(w, `,"settings":`); err != nil {
		return err
	}
	if err := enc.Encode(map[string]any{"mail_off": noNulls(me.Body.Mail)}); err != nil {
		return err
	}
	if _, err := fmt.Fprint(w, `,"interviews":[`); err != nil {
		return err
	}
	cursor, first := "", true
	for {
		talks, next, err := s.Store.Talks(ctx, store.TalkFilter{Participant: c.person.ID}, store.Page{Limit: 50, Cursor: cursor})
		if err != nil {
			return err
		}
		for _, t := range talks {
			one, err := s.ownData(ctx, t)
			if err != nil {
				return err
			}
			if t.Employee != c.person.ID && (one.Transcript != nil || len(one.Drafts) > 0) {
				if err := s.Store.AddRead(ctx, interview.Read{Interview: t.ID, Person: c.person.ID, What: "export"}); err != nil {
					return err
				}
			}
			if !first {
				if _, err := fmt.Fprint(w, ","); err != nil {
					return err
				}
			}
			first = false
			if err := enc.Encode(noNulls(one)); err != nil {
				return err
			}
		}
		if cursor = next; next == "" {
			break
		}
	}
	_, err = fmt.Fprintln(w, "]}")
	return err
}

// OwnData is one interview in the export of a person's own data.
type OwnData struct {
	Interview  Interview              `json:"interview"`
	Consents   []interview.Consent    `json:"consents"`
	Notices    []interview.Notice     `json:"notices"`
	Sheet      *Sheet                 `json:"sheet"`
	Transcript *interview.Transcript  `json:"transcript"`
	Drafts     []interview.Draft      `json:"drafts"`
	Comments   []interview.Comment    `json:"comments"`
	Verdicts   []interview.Verdict    `json:"verdicts"`
	Actions    []interview.Promise    `json:"actions"`
	Notes      []store.Note           `json:"notes"`
	Requests   []store.Request        `json:"requests"`
	Reads      []interview.Read       `json:"reads"`
	Audit      []interview.AuditEvent `json:"audit"`
}

// ownData gathers one interview for a participant, each part by the right it takes.
func (s *Server) ownData(ctx context.Context, t interview.Talk) (out OwnData, err error) {
	c := &call{}
	*c = *callOf(ctx)
	c.talk = t
	ctx = context.WithValue(ctx, callKey{}, c)
	if out.Interview, err = s.showOne(ctx, t); err != nil {
		return out, err
	}
	if out.Consents, err = s.Store.Consents(ctx, t.ID); err != nil {
		return out, err
	}
	for _, x := range out.Consents {
		if x.Notice == "" || slices.ContainsFunc(out.Notices, func(n interview.Notice) bool { return n.ID == x.Notice }) {
			continue
		}
		n, err := s.Store.Notice(ctx, x.Notice)
		if err != nil {
			return out, err
		}
		out.Notices = append(out.Notices, n)
	}
	if t.Status == interview.Erased {
		return out, nil
	}
	if c.may(interview.ActReadSheet) {
		v, err := s.Store.Sheet(ctx, t.ID)
		if err == nil {
			sheet, err := sheetView(v)
			if err != nil {
				return out, err
			}
			out.Sheet = &sheet.Body
		} else if interview.Code(err) != "not_found" {
			return out, err
		}
	}
	if c.may(interview.ActHear) && s.narrow(c.person, interview.ActHear, t) == nil {
		if out.Transcript, err = s.Store.Transcript(ctx, t.ID, 0); err != nil && interview.Code(err) != "not_found" {
			return out, err
		}
		if err != nil {
			out.Transcript = nil
		}
	}
	if c.may(interview.ActReadDraft) {
		if err := s.ownDrafts(ctx, t, &out); err != nil {
			return out, err
		}
	}
	if out.Notes, err = s.Store.Notes(ctx, t.ID, c.person.ID, false); err != nil {
		return out, err
	}
	if c.may(interview.ActSeeRequests) {
		if out.Requests, err = whole(func(p store.Page) ([]store.Request, string, error) {
			return s.Store.Requests(ctx, store.RequestFilter{Interview: t.ID}, p)
		}); err != nil {
			return out, err
		}
	}
	if c.may(interview.ActSeeReads) {
		if out.Reads, err = whole(func(p store.Page) ([]interview.Read, string, error) { return s.Store.Reads(ctx, t.ID, p) }); err != nil {
			return out, err
		}
	}
	out.Audit, err = whole(func(p store.Page) ([]interview.AuditEvent, string, error) {
		return s.Store.Audit(ctx, store.AuditFilter{Interview: t.ID}, p)
	})
	return out, err
}

// whole reads a list to its end.
func whole[T any](list func(store.Page) ([]T, string, error)) ([]T, error) {
	var out []T
	for page := (store.Page{Limit: 200}); ; {
		items, next, err := list(page)
		if err != nil {
			return nil, err
		}
		out = append(out, items...)
		if page.Cursor = next; next == "" {
			return out, nil
		}
	}
}

func (s *Server) ownDrafts(ctx context.Context, t interview.Talk, out *OwnData) error {
	list, err := s.Store.Drafts(ctx, t.ID)
	if err != nil {
		return err
	}
	for _, v := range list {
		d, err := s.draftOf(ctx, callOf(ctx).person, t, v.Version)
		if err != nil {
			return err
		}
		out.Drafts = append(out.Drafts, *d)
	}
	if out.Comments, err = whole(func(p store.Page) ([]interview.Comment, string, error) {
		return s.Store.Comments(ctx, t.ID, store.CommentFilter{}, p)
	}); err != nil {
		return err
	}
	if out.Comments, err = s.shownComments(ctx, out.Comments); err != nil {
		return err
	}
	p := callOf(ctx).person
	if !interview.RelationOf(p, t).Guarded { // a note on a decision speaks of anything
		if out.Verdicts, err = s.Store.Verdicts(ctx, t.ID); err != nil {
			return err
		}
	}
	out.Actions, err = whole(func(p store.Page) ([]interview.Promise, string, error) {
		return s.Store.Promises(ctx, store.PromiseFilter{Interview: t.ID}, p)
	})
	if err != nil {
		return err
	}
	shown, err := s.shownStatements(ctx, p, t)
	out.Actions = slices.DeleteFunc(out.Actions, func(x interview.Promise) bool { return shown != nil && !shown[x.Statement] && x.Person != p.ID })
	return err
}
