package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"kikigaki/internal/interview"
)

// AuditFilter narrows the audit log; zero fields do not.
type AuditFilter struct {
	Interview string
	Actor     string
	Action    string
	From, To  time.Time // From included, To not
}

// AuditReport is what VerifyAudit found.
type AuditReport struct {
	Linked   int64  // lines in the chain
	Unlinked int64  // lines not linked yet
	Whole    bool   // every link holds and neither end is missing
	BrokenAt int64  // seq of the first line that does not fit, 0 when whole
	Problem  string // missing, changed, tail_missing, tail_added
}

const auditColumns = `id, at, actor, action, interview, object, reason, COALESCE(seq, 0), prev, hash`

type auditRow struct {
	interview.AuditEvent
	prev string
}

func scanAudit(s scanner) (r auditRow, err error) {
	err = s.Scan(&r.ID, into(&r.At), &r.Actor, &r.Action, &r.Interview, &r.Object, &r.Reason, &r.Seq, &r.prev, &r.Hash)
	return r, err
}

// AddAudit writes a line of the audit log, not yet linked: linking here would make every change wait for every other.
// It belongs in the transaction of what it reports.
func (q *queries) AddAudit(ctx context.Context, e interview.AuditEvent) error {
	if e.ID == "" {
		e.ID = interview.NewID()
	}
	if e.At.IsZero() {
		e.At = interview.Now()
	}
	_, err := q.exec(ctx, `INSERT INTO audit (id, at, actor, action, interview, object, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		e.ID, utc(e.At), e.Actor, e.Action, e.Interview, e.Object, e.Reason)
	return wrap("add audit line", err)
}

// auditHash is the SHA-256 over the canonical form of a line and the hash before it: a JSON array of strings.
func auditHash(prev string, seq int64, e interview.AuditEvent) string {
	b, err := json.Marshal([]string{prev, fmt.Sprint(seq), e.ID, utc(e.At).Format("2006-01-02T15:04:05.000000Z"), e.Actor, e.Action, e.Interview, e.Object, e.Reason})
	if err != nil {
		panic("store: strings do not encode: " + err.Error()) // cannot happen
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// SealAudit links up to batch unlinked lines to the chain and returns how many. One sealer works at a time: the newest
// link's row is locked, and owner must hold the lead "audit".
func (q *queries) SealAudit(ctx context.Context, owner string, batch int) (linked int, err error) {
	_, some, err := one(ctx, q.r, value[int], `SELECT 1 FROM audit WHERE seq IS NULL LIMIT 1`)
	if err != nil || !some {
		return 0, wrap("seal audit log", err)
	}
	err = q.begin(ctx, func(q *queries) error {
		linked = 0
		lead, err := q.Lead(ctx, "audit", owner, time.Minute)
		if err != nil || !lead {
			return err
		}
		if _, err := q.exec(ctx, `UPDATE audit_ends SET seq = seq WHERE name = 'last'`); err != nil {
			return err
		}
		seq, hash, err := q.auditEnd(ctx, "last")
		if err != nil {
			return err
		}
		rows, err := all(ctx, q.r, scanAudit, `SELECT `+auditColumns+` FROM audit WHERE seq IS NULL ORDER BY at, id LIMIT $1`, batch)
		if err != nil {
			return err
		}
		for _, r := range rows {
			prev := hash
			seq++
			hash = auditHash(prev, seq, r.AuditEvent)
			if _, err := q.exec(ctx, `UPDATE audit SET seq = $2, prev = $3, hash = $4 WHERE id = $1 AND seq IS NULL`, r.ID, seq, prev, hash); err != nil {
				return err
			}
			linked++
		}
		if linked == 0 {
			return nil
		}
		_, err = q.exec(ctx, `UPDATE audit_ends SET seq = $1, hash = $2 WHERE name = 'last'`, seq, hash)
		return err
	})
	return linked, wrap("seal audit log", err)
}

func (q *queries) auditEnd(ctx context.Context, name string) (seq int64, hash string, err error) {
	_, err = must(ctx, q.r, func(s scanner) (struct{}, error) {
		return struct{}{}, s.Scan(&seq, &hash)
	}, `SELECT seq, hash FROM audit_ends WHERE name = $1`, name)
	return seq, hash, err
}

// VerifyAudit walks the whole chain, as it is at the beginning of the call, and says whether a line was changed, taken
// out or cut off. It holds no lock: sealing goes on meanwhile, and pruning makes it begin again.
func (q *queries) VerifyAudit(ctx context.Context) (AuditReport, error) {
	for {
		first, hash, err := q.auditEnd(ctx, "first")
		if err != nil {
			return AuditReport{}, wrap("verify audit log", err)
		}
		last, lastHash, err := q.auditEnd(ctx, "last")
		if err != nil {
			return AuditReport{}, wrap("verify audit log", err)
		}
		rep, err := q.walkAudit(ctx, first, hash, last, lastHash)
		if err != nil {
			return AuditReport{}, wrap("verify audit log", err)
		}
		now, _, err := q.auditEnd(ctx, "first")
		if err != nil {
			return AuditReport{}, wrap("verify audit log", err)
		}
		if now != first {
			continue
		}
		// In one statement, so that what is linked meanwhile is not taken for forged.
		added, err := must(ctx, q.r, value[int64], `SELECT COUNT(*) FROM audit WHERE seq > (SELECT seq FROM audit_ends WHERE name = 'last')`)
		if err != nil {
			return AuditReport{}, wrap("verify audit log", err)
		}
		if added > 0 && rep.Whole {
			rep.Whole, rep.BrokenAt, rep.Problem = false, last+1, "tail_added"
		}
		rep.Unlinked, err = must(ctx, q.r, value[int64], `SELECT COUNT(*) FROM audit WHERE seq IS NULL`)
		return rep, wrap("verify audit log", err)
	}
}

// walkAudit checks the links after seq up to last.
func (q *queries) walkAudit(ctx context.Context, seq int64, hash string, last int64, lastHash string) (AuditReport, error) {
	var rep AuditReport
	broken := func(at int64, problem string) {
		if rep.BrokenAt == 0 {
			rep.BrokenAt, rep.Problem = at, problem
		}
	}
	const batch = 1000
	for {
		rows, err := all(ctx, q.r, scanAudit, `SELECT `+auditColumns+` FROM audit WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3`, seq, last, batch)
		if err != nil {
			return rep, err
		}
		for _, r := range rows {
			rep.Linked++
			switch {
			case r.Seq != seq+1:
				broken(seq+1, "missing")
			case r.prev != hash || auditHash(r.prev, r.Seq, r.AuditEvent) != r.Hash:
				broken(r.Seq, "changed")
			}
			seq, hash = r.Seq, r.Hash
		}
		if len(rows) < batch {
			break
		}
	}
	if seq != last || hash != lastHash {
		broken(seq+1, "tail_missing")
	}
	rep.Whole = rep.BrokenAt == 0
	return rep, nil
}

// Audit lists the audit log, newest first.
func (q *queries) Audit(ctx context.Context, f AuditFilter, page Page) ([]interview.AuditEvent, string, error) {
	key, err := page.after(1)
	if err != nil {
		return nil, "", err
	}
	var w where
	if f.Interview != "" {
		w.add(`interview = ?`, f.Interview)
	}
	if f.Actor != "" {
		w.add(`actor = ?`, f.Actor)
	}
	if f.Action != "" {
		w.add(`action = ?`, f.Action)
	}
	if !f.From.IsZero() {
		w.add(`at >= ?`, utc(f.From))
	}
	if !f.To.IsZero() {
		w.add(`at < ?`, utc(f.To))
	}
	if key != nil {
		w.add(`id < ?`, key[0])
	}
	rows, err := all(ctx, q.r, scanAudit, `SELECT `+auditColumns+` FROM audit`+w.String()+` ORDER BY id DESC LIMIT `+w.arg(page.size()+1), w.args...)
	if err != nil {
		return nil, "", wrap("list audit log", err)
	}
	rows, next := cutPage(rows, page, func(r auditRow) []string { return []string{r.ID} })
	out := make([]interview.AuditEvent, len(rows))
	for i, r := range rows {
		out[i] = r.AuditEvent
	}
	return out, next, nil
}

// PruneAudit removes linked lines older than before, from the beginning of the chain only, and remembers where the
// chain now begins, so that it still verifies. The read log goes with it. It returns how many lines of the chain went.
func (q *queries) PruneAudit(ctx context.Context, before time.Time) (n int64, err error) {
	err = q.begin(ctx, func(q *queries) error {
		n = 0
		if _, err := q.exec(ctx, `UPDATE audit_ends SET seq = seq WHERE name = 'last'`); err != nil {
			return err
		}
		first, _, err := q.auditEnd(ctx, "first")
		if err != nil {
			return err
		}
		// Everything before the first line that must stay: lines are linked in the order they were found, not by time.
		keep, err := must(ctx, q.r, value[int64], `SELECT COALESCE(MIN(seq), 0) FROM audit WHERE seq IS NOT NULL AND at >= $1`, utc(before))
		if err != nil {
			return err
		}
		if keep == 0 {
			last, _, err := q.auditEnd(ctx, "last")
			if err != nil {
				return err
			}
			keep = last + 1
		}
		if _, err := q.exec(ctx, `DELETE FROM reads WHERE at < $1`, utc(before)); err != nil {
			return err
		}
		if keep <= first+1 {
			return nil
		}
		hash, err := must(ctx, q.r, value[string], `SELECT hash FROM audit WHERE seq = $1`, keep-1)
		if err != nil {
			return err
		}
		if n, err = q.exec(ctx, `DELETE FROM audit WHERE seq < $1`, keep); err != nil {
			return err
		}
		_, err = q.exec(ctx, `UPDATE audit_ends SET seq = $1, hash = $2 WHERE name = 'first'`, keep-1, hash)
		return err
	})
	return n, wrap("prune audit log", err)
}
