package storetest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func openTalk(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	e, i := person(t, s, "e@example.jp"), person(t, s, "i@example.jp")
	at := interview.Now()
	in := interview.Talk{Employee: e.ID, Interviewer: i.ID, OpenedBy: i.ID, Template: "career-interview", Language: "ja", RecordedOn: "2026-05-20",
		Place: "会議室", Purpose: "目的", Processing: interview.Internal, Engine: "extractive", Status: interview.Failed, WaitingFor: interview.ForInterviewer,
		Generation: 3, Attempt: 2, Error: &interview.Trouble{Code: "recording_truncated", Args: map[string]string{"claimed": "62 分"}, Step: "prepare", At: at},
		LastError: &interview.Trouble{Code: "endpoint_unavailable", At: at}, Draft: 4, Sealed: 2, Hold: true, ByHand: true, ReviewSince: &at, ApprovedAt: &at}
	v, err := s.OpenTalk(ctx, in)
	check(t, err)
	got, err := s.Talk(ctx, v.ID)
	check(t, err)
	in.ID, in.CreatedAt, in.UpdatedAt = v.ID, v.CreatedAt, v.UpdatedAt
	if d := cmp.Diff(in, got); d != "" {
		t.Errorf("talk changed on the way (-want +got):\n%s", d)
	}
	_, err = s.Talk(ctx, "none")
	code(t, err, "not_found")
	in.ID, in.Employee = "", "nobody"
	_, err = s.OpenTalk(ctx, in)
	code(t, err, "unknown_employee")
	in.Employee, in.Interviewer = e.ID, "nobody"
	_, err = s.OpenTalk(ctx, in)
	code(t, err, "validation_failed")
}

// walk reads a whole list in small pages and fails on a repeat or a wrong order.
func walk(t *testing.T, s *store.Store, f store.TalkFilter, limit int) (ids []string) {
	t.Helper()
	page, seen, last := store.Page{Limit: limit}, map[string]bool{}, ""
	for {
		list, next, err := s.Talks(t.Context(), f, page)
		check(t, err)
		for _, v := range list {
			key := v.RecordedOn + v.ID
			if seen[v.ID] {
				t.Fatalf("talk %s is listed twice", v.ID)
			}
			if last != "" && key >= last {
				t.Fatalf("%s comes after %s: not newest first", key, last)
			}
			seen[v.ID], last = true, key
			ids = append(ids, v.ID)
		}
		if page.Cursor = next; next == "" {
			return ids
		}
	}
}

func listTalks(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	var who []interview.Person
	for i := range 4 {
		who = append(who, person(t, s, fmt.Sprintf("p%d@example.jp", i)))
	}
	all := map[string]interview.Talk{}
	for i := range 60 {
		v, err := s.OpenTalk(ctx, interview.Talk{Employee: who[i%4].ID, Interviewer: who[i%3].ID, Template: "x", Language: "ja",
			RecordedOn: fmt.Sprintf("2026-0%d-1%d", 1+i%5, i%7), Status: interview.Statuses[i%len(interview.Statuses)],
			WaitingFor: []interview.Party{interview.ForEmployee, interview.ForInterviewer, interview.ForNobody}[i%3]})
		check(t, err)
		all[v.ID] = v
	}
	nobody, employee := interview.ForNobody, interview.ForEmployee
	for name, c := range map[string]struct {
		f    store.TalkFilter
		want func(interview.Talk) bool
	}{
		"all":          {store.TalkFilter{}, func(interview.Talk) bool { return true }},
		"one status":   {store.TalkFilter{Status: []interview.Status{interview.InReview}}, func(v interview.Talk) bool { return v.Status == interview.InReview }},
		"two statuses": {store.TalkFilter{Status: []interview.Status{interview.InReview, interview.Failed, interview.Failed}}, func(v interview.Talk) bool { return v.Status.In(interview.InReview, interview.Failed) }},
		"waiting":      {store.TalkFilter{WaitingFor: &employee}, func(v interview.Talk) bool { return v.WaitingFor == employee }},
		"for nobody":   {store.TalkFilter{WaitingFor: &nobody}, func(v interview.Talk) bool { return v.WaitingFor == nobody }},
		"employee":     {store.TalkFilter{Employee: who[1].ID}, func(v interview.Talk) bool { return v.Employee == who[1].ID }},
		"interviewer":  {store.TalkFilter{Interviewer: who[2].ID}, func(v interview.Talk) bool { return v.Interviewer == who[2].ID }},
		"participant": {store.TalkFilter{Participant: who[0].ID}, func(v interview.Talk) bool {
			return v.Employee == who[0].ID || v.Interviewer == who[0].ID
		}},
		"participant, status, dates": {store.TalkFilter{Participant: who[0].ID, Status: []interview.Status{interview.Approved, interview.InReview}, From: "2026-02-01", To: "2026-04-13"},
			func(v interview.Talk) bool {
				return (v.Employee == who[0].ID || v.Interviewer == who[0].ID) && v.Status.In(interview.Approved, interview.InReview) && v.RecordedOn >= "2026-02-01" && v.RecordedOn <= "2026-04-13"
			}},
		"participant, many statuses": {store.TalkFilter{Participant: who[0].ID, Status: interview.BeforeApproval}, func(v interview.Talk) bool {
			return (v.Employee == who[0].ID || v.Interviewer == who[0].ID) && v.Status.In(interview.BeforeApproval...)
		}},
		"employee, status": {store.TalkFilter{Employee: who[0].ID, Status: []interview.Status{interview.Failed, interview.Approved}},
			func(v interview.Talk) bool {
				return v.Employee == who[0].ID && v.Status.In(interview.Failed, interview.Approved)
			}},
		"dates":    {store.TalkFilter{From: "2026-02-12", To: "2026-02-12"}, func(v interview.Talk) bool { return v.RecordedOn == "2026-02-12" }},
		"no match": {store.TalkFilter{Employee: "nobody"}, func(interview.Talk) bool { return false }},
	} {
		want := 0
		for _, v := range all {
			if c.want(v) {
				want++
			}
		}
		got := walk(t, s, c.f, 4)
		if len(got) != want {
			t.Errorf("%s: got %d talks, want %d", name, len(got), want)
		}
		for _, id := range got {
			if !c.want(all[id]) {
				t.Errorf("%s: talk %s does not belong", name, id)
			}
		}
		counts, err := s.TalkCounts(ctx, c.f)
		check(t, err)
		sum := 0
		for _, n := range counts {
			sum += n
		}
		equal(t, name+": counted", sum, want)
	}
	_, _, err := s.Talks(ctx, store.TalkFilter{}, store.Page{Cursor: "WyJ4Il0"}) // one part instead of two
	code(t, err, "validation_failed")
}

