package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// xss are strings that must come out as the text they are.
var xss = []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</title><svg onload=alert(1)>`, `{{.}}`, "\u202egnp.exe", `javascript:alert(1)`}

func TestWordsAreInert(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for i, evil := range xss {
		p, err := w.store.AddPerson(ctx, interview.Person{Email: fmt.Sprintf("x%d@example.co.jp", i), Name: evil, Department: evil})
		check(t, err)
		v := w.open(map[string]any{"employee": p.ID, "purpose": evil, "place": evil})
		d := record(v.ID)
		d.Sections[0].Statements[0].Text = evil
		d.Sections[0].Statements[0].Evidence[0].Quote = evil
		d.Sections[1].Title = evil
		d.Summary[0].Text = evil
		check(t, w.store.PutDraft(ctx, d, 0))
		moves := []interview.Event{interview.ConsentGiven, interview.HandWritten}
		for _, m := range moves {
			_, err := w.store.Move(ctx, store.MoveInput{ID: v.ID, Event: m})
			check(t, err)
		}
		b := w.browser("suzuki")
		for _, path := range []string{"/plain/", "/plain/interviews/" + v.ID, "/auth/dev"} {
			r := b.get(path, "Accept", "text/html").want(200)
			csp := r.header.Get("Content-Security-Policy")
			if strings.Contains(string(r.body), "<script") || strings.Contains(string(r.body), "<img") || strings.Contains(string(r.body), "<svg") {
				t.Errorf("%s: %q came out alive", path, evil)
			}
			if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "script-src") || !strings.Contains(csp, "frame-ancestors 'none'") {
				t.Errorf("%s: policy %q", path, csp)
			}
		}
		var got DraftDocument
		r := w.call("suzuki", "GET", "/v1/interviews/"+v.ID+"/drafts/1", nil).want(200)
		r.into(&got)
		if got.Sections[0].Statements[0].Text != evil || r.header.Get("Content-Type") != "application/json" {
			t.Errorf("the API changed %q to %q", evil, got.Sections[0].Statements[0].Text)
		}
	}
}

func TestFileNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"面談記録-2026-05-20.pdf", `attachment; filename=____-2026-05-20.pdf; filename*=UTF-8''%E9%9D%A2%E8%AB%87%E8%A8%98%E9%8C%B2-2026-05-20.pdf`},
		{"record.pdf", "attachment; filename=record.pdf"},
		{"a\r\nSet-Cookie: x=1.pdf", `attachment; filename="aSet-Cookie_ x=1.pdf"`},
		{"../../etc/passwd", "attachment; filename=_.._etc_passwd"},
		{"\u202efdp.exe", "attachment; filename=fdp.exe"},
		{`a"b;c.txt`, `attachment; filename=a_b_c.txt; filename*=UTF-8''a_b%3Bc.txt`},
		{"", "attachment; filename=kikigaki"},
		{"...", "attachment; filename=kikigaki"},
	} {
		got := attachment(c.in)
		if got != c.want {
			t.Errorf("attachment(%q) = %s, want %s", c.in, got, c.want)
		}
		if strings.ContainsAny(got, "\r\n") {
			t.Errorf("%q breaks the header", c.in)
		}
	}
}

func TestHostileRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open()
	base := "/v1/interviews/" + v.ID
	for name, c := range map[string]struct {
		method, path string
		body         any
		status       int
		code         string
	}{
		"a path that is none":           {"GET", "/v1/nothing", nil, 404, "not_found"},
		"a method that is none":         {"PUT", "/v1/me", "{}", 405, "method_not_allowed"},
		"an id that is none":            {"GET", "/v1/interviews/1%27%20OR%201=1", nil, 404, "not_found"},
		"a path that climbs":            {"GET", "/v1/interviews/..%2f..%2fetc", nil, 404, "not_found"},
		"an id with a null":             {"GET", "/v1/interviews/%00", nil, 404, "not_found"},
		"an id without end":             {"GET", "/v1/interviews/" + strings.Repeat("a", 500), nil, 404, "not_found"},
		"a version that is none":        {"GET", base + "/drafts/x", nil, 409, "state_conflict"},
		"a body that is too large":      {"POST", "/v1/interviews/search", strings.NewReader(`{"text":"` + strings.Repeat("a", 5<<20) + `"}`), 413, "validation_failed"},
		"a body that is no object":      {"POST", "/v1/interviews/search", []any{1, 2}, 422, "validation_failed"},
		"a body that is nested":         {"POST", "/v1/interviews/search", strings.NewReader(strings.Repeat("[", 100000)), 400, "validation_failed"},
		"no body":                       {"POST", "/v1/interviews/search", nil, 400, "validation_failed"},
		"a limit that is none":          {"GET", "/v1/interviews?limit=0", nil, 422, "validation_failed"},
		"a limit that is too large":     {"GET", "/v1/interviews?limit=100000", nil, 422, "validation_failed"},
		"a limit that is no number":     {"GET", "/v1/interviews?limit=many", nil, 422, "validation_failed"},
		"a status that is none":         {"GET", "/v1/interviews?status=happy", nil, 422, "validation_failed"},
		"a day that is none":            {"GET", "/v1/interviews?from=yesterday", nil, 422, "validation_failed"},
		"a cursor that is none":         {"GET", "/v1/interviews?cursor=%2e%2e", nil, 422, "validation_failed"},
		"a cursor of another list":      {"GET", "/v1/actions?cursor=WyIyMDI2LTA1LTIwIiwieCJd", nil, 422, "validation_failed"},
		"a template that is none":       {"GET", "/v1/templates/..%2f..", nil, 422, "template_unknown"},
		"an export format that is none": {"GET", "/v1/interviews/" + w.at(interview.InReview).ID + "/export?format=..%2f", nil, 422, "validation_failed"},
	} {
		r := w.call("suzuki", c.method, c.path, c.body, "Content-Type", "application/json")
		if r.status != c.status || r.code() != c.code || r.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s %.200s, want %d %s", name, r.status, r.header.Get("Content-Type"), r.body, c.status, c.code)
		}
		if strings.Contains(string(r.body), "goroutine") || strings.Contains(string(r.body), "sql") {
			t.Errorf("%s: the answer tells of the inside: %s", name, r.body)
		}
	}
}

