package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"kikigaki/internal/interview"
	"kikigaki/internal/pipeline"
)

// soundCache keeps what a few recordings sound like: 240 chunks of one talk would else read and decode it 240 times. It
// cannot bring anything erased back: consent is asked for each chunk, and the store takes no answer for what is gone.
type soundCache struct {
	mu   sync.Mutex
	last []cachedSound // newest first
}

type cachedSound struct {
	interview  string
	generation int
	rec        interview.Recording
	words      []string // names a recogniser should know; nil until asked for
}

const cachedSounds = 8

// recording returns the interview's prepared recording with its sound; not_found when there is none.
func (w *Worker) recording(ctx context.Context, j *job) (interview.Recording, error) {
	w.sounds.mu.Lock()
	defer w.sounds.mu.Unlock()
	for _, c := range w.sounds.last {
		if c.interview == j.Interview && c.generation == j.Generation {
			return c.rec, nil
		}
	}
	rec, err := w.Store.LatestRecording(ctx, j.Interview)
	if err != nil {
		return rec, err
	}
	if rec.Sound == nil {
		return rec, errStale
	}
	w.sounds.last = append([]cachedSound{{interview: j.Interview, generation: j.Generation, rec: rec}}, w.sounds.last...)
	w.sounds.last = w.sounds.last[:min(len(w.sounds.last), cachedSounds)]
	return rec, nil
}

// keywords are the words a recogniser should know for this talk. They are read once for its chunks.
func (w *Worker) keywords(ctx context.Context, j *job) ([]string, error) {
	w.sounds.mu.Lock()
	defer w.sounds.mu.Unlock()
	at := slices.IndexFunc(w.sounds.last, func(c cachedSound) bool { return c.interview == j.Interview && c.generation == j.Generation })
	if at >= 0 && w.sounds.last[at].words != nil {
		return w.sounds.last[at].words, nil
	}
	people, err := w.people(ctx, j.talk)
	if err != nil {
		return nil, err
	}
	words := append([]string{}, pipeline.Keywords(people)...)
	if at >= 0 {
		w.sounds.last[at].words = words
	}
	return words, nil
}

// clip fetches the samples of one cut from the decoded sound in the bucket, with one range request.
func (w *Worker) clip(ctx context.Context, rec interview.Recording, cut interview.Cut) (pipeline.Clip, error) {
	channels := max(1, min(2, len(rec.Sound.Channels)))
	frame := int64(2 * channels)
	body, _, err := w.Bucket.GetRange(ctx, interview.SoundKey(rec.Interview, rec.ID), "", fmt.Sprintf("bytes=%d-%d", cut.From*frame, cut.To*frame-1))
	if err != nil {
		return pipeline.Clip{}, err
	}
	defer body.Close()
	raw := make([]byte, (cut.To-cut.From)*frame)
	switch n, err := io.ReadFull(body, raw); {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return pipeline.Clip{}, fmt.Errorf("decoded sound: %d bytes for cut %s", n, cut.ID())
	case err != nil:
		return pipeline.Clip{}, interview.E("storage_unavailable", fmt.Errorf("read %d bytes of decoded sound", len(raw)))
	}
	return pipeline.Clip{Channel: cut.Channel, From: cut.From, Data: pipeline.Frames(raw, channels, cut.Channel)}, nil
}