// A walk sees every row that was there when it began, once, whatever is inserted meanwhile.
func pagingUnderInserts(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	e, i := person(t, s, "e@example.jp"), person(t, s, "i@example.jp")
	add := func(day int) (interview.Talk, error) {
		return s.OpenTalk(ctx, interview.Talk{Employee: e.ID, Interviewer: i.ID, Template: "x", Language: "ja", Status: interview.InReview,
			RecordedOn: fmt.Sprintf("2026-05-%02d", 1+day%28)})
	}
	before := map[string]bool{}
	for n := range 80 {
		v, err := add(n)
		check(t, err)
		before[v.ID] = true
	}
	var done atomic.Bool
	var inserted atomic.Int64
	inserters := make(chan []error)
	go func() {
		inserters <- race(3, func(k int) error {
			for n := 0; !done.Load() || n < 10; n++ {
				if _, err := add(n * k); err != nil {
					return err
				}
				inserted.Add(1)
			}
			return nil
		})
	}()
	for _, f := range []store.TalkFilter{{}, {Participant: e.ID}, {Status: []interview.Status{interview.InReview, interview.Failed}}} {
		missing := len(before)
		for _, id := range walk(t, s, f, 3) {
			if before[id] {
				missing--
			}
		}
		equal(t, "talks passed over", missing, 0)
	}
	done.Store(true)
	for _, err := range <-inserters {
		check(t, err)
	}
	if inserted.Load() < 30 {
		t.Errorf("only %d rows were inserted meanwhile, want 30 or more", inserted.Load())
	}
}

func updateTalk(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.InReview)
	purpose, hold, on := "新しい目的", true, "2026-06-01"
	got, err := s.UpdateTalk(ctx, v.ID, v.UpdatedAt, store.TalkChange{Purpose: &purpose, Hold: &hold, RecordedOn: &on})
	check(t, err)
	equal(t, "purpose", got.Purpose, purpose)
	equal(t, "hold", got.Hold, true)
	equal(t, "template stays", got.Template, v.Template)
	equal(t, "newer", got.UpdatedAt.After(v.UpdatedAt), true)
	_, err = s.UpdateTalk(ctx, v.ID, v.UpdatedAt, store.TalkChange{Purpose: &purpose})
	code(t, err, "precondition_failed")
	_, err = s.UpdateTalk(ctx, "none", time.Time{}, store.TalkChange{Purpose: &purpose})
	code(t, err, "not_found")
	_, err = s.UpdateTalk(ctx, v.ID, time.Time{}, store.TalkChange{Purpose: &purpose})
	check(t, err)

	now, err := s.Talk(ctx, v.ID)
	check(t, err)
	errs := race(racers, func(n int) error {
		mine := fmt.Sprint(n)
		_, err := s.UpdateTalk(ctx, v.ID, now.UpdatedAt, store.TalkChange{Purpose: &mine})
		return err
	})
	equal(t, "updates from one reading", winners(t, errs, "precondition_failed"), 1)
}
