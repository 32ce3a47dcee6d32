package store

import (
	"context"
	"encoding/json"
	"time"

	"kikigaki/internal/interview"
)

// UploadState is where a multipart upload stands.
type UploadState string

const (
	UploadOpen       UploadState = "open"
	UploadCompleting UploadState = "completing" // somebody took it to be put together; a crash leaves it so
	UploadDone       UploadState = "done"
	UploadAborted    UploadState = "aborted"
)

// Upload is a multipart upload on its way into the bucket.
type Upload struct {
	ID          string
	Interview   string
	Key         string // object key, made for this upload and never reused
	S3Upload    string
	Size        int64           // bytes the uploader declared
	PartSize    int64           // bytes of each part but the last
	NameHash    string          // of file name, size and date, to find a broken-off upload again; never the name
	ContentType string          // decided by us
	Options     json.RawMessage // what the uploader said of the recording: channels, speakers, …
	By          string
	State       UploadState
	Recording   string // set when done
	CreatedAt   time.Time
	ExpiresAt   time.Time
}

const uploadColumns = `id, interview, key, s3_upload, size, part_size, name_hash, content_type, options, by_person, state, recording, created_at, expires_at`

func scanUpload(s scanner) (u Upload, err error) {
	var options string
	err = s.Scan(&u.ID, &u.Interview, &u.Key, &u.S3Upload, &u.Size, &u.PartSize, &u.NameHash, &u.ContentType, &options, &u.By, &u.State,
		&u.Recording, into(&u.CreatedAt), into(&u.ExpiresAt))
	u.Options = json.RawMessage(options)
	return u, err
}

// AddUpload stores an open upload; an empty ID is filled in. An erased interview is state_conflict.
func (q *queries) AddUpload(ctx context.Context, u Upload) (Upload, error) {
	if u.ID == "" {
		u.ID = interview.NewID()
	}
	if len(u.Options) == 0 {
		u.Options = json.RawMessage(`{}`)
	}
	u.State, u.CreatedAt, u.ExpiresAt = UploadOpen, interview.Now(), utc(u.ExpiresAt)
	err := q.begin(ctx, func(q *queries) error {
		if err := q.touch(ctx, u.Interview); err != nil {
			return err
		}
		_, err := q.exec(ctx, `INSERT INTO uploads (`+uploadColumns+`) VALUES `+values(1, 14), u.ID, u.Interview, u.Key, u.S3Upload, u.Size,
			u.PartSize, u.NameHash, u.ContentType, string(u.Options), u.By, u.State, u.Recording, u.CreatedAt, u.ExpiresAt)
		return err
	})
	return u, wrap("add upload", err)
}

// Upload returns an upload of an interview; not_found.
func (q *queries) Upload(ctx context.Context, interview, id string) (Upload, error) {
	u, err := must(ctx, q.r, scanUpload, `SELECT `+uploadColumns+` FROM uploads WHERE id = $1 AND interview = $2`, id, interview)
	return u, wrap("read upload", err)
}

// Uploads returns the uploads of an interview, newest first.
func (q *queries) Uploads(ctx context.Context, interview string) ([]Upload, error) {
	u, err := all(ctx, q.r, scanUpload, `SELECT `+uploadColumns+` FROM uploads WHERE interview = $1 ORDER BY created_at DESC, id DESC LIMIT 200`, interview)
	return u, wrap("list uploads", err)
}

// MoveUpload takes an upload from one of the given states to another; state_conflict when it stands elsewhere. The
// recording is stored with UploadDone. Completing is where a repeat of a lost reply finds it, so from may hold it too.
func (q *queries) MoveUpload(ctx context.Context, id string, to UploadState, recording string, from ...UploadState) (Upload, error) {
	w := where{}
	set := w.arg(to) + `, recording = ` + w.arg(recording)
	w.add(`id = ?`, id)
	w.in(`state`, texts(from))
	u, found, err := one(ctx, q.w, scanUpload, `UPDATE uploads SET state = `+set+w.String()+` RETURNING `+uploadColumns, w.args...)
	if err == nil && !found {
		err = interview.E("state_conflict", nil)
	}
	return u, wrap("move upload", err)
}

// ExtendUpload moves the end of an open upload; state_conflict when it is not open.
func (q *queries) ExtendUpload(ctx context.Context, id string, expires time.Time) error {
	n, err := q.exec(ctx, `UPDATE uploads SET expires_at = $2 WHERE id = $1 AND state = 'open'`, id, utc(expires))
	if err == nil && n == 0 {
		err = interview.E("state_conflict", nil)
	}
	return wrap("extend upload", err)
}

// ExpiredUploads returns open and half-completed uploads whose time ended before at, oldest first, for the sweeper.
func (q *queries) ExpiredUploads(ctx context.Context, at time.Time, limit int) ([]Upload, error) {
	u, err := all(ctx, q.r, scanUpload, `SELECT `+uploadColumns+` FROM uploads WHERE state IN ('open', 'completing') AND expires_at < $1
		ORDER BY expires_at, id LIMIT $2`, utc(at), limit)
	return u, wrap("list expired uploads", err)
}