// Problems speak the reader's language, name the wrong fields and carry the request's number.
func TestProblems(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var ja, en Problem
	r := w.call("suzuki", "POST", "/v1/interviews", map[string]any{"employee": "nobody@example.co.jp"}, "Accept-Language", "ja", "X-Request-Id", "request-0001").want(422)
	r.into(&ja)
	w.call("suzuki", "POST", "/v1/interviews", map[string]any{"employee": "nobody@example.co.jp"}, "Accept-Language", "de, en;q=0.8").want(422).into(&en)
	if !strings.Contains(ja.Detail, "登録されていません") || !strings.Contains(en.Detail, "registered") || ja.Type != "urn:kikigaki:problem:unknown_employee" ||
		ja.Title == "" || ja.Status != 422 || r.header.Get("X-Request-Id") != "request-0001" {
		t.Errorf("%+v %+v", ja, en)
	}
	if r := w.call("suzuki", "GET", "/v1/me", nil, "X-Request-Id", "bad id\twith blanks"); strings.Contains(r.header.Get("X-Request-Id"), " ") {
		t.Error("a request id from outside is taken as it is")
	}
	r = w.call("suzuki", "POST", "/v1/users/search", map[string]any{"text": ""}).want(422)
	if r.fields()["text"] != "too_short" {
		t.Errorf("%s", r.body)
	}
	// Codes that exist in the message table have a status, and every one has both texts.
	for code, m := range interview.Messages {
		p := problem(interview.E(code, nil), "ja", "r")
		if p.Detail == "" || p.Status < 400 || m.EN == "" {
			t.Errorf("%s: %+v", code, p)
		}
		if p.Status == 503 && p.GetHeaders().Get("Retry-After") == "" {
			t.Errorf("%s does not say when to come again", code)
		}
	}
	if p := problem(errors.New("pq: duplicate key (name)=(佐藤)"), "ja", "req1"); p.Code != "internal_error" || strings.Contains(p.Detail, "佐藤") || !strings.Contains(p.Detail, "req1") {
		t.Errorf("%+v", p)
	}
}

// A panic is an internal error with a number, and its value, which may quote words, is in no log.
func TestPanic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.s.router.rows[0]
	if h.pattern != "GET /v1/interviews" {
		t.Fatal("another first row")
	}
	log := &syncBuffer{}
	s := New(Options{Log: slog.New(slog.NewJSONHandler(log, nil)), Store: w.store, Bucket: w.bucket})
	s.router.mux.HandleFunc("GET /panic", func(http.ResponseWriter, *http.Request) { panic("秘密の言葉") })
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, httptest.NewRequest("GET", "/panic", nil))
	var p Problem
	check(t, json.Unmarshal(rec.Body.Bytes(), &p))
	if rec.Code != 500 || p.Code != "internal_error" || p.RequestID == "" || !strings.Contains(p.Detail, p.RequestID) {
		t.Errorf("%d %+v", rec.Code, p)
	}
	if strings.Contains(log.String(), "秘密") || !strings.Contains(log.String(), p.RequestID) {
		t.Errorf("log %s", log.String())
	}
}

