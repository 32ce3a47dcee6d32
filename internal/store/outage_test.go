package store_test

import (
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
	"kikigaki/internal/testkit"
)

// When PostgreSQL goes away every call says so in a way that is tried again, and when connections are only cut the next
// call has a new one.
func TestPostgresGone(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	server := testkit.NewPostgres(t)
	b := open(t, server.Database(t), "pgx", "")
	s := b.Store
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	p, err := s.AddPerson(ctx, interview.Person{Email: "a@example.jp"})
	if err != nil {
		t.Fatal(err)
	}

	// The connection is cut in the middle of a transaction: nothing half stays.
	err = s.Tx(ctx, func(tx *store.Tx) error {
		if _, err := tx.AddPerson(ctx, interview.Person{Email: "b@example.jp"}); err != nil {
			return err
		}
		server.CutConnections(t)
		_, err := tx.AddPerson(ctx, interview.Person{Email: "c@example.jp"})
		return err
	})
	if interview.Code(err) != "database_unavailable" {
		t.Errorf("cut in a transaction: got %v, want database_unavailable", err)
	}
	for range 20 { // every pooled connection that was cut is found out and replaced
		if _, err := s.Person(ctx, p.ID); err != nil {
			t.Fatalf("after the cut: %v", err)
		}
	}
	if n, err := s.CountPeople(ctx); err != nil || n != 1 {
		t.Errorf("half a transaction stayed: %d people, %v", n, err)
	}

	server.Stop()
	_, read := s.Person(ctx, p.ID)
	_, write := s.AddPerson(ctx, interview.Person{Email: "d@example.jp"})
	for name, err := range map[string]error{"read": read, "write": write, "ping": s.Ping(ctx),
		"transaction": s.Tx(ctx, func(tx *store.Tx) error { return tx.DropMails(ctx, "x") })} {
		if interview.Code(err) != "database_unavailable" || interview.ClassOf(err) != interview.Retry {
			t.Errorf("%s without a server: got %v, want database_unavailable", name, err)
		}
	}
}
