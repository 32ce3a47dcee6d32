package api

import (
	"strings"
	"testing"

	"kikigaki/internal/interview"
)

// A yes counts for the text that was read: for another interview's, or for one that has changed since, it does not.
func TestAYesIsToWhatWasRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v, other := w.open(), w.open(map[string]any{"purpose": "異動の相談"})
	var page ConsentPage
	w.call("sato", "GET", "/v1/interviews/"+other.ID+"/consent", nil).want(200).into(&page)
	yes := func() *reply {
		return w.call("sato", "PUT", "/v1/interviews/"+v.ID+"/consent", map[string]any{"decision": "given", "notice": page.Notice.ID})
	}
	yes().want(409, "notice_changed") // another interview's
	w.call("sato", "GET", "/v1/interviews/"+v.ID+"/consent", nil, "Accept-Language", "en").want(200).into(&page)
	w.call("suzuki", "PATCH", "/v1/interviews/"+v.ID, map[string]any{"purpose": "評価の話"}, "If-Match", "*").want(200)
	yes().want(409, "notice_changed") // an earlier one
	attest := map[string]any{"method": "spoken", "notice": page.Notice.ID}
	w.call("suzuki", "POST", "/v1/interviews/"+v.ID+"/consent/attestation", attest).want(409, "notice_changed")
	w.call("sato", "GET", "/v1/interviews/"+v.ID+"/consent", nil, "Accept-Language", "en").want(200).into(&page)
	yes().want(200)
}

// What the employee agreed to be processed inside goes to nobody outside, in whatever country that is.
func TestProcessingFollowsTheNoticeThatWasRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) {
		o.Notice.STT = &Endpoint{For: "stt", Model: "m", Processor: "こえ株式会社", Country: "日本"}
	})
	change := func(id, route string) *reply {
		return w.call("suzuki", "PATCH", "/v1/interviews/"+id, map[string]any{"processing": route}, "If-Match", "*")
	}
	inside := w.open(map[string]any{"processing": "internal"})
	change(inside.ID, "external").want(200) // nobody has answered yet
	change(inside.ID, "internal").want(200)
	w.consent(inside.ID)
	if r := change(inside.ID, "external").want(422, "validation_failed"); r.fields()["processing"] != "not_agreed" {
		t.Errorf("%v", r.fields())
	}
	outside := w.open()
	w.consent(outside.ID)
	change(outside.ID, "internal").want(200)
	w.call("suzuki", "PATCH", "/v1/interviews/"+outside.ID, map[string]any{"purpose": "別の目的"}, "If-Match", "*").want(200)
	change(outside.ID, "external").want(200)
	change(outside.ID, "internal").want(200)
	w.s.Notice.STT = &Endpoint{For: "stt", Model: "m", Processor: "べつの会社", Country: "日本"} // after a restart with other settings
	if r := change(outside.ID, "external").want(422, "validation_failed"); r.fields()["processing"] != "not_agreed" {
		t.Errorf("another processor: %v", r.fields())
	}
}

// What is not there is not called an interview when it is none.
func TestWhatIsNotThereIsNamedRight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	for path, aboutInterview := range map[string]bool{
		"/v1/interviews/" + interview.NewID():                                     true,
		"/v1/interviews/" + interview.NewID() + "/drafts":                         true,
		"/v1/interviews/" + talk.ID + "/drafts/9":                                 false,
		"/v1/interviews/" + talk.ID + "/comments/" + interview.NewID() + "/reply": false,
		"/v1/users/" + interview.NewID():                                          false,
		"/v1/nonsense":                                                            false,
	} {
		var p Problem
		w.call("suzuki", "GET", path, nil, "Accept-Language", "en").want(404, "not_found").into(&p)
		if strings.Contains(p.Detail, "This interview") != aboutInterview {
			t.Errorf("%s: %s", path, p.Detail)
		}
	}
}
