package store

import (
	"context"
	"slices"
	"time"

	"kikigaki/internal/interview"
)

// TaskState is where a task of the outbox stands.
type TaskState string

const (
	TaskPending TaskState = "pending" // to be enqueued at RunAfter
	TaskSent    TaskState = "sent"    // handed to the queue
	TaskDone    TaskState = "done"
	TaskFailed  TaskState = "failed"
	TaskDropped TaskState = "dropped" // overtaken by a newer generation or an erasure
)

// TaskRow is a task and how it fares.
type TaskRow struct {
	interview.Task
	State     TaskState `json:"state"`
	RunAfter  time.Time `json:"run_after"`
	Attempts  int       `json:"attempts"` // how often it was put off
	Code      string    `json:"code,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// TaskFilter narrows a list of tasks; zero fields do not.
type TaskFilter struct {
	Interview string
	Kind      interview.TaskKind
	State     TaskState
}

const taskColumns = `kind, interview, subject, generation, state, run_after, attempts, code, created_at, updated_at`

func scanTask(s scanner) (t TaskRow, err error) {
	err = s.Scan(&t.Kind, &t.Interview, &t.Subject, &t.Generation, &t.State, into(&t.RunAfter), &t.Attempts, &t.Code, into(&t.CreatedAt), into(&t.UpdatedAt))
	return t, err
}

// AddTask writes the wish to run a task not before runAfter (the zero time: at once). It belongs in the transaction that
// makes the task due; the same task again changes nothing.
func (q *queries) AddTask(ctx context.Context, t interview.Task, runAfter time.Time) error {
	return q.AddTasks(ctx, runAfter, t)
}

// AddTasks is AddTask for many, all of them or none.
func (q *queries) AddTasks(ctx context.Context, runAfter time.Time, tasks ...interview.Task) error {
	due, now, err := q.due(ctx, runAfter)
	if err != nil {
		return wrap("add tasks", err)
	}
	err = q.begin(ctx, func(q *queries) error {
		for batch := range slices.Chunk(tasks, 80) {
			var args []any
			for _, t := range batch {
				args = append(args, t.ID(), t.Kind, t.Interview, t.Subject, t.Generation, TaskPending, due, now, now)
			}
			if _, err := q.exec(ctx, `INSERT INTO tasks (id, kind, interview, subject, generation, state, run_after, created_at, updated_at)
				VALUES `+values(len(batch), 9)+` ON CONFLICT (id) DO NOTHING`, args...); err != nil {
				return err
			}
		}
		return nil
	})
	return wrap("add tasks", err)
}

const notPaused = ` AND NOT EXISTS (SELECT 1 FROM pauses WHERE pauses.step = tasks.kind AND pauses.until > `

// PendingTasks returns tasks that are due and not yet enqueued, the longest waiting first. Tasks of a paused step wait.
func (q *queries) PendingTasks(ctx context.Context, limit int) ([]interview.Task, error) {
	now, err := q.now(ctx)
	if err != nil {
		return nil, wrap("list pending tasks", err)
	}
	rows, err := all(ctx, q.r, scanTask, `SELECT `+taskColumns+` FROM tasks WHERE state = 'pending' AND run_after <= $1`+notPaused+`$1)
		ORDER BY run_after, id LIMIT $2`, now, limit)
	return plain(rows), wrap("list pending tasks", err)
}

// Stalled returns tasks that were handed to the queue more than olderThan ago and on which nobody works: to be enqueued
// again (and marked sent again). Losing the queue therefore loses no work.
func (q *queries) Stalled(ctx context.Context, olderThan time.Duration, limit int) ([]interview.Task, error) {
	now, err := q.now(ctx)
	if err != nil {
		return nil, wrap("list stalled tasks", err)
	}
	rows, err := all(ctx, q.r, scanTask, `SELECT `+taskColumns+` FROM tasks WHERE state = 'sent' AND updated_at < $1`+notPaused+`$2)
			AND NOT EXISTS (SELECT 1 FROM leases WHERE leases.interview = tasks.interview AND leases.step = tasks.kind
				AND leases.subject = tasks.subject AND leases.generation = tasks.generation AND leases.owner <> '' AND leases.expires_at > $2)
		ORDER BY updated_at, id LIMIT $3`, now.Add(-olderThan), now, limit)
	return plain(rows), wrap("list stalled tasks", err)
}

func plain(rows []TaskRow) []interview.Task {
	out := make([]interview.Task, len(rows))
	for i, r := range rows {
		out[i] = r.Task
	}
	return out
}

// MarkSent notes that tasks were handed to the queue. One that was finished or put off meanwhile stays as it is.
func (q *queries) MarkSent(ctx context.Context, tasks ...interview.Task) error {
	ids := make([]string, len(tasks))
	for i, t := range tasks {
		ids[i] = t.ID()
	}
	slices.Sort(ids) // two senders of the same tasks lock them in one order
	at, err := q.now(ctx)
	if err != nil {
		return wrap("mark tasks sent", err)
	}
	err = q.begin(ctx, func(q *queries) error {
		for batch := range slices.Chunk(ids, 200) {
			w := where{}
			now := w.arg(at)
			w.in(`id`, batch)
			if _, err := q.exec(ctx, `UPDATE tasks SET state = 'sent', updated_at = `+now+w.String()+
				` AND state IN ('pending', 'sent') AND run_after <= `+now, w.args...); err != nil {
				return err
			}
		}
		return nil
	})
	return wrap("mark tasks sent", err)
}

// DoneTask ends a task well. It belongs in the transaction that commits the task's result.
func (q *queries) DoneTask(ctx context.Context, t interview.Task) error {
	_, err := q.exec(ctx, `UPDATE tasks SET state = 'done', code = '', updated_at = $2 WHERE id = $1 AND state <> 'dropped'`, t.ID(), interview.Now())
	return wrap("end task", err)
}

// FailTask ends a task badly: it is not run again.
func (q *queries) FailTask(ctx context.Context, t interview.Task, code string) error {
	_, err := q.exec(ctx, `UPDATE tasks SET state = 'failed', code = $3, updated_at = $2 WHERE id = $1 AND state IN ('pending', 'sent')`,
		t.ID(), interview.Now(), code)
	return wrap("fail task", err)
}

// DeferTask puts a task off until runAfter, with the code of what stood in its way, and counts the attempt.
func (q *queries) DeferTask(ctx context.Context, t interview.Task, code string, runAfter time.Time) error {
	due, now, err := q.due(ctx, runAfter)
	if err != nil {
		return wrap("defer task", err)
	}
	_, err = q.exec(ctx, `UPDATE tasks SET state = 'pending', code = $3, run_after = $4, attempts = attempts + 1, updated_at = $2
		WHERE id = $1 AND state IN ('pending', 'sent')`, t.ID(), now, code, due)
	return wrap("defer task", err)
}

// processingKinds are the steps that a newer generation overtakes.
var processingKinds = []string{string(interview.TaskPrepare), string(interview.TaskTranscribe), string(interview.TaskAssemble),
	string(interview.TaskDraft), string(interview.TaskRevise)}

// DropTasks takes the processing tasks of generations below the given one off the list.
func (q *queries) DropTasks(ctx context.Context, id string, below int) error {
	w := where{}
	now := w.arg(interview.Now())
	w.add(`interview = ?`, id)
	w.add(`generation < ?`, below)
	w.in(`kind`, processingKinds)
	err := q.begin(ctx, func(q *queries) error {
		_, err := q.exec(ctx, `UPDATE tasks SET state = 'dropped', updated_at = `+now+w.String()+` AND state IN ('pending', 'sent')`, w.args...)
		return err
	})
	return wrap("drop tasks", err)
}

// Task returns a task's row; not_found.
func (q *queries) Task(ctx context.Context, id string) (TaskRow, error) {
	t, err := must(ctx, q.r, scanTask, `SELECT `+taskColumns+` FROM tasks WHERE id = $1`, id)
	return t, wrap("read task", err)
}

// Tasks lists tasks, newest first: the queue view.
func (q *queries) Tasks(ctx context.Context, f TaskFilter, page Page) ([]TaskRow, string, error) {
	key, err := page.after(2)
	if err != nil {
		return nil, "", err
	}
	var w where
	if f.Interview != "" {
		w.add(`interview = ?`, f.Interview)
	}
	if f.Kind != "" {
		w.add(`kind = ?`, f.Kind)
	}
	if f.State != "" {
		w.add(`state = ?`, f.State)
	}
	if key != nil {
		at, err := time.Parse(time.RFC3339Nano, key[0])
		if err != nil {
			return nil, "", invalid("cursor", "invalid")
		}
		w.add(`(created_at, id) < (?, ?)`, utc(at), key[1])
	}
	rows, err := all(ctx, q.r, scanTask, `SELECT `+taskColumns+` FROM tasks`+w.String()+` ORDER BY created_at DESC, id DESC LIMIT `+w.arg(page.size()+1), w.args...)
	if err != nil {
		return nil, "", wrap("list tasks", err)
	}
	rows, next := cutPage(rows, page, func(t TaskRow) []string { return []string{t.CreatedAt.Format(time.RFC3339Nano), t.ID()} })
	return rows, next, nil
}

// TaskCount is one gauge: how many tasks of a kind are in a state, and since when the oldest waits.
type TaskCount struct {
	Kind   interview.TaskKind
	State  TaskState
	Count  int
	Oldest time.Time // of run_after
}

// TaskCounts counts the tasks that are not ended, for metrics: they come from SQL, so a lost queue does not blind them.
func (q *queries) TaskCounts(ctx context.Context) ([]TaskCount, error) {
	c, err := all(ctx, q.r, func(s scanner) (c TaskCount, err error) {
		err = s.Scan(&c.Kind, &c.State, &c.Count, into(&c.Oldest))
		return c, err
	}, `SELECT kind, state, COUNT(*), MIN(run_after) FROM tasks WHERE state IN ('pending', 'sent') GROUP BY kind, state ORDER BY kind, state`)
	return c, wrap("count tasks", err)
}

// SweepTasks deletes ended tasks (at most limit) and leases that ended before; it returns how many.
func (q *queries) SweepTasks(ctx context.Context, before time.Time, limit int) (int64, error) {
	n, err := q.exec(ctx, `DELETE FROM tasks WHERE id IN (SELECT id FROM tasks WHERE state IN ('done', 'failed', 'dropped') AND updated_at < $1 LIMIT $2)`,
		utc(before), limit)
	if err != nil {
		return 0, wrap("sweep tasks", err)
	}
	// A lease goes only when its interview has no task left that could be delivered once more with an old fence. Who held
	// it and died without a release is long gone by then.
	m, err := q.exec(ctx, `DELETE FROM leases WHERE expires_at < $1
		AND NOT EXISTS (SELECT 1 FROM tasks WHERE tasks.interview = leases.interview AND tasks.state IN ('pending', 'sent'))`, utc(before))
	return n + m, wrap("sweep leases", err)
}

// Pause is a step at rest because of a configuration error, until the operator mends it or Until has come.
type Pause struct {
	Step  string    `json:"step"` // a task kind
	Code  string    `json:"code"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until"` // when it tries by itself
}

