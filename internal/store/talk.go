package store

import (
	"context"
	"strings"
	"time"

	"kikigaki/internal/interview"
)

// TalkFilter narrows a list of interviews; zero fields do not. Dates are YYYY-MM-DD of recorded_on, both included.
type TalkFilter struct {
	Status      []interview.Status
	WaitingFor  *interview.Party
	Employee    string // person id
	Interviewer string
	Participant string // employee or interviewer: what a person without the hr role may list
	From, To    string
}

// TalkChange holds what is to change besides the state; nil fields stay.
type TalkChange struct {
	Interviewer *string
	Template    *string
	Language    *string
	RecordedOn  *string
	Place       *string
	Purpose     *string
	Processing  *interview.Route
	Engine      *string
	Hold        *bool
}

const talkColumns = `id, employee, interviewer, opened_by, template, language, recorded_on, place, purpose, processing, engine,
	status, waiting_for, generation, attempt, error, last_error, draft, sealed, hold, by_hand, created_at, updated_at, review_since, approved_at, succession`

func scanTalk(s scanner) (t interview.Talk, err error) {
	err = s.Scan(&t.ID, &t.Employee, &t.Interviewer, &t.OpenedBy, &t.Template, &t.Language, &t.RecordedOn, &t.Place, &t.Purpose,
		&t.Processing, &t.Engine, &t.Status, &t.WaitingFor, &t.Generation, &t.Attempt, decoded{&t.Error}, decoded{&t.LastError},
		&t.Draft, &t.Sealed, &t.Hold, &t.ByHand, into(&t.CreatedAt), into(&t.UpdatedAt), intoOpt(&t.ReviewSince), intoOpt(&t.ApprovedAt),
		decoded{&t.Succession})
	return t, err
}

// OpenTalk stores a new interview as given; an empty ID, processing, generation (1) or time is filled in. The caller chooses the first
// status (needs_consent or awaiting_recording). Unknown people are unknown_employee or validation_failed.
func (q *queries) OpenTalk(ctx context.Context, t interview.Talk) (interview.Talk, error) {
	if t.ID == "" {
		t.ID = interview.NewID()
	}
	if t.Processing == "" {
		t.Processing = interview.External
	}
	if t.Generation == 0 {
		t.Generation = 1 // 0 would mean "not asked for" in MoveInput
	}
	if t.CreatedAt.IsZero() {
		t.CreatedAt = interview.Now()
	}
	t.CreatedAt = utc(t.CreatedAt)
	t.UpdatedAt = t.CreatedAt
	t.Place, t.Purpose = clean(t.Place), clean(t.Purpose)
	err := q.begin(ctx, func(q *queries) error {
		people, err := q.PeopleByID(ctx, t.Employee, t.Interviewer)
		if err != nil {
			return err
		}
		if _, ok := people[t.Employee]; !ok {
			return interview.E("unknown_employee", nil)
		}
		if _, ok := people[t.Interviewer]; !ok {
			return invalid("interviewer", "unknown")
		}
		_, err = q.exec(ctx, `INSERT INTO talks (id, employee, interviewer, opened_by, template, language, recorded_on, place, purpose,
				processing, engine, status, waiting_for, generation, attempt, error, last_error, draft, sealed, hold, by_hand,
				created_at, updated_at, review_since, approved_at)
			VALUES (`+strings.Trim(values(1, 25), "()")+`)`,
			t.ID, t.Employee, t.Interviewer, t.OpenedBy, t.Template, t.Language, t.RecordedOn, t.Place, t.Purpose,
			t.Processing, t.Engine, t.Status, t.WaitingFor, t.Generation, t.Attempt, encoded{t.Error}, encoded{t.LastError}, t.Draft, t.Sealed,
			t.Hold, t.ByHand, t.CreatedAt, t.UpdatedAt, utcOpt(t.ReviewSince), utcOpt(t.ApprovedAt))
		if err != nil {
			return err
		}
		return q.Emit(ctx, HookState, Happening{Interview: t.ID, Status: t.Status, Waiting: t.WaitingFor})
	})
	return t, wrap("open talk", err)
}

// Talk returns an interview; not_found. An erased one is returned as its tombstone.
func (q *queries) Talk(ctx context.Context, id string) (interview.Talk, error) {
	t, err := must(ctx, q.r, scanTalk, `SELECT `+talkColumns+` FROM talks WHERE id = $1`, id)
	if err != nil {
		t = interview.Talk{ID: id} // a transaction that is run again has to find it
	}
	return t, wrap("read talk", err)
}

// LockTalk returns an interview as it is now and keeps it so until the transaction ends: what hangs on its state, its
// people or its consent is decided on this one and not on one that was read before. not_found.
func (t *Tx) LockTalk(ctx context.Context, id string) (interview.Talk, error) {
	if _, err := t.exec(ctx, `UPDATE talks SET attempt = attempt WHERE id = $1`, id); err != nil {
		return interview.Talk{ID: id}, wrap("lock talk", err)
	}
	return t.Talk(ctx, id)
}

