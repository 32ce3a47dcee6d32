package worker

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// Kinds of notice mails, as in internal/notify.
const (
	mailDraftReady   = "draft_ready"
	mailDraftToCheck = "draft_to_check"
	mailRevised      = "revised"
	mailFailed       = "processing_failed"
	mailReminder1    = "reminder_1"
	mailReminder2    = "reminder_2"
	mailErasing      = "recording_deletion_soon"
	mailActionDue    = "action_due_soon"
)

// mail wishes for a notice in the transaction of the event it tells of. At most one goes out per event and person.
func (w *Worker) mail(ctx context.Context, tx *store.Tx, talk interview.Talk, kind string) error {
	to := []string{talk.Employee}
	switch kind {
	case mailDraftToCheck, mailFailed:
		to = []string{talk.Interviewer}
	case mailErasing:
		to = append(to, talk.Interviewer)
	}
	for _, person := range to {
		key := fmt.Sprintf("%s:%s:%d:%d:%s", kind, talk.ID, talk.Generation, talk.Draft, person)
		id := interview.NewID()
		added, err := tx.AddMail(ctx, store.Mail{ID: id, Person: person, Kind: kind, Interview: talk.ID, Dedupe: key})
		if err != nil {
			return err
		}
		if added {
			if err := tx.AddTask(ctx, interview.Task{Kind: interview.TaskNotify, Interview: talk.ID, Subject: id, Generation: talk.Generation}, time.Time{}); err != nil {
				return err
			}
		}
	}
	return nil
}

// mailPromise wishes for the mail about a promise that is due on its day; told says that a mail of that day, for the same
// person and talk, tells of it already. added is false when it was told of before.
func (w *Worker) mailPromise(ctx context.Context, tx *store.Tx, p interview.Promise, told bool) (added bool, err error) {
	m := store.Mail{ID: interview.NewID(), Person: p.Person, Kind: mailActionDue, Interview: p.Interview, Subject: p.ID,
		Dedupe: fmt.Sprintf("%s:%s:%s", mailActionDue, p.ID, p.DueDate)}
	if added, err = tx.AddMail(ctx, m); err != nil || !added {
		return false, err
	}
	if err := tx.Emit(ctx, store.HookActionDue, store.Happening{Interview: p.Interview, Action: p.ID}); err != nil {
		return false, err
	}
	if told {
		return true, tx.EndMail(ctx, m.ID, store.MailDropped, "told_together")
	}
	return true, tx.AddTask(ctx, interview.Task{Kind: interview.TaskNotify, Interview: p.Interview, Subject: m.ID}, time.Time{})
}

// notify sends notices at once, because somebody waits for them; upkeep finds those whose task was lost.
func (w *Worker) notify(ctx context.Context, j *job) error {
	w.post(ctx)
	return w.commit(ctx, j, func(*store.Tx) ([]interview.Task, error) { return nil, nil })
}

// post sends what is due. A mail whose sender died is found again after a while and goes out with the same Message-ID.
func (w *Worker) post(ctx context.Context) {
	if w.Mail == nil {
		return
	}
	for range mailBatch {
		// One at a time: of many taken together, the last would be taken by others too while a slow server has the first.
		mails, err := w.Store.TakeMails(ctx, w.o.MailTime, 1)
		if err != nil {
			w.Log.WarnContext(ctx, "cannot read mails", "code", interview.Code(err))
			return
		}
		if len(mails) == 0 || ctx.Err() != nil {
			return
		}
		w.postOne(ctx, mails[0])
	}
}

// mailBatch is how many mails go out before this process looks at something else.
const mailBatch = 20

// mostMailTries is how often a mail is tried: over about a day with the waits between.
const mostMailTries = 16

// mailWait is the time after a try that failed: it doubles from half a minute to three hours.
func mailWait(tries int) time.Duration {
	const first, longest = 30 * time.Second, 3 * time.Hour
	wait := longest
	if tries < 10 {
		wait = min(longest, first<<max(0, tries-1))
	}
	return wait - wait/10 + rand.N(wait/5)
}

func (w *Worker) postOne(ctx context.Context, m store.Mail) {
	err := w.Mail.Send(ctx, m)
	log := w.Log.With("mail", m.ID, "kind", m.Kind)
	var e error
	switch {
	case err == nil: // also when the process is asked to stop, or the database is away just now: else it goes out again
		noted := context.WithoutCancel(ctx)
		e = w.patiently(func() error { return w.Store.SentMail(noted, m.ID, w.Mail.MessageID(m.ID)) })
	case interview.Code(err) == "not_found": // the interview or the person is gone, or does not want it
		e = w.Store.EndMail(ctx, m.ID, store.MailDropped, "not_wanted")
	case interview.ClassOf(err) == interview.Final || m.Attempts >= mostMailTries:
		log.ErrorContext(ctx, "mail failed for good", "code", interview.Code(err))
		e = w.Store.EndMail(ctx, m.ID, store.MailFailed, interview.Code(err))
	default:
		wait := mailWait(m.Attempts)
		if me := waitOf(err); me > 0 {
			wait = me
		}
		log.WarnContext(ctx, "mail will be tried again", "code", interview.Code(err), "wait", wait.String())
		e = w.Store.RetryMail(ctx, m.ID, interview.Code(err), interview.Now().Add(wait))
	}
	if e != nil {
		log.WarnContext(ctx, "cannot note what became of a mail", "code", interview.Code(e))
	}
}
