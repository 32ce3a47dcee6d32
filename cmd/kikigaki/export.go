package main

import (
	"context"
	"io"
	"path/filepath"

	"kikigaki/internal/export"
	"kikigaki/internal/interview"
	"kikigaki/internal/pipeline"
	"kikigaki/internal/store"
)

// newExporter makes what renders documents. db is nil on the command line, where no version is sealed.
func newExporter(s *Settings, k *pipeline.Kit, db *store.Store) *export.Exporter {
	o := export.Options{Templates: k.Templates, Zone: timezone(), Forms: s.TemplatesDir}
	if s.Font != "" {
		o.Fonts = filepath.SplitList(s.Font)
	}
	if db != nil {
		o.Verdict = func(ctx context.Context, id string, version int) (*interview.Verdict, error) {
			all, err := db.Verdicts(ctx, id)
			if err != nil {
				return nil, err
			}
			var sealed *interview.Verdict
			for i := range all {
				if all[i].Decision == "approve" && all[i].Draft == version {
					sealed = &all[i]
				}
			}
			return sealed, nil
		}
	}
	return export.New(o)
}

// renderDocument writes a draft made on the command line: it belongs to no interview, so it is unconfirmed.
func renderDocument(ctx context.Context, s *Settings, k *pipeline.Kit, d *interview.Draft, format string, w io.Writer) error {
	return newExporter(s, k, nil).Export(ctx, d, interview.Talk{}, format, w)
}
