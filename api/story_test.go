package api

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"os"
	"strings"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
	"kikigaki/internal/testkit"
)

func TestOpening(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open()
	if v.Status != interview.NeedsConsent || v.WaitingFor == nil || *v.WaitingFor != interview.ForEmployee || v.Employee.Name != "sato" ||
		v.Interviewer.ID != w.people["suzuki"].ID || v.Relation != "interviewer" || v.Template != "career-interview" || v.Language != "ja" {
		t.Errorf("opened %+v", v)
	}
	mails, _, err := w.store.MailsOf(t.Context(), w.people["sato"].ID, store.Page{})
	check(t, err)
	if len(mails) != 1 || mails[0].Kind != "consent_asked" {
		t.Errorf("mails %+v", mails)
	}
	for name, c := range map[string]struct {
		who   string
		in    map[string]any
		code  string
		field string
	}{
		"unknown employee":       {"suzuki", map[string]any{"employee": "nobody@example.co.jp"}, "unknown_employee", ""},
		"no employee":            {"suzuki", map[string]any{}, "validation_failed", "employee"},
		"unknown template":       {"suzuki", map[string]any{"employee": "sato@example.co.jp", "template": "no-such"}, "template_unknown", ""},
		"unknown language":       {"suzuki", map[string]any{"employee": "sato@example.co.jp", "language": "fr"}, "language_unknown", ""},
		"a day that is none":     {"suzuki", map[string]any{"employee": "sato@example.co.jp", "recorded_on": "2026-02-30"}, "validation_failed", "recorded_on"},
		"a field that is none":   {"suzuki", map[string]any{"employee": "sato@example.co.jp", "admin": true}, "validation_failed", "admin"},
		"a type that is wrong":   {"suzuki", map[string]any{"employee": 7}, "validation_failed", "employee"},
		"a route that is none":   {"suzuki", map[string]any{"employee": "sato@example.co.jp", "processing": "moon"}, "validation_failed", "processing"},
		"with oneself":           {"suzuki", map[string]any{"employee": "suzuki@example.co.jp"}, "validation_failed", "employee"},
		"for another, no hr":     {"suzuki", map[string]any{"employee": "sato@example.co.jp", "interviewer": "tanaka@example.co.jp"}, "forbidden", ""},
		"interviewer who is not": {"hayashi", map[string]any{"employee": "sato@example.co.jp", "interviewer": "kato@example.co.jp"}, "validation_failed", "interviewer"},
		"not allowed to open":    {"kato", map[string]any{"employee": "sato@example.co.jp"}, "forbidden", ""},
		"an engine that is none": {"suzuki", map[string]any{"employee": "sato@example.co.jp", "engine": "llm"}, "validation_failed", "engine"},
		"purpose without end":    {"suzuki", map[string]any{"employee": "sato@example.co.jp", "purpose": strings.Repeat("あ", 2001)}, "validation_failed", "purpose"},
	} {
		r := w.call(c.who, "POST", "/v1/interviews", c.in)
		if r.code() != c.code || c.field != "" && r.fields()[c.field] == "" {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	w.call("suzuki", "POST", "/v1/interviews", "{not json", "Content-Type", "application/json").want(422, "validation_failed")
	w.call("suzuki", "POST", "/v1/interviews", "x", "Content-Type", "text/html").want(422, "validation_failed")
	var other Interview
	w.call("hayashi", "POST", "/v1/interviews", map[string]any{"employee": w.people["sato"].ID, "interviewer": "tanaka@example.co.jp"}).want(201).into(&other)
	if other.Interviewer.Name != "tanaka" || other.Relation != "hr" {
		t.Errorf("hr opened %+v", other)
	}
}

// formOf builds a multipart opening; files come first, to show that order is free.
func formOf(t testing.TB, files map[string]string, fields map[string]string) (string, io.Reader) {
	t.Helper()
	var b bytes.Buffer
	f := multipart.NewWriter(&b)
	for name, path := range files {
		p, err := f.CreateFormFile(name, path[strings.LastIndexByte(path, '/')+1:])
		check(t, err)
		raw, err := os.ReadFile(path)
		check(t, err)
		_, err = p.Write(raw)
		check(t, err)
	}
	for k, v := range fields {
		check(t, f.WriteField(k, v))
	}
	check(t, f.Close())
	return f.FormDataContentType(), &b
}

func TestOpeningWithFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) { o.ConsentMode = "attested" })
	files := map[string]string{"recording": testkit.Sample("03-en-analyst.m4a"), "captions": testkit.Sample("03-en-analyst.vtt")}
	kind, body := formOf(t, files, map[string]string{"employee": "sato@example.co.jp", "language": "en", "consent.attested": "true", "consent.abroad": "true", "speakers": "2"})
	var v Interview
	w.call("suzuki", "POST", "/v1/interviews", body, "Content-Type", kind).want(201).into(&v)
	if v.Status != interview.Queued || v.Recording == nil || v.Recording.Format != "m4a" || v.Recording.SHA256 == "" || v.Transcript != 1 ||
		!v.Consent.Attested || !v.Consent.Abroad {
		t.Errorf("opened %+v recording %+v", v, v.Recording)
	}
	if got := w.waker.kinds(v.ID); got != "prepare" {
		t.Errorf("woke %q", got)
	}
	stat, err := os.Stat(files["recording"])
	check(t, err)
	if v.Recording.Size != stat.Size() {
		t.Errorf("%d of %d bytes", v.Recording.Size, stat.Size())
	}
	// What is wrong with a field leaves neither an interview nor an object.
	for name, fields := range map[string]map[string]string{
		"unknown employee": {"employee": "nobody@example.co.jp"}, "unknown field": {"employee": "sato@example.co.jp", "recordedon": "2026-05-20"},
		"no employee": {}, "three channels": {"employee": "sato@example.co.jp", "channels": "employee,interviewer,other"},
		"a part that is none": {"employee": "sato@example.co.jp", "channels": "boss"}, "speakers": {"employee": "sato@example.co.jp", "speakers": "many"},
	} {
		kind, body := formOf(t, map[string]string{"recording": files["recording"]}, fields)
		if r := w.call("suzuki", "POST", "/v1/interviews", body, "Content-Type", kind); r.status != 422 {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	n := 0
	for o, err := range w.bucket.List(t.Context(), "interviews/") {
		check(t, err)
		n++
		if !strings.HasPrefix(o.Key, interview.Prefix(v.ID)) {
			t.Errorf("left behind: %s", o.Key)
		}
	}
	if n != 1 {
		t.Errorf("%d objects, want the one recording", n)
	}
	talks, _, err := w.store.Talks(t.Context(), store.TalkFilter{}, store.Page{})
	check(t, err)
	if len(talks) != 1 {
		t.Errorf("%d interviews", len(talks))
	}
	// Captions alone go straight on.
	kind, body = formOf(t, map[string]string{"captions": testkit.Sample("01-ja-sales.vtt")}, map[string]string{"employee": "sato@example.co.jp", "consent.attested": "1"})
	w.call("suzuki", "POST", "/v1/interviews", body, "Content-Type", kind).want(201).into(&v)
	if v.Status != interview.Queued || w.waker.kinds(v.ID) != "assemble" {
		t.Errorf("captions alone: %s, woke %q", v.Status, w.waker.kinds(v.ID))
	}
}

func TestConsentLeads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open()
	base := "/v1/interviews/" + v.ID
	var page ConsentPage
	w.call("sato", "GET", base+"/consent", nil).want(200).into(&page)
	for _, want := range []string{"評価には使いません", "suzukiさん", "みどり株式会社の設備の中", "30日", "180日", "来年の仕事について。", "人事部"} {
		if !strings.Contains(page.Notice.Text, want) {
			t.Errorf("the notice lacks %q:\n%s", want, page.Notice.Text)
		}
	}
	if strings.ContainsAny(page.Notice.Text, "{}[") || page.AsksAbroad {
		t.Errorf("left unfilled: %s", page.Notice.Text)
	}
	var en ConsentPage
	w.call("sato", "GET", base+"/consent", nil, "Accept-Language", "en").want(200).into(&en)
	if !strings.Contains(en.Notice.Text, "Not an appraisal") || en.Notice.ID == page.Notice.ID {
		t.Errorf("English notice: %s", en.Notice.Text)
	}
	w.call("sato", "PUT", base+"/consent", map[string]any{"decision": "given"}).want(422, "validation_failed")
	w.call("sato", "PUT", base+"/consent", map[string]any{"decision": "given", "notice": interview.NewID()}).want(422, "validation_failed")
	w.call("suzuki", "PUT", base+"/consent", map[string]any{"decision": "objected"}).want(422, "validation_failed")
	// The interviewer's own consent is theirs and moves nothing.
	w.call("suzuki", "PUT", base+"/consent", map[string]any{"decision": "given", "notice": page.Notice.ID}).want(200).into(&v)
	if v.Status != interview.NeedsConsent {
		t.Errorf("the interviewer's consent moved it to %s", v.Status)
	}
	// A recording that comes before consent is kept and nothing is done with it.
	w.call("suzuki", "PUT", base+"/recording?name=a.m4a", "not yet opened by anyone").want(200).into(&v)
	if v.Status != interview.NeedsConsent || w.waker.kinds(v.ID) != "" || v.Recording == nil || v.Recording.Playable {
		t.Errorf("before consent: %s, woke %q", v.Status, w.waker.kinds(v.ID))
	}
	w.call("suzuki", "GET", base+"/recording", nil).want(409, "needs_consent")
	w.call("suzuki", "GET", base+"/transcript", nil).want(409, "needs_consent")
	v = w.consent(v.ID)
	if v.Status != interview.Queued || w.waker.kinds(v.ID) != "prepare" || v.Consent.Employee != interview.Given {
		t.Errorf("after consent: %s, woke %q", v.Status, w.waker.kinds(v.ID))
	}
}

