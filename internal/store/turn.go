package store

import (
	"context"
	"slices"
	"time"

	"kikigaki/internal/interview"
)

// Turn is where an interview that is being worked on stands in the queue.
type Turn struct {
	Kind  interview.TaskKind // the step that is under way or comes next
	Ahead int                // interviews whose step was due before in the same queue, and on which nobody works yet either
	Begun time.Time          // since when somebody works on the step; zero: nobody does, and Ahead counts
	Since time.Time          // when the first chunk of this try was begun; zero before
	Done  int                // chunks of this try that were answered
}

// waitingStep is an interview's step that is due, with no worker on it.
type waitingStep struct {
	interview string
	kind      interview.TaskKind
	due       time.Time
}

// liveLease says that somebody works on a task.
const liveLease = `EXISTS (SELECT 1 FROM leases l WHERE l.interview = t.interview AND l.step = t.kind AND l.subject = t.subject
	AND l.generation = t.generation AND l.owner <> '' AND l.expires_at > $1)`

// Turns tells of each of the interviews where it stands; those without an open step are not in the answer. queues names
// the queue of each kind of task: only steps of one queue wait for each other. Every open step of the installation is
// looked at, by interview and not by chunk.
func (q *queries) Turns(ctx context.Context, queues map[interview.TaskKind]string, ids ...string) (map[string]Turn, error) {
	out := map[string]Turn{}
	if len(ids) == 0 {
		return out, nil
	}
	now, err := q.now(ctx)
	if err != nil {
		return nil, wrap("read the queue", err)
	}
	w := where{args: []any{now}}
	w.in(`t.kind`, processingKinds)
	waiting, err := all(ctx, q.r, func(s scanner) (v waitingStep, err error) {
		err = s.Scan(&v.interview, &v.kind, into(&v.due))
		return v, err
	}, `SELECT t.interview, t.kind, MIN(t.run_after) FROM tasks t`+w.String()+` AND t.state IN ('pending', 'sent') AND t.run_after <= $1
		AND NOT `+liveLease+` GROUP BY t.interview, t.kind ORDER BY 3, 1`, w.args...)
	if err != nil {
		return nil, wrap("read the queue", err)
	}
	before := map[string][]string{} // by queue: the interviews that wait, first come first
	for _, v := range waiting {
		line := queues[v.kind]
		if slices.Contains(ids, v.interview) {
			out[v.interview] = Turn{Kind: v.kind, Ahead: others(before[line], v.interview)}
		}
		if !slices.Contains(before[line], v.interview) {
			before[line] = append(before[line], v.interview)
		}
	}
	return out, q.atWork(ctx, out, now, ids)
}

func others(list []string, id string) int {
	if slices.Contains(list, id) {
		return len(list) - 1
	}
	return len(list)
}

// atWork adds which steps somebody works on, and how the chunks fare.
func (q *queries) atWork(ctx context.Context, out map[string]Turn, now time.Time, ids []string) error {
	w := where{args: []any{now}}
	w.in(`t.interview`, ids)
	w.in(`t.kind`, processingKinds)
	begun, err := all(ctx, q.r, func(s scanner) (v waitingStep, err error) {
		err = s.Scan(&v.interview, &v.kind, into(&v.due))
		return v, err
	}, `SELECT t.interview, t.kind, MIN(l.claimed_at) FROM tasks t JOIN leases l ON l.interview = t.interview AND l.step = t.kind AND l.subject = t.subject
		AND l.generation = t.generation`+w.String()+` AND t.state IN ('pending', 'sent') AND l.owner <> '' AND l.expires_at > $1 GROUP BY t.interview, t.kind`, w.args...)
	if err != nil {
		return wrap("read who is at work", err)
	}
	for _, v := range begun {
		out[v.interview] = Turn{Kind: v.kind, Begun: v.due}
	}
	w = where{args: []any{string(interview.TaskTranscribe)}}
	w.in(`t.interview`, ids)
	type chunks struct {
		interview string
		since     time.Time
		done      int
	}
	list, err := all(ctx, q.r, func(s scanner) (v chunks, err error) {
		err = s.Scan(&v.interview, into(&v.since), &v.done)
		return v, err
	}, `SELECT t.interview, MIN(l.claimed_at), SUM(CASE WHEN t.state = 'done' THEN 1 ELSE 0 END) FROM tasks t JOIN talks x ON x.id = t.interview
		AND x.generation = t.generation JOIN leases l ON l.interview = t.interview AND l.step = t.kind AND l.subject = t.subject
		AND l.generation = t.generation`+w.String()+` AND t.kind = $1 GROUP BY t.interview`, w.args...)
	if err != nil {
		return wrap("read how chunks fare", err)
	}
	for _, v := range list {
		if turn, ok := out[v.interview]; ok {
			turn.Since, turn.Done = v.since, v.done
			out[v.interview] = turn
		}
	}
	return nil
}

// Working reports whether a worker lives that can begin something: of all workers one leads, and it says so every few
// seconds.
func (q *queries) Working(ctx context.Context) (bool, error) {
	now, err := q.now(ctx)
	if err != nil {
		return false, wrap("look for workers", err)
	}
	until, found, err := one(ctx, q.r, func(s scanner) (t time.Time, err error) {
		err = s.Scan(into(&t))
		return t, err
	}, `SELECT expires_at FROM leaders WHERE name = 'reconcile'`)
	return found && until.After(now), wrap("look for workers", err)
}

// typicalOf is how many of the last ended steps of a kind are looked at.
const typicalOf = 15

// Typical is how long a step of each kind took of late, from its beginning to its end: the median of the last ones. Kinds
// of which too few have ended to tell are not in the answer.
func (q *queries) Typical(ctx context.Context, kinds ...interview.TaskKind) (map[interview.TaskKind]time.Duration, error) {
	out := map[interview.TaskKind]time.Duration{}
	for _, k := range kinds {
		took, err := all(ctx, q.r, func(s scanner) (time.Duration, error) {
			var from, to time.Time
			err := s.Scan(into(&from), into(&to))
			return to.Sub(from), err
		}, `SELECT l.claimed_at, t.updated_at FROM tasks t JOIN leases l ON l.interview = t.interview AND l.step = t.kind AND l.subject = t.subject
			AND l.generation = t.generation WHERE t.state = 'done' AND t.kind = $1 ORDER BY t.updated_at DESC LIMIT $2`, k, typicalOf)
		if err != nil {
			return nil, wrap("read how long steps take", err)
		}
		if len(took) < 3 {
			continue
		}
		slices.Sort(took)
		out[k] = took[len(took)/2]
	}
	return out, nil
}
