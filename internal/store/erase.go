package store

import (
	"context"
	"time"

	"github.com/pressly/goose/v3"

	"kikigaki/internal/interview"
)

// Erasure is a line of the ledger: what was erased, so that it can be erased again after a backup is restored.
type Erasure struct {
	ID        string     `json:"id"`
	Interview string     `json:"interview"`
	Recording string     `json:"recording,omitempty"`
	What      string     `json:"what"` // talk, recording, transcript, drafts, off_record
	Actor     string     `json:"actor"`
	Reason    string     `json:"reason"`               // a code
	OffRecord *OffRecord `json:"off_record,omitempty"` // of What off_record
	BytesAt   *time.Time `json:"bytes_at,omitempty"`   // when the bucket was seen empty
	At        time.Time  `json:"at"`
}

// OffRecord names words that were taken off the record, by numbers alone.
type OffRecord struct {
	Segments []int            `json:"segments"`
	Spans    []interview.Span `json:"spans,omitempty"` // seconds; none where the transcript has no times
}

// wordTables hold words of a talk and nothing that outlives it.
var wordTables = []string{"section_counts", "seal_fields", "opened", "comments", "verdicts", "promises", "requests", "notes", "sheets", "drafts", "transcripts",
	"cuts", "idempotency"}

// EraseTalk removes every word of an interview in one transaction and leaves a tombstone: the row with people, dates and
// status, its consents and reads (ids), an audit line and a line of the ledger. event is EraseAsked, or ConsentWithdrawn
// before approval. An interview on hold is on_hold; an erased one stays erased and is no error. The bytes in the bucket
// are the erase task's, which this adds.
func (q *queries) EraseTalk(ctx context.Context, id string, event interview.Event, actor, reason string) error {
	return q.eraseTalk(ctx, event, Erasure{Interview: id, Actor: actor, Reason: reason})
}

func (q *queries) eraseTalk(ctx context.Context, event interview.Event, e Erasure) error {
	id := e.Interview
	err := q.begin(ctx, func(q *queries) error {
		if n, err := q.exec(ctx, `UPDATE talks SET attempt = attempt WHERE id = $1`, id); err != nil { // locks the row
			return err
		} else if n == 0 {
			return interview.E("not_found", nil)
		}
		t, err := q.Talk(ctx, id)
		if err != nil {
			return err
		}
		if t.Status == interview.Erased {
			return q.wipe(ctx, t)
		}
		if t.Hold {
			return interview.E("on_hold", nil)
		}
		m, err := interview.Next(t.Status, event)
		if err != nil {
			return err
		}
		if m.To != interview.Erased {
			return &interview.Error{Code: "state_conflict", State: t.Status}
		}
		if err := q.wipe(ctx, t); err != nil {
			return err
		}
		e.What, e.Recording = "talk", ""
		return q.AddErasure(ctx, e, t.Generation+1)
	})
	return wrap("erase talk", err)
}

// wipe takes the words of an interview whose row is locked.
func (q *queries) wipe(ctx context.Context, t interview.Talk) error {
	// Recordings first: their locks end what is about to store an answer.
	if _, err := q.exec(ctx, `UPDATE recordings SET erased = TRUE, sound = '', starts = '', format = '', sha256 = '' WHERE interview = $1`, t.ID); err != nil {
		return err
	}
	for _, table := range wordTables {
		if _, err := q.exec(ctx, `DELETE FROM `+table+` WHERE interview = $1`, t.ID); err != nil {
			return err
		}
	}
	if _, err := q.exec(ctx, `UPDATE uploads SET options = '{}', name_hash = '',
		state = CASE WHEN state IN ('open', 'completing') THEN 'aborted' ELSE state END WHERE interview = $1`, t.ID); err != nil {
		return err
	}
	now := interview.Now()
	if _, err := q.exec(ctx, `UPDATE tasks SET state = 'dropped', updated_at = $2 WHERE interview = $1 AND state IN ('pending', 'sent') AND kind <> 'erase'`,
		t.ID, now); err != nil {
		return err
	}
	if err := q.DropMails(ctx, t.ID); err != nil {
		return err
	}
	if t.Status == interview.Erased {
		return nil
	}
	if _, err := q.exec(ctx, `UPDATE talks SET status = 'erased', waiting_for = '', place = '', purpose = '', error = '', last_error = '', engine = '', succession = '',
		generation = generation + 1, attempt = 0, review_since = NULL, updated_at = $2 WHERE id = $1`, t.ID, later(t.UpdatedAt)); err != nil {
		return err
	}
	return q.Emit(ctx, HookState, Happening{Interview: t.ID, Status: interview.Erased})
}

