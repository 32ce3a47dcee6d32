package api

import (
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// TestReplyDrafts: an answer is drafted from what the versions really say, for the interviewer alone, and nothing is sent.
func TestReplyDrafts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	base := "/v1/interviews/" + talk.ID
	say := func(who, kind, statement, text string) string {
		t.Helper()
		var c Comment
		w.call(who, "POST", base+"/comments", map[string]any{"draft": 1, "kind": kind, "statement": statement, "text": text}).want(201).into(&c)
		return c.ID
	}
	rewritten, gone, left := say("sato", "comment", "s1", "企画というより広報です"), say("sato", "dispute", "s2", "ちがう"), say("sato", "comment", "s5", "これでよいです")
	whole, silent, later := say("sato", "comment", "", "研修のことも書いて"), say("sato", "comment", "", "ほかにも"), say("sato", "comment", "s4", "あとで話します")
	own, sign := say("suzuki", "comment", "s1", "なるほど"), say("sato", "reaction", "s1", "thanks")

	reply := func(id string) (r Reply) {
		t.Helper()
		w.call("suzuki", "GET", base+"/comments/"+id+"/reply", nil).want(200).into(&r)
		return r
	}
	if r := reply(rewritten); r.Outcome != "explained" || r.Text != "0:05 の「企画の仕事をしてみたいです」という発言をもとに書いています。どう直すとよいか、教えてください。" {
		t.Errorf("before a revision: %+v", r)
	}
	if r := reply(whole); r.Outcome != "nothing" || r.Text != "" {
		t.Errorf("nothing is known: %+v", r)
	}
	w.call("sato", "GET", base+"/comments/"+rewritten+"/reply", nil).want(403, "forbidden")
	w.call("hayashi", "GET", base+"/comments/"+rewritten+"/reply", nil).want(403, "forbidden")
	w.call("suzuki", "GET", base+"/comments/"+own+"/reply", nil).want(422, "validation_failed")
	w.call("suzuki", "GET", base+"/comments/"+sign+"/reply", nil).want(422, "validation_failed")
	other := w.at(interview.InReview)
	w.call("suzuki", "GET", "/v1/interviews/"+other.ID+"/comments/"+rewritten+"/reply", nil).want(404, "not_found")

	// A revision that is to answer some of them answers those.
	w.call("suzuki", "POST", base+"/revise", map[string]any{"draft": 1, "comments": []string{interview.NewID()}}).want(422, "validation_failed")
	w.call("suzuki", "POST", base+"/revise", map[string]any{"draft": 1, "comments": []string{sign}}).want(422, "validation_failed")
	w.call("suzuki", "POST", base+"/revise", map[string]any{"draft": 1, "comments": []string{rewritten, gone, left, whole, silent}}).want(202)
	x, err := w.store.Comment(t.Context(), rewritten)
	check(t, err)
	y, err := w.store.Comment(t.Context(), later)
	check(t, err)
	if x.Asked != 1 || y.Asked != 0 {
		t.Errorf("asked %d and %d", x.Asked, y.Asked)
	}
	d := record(talk.ID)
	d.Author = interview.Author{Kind: "ai", Engine: "extractive"}
	d.Sections[0].Statements[0].Text = "「企画の仕事をしてみたいです」"
	d.Sections[1].Statements = d.Sections[1].Statements[1:]
	more := d.Sections[0].Statements[0]
	more.ID, more.Text, more.ChangedBy = "s9", "研修を受けたい。", &whole
	d.Sections[2].Statements = append(d.Sections[2].Statements, more)
	check(t, w.store.PutDraft(t.Context(), d, 1))
	_, err = w.store.Move(t.Context(), store.MoveInput{ID: talk.ID, Event: interview.ReviseDone})
	check(t, err)
	for id, want := range map[string]Reply{
		rewritten: {rewritten, "changed", 2, "extractive", "第2版で、「企画の仕事をしてみたい。」を「「企画の仕事をしてみたいです」」に直しました。"},
		gone:      {gone, "removed", 2, "extractive", "第2版で、「英語の会議についていけるか不安がある。」を外しました。"},
		left:      {left, "kept", 2, "extractive", "第2版でも、「面談者が研修を探して知らせる。」は変えていません。0:25 の「研修を探して来月までに知らせます」という発言をもとに書いています。どう直すとよいか、教えてください。"},
		whole:     {whole, "added", 2, "extractive", "第2版で、「研修を受けたい。」を書き足しました。"},
		silent:    {silent, "kept", 2, "extractive", "第2版では、この点について変えた所はありません。"},
		later:     {later, "explained", 0, "", "0:20 の「夜はあまり眠れていません」という発言をもとに書いています。どう直すとよいか、教えてください。"},
	} {
		if got := reply(id); got != want {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
	comments, _, err := w.store.Comments(t.Context(), talk.ID, store.CommentFilter{}, store.Page{})
	check(t, err)
	if len(comments) != 8 {
		t.Errorf("%d comments: a draft was sent by itself", len(comments))
	}
	// A version that a person made in between is no answer of the engine's.
	d.Author = interview.Author{Kind: "person", ID: talk.Interviewer}
	if r := replyOf(interview.Comment{ID: "c", Statement: "s1", Asked: 1}, record(talk.ID), nil); r.Outcome != "explained" || r.Version != 0 {
		t.Errorf("%+v", r)
	}
	english := record(talk.ID)
	english.Language = "en"
	changed := *english
	changed.Version, changed.Sections = 2, nil
	if r := replyOf(interview.Comment{ID: "c", Statement: "s1", Asked: 1}, english, &changed); r.Text != "Version 2 no longer says “企画の仕事をしてみたい。”." {
		t.Errorf("%+v", r)
	}
}

// Only a reaction is nothing to answer.
func TestReviseNeedsARemark(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	base := "/v1/interviews/" + talk.ID
	w.call("sato", "POST", base+"/comments", map[string]any{"draft": 1, "kind": "reaction", "text": "thanks"}).want(201)
	w.call("suzuki", "POST", base+"/revise", map[string]any{"draft": 1}).want(422, "validation_failed")
	now, err := w.store.Talk(t.Context(), talk.ID)
	check(t, err)
	if now.Status != interview.InReview || !now.UpdatedAt.After(time.Time{}) {
		t.Errorf("%s", now.Status)
	}
	w.call("suzuki", "POST", base+"/revise", map[string]any{"draft": 1, "instruction": "短く"}).want(202)
}
