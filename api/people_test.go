package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func TestUsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var a Account
	w.call("hayashi", "POST", "/v1/users", map[string]any{"email": "new@example.co.jp", "name": "新入 社員", "department": "総務部", "roles": []string{"interviewer"}}).want(201).into(&a)
	if a.Language != "ja" || len(a.Roles) != 1 {
		t.Errorf("%+v", a)
	}
	for name, c := range map[string]struct {
		who  string
		in   map[string]any
		code string
	}{
		"the same address":        {"hayashi", map[string]any{"email": "NEW@example.co.jp", "name": "x"}, "validation_failed"},
		"no address":              {"hayashi", map[string]any{"email": "no address", "name": "x"}, "validation_failed"},
		"a name in the address":   {"hayashi", map[string]any{"email": "X <x@example.co.jp>", "name": "x"}, "validation_failed"},
		"no name":                 {"hayashi", map[string]any{"email": "y@example.co.jp"}, "validation_failed"},
		"a role that is none":     {"hayashi", map[string]any{"email": "y@example.co.jp", "name": "x", "roles": []string{"king"}}, "validation_failed"},
		"hr makes an operator":    {"hayashi", map[string]any{"email": "y@example.co.jp", "name": "x", "roles": []string{"admin"}}, "forbidden"},
		"an interviewer makes hr": {"suzuki", map[string]any{"email": "y@example.co.jp", "name": "x", "roles": []string{"hr"}}, "forbidden"},
	} {
		if r := w.call(c.who, "POST", "/v1/users", c.in); r.code() != c.code {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	one := "/v1/users/" + a.ID
	tag := w.call("suzuki", "GET", one, nil).want(200).header.Get("ETag")
	w.call("hayashi", "PATCH", one, map[string]any{"department": "人事部"}, "If-Match", tag).want(200).into(&a)
	w.call("hayashi", "PATCH", one, map[string]any{"department": "x"}, "If-Match", tag).want(412, "precondition_failed")
	w.call("hayashi", "PATCH", "/v1/users/"+w.people["ono"].ID, map[string]any{"name": "x"}).want(403, "forbidden")
	w.call("hayashi", "PATCH", "/v1/users/"+w.people["hayashi"].ID, map[string]any{"roles": []string{"hr", "interviewer"}}).want(403, "forbidden")
	w.call("hayashi", "PATCH", "/v1/users/"+w.people["hayashi"].ID, map[string]any{"disabled": true}).want(403, "forbidden")
	w.call("hayashi", "PATCH", one, map[string]any{"id": "x"}).want(422, "validation_failed")
	w.call("hayashi", "PATCH", "/v1/users/"+interview.NewID(), map[string]any{"name": "x"}).want(404, "not_found")
	var found Page[Account]
	w.call("suzuki", "POST", "/v1/users/search", map[string]any{"text": "新入"}).want(200).into(&found)
	if len(found.Items) != 1 || found.Items[0].ID != a.ID {
		t.Errorf("%+v", found)
	}
	w.call("suzuki", "POST", "/v1/users/search", map[string]any{"text": "%"}).want(200).into(&found)
	if len(found.Items) != 0 {
		t.Error("a percent sign finds everybody")
	}
	var page Page[Account]
	seen, cursor := map[string]bool{}, ""
	for range 20 {
		w.call("hayashi", "GET", "/v1/users?limit=2&cursor="+cursor, nil).want(200).into(&page)
		for _, x := range page.Items {
			if seen[x.ID] {
				t.Fatalf("%s twice", x.Name)
			}
			seen[x.ID] = true
		}
		if page.NextCursor == nil {
			break
		}
		cursor = *page.NextCursor
	}
	if len(seen) != len(cast)+1 {
		t.Errorf("%d of %d people", len(seen), len(cast)+1)
	}
}

func TestMe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var me Me
	w.call("suzuki", "GET", "/v1/me", nil).want(200).into(&me)
	if me.Installation.Company != "みどり株式会社" || me.Installation.AudioDays != 30 || len(me.Installation.Templates) < 6 || fmt.Sprint(me.Can) != "[open people_read public self]" {
		t.Errorf("%+v", me)
	}
	w.call("suzuki", "PATCH", "/v1/me", map[string]any{"language": "fr"}).want(422, "validation_failed")
	w.call("suzuki", "PATCH", "/v1/me", map[string]any{"roles": []string{"admin"}}).want(422, "validation_failed")
	w.call("suzuki", "PATCH", "/v1/me", map[string]any{"mail_off": []string{"everything"}}).want(422, "validation_failed")
	w.call("suzuki", "PATCH", "/v1/me", map[string]any{"language": "en", "mail_off": []string{"reminder"}}).want(200).into(&me)
	if me.Person.Language != "en" || fmt.Sprint(me.Mail) != "[reminder]" {
		t.Errorf("%+v", me)
	}
	if r := w.call("suzuki", "GET", "/v1/interviews/x", nil).want(404); !strings.Contains(string(r.body), "cannot be shown") {
		t.Errorf("answers do not follow the person's language: %s", r.body)
	}
	talk := w.at(interview.Approved)
	w.call("suzuki", "PUT", "/v1/interviews/"+talk.ID+"/notes", map[string]any{"visibility": "self", "text": "私の覚え"}).want(200)
	r := w.call("sato", "GET", "/v1/me/export", nil).want(200)
	var all struct {
		Person     Account
		Interviews []OwnData
	}
	check(t, json.Unmarshal(r.body, &all))
	if len(all.Interviews) != 1 || all.Interviews[0].Transcript == nil || len(all.Interviews[0].Drafts) != 1 || len(all.Interviews[0].Consents) == 0 ||
		all.Person.Email != "sato@example.co.jp" || !strings.HasPrefix(r.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%s", r.body)
	}
	if strings.Contains(string(r.body), "私の覚え") {
		t.Error("the export holds the interviewer's own note")
	}
}

