package store_test

import (
	"path/filepath"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func TestSmoke(t *testing.T) {
	ctx := t.Context()
	s, err := store.Open(ctx, "sqlite://"+filepath.Join(t.TempDir(), "k.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	p, err := s.AddPerson(ctx, interview.Person{Email: "A@x.jp", Name: "a"})
	if err != nil {
		t.Fatal(err)
	}
	tk, err := s.OpenTalk(ctx, interview.Talk{Employee: p.ID, Interviewer: p.ID, Status: interview.NeedsConsent, RecordedOn: "2026-01-01"})
	if err != nil {
		t.Fatal(err)
	}
	if tk, err = s.Move(ctx, store.MoveInput{ID: tk.ID, Event: interview.ConsentGiven}); err != nil {
		t.Fatal(err)
	}
	l, next, err := s.Talks(ctx, store.TalkFilter{Participant: p.ID}, store.Page{})
	t.Log(l, next, err, tk)
}
