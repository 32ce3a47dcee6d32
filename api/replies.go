package api

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kikigaki/internal/interview"
)

// Reply is a drafted answer to a remark, for the interviewer to read, change and send as their own. It is put together
// from what really stands in the versions, the same for every engine: nobody is told of a change that was not made.
type Reply struct {
	Comment string `json:"comment"`
	Outcome string `json:"outcome" enum:"changed,removed,added,kept,explained,nothing" doc:"What became of the remark: by a revision changed, removed, added or kept; explained: no revision was asked, the words it stands on are told; nothing: there is nothing to tell"`
	Version int    `json:"version" doc:"Version in which that shows, 0 for none"`
	Engine  string `json:"engine,omitempty" doc:"Who made that version: extractive cannot write anew, it takes out, quotes or adds what was said"`
	Text    string `json:"text" doc:"Empty for nothing"`
}

// replyTexts are the drafted answers, ja and en.
var replyTexts = map[string][2]string{
	"changed":       {"第%d版で、「%s」を「%s」に直しました。", "Version %d says “%[3]s” in place of “%[2]s”."},
	"details":       {"第%d版で、「%s」の根拠や担当、期限を直しました。", "Version %d corrects what “%s” rests on, its owner or its date."},
	"removed":       {"第%d版で、「%s」を外しました。", "Version %d no longer says “%s”."},
	"added":         {"第%d版で、「%s」を書き足しました。", "Version %d adds “%s”."},
	"kept":          {"第%d版でも、「%s」は変えていません。", "Version %d leaves “%s” as it is."},
	"kept_document": {"第%d版では、この点について変えた所はありません。", "Nothing was changed about this in version %d."},
	"stands_on":     {"%sの「%s」という発言をもとに書いています。", "It rests on what was said%s: “%s”."},
	"at":            {"%s ", " at %s"},
	"ask":           {"どう直すとよいか、教えてください。", "How should it read?"},
}

func replyText(lang, key string, args ...any) string {
	t := replyTexts[key][1]
	if lang == "ja" {
		t = replyTexts[key][0]
	}
	return fmt.Sprintf(t, args...)
}

type onCommentIn struct{ OnComment }

// draftReply drafts an answer to a remark of the employee's. Nothing is stored and nothing is sent.
func (s *Server) draftReply(ctx context.Context, in *onCommentIn) (*Body[Reply], error) {
	x, err := s.comment(ctx, in.Comment)
	if err != nil {
		return nil, err
	}
	if x.Kind == "reaction" || x.Author != callOf(ctx).talk.Employee {
		return nil, invalid("comment", "not_answered") // a sign needs no answer, nor do one's own words
	}
	on := x.Draft
	if x.Asked > 0 {
		on = x.Asked
	}
	old, err := s.draftFor(ctx, on)
	if err != nil {
		return nil, err
	}
	var fresh *interview.Draft
	if x.Asked > 0 {
		fresh, err = s.draftFor(ctx, x.Asked+1)
		if err != nil && interview.Code(err) != "not_found" {
			return nil, err
		}
		if err != nil || fresh.Author.Kind != "ai" { // the revision broke off, or somebody edited instead
			fresh = nil
		}
	}
	return &Body[Reply]{replyOf(x, old, fresh)}, nil
}

// replyOf says what became of a remark on old in fresh, which a revision made of it; nil: there was none.
func replyOf(x interview.Comment, old, fresh *interview.Draft) Reply {
	lang := old.Language
	r := Reply{Comment: x.ID, Outcome: "nothing"}
	was := statementOf(old, x.Statement)
	if fresh == nil {
		if was != nil && len(was.Evidence) > 0 {
			r.Outcome, r.Text = "explained", standsOn(lang, was.Evidence[0])+replyText(lang, "ask")
		}
		return r
	}
	r.Version, r.Engine = fresh.Version, fresh.Author.Engine
	var added []string
	for _, sec := range fresh.Sections {
		for _, st := range sec.Statements {
			if st.ChangedBy != nil && *st.ChangedBy == x.ID && statementOf(old, st.ID) == nil {
				added = append(added, st.Text)
			}
		}
	}
	now := statementOf(fresh, x.Statement)
	switch {
	case was != nil && now == nil && len(added) == 0:
		r.Outcome, r.Text = "removed", replyText(lang, "removed", r.Version, was.Text)
	case was != nil && now == nil: // taken out and written anew
		r.Outcome, r.Text = "changed", replyText(lang, "changed", r.Version, was.Text, strings.Join(added, "」「"))
	case was != nil && now.Text != was.Text:
		r.Outcome, r.Text = "changed", replyText(lang, "changed", r.Version, was.Text, now.Text)
	case len(added) > 0:
		r.Outcome, r.Text = "added", replyText(lang, "added", r.Version, strings.Join(added, "」「"))
	case was != nil && !sameDetails(was, now):
		r.Outcome, r.Text = "changed", replyText(lang, "details", r.Version, now.Text)
	case was != nil:
		r.Outcome, r.Text = "kept", replyText(lang, "kept", r.Version, now.Text)
		if len(now.Evidence) > 0 {
			r.Text += standsOn(lang, now.Evidence[0])
		}
		r.Text += replyText(lang, "ask")
	default:
		r.Outcome, r.Text = "kept", replyText(lang, "kept_document", r.Version)
	}
	return r
}

func statementOf(d *interview.Draft, id string) *interview.Statement {
	if id == "" {
		return nil
	}
	for i := range d.Sections {
		for j := range d.Sections[i].Statements {
			if st := &d.Sections[i].Statements[j]; st.ID == id {
				return st
			}
		}
	}
	return nil
}

func sameDetails(a, b *interview.Statement) bool {
	same := func(x, y *string) bool { return x == y || x != nil && y != nil && *x == *y }
	return a.Owner == b.Owner && same(a.Due, b.Due) && same(a.DueDate, b.DueDate) && a.Speaker == b.Speaker &&
		slices.EqualFunc(a.Evidence, b.Evidence, func(x, y interview.Evidence) bool { return x.Segment == y.Segment && x.Quote == y.Quote })
}

// standsOn tells the words a statement rests on and, where the talk has times, when they were said.
func standsOn(lang string, e interview.Evidence) string {
	at := ""
	if e.Start != nil {
		at = replyText(lang, "at", clock(e.Start))
	}
	return replyText(lang, "stands_on", at, e.Quote)
}
