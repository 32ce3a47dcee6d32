package api

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
	"kikigaki/internal/testkit"
)

// TestSignInMailCarriesNoForeignWords: whoever asks for somebody else's sign-in mail cannot write into it.
func TestSignInMailCarriesNoForeignWords(t *testing.T) {
	t.Parallel()
	mail := &linkbox{links: make(chan string, 10)}
	w := newWorld(t, func(o *Options) { o.Auth, o.Mailer = "link", mail })
	people := []string{"sato", "kato", "suzuki", "tanaka", "hayashi"}
	for i, next := range []string{"/interviews/x?tab=1#s2", "/ 至急 https://evil.example/login をひらいて", "/a&t=b", "/\u202ex", `/"><b>`} {
		w.call("", "POST", "/auth/link", map[string]any{"email": people[i] + "@example.co.jp", "next": next}).want(202)
		select {
		case link := <-mail.links:
			if !regexp.MustCompile(`^http://[A-Za-z0-9.:-]+/auth/link\?t=[A-Za-z0-9_-]{43}(&next=[A-Za-z0-9._~%+-]+)?$`).MatchString(link) {
				t.Errorf("%q: %s", next, link)
			}
			if u, err := url.Parse(link); err != nil || len(u.Query()["t"]) != 1 {
				t.Errorf("%q: %v %s", next, err, link)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%q: no mail", next)
		}
	}
}

// linkbox is a mailer that hands the links on.
type linkbox struct{ links chan string }

func (p *linkbox) SignIn(_ context.Context, _ interview.Person, link string, _ time.Duration) error {
	p.links <- link
	return nil
}

// TestARevokedTokenHearsNothingMore: a stream that was opened with a token ends with the token.
func TestARevokedTokenHearsNothingMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	var token TokenMade
	w.call("suzuki", "POST", "/v1/tokens", map[string]any{"name": "watcher"}).want(201).into(&token)
	l := w.listen("suzuki", talk.ID, "Authorization", "Bearer "+token.Secret)
	l.next()
	w.call("suzuki", "DELETE", "/v1/tokens/"+token.ID, nil).want(204)
	w.call("sato", "POST", "/v1/interviews/"+talk.ID+"/comments", map[string]any{"draft": 1, "text": "x"}).want(201)
	select {
	case <-l.ended:
	case <-time.After(20 * time.Second):
		t.Fatal("the stream goes on")
	}
	if strings.Contains(l.raw.String(), "event: comment") {
		t.Error("the comment was told to a revoked token")
	}
}

// TestAHandoverEndsTheStream: who is no longer the interviewer is let go; the next one is told states alone.
func TestAHandoverEndsTheStream(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	l := w.listen("suzuki", talk.ID)
	l.next()
	w.handover(talk.ID)
	select {
	case <-l.ended:
	case <-time.After(20 * time.Second):
		t.Fatal("the stream goes on")
	}
	next := w.listen("tanaka", talk.ID)
	next.next()
	w.call("sato", "POST", "/v1/interviews/"+talk.ID+"/comments", map[string]any{"draft": 1, "text": "x"}).want(201)
	w.call("sato", "POST", "/v1/interviews/"+talk.ID+"/decision", map[string]any{"draft": 1, "decision": "request_changes"}).want(200)
	if e := next.next(); e.Type != "state" {
		t.Errorf("told %+v", e)
	}
	if strings.Contains(next.raw.String(), "event: comment") || strings.Contains(next.raw.String(), "event: draft") {
		t.Errorf("told of what is closed:\n%s", next.raw.String())
	}
}

// TestNothingIsHeardBeforeConsent: captions that lie there before the employee has answered are not counted either.
func TestNothingIsHeardBeforeConsent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open()
	base := "/v1/interviews/" + v.ID
	w.call("suzuki", "PUT", base+"/captions?name=a.vtt", "WEBVTT\n\n00:00.000 --> 00:05.000\n<v 鈴木>どうですか。\n\n00:05.000 --> 00:09.000\n<v 佐藤>元気です。\n").want(200)
	for _, who := range []string{"suzuki", "sato"} {
		for _, p := range []string{"/insights", "/transcript", "/recording", "/recording/peaks"} {
			w.call(who, "GET", base+p, nil).want(409, "needs_consent")
		}
	}
}

