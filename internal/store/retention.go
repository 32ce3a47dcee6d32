package store

import (
	"context"
	"time"

	"kikigaki/internal/interview"
)

// AudioDue returns interviews whose recordings have reached their end: approved before approved, or recorded before
// recorded, whichever is first; not on hold. For the mail 14 days ahead the caller passes times 14 days later.
func (q *queries) AudioDue(ctx context.Context, approved, recorded time.Time, limit int) ([]string, error) {
	ids, err := all(ctx, q.r, value[string], `SELECT t.id FROM talks t WHERE NOT t.hold AND t.status <> 'erased' AND t.id IN (
			SELECT r.interview FROM recordings r WHERE NOT r.erased AND r.at < $2
			UNION SELECT r.interview FROM recordings r JOIN talks a ON a.id = r.interview WHERE NOT r.erased AND a.approved_at < $1)
		ORDER BY t.id LIMIT $3`, utc(approved), utc(recorded), limit)
	return ids, wrap("list audio due", err)
}

// TranscriptDue returns interviews with a transcript older than before; not on hold. One still in processing or review
// is left: its transcript is being worked with.
func (q *queries) TranscriptDue(ctx context.Context, before time.Time, limit int) ([]string, error) {
	ids, err := all(ctx, q.r, value[string], `SELECT t.id FROM talks t WHERE NOT t.hold AND t.status IN ('approved', 'closed_unconfirmed', 'failed', 'awaiting_recording')
		AND EXISTS (SELECT 1 FROM transcripts x WHERE x.interview = t.id AND x.created_at < $1)
		AND NOT EXISTS (SELECT 1 FROM transcripts x WHERE x.interview = t.id AND x.created_at >= $1)
		ORDER BY t.id LIMIT $2`, utc(before), limit)
	return ids, wrap("list transcripts due", err)
}

// RecordDue returns interviews that have reached their end as a whole: approved before, or never approved and last
// changed before; not on hold.
func (q *queries) RecordDue(ctx context.Context, before time.Time, limit int) ([]string, error) {
	ids, err := all(ctx, q.r, value[string], `SELECT id FROM talks WHERE NOT hold AND status <> 'erased'
		AND (approved_at < $1 OR approved_at IS NULL AND updated_at < $1) ORDER BY id LIMIT $2`, utc(before), limit)
	return ids, wrap("list records due", err)
}

// Waiting returns interviews in a status whose present party has been asked since before: for reminders and for the
// release after five business days. Oldest first.
func (q *queries) Waiting(ctx context.Context, s interview.Status, before time.Time, limit int) ([]interview.Talk, error) {
	t, err := all(ctx, q.r, scanTalk, `SELECT `+talkColumns+` FROM talks WHERE status = $1 AND review_since < $2 ORDER BY review_since, id LIMIT $3`,
		s, utc(before), limit)
	return t, wrap("list waiting talks", err)
}
