package storetest

import (
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func succession(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	next := person(t, s, "next@example.jp", interview.RoleInterviewer)
	give := func(id, to string) interview.Talk {
		t.Helper()
		v, err := s.UpdateTalk(ctx, id, time.Time{}, store.TalkChange{Interviewer: &to})
		check(t, err)
		return v
	}
	bare := talk(t, s, interview.AwaitingRecording)
	equal(t, "nothing was made yet", give(bare.ID, next.ID).Succession == nil, true)
	for what, make := range map[string]func(id string){
		"recording":  func(id string) { recording(t, s, id) },
		"draft":      func(id string) { check(t, s.PutDraft(ctx, draft(id, "文"), 0)) },
		"transcript": func(id string) { check(t, s.PutTranscript(ctx, id, &interview.Transcript{Language: "ja"}, 0)) },
	} {
		v := talk(t, s, interview.InReview)
		make(v.ID)
		equal(t, what+": held by", give(v.ID, next.ID).HeldBy(), v.Interviewer)
		equal(t, what+": held by, handed on", give(v.ID, v.Employee).HeldBy(), v.Interviewer)
	}
	v := talk(t, s, interview.Approved)
	r := interview.Release{Person: next.ID, At: interview.Now()}
	for _, sensitive := range []bool{false, true, true} {
		r.Sensitive = sensitive
		got, err := s.ReleaseRecord(ctx, v.ID, r)
		check(t, err)
		equal(t, "released", len(got.Succession.Released) == 1 && got.Succession.For(next.ID).Sensitive == sensitive && got.UpdatedAt.After(v.UpdatedAt), true)
		v = got
	}
	read, err := s.Talk(ctx, v.ID)
	check(t, err)
	equal(t, "stored", read.Succession.For(next.ID) != nil && read.Succession.For(next.ID).At.Equal(r.At), true)
	_, err = s.TakeBackRelease(ctx, v.ID, "somebody")
	code(t, err, "not_found")
	read, err = s.TakeBackRelease(ctx, v.ID, next.ID)
	check(t, err)
	equal(t, "taken back", read.Succession == nil, true)
	_, err = s.ReleaseRecord(ctx, v.ID, r)
	check(t, err)
	check(t, s.EraseTalk(ctx, v.ID, interview.EraseAsked, "hr", "test"))
	read, err = s.Talk(ctx, v.ID)
	check(t, err)
	equal(t, "gone with the interview", read.Succession == nil, true)
	_, err = s.ReleaseRecord(ctx, v.ID, r)
	code(t, err, "state_conflict")
	errs := race(racers, func(i int) error {
		_, err := s.ReleaseRecord(ctx, bare.ID, interview.Release{Person: string(rune('a' + i)), At: interview.Now()})
		return err
	})
	equal(t, "releases at once", winners(t, errs, "none may fail"), racers)
	read, err = s.Talk(ctx, bare.ID)
	check(t, err)
	equal(t, "none is lost", len(read.Succession.Released), racers)
}
