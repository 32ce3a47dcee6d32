package api

import (
	"database/sql"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/interview"
)

// edits is a table: who changes what in record(), and what becomes of it. Each row has an interview of its own.
func TestEdits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	type m = map[string]any
	one := func(x m) m { return m{"statements": []any{x}} }
	sec := func(x m) m { return m{"sections": []any{x}} }
	said := []any{m{"segment": 2, "quote": "企画の仕事をしてみたいです"}}
	asleep := m{"id": "summary:1", "text": "眠れないことを話した。", "evidence": []any{m{"segment": 5, "quote": "夜"}}}
	for name, c := range map[string]struct {
		who    string
		patch  m
		status int
		code   string
		see    func(*DraftDocument) string // "" when right
	}{
		"the employee corrects what they said": {"sato", one(m{"id": "s1", "text": "広報の仕事をしてみたい。"}), 200, "", func(d *DraftDocument) string {
			s := d.Section("wishes").Statements[0]
			return wrong(s.By == "person" && s.Author == w.people["sato"].ID && s.Grounded && s.ChangedBy != nil, s)
		}},
		"the employee opens a closed sentence": {"sato", one(m{"id": "s4", "audience": "hr", "sensitive": false}), 200, "", func(d *DraftDocument) string {
			s := d.Section("concerns").Statements[1]
			return wrong(s.Audience == "hr" && !s.Sensitive && s.By == "ai", s)
		}},
		"the interviewer closes a sentence": {"suzuki", one(m{"id": "s2", "sensitive": true}), 200, "", func(d *DraftDocument) string {
			s := d.Section("concerns").Statements[0]
			return wrong(s.Audience == "both" && s.Sensitive, s)
		}},
		"the interviewer opens one":     {"suzuki", one(m{"id": "s4", "sensitive": false}), 403, "forbidden", nil},
		"the other's promise":           {"sato", one(m{"id": "s5", "remove": true}), 403, "forbidden", nil},
		"a statement that is none":      {"suzuki", one(m{"id": "s9", "text": "x"}), 422, "validation_failed", nil},
		"an empty text":                 {"suzuki", one(m{"id": "s1", "text": "  "}), 422, "validation_failed", nil},
		"nothing":                       {"suzuki", m{}, 422, "validation_failed", nil},
		"a speaker that is none":        {"suzuki", one(m{"id": "s1", "speaker": "boss"}), 422, "validation_failed", nil},
		"an owner where there is none":  {"suzuki", one(m{"id": "s1", "owner": "hr"}), 422, "validation_failed", nil},
		"a day that is none":            {"suzuki", one(m{"id": "s5", "due_date": "2026-13-01"}), 422, "validation_failed", nil},
		"a segment that is none":        {"suzuki", one(m{"id": "s1", "evidence": []any{m{"segment": 99, "quote": "x"}}}), 422, "validation_failed", nil},
		"a new one without a section":   {"suzuki", one(m{"text": "x"}), 422, "validation_failed", nil},
		"a new one without words":       {"suzuki", one(m{"section": "wishes"}), 422, "validation_failed", nil},
		"to a section that is none":     {"suzuki", one(m{"id": "s1", "section": "gossip"}), 422, "validation_failed", nil},
		"taking a new one away":         {"suzuki", one(m{"section": "wishes", "text": "x", "remove": true}), 422, "validation_failed", nil},
		"a state against the sentences": {"suzuki", sec(m{"key": "wishes", "state": "not_discussed"}), 422, "validation_failed", nil},
		"a section that is none":        {"suzuki", sec(m{"key": "gossip", "state": "unclear"}), 422, "validation_failed", nil},
		"a date and an owner": {"suzuki", one(m{"id": "s5", "owner": "hr", "due": "来月", "due_date": "2026-06-30"}), 200, "", func(d *DraftDocument) string {
			s := d.Section("action_items").Statements[0]
			return wrong(s.Owner == "hr" && *s.Due == "来月" && *s.DueDate == "2026-06-30", s)
		}},
		"a date taken away": {"suzuki", one(m{"id": "s5", "due": "", "due_date": ""}), 200, "", func(d *DraftDocument) string {
			s := d.Section("action_items").Statements[0]
			return wrong(s.Due == nil && s.DueDate == nil, s)
		}},
		"moved to another section": {"suzuki", one(m{"id": "s2", "section": "skill_gaps"}), 200, "", func(d *DraftDocument) string {
			s := d.Section("skill_gaps")
			return wrong(len(s.Statements) == 1 && s.Statements[0].ID == "s2" && s.State == interview.Discussed && len(d.Section("concerns").Statements) == 1, s)
		}},
		"removed, and remembered": {"sato", one(m{"id": "s1", "remove": true}), 200, "", func(d *DraftDocument) string {
			r := d.Removed
			return wrong(len(r) == 1 && r[0].ID == "s1" && r[0].Section == "wishes" && slices.Equal(r[0].Segments, []int{2}) &&
				d.Section("wishes").State == interview.NotDiscussed, r)
		}},
		"a new one on the transcript": {"suzuki", one(m{"section": "skill_gaps", "text": "英語の力を付けたい。", "speaker": "employee",
			"evidence": []any{m{"segment": 4, "quote": "英語の会議についていけるか不安です"}}}), 200, "", func(d *DraftDocument) string {
			s := d.Section("skill_gaps").Statements
			return wrong(len(s) == 1 && s[0].Grounded && s[0].Evidence[0].Start != nil && *s[0].Evidence[0].Start == 15 && s[0].By == "person", s)
		}},
		"the employee adds without evidence": {"sato", one(m{"section": "wishes", "text": "家から近い職場がよい。"}), 200, "", func(d *DraftDocument) string {
			s := d.Section("wishes").Statements
			return wrong(len(s) == 2 && !s[1].Grounded && s[1].Speaker == interview.PartEmployee, s)
		}},
		"the interviewer's own part is theirs": {"sato", one(m{"section": "interviewer_remarks", "text": "x"}), 422, "validation_failed", nil}, // record() has no such section
		"said: none": {"sato", sec(m{"key": "skill_gaps", "state": "stated_none"}), 200, "", func(d *DraftDocument) string {
			return wrong(d.Section("skill_gaps").State == interview.StatedNone, d.Section("skill_gaps"))
		}},
		"the summary": {"suzuki", m{"summary": []any{m{"text": "企画を希望。", "evidence": []any{m{"segment": 2, "quote": "企画の仕事をしてみたいです"}}}}}, 200, "", func(d *DraftDocument) string {
			return wrong(len(d.Summary) == 1 && d.Summary[0].Evidence[0].Segment == 2, d.Summary)
		}},
		"a summary without its last sentences": {"suzuki", m{"summary": []any{}}, 200, "", func(d *DraftDocument) string {
			return wrong(len(d.Summary) == 0, d.Summary)
		}},
		"the employee corrects a sentence on their words": {"sato", m{"summary": []any{m{"id": "summary:0", "text": "広報を希望している。", "evidence": said}, asleep}}, 200, "", func(d *DraftDocument) string {
			return wrong(len(d.Summary) == 2 && d.Summary[0].Text == "広報を希望している。", d.Summary)
		}},
		"the employee writes what the other said": {"sato", m{"summary": []any{m{"id": "summary:0", "text": "企画の仕事を希望している。", "evidence": said}, asleep,
			m{"text": "研修を約束した。", "evidence": []any{m{"segment": 6, "quote": "研修"}}}}}, 403, "forbidden", nil},
		"a sentence that is none":      {"suzuki", m{"summary": []any{m{"id": "summary:7", "text": "x"}}}, 422, "validation_failed", nil},
		"a sentence named twice":       {"suzuki", m{"summary": []any{m{"id": "summary:0", "text": "x"}, m{"id": "summary:0", "text": "y"}}}, 422, "validation_failed", nil},
		"a summary with a false quote": {"suzuki", m{"summary": []any{m{"text": "x", "evidence": []any{m{"segment": 2, "quote": "海外に住みたい"}}}}}, 422, "validation_failed", nil},
	} {
		talk := w.at(interview.InReview)
		r := w.call(c.who, "PATCH", "/v1/interviews/"+talk.ID+"/drafts/1", c.patch, "If-Match", `"d1"`)
		if r.status != c.status || r.code() != c.code {
			t.Errorf("%s: %d %s, want %d %s", name, r.status, r.body, c.status, c.code)
			continue
		}
		now, err := w.store.Talk(t.Context(), talk.ID)
		check(t, err)
		if c.see == nil {
			if now.Draft != 1 {
				t.Errorf("%s: a refused edit made version %d", name, now.Draft)
			}
			continue
		}
		var d DraftDocument
		r.into(&d)
		if said := c.see(&d); said != "" || d.Version != 2 {
			t.Errorf("%s: version %d, %s", name, d.Version, said)
		}
		old, err := w.store.Draft(t.Context(), talk.ID, 1)
		check(t, err)
		if old.Section("wishes").Statements[0].Text != "企画の仕事をしてみたい。" {
			t.Errorf("%s: the old version was changed", name)
		}
	}
}