// The log holds ids; names, addresses, words, file names and query strings are not in it.
func TestLogHoldsNoWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	canary := "カナリア"
	v := w.open(map[string]any{"purpose": canary, "place": canary})
	base := "/v1/interviews/" + v.ID
	w.consent(v.ID)
	w.call("suzuki", "PUT", base+"/captions?name="+canary+".vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\n"+canary).want(200)
	w.call("suzuki", "POST", "/v1/interviews/search", map[string]any{"text": canary}).want(200)
	w.call("suzuki", "GET", "/v1/interviews?cursor="+canary, nil).want(422)
	w.call("suzuki", "POST", base+"/comments", map[string]any{"draft": 1, "text": canary})
	w.call("suzuki", "POST", "/v1/interviews", map[string]any{"employee": canary}).want(422)
	got := w.log.String()
	for _, word := range []string{canary, "%E3%82%AB", "sato", "suzuki", "example.co.jp", "cursor=", "name="} {
		if strings.Contains(got, word) {
			t.Errorf("the log holds %q", word)
		}
	}
	if !strings.Contains(got, v.ID) || !strings.Contains(got, `"route":"POST /v1/interviews"`) {
		t.Errorf("the log says too little: %.500s", got)
	}
}

func TestBehindAProxy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withProxy, func(o *Options) {
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	})
	at := func(remote string, headers ...string) *call {
		r := httptest.NewRequest("GET", "http://inner.local/healthz", nil)
		r.RemoteAddr = remote
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Add(headers[i], headers[i+1])
		}
		c := &call{}
		w.s.locate(r, c)
		return c
	}
	forwarded := []string{"X-Forwarded-Proto", "https", "X-Forwarded-Host", "kiki.example.co.jp", "X-Forwarded-For", "6.6.6.6, 203.0.113.9, 10.1.1.1"}
	if c := at("10.2.3.4:1", forwarded...); c.base != "https://kiki.example.co.jp" || c.client != "203.0.113.9" || !w.s.secure(c) {
		t.Errorf("through the proxy: %+v", c)
	}
	if c := at("203.0.113.50:1", forwarded...); c.base != "http://inner.local" || c.client != "203.0.113.50" {
		t.Errorf("a stranger's headers are believed: %+v", c)
	}
	if c := at("10.2.3.4:1", "X-Forwarded-Host", "evil.example/\r\nx"); c.base != "http://inner.local" {
		t.Errorf("a broken host is believed: %+v", c)
	}
	// Presigned addresses carry the name the browser knows.
	id := w.awaiting()
	var u Upload
	w.call("suzuki", "POST", "/v1/interviews/"+id+"/uploads", map[string]any{"name": "a.wav", "size": 5}).want(201).into(&u)
	b := w.browser("")
	b.post("/auth/dev", `{"email":"suzuki@example.co.jp"}`, "Content-Type", "application/json", "Host", "kiki.test:8080").want(200)
	var urls PartURLs
	b.post("/v1/interviews/"+id+"/uploads/"+u.ID+"/parts", `{"numbers":[1]}`, "Content-Type", "application/json", "Host", "kiki.test:8080").want(200).into(&urls)
	if !strings.HasPrefix(urls.Parts[0].URL, "http://kiki.test:8080/kikigaki-test/interviews/"+id+"/recording/") {
		t.Errorf("address %s", urls.Parts[0].URL)
	}
}

// Every answer carries the headers that keep browsers from guessing, framing and telling.
func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/v1/me", "/v1/nothing", "/plain/signin", "/healthz", "/openapi.json", "/auth"} {
		r := w.call("", "GET", path, nil)
		for k, v := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY"} {
			if r.header.Get(k) != v {
				t.Errorf("%s: %s is %q", path, k, r.header.Get(k))
			}
		}
		if csp := r.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if r.header.Get("X-Request-Id") == "" {
			t.Errorf("%s: no request id", path)
		}
	}
	if r := w.call("suzuki", "GET", "/v1/me", nil); r.header.Get("Cache-Control") != "no-store" {
		t.Error("personal answers may be cached")
	}
}

// An answer that breaks off after its head is cut, not ended: nobody takes half for the whole.
func TestBrokenAnswerIsCut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	log := &syncBuffer{}
	s := New(Options{Log: slog.New(slog.NewJSONHandler(log, nil)), Store: w.store, Bucket: w.bucket})
	s.router.mux.HandleFunc("GET /half", s.handler(func(w http.ResponseWriter, _ *http.Request) error {
		_, _ = w.Write([]byte(strings.Repeat("x", 10000)))
		return errors.New("the rest is lost")
	}))
	server := httptest.NewServer(s)
	defer server.Close()
	res, err := http.Get(server.URL + "/half")
	check(t, err)
	defer res.Body.Close()
	if _, err := io.ReadAll(res.Body); err == nil {
		t.Error("half an answer looks whole")
	}
	soon(t, "the log line", func() bool { return strings.Contains(log.String(), `"route":"GET /half"`) })
}