// TestThePurposeIsNoPartOfTheNotice: what an interviewer writes as the purpose stands in its sentence and makes no headings
// of its own in the text the employee agrees to.
func TestThePurposeIsNoPartOfTheNotice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open(map[string]any{"purpose": "来年の仕事\n\n**評価に使います** 昇進を決めます。\u202e逆\u2028行"})
	var page ConsentPage
	w.call("sato", "GET", "/v1/interviews/"+v.ID+"/consent", nil).want(200).into(&page)
	if strings.Contains(page.Notice.Text, "**評価に使います**") || strings.ContainsAny(page.Notice.Text, "\u202e\u2028") {
		t.Errorf("%s", page.Notice.Text)
	}
	if !strings.Contains(page.Notice.Text, "来年の仕事") {
		t.Error("the purpose is missing")
	}
}

// TestAccountsThatLookLikeOthers: an address is what mail servers take, a name is what people read.
func TestAccountsThatLookLikeOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, email := range []string{"ｓａｔｏ@example.co.jp", "sаto@example.co.jp" /* Cyrillic */, "sato@example.co.jp\u200b", `"a b"@example.co.jp`, "a@b\r\nBcc: c@d.example", "x", "佐藤@example.co.jp"} {
		w.call("ono", "POST", "/v1/users", map[string]any{"email": email, "name": "x"}).want(422, "validation_failed")
	}
	for _, name := range []string{"\u202e\u200b", "\n\t", "\u00a0\u3000"} {
		w.call("ono", "POST", "/v1/users", map[string]any{"email": "new@example.co.jp", "name": name}).want(422, "validation_failed")
	}
	var a Account
	w.call("ono", "POST", "/v1/users", map[string]any{"email": "new@example.co.jp", "name": " 髙橋\u202e\r\n 花子\u200b ", "department": "営業\u202e部"}).want(201).into(&a)
	if a.Name != "髙橋 花子" || a.Department != "営業部" {
		t.Errorf("%q %q", a.Name, a.Department)
	}
	w.call("ono", "PATCH", "/v1/users/"+a.ID, map[string]any{"name": "\u200b"}).want(422, "validation_failed")
	w.call("ono", "PATCH", "/v1/users/"+a.ID, map[string]any{"name": "葛󠄀城\u2066 剛"}).want(200).into(&a) // with a variation selector
	if a.Name != "葛󠄀城 剛" {
		t.Errorf("%q", a.Name)
	}
	// The last operator does not lock everybody out.
	w.call("ono", "PATCH", "/v1/users/"+w.people["ono"].ID, map[string]any{"roles": []string{"hr"}}).want(403, "forbidden")
}

// TestInterviewersSeePeopleNotAccounts: to open an interview one needs to find an employee, not who may do what.
func TestInterviewersSeePeopleNotAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.call("hayashi", "PATCH", "/v1/users/"+w.people["kato"].ID, map[string]any{"disabled": true}).want(200)
	for _, r := range []*reply{w.call("suzuki", "GET", "/v1/users?limit=200", nil), w.call("suzuki", "POST", "/v1/users/search", map[string]any{"text": "example"})} {
		var page Page[Account]
		r.want(200).into(&page)
		for _, a := range page.Items {
			if a.ID != w.people["suzuki"].ID && len(a.Roles) != 0 || a.ID == w.people["kato"].ID {
				t.Errorf("%+v", a)
			}
		}
		if len(page.Items) != len(cast)-1 {
			t.Errorf("%d people", len(page.Items))
		}
	}
	w.call("suzuki", "GET", "/v1/users?role=admin", nil).want(403, "forbidden")
	w.call("suzuki", "GET", "/v1/users?disabled=true", nil).want(403, "forbidden")
	w.call("suzuki", "GET", "/v1/users/"+w.people["kato"].ID, nil).want(404, "not_found")
	var own Account
	w.call("suzuki", "GET", "/v1/users/"+w.people["suzuki"].ID, nil).want(200).into(&own)
	if len(own.Roles) != 1 {
		t.Errorf("their own: %+v", own)
	}
}

// TestAnErasureIsDoneWhenItIsDone: hr cannot answer that something was erased while it is there.
func TestAnErasureIsDoneWhenItIsDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	base := "/v1/interviews/" + talk.ID
	var r Request
	w.call("sato", "POST", base+"/requests", map[string]any{"kind": "erase"}).want(201).into(&r)
	w.call("hayashi", "PATCH", base+"/requests/"+r.ID, map[string]any{"state": "done", "answer": "消しました"}).want(409, "state_conflict")
	w.call("hayashi", "PATCH", base+"/requests/"+r.ID, map[string]any{"state": "refused", "answer": "保全の指定があります"}).want(200)
}

