package worker

import (
	"context"
	"errors"
	"slices"

	"kikigaki/internal/interview"
	"kikigaki/internal/pipeline"
	"kikigaki/internal/queue"
	"kikigaki/internal/store"
)

// draft has an engine write the draft and hands it to whoever looks first.
func (w *Worker) draft(ctx context.Context, j *job) error {
	in, order, err := w.ordered(ctx, j)
	if err != nil {
		return err
	}
	if in.Previous != nil { // asked for again: what people wish of the new one
		if in.Comments, err = w.comments(ctx, j.Interview); err != nil {
			return err
		}
	}
	d, err := pipeline.Draft(ctx, w.Kit, order, in)
	if err != nil {
		return err
	}
	event, kind := interview.DraftToReview, mailDraftReady
	if in.Template.FirstReview == interview.PartInterviewer {
		event, kind = interview.DraftToCheck, mailDraftToCheck
	}
	return w.keepDraft(ctx, j, in, d, store.MoveInput{ID: j.Interview, Event: event, Generation: j.Generation}, kind)
}

// revise answers comments with a new version.
func (w *Worker) revise(ctx context.Context, j *job) error {
	in, order, err := w.ordered(ctx, j)
	if err != nil {
		return err
	}
	if in.Previous == nil {
		return errStale
	}
	if in.Comments, err = w.comments(ctx, j.Interview); err != nil {
		return err
	}
	// Only those that this revision was asked to answer, where people chose.
	asked := func(c interview.Comment) bool { return c.Asked == j.talk.Draft }
	if slices.ContainsFunc(in.Comments, asked) {
		in.Comments = slices.DeleteFunc(in.Comments, func(c interview.Comment) bool { return !asked(c) })
	}
	d, err := pipeline.Revise(ctx, w.Kit, order, in)
	if err != nil {
		return err
	}
	return w.keepDraft(ctx, j, in, d, store.MoveInput{ID: j.Interview, Event: interview.ReviseDone, Generation: j.Generation}, mailRevised)
}

// comments are those that still ask for something.
func (w *Worker) comments(ctx context.Context, id string) ([]interview.Comment, error) {
	var out []interview.Comment
	for cursor := ""; ; {
		list, next, err := w.Store.Comments(ctx, id, store.CommentFilter{}, store.Page{Limit: 200, Cursor: cursor})
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			if !c.Resolved && c.DeletedAt == nil && c.Kind != "reaction" {
				out = append(out, c)
			}
		}
		if cursor = next; cursor == "" {
			return out, nil
		}
	}
}

// sheet is what the employee wrote before the talk, nil when nothing.
func (w *Worker) sheet(ctx context.Context, id string) ([]pipeline.SheetAnswer, error) {
	v, err := w.Store.Sheet(ctx, id)
	if interview.Code(err) == "not_found" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return pipeline.ReadSheet(v.Body)
}

// ordered gathers everything an engine may know about the talk.
func (w *Worker) ordered(ctx context.Context, j *job) (in pipeline.DraftInput, order pipeline.Order, err error) {
	t, err := w.Store.Transcript(ctx, j.Interview, 0)
	if err != nil {
		if interview.Code(err) == "not_found" {
			err = errors.Join(errStale, err)
		}
		return in, order, err
	}
	employee, err := w.Store.Person(ctx, j.talk.Employee)
	if err != nil {
		return in, order, err
	}
	interviewer, err := w.Store.Person(ctx, j.talk.HeldBy()) // a record names who held the talk, whoever looks after it now
	if err != nil {
		return in, order, err
	}
	var previous *interview.Draft
	if j.talk.Draft > 0 {
		if previous, err = w.Store.Draft(ctx, j.Interview, j.talk.Draft); err != nil {
			return in, order, err
		}
	}
	order = pipeline.Order{Template: j.talk.Template, Language: j.talk.Language, Route: j.talk.Processing, Engine: j.talk.Engine, Transcriber: t.Model}
	in, err = w.Kit.Input(order, t)
	if err != nil {
		return in, order, err
	}
	if err := w.sameTemplate(ctx, in); err != nil {
		return in, order, err
	}
	in.Interview, in.Previous, in.Version = j.Interview, previous, j.talk.Draft+1
	in.Header = interview.Header{
		Employee:    interview.Name{ID: employee.ID, Name: employee.Name, Department: employee.Department},
		Interviewer: interview.Name{ID: interviewer.ID, Name: interviewer.Name, Department: interviewer.Department},
		RecordedOn:  j.talk.RecordedOn, Purpose: j.talk.Purpose,
	}
	if j.talk.Place != "" {
		in.Header.Place = &j.talk.Place
	}
	in.RecordedOn = j.talk.RecordedOn
	in.Sheet, err = w.sheet(ctx, j.Interview)
	return in, order, err
}

// errOtherWords says that the transcript was changed while an engine was at work on it. What it wrote may hold words that were
// taken off the record since: it is thrown away, and the step begins anew.
var errOtherWords = errors.New("the transcript has changed meanwhile")

// sameWords locks the interview and compares its newest transcript with the one that an engine has read.
func sameWords(ctx context.Context, tx *store.Tx, id string, read *interview.Transcript) error {
	if _, err := tx.LockTalk(ctx, id); err != nil {
		return err
	}
	versions, err := tx.Transcripts(ctx, id)
	if err != nil {
		return err
	}
	if len(versions) == 0 || versions[len(versions)-1].Version != read.Version {
		return errOtherWords
	}
	return nil
}

// keepDraft stores a version, moves the interview, and tells who is to look at it.
func (w *Worker) keepDraft(ctx context.Context, j *job, in pipeline.DraftInput, d *interview.Draft, move store.MoveInput, mail string) error {
	move.LastError = nil
	err := w.commit(ctx, j, func(tx *store.Tx) ([]interview.Task, error) {
		if err := sameWords(ctx, tx, j.Interview, in.Transcript); err != nil {
			return nil, err
		}
		if err := keepTemplate(ctx, tx, in); err != nil {
			return nil, err
		}
		if err := tx.PutDraft(ctx, d, j.talk.Draft); err != nil {
			return nil, err
		}
		talk, err := tx.Move(ctx, move)
		if err != nil {
			return nil, err
		}
		if d.Cost.InputTokens+d.Cost.OutputTokens > 0 {
			if err := tx.AddUsage(ctx, store.Usage{Day: interview.Now().Format("2006-01-02"), Kind: "chat", InputTokens: int64(d.Cost.InputTokens), OutputTokens: int64(d.Cost.OutputTokens)}); err != nil {
				return nil, err
			}
		}
		if err := tx.AddAudit(ctx, interview.AuditEvent{Actor: "system", Action: "drafted", Interview: j.Interview, Object: string(j.Kind)}); err != nil {
			return nil, err
		}
		return nil, w.mail(ctx, tx, talk, mail)
	})
	if err != nil {
		return err
	}
	w.publish(ctx, j.Interview, queue.Event{Type: "draft", Version: d.Version})
	w.publishState(ctx, j.Interview)
	w.resumed(ctx, j.Kind)
	return nil
}
