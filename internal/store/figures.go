package store

import (
	"context"

	"kikigaki/internal/interview"
)

// Month counts the interviews of one month that were not erased.
type Month struct {
	Month    string // YYYY-MM of recorded_on
	Opened   int
	Approved int
}

// TalkMonths counts interviews by month, oldest first; f narrows it as it does lists.
func (q *queries) TalkMonths(ctx context.Context, f TalkFilter) ([]Month, error) {
	w := f.where()
	w.parts = append(w.parts, `status <> 'erased'`)
	m, err := all(ctx, q.r, func(s scanner) (m Month, err error) {
		err = s.Scan(&m.Month, &m.Opened, &m.Approved)
		return m, err
	}, `SELECT SUBSTR(recorded_on, 1, 7), COUNT(*), SUM(CASE WHEN status = 'approved' THEN 1 ELSE 0 END) FROM talks`+w.String()+` GROUP BY 1 ORDER BY 1`, w.args...)
	return m, wrap("count talks by month", err)
}

// CountEmployees counts the different employees of the interviews that f selects and that were not erased.
func (q *queries) CountEmployees(ctx context.Context, f TalkFilter) (int, error) {
	w := f.where()
	w.parts = append(w.parts, `status <> 'erased'`)
	n, err := must(ctx, q.r, value[int], `SELECT COUNT(DISTINCT employee) FROM talks`+w.String(), w.args...)
	return n, wrap("count employees", err)
}

// SealedDraft is an approved record and whose it is.
type SealedDraft struct {
	Employee string
	Draft    *interview.Draft
}

// SealedDrafts lists the approved versions of approved interviews, newest recorded_on first, with their words: for
// statistics over content. f narrows it as it does lists.
func (q *queries) SealedDrafts(ctx context.Context, f TalkFilter, page Page) ([]SealedDraft, string, error) {
	key, err := page.after(2)
	if err != nil {
		return nil, "", err
	}
	w := f.where()
	w.parts = append(w.parts, `status = 'approved'`, `sealed > 0`)
	if key != nil {
		w.add(`(recorded_on, id) < (?, ?)`, key[0], key[1])
	}
	type row struct {
		SealedDraft
		on, id string
	}
	rows, err := all(ctx, q.r, func(s scanner) (r row, err error) {
		r.Draft = &interview.Draft{}
		err = s.Scan(&r.id, &r.on, &r.Employee, decoded{r.Draft})
		return r, err
	}, `SELECT t.id, t.recorded_on, t.employee, d.body FROM (SELECT id, recorded_on, employee, sealed FROM talks`+w.String()+`
			ORDER BY recorded_on DESC, id DESC LIMIT `+w.arg(page.size()+1)+`) t
		JOIN drafts d ON d.interview = t.id AND d.version = t.sealed ORDER BY t.recorded_on DESC, t.id DESC`, w.args...)
	if err != nil {
		return nil, "", wrap("list sealed drafts", err)
	}
	rows, next := cutPage(rows, page, func(r row) []string { return []string{r.on, r.id} })
	out := make([]SealedDraft, len(rows))
	for i, r := range rows {
		out[i] = r.SealedDraft
	}
	return out, next, nil
}

// CountPromises counts the action items that f selects.
func (q *queries) CountPromises(ctx context.Context, f PromiseFilter) (int, error) {
	w := f.where()
	n, err := must(ctx, q.r, value[int], `SELECT COUNT(*) FROM promises p JOIN talks t ON t.id = p.interview`+w.String(), w.args...)
	return n, wrap("count promises", err)
}
