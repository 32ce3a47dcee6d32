package store

import (
	"context"
	"fmt"

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

// CountInterviewed counts the different employees of the interviews that f selects and in which something was said: a
// recording, captions or a record by hand came. One that was only opened is none.
func (q *queries) CountInterviewed(ctx context.Context, f TalkFilter) (int, error) {
	w := f.where()
	w.parts = append(w.parts, `status NOT IN ('needs_consent', 'awaiting_recording', 'erased')`)
	n, err := must(ctx, q.r, value[int], `SELECT COUNT(DISTINCT employee) FROM talks`+w.String(), w.args...)
	return n, wrap("count people interviewed", err)
}

// Group is what was approved of the people of one department.
type Group struct {
	Department string
	People     int
	Records    int
	Sections   map[string]int // statements by section key
}

// approvedTalks are the talks with a sealed record that f selects, as a table named t.
func (f TalkFilter) approvedTalks() (string, []any) {
	w := f.where()
	w.parts = append(w.parts, `status = 'approved'`, `sealed > 0`)
	return `(SELECT id, recorded_on, employee, sealed FROM talks` + w.String() + `) t`, w.args
}

// Groups counts the approved records that f selects by department, in order of the name. count says how many statements of
// each section of a record may be counted; it is asked once for each record, and the answer kept beside it.
func (s *Store) Groups(ctx context.Context, f TalkFilter, count func(*interview.Draft) map[string]int) ([]Group, error) {
	if err := s.countSections(ctx, f, count); err != nil {
		return nil, wrap("count sections", err)
	}
	from, args := f.approvedTalks()
	groups, err := all(ctx, s.r, func(r scanner) (g Group, err error) {
		g.Sections = map[string]int{}
		err = r.Scan(&g.Department, &g.People, &g.Records)
		return g, err
	}, `SELECT p.department, COUNT(DISTINCT t.employee), COUNT(*) FROM `+from+` JOIN people p ON p.id = t.employee GROUP BY p.department ORDER BY p.department`, args...)
	if err != nil {
		return nil, wrap("count records by department", err)
	}
	type cell struct {
		department, section string
		n                   int
	}
	cells, err := all(ctx, s.r, func(r scanner) (c cell, err error) {
		err = r.Scan(&c.department, &c.section, &c.n)
		return c, err
	}, `SELECT p.department, c.section, CAST(SUM(c.statements) AS BIGINT) FROM `+from+` JOIN people p ON p.id = t.employee
		JOIN section_counts c ON c.interview = t.id AND c.draft = t.sealed WHERE c.section <> '' GROUP BY p.department, c.section`, args...)
	if err != nil {
		return nil, wrap("count statements by department", err)
	}
	at := map[string]int{}
	for i, g := range groups {
		at[g.Department] = i
	}
	for _, c := range cells {
		if i, ok := at[c.department]; ok { // approved between the two questions
			groups[i].Sections[c.section] = c.n
		}
	}
	return groups, nil
}

// countBatch is how many records are counted in one transaction.
const countBatch = 200

// countSections counts the records that were not counted since they were approved or last changed.
func (s *Store) countSections(ctx context.Context, f TalkFilter, count func(*interview.Draft) map[string]int) error {
	from, args := f.approvedTalks()
	for {
		left := 0
		err := s.Tx(ctx, func(tx *Tx) error {
			drafts, err := all(ctx, tx.r, func(r scanner) (*interview.Draft, error) {
				d := &interview.Draft{}
				err := r.Scan(&d.Interview, &d.Version, decoded{d})
				return d, err
			}, `SELECT t.id, t.sealed, d.body FROM `+from+` JOIN drafts d ON d.interview = t.id AND d.version = t.sealed
				WHERE NOT EXISTS (SELECT 1 FROM section_counts c WHERE c.interview = t.id AND c.draft = t.sealed AND c.section = '')
				ORDER BY t.id LIMIT `+fmt.Sprint(countBatch), args...)
			if err != nil {
				return err
			}
			left = len(drafts)
			for _, d := range drafts {
				if err := tx.putSectionCounts(ctx, d.Interview, d.Version, count(d)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || left < countBatch {
			return err
		}
	}
}

func (t *Tx) putSectionCounts(ctx context.Context, id string, version int, counts map[string]int) error {
	// The row's lock sets the count apart from an erasure and from a change of the record.
	if n, err := t.exec(ctx, `UPDATE talks SET attempt = attempt WHERE id = $1 AND status = 'approved' AND sealed = $2`, id, version); err != nil || n == 0 {
		return err
	}
	if _, err := t.exec(ctx, `DELETE FROM section_counts WHERE interview = $1`, id); err != nil {
		return err
	}
	args := []any{id, version, "", 0}
	for section, n := range counts {
		if section != "" {
			args = append(args, id, version, section, n)
		}
	}
	_, err := t.exec(ctx, `INSERT INTO section_counts (interview, draft, section, statements) VALUES `+values(len(args)/4, 4), args...)
	return err
}

// CountPromises counts the action items that f selects.
func (q *queries) CountPromises(ctx context.Context, f PromiseFilter) (int, error) {
	w := f.where()
	n, err := must(ctx, q.r, value[int], `SELECT COUNT(*) FROM promises p JOIN talks t ON t.id = p.interview`+w.String(), w.args...)
	return n, wrap("count promises", err)
}
