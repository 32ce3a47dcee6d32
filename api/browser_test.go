package api

import (
	"net/http"
	"net/http/cookiejar"
	"strings"
)

// browser is a client with cookies that does not follow redirects.
type browser struct {
	w      *world
	client *http.Client
}

// browser signs a person in by AUTH=dev; "" leaves the browser signed out.
func (w *world) browser(who string) *browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	check(w.t, err)
	b := &browser{w, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if who != "" {
		b.post("/auth/dev", `{"email":"`+who+`@example.co.jp"}`, "Content-Type", "application/json").want(200)
	}
	return b
}

func (b *browser) get(path string, headers ...string) *reply {
	b.w.t.Helper()
	return b.send("GET", path, "", headers...)
}

func (b *browser) post(path, body string, headers ...string) *reply {
	b.w.t.Helper()
	return b.send("POST", path, body, headers...)
}

func (b *browser) send(method, path, body string, headers ...string) *reply {
	b.w.t.Helper()
	req, err := http.NewRequestWithContext(b.w.t.Context(), method, b.w.http.URL+path, strings.NewReader(body))
	check(b.w.t, err)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	return b.w.do(b.client, req)
}
