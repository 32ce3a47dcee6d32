package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kikigaki/internal/interview"
	"kikigaki/internal/pipeline"
	"kikigaki/internal/store"
)

// rendition makes the file that people hear. Where somebody marked a range off the record, the silenced copy takes the
// place of the original too, and the original is deleted with its versions.
func (w *Worker) rendition(ctx context.Context, j *job) error {
	if err := w.consented(ctx, j.talk); err != nil {
		return err
	}
	id, _, _ := strings.Cut(j.Subject, "-")
	rec, err := w.Store.Recording(ctx, id)
	if err != nil {
		if interview.Code(err) == "not_found" {
			return errStale
		}
		return err
	}
	if rec.Erased || rec.Interview != j.Interview {
		return errStale
	}
	muted, version, err := mutedSpans(ctx, w.Store, j.Interview)
	if err != nil {
		return err
	}
	path := filepath.Join(j.dir, "recording")
	object, err := w.Bucket.Download(ctx, rec.Key, rec.Version, path)
	if err != nil {
		if now, e := w.Store.Recording(ctx, rec.ID); e == nil && now.Key != rec.Key {
			return errors.New("the recording was replaced while it was read") // by a silenced copy: this one is made of that
		}
		return err
	}
	if rec.SHA256 != "" && rec.SHA256 != object.SHA256 {
		return interview.E("checksum_mismatch", nil)
	}
	r, err := pipeline.Render(ctx, w.Kit, path, j.dir, rec.Partial, muted)
	if err != nil {
		return err
	}
	before, err := w.Store.Playback(ctx, rec.ID)
	if err != nil && interview.Code(err) != "not_found" {
		return err
	}
	key := interview.PlaybackKey(j.Interview, rec.ID, version)
	if err := w.put(ctx, key, r.Path, r.ContentType); err != nil {
		return err
	}
	if err := w.outline(ctx, j, rec.ID, r); err != nil {
		return err
	}
	old := ""
	if len(muted) > 0 {
		if old, err = w.silenced(ctx, j, rec, r, muted); err != nil {
			return w.withdrawn(ctx, key, err)
		}
	}
	change := store.RecordingChange{Playback: &key, PlaybackType: &r.ContentType}
	if rec.SHA256 == "" && len(muted) == 0 { // beside captions nobody has read it before
		seen := object.Seen()
		change.SHA256, change.Version = &object.SHA256, &seen
	}
	err = w.commit(ctx, j, func(tx *store.Tx) ([]interview.Task, error) {
		if err := sameSilence(ctx, tx, j.Interview, muted); err != nil {
			return nil, err
		}
		_, err := tx.UpdateRecording(ctx, rec.ID, change)
		return nil, err
	})
	if err != nil {
		return w.withdrawn(ctx, key, err)
	}
	for _, gone := range []string{old, before.Key} {
		if gone != "" && gone != key {
			if err := w.Bucket.Delete(ctx, gone); err != nil {
				return err
			}
		}
	}
	return nil
}

// withdrawn removes a playback file that was overtaken before it was shown, and hands the reason on: it says what must no
// longer be heard.
func (w *Worker) withdrawn(ctx context.Context, key string, why error) error {
	if errors.Is(why, errStale) {
		return errors.Join(why, w.Bucket.Delete(context.WithoutCancel(ctx), key))
	}
	return why
}

// mutedSpans are the spans that nobody may hear any more, and the transcript version that says so.
func mutedSpans(ctx context.Context, from interface {
	Transcript(ctx context.Context, id string, version int) (*interview.Transcript, error)
}, id string) (spans []interview.Span, version int, err error) {
	t, err := from.Transcript(ctx, id, 0)
	if err != nil {
		if interview.Code(err) == "not_found" {
			return nil, 0, nil
		}
		return nil, 0, err
	}
	for _, s := range t.Segments {
		if s.OffRecord && t.Timed {
			spans = append(spans, interview.Span{Start: s.Start, End: s.End})
		}
	}
	return spans, t.Version, nil
}

// sameSilence locks the interview and ends a rendition that a newer off-record mark has overtaken: the mark has wished for
// another one, and this one would let be heard what it took away.
func sameSilence(ctx context.Context, tx *store.Tx, id string, muted []interview.Span) error {
	if _, err := tx.LockTalk(ctx, id); err != nil {
		return err
	}
	now, _, err := mutedSpans(ctx, tx, id)
	if err == nil && !slices.Equal(now, muted) {
		err = errStale
	}
	return err
}

// silenced puts the muted copy in the place of the original and returns the key that is to be deleted.
func (w *Worker) silenced(ctx context.Context, j *job, rec interview.Recording, r pipeline.Rendition, muted []interview.Span) (old string, err error) {
	key := interview.RecordingKey(j.Interview)
	if err := w.put(ctx, key, r.Path, r.ContentType); err != nil {
		return "", err
	}
	o, err := w.Bucket.Download(ctx, key, "", filepath.Join(j.dir, "check"))
	if err != nil {
		return "", err
	}
	var refusal error
	err = w.Store.Tx(ctx, func(tx *store.Tx) error {
		if refusal = tx.Fenced(ctx, j.lease); refusal == nil {
			refusal = sameSilence(ctx, tx, j.Interview, muted)
		}
		if refusal == nil {
			refusal = tx.ReplaceOriginal(ctx, rec.ID, key, o.Seen(), o.SHA256, o.Size)
		}
		return refusal
	})
	if refusal != nil {
		return "", errors.Join(err, w.Bucket.Delete(context.WithoutCancel(ctx), key))
	}
	if err != nil { // how a commit ended that broke nobody knows: the copy may be all there is. The sweep asks SQL.
		return "", err
	}
	return rec.Key, nil
}

// outline stores the peaks for the player, in the place of earlier ones.
func (w *Worker) outline(ctx context.Context, j *job, recording string, r pipeline.Rendition) error {
	b, err := json.Marshal(r.Peaks)
	if err != nil {
		return err
	}
	key := interview.PeaksKey(j.Interview, recording)
	if err := w.Bucket.Delete(ctx, key); err != nil {
		return err
	}
	_, err = w.Bucket.Put(ctx, key, bytes.NewReader(b), int64(len(b)), "application/json", false)
	return err
}

// put stores a file.
func (w *Worker) put(ctx context.Context, key, path, contentType string) error {
	f, err := os.Open(path)
	if err != nil {
		return diskError("open a finished file", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return diskError("look at a finished file", err)
	}
	_, err = w.Bucket.Put(ctx, key, f, info.Size(), contentType, false)
	return err
}
