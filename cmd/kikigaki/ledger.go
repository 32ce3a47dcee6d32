package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"kikigaki/api"
	"kikigaki/internal/blob"
	"kikigaki/internal/interview"
	"kikigaki/internal/store"
	"kikigaki/worker"
)

// maxLedgerLine bounds a line of the ledger; the longest name thousands of segments.
const maxLedgerLine = 4 << 20

// reconcileLedger compares the erasure ledger of the database with its copies in the bucket, both ways, before anything is
// served or worked on: a restored backup lacks what was erased after it, and that is erased again here; a line that has no
// copy yet gets one. It returns how many erasures were applied again.
func reconcileLedger(ctx context.Context, db *store.Store, bucket *blob.Bucket, log *slog.Logger) (again int, err error) {
	known := map[string]bool{}
	var lines []store.Erasure
	for page := (store.Page{Limit: 200}); ; {
		list, next, err := db.ErasureLedger(ctx, page)
		if err != nil {
			return 0, err
		}
		for _, e := range list {
			known[e.ID] = true
		}
		lines = append(lines, list...)
		if page.Cursor = next; next == "" {
			break
		}
	}
	copied, missing := map[string]bool{}, []string{}
	for o, err := range bucket.List(ctx, interview.LedgerPrefix) {
		if err != nil {
			return 0, fmt.Errorf("list the erasure ledger: %w", err)
		}
		id := strings.TrimSuffix(strings.TrimPrefix(o.Key, interview.LedgerPrefix), ".json")
		if copied[id] = true; !known[id] {
			missing = append(missing, id)
		}
	}
	for _, e := range lines {
		if !copied[e.ID] {
			if err := worker.WriteLedger(ctx, bucket, e); err != nil {
				return 0, fmt.Errorf("copy the erasure ledger: %w", err)
			}
		}
	}
	if len(missing) == 0 {
		return 0, nil
	}
	log.WarnContext(ctx, "the database lacks erasures that the ledger names: it is older than they are, and they are applied again", "lines", len(missing))
	strange := 0
	for _, id := range missing { // in order of time, as ids are
		e, err := readLedger(ctx, bucket, id)
		if err != nil {
			return again, err
		}
		done, err := db.EraseAgain(ctx, e, api.TakeOffAgain)
		if err != nil {
			return again, err
		}
		switch done {
		case store.AgainErased:
			again++
			log.WarnContext(ctx, "erased again", "interview", e.Interview, "erasure", e.ID, "what", e.What, "reason", e.Reason)
		case store.AgainStrange:
			strange++
		}
	}
	if err := db.Scrub(ctx); err != nil && interview.Code(err) != "database_unavailable" { // readers hold the log: the erase task does it
		return again, err
	}
	log.WarnContext(ctx, "erasures applied again", "erased", again, "unknown_interviews", strange)
	return again, nil
}

// readLedger reads the copy of one line.
func readLedger(ctx context.Context, bucket *blob.Bucket, id string) (e store.Erasure, err error) {
	r, _, err := bucket.Get(ctx, interview.LedgerKey(id), "")
	if err != nil {
		return e, fmt.Errorf("read the erasure ledger: %w", err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxLedgerLine))
	if err != nil {
		return e, fmt.Errorf("read the erasure ledger: %w", interview.E("storage_unavailable", nil))
	}
	return parseLedger(b, id)
}

// parseLedger checks what a line claims to be: it decides over words of people.
func parseLedger(b []byte, id string) (e store.Erasure, err error) {
	if err := json.Unmarshal(b, &e); err != nil || e.ID != id || !interview.ValidID(e.ID) || !interview.ValidID(e.Interview) || e.At.IsZero() {
		return e, fmt.Errorf("the erasure ledger's line %.26q cannot be read; move it out of %s to start without it", id, interview.LedgerPrefix)
	}
	if !slices.Contains([]string{"talk", "recording", "transcript", "drafts", "off_record"}, e.What) {
		return e, fmt.Errorf("the erasure ledger's line %s was written by a newer version: use that one", id)
	}
	return e, nil
}