func TestAbroad(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) {
		o.Notice.STT = &Endpoint{For: "stt", Model: "m", Processor: "Acme Speech", Country: "アメリカ合衆国"}
		o.Notice.LLM = &Endpoint{For: "llm", Model: "m", Processor: "社内", Country: "日本", Internal: true}
		o.Notice.TransferURL = "https://example.co.jp/transfer"
	})
	v := w.open()
	base := "/v1/interviews/" + v.ID
	var page ConsentPage
	w.call("sato", "GET", base+"/consent", nil).want(200).into(&page)
	if !page.AsksAbroad || !strings.Contains(page.Notice.Text, "Acme Speech(アメリカ合衆国)に委託") || !strings.Contains(page.Notice.Text, "https://example.co.jp/transfer") ||
		!strings.Contains(page.Notice.Text, "文を下書きにまとめる処理は、みどり株式会社の設備の中だけ") {
		t.Errorf("notice:\n%s", page.Notice.Text)
	}
	w.call("sato", "PUT", base+"/consent", map[string]any{"decision": "given", "abroad": false, "notice": page.Notice.ID}).want(200).into(&v)
	if v.Processing != interview.Internal || v.Status != interview.AwaitingRecording {
		t.Errorf("a no to abroad: %s %s", v.Processing, v.Status)
	}
	r := w.call("suzuki", "GET", base, nil).want(200)
	w.call("suzuki", "PATCH", base, map[string]any{"processing": "external"}, "If-Match", r.header.Get("ETag")).want(422, "validation_failed")
}