func TestListing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 7 {
		w.open(map[string]any{"recorded_on": fmt.Sprintf("2026-05-%02d", i+1), "place": fmt.Sprintf("会議室%d", i)})
	}
	w.at(interview.InReview)
	w.call("hayashi", "POST", "/v1/interviews", map[string]any{"employee": "kato@example.co.jp", "interviewer": "tanaka@example.co.jp", "purpose": "異動の相談"}).want(201)
	count := func(who, query string) int {
		t.Helper()
		n, cursor := 0, ""
		for range 30 {
			var page Page[Interview]
			w.call(who, "GET", "/v1/interviews?limit=3&cursor="+cursor+query, nil).want(200).into(&page)
			n += len(page.Items)
			if page.NextCursor == nil {
				return n
			}
			cursor = *page.NextCursor
		}
		t.Fatal("the list does not end")
		return 0
	}
	for _, c := range []struct {
		who, query string
		want       int
	}{
		{"suzuki", "", 8}, {"sato", "", 8}, {"kato", "", 1}, {"tanaka", "", 1}, {"hayashi", "", 9}, {"hayashi", "&scope=mine", 0}, {"ono", "", 0},
		{"suzuki", "&status=in_review", 1}, {"suzuki", "&status=in_review,needs_consent", 8}, {"suzuki", "&waiting_for=employee", 8},
		{"suzuki", "&waiting_for=hr", 0}, {"suzuki", "&from=2026-05-03&to=2026-05-04", 2}, {"hayashi", "&employee=" + w.people["kato"].ID, 1},
		{"suzuki", "&employee=" + w.people["kato"].ID, 0}, // no filter opens what is not one's own
	} {
		if got := count(c.who, c.query); got != c.want {
			t.Errorf("%s %q: %d, want %d", c.who, c.query, got, c.want)
		}
	}
	search := func(who, text string) Page[Interview] {
		t.Helper()
		var p Page[Interview]
		w.call(who, "POST", "/v1/interviews/search", map[string]any{"text": text, "limit": 5}).want(200).into(&p)
		return p
	}
	if p := search("suzuki", "会議室3"); len(p.Items) != 1 || *p.Items[0].Place != "会議室3" {
		t.Errorf("%+v", p)
	}
	if p := search("suzuki", "異動"); len(p.Items) != 0 {
		t.Error("a search finds others' interviews")
	}
	if p := search("hayashi", "KATO 異動"); len(p.Items) != 1 {
		t.Errorf("%+v", p)
	}
	if p := search("suzuki", "会議室"); len(p.Items) != 5 || p.NextCursor == nil {
		t.Errorf("%d items, cursor %v", len(p.Items), p.NextCursor)
	}
}

