package store

import (
	"context"

	"kikigaki/internal/interview"
)

// RecordingChange holds what a worker found out; nil fields stay.
type RecordingChange struct {
	Version      *string
	Size         *int64
	SHA256       *string
	Format       *string
	Channels     *[]interview.Part
	Partial      *bool
	Sound        *interview.Sound // with its Starts
	Playback     *string          // object key of the playback file
	PlaybackType *string
}

// Playback is the file that is played to people.
type Playback struct {
	Key  string
	Type string // content type
}

const recordingColumns = `id, interview, key, version, size, sha256, format, channels, speakers, partial, sound, starts, at, erased`

func scanRecording(s scanner) (r interview.Recording, err error) {
	var starts [][]interview.Turn
	err = s.Scan(&r.ID, &r.Interview, &r.Key, &r.Version, &r.Size, &r.SHA256, &r.Format, decoded{&r.Channels}, &r.Speakers, &r.Partial,
		decoded{&r.Sound}, decoded{&starts}, into(&r.At), &r.Erased)
	if r.Sound != nil {
		r.Sound.Starts = starts
	}
	return r, err
}

// AddRecording stores a recording; an empty ID or time is filled in. An erased interview is state_conflict.
func (q *queries) AddRecording(ctx context.Context, r interview.Recording) (interview.Recording, error) {
	if r.ID == "" {
		r.ID = interview.NewID()
	}
	if r.At.IsZero() {
		r.At = interview.Now()
	}
	r.At = utc(r.At)
	err := q.begin(ctx, func(q *queries) error {
		if err := q.touch(ctx, r.Interview); err != nil {
			return err
		}
		var starts [][]interview.Turn
		if r.Sound != nil {
			starts = r.Sound.Starts
		}
		_, err := q.exec(ctx, `INSERT INTO recordings (id, interview, key, version, size, sha256, format, channels, speakers, partial, sound, starts, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, r.ID, r.Interview, r.Key, r.Version, r.Size, r.SHA256, r.Format,
			encoded{r.Channels}, r.Speakers, r.Partial, encoded{r.Sound}, encoded{starts}, r.At)
		return err
	})
	return r, wrap("add recording", err)
}

// Recording returns a recording by id; not_found.
func (q *queries) Recording(ctx context.Context, id string) (interview.Recording, error) {
	r, err := must(ctx, q.r, scanRecording, `SELECT `+recordingColumns+` FROM recordings WHERE id = $1`, id)
	return r, wrap("read recording", err)
}

// LatestRecording returns the newest recording of an interview that was not erased; not_found when there is none.
func (q *queries) LatestRecording(ctx context.Context, interview string) (interview.Recording, error) {
	r, err := must(ctx, q.r, scanRecording, `SELECT `+recordingColumns+` FROM recordings WHERE interview = $1 AND NOT erased
		ORDER BY at DESC, id DESC LIMIT 1`, interview)
	return r, wrap("read latest recording", err)
}

// Recordings returns every recording of an interview, oldest first, erased ones included.
func (q *queries) Recordings(ctx context.Context, interview string) ([]interview.Recording, error) {
	r, err := all(ctx, q.r, scanRecording, `SELECT `+recordingColumns+` FROM recordings WHERE interview = $1 ORDER BY at, id`, interview)
	return r, wrap("list recordings", err)
}

// RecordingsBySHA256 returns recordings with the same bytes, newest first, to tell of a file handed in twice.
func (q *queries) RecordingsBySHA256(ctx context.Context, sum string) ([]interview.Recording, error) {
	if sum == "" {
		return nil, nil
	}
	r, err := all(ctx, q.r, scanRecording, `SELECT `+recordingColumns+` FROM recordings WHERE sha256 = $1 AND NOT erased
		ORDER BY at DESC, id DESC LIMIT 20`, sum)
	return r, wrap("find recording", err)
}

// UpdateRecording stores what was found out. A SHA-256 is written once: another one is checksum_mismatch, because the
// bytes under the key have changed. An erased recording is state_conflict.
func (q *queries) UpdateRecording(ctx context.Context, id string, c RecordingChange) (r interview.Recording, err error) {
	err = q.begin(ctx, func(q *queries) error {
		if err := q.touchRecording(ctx, id); err != nil {
			return err
		}
		if r, err = q.Recording(ctx, id); err != nil {
			return err
		}
		if c.SHA256 != nil && r.SHA256 != "" && *c.SHA256 != r.SHA256 {
			return interview.E("checksum_mismatch", nil)
		}
		set(&r.Version, c.Version)
		set(&r.Size, c.Size)
		set(&r.SHA256, c.SHA256)
		set(&r.Format, c.Format)
		set(&r.Channels, c.Channels)
		set(&r.Partial, c.Partial)
		if c.Sound != nil {
			r.Sound = c.Sound
		}
		var starts [][]interview.Turn
		if r.Sound != nil {
			starts = r.Sound.Starts
		}
		if _, err := q.exec(ctx, `UPDATE recordings SET version = $2, size = $3, sha256 = $4, format = $5, channels = $6, partial = $7, sound = $8,
			starts = $9 WHERE id = $1`, id, r.Version, r.Size, r.SHA256, r.Format, encoded{r.Channels}, r.Partial, encoded{r.Sound}, encoded{starts}); err != nil {
			return err
		}
		if c.Playback != nil {
			if _, err := q.exec(ctx, `UPDATE recordings SET playback = $2 WHERE id = $1`, id, *c.Playback); err != nil {
				return err
			}
		}
		if c.PlaybackType != nil {
			if _, err := q.exec(ctx, `UPDATE recordings SET playback_type = $2 WHERE id = $1`, id, *c.PlaybackType); err != nil {
				return err
			}
		}
		return nil
	})
	return r, wrap("update recording", err)
}

// ReplaceOriginal points a recording at other bytes: the muted copy after an off-record mark. Its checksum changes with
// it; this is the one way past UpdateRecording's check.
func (q *queries) ReplaceOriginal(ctx context.Context, id, key, version, sha256 string, size int64) error {
	err := q.begin(ctx, func(q *queries) error {
		if err := q.touchRecording(ctx, id); err != nil {
			return err
		}
		_, err := q.exec(ctx, `UPDATE recordings SET key = $2, version = $3, sha256 = $4, size = $5 WHERE id = $1`, id, key, version, sha256, size)
		return err
	})
	return wrap("replace original", err)
}

// Playback returns the playback file of a recording; not_found while there is none.
func (q *queries) Playback(ctx context.Context, recording string) (Playback, error) {
	p, err := must(ctx, q.r, func(s scanner) (p Playback, err error) {
		err = s.Scan(&p.Key, &p.Type)
		return p, err
	}, `SELECT playback, playback_type FROM recordings WHERE id = $1 AND playback <> '' AND NOT erased`, recording)
	return p, wrap("read playback", err)
}

// touchRecording locks a recording's row until the transaction ends; not_found, or state_conflict when it was erased.
func (q *queries) touchRecording(ctx context.Context, id string) error {
	n, err := q.exec(ctx, `UPDATE recordings SET cuts_done = cuts_done WHERE id = $1 AND NOT erased`, id)
	if err != nil || n == 1 {
		return err
	}
	if _, err := q.Recording(ctx, id); err != nil {
		return err
	}
	return &interview.Error{Code: "state_conflict", State: interview.Erased}
}
