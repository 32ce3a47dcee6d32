package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kikigaki/internal/interview"
)

// asked is, pattern by pattern, what the contract and the rights page ask of a caller: written here a second time, so
// that a slip in routes.go shows. "public", "account:<action>", or the actions of which one is enough.
var asked = map[string]string{
	"GET /v1/interviews": "account:self", "POST /v1/interviews/search": "account:self", "POST /v1/interviews": "account:open",
	"GET /v1/interviews/{id}": "see", "PATCH /v1/interviews/{id}": "change handover", "DELETE /v1/interviews/{id}": "erase",
	"POST /v1/interviews/{id}/retry": "retry", "GET /v1/interviews/{id}/consent": "see", "PUT /v1/interviews/{id}/consent": "consent",
	"POST /v1/interviews/{id}/consent/attestation": "attest", "POST /v1/interviews/{id}/uploads": "upload",
	"GET /v1/interviews/{id}/uploads/{upload}": "upload", "POST /v1/interviews/{id}/uploads/{upload}/parts": "upload",
	"POST /v1/interviews/{id}/uploads/{upload}/complete": "upload", "DELETE /v1/interviews/{id}/uploads/{upload}": "upload",
	"PUT /v1/interviews/{id}/recording": "upload", "PUT /v1/interviews/{id}/captions": "upload", "GET /v1/interviews/{id}/recording": "hear",
	"GET /v1/interviews/{id}/recording/peaks": "hear", "GET /v1/interviews/{id}/transcript": "hear", "PATCH /v1/interviews/{id}/transcript": "correct off_record",
	"GET /v1/interviews/{id}/drafts": "read_draft read_record", "POST /v1/interviews/{id}/drafts": "redraft write_by_hand",
	"GET /v1/interviews/{id}/drafts/{n}": "read_draft read_record", "GET /v1/interviews/{id}/drafts/{n}/diff": "read_draft",
	"PATCH /v1/interviews/{id}/drafts/{n}": "edit", "PUT /v1/interviews/{id}/drafts/{n}/opened": "decide",
	"GET /v1/interviews/{id}/comments": "read_draft", "POST /v1/interviews/{id}/comments": "comment",
	"PATCH /v1/interviews/{id}/comments/{comment}": "comment", "DELETE /v1/interviews/{id}/comments/{comment}": "comment",
	"GET /v1/interviews/{id}/comments/{comment}/reply": "draft_reply", "POST /v1/interviews/{id}/revise": "revise", "POST /v1/interviews/{id}/release": "release", "POST /v1/interviews/{id}/decision": "decide",
	"POST /v1/interviews/{id}/reopen": "reopen", "POST /v1/interviews/{id}/reopen/ask": "ask_reopen", "POST /v1/interviews/{id}/close": "close_unconfirmed", "GET /v1/interviews/{id}/seal": "read_record",
	"GET /v1/interviews/{id}/export": "export", "GET /v1/interviews/{id}/insights": "hear", "GET /v1/interviews/{id}/briefing": "briefing",
	"GET /v1/interviews/{id}/sheet": "read_sheet", "PUT /v1/interviews/{id}/sheet": "write_sheet", "GET /v1/interviews/{id}/notes": "read_note",
	"PUT /v1/interviews/{id}/notes": "write_note", "GET /v1/interviews/{id}/reads": "see_reads", "GET /v1/interviews/{id}/requests": "see_requests",
	"POST /v1/interviews/{id}/requests": "request", "PATCH /v1/interviews/{id}/requests/{request}": "answer_request",
	"GET /v1/interviews/{id}/successors": "successors", "PUT /v1/interviews/{id}/successors": "succeed",
	"DELETE /v1/interviews/{id}/successors/{person}": "succeed", "GET /v1/interviews/{id}/events": "see", "GET /plain/interviews/{id}": "see",

	"POST /v1/interviews/{id}/handback": "hand_back", "POST /v1/interviews/{id}/remind": "remind", "GET /v1/requests": "account:answer_request",
	"GET /v1/templates/{name}/source": "account:operate_read", "POST /v1/templates/preview": "account:operate_read",

	"GET /v1/actions": "account:self", "PATCH /v1/actions/{action}": "account:self", "GET /v1/templates": "account:self",
	"GET /v1/templates/{name}": "account:self", "GET /v1/me": "account:self", "PATCH /v1/me": "account:self", "GET /v1/me/export": "account:self",
	"GET /v1/users": "account:people_read", "POST /v1/users/search": "account:people_read", "POST /v1/users": "account:people",
	"GET /v1/users/{user}": "account:people_read", "PATCH /v1/users/{user}": "account:people", "GET /v1/stats": "account:statistics",
	"GET /v1/audit": "account:self", "GET /v1/tokens": "account:self", "POST /v1/tokens": "account:self", "DELETE /v1/tokens/{token}": "account:self",
	"GET /v1/webhooks": "account:operate_read", "POST /v1/webhooks": "account:operate", "PATCH /v1/webhooks/{webhook}": "account:operate",
	"DELETE /v1/webhooks/{webhook}": "account:operate", "GET /v1/webhooks/{webhook}": "account:operate_read",
	"POST /v1/webhooks/{webhook}/secret": "account:operate", "POST /v1/webhooks/{webhook}/test": "account:operate",
	"GET /v1/webhooks/{webhook}/deliveries":                       "account:operate_read",
	"POST /v1/webhooks/{webhook}/deliveries/{delivery}/redeliver": "account:operate",

	"GET /auth": "public", "GET /auth/dev": "public", "POST /auth/dev": "public", "POST /auth/link": "public", "GET /auth/link": "public",
	"POST /auth/link/use": "public", "GET /auth/oidc": "public", "GET /auth/oidc/callback": "public", "POST /auth/out": "public",
	"GET /plain/{$}": "account:self", "GET /plain/signin": "public", "GET /plain/style.css": "public", "GET /healthz": "public",
	"GET /readyz": "public", "GET /openapi.json": "public", "GET /": "public", "GET /kikigaki-test/": "public", "PUT /kikigaki-test/": "public",
	"OPTIONS /kikigaki-test/": "public",
}

