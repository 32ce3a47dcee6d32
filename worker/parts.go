package worker

import (
	"context"
	"strings"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// partsAge is how old an open upload is that nobody can still be at: the longest-lived one of SQL ends after two days
// without a sign of life.
const partsAge = 48*time.Hour + uploadGrace

// removeParts gives up uploads in the bucket that SQL does not know: begun by a process that died before it could write
// them down, or whose beginning was answered to nobody. Nobody else can see their parts, and they would stay for ever.
func (w *Worker) removeParts(ctx context.Context, age time.Duration) error {
	removed := 0
	known := map[string]bool{}
	var id string
	for u, err := range w.Bucket.OpenUploads(ctx, interview.Interviews) {
		if err != nil {
			return err
		}
		rest, _ := strings.CutPrefix(u.Key, interview.Interviews)
		if owner, _, _ := strings.Cut(rest, "/"); owner != id {
			rows, err := w.Store.Uploads(ctx, owner)
			if err != nil {
				return err
			}
			for _, r := range rows {
				known[r.S3Upload] = r.State == store.UploadOpen || r.State == store.UploadCompleting
			}
			id = owner
		}
		if known[u.Upload] || interview.Now().Sub(u.Started) < age {
			continue
		}
		if err := w.Bucket.Abort(ctx, u.Key, u.Upload); err != nil {
			return err
		}
		removed++
	}
	if removed > 0 {
		w.Log.WarnContext(ctx, "gave up uploads that nothing names", "count", removed)
	}
	return nil
}
