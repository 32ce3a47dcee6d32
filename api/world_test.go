package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kikigaki/internal/blob"
	"kikigaki/internal/interview"
	"kikigaki/internal/queue"
	"kikigaki/internal/store"
	"kikigaki/internal/testkit"
	"kikigaki/prompts"
)

// world is a running server on a real SQLite file and a real bucket, with the people of a small company.
type world struct {
	t      testing.TB
	s      *Server
	http   *httptest.Server
	store  *store.Store
	bucket *blob.Bucket
	waker  *wakes
	events *bus
	log    *syncBuffer
	file   string // of the database
	people map[string]interview.Person
	tokens map[string]string
}

// people of every world: two employees, two interviewers, two of hr, an operator, and one of hr who is also talked with.
var cast = map[string][]interview.Role{
	"sato": nil, "kato": nil, "suzuki": {interview.RoleInterviewer}, "tanaka": {interview.RoleInterviewer},
	"hayashi": {interview.RoleHR}, "mori": {interview.RoleHR}, "ono": {interview.RoleAdmin}, "noda": nil,
}

func newWorld(t testing.TB, change ...func(*Options)) *world {
	t.Helper()
	ctx := t.Context()
	w := &world{t: t, waker: &wakes{}, events: newBus(), log: &syncBuffer{}, people: map[string]interview.Person{}, tokens: map[string]string{}}
	w.file = filepath.Join(t.TempDir(), "kikigaki.db")
	st, err := store.Open(ctx, "sqlite://"+w.file, store.Options{})
	check(t, err)
	t.Cleanup(func() { st.Close() })
	check(t, st.Migrate(ctx))
	w.store = st
	s3 := testkit.S3(t)
	w.bucket, err = blob.Open(ctx, blob.Options{Endpoint: s3.Endpoint, Region: s3.Region, Bucket: s3.Bucket, AccessKey: s3.AccessKey, SecretKey: s3.SecretKey, UsePathStyle: true})
	check(t, err)
	templates, err := prompts.Open("")
	check(t, err)
	o := Options{Settings: Settings{Version: "test", Auth: "dev", MaxSize: 64 << 20, Notice: NoticeSettings{Company: "みどり株式会社", Contact: "人事部"}},
		Store: st, Bucket: w.bucket, Templates: templates, Waker: w.waker, Events: w.events, Log: slog.New(slog.NewJSONHandler(w.log, nil))}
	for _, c := range change {
		c(&o)
	}
	st, w.store = o.Store, o.Store // one of the changes
	w.s = New(o)
	w.http = httptest.NewServer(w.s)
	t.Cleanup(func() { w.s.Drain(); w.http.Close() })
	for name, roles := range cast {
		p, err := st.AddPerson(ctx, interview.Person{Email: name + "@example.co.jp", Name: name, Department: "営業部", Roles: roles})
		check(t, err)
		w.people[name] = p
		if w.tokens[name], _, err = NewToken(ctx, st, p.ID, "test"); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// reply is an answer, read whole.
type reply struct {
	status int
	header http.Header
	body   []byte
	t      testing.TB
}

// call sends body (nil, a string, bytes, a reader, or anything for JSON) as a person ("" for nobody).
func (w *world) call(who, method, path string, body any, headers ...string) *reply {
	w.t.Helper()
	var r io.Reader
	kind := ""
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	case []byte:
		r = bytes.NewReader(b)
	case io.Reader:
		r = b
	default:
		raw, err := json.Marshal(b)
		check(w.t, err)
		r, kind = bytes.NewReader(raw), "application/json"
	}
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.http.URL+path, r)
	check(w.t, err)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+w.tokens[who])
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return w.do(http.DefaultClient, req)
}

