package store

import (
	"context"

	"kikigaki/internal/interview"
)

// draftTables hold what stands and falls with the drafts of an interview.
var draftTables = []string{"section_counts", "seal_fields", "opened", "comments", "verdicts", "promises", "drafts"}

// EraseDrafts removes every version of an interview's record that was not approved, with comments and decisions on
// them: the employee has refused, and what follows is written by hand. An approved record is state_conflict, an
// interview on hold on_hold.
func (q *queries) EraseDrafts(ctx context.Context, id, actor, reason string) error {
	err := q.begin(ctx, func(q *queries) error {
		if err := q.touch(ctx, id); err != nil {
			return err
		}
		t, err := q.Talk(ctx, id)
		switch {
		case err != nil:
			return err
		case t.Hold:
			return interview.E("on_hold", nil)
		case t.Sealed > 0:
			return &interview.Error{Code: "state_conflict", State: t.Status}
		}
		for _, table := range draftTables {
			if _, err := q.exec(ctx, `DELETE FROM `+table+` WHERE interview = $1`, id); err != nil {
				return err
			}
		}
		if _, err := q.exec(ctx, `UPDATE talks SET draft = 0, updated_at = $2 WHERE id = $1`, id, later(t.UpdatedAt)); err != nil {
			return err
		}
		return q.AddErasure(ctx, Erasure{Interview: id, What: "drafts", Actor: actor, Reason: reason}, t.Generation)
	})
	return wrap("erase drafts", err)
}
