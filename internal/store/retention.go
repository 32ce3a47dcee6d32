package store

import (
	"context"
	"time"

	"kikigaki/internal/interview"
)

// dueIDs lists the ids of interviews that are not on hold and meet the conditions, in order of id.
func (q *queries) dueIDs(ctx context.Context, doing string, page Page, w where, from string) ([]string, string, error) {
	key, err := page.after(1)
	if err != nil {
		return nil, "", err
	}
	w.parts = append(w.parts, `NOT t.hold`, `t.status <> 'erased'`)
	if key != nil {
		w.add(`t.id > ?`, key[0])
	}
	ids, err := all(ctx, q.r, value[string], `SELECT t.id FROM `+from+w.String()+` ORDER BY t.id LIMIT `+w.arg(page.size()+1), w.args...)
	if err != nil {
		return nil, "", wrap(doing, err)
	}
	ids, next := cutPage(ids, page, func(id string) []string { return []string{id} })
	return ids, next, nil
}

// AudioDue lists interviews whose recordings have reached their end: approved before approved, or handed in before
// recorded, whichever is first; not on hold. For the mail 14 days ahead the caller passes times 14 days later.
func (q *queries) AudioDue(ctx context.Context, approved, recorded time.Time, page Page) ([]string, string, error) {
	var w where
	w.add(`t.id IN (SELECT r.interview FROM recordings r WHERE NOT r.erased AND r.at < ?
		UNION SELECT r.interview FROM recordings r JOIN talks a ON a.id = r.interview WHERE NOT r.erased AND a.approved_at < ?)`, utc(recorded), utc(approved))
	return q.dueIDs(ctx, "list audio due", page, w, `talks t`)
}

// TranscriptDue lists interviews whose newest transcript is older than before; not on hold. One still in processing or
// review is left: its transcript is being worked with.
func (q *queries) TranscriptDue(ctx context.Context, before time.Time, page Page) ([]string, string, error) {
	var w where
	w.parts = append(w.parts, `t.status IN ('approved', 'closed_unconfirmed', 'failed', 'awaiting_recording')`)
	w.add(`x.created_at < ?`, utc(before))
	return q.dueIDs(ctx, "list transcripts due", page, w, `talks t JOIN transcripts x ON x.interview = t.id AND x.version = t.transcript`)
}

// RecordDue lists interviews that have reached their end as a whole: approved before, or never approved and last
// changed before; not on hold.
func (q *queries) RecordDue(ctx context.Context, before time.Time, page Page) ([]string, string, error) {
	var w where
	w.add(`(t.approved_at < ? OR t.approved_at IS NULL AND t.updated_at < ?)`, utc(before), utc(before))
	return q.dueIDs(ctx, "list records due", page, w, `talks t`)
}

// Waiting lists interviews in a status that wait for somebody since before a time, the longest first: for reminders and
// for the release after five business days.
func (q *queries) Waiting(ctx context.Context, s interview.Status, party interview.Party, before time.Time, page Page) ([]interview.Talk, string, error) {
	key, err := page.after(2)
	if err != nil {
		return nil, "", err
	}
	var w where
	w.add(`status = ?`, s)
	w.add(`waiting_for = ?`, party)
	w.add(`review_since < ?`, utc(before))
	if key != nil {
		at, err := time.Parse(time.RFC3339Nano, key[0])
		if err != nil {
			return nil, "", invalid("cursor", "invalid")
		}
		w.add(`(review_since, id) > (?, ?)`, utc(at), key[1])
	}
	t, err := all(ctx, q.r, scanTalk, `SELECT `+talkColumns+` FROM talks`+w.String()+` ORDER BY review_since, id LIMIT `+w.arg(page.size()+1), w.args...)
	if err != nil {
		return nil, "", wrap("list waiting talks", err)
	}
	t, next := cutPage(t, page, func(t interview.Talk) []string { return []string{t.ReviewSince.Format(time.RFC3339Nano), t.ID} })
	return t, next, nil
}
