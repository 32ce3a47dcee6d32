package store

import (
	"context"

	"kikigaki/internal/interview"
)

// OwedThreads counts for each interview the statements (and the record as a whole) on which the employee has the last word
// and which are not settled: the answers the interviewer owes. Interviews without any are not in the answer.
func (q *queries) OwedThreads(ctx context.Context, employees map[string]string) (map[string]int, error) {
	out := map[string]int{}
	if len(employees) == 0 {
		return out, nil
	}
	ids := make([]string, 0, len(employees))
	for id := range employees {
		ids = append(ids, id)
	}
	var w where
	w.in(`interview`, ids)
	w.parts = append(w.parts, `deleted_at IS NULL`)
	w.add(`kind <> ?`, "reaction")
	list, err := all(ctx, q.r, scanComment, `SELECT `+commentColumns+` FROM comments`+w.String()+` ORDER BY interview, id`, w.args...)
	if err != nil {
		return nil, wrap("count what waits for an answer", err)
	}
	type thread struct{ interview, statement string }
	last, open := map[thread]interview.Comment{}, map[thread]bool{}
	for _, c := range list {
		k := thread{c.Interview, c.Statement}
		last[k] = c
		open[k] = open[k] || !c.Resolved
	}
	for k, c := range last {
		if open[k] && c.Author == employees[k.interview] {
			out[k.interview]++
		}
	}
	return out, nil
}
