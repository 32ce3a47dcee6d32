package storetest

import (
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func mails(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	p := person(t, s, "a@example.jp")
	m := store.Mail{Person: p.ID, Kind: "review", Interview: "i1", Subject: "1", Dedupe: "review:i1:1", MessageID: "<x@kikigaki>"}
	for _, want := range []bool{true, false} {
		added, err := s.AddMail(ctx, m)
		check(t, err)
		equal(t, "added", added, want)
	}
	_, err := s.AddMail(ctx, store.Mail{Person: p.ID, Kind: "reminder", Interview: "i1", NotBefore: interview.Now().Add(time.Hour)})
	check(t, err)
	got, err := s.TakeMails(ctx, 50*time.Millisecond, 10)
	check(t, err)
	equal(t, "due", len(got), 1)
	equal(t, "message id", got[0].MessageID, "<x@kikigaki>")
	id := got[0].ID
	eventually(t, "a dead sender's mail comes again", func() bool {
		got, err = s.TakeMails(ctx, time.Hour, 10)
		return err == nil && len(got) == 1
	})
	equal(t, "attempts", got[0].Attempts, 2)
	check(t, s.RetryMail(ctx, id, "mail_failed", interview.Now().Add(-time.Second)))
	got, err = s.TakeMails(ctx, time.Hour, 10)
	check(t, err)
	equal(t, "put off and due again", len(got) == 1 && got[0].Code == "mail_failed", true)
	check(t, s.SentMail(ctx, id, "<x@kikigaki>"))
	check(t, s.EndMail(ctx, id, store.MailFailed, "x"))
	one, err := s.Mail(ctx, id)
	check(t, err)
	equal(t, "sent stays sent", one.State, store.MailSent)
	check(t, s.DropMails(ctx, "i1", "reminder"))
	list, next, err := s.MailsOf(ctx, p.ID, store.Page{Limit: 1})
	check(t, err)
	rest, end, err := s.MailsOf(ctx, p.ID, store.Page{Limit: 1, Cursor: next})
	check(t, err)
	states := map[string]store.MailState{}
	for _, m := range append(list, rest...) {
		states[m.Kind] = m.State
	}
	equal(t, "listed", len(states) == 2 && end == "", true)
	equal(t, "the reminder", states["reminder"], store.MailDropped)
	equal(t, "the mail", states["review"], store.MailSent)
}

func mailsTakenOnce(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	p := person(t, s, "a@example.jp")
	for range 40 {
		_, err := s.AddMail(ctx, store.Mail{Person: p.ID, Kind: "review"})
		check(t, err)
	}
	taken := make([][]store.Mail, racers)
	for _, err := range race(racers, func(i int) error {
		for range 10 { // a sender that lost a race for its rows gets fewer, and asks again
			got, err := s.TakeMails(ctx, time.Hour, 3)
			if err != nil {
				return err
			}
			taken[i] = append(taken[i], got...)
		}
		return nil
	}) {
		check(t, err)
	}
	times := map[string]int{}
	for _, list := range taken {
		for _, m := range list {
			times[m.ID]++
		}
	}
	for id, n := range times {
		equal(t, "takes of "+id, n, 1)
	}
	equal(t, "all taken", len(times), 40)
}
