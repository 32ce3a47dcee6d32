package api

import (
	"database/sql"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// seedsIn reads the data block of a page; nil when there is none.
func seedsIn(t *testing.T, page string) map[string]seeded {
	t.Helper()
	_, rest, found := strings.Cut(page, seedBegin)
	if !found {
		return nil
	}
	data, after, _ := strings.Cut(rest, seedEnd)
	if !strings.HasPrefix(strings.TrimSpace(after), "</body>") {
		t.Errorf("the data block ends with %q before it", after)
	}
	var list []seeded
	check(t, json.Unmarshal([]byte(data), &list))
	out := map[string]seeded{}
	for _, s := range list {
		out[s.Path] = s
	}
	return out
}

// A page begins with what it asks for first: the same answers as the calls give, to those who may have them, and noted as a
// call is.
func TestPageBeginsWithItsData(t *testing.T) {
	t.Parallel()
	const page = "<!doctype html><html><head><title>x</title></head><body><div id=\"root\"></div></body></html>\n"
	w := newWorld(t, func(o *Options) {
		o.Web = fstest.MapFS{"index.html": {Data: []byte(page)}, "assets/a-1.js": {Data: []byte("1")},
			"pages.json": {Data: []byte(`{"record":{"ja":{"files":["record-1.js"],"wait":"<i>bones</i>"},"en":{"files":["record-2.js"]}},"":{"ja":{"files":["common-1.js"]}}}`)}}
	})
	talk := w.at(interview.InReview)
	path := "/interviews/" + talk.ID
	evil := `</script><script>alert(1)</script>`
	w.call("sato", "POST", "/v1"+path+"/comments", map[string]any{"draft": 1, "text": evil}).want(201)
	html := []string{"Accept", "text/html,*/*;q=0.8"}
	b := w.browser("suzuki")
	before := w.readsOf(talk.ID)
	r := b.get(path, html...).want(200)
	got := seedsIn(t, string(r.body))
	for _, call := range []string{"/v1/me", "/v1" + path, "/v1" + path + "/drafts/1", "/v1" + path + "/drafts", "/v1" + path + "/comments"} {
		want := b.get(call).want(200)
		if string(got[call].Body) != compact(t, want.body) || got[call].ETag != want.header.Get("ETag") {
			t.Errorf("%s: the page has %s %.200s, the call %s %.200s", call, got[call].ETag, got[call].Body, want.header.Get("ETag"), want.body)
		}
	}
	if len(got) != 5 || strings.Contains(string(r.body), evil) || !strings.Contains(string(got["/v1"+path+"/comments"].Body), `script`) {
		t.Errorf("%d answers, or markup in the page", len(got))
	}
	if !strings.Contains(string(r.body), `<link rel="modulepreload" crossorigin href="/assets/record-1.js"></head>`) || !strings.Contains(string(r.body), `<div id="root"><i>bones</i></div>`) || r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v %s", r.header, r.body[:200])
	}
	if n := w.readsOf(talk.ID); n != before+1 {
		t.Errorf("%d reads are noted, want %d", n, before+1)
	}
	packed := b.get(path, append(html, "Accept-Encoding", "gzip")...).want(200)
	if packed.header.Get("Content-Encoding") != "gzip" || len(packed.body) > len(r.body)/2 {
		t.Errorf("packed: %v, %d of %d bytes", packed.header, len(packed.body), len(r.body))
	}
	// Those who may know of it but not read it get what they may have; those who may not get a page like any other.
	if got := seedsIn(t, string(w.browser("hayashi").get(path, html...).want(200).body)); len(got) != 2 || got["/v1"+path].Body == nil {
		t.Errorf("hr gets %d answers", len(got))
	}
	for name, r := range map[string]*reply{
		"a stranger":     w.browser("tanaka").get(path, html...),
		"no such page":   b.get("/nowhere", html...),
		"another's list": b.get("/interviews", html...),
	} {
		if got := seedsIn(t, string(r.want(200).body)); len(got) != 1 || got["/v1/me"].Body == nil {
			t.Errorf("%s: %d answers", name, len(got))
		}
	}
	for name, r := range map[string]*reply{
		"nobody":     w.browser("").get(path, html...),
		"a program":  w.call("suzuki", "GET", path, nil, html...),
		"a script":   b.get(path, append(html, "Sec-Fetch-Dest", "empty")...),
		"a prefetch": b.get(path, append(html, "Sec-Purpose", "prefetch")...),
		"no page":    b.get(path, "Accept", "*/*"),
	} {
		if string(r.want(200).body) != page {
			t.Errorf("%s gets %s", name, r.body)
		}
	}
	if got := seedsIn(t, string(b.get("/", html...).want(200).body)); !strings.Contains(string(got["/v1/interviews?scope=mine&limit=200"].Body), talk.ID) {
		t.Errorf("home begins with %v", got)
	}
}

// The page is often the first call of a day: the cookie it prolongs must reach the browser.
func TestPageKeepsTheSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) {
		o.Web = fstest.MapFS{"index.html": {Data: []byte("<html><head></head><body></body></html>")}, "assets/a-1.js": {Data: []byte("1")}}
	})
	b := w.browser("sato")
	db, err := sql.Open("sqlite", "file:"+w.file+"?_pragma=busy_timeout(5000)&_time_format=sqlite")
	check(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), `UPDATE sessions SET seen_at = ? WHERE person = ?`, interview.Now().Add(-3*day), w.people["sato"].ID)
	check(t, err)
	if got := b.get("/", "Accept", "text/html").want(200).header.Get("Set-Cookie"); !strings.HasPrefix(got, sessionCookie+"=") {
		t.Errorf("Set-Cookie: %q", got)
	}
}

// readsOf counts the entries in the log of reads.
func (w *world) readsOf(id string) int {
	w.t.Helper()
	list, _, err := w.store.Reads(w.t.Context(), id, store.Page{Limit: 100})
	check(w.t, err)
	return len(list)
}

func compact(t *testing.T, raw []byte) string {
	t.Helper()
	b, err := json.Marshal(json.RawMessage(raw))
	check(t, err)
	return string(b)
}
