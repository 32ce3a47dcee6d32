package worker

import (
	"context"

	"kikigaki/internal/interview"
	"kikigaki/internal/pipeline"
	"kikigaki/internal/store"
)

// sameTemplate refuses a template that was changed under the same name and version since it was first used. It is asked
// before anything is paid for.
func (w *Worker) sameTemplate(ctx context.Context, in pipeline.DraftInput) error {
	kept, err := w.Store.TemplateVersion(ctx, in.Template.Name, in.Template.Version)
	if interview.Code(err) == "not_found" {
		return nil
	}
	if err != nil {
		return err
	}
	return pipeline.SameTemplate(kept.Hash, kept.Body, in.Template)
}

// keepTemplate keeps a template with the first draft that is written in it.
func keepTemplate(ctx context.Context, tx *store.Tx, in pipeline.DraftInput) error {
	kept, err := tx.TemplateVersion(ctx, in.Template.Name, in.Template.Version)
	if err == nil {
		return pipeline.SameTemplate(kept.Hash, kept.Body, in.Template)
	}
	if interview.Code(err) != "not_found" {
		return err
	}
	body, err := pipeline.TemplateBody(in.Template)
	if err != nil {
		return err
	}
	return tx.PutTemplate(ctx, store.Template{Hash: in.Template.Hash, Name: in.Template.Name, Version: in.Template.Version, Body: body})
}
