package storetest

import (
	"fmt"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func line(i int) interview.AuditEvent {
	return interview.AuditEvent{Actor: fmt.Sprint("p", i%3), Action: []string{"read", "approve"}[i%2], Interview: fmt.Sprint("i", i%4), Object: fmt.Sprint(i), Reason: "request"}
}

// chain writes n lines and links them.
func chain(t *testing.T, s *store.Store, n int) {
	t.Helper()
	for i := range n {
		check(t, s.AddAudit(t.Context(), line(i)))
	}
	for left := n; left > 0; {
		k, err := s.SealAudit(t.Context(), "sealer", 7)
		check(t, err)
		if k == 0 {
			t.Fatalf("%d lines were not linked", left)
		}
		left -= k
	}
}

func auditChain(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	rep, err := s.VerifyAudit(ctx)
	check(t, err)
	equal(t, "empty", rep, store.AuditReport{Whole: true})
	chain(t, s, 20)
	check(t, s.AddAudit(ctx, line(20)))
	rep, err = s.VerifyAudit(ctx)
	check(t, err)
	equal(t, "report", rep, store.AuditReport{Linked: 20, Unlinked: 1, Whole: true})
	for _, c := range []struct {
		f    store.AuditFilter
		want int
	}{{store.AuditFilter{}, 21}, {store.AuditFilter{Interview: "i1"}, 5}, {store.AuditFilter{Actor: "p0"}, 7}, {store.AuditFilter{Action: "approve"}, 10},
		{store.AuditFilter{To: interview.Now().Add(-time.Hour)}, 0}, {store.AuditFilter{From: interview.Now().Add(-time.Hour)}, 21}} {
		n, page := 0, store.Page{Limit: 4}
		for {
			list, next, err := s.Audit(ctx, c.f, page)
			check(t, err)
			n += len(list)
			if page.Cursor = next; next == "" {
				break
			}
		}
		equal(t, fmt.Sprintf("%+v", c.f), n, c.want)
	}
	// Only whoever leads links; the others find nothing to do.
	n, err := s.SealAudit(ctx, "another sealer", 100)
	check(t, err)
	equal(t, "linked without the lead", n, 0)
}

func auditUnderLoad(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	const each = 25
	for _, err := range race(racers, func(i int) error {
		for k := range each {
			if i%4 == 0 { // four of them also link, each under its own name
				if _, err := s.SealAudit(ctx, fmt.Sprint("sealer", i), 10); err != nil {
					return err
				}
			}
			if err := s.AddAudit(ctx, line(k)); err != nil {
				return err
			}
		}
		return nil
	}) {
		check(t, err)
	}
	rep, err := s.VerifyAudit(ctx)
	check(t, err)
	equal(t, "whole", rep.Whole, true)
	equal(t, "no line lost or doubled", rep.Linked+rep.Unlinked, racers*each)
	if rep.Linked == 0 {
		t.Error("nothing was linked under load")
	}
}

func auditTampering(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	chain(t, s, 30)
	run := func(statements ...string) {
		t.Helper()
		for _, q := range statements {
			_, err := b.Raw.ExecContext(ctx, q)
			check(t, err)
		}
	}
	run(`CREATE TABLE audit_copy AS SELECT * FROM audit`)
	back := func() { t.Helper(); run(`DELETE FROM audit`, `INSERT INTO audit SELECT * FROM audit_copy`) }
	for _, c := range []struct {
		name, change, problem string
		at                    int64
	}{
		{"a changed actor", `UPDATE audit SET actor = 'someone' WHERE seq = 5`, "changed", 5},
		{"a changed time", `UPDATE audit SET at = (SELECT at FROM audit WHERE seq = 1) WHERE seq = 9`, "changed", 9},
		{"a forged hash", `UPDATE audit SET hash = 'ff' WHERE seq = 12`, "changed", 12},
		{"a line taken out", `DELETE FROM audit WHERE seq = 17`, "missing", 17},
		{"the first line taken out", `DELETE FROM audit WHERE seq = 1`, "missing", 1},
		{"a tail cut off", `DELETE FROM audit WHERE seq >= 16`, "tail_missing", 16},
		{"all of it cut off", `DELETE FROM audit`, "tail_missing", 1},
		{"a line added", `INSERT INTO audit (id, at, actor, action, seq) SELECT 'forged', at, 'x', 'x', 31 FROM audit WHERE seq = 1`, "tail_added", 31},
	} {
		run(c.change)
		rep, err := s.VerifyAudit(ctx)
		check(t, err)
		if rep.Whole || rep.BrokenAt != c.at || rep.Problem != c.problem {
			t.Errorf("%s: got %+v, want %s at %d", c.name, rep, c.problem, c.at)
		}
		back()
		rep, err = s.VerifyAudit(ctx)
		check(t, err)
		equal(t, c.name+", put back", rep, store.AuditReport{Linked: 30, Whole: true})
	}
}

func auditPrune(t *testing.T, b Base) {
	ctx, s, now := t.Context(), b.Store, interview.Now()
	for i := range 10 {
		e := line(i)
		if e.At = now; i < 6 {
			e.At = now.AddDate(-8, 0, 0)
		}
		check(t, s.AddAudit(ctx, e))
		_, err := s.SealAudit(ctx, "sealer", 1)
		check(t, err)
	}
	v := talk(t, s, interview.Approved)
	for _, at := range []time.Time{now, now.AddDate(-8, 0, 0)} {
		check(t, s.AddRead(ctx, interview.Read{Interview: v.ID, Person: "hr", What: "record", At: at}))
	}
	for _, want := range []int64{6, 0} {
		n, err := s.PruneAudit(ctx, now.AddDate(-7, 0, 0))
		check(t, err)
		equal(t, "pruned", n, want)
		rep, err := s.VerifyAudit(ctx)
		check(t, err)
		equal(t, "after pruning", rep, store.AuditReport{Linked: 4, Whole: true})
	}
	reads, _, err := s.Reads(ctx, v.ID, store.Page{})
	check(t, err)
	equal(t, "the read log keeps what is new", len(reads) == 1 && reads[0].At.Equal(now), true)
	// The new beginning is guarded like the old one.
	_, err = b.Raw.ExecContext(ctx, `DELETE FROM audit WHERE seq = 7`)
	check(t, err)
	rep, err := s.VerifyAudit(ctx)
	check(t, err)
	equal(t, "a line missing at the new beginning", rep.BrokenAt, 7)
	n, err := s.PruneAudit(ctx, now.Add(time.Hour))
	check(t, err)
	equal(t, "all of it", n, 3)
	chain(t, s, 3)
	rep, err = s.VerifyAudit(ctx)
	check(t, err)
	equal(t, "the chain goes on", rep, store.AuditReport{Linked: 3, Whole: true})
}
