package worker

import (
	"context"
	"errors"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/pipeline"
	"kikigaki/internal/queue"
	"kikigaki/internal/store"
)

// transcribe has one chunk answered and stores the answer, once. Whoever stores the last one wishes for the transcript.
func (w *Worker) transcribe(ctx context.Context, j *job) error {
	if j.talk.Status != interview.Transcribing {
		return errStale
	}
	rec, err := w.recording(ctx, j)
	if err != nil {
		return err
	}
	cut, answered, err := w.Store.Cut(ctx, rec.ID, j.Subject)
	if err != nil {
		if interview.Code(err) == "not_found" {
			return errStale // another cut list
		}
		return err
	}
	var answer interview.Answer
	if !answered {
		if err := w.consented(ctx, j.talk); err != nil {
			return err
		}
		if answer, err = w.ask(ctx, j, rec, cut); err != nil {
			return err
		}
	}
	return w.keepAnswer(ctx, j, rec, answer, answered)
}

// ask pays for one answer.
func (w *Worker) ask(ctx context.Context, j *job, rec interview.Recording, cut interview.Cut) (interview.Answer, error) {
	recogniser, err := w.Kit.Recogniser(j.talk.Processing)
	if err != nil {
		return interview.Answer{}, err
	}
	words, err := w.keywords(ctx, j)
	if err != nil {
		return interview.Answer{}, err
	}
	clip, err := w.clip(ctx, rec, cut)
	if err != nil {
		return interview.Answer{}, err
	}
	again := j.tries+2 < queue.Specs[j.Kind].Attempts // at the last tries a hole is better than no record
	return pipeline.Transcribe(ctx, w.Kit, recogniser, clip, pipeline.Chunk{Cut: cut, Sound: *rec.Sound, Language: j.talk.Language,
		Keywords: words, Dir: j.dir, Again: again})
}

// keepAnswer stores the answer and, with the last one, the wish for the transcript. The answer is paid for: it is kept even
// when the process is asked to stop meanwhile, and waits for a database that is away.
func (w *Worker) keepAnswer(ctx context.Context, j *job, rec interview.Recording, answer interview.Answer, answered bool) error {
	ctx = context.WithoutCancel(ctx)
	var progress store.Progress
	paid := 0.0 // seconds; the transaction may run more than once
	keep := func(tx *store.Tx) ([]interview.Task, error) {
		if !answered {
			stored, err := tx.SaveAnswer(ctx, j.Interview, rec.ID, j.Subject, answer)
			if err != nil {
				return nil, err
			}
			paid = 0
			if stored {
				paid = answer.Seconds
				if err := tx.AddUsage(ctx, store.Usage{Day: interview.Now().Format("2006-01-02"), Kind: "speech", Requests: int64(answer.Tries), AudioSeconds: answer.Seconds}); err != nil {
					return nil, err
				}
			}
		}
		if j.talk.Error != nil { // it waited; now it goes on
			if err := tx.SetTrouble(ctx, j.Interview, nil); err != nil {
				return nil, err
			}
		}
		var err error
		if progress, err = tx.OpenCuts(ctx, rec.ID); err != nil || progress.Open > 0 {
			return nil, err
		}
		if merged, err := tx.MergeOnce(ctx, rec.ID, j.Generation); err != nil || !merged {
			return nil, err
		}
		return []interview.Task{{Kind: interview.TaskAssemble, Interview: j.Interview, Generation: j.Generation}}, nil
	}
	err := w.patiently(func() error {
		err := w.commit(ctx, j, keep)
		if _, lost := errors.AsType[*store.LostError](err); lost && !answered {
			// The step is somebody else's now, but the answer is paid for, and the store takes each only once: keeping it
			// can only spare the other one the price.
			var next []interview.Task
			err = w.Store.Tx(ctx, func(tx *store.Tx) (err error) {
				if next, err = keep(tx); err != nil {
					return err
				}
				return tx.AddTasks(ctx, time.Time{}, next...)
			})
			w.send(ctx, next...)
		}
		return err
	})
	if err != nil {
		return err
	}
	w.counts.speech.Add(paid)
	w.publish(ctx, j.Interview, queue.Event{Type: "progress", Step: string(interview.Transcribing), Done: progress.Total - progress.Open, Total: progress.Total})
	w.resumed(ctx, j.Kind)
	return nil
}