func TestRefusal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open()
	base := "/v1/interviews/" + v.ID
	w.call("suzuki", "PUT", base+"/recording", "unopened").want(200)
	w.call("sato", "PUT", base+"/consent", map[string]any{"decision": "refused"}).want(200).into(&v)
	if v.Status != interview.AwaitingRecording || !v.ByHand || w.waker.kinds(v.ID) != "erase" {
		t.Errorf("after refusal: %+v woke %q", v, w.waker.kinds(v.ID))
	}
	if _, err := w.store.LatestRecording(t.Context(), v.ID); interview.Code(err) != "not_found" {
		t.Errorf("the recording is still there: %v", err)
	}
	w.call("suzuki", "PUT", base+"/recording", "another").want(409, "consent_refused")
	w.call("suzuki", "POST", base+"/uploads", map[string]any{"name": "a.m4a", "size": 5}).want(409, "consent_refused")
	w.call("suzuki", "POST", base+"/consent/attestation", map[string]any{"method": "spoken"}).want(409, "consent_refused")
	// Written by hand in the same form.
	w.call("suzuki", "POST", base+"/drafts", map[string]any{"by_hand": true, "sections": []any{
		map[string]any{"key": "wishes", "statements": []any{map[string]any{"text": "企画に移りたい。", "speaker": "employee"}}},
		map[string]any{"key": "concerns", "state": "stated_none"},
		map[string]any{"key": "action_items", "statements": []any{map[string]any{"text": "研修を探す。", "owner": "employee", "due_date": "2026-12-01"}}},
	}}).want(202).into(&v)
	if v.Status != interview.InReview || v.Draft != 1 || !v.ByHand {
		t.Errorf("by hand: %+v", v)
	}
	var d DraftDocument
	w.call("sato", "GET", base+"/drafts/1", nil).want(200).into(&d)
	if len(d.Sections) < 8 || d.Section("wishes").Statements[0].By != "person" || d.Section("wishes").Statements[0].Grounded ||
		d.Section("concerns").State != interview.StatedNone || d.Section("skill_gaps").State != interview.NotDiscussed || len(d.Look) != 1 {
		t.Errorf("form %+v look %v", d.Sections, d.Look)
	}
	w.call("sato", "POST", base+"/decision", map[string]any{"draft": 1, "decision": "approve"}).want(409, "review_incomplete")
	w.approve(v.ID, 1)
}

