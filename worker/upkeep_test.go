package worker

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/notify"
	"kikigaki/internal/store"
)

// approved opens an interview whose record was approved now.
func (w *world) approved() interview.Talk {
	w.t.Helper()
	talk, err := w.store.OpenTalk(w.t.Context(), interview.Talk{Employee: w.employee, Interviewer: w.interviewer, OpenedBy: w.interviewer, Template: "career-interview",
		Language: "ja", RecordedOn: "2026-05-20", Status: interview.InReview, WaitingFor: interview.ForEmployee})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.store.PutDraft(w.t.Context(), &interview.Draft{Interview: talk.ID, Language: "ja"}, 0); err != nil {
		w.t.Fatal(err)
	}
	if talk, err = w.store.Move(w.t.Context(), store.MoveInput{ID: talk.ID, Event: interview.ApprovedBy, Sealed: 1}); err != nil {
		w.t.Fatal(err)
	}
	return talk
}

// mails lists the notices wished for to a person, as "kind state subject", sorted.
func (w *world) mails(person, kind string) (out []store.Mail) {
	w.t.Helper()
	list, _, err := w.store.MailsOf(w.t.Context(), person, store.Page{Limit: 200})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range list {
		if m.Kind == kind {
			out = append(out, m)
		}
	}
	return out
}

// day is a day from today, in the calendar's place.
func (w *world) day(n int) string {
	return interview.Now().In(w.options.Calendar.Place()).AddDate(0, 0, n).Format(time.DateOnly)
}

// Each open promise is told of once for each day it is set for, those of one day in one mail, to whoever made it.
func TestPromisesDueSoonAreToldOfOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, world{options: Options{Calendar: notify.NewCalendar(time.FixedZone("JST", 9*3600))}})
	ctx := t.Context()
	talk, open := w.approved(), w.approved()
	if _, err := w.store.Move(ctx, store.MoveInput{ID: open.ID, Event: interview.Reopened}); err != nil {
		t.Fatal(err)
	}
	promise := func(n int, owner interview.Part, person, due string) interview.Promise {
		return interview.Promise{Statement: fmt.Sprint("s", n), Owner: owner, Person: person, Text: "x", DueDate: due}
	}
	list := []interview.Promise{
		promise(1, interview.PartEmployee, w.employee, w.day(1)), promise(2, interview.PartEmployee, w.employee, w.day(1)),
		promise(3, interview.PartInterviewer, w.interviewer, w.day(0)), promise(4, interview.PartEmployee, w.employee, w.day(60)),
		promise(5, interview.PartEmployee, w.employee, w.day(-1)), promise(6, "hr", "", w.day(1)), promise(7, interview.PartEmployee, w.employee, ""),
	}
	for _, id := range []string{talk.ID, open.ID} {
		if err := w.store.PutPromises(ctx, id, list); err != nil {
			t.Fatal(err)
		}
	}
	states := func(person string) (waiting, together int) {
		for _, m := range w.mails(person, mailActionDue) {
			if m.Interview != talk.ID || m.Subject == "" {
				t.Errorf("a mail about %s %q", m.Interview, m.Subject)
			}
			switch {
			case m.State == store.MailWaiting:
				waiting++
			case m.State == store.MailDropped && m.Code == "told_together":
				together++
			default:
				t.Errorf("%+v", m)
			}
		}
		return waiting, together
	}
	for round := range 3 {
		if err := w.worker.remindOfPromises(ctx); err != nil {
			t.Fatal(err)
		}
		if waiting, together := states(w.employee); waiting != 1 || together != 1 {
			t.Errorf("round %d: %d mails to the employee, %d told in the same one", round, waiting, together)
		}
		if waiting, together := states(w.interviewer); waiting != 1 || together != 0 {
			t.Errorf("round %d: %d mails to the interviewer, %d told in the same one", round, waiting, together)
		}
	}
	// another day is another mail; what is done needs none
	mine, _, err := w.store.Promises(ctx, store.PromiseFilter{Interview: talk.ID, Person: w.employee, DueTo: w.day(1), DueFrom: w.day(1)}, store.Page{})
	if err != nil || len(mine) != 2 {
		t.Fatal(len(mine), err)
	}
	later, done := w.day(0), "done"
	if _, err := w.store.UpdatePromise(ctx, mine[0].ID, time.Time{}, store.PromiseChange{DueDate: &later}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.UpdatePromise(ctx, mine[1].ID, time.Time{}, store.PromiseChange{State: &done, DueDate: &later}); err != nil {
		t.Fatal(err)
	}
	if err := w.worker.remindOfPromises(ctx); err != nil {
		t.Fatal(err)
	}
	if waiting, together := states(w.employee); waiting != 2 || together != 1 {
		t.Errorf("after a new date: %d mails, %d told in the same one", waiting, together)
	}
}

