package worker

import (
	"context"

	"kikigaki/internal/interview"
)

// consented answers whether the voices may be opened now: the employee's by their own yes, or attested and not objected to,
// the interviewer's unless they have said no. It is asked at the beginning of every step, because a withdrawal counts at once.
func (w *Worker) consented(ctx context.Context, talk interview.Talk) error {
	latest, err := w.Store.LatestConsents(ctx, talk.ID)
	if err != nil {
		return err
	}
	if d := latest[talk.Interviewer].Decision; d == interview.Refused || d == interview.Withdrawn {
		return errStale
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
