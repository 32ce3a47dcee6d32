package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// purgeCommand erases what has reached its end, as the workers do by themselves every day.
type purgeCommand struct {
	DryRun bool `name:"dry-run" help:"Only tell what would be erased."`
	JSON   bool `name:"json" help:"As JSON lines."`
}

// Run purges. The bytes in the bucket are erased by the workers, whose tasks this adds.
func (c *purgeCommand) Run(ctx context.Context, st *streams, s *Settings) error {
	db, err := openStore(ctx, s, false)
	if err != nil {
		return err
	}
	defer db.Close()
	now := interview.Now()
	kinds := []struct {
		what  string
		due   func(store.Page) ([]string, string, error)
		erase func(id string) error
	}{
		{"recording", func(p store.Page) ([]string, string, error) {
			return db.AudioDue(ctx, now.Add(-s.RetentionAudio.After), now.Add(-s.RetentionAudio.AtMost), p)
		}, func(id string) error { return db.EraseRecordings(ctx, id, false, "system", "retention_audio") }},
		{"transcript", func(p store.Page) ([]string, string, error) {
			return db.TranscriptDue(ctx, now.Add(-time.Duration(s.RetentionTranscript)), p)
		}, func(id string) error { return db.EraseRecordings(ctx, id, true, "system", "retention_transcript") }},
		{"record", func(p store.Page) ([]string, string, error) {
			return db.RecordDue(ctx, now.Add(-time.Duration(s.RetentionRecord)), p)
		}, func(id string) error {
			return db.EraseTalk(ctx, id, interview.EraseAsked, "system", "retention_record")
		}},
	}
	count := 0
	for _, k := range kinds {
		for page := (store.Page{Limit: 200}); ; {
			ids, next, err := k.due(page)
			if err != nil {
				return err
			}
			for _, id := range ids {
				if !c.DryRun {
					if err := k.erase(id); err != nil {
						return err
					}
				}
				count++
				if err := c.tell(st, id, k.what); err != nil {
					return err
				}
			}
			if page.Cursor = next; next == "" {
				break
			}
		}
	}
	if c.DryRun {
		fmt.Fprintf(st.err, "%d would be erased\n", count)
	} else {
		fmt.Fprintf(st.err, "%d erased; workers remove the bytes\n", count)
	}
	return nil
}

func (c *purgeCommand) tell(st *streams, id, what string) error {
	if c.JSON {
		return json.NewEncoder(st.out).Encode(map[string]any{"interview": id, "what": what, "erased": !c.DryRun})
	}
	_, err := fmt.Fprintf(st.out, "%s\t%s\n", what, id)
	return err
}