// withProxy mounts a bucket proxy that refuses everything, so that its patterns are walked too.
func withProxy(o *Options) {
	o.Proxy = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
}

func TestEveryPatternHasARow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withProxy)
	seen := map[string]bool{}
	for _, x := range w.s.router.rows {
		seen[x.pattern] = true
		want, ok := asked[x.pattern]
		if !ok {
			t.Errorf("%s has no row in the rights test", x.pattern)
			continue
		}
		if got := describe(x.access); got != want && !strings.Contains(x.pattern, "/uploads/{upload}") {
			t.Errorf("%s asks %q, the rights page %q", x.pattern, got, want)
		}
	}
	for p := range asked {
		if !seen[p] {
			t.Errorf("%s is in the rights test and not on the mux", p)
		}
	}
}

func describe(a access) string {
	switch {
	case a.public:
		return "public"
	case a.account != "":
		return "account:" + string(a.account)
	}
	var out []string
	for _, x := range a.talk {
		out = append(out, string(x))
	}
	return strings.Join(out, " ")
}

// fill puts values into a pattern's wildcards.
func fillPath(pattern, id string) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	path = strings.ReplaceAll(path, "{$}", "")
	for _, name := range []string{"upload", "comment", "request", "action", "user", "token", "webhook", "delivery", "person"} {
		path = strings.ReplaceAll(path, "{"+name+"}", interview.NewID())
	}
	path = strings.NewReplacer("{id}", id, "{n}", "1", "{name}", "career-interview").Replace(path)
	return method, path
}

// probe is a body that no handler acts upon: what a request may do is judged before its body is.
func probe(method, path string) any {
	if method == "GET" || method == "DELETE" || strings.HasSuffix(path, "/recording") { // an empty recording is refused as that
		return nil
	}
	return map[string]any{"no_such_field": true}
}

