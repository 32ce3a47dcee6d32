package store

import (
	"context"
	"slices"
	"strings"

	"kikigaki/internal/interview"
)

const verdictColumns = `id, interview, draft, by_person, decision, objection, note, seal, at`

func scanVerdict(s scanner) (v interview.Verdict, err error) {
	err = s.Scan(&v.ID, &v.Interview, &v.Draft, &v.By, &v.Decision, &v.Objection, &v.Note, &v.Seal, into(&v.At))
	return v, err
}

// AddVerdict stores a decision about a version. It belongs in the transaction of the move it causes.
func (q *queries) AddVerdict(ctx context.Context, v interview.Verdict) (interview.Verdict, error) {
	if v.ID == "" {
		v.ID = interview.NewID()
	}
	if v.At.IsZero() {
		v.At = interview.Now()
	}
	v.At, v.Objection, v.Note = utc(v.At), clean(v.Objection), clean(v.Note)
	err := q.begin(ctx, func(q *queries) error {
		if err := q.touch(ctx, v.Interview); err != nil {
			return err
		}
		_, err := q.exec(ctx, `INSERT INTO verdicts (`+verdictColumns+`) VALUES `+values(1, 9),
			v.ID, v.Interview, v.Draft, v.By, v.Decision, v.Objection, v.Note, v.Seal, v.At)
		return err
	})
	return v, wrap("add verdict", err)
}

// Verdicts lists the decisions on an interview, oldest first.
func (q *queries) Verdicts(ctx context.Context, id string) ([]interview.Verdict, error) {
	v, err := all(ctx, q.r, scanVerdict, `SELECT `+verdictColumns+` FROM verdicts WHERE interview = $1 ORDER BY id`, id)
	return v, wrap("list verdicts", err)
}

// MarkOpened notes that a person has looked at statements of a version; again changes nothing.
func (q *queries) MarkOpened(ctx context.Context, id string, draft int, person string, statements ...string) error {
	marks := make([]string, len(statements))
	for i, s := range statements {
		marks[i] = takenBack + s
	}
	err := q.begin(ctx, func(q *queries) error {
		if err := q.unmark(ctx, id, draft, person, marks); err != nil {
			return err
		}
		return q.mark(ctx, id, draft, person, statements)
	})
	return wrap("mark opened", err)
}

func (q *queries) mark(ctx context.Context, id string, draft int, person string, marks []string) error {
	now := interview.Now()
	for batch := range slices.Chunk(marks, 100) {
		var args []any
		for _, s := range batch {
			args = append(args, id, draft, person, s, now)
		}
		if _, err := q.exec(ctx, `INSERT INTO opened (interview, draft, person, statement, at) VALUES `+values(len(batch), 5)+`
			ON CONFLICT (interview, draft, person, statement) DO NOTHING`, args...); err != nil {
			return err
		}
	}
	return nil
}

// TakeBackOpened notes that statements of a version are no longer to count as looked at. What was noted for earlier
// versions stays, so that it is still known what the person looked at last.
func (q *queries) TakeBackOpened(ctx context.Context, id string, draft int, person string, statements ...string) error {
	marks := make([]string, len(statements))
	for i, s := range statements {
		marks[i] = takenBack + s
	}
	return q.begin(ctx, func(q *queries) error {
		if err := q.unmark(ctx, id, draft, person, statements); err != nil {
			return wrap("take back opened", err)
		}
		return q.mark(ctx, id, draft, person, marks)
	})
}

// takenBack begins the mark of what was opened and taken back again.
const takenBack = "-"

func (q *queries) unmark(ctx context.Context, id string, draft int, person string, marks []string) error {
	for batch := range slices.Chunk(marks, 100) {
		var w where
		w.add(`interview = ?`, id)
		w.add(`draft = ?`, draft)
		w.add(`person = ?`, person)
		w.in(`statement`, batch)
		if _, err := q.exec(ctx, `DELETE FROM opened`+w.String(), w.args...); err != nil {
			return err
		}
	}
	return nil
}

// Opened returns which statements of a version a person has looked at (true), or had and took back (false).
func (q *queries) Opened(ctx context.Context, id string, draft int, person string) (map[string]bool, error) {
	list, err := all(ctx, q.r, value[string], `SELECT statement FROM opened WHERE interview = $1 AND draft = $2 AND person = $3`, id, draft, person)
	out := make(map[string]bool, len(list))
	for _, s := range list {
		rest, back := strings.CutPrefix(s, takenBack)
		out[rest] = !back
	}
	return out, wrap("list opened", err)
}

// AddRead logs that somebody opened a record, transcript, recording or export.
func (q *queries) AddRead(ctx context.Context, r interview.Read) error {
	if r.At.IsZero() {
		r.At = interview.Now()
	}
	_, err := q.exec(ctx, `INSERT INTO reads (id, interview, person, what, at) VALUES ($1, $2, $3, $4, $5)`,
		interview.NewID(), r.Interview, r.Person, r.What, utc(r.At))
	return wrap("log read", err)
}

// Reads lists who opened what of an interview, newest first.
func (q *queries) Reads(ctx context.Context, id string, page Page) ([]interview.Read, string, error) {
	key, err := page.after(1)
	if err != nil {
		return nil, "", err
	}
	type row struct {
		id string
		interview.Read
	}
	var w where
	w.add(`interview = ?`, id)
	if key != nil {
		w.add(`id < ?`, key[0])
	}
	rows, err := all(ctx, q.r, func(s scanner) (r row, err error) {
		err = s.Scan(&r.id, &r.Interview, &r.Person, &r.What, into(&r.At))
		return r, err
	}, `SELECT id, interview, person, what, at FROM reads`+w.String()+` ORDER BY id DESC LIMIT `+w.arg(page.size()+1), w.args...)
	if err != nil {
		return nil, "", wrap("list reads", err)
	}
	rows, next := cutPage(rows, page, func(r row) []string { return []string{r.id} })
	out := make([]interview.Read, len(rows))
	for i, r := range rows {
		out[i] = r.Read
	}
	return out, next, nil
}
