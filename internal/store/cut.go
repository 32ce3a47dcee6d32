package store

import (
	"context"
	"slices"

	"kikigaki/internal/interview"
)

// Progress counts the cuts of a recording's present list.
type Progress struct {
	Open  int `json:"open"`
	Total int `json:"total"`
}

// PutCuts stores the complete cut list of a recording for a generation. The same list again changes nothing, and a cut
// that was answered in an earlier generation keeps its answer: nothing is paid twice. A newer generation's list already
// there is state_conflict. An empty list is a list: a recording without speech.
func (q *queries) PutCuts(ctx context.Context, id, recording string, generation int, cuts []interview.Cut) error {
	err := q.begin(ctx, func(q *queries) error {
		if err := q.touch(ctx, id); err != nil {
			return err
		}
		if err := q.touchRecording(ctx, recording); err != nil {
			return err
		}
		have, err := must(ctx, q.r, value[int], `SELECT cut_generation FROM recordings WHERE id = $1`, recording)
		if err != nil {
			return err
		}
		if have > generation {
			return interview.E("state_conflict", nil)
		}
		for batch := range slices.Chunk(cuts, 80) {
			args := make([]any, 0, len(batch)*8)
			for _, c := range batch {
				args = append(args, recording, c.ID(), id, generation, c.Channel, c.From, c.To, c.Speaker)
			}
			if _, err := q.exec(ctx, `INSERT INTO cuts (recording, id, interview, generation, channel, sample_from, sample_to, speaker)
				VALUES `+values(len(batch), 8)+` ON CONFLICT (recording, id) DO UPDATE SET generation = excluded.generation, speaker = excluded.speaker`,
				args...); err != nil {
				return err
			}
		}
		if _, err := q.exec(ctx, `DELETE FROM cuts WHERE recording = $1 AND generation < $2 AND NOT answered`, recording, generation); err != nil {
			return err
		}
		_, err = q.exec(ctx, `UPDATE recordings SET cut_generation = $2, cut_count = $3,
			cuts_done = (SELECT COUNT(*) FROM cuts WHERE recording = $1 AND generation = $2 AND answered) WHERE id = $1`, recording, generation, len(cuts))
		return err
	})
	return wrap("put cuts", err)
}

func scanCut(s scanner) (c interview.Cut, err error) {
	err = s.Scan(&c.Channel, &c.From, &c.To, &c.Speaker)
	return c, err
}

const presentCuts = `recording = $1 AND generation = (SELECT cut_generation FROM recordings WHERE id = $1)`

// Cuts returns the present cut list in the order of the recording; empty before PutCuts.
func (q *queries) Cuts(ctx context.Context, recording string) ([]interview.Cut, error) {
	c, err := all(ctx, q.r, scanCut, `SELECT channel, sample_from, sample_to, speaker FROM cuts WHERE `+presentCuts+`
		ORDER BY sample_from, channel, sample_to`, recording)
	return c, wrap("list cuts", err)
}

// Cut returns one cut of the present list and whether it has been answered; not_found when the list does not name it.
func (q *queries) Cut(ctx context.Context, recording, cut string) (interview.Cut, bool, error) {
	var answered bool
	c, err := must(ctx, q.r, func(s scanner) (c interview.Cut, err error) {
		err = s.Scan(&c.Channel, &c.From, &c.To, &c.Speaker, &answered)
		return c, err
	}, `SELECT channel, sample_from, sample_to, speaker, answered FROM cuts WHERE `+presentCuts+` AND id = $2`, recording, cut)
	return c, answered, wrap("read cut", err)
}

// OpenCuts counts the cuts without an answer and all cuts of the present list.
func (q *queries) OpenCuts(ctx context.Context, recording string) (Progress, error) {
	p, err := must(ctx, q.r, func(s scanner) (p Progress, err error) {
		err = s.Scan(&p.Open, &p.Total)
		return p, err
	}, `SELECT cut_count - cuts_done, cut_count FROM recordings WHERE id = $1`, recording)
	return p, wrap("count cuts", err)
}

