package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"kikigaki/internal/interview"
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
		due   func() ([]string, error)
		erase func(id string) error
	}{
		{"recording", func() ([]string, error) {
			return db.AudioDue(ctx, now.Add(-s.RetentionAudio.After), now.Add(-s.RetentionAudio.AtMost), 10000)
		}, func(id string) error { return db.EraseRecordings(ctx, id, false, "system", "retention_audio") }},
		{"transcript", func() ([]string, error) {
			return db.TranscriptDue(ctx, now.Add(-time.Duration(s.RetentionTranscript)), 10000)
		}, func(id string) error { return db.EraseRecordings(ctx, id, true, "system", "retention_transcript") }},
		{"record", func() ([]string, error) {
			return db.RecordDue(ctx, now.Add(-time.Duration(s.RetentionRecord)), 10000)
		}, func(id string) error {
			return db.EraseTalk(ctx, id, interview.EraseAsked, "system", "retention_record")
		}},
	}
	count := 0
	for _, k := range kinds {
		ids, err := k.due()
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
			if c.JSON {
				if err := json.NewEncoder(st.out).Encode(map[string]any{"interview": id, "what": k.what, "erased": !c.DryRun}); err != nil {
					return err
				}
				continue
			}
			fmt.Fprintf(st.out, "%s\t%s\n", k.what, id)
		}
	}
	if c.DryRun {
		fmt.Fprintf(st.err, "%d would be erased\n", count)
	} else {
		fmt.Fprintf(st.err, "%d erased; workers remove the bytes\n", count)
	}
	return nil
}