func TestObjectionToAttestedConsent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) { o.ConsentMode = "attested" })
	v := w.open(map[string]any{"consent": map[string]any{"attested": true, "method": "spoken"}})
	base := "/v1/interviews/" + v.ID
	if v.Status != interview.AwaitingRecording {
		t.Fatalf("attested: %s", v.Status)
	}
	w.call("suzuki", "PUT", base+"/recording", "sound").want(200).into(&v)
	w.call("sato", "PUT", base+"/consent", map[string]any{"decision": "objected"}).want(200).into(&v)
	if v.Status != interview.AwaitingRecording || !v.ByHand || v.Recording != nil {
		t.Errorf("after the objection: %+v", v)
	}
	lines, _, err := w.store.Audit(t.Context(), store.AuditFilter{Interview: v.ID, Action: "consent_objected"}, store.Page{})
	check(t, err)
	if len(lines) != 1 {
		t.Error("the log does not say that the statement was wrong")
	}
}

func TestWithdrawal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	base := "/v1/interviews/" + talk.ID
	var v Interview
	w.call("sato", "PUT", base+"/consent", map[string]any{"decision": "withdrawn"}).want(200).into(&v)
	if v.Status != interview.Erased {
		t.Errorf("before approval: %s", v.Status)
	}
	if _, err := w.store.Draft(t.Context(), talk.ID, 0); interview.Code(err) != "not_found" {
		t.Errorf("the draft is still there: %v", err)
	}
	w.call("suzuki", "GET", base+"/drafts/1", nil).want(409, "state_conflict")
	w.call("suzuki", "GET", base, nil).want(200)

	talk = w.at(interview.Approved)
	base = "/v1/interviews/" + talk.ID
	w.call("sato", "PUT", base+"/consent", map[string]any{"decision": "withdrawn"}).want(200).into(&v)
	if v.Status != interview.Approved || v.Transcript != 0 {
		t.Errorf("after approval: %+v", v)
	}
	w.call("suzuki", "GET", base+"/transcript", nil).want(404, "not_found")
	var d DraftDocument
	w.call("sato", "GET", base+"/drafts/1", nil).want(200).into(&d)
	var seal Seal
	w.call("sato", "GET", base+"/seal", nil).want(200).into(&seal)
	if !d.Sealed || !seal.Valid {
		t.Errorf("the sealed record: %v, valid %v", d.Sealed, seal.Valid)
	}
}