// What the summary says of the other's words is not the employee's to change: they dispute it.
func TestSummaryOfTheOthersWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	d, err := w.store.Draft(t.Context(), talk.ID, 1)
	check(t, err)
	d.Summary = append(d.Summary, interview.Sentence{Text: "面談者が研修を探す。", Evidence: cited(script(), 6)})
	check(t, w.store.PutDraft(t.Context(), d, 1))
	base := "/v1/interviews/" + talk.ID + "/drafts/2"
	all := func(last ...any) map[string]any {
		list := []any{}
		for _, x := range d.Summary[:2] {
			list = append(list, map[string]any{"text": x.Text, "evidence": []any{map[string]any{"segment": x.Evidence[0].Segment, "quote": x.Evidence[0].Quote}}})
		}
		return map[string]any{"summary": append(list, last...)}
	}
	w.call("sato", "PATCH", base, all(), "If-Match", `"d2"`).want(403, "forbidden")
	w.call("sato", "PATCH", base, all(map[string]any{"id": "summary:2", "text": "何も約束しなかった。"}), "If-Match", `"d2"`).want(403, "forbidden")
	w.call("suzuki", "PATCH", base, all(), "If-Match", `"d2"`).want(200)
}

func wrong(right bool, got any) string {
	if right {
		return ""
	}
	return fmt.Sprintf("got %+v", got)
}

