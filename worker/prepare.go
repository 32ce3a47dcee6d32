package worker

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"kikigaki/internal/interview"
	"kikigaki/internal/pipeline"
	"kikigaki/internal/store"
)

// playbackDelay is how long the playback file waits behind the chunks.
const playbackDelay = 10 * time.Second

// prepare reads a recording, decodes and hears it, stores the cut list and hands the chunks out. With captions there are
// no chunks: the sound is heard to see that the captions belong to it.
func (w *Worker) prepare(ctx context.Context, j *job) error {
	if err := w.consented(ctx, j.talk); err != nil {
		return err
	}
	rec, err := w.Store.LatestRecording(ctx, j.Interview)
	if interview.Code(err) == "not_found" && err != nil {
		return errStale
	}
	if err != nil {
		return err
	}
	captions, err := w.captions(ctx, j.Interview)
	if err != nil {
		return err
	}
	want := pipeline.Wanted{Voices: rec.Speakers, Channels: rec.Channels, Partial: rec.Partial, Turns: captions == nil}
	if captions == nil {
		recogniser, err := w.Kit.Recogniser(j.talk.Processing)
		if err != nil {
			return w.park(ctx, j, err)
		}
		want.Limits = pipeline.ChunkLimits(recogniser)
	}
	if j.talk.Status != interview.Preparing {
		if j.talk, err = w.Store.Move(ctx, store.MoveInput{ID: j.Interview, Event: interview.PrepareStarted, Generation: j.Generation}); err != nil {
			return err
		}
		w.publishState(ctx, j.Interview)
	}

	path := filepath.Join(j.dir, "recording")
	began := time.Now()
	object, err := w.Bucket.Download(ctx, rec.Key, rec.Version, path)
	if err != nil {
		return err
	}
	if rec.SHA256 != "" && rec.SHA256 != object.SHA256 {
		return interview.E("checksum_mismatch", nil)
	}
	fetched := time.Since(began)
	sound, carry := interview.SoundKey(j.Interview, rec.ID), new(errgroup.Group)
	p, err := pipeline.Prepare(ctx, w.Kit, path, j.dir, want, func(pcm string, _ int) {
		if captions == nil {
			carry.Go(func() error { return w.carry(ctx, pcm, sound) })
		}
	})
	if err != nil {
		return errors.Join(err, carry.Wait())
	}
	defer p.Close()
	waited := time.Now()
	if err := carry.Wait(); err != nil {
		return err
	}
	carried := time.Since(waited)
	seen, format := object.Seen(), p.Sound.Container
	err = w.commit(ctx, j, func(tx *store.Tx) ([]interview.Task, error) {
		if _, err := tx.UpdateRecording(ctx, rec.ID, store.RecordingChange{Version: &seen, SHA256: &object.SHA256, Format: &format, Sound: &p.Sound}); err != nil {
			return nil, err
		}
		// Nobody listens before there is something to read: the chunks have the machine first.
		playback := interview.Task{Kind: interview.TaskRendition, Interview: j.Interview, Subject: rec.ID, Generation: j.Generation}
		if err := tx.AddTask(ctx, playback, interview.Now().Add(playbackDelay)); err != nil {
			return nil, err
		}
		if captions != nil {
			return []interview.Task{{Kind: interview.TaskAssemble, Interview: j.Interview, Generation: j.Generation}}, nil
		}
		if err := tx.PutCuts(ctx, j.Interview, rec.ID, j.Generation, p.Cuts); err != nil {
			return nil, err
		}
		if _, err := tx.Move(ctx, store.MoveInput{ID: j.Interview, Event: interview.ChunksOut, Generation: j.Generation}); err != nil {
			return nil, err
		}
		return w.chunks(j, p.Cuts), nil
	})
	if err != nil {
		return err
	}
	w.publishState(ctx, j.Interview)
	w.Log.InfoContext(ctx, "prepared", "interview", j.Interview, "seconds", int(p.Sound.Duration), "chunks", len(p.Cuts), "fetch_ms", fetched.Milliseconds(), "carry_ms", carried.Milliseconds(), "inspect_ms", p.Spent.Inspect.Milliseconds(),
		"decode_ms", p.Spent.Decode.Milliseconds(), "hear_ms", p.Spent.Hear.Milliseconds(), "cut_ms", p.Spent.Cut.Milliseconds())
	return nil
}

// chunks are the tasks of a cut list. A chunk that was answered in an earlier generation ends at once, unpaid.
func (w *Worker) chunks(j *job, cuts []interview.Cut) []interview.Task {
	tasks := make([]interview.Task, len(cuts))
	for i, c := range cuts {
		tasks[i] = interview.Task{Kind: interview.TaskTranscribe, Interview: j.Interview, Subject: c.ID(), Generation: j.Generation}
	}
	return tasks
}

// carry brings the decoded sound to the bucket while it is being heard, so that the chunks can go out as soon as the cut
// list stands.
func (w *Worker) carry(ctx context.Context, path, key string) error {
	f, err := os.Open(path)
	if err != nil {
		return diskError("open the decoded sound", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	_, err = w.Bucket.Put(ctx, key, f, info.Size(), "application/octet-stream", false)
	return err
}

// captions returns the captions that were handed in for the interview, nil when there are none.
func (w *Worker) captions(ctx context.Context, id string) (*interview.Transcript, error) {
	t, err := w.Store.Transcript(ctx, id, 0)
	if err != nil {
		if interview.Code(err) == "not_found" {
			return nil, nil
		}
		return nil, err
	}
	if t.Source != "captions" {
		return nil, nil
	}
	return t, nil
}

// park puts an interview that nobody can transcribe aside until there is somebody, or captions.
func (w *Worker) park(ctx context.Context, j *job, why error) error {
	t := trouble(why, j.Kind)
	err := w.commit(ctx, j, func(tx *store.Tx) ([]interview.Task, error) {
		_, err := tx.Move(ctx, store.MoveInput{ID: j.Interview, Event: interview.NoEndpoint, Generation: j.Generation, Error: &t})
		return nil, err
	})
	if err == nil {
		w.publishState(ctx, j.Interview)
	}
	return err
}
