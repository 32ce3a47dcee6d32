package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"kikigaki/internal/blob"
	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// erase carries a line of the ledger into the bucket, where no restored backup of the database takes it back, and removes
// the bytes of what was erased in SQL, versions and open uploads included. It notes when the bucket was seen empty, and is
// tried until that is so.
func (w *Worker) erase(ctx context.Context, j *job) error {
	e, err := w.Store.Erasure(ctx, j.Subject)
	if err != nil {
		if interview.Code(err) == "not_found" {
			return errStale
		}
		return err
	}
	if err := WriteLedger(ctx, w.Bucket, e); err != nil {
		return err
	}
	switch e.What {
	case "talk":
		_, err = w.Bucket.DeletePrefix(ctx, interview.Prefix(e.Interview))
	case "recording":
		err = w.eraseRecording(ctx, e)
	}
	if err != nil {
		return err
	}
	// Before the line that says it is done: a busy database file is a reason to come again.
	if err := w.Store.Scrub(ctx); err != nil {
		return err
	}
	return w.commit(ctx, j, func(tx *store.Tx) ([]interview.Task, error) { return nil, tx.BytesErased(ctx, e.ID) })
}

// WriteLedger copies a line of the erasure ledger into the bucket, once: ids and numbers, no words.
func WriteLedger(ctx context.Context, b *blob.Bucket, e store.Erasure) error {
	e.BytesAt = nil
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = b.Put(ctx, interview.LedgerKey(e.ID), bytes.NewReader(line), int64(len(line)), "application/json", true)
	if errors.Is(err, blob.ErrExists) {
		return nil
	}
	return err
}

// eraseRecording removes one recording: its file, what is played of it, its outline and its decoded sound. What was handed
// in for the same interview before or after stays.
func (w *Worker) eraseRecording(ctx context.Context, e store.Erasure) error {
	rec, err := w.Store.Recording(ctx, e.Recording)
	if err != nil {
		return err
	}
	sound, playback := interview.SoundKey(e.Interview, rec.ID), interview.PlaybackPrefix(e.Interview, rec.ID)
	_, err = w.Bucket.DeleteMatching(ctx, interview.Prefix(e.Interview), func(key string) bool {
		return key == rec.Key || key == sound || strings.HasPrefix(key, playback)
	})
	return err
}

const (
	orphanAge   = 24 * time.Hour // younger objects may be on their way into SQL
	orphanRound = 6 * time.Hour
	erasureAge  = time.Hour // after which an erasure whose task has ended is begun anew
)

// unfinished begins erasures anew whose bytes are still there though nobody works on them any more.
func (w *Worker) unfinished(ctx context.Context) error {
	n, err := w.Store.RetryErasures(ctx, interview.Now().Add(-erasureAge), 200)
	if n > 0 {
		w.Log.ErrorContext(ctx, "erasures are not finished and are tried anew", "count", n)
	}
	return err
}

// orphans removes objects of known interviews that no row of SQL names: what a process killed between its object and its
// row left behind, or between a row and the removal of what it replaced. Objects of interviews that SQL does not know are
// left alone and told: with an older database restored beside a newer bucket they may be all that is left of a talk.
func (w *Worker) orphans(ctx context.Context) error {
	if time.Since(w.swept) < orphanRound {
		return nil
	}
	w.swept = time.Now()
	if err := w.removeParts(ctx, partsAge); err != nil {
		return err
	}
	return w.removeOrphans(ctx, orphanAge)
}

// removeOrphans removes those older than age.
func (w *Worker) removeOrphans(ctx context.Context, age time.Duration) error {
	strange, removed := 0, 0
	var id string
	var known bool
	var named map[string]bool
	for o, err := range w.Bucket.List(ctx, interview.Interviews) {
		if err != nil {
			return err
		}
		rest, _ := strings.CutPrefix(o.Key, interview.Interviews)
		owner, _, _ := strings.Cut(rest, "/")
		if owner != id {
			if named, known, err = w.named(ctx, owner); err != nil {
				return err
			}
			if id = owner; !known {
				strange++
			}
		}
		if !known || named[o.Key] || interview.Now().Sub(o.Modified) < age {
			continue
		}
		if err := w.Bucket.Delete(ctx, o.Key); err != nil {
			return err
		}
		removed++
	}
	if removed > 0 {
		w.Log.WarnContext(ctx, "removed objects that nothing names", "count", removed)
	}
	if strange > 0 {
		w.Log.WarnContext(ctx, "the bucket holds objects of interviews that the database does not know", "interviews", strange)
	}
	return nil
}

// named are the keys that an interview's rows name, and whether there is such an interview.
func (w *Worker) named(ctx context.Context, id string) (map[string]bool, bool, error) {
	talk, err := w.Store.Talk(ctx, id)
	if err != nil {
		if interview.Code(err) == "not_found" {
			return nil, false, nil
		}
		return nil, false, err
	}
	heard := talk.Status.In(interview.Queued, interview.Preparing, interview.Transcribing, interview.NeedsTranscription, interview.Failed)
	keys := map[string]bool{}
	recordings, err := w.Store.Recordings(ctx, id)
	if err != nil {
		return nil, true, err
	}
	for _, r := range recordings {
		if r.Erased {
			continue
		}
		keys[r.Key], keys[interview.PeaksKey(id, r.ID)], keys[interview.SoundKey(id, r.ID)] = true, true, heard
		p, err := w.Store.Playback(ctx, r.ID)
		if err != nil && interview.Code(err) != "not_found" {
			return nil, true, err
		}
		keys[p.Key] = true
	}
	uploads, err := w.Store.Uploads(ctx, id)
	if err != nil {
		return nil, true, err
	}
	for _, u := range uploads {
		if u.State == store.UploadOpen || u.State == store.UploadCompleting {
			keys[u.Key] = true
		}
	}
	return keys, true, nil
}