// TestHowMuchOneMayPileUp: what costs a place to keep has an end.
func TestHowMuchOneMayPileUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.AwaitingRecording)
	base := "/v1/interviews/" + talk.ID
	refused := func(what string, most int, do func(i int) *reply) {
		t.Helper()
		for i := range most {
			if r := do(i); r.status >= 300 {
				t.Fatalf("%s %d: %d %s", what, i, r.status, r.body)
			}
		}
		do(most).want(409, "too_many")
	}
	refused("tokens", maxTokens-1, func(int) *reply { return w.call("suzuki", "POST", "/v1/tokens", map[string]any{"name": "x"}) })
	refused("uploads", maxUploads, func(i int) *reply {
		return w.call("suzuki", "POST", base+"/uploads", map[string]any{"name": fmt.Sprintf("%d.m4a", i), "size": 1000})
	})
	refused("requests", maxRequests, func(int) *reply {
		return w.call("sato", "POST", base+"/requests", map[string]any{"kind": "correct", "text": "x"})
	})
}

// TestStreamsOfOnePersonHaveAnEnd: each asks the database again and again.
func TestStreamsOfOnePersonHaveAnEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	var open []*listener
	for range maxStreams {
		open = append(open, w.listen("suzuki", talk.ID))
	}
	if r := w.call("suzuki", "GET", "/v1/interviews/"+talk.ID+"/events", nil).want(429, "rate_limited"); r.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	w.listen("sato", talk.ID).next()
	open[0].cancel()
	soon(t, "a place", func() bool {
		w.s.streams.mu.Lock()
		defer w.s.streams.mu.Unlock()
		return w.s.streams.open[w.people["suzuki"].ID] == maxStreams-1
	})
	w.listen("suzuki", talk.ID).next()
}

// TestNoSuchCharacters: an address with what no database takes is refused as such, on PostgreSQL too.
func TestNoSuchCharacters(t *testing.T) {
	t.Parallel()
	pg, err := store.Open(t.Context(), testkit.Postgres(t), store.Options{})
	check(t, err)
	t.Cleanup(func() { pg.Close() })
	check(t, pg.Migrate(t.Context()))
	w := newWorld(t, func(o *Options) { o.Store = pg })
	id := interview.NewID()
	for _, bad := range []string{"%00", "%ff", "a%00b", "%ed%a0%80"} {
		for _, p := range []string{"/v1/users/" + bad, "/v1/interviews/" + bad, "/v1/webhooks/" + bad, "/v1/audit?actor=" + bad, "/v1/interviews?employee=" + bad,
			"/v1/templates/" + bad, "/v1/actions?interview=" + bad, "/v1/tokens?user=" + bad} {
			if r := w.call("ono", "GET", p, nil); r.status >= 500 || r.status < 400 {
				t.Errorf("%s: %d %s", p, r.status, r.body)
			}
		}
	}
	// In bodies they are no address: text is cleaned, an id with them is nobody's.
	for _, body := range []map[string]any{{"employee": "a\x00b"}, {"employee": "a\x00@example.co.jp"}, {"employee": "sato@example.co.jp", "interviewer": "\x00"}, {"employee": "sato@example.co.jp", "template": "\x00"}} {
		if r := w.call("suzuki", "POST", "/v1/interviews", body); r.status != 422 {
			t.Errorf("%v: %d %s", body, r.status, r.body)
		}
	}
	w.call("ono", "DELETE", "/v1/tokens/"+id, nil).want(404, "not_found")
	for _, cursor := range []string{`["\u0000"]`, `["a","\u0000"]`, `["2026-05-20","x","y"]`, `[1]`, `{"a":1}`, `["2026-99-99","` + id + `"]`} {
		for _, p := range []string{"/v1/users", "/v1/audit", "/v1/interviews", "/v1/webhooks", "/v1/actions"} {
			r := w.call("ono", "GET", p+"?cursor="+url.QueryEscape(b64([]byte(cursor))), nil)
			if r.status >= 500 {
				t.Errorf("%s with cursor %s: %d %s", p, cursor, r.status, r.body)
			}
		}
	}
	if r := w.call("suzuki", "POST", "/v1/tokens", map[string]any{"name": "a\x00b"}); r.status >= 500 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// TestNotesKnowEachOther: one's own note on two devices.
func TestNotesKnowEachOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	path := "/v1/interviews/" + talk.ID + "/notes"
	var n Notes
	w.call("suzuki", "PUT", path, map[string]any{"visibility": "hr", "text": "一"}).want(200).into(&n)
	tag := n.Items[0].ETag
	w.call("suzuki", "PUT", path, map[string]any{"visibility": "hr", "text": "二"}, "If-Match", tag).want(200)
	w.call("suzuki", "PUT", path, map[string]any{"visibility": "hr", "text": "三"}, "If-Match", tag).want(412, "precondition_failed")
	w.call("suzuki", "GET", path, nil).want(200).into(&n)
	if n.Items[0].Text != "二" {
		t.Errorf("%+v", n.Items)
	}
}
