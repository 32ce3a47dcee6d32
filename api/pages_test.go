package api

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/prometheus/client_golang/prometheus"

	"kikigaki/internal/interview"
)

func TestPlainPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	b := w.browser("")
	r := b.get("/plain/interviews/"+talk.ID, "Accept", "text/html").want(303)
	if r.header.Get("Location") != "/plain/signin?next=%2Fplain%2Finterviews%2F"+talk.ID {
		t.Errorf("led to %q", r.header.Get("Location"))
	}
	page := b.get(r.header.Get("Location"), "Accept", "text/html").want(200)
	if !strings.Contains(string(page.body), "/plain/interviews/"+talk.ID) {
		t.Error("the sign-in page forgets where one wanted to go")
	}
	for lang, want := range map[string][]string{
		"ja": {`<html lang="ja">`, "本人の確認待ち", "未確認", "企画の仕事をしてみたい。", "もとの発言", "閉じた内容", "話題に出なかった", "AIが作った下書き", "0:05"},
		"en": {`<html lang="en">`, "Waiting for the employee&#39;s check", "Unconfirmed", "What it stands on", "Not discussed"},
	} {
		s := w.browser("sato")
		got := string(s.get("/plain/interviews/"+talk.ID, "Accept", "text/html", "Accept-Language", lang).want(200).body)
		for _, x := range want {
			if !strings.Contains(got, x) {
				t.Errorf("%s: the page lacks %q", lang, x)
			}
		}
		list := string(s.get("/plain/", "Accept", "text/html", "Accept-Language", lang).want(200).body)
		if !strings.Contains(list, talk.ID) {
			t.Errorf("%s: the list lacks the interview", lang)
		}
	}
	gone := w.browser("kato").get("/plain/interviews/"+talk.ID, "Accept", "text/html").want(404)
	if !strings.Contains(string(gone.body), "role=\"alert\"") || !strings.HasPrefix(gone.header.Get("Content-Type"), "text/html") {
		t.Errorf("%s", gone.body)
	}
	if empty := w.browser("kato").get("/plain/", "Accept", "text/html").want(200); !strings.Contains(string(empty.body), "面談はまだありません") {
		t.Errorf("%s", empty.body)
	}
	if css := b.get("/plain/style.css").want(200); !strings.HasPrefix(css.header.Get("Content-Type"), "text/css") {
		t.Errorf("%v", css.header)
	}
}

// Every text key a template uses is there in both languages, and every state has its phrase.
func TestPageTexts(t *testing.T) {
	t.Parallel()
	files, err := pageFiles.ReadDir("pages")
	check(t, err)
	used := 0
	for _, f := range files {
		raw, err := pageFiles.ReadFile("pages/" + f.Name())
		check(t, err)
		for _, m := range regexp.MustCompile(`\{\{t \S+ "([a-z_]+)"\}\}`).FindAllStringSubmatch(string(raw), -1) {
			used++
			if _, ok := pageTexts[m[1]]; !ok {
				t.Errorf("%s uses %q, which has no text", f.Name(), m[1])
			}
		}
	}
	if used < 20 {
		t.Fatalf("only %d texts found", used)
	}
	for _, s := range interview.Statuses {
		if pageText("ja", string(s)) == string(s) || pageText("en", string(s)) == string(s) {
			t.Errorf("%s has no phrase", s)
		}
	}
	for key, v := range pageTexts {
		if v[0] == "" || v[1] == "" {
			t.Errorf("%s lacks a language", key)
		}
	}
}

func TestWebApp(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"index.html": {Data: []byte("<!doctype html><title>app</title>")}, "assets/app-1a2b.js": {Data: []byte("export{}")}, "favicon.svg": {Data: []byte("<svg/>")}}
	w := newWorld(t, func(o *Options) { o.Web = files })
	for _, path := range []string{"/", "/interviews", "/interviews/abc", "/index.html", "/signin"} {
		r := w.call("", "GET", path, nil).want(200)
		if !strings.Contains(string(r.body), "<title>app") || r.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, r.header)
		}
		csp := r.header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "script-src 'self';") || strings.Contains(csp, "unsafe-eval") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
	js := w.call("", "GET", "/assets/app-1a2b.js", nil).want(200)
	if js.header.Get("Cache-Control") != "public, max-age=31536000, immutable" || !strings.Contains(js.header.Get("Content-Type"), "javascript") {
		t.Errorf("%v", js.header)
	}
	w.call("", "GET", "/assets/gone.js", nil).want(404, "not_found")
	w.call("", "GET", "/v1/gone", nil).want(404, "not_found")
	w.call("", "GET", "/favicon.svg", nil).want(200)
	b := newWorld(t).browser("")
	if r := b.get("/anything").want(303); r.header.Get("Location") != "/plain/" {
		t.Errorf("without the app: %v", r.header)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	reg := prometheus.NewRegistry()
	w := newWorld(t, func(o *Options) { o.Metrics = reg })
	w.call("", "GET", "/healthz", nil).want(200)
	var got map[string]string
	w.call("", "GET", "/readyz", nil).want(200).into(&got)
	for _, part := range []string{"sql", "bucket", "redis", "clock"} {
		if got[part] != "ok" {
			t.Errorf("%s: %q", part, got[part])
		}
	}
	w.call("suzuki", "GET", "/v1/me", nil).want(200)
	families, err := reg.Gather()
	check(t, err)
	found := false
	for _, f := range families {
		for _, m := range f.Metric {
			for _, l := range m.Label {
				found = found || l.GetValue() == "GET /v1/me"
				if strings.Contains(l.GetValue(), w.people["suzuki"].ID) {
					t.Error("a counter names a person")
				}
			}
		}
	}
	if !found {
		t.Error("requests are not counted")
	}
	// A part that is away is named by its code; Redis alone does not take the process out of service.
	away := newWorld(t, func(o *Options) {
		o.Courier = func(context.Context) error { return interview.E("queue_unavailable", nil) }
	})
	away.call("", "GET", "/readyz", nil).want(200).into(&got)
	if got["redis"] != "queue_unavailable" {
		t.Errorf("%v", got)
	}
	check(t, away.store.Close())
	r := away.call("", "GET", "/readyz", nil).want(503)
	check(t, json.Unmarshal(r.body, &got))
	if got["sql"] == "ok" {
		t.Errorf("%v", got)
	}
}
