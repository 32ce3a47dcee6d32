package api

import (
	"context"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// askReopen asks the employee to open an approved record again, which they alone can do. Once a day, whoever asks; no
// reason goes along: what is wrong people tell each other, and it stands in no mail.
func (s *Server) askReopen(ctx context.Context, _ *OnTalk) (*Body[Reminded], error) {
	c := callOf(ctx)
	now := interview.Now()
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		added, err := tx.AddMail(ctx, store.Mail{Person: c.talk.Employee, Kind: "reopen_asked", Interview: c.talk.ID,
			Dedupe: "reopen_asked:" + c.talk.ID + ":" + now.Local().Format(time.DateOnly)})
		if err != nil {
			return err
		}
		if !added {
			return interview.E("reminded_today", nil)
		}
		return audit(ctx, tx, "reopen_asked", "", "")
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, c.talk)
	return &Body[Reminded]{Reminded{At: now}}, nil
}
