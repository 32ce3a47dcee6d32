package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// mailsTo lists the kinds of the mails that wait for a person, oldest first, with what is no longer wanted in brackets.
func (w *world) mailsTo(who string) string {
	w.t.Helper()
	list, _, err := w.store.MailsOf(w.t.Context(), w.people[who].ID, store.Page{Limit: 50})
	check(w.t, err)
	var out []string
	for i := len(list) - 1; i >= 0; i-- {
		kind := list[i].Kind
		if list[i].State == store.MailDropped {
			kind = "(" + kind + ")"
		}
		out = append(out, kind)
	}
	return strings.Join(out, " ")
}

func TestHandBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	base := "/v1/interviews/" + w.at(interview.InReview).ID
	w.call("suzuki", "POST", base+"/handback", map[string]any{"draft": 1}).want(409, "state_conflict") // it is with the employee
	w.call("sato", "POST", base+"/decision", map[string]any{"draft": 1, "decision": "request_changes"}).want(200)
	w.call("sato", "POST", base+"/handback", map[string]any{"draft": 1}).want(403, "forbidden")
	w.call("suzuki", "POST", base+"/handback", map[string]any{"draft": 2}).want(409, "draft_superseded")
	var v Interview
	w.call("suzuki", "POST", base+"/handback", map[string]any{"draft": 1, "note": "元のままにしました。"}).want(200).into(&v)
	if v.Draft != 1 || v.WaitingFor == nil || *v.WaitingFor != interview.ForEmployee {
		t.Errorf("handed back: version %d waits for %v", v.Draft, v.WaitingFor)
	}
	var talk Page[Comment]
	w.call("sato", "GET", base+"/comments", nil).want(200).into(&talk)
	if len(talk.Items) != 1 || talk.Items[0].Statement != "" || talk.Items[0].Text != "元のままにしました。" {
		t.Errorf("the note: %+v", talk.Items)
	}
	if got := w.mailsTo("sato"); got != "revised" {
		t.Errorf("mails to the employee: %s", got)
	}
	if got := w.mailsTo("suzuki"); got != "(changes_requested)" {
		t.Errorf("mails to the interviewer: %s", got)
	}
	// Asked again and answered again: told again.
	w.call("sato", "POST", base+"/decision", map[string]any{"draft": 1, "decision": "request_changes"}).want(200)
	w.call("suzuki", "POST", base+"/handback", map[string]any{"draft": 1}).want(200)
	if got := w.mailsTo("sato"); got != "(revised) revised" {
		t.Errorf("mails after a second time: %s", got)
	}
}

func TestAnEditTellsTheEmployeeOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	base := "/v1/interviews/" + w.at(interview.InReview).ID
	edit := func(who, n, text string) {
		w.call(who, "PATCH", base+"/drafts/"+n, map[string]any{"statements": []any{map[string]any{"id": "s1", "text": text}}}, "If-Match", `"d`+n+`"`).want(200)
	}
	edit("suzuki", "1", "企画か広報の仕事をしてみたい。")
	edit("suzuki", "2", "広報の仕事をしてみたい。")
	if got := w.mailsTo("sato"); got != "(revised) revised" {
		t.Errorf("after two versions: %s", got)
	}
	edit("sato", "3", "広報をしてみたい。")
	if got := w.mailsTo("sato"); got != "(revised) revised" {
		t.Errorf("after the employee's own change: %s", got)
	}
}

func TestRemind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	review := "/v1/interviews/" + w.at(interview.InReview).ID
	w.call("sato", "POST", review+"/remind", nil).want(403, "forbidden")
	w.call("suzuki", "POST", review+"/remind", nil).want(200)
	w.call("hayashi", "POST", review+"/remind", nil).want(409, "reminded_today")
	w.call("hayashi", "POST", "/v1/interviews/"+w.at(interview.NeedsConsent).ID+"/remind", nil).want(200)
	if got := w.mailsTo("sato"); got != "reminder_1 consent_asked" {
		t.Errorf("mails: %s", got)
	}
	other := "/v1/interviews/" + w.at(interview.InReview).ID
	w.call("sato", "POST", other+"/decision", map[string]any{"draft": 1, "decision": "request_changes"}).want(200)
	w.call("suzuki", "POST", other+"/remind", nil).want(409, "state_conflict")
	w.call("suzuki", "POST", "/v1/interviews/"+w.at(interview.Approved).ID+"/remind", nil).want(409, "state_conflict")
}