// The interviewer does not touch what the employee wrote themselves.
func TestConfirmedWordsStay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	base := "/v1/interviews/" + w.at(interview.InReview).ID + "/drafts/"
	edit := func(who string, n int, text string) *reply {
		return w.call(who, "PATCH", fmt.Sprintf("%s%d", base, n), map[string]any{"statements": []any{map[string]any{"id": "s1", "text": text}}}, "If-Match", fmt.Sprintf(`"d%d"`, n))
	}
	edit("suzuki", 1, "企画か広報の仕事をしてみたい。").want(200)
	edit("sato", 2, "広報の仕事をしてみたい。").want(200)
	edit("suzuki", 3, "営業を続けたい。").want(403, "forbidden")
}

func TestAttestation(t *testing.T) {
	t.Parallel()
	asked, attested := newWorld(t), newWorld(t, func(o *Options) { o.ConsentMode = "attested" })
	for w, want := range map[*world]interview.Status{asked: interview.NeedsConsent, attested: interview.Queued} {
		v := w.open()
		base := "/v1/interviews/" + v.ID
		w.call("suzuki", "PUT", base+"/recording", "sound").want(200)
		var page ConsentPage
		w.call("suzuki", "GET", base+"/consent", nil).want(200).into(&page)
		if !strings.Contains(page.AttestText, page.Notice.Name) || strings.ContainsAny(page.AttestText, "{}") {
			t.Errorf("what is stated: %q", page.AttestText)
		}
		w.call("sato", "POST", base+"/consent/attestation", map[string]any{"method": "spoken"}).want(403, "forbidden")
		w.call("suzuki", "POST", base+"/consent/attestation", map[string]any{"method": "guessed"}).want(422, "validation_failed")
		w.call("suzuki", "POST", base+"/consent/attestation", map[string]any{"method": "written"}).want(200).into(&v)
		if v.Status != want || !v.Consent.Attested {
			t.Errorf("%s with CONSENT=%s: %+v", v.Status, w.s.ConsentMode, v.Consent)
		}
		w.call("sato", "GET", base+"/consent", nil).want(200).into(&page)
		if len(page.Participants) != 1 || page.Participants[0].Method != "written" || page.Participants[0].By.Name != "suzuki" {
			t.Errorf("the employee sees %+v", page.Participants)
		}
		// The employee confirms, or says no: both end what was stated for them.
		v = w.consent(v.ID)
		if v.Consent.Employee != interview.Given || v.Status != interview.Queued {
			t.Errorf("confirmed: %s %+v", v.Status, v.Consent)
		}
	}
}

