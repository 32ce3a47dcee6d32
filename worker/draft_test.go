package worker

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kikigaki/internal/drafting"
	"kikigaki/internal/interview"
	"kikigaki/internal/pipeline"
	"kikigaki/internal/store"
)

// noting is an engine that keeps what it was told.
type noting struct {
	drafting.Engine
	mu   sync.Mutex
	told []drafting.Input
}

func (n *noting) Draft(ctx context.Context, in drafting.Input) (*interview.Draft, error) {
	n.mu.Lock()
	n.told = append(n.told, in)
	n.mu.Unlock()
	return n.Engine.Draft(ctx, in)
}

// TestARedraftKnowsWhatPeopleWrote: the sheet goes to every draft, the wish for a new one to the new one.
func TestARedraftKnowsWhatPeopleWrote(t *testing.T) {
	t.Parallel()
	engine := &noting{Engine: drafting.NewExtractive()}
	w := newWorld(t, world{speech: &fickle{}, engine: engine})
	talk := w.arrive(talkFile(t))
	body, err := json.Marshal([]map[string]string{{"key": "wishes", "text": "前もって書いたこと"}}) // as the API stores it
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.PutSheet(t.Context(), store.Sheet{Interview: talk.ID, Body: body, By: w.employee}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	w.start()
	talk = w.until(talk.ID, in(interview.InReview))
	err = w.store.Tx(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.AddComment(t.Context(), interview.Comment{Interview: talk.ID, Draft: talk.Draft, Author: w.interviewer, Kind: "comment", Text: "スキルを細かく"}); err != nil {
			return err
		}
		moved, err := tx.Move(t.Context(), store.MoveInput{ID: talk.ID, Event: interview.RedraftAsked, NewGeneration: true})
		if err != nil {
			return err
		}
		return tx.AddTask(t.Context(), interview.Task{Kind: interview.TaskDraft, Interview: moved.ID, Generation: moved.Generation}, time.Time{})
	})
	if err != nil {
		t.Fatal(err)
	}
	w.until(talk.ID, func(v interview.Talk) bool { return v.Status == interview.InReview && v.Draft == 2 })
	engine.mu.Lock()
	defer engine.mu.Unlock()
	if len(engine.told) != 2 {
		t.Fatalf("%d drafts", len(engine.told))
	}
	sheet := []drafting.Answer{{Key: "wishes", Text: "前もって書いたこと"}}
	for i, told := range engine.told {
		if !slices.Equal(told.Sheet, sheet) {
			t.Errorf("draft %d was given the sheet %v", i+1, told.Sheet)
		}
	}
	if n := len(engine.told[0].Comments); n != 0 {
		t.Errorf("the first draft was given %d comments", n)
	}
	if c := engine.told[1].Comments; len(c) != 1 || c[0].Text != "スキルを細かく" || c[0].ID == "" {
		t.Errorf("the second draft was given %v", c)
	}
}

func TestReadSheetQuotesNothing(t *testing.T) {
	t.Parallel()
	_, err := pipeline.ReadSheet([]byte(`{"answers": "秘密の言葉"}`))
	if err == nil || interview.Code(err) != "internal_error" {
		t.Fatalf("%v", err)
	}
	if got := err.Error(); len(got) > 200 || slices.Contains([]rune(got), '秘') {
		t.Errorf("the error quotes the sheet: %s", got)
	}
}

// TestATemplateChangedUnderItsVersionIsRefused: records point to name@version, so what it means may not change.
func TestATemplateChangedUnderItsVersionIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, world{speech: &fickle{}})
	now, err := w.worker.Kit.Templates.Get("career-interview", "ja")
	if err != nil {
		t.Fatal(err)
	}
	before := *now
	before.Title = map[string]string{"ja": "前の題", "en": now.Title["en"]}
	body, err := pipeline.TemplateBody(&before)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.store.PutTemplate(t.Context(), store.Template{Hash: "another", Name: now.Name, Version: now.Version, Body: body}); err != nil {
		t.Fatal(err)
	}
	if err := pipeline.SameTemplate("another", body, now); interview.Code(err) != "template_changed" || !strings.Contains(err.Error(), "title.ja") || strings.Contains(err.Error(), "title.en") {
		t.Errorf("%v", err)
	}
	talk := w.arrive(talkFile(t))
	w.start()
	talk = w.until(talk.ID, in(interview.Failed))
	if talk.Error == nil || talk.Error.Code != "template_changed" || talk.Draft != 0 {
		t.Errorf("%+v, draft %d", talk.Error, talk.Draft)
	}
}

// TestATemplateIsKeptWithTheFirstDraft and compares equal at the next.
func TestATemplateIsKeptWithTheFirstDraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, world{speech: &fickle{}})
	talk := w.arrive(talkFile(t))
	w.start()
	w.until(talk.ID, in(interview.InReview))
	now, err := w.worker.Kit.Templates.Get("career-interview", "ja")
	if err != nil {
		t.Fatal(err)
	}
	kept, err := w.store.TemplateVersion(t.Context(), now.Name, now.Version)
	if err != nil || kept.Hash != now.Hash {
		t.Fatalf("%+v, %v", kept.Hash, err)
	}
	if err := pipeline.SameTemplate(kept.Hash, kept.Body, now); err != nil {
		t.Error(err)
	}
}
