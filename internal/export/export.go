package export

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/prompts"
)

// Formats are the kinds of document, by the ending of their file names.
var Formats = []string{"docx", "pdf", "md", "txt", "json"}

// Options is what an Exporter stands on.
type Options struct {
	Templates *prompts.Library
	// Fonts are TrueType files for PDF, in order of preference; a letter the first lacks is taken from the next that has
	// it. Those of this machine that are known to serve follow.
	Fonts []string
	// Verdict returns the decision that sealed a version, nil when there is none. Without it a sealed version is shown
	// with what the interview itself says: no objection, no seal.
	Verdict func(ctx context.Context, interviewID string, version int) (*interview.Verdict, error)
	// Forms is a folder of the company's own Word forms, <template>.docx with {{employee}}, {{wishes}} and so on; "" for none.
	Forms string
	// Zone is where dates are read; default UTC.
	Zone *time.Location
}

// Exporter renders drafts. Safe for concurrent use.
type Exporter struct{ o Options }

// New makes an Exporter.
func New(o Options) *Exporter {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	return &Exporter{o}
}

// Export writes version d of the record of t in a format. Outside an installation t may be the zero Talk. Errors:
// validation_failed for a format that is none; for pdf font_missing and glyph_missing. After an error w may have
// received part of a document.
func (x *Exporter) Export(ctx context.Context, d *interview.Draft, t interview.Talk, format string, w io.Writer) error {
	if format == "json" {
		return writeJSON(d, w)
	}
	b, err := x.builder(ctx, d, t)
	if err != nil {
		return err
	}
	r := b.record
	if form := x.form(d.Template); format == "docx" && form != "" {
		return writeForm(form, b.values(), w)
	}
	switch format {
	case "md":
		return writeMarkdown(r, w)
	case "txt":
		return writeText(r, w)
	case "docx":
		return writeDocx(r, w)
	case "pdf":
		return writePDF(r, x.o.Fonts, w)
	}
	e := interview.E("validation_failed", fmt.Errorf("no format of that name"))
	e.Fields = []interview.Field{{Name: "format", Code: "unknown"}}
	return e
}

// writeJSON writes the draft as the contract describes it: lists are never null.
func writeJSON(d *interview.Draft, w io.Writer) error {
	c := *d
	c.Summary, c.Sections = append([]interview.Sentence{}, d.Summary...), append([]interview.Section{}, d.Sections...)
	c.Dropped = append([]interview.Dropped{}, d.Dropped...)
	for i := range c.Summary {
		c.Summary[i].Evidence = append([]interview.Evidence{}, c.Summary[i].Evidence...)
	}
	for i := range c.Sections {
		c.Sections[i].Statements = append([]interview.Statement{}, c.Sections[i].Statements...)
		for j := range c.Sections[i].Statements {
			s := &c.Sections[i].Statements[j]
			s.Evidence = append([]interview.Evidence{}, s.Evidence...)
		}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(&c); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	return nil
}

// template finds the form of a draft: the version it was made with, else the present one of that name, else nil.
func (x *Exporter) template(d *interview.Draft) *prompts.Template {
	if x.o.Templates == nil {
		return nil
	}
	if t, err := x.o.Templates.Get(d.Template, ""); err == nil {
		return t
	}
	name, _, _ := strings.Cut(d.Template, "@")
	t, err := x.o.Templates.Get(name, "")
	if err != nil {
		return nil
	}
	return t
}

// verdict finds the decision that sealed d, nil when d is not sealed.
func (x *Exporter) verdict(ctx context.Context, d *interview.Draft, t interview.Talk) (*interview.Verdict, error) {
	if t.Sealed == 0 || t.Sealed != d.Version {
		return nil, nil
	}
	v := &interview.Verdict{Interview: t.ID, Draft: d.Version, Decision: "approve", By: t.Employee}
	if t.ApprovedAt != nil {
		v.At = *t.ApprovedAt
	}
	if x.o.Verdict != nil {
		stored, err := x.o.Verdict(ctx, t.ID, d.Version)
		if err != nil {
			return nil, fmt.Errorf("read the decision on the record: %w", err)
		}
		if stored != nil {
			v = stored
		}
	}
	return v, nil
}
