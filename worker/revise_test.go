package worker

import (
	"context"
	"slices"
	"testing"
	"time"

	"kikigaki/internal/drafting"
	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func (n *noting) Revise(ctx context.Context, in drafting.Input) (*interview.Draft, error) {
	n.mu.Lock()
	n.told = append(n.told, in)
	n.mu.Unlock()
	return n.Engine.Revise(ctx, in)
}

// TestARevisionAnswersWhatItWasAskedTo: of the open comments the engine gets those that were chosen, and all where nobody
// chose.
func TestARevisionAnswersWhatItWasAskedTo(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	engine := &noting{Engine: drafting.NewExtractive()}
	w := newWorld(t, world{speech: &fickle{}, engine: engine})
	talk := w.arrive(talkFile(t))
	w.start()
	talk = w.until(talk.ID, in(interview.InReview))
	var ids []string
	for range 3 {
		c, err := w.store.AddComment(ctx, interview.Comment{Interview: talk.ID, Draft: 1, Author: w.employee, Kind: "comment", Text: "ここ"})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	for draft, chosen := range [][]string{{ids[1]}, nil} {
		err := w.store.Tx(ctx, func(tx *store.Tx) error {
			if len(chosen) > 0 {
				if _, err := tx.AskComments(ctx, talk.ID, draft+1, chosen...); err != nil {
					return err
				}
			}
			moved, err := tx.Move(ctx, store.MoveInput{ID: talk.ID, Event: interview.ReviseAsked, NewGeneration: true})
			if err != nil {
				return err
			}
			return tx.AddTask(ctx, interview.Task{Kind: interview.TaskRevise, Interview: moved.ID, Generation: moved.Generation}, time.Time{})
		})
		if err != nil {
			t.Fatal(err)
		}
		w.until(talk.ID, func(v interview.Talk) bool { return v.Status == interview.InReview && v.Draft == draft+2 })
	}
	engine.mu.Lock()
	defer engine.mu.Unlock()
	for i, want := range [][]string{ids[1:2], ids} {
		var got []string
		for _, c := range engine.told[len(engine.told)-2+i].Comments {
			got = append(got, c.ID)
		}
		slices.Sort(got) // ids made within one millisecond have no order
		if want = slices.Sorted(slices.Values(want)); !slices.Equal(got, want) {
			t.Errorf("revision %d was given %v, want %v", i+1, got, want)
		}
	}
}