func TestStats(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	approve := func(n int, department string) {
		t.Helper()
		p, err := w.store.AddPerson(ctx, interview.Person{Email: fmt.Sprintf("e%d@example.co.jp", n), Name: "社員", Department: department})
		check(t, err)
		talk, err := w.store.OpenTalk(ctx, interview.Talk{Employee: p.ID, Interviewer: w.people["suzuki"].ID, Template: "career-interview", Language: "ja",
			RecordedOn: "2026-05-20", Status: interview.AwaitingRecording, Generation: 1})
		check(t, err)
		check(t, w.store.PutDraft(ctx, record(talk.ID), 0))
		_, err = w.store.Move(ctx, store.MoveInput{ID: talk.ID, Event: interview.HandWritten})
		check(t, err)
		_, err = w.store.Move(ctx, store.MoveInput{ID: talk.ID, Event: interview.ApprovedBy, Sealed: 1})
		check(t, err)
	}
	const span = "/v1/stats?from=2026-01-01&to=2026-12-31"
	for n := range 4 {
		approve(n, "開発部")
	}
	var got Stats
	w.call("hayashi", "GET", span, nil).want(200).into(&got)
	if got.Content != nil || got.Interviewed != 4 || len(got.Months) != 1 || got.Months[0].Approved != 4 {
		t.Errorf("four people: %+v", got)
	}
	approve(4, "開発部")
	approve(5, "営業部")
	w.call("hayashi", "GET", span, nil).want(200).into(&got)
	if got.Content == nil || len(got.Content.Departments) != 1 || got.Content.Departments[0].Department != "開発部" || got.Content.Departments[0].Sections["concerns"] != 5 {
		t.Fatalf("content %+v", got.Content)
	}
	r := w.call("ono", "GET", span, nil).want(200)
	if strings.Contains(string(r.body), "開発部") {
		t.Error("the operator sees content")
	}
	p, err := w.store.AddPerson(ctx, interview.Person{Email: "opened@example.co.jp", Name: "社員", Department: "開発部"})
	check(t, err)
	for _, status := range []interview.Status{interview.NeedsConsent, interview.AwaitingRecording} { // opened: nobody has talked yet
		_, err := w.store.OpenTalk(ctx, interview.Talk{Employee: p.ID, Interviewer: w.people["suzuki"].ID, Template: "career-interview", Language: "ja",
			RecordedOn: "2026-05-21", Status: status})
		check(t, err)
	}
	w.call("hayashi", "GET", span, nil).want(200).into(&got)
	if got.Interviewed != 6 || got.Months[0].Opened != 8 {
		t.Errorf("%d people interviewed of %d interviews opened, want 6 of 8", got.Interviewed, got.Months[0].Opened)
	}
	w.call("suzuki", "GET", span, nil).want(403, "forbidden")
	w.call("hayashi", "GET", "/v1/stats?from=x", nil).want(422, "validation_failed")
}

func TestAuditLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open()
	w.consent(v.ID)
	var page Page[Entry]
	w.call("sato", "GET", "/v1/audit?interview="+v.ID, nil).want(200).into(&page)
	actions := []string{}
	for _, e := range page.Items {
		actions = append(actions, e.Action)
	}
	if fmt.Sprint(actions) != "[consent_given opened]" || page.Items[1].Person.Name != "suzuki" {
		t.Errorf("%v", actions)
	}
	w.call("kato", "GET", "/v1/audit?interview="+v.ID, nil).want(404, "not_found")
	w.call("kato", "GET", "/v1/audit?actor="+w.people["sato"].ID, nil).want(403, "forbidden")
	w.call("ono", "GET", "/v1/audit?interview="+v.ID, nil).want(200).into(&page)
	if len(page.Items) != 2 {
		t.Errorf("the operator reads %d lines", len(page.Items))
	}
	w.call("sato", "GET", "/v1/audit", nil).want(200).into(&page)
	for _, e := range page.Items {
		if e.Actor != w.people["sato"].ID {
			t.Errorf("another's deed: %+v", e)
		}
	}
}

func TestBriefing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(interview.Approved)
	v := w.open(map[string]any{"recorded_on": "2026-08-20"})
	base := "/v1/interviews/" + v.ID
	w.call("suzuki", "PUT", base+"/sheet", map[string]any{"answers": []any{}}).want(403, "forbidden")
	r := w.call("sato", "PUT", base+"/sheet", map[string]any{"answers": []any{map[string]any{"key": "wishes", "text": "企画"}}}).want(200)
	w.call("sato", "PUT", base+"/sheet", map[string]any{"answers": []any{}}).want(428, "precondition_required")
	w.call("sato", "PUT", base+"/sheet", map[string]any{"answers": []any{map[string]any{"key": "wishes", "text": "広報"}}}, "If-Match", r.header.Get("ETag")).want(200)
	w.call("sato", "PUT", base+"/sheet", map[string]any{"answers": []any{}}, "If-Match", r.header.Get("ETag")).want(412, "precondition_failed")
	var b Briefing
	raw := w.call("suzuki", "GET", base+"/briefing", nil).want(200)
	raw.into(&b)
	if len(b.Sheet.Answers) != 1 || b.Sheet.Answers[0].Text != "広報" || b.Last == nil || len(b.Actions) != 1 || strings.Contains(string(raw.body), "夜に眠れない日がある") {
		t.Errorf("%s", raw.body)
	}
	w.call("sato", "GET", base+"/briefing", nil).want(403, "forbidden")
	// Another interviewer does not inherit what was said to the first.
	w.call("hayashi", "POST", "/v1/interviews", map[string]any{"employee": "sato@example.co.jp", "interviewer": "tanaka@example.co.jp", "recorded_on": "2026-09-01"}).want(201).into(&v)
	w.call("tanaka", "GET", "/v1/interviews/"+v.ID+"/briefing", nil).want(200).into(&b)
	if b.Last != nil || len(b.Actions) != 0 {
		t.Errorf("a successor sees %+v", b.Last)
	}
}