// A recording that goes within 14 days is told of to both, once; one on hold is neither told of nor erased, and what is
// overdue is erased.
func TestErasingByAgeIsToldOfAndAHoldStandsAbove(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		after  time.Duration // of approval
		hold   bool
		told   int
		erased bool
	}{
		"goes in ten days":        {10 * 24 * time.Hour, false, 1, false},
		"goes in a month":         {30 * 24 * time.Hour, false, 0, false},
		"is over":                 {-time.Hour, false, 0, true},
		"is over and on hold":     {-time.Hour, true, 0, false},
		"in ten days and on hold": {10 * 24 * time.Hour, true, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, world{options: Options{Keep: Keep{AudioAfter: c.after, AudioMost: 180 * 24 * time.Hour, Transcript: 365 * 24 * time.Hour,
				Record: 5 * 365 * 24 * time.Hour, Audit: 7 * 365 * 24 * time.Hour}}})
			ctx := t.Context()
			talk := w.approved()
			rec, err := w.store.AddRecording(ctx, interview.Recording{Interview: talk.ID, Key: interview.RecordingKey(talk.ID)})
			if err != nil {
				t.Fatal(err)
			}
			if c.hold {
				if _, err := w.store.UpdateTalk(ctx, talk.ID, time.Time{}, store.TalkChange{Hold: &c.hold}); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				if err := w.worker.retain(ctx); err != nil {
					t.Fatal(err)
				}
			}
			for _, person := range []string{w.employee, w.interviewer} {
				if got := w.mails(person, mailErasing); len(got) != c.told {
					t.Errorf("%d mails, want %d", len(got), c.told)
				}
			}
			if got, err := w.store.Recording(ctx, rec.ID); err != nil || got.Erased != c.erased {
				t.Errorf("erased: %v, %v", got.Erased, err)
			}
		})
	}
}

// The ledger has a copy in the bucket that outlives the interview, with ids and numbers alone.
func TestTheLedgerIsCopiedToTheBucket(t *testing.T) {
	t.Parallel()
	w := newWorld(t, world{})
	w.start()
	ctx := t.Context()
	talk := w.approved()
	if err := w.store.PutTranscript(ctx, talk.ID, &interview.Transcript{Language: "ja"}, 0); err != nil {
		t.Fatal(err)
	}
	if err := w.store.EraseRecordings(ctx, talk.ID, true, "system", "retention_transcript"); err != nil {
		t.Fatal(err)
	}
	w.emptied(1)
	if err := w.store.EraseTalk(ctx, talk.ID, interview.EraseAsked, "hr", "subject_request"); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, e := range w.emptied(2) {
		want = append(want, interview.LedgerKey(e.ID))
	}
	slices.Sort(want)
	if got := w.keys(interview.LedgerPrefix); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := w.keys(interview.Prefix(talk.ID)); len(got) != 0 {
		t.Errorf("left of the interview: %v", got)
	}
}

// What nothing in SQL names is removed once it is old enough to be nobody's; what belongs to an interview that SQL does not
// know is left alone.
func TestObjectsThatNothingNamesAreRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, world{})
	ctx := t.Context()
	talk := w.approved()
	rec, err := w.store.AddRecording(ctx, interview.Recording{Interview: talk.ID, Key: interview.RecordingKey(talk.ID)})
	if err != nil {
		t.Fatal(err)
	}
	up, err := w.store.AddUpload(ctx, store.Upload{Interview: talk.ID, Key: interview.RecordingKey(talk.ID), ExpiresAt: interview.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	playback := interview.PlaybackKey(talk.ID, rec.ID, 2)
	if _, err := w.store.UpdateRecording(ctx, rec.ID, store.RecordingChange{Playback: &playback}); err != nil {
		t.Fatal(err)
	}
	stay := []string{rec.Key, up.Key, playback, interview.PeaksKey(talk.ID, rec.ID), interview.RecordingKey(interview.NewID()), interview.LedgerKey("x"), "check/x"}
	go_ := []string{interview.RecordingKey(talk.ID), interview.PlaybackKey(talk.ID, rec.ID, 1), interview.SoundKey(talk.ID, rec.ID)}
	for _, key := range append(slices.Clone(stay), go_...) {
		if _, err := w.bucket.Put(ctx, key, strings.NewReader("x"), 1, "audio/mp4", true); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.worker.removeOrphans(ctx, orphanAge); err != nil {
		t.Fatal(err)
	}
	if got := w.keys(""); len(got) != len(stay)+len(go_) {
		t.Errorf("young objects are gone: %v", got)
	}
	if err := w.worker.removeOrphans(ctx, -time.Minute); err != nil {
		t.Fatal(err)
	}
	got := w.keys("")
	slices.Sort(stay)
	if !slices.Equal(got, stay) {
		t.Errorf("got %v, want %v", got, stay)
	}
}
