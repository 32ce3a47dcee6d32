package worker

import (
	"context"
	"errors"
	"fmt"

	"kikigaki/internal/interview"
	"kikigaki/internal/pipeline"
	"kikigaki/internal/store"
)

// leastCoverage is the share of speech that must have become text for a draft to be worth anybody's time. Between this
// and 98 % the draft says on top what is missing.
const leastCoverage = 0.5

// assemble makes the transcript from the answers, or from captions, and wishes for the draft.
func (w *Worker) assemble(ctx context.Context, j *job) error {
	people, err := w.people(ctx, j.talk)
	if err != nil {
		return err
	}
	previous, err := w.Store.Transcript(ctx, j.Interview, 0)
	if err != nil && interview.Code(err) != "not_found" {
		return err
	}
	newest := 0
	if err == nil {
		newest = previous.Version
	} else {
		previous = nil
	}
	var t *interview.Transcript
	var rec interview.Recording
	if previous != nil && previous.Source == "captions" {
		var sound *interview.Sound
		if rec, err = w.recording(ctx, j); err == nil {
			sound = rec.Sound
		} else if interview.Code(err) != "not_found" && !errors.Is(err, errStale) {
			return err
		}
		t, err = pipeline.AssembleCaptions(previous, sound, people, decided(previous))
	} else {
		if rec, err = w.recording(ctx, j); err != nil {
			return err
		}
		t, err = w.fromAnswers(ctx, j, rec, previous, people)
	}
	if err != nil {
		return err
	}
	if share := t.Coverage.Share(); share < leastCoverage && !rec.Partial {
		return interview.E("coverage_too_low", nil).With("percent", fmt.Sprintf("%.0f", 100*share))
	}
	t.CreatedAt = interview.Now()
	err = w.commit(ctx, j, func(tx *store.Tx) ([]interview.Task, error) {
		if err := tx.PutTranscript(ctx, j.Interview, t, newest); err != nil {
			return nil, err
		}
		if _, err := tx.Move(ctx, store.MoveInput{ID: j.Interview, Event: interview.TranscriptReady, Generation: j.Generation}); err != nil {
			return nil, err
		}
		return []interview.Task{{Kind: interview.TaskDraft, Interview: j.Interview, Generation: j.Generation}}, nil
	})
	if err != nil {
		return err
	}
	w.publishState(ctx, j.Interview)
	if rec.ID != "" {
		if err := w.Bucket.Delete(ctx, interview.SoundKey(j.Interview, rec.ID)); err != nil {
			w.Log.WarnContext(ctx, "decoded sound stays until the sweep", "interview", j.Interview, "code", interview.Code(err))
		}
	}
	return nil
}

func (w *Worker) fromAnswers(ctx context.Context, j *job, rec interview.Recording, previous *interview.Transcript, people pipeline.Participants) (*interview.Transcript, error) {
	cuts, err := w.Store.Cuts(ctx, rec.ID)
	if err != nil {
		return nil, err
	}
	answers, err := w.Store.Answers(ctx, rec.ID)
	if err != nil {
		return nil, err
	}
	if len(answers) < len(cuts) {
		return nil, errStale // opened again meanwhile: the last answer wishes for another merge
	}
	return pipeline.Assemble(pipeline.Heard{Sound: *rec.Sound, Cuts: cuts, Answers: answers, Language: j.talk.Language, People: people,
		Channels: rec.Channels, Roles: decided(previous), Previous: previous})
}

// decided are the roles that a person set in an earlier version.
func decided(t *interview.Transcript) map[string]interview.Part {
	if t == nil {
		return nil
	}
	out := map[string]interview.Part{}
	for _, s := range t.Speakers {
		if s.By == "person" {
			out[s.Label] = s.Role
		}
	}
	return out
}

// people are the two whose talk it is.
func (w *Worker) people(ctx context.Context, talk interview.Talk) (pipeline.Participants, error) {
	employee, err := w.Store.Person(ctx, talk.Employee)
	if err != nil {
		return nil, err
	}
	interviewer, err := w.Store.Person(ctx, talk.Interviewer)
	if err != nil {
		return nil, err
	}
	return pipeline.People(employee, interviewer), nil
}
