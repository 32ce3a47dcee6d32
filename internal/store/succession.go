package store

import (
	"context"
	"slices"

	"kikigaki/internal/interview"
)

// handOver notes on an interview that is about to pass to another interviewer with whom what is there was made. Before
// there is a recording, a transcript or a draft there is nothing to keep shut: the next one holds the talk.
func (q *queries) handOver(ctx context.Context, t *interview.Talk) error {
	if t.Succession != nil && t.Succession.Held != "" {
		return nil // it stays with whom the talk was held
	}
	made := t.Draft > 0 || t.Sealed > 0
	if !made {
		n, err := must(ctx, q.r, value[int], `SELECT (SELECT COUNT(*) FROM recordings WHERE interview = $1 AND NOT erased) + (SELECT COUNT(*) FROM transcripts WHERE interview = $1)`, t.ID)
		if err != nil {
			return err
		}
		made = n > 0
	}
	if !made {
		return nil
	}
	s := interview.Succession{}
	if t.Succession != nil {
		s = *t.Succession
	}
	s.Held = t.Interviewer
	t.Succession = &s
	return nil
}

// ReleaseRecord lets a person see an earlier record, or changes how much of it; the same again changes nothing. An erased
// interview is state_conflict.
func (q *queries) ReleaseRecord(ctx context.Context, id string, r interview.Release) (interview.Talk, error) {
	t, err := q.succeed(ctx, id, func(list []interview.Release) []interview.Release {
		at := slices.IndexFunc(list, func(x interview.Release) bool { return x.Person == r.Person })
		switch {
		case at < 0:
			return append(list, r)
		case list[at].Sensitive != r.Sensitive:
			list[at] = r
		}
		return list
	})
	return t, wrap("release record", err)
}

// TakeBackRelease ends a person's leave to see an earlier record; not_found when there is none.
func (q *queries) TakeBackRelease(ctx context.Context, id, person string) (interview.Talk, error) {
	found := false
	t, err := q.succeed(ctx, id, func(list []interview.Release) []interview.Release {
		return slices.DeleteFunc(list, func(x interview.Release) bool {
			found = found || x.Person == person
			return x.Person == person
		})
	})
	if err == nil && !found {
		err = interview.E("not_found", nil)
	}
	return t, wrap("take back release", err)
}

func (q *queries) succeed(ctx context.Context, id string, change func([]interview.Release) []interview.Release) (t interview.Talk, err error) {
	err = q.begin(ctx, func(q *queries) error {
		if err := q.touch(ctx, id); err != nil {
			return err
		}
		if t, err = q.Talk(ctx, id); err != nil {
			return err
		}
		s := interview.Succession{}
		if t.Succession != nil {
			s = *t.Succession
		}
		s.Released = change(slices.Clone(s.Released))
		t.Succession = &s
		if s.Held == "" && len(s.Released) == 0 {
			t.Succession = nil
		}
		t.UpdatedAt = later(t.UpdatedAt)
		_, err := q.exec(ctx, `UPDATE talks SET succession = $2, updated_at = $3 WHERE id = $1`, id, encoded{t.Succession}, t.UpdatedAt)
		return err
	})
	return t, err
}