func TestNotes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	path := "/v1/interviews/" + talk.ID + "/notes"
	w.call("suzuki", "PUT", path, map[string]any{"visibility": "self", "text": "自分用"}).want(200)
	var n Notes
	w.call("suzuki", "PUT", path, map[string]any{"visibility": "hr", "text": "人事へ"}).want(200).into(&n)
	if len(n.Items) != 2 || n.Reminder == "" {
		t.Errorf("%+v", n)
	}
	w.call("hayashi", "GET", path, nil).want(200).into(&n)
	if len(n.Items) != 1 || n.Items[0].Text != "人事へ" {
		t.Errorf("hr reads %+v", n.Items)
	}
	w.call("sato", "GET", path, nil).want(403, "forbidden")
	w.call("suzuki", "PUT", path, map[string]any{"visibility": "all", "text": "x"}).want(422, "validation_failed")
	w.call("suzuki", "PUT", path, map[string]any{"visibility": "hr", "text": ""}).want(200).into(&n)
	if len(n.Items) != 1 {
		t.Errorf("not taken away: %+v", n.Items)
	}
}

func TestInsights(t *testing.T) {
	t.Parallel()
	got := insights(script())
	if got.Seconds != 29 || len(got.Shares) != 2 || got.Shares[0].Part != interview.PartEmployee || got.Shares[0].Seconds != 12 || got.Shares[0].Percent != 50 ||
		got.Questions.Open != 1 || got.Questions.Closed != 1 || len(got.Questions.Asked) != 2 || got.Questions.Asked[0] != (Question{Segment: 1, End: 4, Open: true}) || got.Silence != 5 || len(got.Turns) != 5 {
		t.Errorf("%+v", got)
	}
	if m := got.Longest[0]; m.Part != interview.PartEmployee || m.Segment != 4 || m.End-m.Start != 9 {
		t.Errorf("longest %+v", got.Longest)
	}
	off := script()
	takeOff(off, []int{4, 5})
	if x := insights(off); x.Shares[0].Seconds != 4 {
		t.Errorf("words off the record are counted: %+v", x.Shares)
	}
	untimed := script()
	untimed.Timed = false
	if x := insights(untimed); x.Seconds != 0 || x.Shares[0].Percent <= 0 || x.Turns != nil {
		t.Errorf("%+v", x)
	}
	for _, c := range []struct {
		lang, text   string
		open, closed int
	}{
		{"ja", "どうしてですか。", 1, 0}, {"ja", "順調ですか?はい。", 0, 1}, {"ja", "そうですか。", 0, 1}, {"ja", "詳しく教えてください。", 1, 0}, {"ja", "わかりました。", 0, 0},
		{"en", "What would you like to do? I see.", 1, 0}, {"en", "Is it fine?", 0, 1}, {"en", "Tell me about it.", 1, 0}, {"en", "That is what I meant.", 0, 0},
	} {
		if o, cl := questions(c.text, c.lang); o != c.open || cl != c.closed {
			t.Errorf("%q: open %d closed %d, want %d %d", c.text, o, cl, c.open, c.closed)
		}
	}
}

// The desk that helps in a matter is told by name: in the reader's language where the company named one for it, else the
// company's contact.
func TestDesks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) {
		o.Notice.Desks = map[string]map[string]string{"crisis": {"": "産業医"}, "harassment": {"ja": "相談窓口", "en": "Consultation desk"}}
	})
	for lang, want := range map[string][]Desk{
		"ja": {{"crisis", "産業医"}, {"harassment", "相談窓口"}, {"whistle", "人事部"}},
		"en": {{"crisis", "産業医"}, {"harassment", "Consultation desk"}, {"whistle", "人事部"}},
	} {
		var me Me
		w.call("sato", "GET", "/v1/me", nil, "Accept-Language", lang).want(200).into(&me)
		if !slices.Equal(me.Installation.Desks, want) {
			t.Errorf("%s: %v, want %v", lang, me.Installation.Desks, want)
		}
	}
}
