package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"kikigaki/internal/drafting/score"
	"kikigaki/internal/interview"
	"kikigaki/internal/pipeline"
)

// evalCommand says how good drafts are, measured on interviews that people have annotated.
type evalCommand struct {
	Gold     []string `arg:"" help:"Annotated transcripts (.json)."`
	Template string   `help:"Template of the record." default:"career-interview"`
	Engine   string   `help:"auto, llm or extractive." enum:"auto,llm,extractive" default:"auto"`
	Details  bool     `help:"Name what was missed, added, or must not have been there."`
	Against  string   `help:"Compare with what 'eval --json' wrote before: another engine, another version." placeholder:"FILE"`
	JSON     bool     `name:"json" help:"Results as JSON."`
}

// evalReport is what --json prints.
type evalReport struct {
	Engine  string         `json:"engine"`
	Results []score.Result `json:"results"`
	Overall score.Summary  `json:"overall"`
}

// Run drafts and scores. A file that cannot be scored is a mistake of the caller: nothing is drafted then.
func (c *evalCommand) Run(ctx context.Context, st *streams, s *Settings) error {
	if err := checked(st, s, headless); err != nil {
		return err
	}
	k, err := newKit(s, nil, nil)
	if err != nil {
		return err
	}
	var golds []*score.Gold
	for _, path := range c.Gold {
		g, err := readGold(path)
		if err != nil {
			return err
		}
		if _, err := k.Templates.Get(c.Template, g.Language); err != nil {
			return err
		}
		golds = append(golds, g)
	}
	var then *evalReport
	if c.Against != "" {
		if c.JSON {
			return usageError{"--against and --json cannot go together"}
		}
		if then, err = readReport(c.Against); err != nil {
			return err
		}
		if other := sameInterviews(golds, then); other != "" {
			return usageError{c.Against + ": not of the same interviews: " + other}
		}
	}
	watch := newProgress(st)
	defer watch.end()
	report := evalReport{}
	for i, g := range golds {
		watch.step("drafting", i, len(golds))
		d, err := c.draft(ctx, k, g)
		if err != nil {
			return fmt.Errorf("draft of %s: %w", filepath.Base(c.Gold[i]), err)
		}
		report.Engine = d.Author.Engine
		report.Results = append(report.Results, score.Score(g, score.FromDraft(d)))
	}
	watch.end()
	report.Overall = score.Sum(report.Results)
	if c.JSON {
		e := json.NewEncoder(st.out)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		return e.Encode(report)
	}
	if err := c.print(st.out, report); err != nil || then == nil {
		return err
	}
	return compare(st.out, report, *then)
}

func readGold(path string) (*score.Gold, error) {
	f, err := openInput(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 64<<20))
	if err != nil {
		return nil, usageError{"the file " + path + " cannot be read"}
	}
	g, err := score.Parse(data)
	if err != nil {
		return nil, usageError{path + ": " + err.Error()}
	}
	if g.ID == "" {
		g.ID = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	}
	return g, nil
}

func (c *evalCommand) draft(ctx context.Context, k *pipeline.Kit, g *score.Gold) (*interview.Draft, error) {
	order := pipeline.Order{Template: c.Template, Language: g.Language, Route: interview.External, Engine: c.Engine}
	in, err := k.Input(order, g.Transcript())
	if err != nil {
		return nil, err
	}
	in.RecordedOn, in.Header.RecordedOn = g.RecordedOn, g.RecordedOn
	for _, p := range g.Participants {
		switch p.Role {
		case interview.PartEmployee:
			in.Header.Employee.Name = p.Name
		case interview.PartInterviewer:
			in.Header.Interviewer.Name = p.Name
		}
	}
	return pipeline.Draft(ctx, k, order, in)
}

// print writes a table: a row a section of each interview, then all together.
func (c *evalCommand) print(out io.Writer, r evalReport) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "interview\tsection\tgold\tdrafted\tmatched\tprecision\trecall\tF1\towner\tdue\tviolations\tungrounded\t")
	row := func(name, section string, x score.Ratio, rest string) {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%.3f\t%.3f\t%.3f\t%s\t\n", name, section, x.Gold, x.Output, x.Matched, x.Precision, x.Recall, x.F1, rest)
	}
	for _, x := range r.Results {
		for _, s := range score.Sections {
			row(x.ID, s, x.Sections[s], "\t\t\t")
		}
		row(x.ID, "all", x.Overall, counts(x.Owner, x.DueDate, len(x.Violations), len(x.Ungrounded)))
	}
	if len(r.Results) > 1 {
		for _, s := range score.Sections {
			row("all", s, r.Overall.Sections[s], "\t\t\t")
		}
		row("all", "all", r.Overall.Overall, counts(r.Overall.Owner, r.Overall.DueDate, r.Overall.Violations, r.Overall.Ungrounded))
	}
	err := w.Flush()
	if c.Details {
		for _, x := range r.Results {
			for _, m := range x.Missed {
				fmt.Fprintf(out, "%s: missed %s\n", x.ID, m)
			}
			for _, m := range x.Extra {
				fmt.Fprintf(out, "%s: extra in %s: %s\n", x.ID, m.Section, m.Text)
			}
			for _, m := range x.Violations {
				fmt.Fprintf(out, "%s: must not appear (%s) in %s: %s\n", x.ID, m.Reason, m.Section, m.Text)
			}
			for _, m := range x.Ungrounded {
				fmt.Fprintf(out, "%s: ungrounded (%s) in %s: %s\n", x.ID, m.Why, m.Section, m.Text)
			}
		}
	}
	_, ferr := fmt.Fprintf(out, "engine: %s\n", r.Engine)
	return errors.Join(err, ferr)
}

func counts(owner, due *float64, violations, ungrounded int) string {
	share := func(x *float64) string {
		if x == nil {
			return "-"
		}
		return fmt.Sprintf("%.3f", *x)
	}
	return fmt.Sprintf("%s\t%s\t%d\t%d", share(owner), share(due), violations, ungrounded)
}
