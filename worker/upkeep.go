package worker

import (
	"context"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// Keep is how long things stay.
type Keep struct {
	AudioAfter time.Duration // recording, after approval
	AudioMost  time.Duration // recording, after it was handed in
	Transcript time.Duration
	Record     time.Duration
	Audit      time.Duration
}

const (
	mailRound   = 2 * time.Second
	uploadGrace = time.Hour
	warnAhead   = 14 * 24 * time.Hour
)

// upkeep sends mails, sweeps what was abandoned, and erases what has reached its end. Of all workers one does the daily
// part at a time; mails are taken one by one by whoever comes first.
func (w *Worker) upkeep(ctx context.Context) {
	tick := time.NewTicker(mailRound)
	defer tick.Stop()
	var last, folders time.Time
	for {
		select {
		case <-ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			defer cancel()
			if err := w.Store.Resign(ctx, "upkeep", w.owner); err != nil {
				w.Log.DebugContext(ctx, "cannot resign", "code", interview.Code(err))
			}
			return
		case <-tick.C:
		}
		w.post(ctx)
		if time.Since(folders) >= w.o.DailyRound { // each process: the folder may be this machine's own
			folders = time.Now()
			if err := w.sweepFolders(); err != nil {
				w.Log.WarnContext(ctx, "cannot sweep the work folder", "code", interview.Code(err))
			}
		}
		if !w.o.Schedules || time.Since(last) < w.o.DailyRound {
			continue
		}
		if lead, err := w.Store.Lead(ctx, "upkeep", w.owner, 2*w.o.DailyRound); err != nil || !lead {
			continue
		}
		last = time.Now()
		for name, job := range map[string]func(context.Context) error{"sweep": w.sweep, "retain": w.retain, "release": w.releaseChecked, "remind": w.remind,
			"promises": w.remindOfPromises, "erasures": w.unfinished, "orphans": w.orphans} {
			if err := job(ctx); err != nil {
				w.Log.WarnContext(ctx, "a daily job broke off and is tried again", "job", name, "code", interview.Code(err))
			}
		}
	}
}

// sweep gives abandoned uploads up, in SQL and in the bucket, and forgets what has expired.
func (w *Worker) sweep(ctx context.Context) error {
	expired, err := w.Store.ExpiredUploads(ctx, interview.Now(), 200)
	if err != nil {
		return err
	}
	for _, u := range expired {
		if err := w.Bucket.Abort(ctx, u.Key, u.S3Upload); err != nil {
			return err
		}
		if _, err := w.Store.MoveUpload(ctx, u.ID, store.UploadAborted, "", store.UploadOpen, store.UploadCompleting); err != nil && interview.Code(err) != "state_conflict" {
			return err
		}
	}
	if _, err := w.Store.Sweep(ctx); err != nil {
		return err
	}
	if err := w.sweepHooks(ctx); err != nil {
		return err
	}
	_, err = w.Store.SweepTasks(ctx, interview.Now().Add(-30*24*time.Hour), 5000)
	return err
}

// retain erases what has reached its end: recordings, transcripts, records, and the links of the audit log.
func (w *Worker) retain(ctx context.Context) error {
	now := interview.Now()
	for _, due := range []struct {
		list  func(store.Page) ([]string, string, error)
		erase func(id string) error
	}{
		{func(p store.Page) ([]string, string, error) {
			return w.Store.AudioDue(ctx, now.Add(-w.o.Keep.AudioAfter), now.Add(-w.o.Keep.AudioMost), p)
		}, func(id string) error { return w.Store.EraseRecordings(ctx, id, false, "system", "retention_audio") }},
		{func(p store.Page) ([]string, string, error) {
			return w.Store.TranscriptDue(ctx, now.Add(-w.o.Keep.Transcript), p)
		}, func(id string) error { return w.Store.EraseRecordings(ctx, id, true, "system", "retention_transcript") }},
		{func(p store.Page) ([]string, string, error) {
			return w.Store.RecordDue(ctx, now.Add(-w.o.Keep.Record), p)
		}, func(id string) error {
			return w.Store.EraseTalk(ctx, id, interview.EraseAsked, "system", "retention_record")
		}},
	} {
		err := eachPage(due.list, func(id string) error {
			if err := due.erase(id); err != nil && interview.Code(err) != "on_hold" {
				return err
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if err := w.warnOfErasing(ctx, now); err != nil {
		return err
	}
	_, err := w.Store.PruneAudit(ctx, now.Add(-w.o.Keep.Audit))
	return err
}

// warnOfErasing tells both people 14 days ahead that the recording goes.
func (w *Worker) warnOfErasing(ctx context.Context, now time.Time) error {
	soon := now.Add(warnAhead)
	return eachPage(func(p store.Page) ([]string, string, error) {
		return w.Store.AudioDue(ctx, soon.Add(-w.o.Keep.AudioAfter), soon.Add(-w.o.Keep.AudioMost), p)
	}, func(id string) error {
		talk, err := w.Store.Talk(ctx, id)
		if err != nil {
			return err
		}
		return w.Store.Tx(ctx, func(tx *store.Tx) error { return w.mail(ctx, tx, talk, mailErasing) })
	})
}

// eachPage walks a list to its end.
func eachPage[T any](list func(store.Page) ([]T, string, error), do func(T) error) error {
	page := store.Page{Limit: 200}
	for {
		items, next, err := list(page)
		if err != nil {
			return err
		}
		for _, v := range items {
			if err := do(v); err != nil {
				return err
			}
		}
		if page.Cursor = next; next == "" {
			return nil
		}
	}
}

// checkDays is how many business days an interviewer has before a checked draft goes to the employee by itself.
const checkDays = 5

// releaseChecked sends drafts on that the interviewer has had for five business days.
func (w *Worker) releaseChecked(ctx context.Context) error {
	now := interview.Now()
	return eachPage(func(p store.Page) ([]interview.Talk, string, error) {
		return w.Store.Waiting(ctx, interview.Checking, interview.ForInterviewer, now, p)
	}, func(t interview.Talk) error {
		if w.o.Calendar.Passed(*t.ReviewSince, now) < checkDays {
			return nil
		}
		err := w.Store.Tx(ctx, func(tx *store.Tx) error {
			moved, err := tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.Released, From: interview.Checking})
			if err != nil {
				return err
			}
			if err := tx.AddAudit(ctx, interview.AuditEvent{Actor: "system", Action: "released", Interview: t.ID, Reason: "five_business_days"}); err != nil {
				return err
			}
			return w.mail(ctx, tx, moved, mailDraftReady)
		})
		if err != nil && interview.Code(err) != "state_conflict" {
			return err
		}
		w.publishState(ctx, t.ID)
		return nil
	})
}

// Reminders of a record that waits for the employee: after three and after eight business days of ten.
const (
	firstReminder  = 3
	secondReminder = 8
)

// remind sends the two reminders; each goes out once per version.
func (w *Worker) remind(ctx context.Context) error {
	now := interview.Now()
	return eachPage(func(p store.Page) ([]interview.Talk, string, error) {
		return w.Store.Waiting(ctx, interview.InReview, interview.ForEmployee, now.Add(-24*time.Hour), p)
	}, func(t interview.Talk) error {
		kind := ""
		switch days := w.o.Calendar.Passed(*t.ReviewSince, now); {
		case days >= secondReminder:
			kind = mailReminder2
		case days >= firstReminder:
			kind = mailReminder1
		default:
			return nil
		}
		return w.Store.Tx(ctx, func(tx *store.Tx) error { return w.mail(ctx, tx, t, kind) })
	})
}

// promiseAhead is how many business days ahead a promise is told to be due.
const promiseAhead = 5

// remindOfPromises reminds those who promised something in an approved record and have not done it: once for each promise
// and day, in one mail for what falls on the same day. A promise given another date is told of anew.
func (w *Worker) remindOfPromises(ctx context.Context) error {
	today := interview.Now().In(w.o.Calendar.Place())
	f := store.PromiseFilter{State: "open", ApprovedOnly: true, Owned: true, DueFrom: today.Format(time.DateOnly),
		DueTo: w.o.Calendar.After(today, promiseAhead).Format(time.DateOnly)}
	told := map[string]bool{}
	return eachPage(func(p store.Page) ([]interview.Promise, string, error) {
		return w.Store.Promises(ctx, f, p)
	}, func(p interview.Promise) error {
		together := p.Interview + p.Person + p.DueDate
		return w.Store.Tx(ctx, func(tx *store.Tx) error {
			added, err := w.mailPromise(ctx, tx, p, told[together])
			if added {
				told[together] = true
			}
			return err
		})
	})
}
