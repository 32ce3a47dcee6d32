package worker

import (
	"context"

	"kikigaki/internal/interview"
)

// consented answers whether the employee's voice may be opened now: given by themselves, or attested and not objected to.
// It is asked at the beginning of every step, because a withdrawal counts at once.
func (w *Worker) consented(ctx context.Context, talk interview.Talk) error {
	latest, err := w.Store.LatestConsents(ctx, talk.ID)
	if err != nil {
		return err
	}
	switch c, ok := latest[talk.Employee]; {
	case !ok:
		return interview.E("needs_consent", nil)
	case c.Decision == interview.Given, c.Decision == interview.Attested:
		return nil
	default:
		return errStale // refused, withdrawn, objected: the API has moved the interview on
	}
}