// PauseStep rests a step: its tasks stay pending. A second call keeps the first Since.
func (q *queries) PauseStep(ctx context.Context, step, code string, until time.Time) error {
	due, now, err := q.due(ctx, until)
	if err != nil {
		return wrap("pause step", err)
	}
	_, err = q.exec(ctx, `INSERT INTO pauses (step, code, since, until) VALUES ($1, $2, $3, $4)
		ON CONFLICT (step) DO UPDATE SET code = excluded.code, until = excluded.until`, step, code, now, due)
	return wrap("pause step", err)
}

// ResumeStep ends a pause and reports whether there was one.
func (q *queries) ResumeStep(ctx context.Context, step string) (bool, error) {
	n, err := q.exec(ctx, `DELETE FROM pauses WHERE step = $1`, step)
	return n == 1, wrap("resume step", err)
}

// Pauses lists the steps at rest, those included whose Until has passed without a success. Their times are told on this
// process's clock, as due has taken them: who waits until then must not wait as much longer as the clock is wrong.
func (q *queries) Pauses(ctx context.Context) ([]Pause, error) {
	now, err := q.now(ctx)
	if err != nil {
		return nil, wrap("list pauses", err)
	}
	off := interview.Now().Sub(now).Round(time.Second) // less is no wrong clock
	p, err := all(ctx, q.r, func(s scanner) (p Pause, err error) {
		err = s.Scan(&p.Step, &p.Code, into(&p.Since), into(&p.Until))
		p.Since, p.Until = utc(p.Since.Add(off)), utc(p.Until.Add(off))
		return p, err
	}, `SELECT step, code, since, until FROM pauses ORDER BY step`)
	return p, wrap("list pauses", err)
}
