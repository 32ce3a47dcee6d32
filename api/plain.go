package api

import (
	"fmt"
	"net/http"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// The plain pages show list, interview and draft without a script: for a program built without the web app, for old
// browsers, and for seeing what the API says. They change nothing but the session.

// plainRow is one line of the list.
type plainRow struct {
	Interview
	Phrase string
}

func (s *Server) plainList(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	c := callOf(ctx)
	talks, next, err := s.Store.Talks(ctx, (Filter{}).filter(c.person), store.Page{Limit: 50, Cursor: r.URL.Query().Get("cursor")})
	if err != nil {
		return err
	}
	shown, err := s.show(ctx, c.person, false, talks...)
	if err != nil {
		return err
	}
	rows := []plainRow{}
	for _, v := range shown {
		rows = append(rows, plainRow{v, statePhrase(c.lang, v)})
	}
	return s.render(w, r, http.StatusOK, "list", view{Data: map[string]any{"Rows": rows, "Next": next}})
}

// statePhrase says where an interview stands in plain words.
func statePhrase(lang string, v Interview) string {
	key := string(v.Status)
	if v.Status == interview.InReview && v.WaitingFor != nil && *v.WaitingFor == interview.ForInterviewer {
		key = "in_review_changes"
	}
	text := pageText(lang, key)
	if v.Progress != nil && v.Progress.Total > 0 {
		text += fmt.Sprintf(" %d/%d", v.Progress.Done, v.Progress.Total)
	}
	return text
}

// plainPage is one interview with the draft its reader may read.
type plainPage struct {
	Interview Interview
	Phrase    string
	Draft     *interview.Draft
	Title     string
	Confirmed bool
	AI        bool
	Low       bool
}

func (s *Server) plainInterview(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	c := callOf(ctx)
	v, err := s.showOne(ctx, c.talk)
	if err != nil {
		return err
	}
	page := plainPage{Interview: v, Phrase: statePhrase(c.lang, v)}
	if mayAny(c.person, c.talk, interview.ActReadDraft, interview.ActReadRecord) == nil && c.talk.Draft > 0 {
		d, err := s.readable(ctx, 0)
		if err != nil && interview.Code(err) != "not_found" {
			return err
		}
		if err == nil {
			if err := s.logRead(ctx, c.talk, "record"); err != nil {
				return err
			}
			page.Draft, page.Confirmed, page.AI = d, d.Version == c.talk.Sealed, d.Author.Kind == "ai"
			page.Low = d.Coverage.Incomplete
			key := "draft"
			if page.Confirmed {
				key = "record"
			}
			page.Title = fmt.Sprintf(pageText(c.lang, key), d.Version)
		}
	}
	title := fmt.Sprintf("%s %s %s", v.RecordedOn, v.Employee.Name, v.Interviewer.Name)
	return s.render(w, r, http.StatusOK, "interview", view{Title: title, Data: page})
}