// A refusal in the middle of the review erases what was made of the recording and leaves the form.
func TestRefusalAfterADraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	base := "/v1/interviews/" + talk.ID
	w.call("sato", "POST", base+"/comments", map[string]any{"draft": 1, "text": "x"}).want(201)
	var v Interview
	w.call("sato", "PUT", base+"/consent", map[string]any{"decision": "refused"}).want(200).into(&v)
	if v.Status != interview.AwaitingRecording || !v.ByHand || v.Draft != 0 || v.Transcript != 0 {
		t.Errorf("%+v", v)
	}
	if _, err := w.store.Draft(t.Context(), talk.ID, 0); interview.Code(err) != "not_found" {
		t.Errorf("the draft is still there: %v", err)
	}
	// Taken back before anything was written: a recording may come again.
	v = w.consent(talk.ID)
	if v.ByHand || v.Status != interview.AwaitingRecording {
		t.Errorf("taken back: %+v", v)
	}
	w.call("suzuki", "PUT", base+"/recording", "sound").want(200)
}

// A refusal while the recording is on its way leaves no object.
func TestRefusalWhileUploading(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.awaiting()
	pr, pw := io.Pipe()
	done := make(chan *reply)
	go func() { done <- w.call("suzuki", "PUT", "/v1/interviews/"+id+"/recording", pr) }()
	_, err := pw.Write([]byte("first half"))
	check(t, err)
	w.call("sato", "PUT", "/v1/interviews/"+id+"/consent", map[string]any{"decision": "refused"}).want(200)
	check(t, pw.Close())
	(<-done).want(409, "consent_refused")
	for o, err := range w.bucket.List(t.Context(), interview.Prefix(id)) {
		check(t, err)
		t.Errorf("left behind: %s", o.Key)
	}
}

// hr closes what nobody answers, once the reminders have gone out.
func TestClosing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	path := "/v1/interviews/" + talk.ID + "/close"
	w.call("hayashi", "POST", path, map[string]any{"reason": "no_answer"}).want(409, "state_conflict")
	w.longAgo(talk.ID, 20)
	w.call("hayashi", "POST", path, map[string]any{"reason": "bored"}).want(422, "validation_failed")
	w.call("suzuki", "POST", path, map[string]any{"reason": "no_answer"}).want(403, "forbidden")
	var v Interview
	w.call("hayashi", "POST", path, map[string]any{"reason": "no_answer"}).want(200).into(&v)
	if v.Status != interview.ClosedUnconfirmed || v.Sealed != 0 {
		t.Errorf("%+v", v)
	}
	w.call("hayashi", "GET", "/v1/interviews/"+talk.ID+"/drafts/1", nil).want(404, "not_found") // never confirmed, never hr's
	var d DraftDocument
	w.call("sato", "GET", "/v1/interviews/"+talk.ID+"/drafts/1", nil).want(200).into(&d)
	if d.Sealed {
		t.Error("shown as confirmed")
	}
}

// longAgo moves the beginning of a review back in the database file: clocks cannot wait.
func (w *world) longAgo(id string, days int) {
	w.t.Helper()
	db, err := sql.Open("sqlite", "file:"+w.file+"?_pragma=busy_timeout(5000)&_time_format=sqlite")
	check(w.t, err)
	defer db.Close()
	_, err = db.Exec(`UPDATE talks SET review_since = $1 WHERE id = $2`, interview.Now().Add(-time.Duration(days)*day), id)
	check(w.t, err)
}

func TestCommentsGoAndComeBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	base := "/v1/interviews/" + talk.ID + "/comments"
	var c Comment
	w.call("suzuki", "POST", base, map[string]any{"draft": 1, "text": "言いまちがい"}).want(201).into(&c)
	w.call("sato", "POST", base, map[string]any{"draft": 1, "text": "x", "parent": interview.NewID()}).want(422, "validation_failed")
	w.call("sato", "POST", base, map[string]any{"draft": 5, "text": "x"}).want(422, "validation_failed")
	w.call("sato", "POST", base, map[string]any{"draft": 1, "text": "x", "statement": "s9"}).want(422, "validation_failed")
	w.call("suzuki", "PATCH", base+"/"+c.ID, map[string]any{}).want(422, "validation_failed")
	w.call("suzuki", "PATCH", base+"/"+c.ID, map[string]any{"text": "直しました", "resolved": true}, "If-Match", c.ETag).want(200).into(&c)
	if !c.Resolved || c.Resolver == nil || c.Text != "直しました" {
		t.Errorf("%+v", c)
	}
	other := w.at(interview.InReview)
	w.call("suzuki", "DELETE", "/v1/interviews/"+other.ID+"/comments/"+c.ID, nil).want(404, "not_found")
	w.call("suzuki", "DELETE", base+"/"+c.ID, nil).want(204)
	w.call("suzuki", "DELETE", base+"/"+c.ID, nil).want(404, "not_found")
	var list Page[Comment]
	w.call("sato", "GET", base, nil).want(200).into(&list)
	if len(list.Items) != 1 || list.Items[0].Text != "" || list.Items[0].DeletedAt == nil {
		t.Errorf("%+v", list.Items)
	}
}

func TestPeaks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	path := "/v1/interviews/" + talk.ID + "/recording/peaks"
	w.call("sato", "GET", path, nil).want(404, "not_found")
	rec, err := w.store.AddRecording(t.Context(), interview.Recording{Interview: talk.ID, Key: interview.RecordingKey(talk.ID), Size: 3})
	check(t, err)
	w.call("sato", "GET", path, nil).want(404, "not_found")
	body := `{"version":1,"duration":2,"per_second":10,"buckets":20,"data":[[-3,3],[-1,1]]}`
	_, err = w.bucket.Put(t.Context(), interview.PeaksKey(talk.ID, rec.ID), strings.NewReader(body), int64(len(body)), "application/json", false)
	check(t, err)
	var p Peaks
	w.call("sato", "GET", path, nil).want(200).into(&p)
	if p.Buckets != 20 || len(p.Data) != 2 || p.Data[0][0] != -3 {
		t.Errorf("%+v", p)
	}
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var list Page[TemplateInfo]
	w.call("sato", "GET", "/v1/templates", nil).want(200).into(&list)
	if len(list.Items) < 6 || list.Items[0].Name != "career-interview" || list.Items[0].Title["ja"] == "" || list.Items[0].Title["en"] == "" {
		t.Errorf("%+v", list.Items)
	}
	var doc TemplateDoc
	w.call("sato", "GET", "/v1/templates/career-interview", nil).want(200).into(&doc)
	keys := []string{}
	for _, s := range doc.Sections {
		keys = append(keys, s.Key)
	}
	for _, heart := range []string{"wishes", "concerns", "skill_gaps", "action_items"} {
		if !slices.Contains(keys, heart) {
			t.Errorf("%s is missing in %v", heart, keys)
		}
	}
}

func TestSmallTexts(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{waitText(1500*time.Millisecond, "ja"), "2秒"}, {waitText(90*time.Second, "ja"), "2分"}, {waitText(time.Second, "en"), "1 second"}, {waitText(time.Hour, "en"), "60 minutes"},
		{span(30*day, "ja"), "30日"}, {span(365*day, "ja"), "1年"}, {span(7*365*day, "en"), "7 years"}, {span(day, "en"), "1 day"}, {span(400*day, "ja"), "13か月"},
		{sizeText(2 << 30), "2 GB"}, {sizeText(64 << 20), "64 MB"}, {clock(75.0), "1:15"}, {clock(3700.0), "1:01:40"},
		{language("en-US,en;q=0.9,ja;q=0.8", "ja"), "en"}, {language("fr", "en"), "en"}, {language("", ""), "ja"}, {language("JA", "en"), "ja"},
		{extension("a.M4A"), "m4a"}, {extension("a"), ""}, {extension("a.tar.gz~"), ""}, {extension("x.exe\u202e"), ""},
		{agent("Mozilla/5.0 … Chrome/120 Safari/537 Edg/120"), "Edge"}, {agent("curl/8"), ""},
	} {
		if c[0] != c[1] {
			t.Errorf("got %q, want %q", c[0], c[1])
		}
	}
	if partSize(1) != minPart || partSize(100<<30) < 100<<30/blobParts || partSize(100<<30)%(1<<20) != 0 {
		t.Errorf("part sizes %d %d", partSize(1), partSize(100<<30))
	}
}

const blobParts = 10000