// The whole review: comments, changes asked for, an edit, a decision on an old version, approval, reopening.
func TestReview(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	base := "/v1/interviews/" + talk.ID
	var d DraftDocument
	tag := w.call("sato", "GET", base+"/drafts/1", nil).want(200)
	tag.into(&d)
	if fmt.Sprint(d.Look) != "[s4]" || !d.Latest || d.Sealed || tag.header.Get("ETag") != `"d1"` {
		t.Errorf("look %v latest %v", d.Look, d.Latest)
	}
	w.call("sato", "POST", base+"/decision", map[string]any{"draft": 1, "decision": "approve"}).want(409, "review_incomplete")
	var comment Comment
	w.call("sato", "POST", base+"/comments", map[string]any{"draft": 1, "statement": "s1", "kind": "dispute", "text": "企画ではなく広報です"}).want(201).into(&comment)
	w.call("suzuki", "POST", base+"/comments", map[string]any{"draft": 1, "kind": "reaction", "text": "thanks", "parent": comment.ID}).want(201)
	w.call("suzuki", "POST", base+"/comments", map[string]any{"draft": 1, "kind": "reaction", "text": "<script>"}).want(422, "validation_failed")
	w.call("suzuki", "POST", base+"/comments", map[string]any{"draft": 1, "kind": "dispute", "statement": "s1", "text": "x"}).want(422, "validation_failed")
	w.call("suzuki", "PATCH", base+"/comments/"+comment.ID, map[string]any{"resolved": true}).want(403, "forbidden")
	w.call("suzuki", "PATCH", base+"/comments/"+comment.ID, map[string]any{"text": "mine now"}).want(403, "forbidden")
	w.call("suzuki", "DELETE", base+"/comments/"+comment.ID, nil).want(403, "forbidden")
	w.call("kato", "GET", base+"/comments", nil).want(404, "not_found")
	w.call("sato", "PATCH", base+"/comments/"+comment.ID, map[string]any{"text": "広報です"}, "If-Match", `"1"`).want(412, "precondition_failed")

	var v Verdict
	w.call("sato", "POST", base+"/decision", map[string]any{"draft": 1, "decision": "request_changes", "note": "直してください"}).want(200).into(&v)
	if v.Interview.Status != interview.InReview || *v.Interview.WaitingFor != interview.ForInterviewer {
		t.Errorf("after asking: %+v", v.Interview)
	}
	// Edit: the interviewer corrects; quotes must stand where they are said to.
	edit := func(who, etag string, body map[string]any) *reply {
		return w.call(who, "PATCH", base+"/drafts/1", body, "If-Match", etag)
	}
	change := map[string]any{"statements": []any{map[string]any{"id": "s1", "text": "広報の仕事をしてみたい。"}}}
	w.call("suzuki", "PATCH", base+"/drafts/1", change).want(428, "precondition_required")
	edit("suzuki", `"d9"`, change).want(412, "precondition_failed")
	edit("suzuki", `"d1"`, map[string]any{"statements": []any{map[string]any{"id": "s1", "evidence": []any{map[string]any{"segment": 2, "quote": "海外に行きたい"}}}}}).want(422, "validation_failed")
	edit("suzuki", `"d1"`, map[string]any{"statements": []any{map[string]any{"section": "wishes", "text": "昇進したい。", "speaker": "employee"}}}).want(422, "validation_failed")
	edit("suzuki", `"d1"`, map[string]any{"statements": []any{map[string]any{"id": "s4", "audience": "hr"}}}).want(403, "forbidden")
	edit("sato", `"d1"`, map[string]any{"statements": []any{map[string]any{"id": "s5", "text": "研修は会社が払う。"}}}).want(403, "forbidden")
	edit("suzuki", `"d1"`, change).want(200).into(&d)
	if d.Version != 2 || d.Author.ID != w.people["suzuki"].ID {
		t.Errorf("edited %+v", d.Author)
	}
	edit("sato", `"d1"`, change).want(412, "precondition_failed") // the second editor sees the other's change
	w.call("sato", "POST", base+"/decision", map[string]any{"draft": 1, "decision": "approve"}).want(409, "draft_superseded")
	var diff Difference
	w.call("sato", "GET", base+"/drafts/2/diff", nil).want(200).into(&diff)
	if len(diff.Changes) != 1 || diff.Changes[0].ID != "s1" || diff.Changes[0].Kind != "changed" {
		t.Errorf("difference %+v", diff.Changes)
	}
	w.call("sato", "GET", base+"/drafts/2", nil).want(200).into(&d)
	if fmt.Sprint(d.Look) != "[s1 s4]" {
		t.Errorf("look %v, want what changed and what is sensitive", d.Look)
	}
	var opened Opened
	w.call("sato", "PUT", base+"/drafts/2/opened", map[string]any{"statements": []string{"s1", "s4"}}).want(200).into(&opened)
	if opened.Open != 0 {
		t.Errorf("still to open: %+v", opened)
	}
	w.call("sato", "PUT", base+"/drafts/2/opened", map[string]any{"statements": []string{"s99"}}).want(422, "validation_failed")
	w.call("sato", "POST", base+"/decision", map[string]any{"draft": 2, "decision": "approve", "objection": "評価のための面談に感じました"}).want(200).into(&v)
	if v.Seal == "" || v.Interview.Status != interview.Approved || v.Interview.Sealed != 2 {
		t.Errorf("approved %+v", v)
	}
	w.call("sato", "POST", base+"/decision", map[string]any{"draft": 2, "decision": "approve"}).want(409, "state_conflict")
	var seal Seal
	w.call("suzuki", "GET", base+"/seal", nil).want(200).into(&seal)
	if !seal.Valid || seal.Seal != v.Seal || seal.Objection == "" || len(seal.Removed) != 0 {
		t.Errorf("seal %+v", seal)
	}
	// Promises come of it.
	var actions Page[Promise]
	w.call("suzuki", "GET", "/v1/actions?mine=true", nil).want(200).into(&actions)
	if len(actions.Items) != 1 || actions.Items[0].Due != "来月まで" {
		t.Fatalf("actions %+v", actions.Items)
	}
	one := "/v1/actions/" + actions.Items[0].ID
	w.call("kato", "PATCH", one, map[string]any{"state": "done"}).want(404, "not_found")
	w.call("hayashi", "PATCH", one, map[string]any{"state": "done"}).want(403, "forbidden")
	w.call("suzuki", "PATCH", one, map[string]any{"due_date": "soon"}).want(422, "validation_failed")
	w.call("suzuki", "PATCH", one, map[string]any{"state": "done"}).want(200)
	// Reopened by the employee alone; version 2 stays sealed.
	w.call("suzuki", "POST", base+"/reopen", nil).want(403, "forbidden")
	var again Interview
	w.call("sato", "POST", base+"/reopen", map[string]any{"note": "一つ足します"}).want(200).into(&again)
	if again.Status != interview.InReview || again.Draft != 3 || again.Sealed != 2 {
		t.Errorf("reopened %+v", again)
	}
	w.approve(talk.ID, 3)
}

