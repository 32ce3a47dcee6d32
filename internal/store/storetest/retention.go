package storetest

import (
	"strings"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func retention(t *testing.T, b Base) {
	ctx, s, now := t.Context(), b.Store, interview.Now()
	day := func(n int) time.Time { return now.AddDate(0, 0, n) }
	make := func(status interview.Status, approved, recorded int, hold bool) interview.Talk {
		v := talk(t, s, status)
		at := day(recorded)
		_, err := s.AddRecording(ctx, interview.Recording{Interview: v.ID, At: at})
		check(t, err)
		check(t, s.PutTranscript(ctx, v.ID, &interview.Transcript{CreatedAt: at}, 0))
		set := `UPDATE talks SET hold = $2, updated_at = $3, approved_at = $4 WHERE id = $1`
		var ap any
		if approved != 0 {
			ap = day(approved).Format("2006-01-02 15:04:05.999999999-07:00")
		}
		_, err = b.Raw.ExecContext(ctx, set, v.ID, hold, at.Format("2006-01-02 15:04:05.999999999-07:00"), ap)
		check(t, err)
		return v
	}
	old := make(interview.Approved, -31, -40, false)
	fresh := make(interview.Approved, -5, -40, false)
	held := make(interview.Approved, -31, -400, true)
	never := make(interview.InReview, 0, -181, false)
	names := map[string]string{old.ID: "old", fresh.ID: "fresh", held.ID: "held", never.ID: "never"}
	for _, c := range []struct {
		what string
		get  func(store.Page) ([]string, string, error)
		want string
	}{
		{"audio", func(p store.Page) ([]string, string, error) { return s.AudioDue(ctx, day(-30), day(-180), p) }, "old never"},
		{"audio, 14 days ahead", func(p store.Page) ([]string, string, error) { return s.AudioDue(ctx, day(-16), day(-166), p) }, "old never"},
		{"audio, 26 days ahead", func(p store.Page) ([]string, string, error) { return s.AudioDue(ctx, day(-4), day(-154), p) }, "fresh never old"},
		{"transcript", func(p store.Page) ([]string, string, error) { return s.TranscriptDue(ctx, day(-35), p) }, "fresh old"},
		{"transcript, nothing", func(p store.Page) ([]string, string, error) { return s.TranscriptDue(ctx, day(-50), p) }, ""},
		{"record", func(p store.Page) ([]string, string, error) { return s.RecordDue(ctx, day(-30), p) }, "never old"},
		{"record, all but those on hold", func(p store.Page) ([]string, string, error) { return s.RecordDue(ctx, day(1), p) }, "old fresh never"},
	} {
		got, page := map[string]bool{}, store.Page{Limit: 1}
		for {
			ids, next, err := c.get(page)
			check(t, err)
			for _, id := range ids {
				got[names[id]] = true
			}
			if page.Cursor = next; next == "" {
				break
			}
		}
		want := strings.Fields(c.want)
		ok := len(got) == len(want)
		for _, w := range want {
			ok = ok && got[w]
		}
		if !ok {
			t.Errorf("%s: got %v, want %v", c.what, got, want)
		}
	}
	for range 3 {
		waits := talk(t, s, interview.Drafting)
		_, err := s.Move(ctx, store.MoveInput{ID: waits.ID, Event: interview.DraftToCheck})
		check(t, err)
	}
	for _, c := range []struct {
		party  interview.Party
		before time.Time
		want   int
	}{{interview.ForInterviewer, day(1), 3}, {interview.ForInterviewer, day(-1), 0}, {interview.ForEmployee, day(1), 0}} {
		seen, page := map[string]bool{}, store.Page{Limit: 2}
		for {
			list, next, err := s.Waiting(ctx, interview.Checking, c.party, c.before, page)
			check(t, err)
			for _, v := range list {
				seen[v.ID] = true
			}
			if page.Cursor = next; next == "" {
				break
			}
		}
		equal(t, "waiting for "+string(c.party), len(seen), c.want)
	}
}