func TestRemarksOnTheSummary(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	base := "/v1/interviews/" + w.at(interview.InReview).ID + "/comments"
	say := func(who, at, kind string) *reply {
		return w.call(who, "POST", base, map[string]any{"draft": 1, "statement": at, "kind": kind, "text": "ちがいます。"})
	}
	say("sato", "summary:1", "dispute").want(201)
	say("suzuki", "summary:0", "comment").want(201)
	say("suzuki", "summary:0", "dispute").want(422, "validation_failed")
	for _, at := range []string{"summary:2", "summary:-1", "summary:01", "summary:", "summary:x"} {
		say("sato", at, "dispute").want(422, "validation_failed")
	}
}

// A remark on a sentence of the summary stays with it when the sentences are put in another order, changed and added to,
// also in versions of before sentences had ids.
func TestRemarksFollowTheirSentence(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	type m = map[string]any
	base := "/v1/interviews/" + w.at(interview.InReview).ID
	said := func(version int, at string) string {
		var c Comment
		w.call("sato", "POST", base+"/comments", m{"draft": version, "statement": at, "kind": "comment", "text": "眠りのことです。"}).want(201).into(&c)
		return c.Statement
	}
	night := said(1, "summary:1")
	edit := func(version int, sentences ...m) []interview.Sentence {
		t.Helper()
		var d DraftDocument
		w.call("suzuki", "PATCH", fmt.Sprintf("%s/drafts/%d", base, version), m{"summary": sentences}, "If-Match", fmt.Sprintf(`"d%d"`, version)).want(200).into(&d)
		return d.Summary
	}
	now := edit(1, m{"text": "面談者は研修を探す。"}, m{"text": "眠れないことを話した。"}, m{"id": "summary:0", "text": "企画を希望している。"})
	if now[1].ID != night || now[2].ID != "summary:0" || now[0].ID == "" || now[0].ID == night {
		t.Fatalf("after an edit: %+v, the remark is on %s", now, night)
	}
	first := now[0].ID
	if got := said(2, "summary:0"); got != "summary:0" { // the sentence that had this name keeps it
		t.Errorf("a remark on the first sentence of version 1 went to %s", got)
	}
	if got := said(2, first); got != first {
		t.Errorf("a remark on %s went to %s", first, got)
	}
	w.call("sato", "POST", base+"/comments", m{"draft": 1, "statement": first, "text": "x"}).want(422, "validation_failed")
	now = edit(2, m{"id": night, "text": "よく眠れない日がある。"}, m{"id": first, "text": "面談者は研修を探す。"})
	if len(now) != 2 || now[0].ID != night || now[1].ID != first {
		t.Errorf("after the second edit: %+v", now)
	}
	var list Page[Comment]
	w.call("suzuki", "GET", base+"/comments", nil).want(200).into(&list)
	on := []string{}
	for _, c := range list.Items {
		on = append(on, c.Statement)
	}
	if want := []string{night, "summary:0", first}; !slices.Equal(on, want) {
		t.Errorf("remarks are on %v, want %v", on, want)
	}
}

func TestOpenedIsTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	base := "/v1/interviews/" + w.at(interview.InReview).ID
	var o Opened
	w.call("sato", "PUT", base+"/drafts/1/opened", map[string]any{"statements": []string{"s4"}}).want(200).into(&o)
	if o.Open != 0 {
		t.Fatalf("still to be looked at: %+v", o)
	}
	w.call("suzuki", "PATCH", base+"/drafts/1", map[string]any{"statements": []any{map[string]any{"id": "s2", "text": "英語の会議が不安だ。"}}}, "If-Match", `"d1"`).want(200)
	w.call("sato", "PUT", base+"/drafts/2/opened", map[string]any{"take_back": []string{"s4"}}).want(200).into(&o)
	if o.Open != 2 || len(o.Opened) != 0 { // s4, looked at in version 1, and s2, changed since
		t.Errorf("after taking back: %+v", o)
	}
	w.call("sato", "PUT", base+"/drafts/2/opened", map[string]any{"take_back": []string{"s9"}}).want(422, "validation_failed")
	w.call("sato", "POST", base+"/decision", map[string]any{"draft": 2, "decision": "approve"}).want(409, "review_incomplete")
}

func TestRequestsOfAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	w.call("sato", "POST", "/v1/interviews/"+talk.ID+"/requests", map[string]any{"kind": "correct", "text": "名前の字"}).want(201)
	own, err := w.store.OpenTalk(t.Context(), interview.Talk{Employee: w.people["mori"].ID, Interviewer: w.people["suzuki"].ID, OpenedBy: w.people["suzuki"].ID,
		Template: "career-interview", Language: "ja", RecordedOn: "2026-05-20", Processing: interview.External, Generation: 1, Status: interview.NeedsConsent, WaitingFor: interview.ForEmployee})
	check(t, err)
	w.call("mori", "POST", "/v1/interviews/"+own.ID+"/requests", map[string]any{"kind": "erase"}).want(201)
	see := func(who string) []string {
		var p Page[AskedFor]
		w.call(who, "GET", "/v1/requests?state=open", nil).want(200).into(&p)
		var out []string
		for _, r := range p.Items {
			out = append(out, r.Employee.Name+" "+r.Kind)
		}
		return out
	}
	if got := strings.Join(see("hayashi"), ", "); got != "mori erase, sato correct" {
		t.Errorf("hr sees %s", got)
	}
	if got := strings.Join(see("mori"), ", "); got != "sato correct" {
		t.Errorf("one of hr who asked something sees %s", got)
	}
	for _, who := range []string{"suzuki", "sato", "ono"} {
		w.call(who, "GET", "/v1/requests", nil).want(403, "forbidden")
	}
}

func TestTemplatePreview(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var src TemplateText
	w.call("ono", "GET", "/v1/templates/one-on-one/source", nil).want(200).into(&src)
	preview := func(text string) (p TemplatePreview) {
		w.call("hayashi", "POST", "/v1/templates/preview", map[string]any{"name": "one-on-one", "text": text}, "Accept-Language", "en").want(200).into(&p)
		return p
	}
	if p := preview(src.Text); len(p.Problems) != 0 || p.Template == nil || p.Template.Name != "one-on-one" || len(p.Samples) == 0 {
		t.Errorf("the file itself: %+v", p.Problems)
	}
	p := preview(strings.Replace(src.Text, "processing:", "proccessing:", 1))
	if len(p.Problems) == 0 || p.Problems[0].Line < 2 || !strings.Contains(p.Problems[0].Message, "processing") {
		t.Errorf("a slip: %+v", p.Problems)
	}
	if p := preview("- - x"); len(p.Problems) == 0 || p.Template != nil {
		t.Errorf("no template at all: %+v", p)
	}
	w.call("hayashi", "POST", "/v1/templates/preview", map[string]any{"name": "../x", "text": "x"}).want(http.StatusUnprocessableEntity)
	w.call("suzuki", "GET", "/v1/templates/one-on-one/source", nil).want(403, "forbidden")
	w.call("ono", "GET", "/v1/templates/nowhere/source", nil).want(422, "template_unknown")
}

func TestOwedAnswersAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	base := "/v1/interviews/" + w.at(interview.InReview).ID
	w.call("sato", "POST", base+"/comments", map[string]any{"draft": 1, "statement": "s1", "kind": "dispute", "text": "ちがいます。"}).want(201)
	w.call("sato", "POST", base+"/comments", map[string]any{"draft": 1, "statement": "s2", "text": "来年です。"}).want(201)
	w.call("suzuki", "POST", base+"/comments", map[string]any{"draft": 1, "statement": "s2", "text": "直します。"}).want(201)
	for who, want := range map[string]int{"suzuki": 1, "sato": 0, "hayashi": 0} { // hr does not even learn that somebody remarked
		var v Interview
		w.call(who, "GET", base, nil).want(200).into(&v)
		var p Page[Interview]
		w.call(who, "GET", "/v1/interviews", nil).want(200).into(&p)
		if v.Owed != want || len(p.Items) != 1 || p.Items[0].Owed != want {
			t.Errorf("%s sees %d, in the list %+v; want %d", who, v.Owed, p.Items, want)
		}
	}
}
