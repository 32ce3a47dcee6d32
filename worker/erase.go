package worker

import (
	"context"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// erase removes the bytes of what was erased in SQL, versions and open uploads included, and notes when the bucket was
// seen empty. It is tried until that is so.
func (w *Worker) erase(ctx context.Context, j *job) error {
	e, err := w.Store.Erasure(ctx, j.Subject)
	if err != nil {
		if interview.Code(err) == "not_found" {
			return errStale
		}
		return err
	}
	prefixes := []string{interview.Prefix(e.Interview)}
	if e.Recording != "" {
		rec, err := w.Store.Recording(ctx, e.Recording)
		if err != nil {
			return err
		}
		prefixes = []string{rec.Key, interview.SoundKey(e.Interview, rec.ID), interview.Prefix(e.Interview) + "playback/" + rec.ID}
	}
	for _, p := range prefixes {
		if _, err := w.Bucket.DeletePrefix(ctx, p); err != nil {
			return err
		}
	}
	// Before the line that says it is done: a busy database file is a reason to come again.
	if err := w.Store.Scrub(ctx); err != nil {
		return err
	}
	return w.commit(ctx, j, func(tx *store.Tx) ([]interview.Task, error) { return nil, tx.BytesErased(ctx, e.ID) })
}