// TestRights walks every pattern × relation × state and compares the answer with the rights table: not to be known 404,
// seen but not done 403, not now 409 with the state, else anything but these.
func TestRights(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withProxy)
	who := []string{"sato", "suzuki", "kato", "tanaka", "hayashi", "ono", ""}
	for _, status := range interview.Statuses {
		talk := w.at(status)
		for _, x := range w.s.router.rows {
			if !strings.Contains(x.pattern, "{id}") {
				continue
			}
			for _, name := range who {
				// DELETE of an interview would act: erase is walked last, by those who may not.
				if strings.HasPrefix(x.pattern, "DELETE /v1/interviews/{id}") && !strings.Contains(x.pattern, "upload") && !strings.Contains(x.pattern, "comment") && name == "hayashi" {
					continue
				}
				if strings.HasSuffix(x.pattern, "/events") && name != "" && interview.Judge(w.people[name], interview.ActSee, talk) == nil {
					continue // the stream is open and does not end; what it tells whom has a test of its own
				}
				method, path := fillPath(x.pattern, talk.ID)
				r := w.call(name, method, path, probe(method, path), "Accept", "application/json")
				if name == "" {
					if r.status != http.StatusUnauthorized {
						t.Errorf("%s without a session: %d", x.pattern, r.status)
					}
					continue
				}
				var want error
				best := -1
				rank := map[string]int{"not_found": 0, "forbidden": 1, "state_conflict": 2}
				for _, a := range strings.Fields(asked[x.pattern]) {
					err := interview.Judge(w.people[name], interview.Action(a), talk)
					if err == nil {
						want = nil
						break
					}
					if k := rank[interview.Code(err)]; k > best {
						want, best = err, k
					}
				}
				got := r.code()
				if want == nil {
					if got == "forbidden" || r.status == http.StatusUnauthorized || r.status >= 500 {
						t.Errorf("%s as %s in %s: %d %s, but the table allows it", x.pattern, name, status, r.status, r.body)
					}
					continue
				}
				if got != interview.Code(want) {
					t.Errorf("%s as %s in %s: %d %s, want %s", x.pattern, name, status, r.status, got, interview.Code(want))
				}
				if p := (Problem{}); got == "state_conflict" && (json.Unmarshal(r.body, &p) != nil || p.State != string(status)) {
					t.Errorf("%s in %s: the answer names state %q", x.pattern, status, p.State)
				}
			}
		}
		now, err := w.store.Talk(t.Context(), talk.ID)
		check(t, err)
		if now.Status != talk.Status || now.Draft != talk.Draft {
			t.Fatalf("the walk itself changed the interview: %s to %s", talk.Status, now.Status)
		}
	}
}

func TestAccountRights(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withProxy)
	for _, x := range w.s.router.rows {
		action, ok := strings.CutPrefix(asked[x.pattern], "account:")
		if !ok {
			continue
		}
		for name := range cast {
			method, path := fillPath(x.pattern, "")
			r := w.call(name, method, path, probe(method, path), "Accept", "application/json")
			err := interview.JudgeAccount(w.people[name], interview.Action(action))
			if refused := r.code() == "forbidden"; refused != (err != nil) {
				t.Errorf("%s as %s: %d %s, table says %v", x.pattern, name, r.status, r.body, err)
			}
		}
		method, path := fillPath(x.pattern, "")
		if r := w.call("", method, path, probe(method, path), "Accept", "application/json"); r.status != http.StatusUnauthorized {
			t.Errorf("%s without a session: %d", x.pattern, r.status)
		}
	}
}

// An account that is switched off loses everything at once: token, session, even the one in mid-use.
func TestSwitchedOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	path := "/v1/interviews/" + talk.ID
	browser := w.browser("suzuki")
	browser.get(path).want(200)
	w.call("suzuki", "GET", path, nil).want(200)
	w.call("hayashi", "PATCH", "/v1/users/"+w.people["suzuki"].ID, map[string]any{"disabled": true}).want(200)
	browser.get(path).want(401, "sign_in_required")
	w.call("suzuki", "GET", path, nil).want(401, "token_invalid")
	browser.post("/auth/dev", `{"email":"suzuki@example.co.jp"}`, "Content-Type", "application/json").want(403, "account_unknown")
	w.call("hayashi", "PATCH", "/v1/users/"+w.people["suzuki"].ID, map[string]any{"disabled": false}).want(200)
	w.call("suzuki", "GET", path, nil).want(401, "token_invalid") // what was ended stays ended
}

func TestHRHasNoHRRightsOverTheirOwnRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var v Interview
	w.call("suzuki", "POST", "/v1/interviews", map[string]any{"employee": "mori@example.co.jp"}).want(201).into(&v)
	path := "/v1/interviews/" + v.ID
	w.call("mori", "DELETE", path, nil).want(403, "forbidden")
	w.call("mori", "PATCH", path, map[string]any{"hold": true}, "If-Match", "*").want(403, "forbidden")
	var own Interview
	w.call("mori", "GET", path, nil).want(200).into(&own)
	if own.Relation != "subject" || slices.Contains(own.Can, interview.ActErase) {
		t.Errorf("relation %s can %v", own.Relation, own.Can)
	}
	w.call("hayashi", "DELETE", path, nil).want(200)
}