// Talks lists interviews, newest recorded_on first. Each status, and each side of Participant, is walked along its own
// index and the ends are merged, so that a page costs the same at ten interviews and at a hundred thousand.
func (q *queries) Talks(ctx context.Context, f TalkFilter, page Page) ([]interview.Talk, string, error) {
	key, err := page.after(2)
	if err != nil {
		return nil, "", err
	}
	var args where
	limit := args.arg(page.size() + 1)
	var arms []string
	for _, extra := range f.branches() {
		w := where{args: args.args}
		extra(&w)
		f.common(&w)
		if key != nil {
			w.add(`(recorded_on, id) < (?, ?)`, key[0], key[1])
		}
		arms = append(arms, `SELECT `+talkColumns+` FROM talks`+w.String()+` ORDER BY recorded_on DESC, id DESC LIMIT `+limit)
		args.args = w.args
	}
	query := arms[0]
	if len(arms) > 1 {
		for i := range arms {
			arms[i] = `SELECT * FROM (` + arms[i] + `) AS arm`
		}
		query = strings.Join(arms, ` UNION ALL `) + ` ORDER BY recorded_on DESC, id DESC LIMIT ` + limit
	}
	talks, err := all(ctx, q.r, scanTalk, query, args.args...)
	if err != nil {
		return nil, "", wrap("list talks", err)
	}
	talks, next := cutPage(talks, page, func(t interview.Talk) []string { return []string{t.RecordedOn, t.ID} })
	return talks, next, nil
}

// branches returns the conditions that must each be walked alone; they exclude one another.
func (f TalkFilter) branches() []func(*where) {
	sides := []func(*where){func(*where) {}}
	if f.Participant != "" {
		sides = []func(*where){
			func(w *where) { w.add(`employee = ?`, f.Participant) },
			func(w *where) { w.add(`interviewer = ? AND employee <> ?`, f.Participant, f.Participant) },
		}
	}
	if len(f.Status) == 0 {
		return sides
	}
	var out []func(*where)
	for _, side := range sides {
		for _, s := range distinct(f.Status) {
			out = append(out, func(w *where) {
				side(w)
				w.add(`status = ?`, s)
			})
		}
	}
	return out
}

// common are the conditions of every branch.
func (f TalkFilter) common(w *where) {
	if f.WaitingFor != nil {
		w.add(`waiting_for = ?`, *f.WaitingFor)
	}
	if f.Employee != "" {
		w.add(`employee = ?`, f.Employee)
	}
	if f.Interviewer != "" {
		w.add(`interviewer = ?`, f.Interviewer)
	}
	if f.From != "" {
		w.add(`recorded_on >= ?`, f.From)
	}
	if f.To != "" {
		w.add(`recorded_on <= ?`, f.To)
	}
}

// where is the whole filter as one condition, for counts.
func (f TalkFilter) where() (w where) {
	if f.Participant != "" {
		w.add(`(employee = ? OR interviewer = ?)`, f.Participant, f.Participant)
	}
	if len(f.Status) > 0 {
		w.in(`status || ''`, texts(f.Status)) // an expression, so that SQLite takes a person's index and not that of statuses
	}
	f.common(&w)
	return w
}

func distinct[T comparable](in []T) []T {
	seen := map[T]bool{}
	var out []T
	for _, v := range in {
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// TalkCounts counts interviews by status; f's paging-free fields narrow it.
func (q *queries) TalkCounts(ctx context.Context, f TalkFilter) (map[interview.Status]int, error) {
	w := f.where()
	type count struct {
		s interview.Status
		n int
	}
	rows, err := all(ctx, q.r, func(s scanner) (c count, err error) {
		err = s.Scan(&c.s, &c.n)
		return c, err
	}, `SELECT status, COUNT(*) FROM talks`+w.String()+` GROUP BY status`, w.args...)
	if err != nil {
		return nil, wrap("count talks", err)
	}
	out := map[interview.Status]int{}
	for _, c := range rows {
		out[c.s] = c.n
	}
	return out, nil
}

// UpdateTalk changes what is not state. seen is the updated_at the caller has read: when the interview changed since,
// the answer is precondition_failed (the zero time does not ask). An erased interview is state_conflict.
func (q *queries) UpdateTalk(ctx context.Context, id string, seen time.Time, c TalkChange) (t interview.Talk, err error) {
	err = q.begin(ctx, func(q *queries) error {
		if err := q.touch(ctx, id); err != nil {
			return err
		}
		if t, err = q.Talk(ctx, id); err != nil {
			return err
		}
		if !seen.IsZero() && !t.UpdatedAt.Equal(utc(seen)) {
			return interview.E("precondition_failed", nil)
		}
		if c.Interviewer != nil {
			people, err := q.PeopleByID(ctx, *c.Interviewer)
			if err != nil {
				return err
			}
			if len(people) == 0 {
				return invalid("interviewer", "unknown")
			}
		}
		if c.Interviewer != nil && *c.Interviewer != t.Interviewer {
			if err := q.handOver(ctx, &t); err != nil {
				return err
			}
		}
		c.apply(&t)
		t.UpdatedAt = later(t.UpdatedAt)
		_, err := q.exec(ctx, `UPDATE talks SET interviewer = $2, template = $3, language = $4, recorded_on = $5, place = $6, purpose = $7,
			processing = $8, engine = $9, hold = $10, updated_at = $11, succession = $12 WHERE id = $1`, id, t.Interviewer, t.Template, t.Language, t.RecordedOn,
			t.Place, t.Purpose, t.Processing, t.Engine, t.Hold, t.UpdatedAt, encoded{t.Succession})
		return err
	})
	return t, wrap("update talk", err)
}

func (c TalkChange) apply(t *interview.Talk) {
	set(&t.Interviewer, c.Interviewer)
	set(&t.Template, c.Template)
	set(&t.Language, c.Language)
	set(&t.RecordedOn, c.RecordedOn)
	set(&t.Place, c.Place)
	set(&t.Purpose, c.Purpose)
	set(&t.Processing, c.Processing)
	set(&t.Engine, c.Engine)
	set(&t.Hold, c.Hold)
	t.Place, t.Purpose = clean(t.Place), clean(t.Purpose)
}

func set[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}