func (w *world) do(client *http.Client, req *http.Request) *reply {
	w.t.Helper()
	res, err := client.Do(req)
	check(w.t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	check(w.t, err)
	return &reply{res.StatusCode, res.Header, raw, w.t}
}

// want fails the test when the answer has another status or, for a problem, another code.
func (r *reply) want(status int, code ...string) *reply {
	r.t.Helper()
	if r.status != status || len(code) > 0 && r.code() != code[0] {
		r.t.Fatalf("got %d %s, want %d %v", r.status, r.body, status, code)
	}
	return r
}

func (r *reply) code() string {
	var p Problem
	_ = json.Unmarshal(r.body, &p)
	return p.Code
}

func (r *reply) fields() map[string]string {
	var p Problem
	_ = json.Unmarshal(r.body, &p)
	out := map[string]string{}
	for _, f := range p.Fields {
		out[f.Name] = f.Code
	}
	return out
}

func (r *reply) into(v any) {
	r.t.Helper()
	if err := json.Unmarshal(r.body, v); err != nil {
		r.t.Fatalf("%v: %s", err, r.body)
	}
}

// open opens an interview of suzuki with sato.
func (w *world) open(more ...map[string]any) Interview {
	w.t.Helper()
	in := map[string]any{"employee": "sato@example.co.jp", "recorded_on": "2026-05-20", "purpose": "来年の仕事について"}
	for _, m := range more {
		for k, v := range m {
			in[k] = v
		}
	}
	var v Interview
	w.call("suzuki", "POST", "/v1/interviews", in).want(201).into(&v)
	return v
}

// consent gives sato's consent.
func (w *world) consent(id string) Interview {
	w.t.Helper()
	var page ConsentPage
	w.call("sato", "GET", "/v1/interviews/"+id+"/consent", nil).want(200).into(&page)
	var v Interview
	w.call("sato", "PUT", "/v1/interviews/"+id+"/consent", map[string]any{"decision": "given", "abroad": true, "notice": page.Notice.ID}).want(200).into(&v)
	return v
}

// script is a small transcript: A the interviewer, B the employee.
func script() *interview.Transcript {
	lines := []struct{ who, text string }{
		{"A", "来年はどんな仕事がしたいですか。"}, {"B", "企画の仕事をしてみたいです。"}, {"A", "心配なことはありますか。"},
		{"B", "英語の会議についていけるか不安です。"}, {"B", "夜はあまり眠れていません。"}, {"A", "研修を探して来月までに知らせます。"},
	}
	t := &interview.Transcript{Language: "ja", Source: "speech", Timed: true, Speakers: []interview.Speaker{
		{Label: "A", Role: interview.PartInterviewer, Confidence: .9, By: "text"}, {Label: "B", Role: interview.PartEmployee, Confidence: .9, By: "text"}}}
	for i, l := range lines {
		t.Segments = append(t.Segments, interview.Segment{ID: i + 1, Start: float64(i * 5), End: float64(i*5 + 4), Speaker: l.who, Text: l.text})
	}
	t.Coverage = interview.Coverage{Speech: 24, Sent: 24, Transcribed: 24}
	return t
}

func cited(t *interview.Transcript, id int) []interview.Evidence {
	g := t.Segment(id)
	return []interview.Evidence{{Segment: id, Quote: strings.TrimRight(g.Text, "。"), Start: &g.Start, End: &g.End}}
}

// record is a draft on script.
func record(id string) *interview.Draft {
	t := script()
	due := "来月まで"
	st := func(id, text string, by interview.Part, seg int) interview.Statement {
		return interview.Statement{ID: id, Text: text, Speaker: by, By: "ai", Audience: "hr", Grounded: true, Evidence: cited(t, seg)}
	}
	night := st("s4", "夜に眠れない日がある。", interview.PartEmployee, 5)
	night.Sensitive, night.Audience, night.Class = true, "both", "condition"
	todo := st("s5", "面談者が研修を探して知らせる。", interview.PartInterviewer, 6)
	todo.Owner, todo.Due = interview.PartInterviewer, &due
	return &interview.Draft{Interview: id, Template: "career-interview@1", Transcript: 1, Language: "ja",
		Author:  interview.Author{Kind: "ai", Engine: "extractive"},
		Summary: []interview.Sentence{{Text: "企画の仕事を希望している。", Evidence: cited(t, 2)}, {Text: "眠れないことを話した。", Evidence: cited(t, 5)}},
		Sections: []interview.Section{
			{Key: interview.Wishes, Title: "希望", State: interview.Discussed, Statements: []interview.Statement{st("s1", "企画の仕事をしてみたい。", interview.PartEmployee, 2)}},
			{Key: interview.Concerns, Title: "不安・懸念", State: interview.Discussed, Statements: []interview.Statement{
				st("s2", "英語の会議についていけるか不安がある。", interview.PartEmployee, 4), night}},
			{Key: interview.SkillGaps, Title: "スキルギャップ", State: interview.NotDiscussed, Statements: []interview.Statement{}},
			{Key: interview.ActionItems, Title: "アクション", State: interview.Discussed, Statements: []interview.Statement{todo}},
		},
		Coverage: interview.DraftCoverage{Speech: 24, Transcribed: 24, Segments: 6, Read: 6}}
}

// at brings an interview of sato and suzuki to a status the way it would come there, without workers.
func (w *world) at(status interview.Status) interview.Talk {
	w.t.Helper()
	ctx := w.t.Context()
	talk, err := w.store.OpenTalk(ctx, interview.Talk{Employee: w.people["sato"].ID, Interviewer: w.people["suzuki"].ID, OpenedBy: w.people["suzuki"].ID,
		Template: "career-interview", Language: "ja", RecordedOn: "2026-05-20", Processing: interview.External, Generation: 1,
		Status: interview.NeedsConsent, WaitingFor: interview.ForEmployee})
	check(w.t, err)
	move := func(ev interview.Event, more ...func(*store.MoveInput)) {
		w.t.Helper()
		in := store.MoveInput{ID: talk.ID, Event: ev}
		for _, m := range more {
			m(&in)
		}
		talk, err = w.store.Move(ctx, in)
		check(w.t, err)
	}
	reached := func() bool { return talk.Status == status }
	if reached() {
		return talk
	}
	if status == interview.Erased {
		check(w.t, w.store.EraseTalk(ctx, talk.ID, interview.EraseAsked, "system", "test"))
		talk, err = w.store.Talk(ctx, talk.ID)
		check(w.t, err)
		return talk
	}
	_, err = w.store.AddConsent(ctx, interview.Consent{Interview: talk.ID, Person: talk.Employee, By: talk.Employee, Decision: interview.Given, Abroad: true})
	check(w.t, err)
	move(interview.ConsentGiven)
	if reached() {
		return talk
	}
	move(interview.RecordingArrived)
	if reached() {
		return talk
	}
	switch status {
	case interview.Failed:
		move(interview.Broke, func(m *store.MoveInput) { m.Error = &interview.Trouble{Code: "recording_damaged", At: interview.Now()} })
		return talk
	case interview.NeedsTranscription:
		move(interview.NoEndpoint, func(m *store.MoveInput) {
			m.Error = &interview.Trouble{Code: "needs_transcription", At: interview.Now()}
		})
		return talk
	}
	move(interview.PrepareStarted)
	if reached() {
		return talk
	}
	move(interview.ChunksOut)
	if reached() {
		return talk
	}
	check(w.t, w.store.PutTranscript(ctx, talk.ID, script(), 0))
	move(interview.TranscriptReady)
	if reached() {
		return talk
	}
	check(w.t, w.store.PutDraft(ctx, record(talk.ID), 0))
	if status == interview.Checking {
		move(interview.DraftToCheck)
		return talk
	}
	move(interview.DraftToReview)
	switch status {
	case interview.Revising:
		move(interview.ReviseAsked)
	case interview.ClosedUnconfirmed:
		move(interview.ClosedByHR)
	case interview.Approved:
		w.approve(talk.ID, 1)
		talk, err = w.store.Talk(ctx, talk.ID)
		check(w.t, err)
	}
	if !reached() {
		w.t.Fatalf("no way to %s: at %s", status, talk.Status)
	}
	return talk
}

// approve opens what must be opened and approves, as sato.
func (w *world) approve(id string, n int) *reply {
	w.t.Helper()
	base := "/v1/interviews/" + id
	var d DraftDocument
	w.call("sato", "GET", fmt.Sprintf("%s/drafts/%d", base, n), nil).want(200).into(&d)
	w.call("sato", "PUT", fmt.Sprintf("%s/drafts/%d/opened", base, n), map[string]any{"statements": d.Look}).want(200)
	return w.call("sato", "POST", base+"/decision", map[string]any{"draft": n, "decision": "approve"}).want(200)
}

// wakes notes which tasks were told of.
type wakes struct {
	mu    sync.Mutex
	tasks []interview.Task
}

func (k *wakes) Wake(_ context.Context, tasks ...interview.Task) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tasks = append(k.tasks, tasks...)
}

func (k *wakes) kinds(id string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []string
	for _, t := range k.tasks {
		if t.Interview == id {
			out = append(out, string(t.Kind))
		}
	}
	return strings.Join(out, " ")
}

// bus is the courier of events within one process.
type bus struct {
	mu    sync.Mutex
	subs  map[string][]chan queue.Event
	dying int // how many of the next events take the process with them, as far as a test can do that
}

func (b *bus) die(times int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dying = times
}

func newBus() *bus { return &bus{subs: map[string][]chan queue.Event{}} }

func (b *bus) Publish(_ context.Context, id string, e queue.Event) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.dying > 0 {
		b.dying--
		panic("killed")
	}
	for _, c := range b.subs[id] {
		select {
		case c <- e:
		default:
		}
	}
	return nil
}

func (b *bus) Subscribe(_ context.Context, id string) (<-chan queue.Event, func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := make(chan queue.Event, 16)
	b.subs[id] = append(b.subs[id], c)
	return c, func() {}
}

// syncBuffer is a buffer that a logger and a test may share.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// soon polls until ok or a generous deadline.
func soon(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("%s did not happen", what)
}