func TestReviewByEngine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	base := "/v1/interviews/" + talk.ID
	w.call("suzuki", "POST", base+"/revise", map[string]any{"draft": 1}).want(422, "validation_failed") // nothing to answer
	w.call("suzuki", "POST", base+"/revise", map[string]any{"draft": 7, "instruction": "x"}).want(409, "draft_superseded")
	w.call("sato", "POST", base+"/revise", map[string]any{"draft": 1, "instruction": "x"}).want(403, "forbidden") // the template lets the interviewer
	var v Interview
	w.call("suzuki", "POST", base+"/revise", map[string]any{"draft": 1, "instruction": "数字を入れてください"}).want(202).into(&v)
	if v.Status != interview.Revising || w.waker.kinds(talk.ID) != "revise" {
		t.Errorf("%s, woke %q", v.Status, w.waker.kinds(talk.ID))
	}
	for _, task := range w.waker.tasks {
		if strings.Contains(task.ID(), "数字") {
			t.Error("a task carries words")
		}
	}
	talk = w.at(interview.Checking)
	base = "/v1/interviews/" + talk.ID
	w.call("sato", "GET", base+"/drafts/1", nil).want(409, "state_conflict")
	w.call("suzuki", "POST", base+"/drafts", map[string]any{"engine": "llm"}).want(422, "validation_failed")
	w.call("suzuki", "POST", base+"/drafts", map[string]any{"template": "no-such"}).want(422, "template_unknown")
	w.call("suzuki", "POST", base+"/drafts", map[string]any{"engine": "extractive"}).want(202).into(&v)
	if v.Status != interview.Drafting || v.Engine != "extractive" || w.waker.kinds(talk.ID) != "draft" {
		t.Errorf("%s %q, woke %q", v.Status, v.Engine, w.waker.kinds(talk.ID))
	}
	talk = w.at(interview.Checking)
	w.call("suzuki", "POST", "/v1/interviews/"+talk.ID+"/release", map[string]any{"draft": 9}).want(409, "draft_superseded")
	w.call("suzuki", "POST", "/v1/interviews/"+talk.ID+"/release", nil).want(200).into(&v)
	if v.Status != interview.InReview {
		t.Errorf("released: %s", v.Status)
	}
	w.call("hayashi", "POST", "/v1/interviews/"+talk.ID+"/close", map[string]any{"reason": "no_answer"}).want(409, "state_conflict") // before the reminders
}

