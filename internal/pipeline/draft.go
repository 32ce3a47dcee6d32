package pipeline

import (
	"context"
	"encoding/json"
	"errors"

	"kikigaki/internal/drafting"
	"kikigaki/internal/interview"
)

// DraftInput is what an engine may know about one talk.
type DraftInput = drafting.Input

// SheetAnswer is one answer of the sheet that the employee filled in before the talk.
type SheetAnswer = drafting.Answer

// ReadSheet reads a sheet as the API stores it: a JSON list [{"key", "text"}].
func ReadSheet(body []byte) ([]SheetAnswer, error) {
	var answers []struct{ Key, Text string }
	if err := json.Unmarshal(body, &answers); err != nil {
		return nil, interview.E("internal_error", errors.New("read sheet: not of the stored form")) // the decoder's error could quote it
	}
	var out []SheetAnswer
	for _, a := range answers {
		out = append(out, SheetAnswer{Key: a.Key, Text: a.Text})
	}
	return out, nil
}

// Order says what draft is wanted.
type Order struct {
	Template    string
	Language    string
	Route       interview.Route
	Engine      string // "", auto, llm, extractive
	Transcriber string // model that made the transcript; empty for captions
}

// Input begins what an engine is given: transcript, template, calendar and who processed the voice. The caller adds people,
// date, previous version and comments. template_unknown, language_unknown.
func (k *Kit) Input(o Order, t *interview.Transcript) (DraftInput, error) {
	template, err := k.Templates.Get(o.Template, o.Language)
	if err != nil {
		return DraftInput{}, err
	}
	in := DraftInput{Transcript: t, Template: template, Language: o.Language, FiscalYearStart: k.FiscalYear, Terms: k.Terms}
	if o.Transcriber != "" {
		by := interview.Processor{Model: o.Transcriber}
		if k.Speech != nil {
			if now := k.Speech.Model(); now.Model == o.Transcriber {
				by = now
			}
		}
		in.Processing.STT = &by
	}
	return in, nil
}

// Draft has the right engine write a draft; see drafting.Engine and Kit.Drafter.
func Draft(ctx context.Context, k *Kit, o Order, in DraftInput) (*interview.Draft, error) {
	engine, by, err := k.Drafter(o.Route, o.Engine)
	if err != nil {
		return nil, err
	}
	in.Processing.LLM = by
	return engine.Draft(ctx, in)
}

// Revise has the right engine answer comments.
func Revise(ctx context.Context, k *Kit, o Order, in DraftInput) (*interview.Draft, error) {
	engine, by, err := k.Drafter(o.Route, o.Engine)
	if err != nil {
		return nil, err
	}
	in.Processing.LLM = by
	return engine.Revise(ctx, in)
}