// SaveAnswer stores what a recogniser said about a cut, once: the first answer stays, stored tells a later one that it
// came second. The recording's row is locked until the transaction ends, so that of many finishers the last one sees
// every answer: follow it with MergeOnce in the same transaction. A cut that is in no list is not_found; an erased
// recording is state_conflict.
func (q *queries) SaveAnswer(ctx context.Context, id, recording, cut string, a interview.Answer) (stored bool, err error) {
	a.Cut = cut
	err = q.begin(ctx, func(q *queries) error {
		stored = false
		if err := q.touchRecording(ctx, recording); err != nil {
			return err
		}
		n, err := q.exec(ctx, `UPDATE cuts SET answered = TRUE, answer = $4, answered_at = $5
			WHERE recording = $1 AND id = $2 AND interview = $3 AND NOT answered`, recording, cut, id, encoded{a}, interview.Now())
		if err != nil {
			return err
		}
		if n == 0 {
			_, err := must(ctx, q.r, value[string], `SELECT id FROM cuts WHERE recording = $1 AND id = $2 AND interview = $3`, recording, cut, id)
			return err
		}
		stored = true
		_, err = q.exec(ctx, `UPDATE recordings SET cuts_done = cuts_done + 1 WHERE id = $1
			AND cut_generation = (SELECT generation FROM cuts WHERE recording = $1 AND id = $2)`, recording, cut)
		return err
	})
	return stored, wrap("save answer", err)
}

// Answers returns the answers of the present cut list by cut id.
func (q *queries) Answers(ctx context.Context, recording string) (map[string]interview.Answer, error) {
	list, err := all(ctx, q.r, func(s scanner) (a interview.Answer, err error) {
		err = s.Scan(decoded{&a})
		return a, err
	}, `SELECT answer FROM cuts WHERE `+presentCuts+` AND answered`, recording)
	if err != nil {
		return nil, wrap("list answers", err)
	}
	out := make(map[string]interview.Answer, len(list))
	for _, a := range list {
		out[a.Cut] = a
	}
	return out, nil
}

// ReplaceAnswer puts another answer in the place of a stored one: after an off-record mark, nothing else.
func (q *queries) ReplaceAnswer(ctx context.Context, recording, cut string, a interview.Answer) error {
	a.Cut = cut
	n, err := q.exec(ctx, `UPDATE cuts SET answer = $3 WHERE recording = $1 AND id = $2 AND answered`, recording, cut, encoded{a})
	if err == nil && n == 0 {
		err = interview.E("not_found", nil)
	}
	return wrap("replace answer", err)
}

// ForgetAnswers opens cuts again (all of the present list when none are named), so that they are transcribed anew:
// a person asked for another try with unclear ones. It returns how many were opened.
func (q *queries) ForgetAnswers(ctx context.Context, recording string, cuts ...string) (n int64, err error) {
	err = q.begin(ctx, func(q *queries) error {
		if err := q.touchRecording(ctx, recording); err != nil {
			return err
		}
		w := where{}
		r := w.arg(recording)
		w.parts = append(w.parts, `recording = `+r, `generation = (SELECT cut_generation FROM recordings WHERE id = `+r+`)`, `answered`)
		if len(cuts) > 0 {
			w.in(`id`, cuts)
		}
		if n, err = q.exec(ctx, `UPDATE cuts SET answered = FALSE, answer = '', answered_at = NULL`+w.String(), w.args...); err != nil {
			return err
		}
		_, err = q.exec(ctx, `UPDATE recordings SET cuts_done = cuts_done - $2 WHERE id = $1`, recording, n)
		return err
	})
	return n, wrap("forget answers", err)
}

// MergeOnce claims the merging of a recording's answers for a generation: true for exactly one caller, and only when the
// cut list of that generation is complete and no cut is open. Whoever gets true adds the assemble task in the same
// transaction.
func (q *queries) MergeOnce(ctx context.Context, recording string, generation int) (bool, error) {
	n, err := q.exec(ctx, `UPDATE recordings SET merged = $2 WHERE id = $1 AND cut_generation = $2 AND merged < $2 AND NOT erased
		AND cuts_done = cut_count
		AND NOT EXISTS (SELECT 1 FROM cuts WHERE cuts.recording = $1 AND cuts.generation = $2 AND NOT cuts.answered)`, recording, generation)
	return n == 1, wrap("claim merge", err)
}