func TestRetry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.Failed)
	base := "/v1/interviews/" + talk.ID
	var v Interview
	w.call("sato", "GET", base, nil).want(200).into(&v)
	if v.Error == nil || v.Error.Code != "processing_stopped" || !strings.Contains(v.Error.Message, "あなたがすることはありません") {
		t.Errorf("the employee reads %+v", v.Error)
	}
	w.call("suzuki", "GET", base, nil, "Accept-Language", "en").want(200).into(&v)
	if v.Error.Code != "recording_damaged" || !strings.Contains(v.Error.Message, "damaged") {
		t.Errorf("the interviewer reads %+v", v.Error)
	}
	w.call("suzuki", "POST", base+"/retry", nil).want(422, "validation_failed") // there is nothing to try again with
	_, err := w.store.AddRecording(t.Context(), interview.Recording{Interview: talk.ID, Key: interview.RecordingKey(talk.ID), Size: 5})
	check(t, err)
	w.call("suzuki", "POST", base+"/retry", map[string]any{"partial": true}).want(200).into(&v)
	if v.Status != interview.Queued || v.Error != nil || !v.Recording.Partial || w.waker.kinds(talk.ID) != "prepare" {
		t.Errorf("retried %+v woke %q", v, w.waker.kinds(talk.ID))
	}
}