// AddErasure writes a line of the ledger in the transaction of what was erased: audited, and handed to whoever erases the
// bytes and carries the line to where no restored backup can take it away. generation is the interview's.
func (q *queries) AddErasure(ctx context.Context, e Erasure, generation int) error {
	if e.ID == "" {
		e.ID, e.At = interview.NewID(), interview.Now()
	}
	if _, err := q.exec(ctx, `INSERT INTO erasures (id, interview, recording, what, actor, reason, detail, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.ID, e.Interview, e.Recording, e.What, e.Actor, e.Reason, encoded{e.OffRecord}, utc(e.At)); err != nil {
		return wrap("write erasure", err)
	}
	// Answers that were kept for an Idempotency-Key may quote what is erased: that the call was answered stays, its words go.
	if _, err := q.exec(ctx, `UPDATE idempotency SET body = '' WHERE interview = $1 AND status <> 0`, e.Interview); err != nil {
		return wrap("forget kept answers", err)
	}
	object, action := e.Recording, "erase_"+e.What
	if object == "" {
		object = e.ID
	}
	if e.What == "off_record" {
		action = e.What
	}
	if err := q.AddAudit(ctx, interview.AuditEvent{Actor: e.Actor, Action: action, Interview: e.Interview, Object: object, Reason: e.Reason}); err != nil {
		return err
	}
	return q.AddTask(ctx, interview.Task{Kind: interview.TaskErase, Interview: e.Interview, Subject: e.ID, Generation: generation}, time.Time{})
}

// EraseRecordings removes the recordings of an interview with their answers, and its transcripts when transcript is
// true; drafts and the sealed record stay. on_hold when held; nothing to erase is no error.
func (q *queries) EraseRecordings(ctx context.Context, id string, transcript bool, actor, reason string) error {
	err := q.begin(ctx, func(q *queries) error {
		if n, err := q.exec(ctx, `UPDATE talks SET attempt = attempt WHERE id = $1`, id); err != nil { // locks the row
			return err
		} else if n == 0 {
			return interview.E("not_found", nil)
		}
		t, err := q.Talk(ctx, id)
		if err != nil {
			return err
		}
		if t.Hold {
			return interview.E("on_hold", nil)
		}
		gone, err := all(ctx, q.w, value[string], `UPDATE recordings SET erased = TRUE, sound = '', starts = '', format = '', sha256 = '', playback = ''
			WHERE interview = $1 AND NOT erased RETURNING id`, id)
		if err != nil {
			return err
		}
		if _, err := q.exec(ctx, `DELETE FROM cuts WHERE interview = $1`, id); err != nil {
			return err
		}
		for _, r := range gone {
			if err := q.AddErasure(ctx, Erasure{Interview: id, Recording: r, What: "recording", Actor: actor, Reason: reason}, t.Generation); err != nil {
				return err
			}
		}
		if !transcript {
			return nil
		}
		n, err := q.exec(ctx, `DELETE FROM transcripts WHERE interview = $1`, id)
		if err != nil || n == 0 {
			return err
		}
		return q.AddErasure(ctx, Erasure{Interview: id, What: "transcript", Actor: actor, Reason: reason}, t.Generation)
	})
	return wrap("erase recordings", err)
}

const erasureColumns = `id, interview, recording, what, actor, reason, detail, bytes_at, at`

func scanErasure(s scanner) (e Erasure, err error) {
	err = s.Scan(&e.ID, &e.Interview, &e.Recording, &e.What, &e.Actor, &e.Reason, decoded{&e.OffRecord}, intoOpt(&e.BytesAt), into(&e.At))
	return e, err
}

// ErasureLedger lists what was erased, oldest first.
func (q *queries) ErasureLedger(ctx context.Context, page Page) ([]Erasure, string, error) {
	key, err := page.after(1)
	if err != nil {
		return nil, "", err
	}
	var w where
	if key != nil {
		w.add(`id > ?`, key[0])
	}
	e, err := all(ctx, q.r, scanErasure, `SELECT `+erasureColumns+` FROM erasures`+w.String()+` ORDER BY id LIMIT `+w.arg(page.size()+1), w.args...)
	if err != nil {
		return nil, "", wrap("list erasures", err)
	}
	e, next := cutPage(e, page, func(e Erasure) []string { return []string{e.ID} })
	return e, next, nil
}

// Erasure returns a line of the ledger; not_found.
func (q *queries) Erasure(ctx context.Context, id string) (Erasure, error) {
	e, err := must(ctx, q.r, scanErasure, `SELECT `+erasureColumns+` FROM erasures WHERE id = $1`, id)
	return e, wrap("read erasure", err)
}

// BytesErased notes that the bucket was seen empty of an erasure's objects.
func (q *queries) BytesErased(ctx context.Context, id string) error {
	_, err := q.exec(ctx, `UPDATE erasures SET bytes_at = $2 WHERE id = $1 AND bytes_at IS NULL`, id, interview.Now())
	return wrap("note erased bytes", err)
}

// Scrub makes the files of an SQLite database forget deleted words: pages are zeroed when rows go, and here the
// write-ahead log, which still holds them as they were, is emptied. Call it after an erasure, outside a transaction; while
// a reader holds the log it is database_unavailable, to be tried again. PostgreSQL does this by itself in time (vacuum, and
// the recycling of its log); how long archived logs and backups stay is the operator's choice.
func (s *Store) Scrub(ctx context.Context) error {
	if s.d == goose.DialectPostgres {
		return nil
	}
	busy, err := must(ctx, s.w, func(r scanner) (busy int, err error) {
		var frames, moved int
		err = r.Scan(&busy, &frames, &moved)
		return busy, err
	}, `PRAGMA wal_checkpoint(TRUNCATE)`)
	if err == nil && busy != 0 {
		err = interview.E("database_unavailable", &driverError{what: "readers hold the write-ahead log"})
	}
	return wrap("scrub", err)
}