// Without a page about the countries abroad nobody is asked about processing there, and nothing goes there without a yes.
func TestAbroadWithoutAPageIsNotAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) {
		o.Notice.STT = &Endpoint{For: "stt", Model: "m", Processor: "Acme Speech", Country: "アメリカ合衆国"}
	})
	v := w.open()
	base := "/v1/interviews/" + v.ID
	var page ConsentPage
	w.call("sato", "GET", base+"/consent", nil).want(200).into(&page)
	if page.AsksAbroad || strings.Contains(page.Notice.Text, "あわせて同意") || !strings.Contains(page.Notice.Text, "Acme Speech(アメリカ合衆国)") ||
		!strings.Contains(page.Notice.Text, "ページが用意されるまで、送りません") {
		t.Errorf("notice:\n%s", page.Notice.Text)
	}
	w.call("sato", "PUT", base+"/consent", map[string]any{"decision": "given", "notice": page.Notice.ID}).want(200).into(&v)
	if v.Processing != interview.Internal {
		t.Errorf("not asked, and processed %s", v.Processing)
	}
	home := newWorld(t, func(o *Options) {
		o.Notice.STT = &Endpoint{For: "stt", Model: "m", Processor: "みどり音声", Country: "日本"}
	})
	v = home.open()
	home.call("sato", "GET", "/v1/interviews/"+v.ID+"/consent", nil).want(200).into(&page)
	if page.AsksAbroad || strings.Contains(page.Notice.Text, "外国") {
		t.Errorf("nobody abroad, and the notice says\n%s", page.Notice.Text)
	}
}

// The interviewer's own no counts: before there is a draft the record is written by hand, later recording and transcript go
// and the employee's record stays.
func TestTheInterviewersOwnNo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	decide := func(id, decision string) *reply {
		var page ConsentPage
		w.call("suzuki", "GET", "/v1/interviews/"+id+"/consent", nil).want(200).into(&page)
		return w.call("suzuki", "PUT", "/v1/interviews/"+id+"/consent", map[string]any{"decision": decision, "notice": page.Notice.ID})
	}
	id := w.awaiting()
	w.call("suzuki", "PUT", "/v1/interviews/"+id+"/recording", "sound").want(200)
	var v Interview
	decide(id, "refused").want(200).into(&v)
	if !v.ByHand || v.Status != interview.AwaitingRecording {
		t.Errorf("after the interviewer's no: %s by hand %v", v.Status, v.ByHand)
	}
	if _, err := w.store.LatestRecording(ctx, id); interview.Code(err) != "not_found" {
		t.Errorf("the recording stays: %v", err)
	}
	w.call("suzuki", "PUT", "/v1/interviews/"+id+"/recording", "sound").want(409)
	// the employee's yes does not undo the interviewer's no
	var page ConsentPage
	w.call("sato", "GET", "/v1/interviews/"+id+"/consent", nil).want(200).into(&page)
	w.call("sato", "PUT", "/v1/interviews/"+id+"/consent", map[string]any{"decision": "given", "notice": page.Notice.ID}).want(200).into(&v)
	if !v.ByHand {
		t.Error("the employee's yes undid the interviewer's no")
	}
	decide(id, "given").want(200).into(&v)
	if v.ByHand {
		t.Error("the interviewer's yes changes nothing")
	}
	w.call("suzuki", "PUT", "/v1/interviews/"+id+"/recording", "sound").want(200)

	talk := w.at(interview.InReview)
	rec, err := w.store.AddRecording(ctx, interview.Recording{Interview: talk.ID, Key: interview.RecordingKey(talk.ID)})
	check(t, err)
	decide(talk.ID, "withdrawn").want(200).into(&v)
	if v.Status != interview.InReview || v.Draft != 1 {
		t.Errorf("the employee's record: %s draft %d", v.Status, v.Draft)
	}
	if got, err := w.store.Recording(ctx, rec.ID); err != nil || !got.Erased {
		t.Errorf("the recording stays: %v", err)
	}
	if _, err := w.store.Transcript(ctx, talk.ID, 0); interview.Code(err) != "not_found" {
		t.Errorf("the transcript stays: %v", err)
	}
}
