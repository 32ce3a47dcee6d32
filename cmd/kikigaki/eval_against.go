package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"kikigaki/internal/drafting/score"
)

// readReport reads what `eval --json` wrote before, of another engine or another version.
func readReport(path string) (*evalReport, error) {
	f, err := openInput(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 64<<20))
	if err != nil {
		return nil, usageError{"the file " + path + " cannot be read"}
	}
	r := &evalReport{}
	if err := json.Unmarshal(data, r); err != nil || len(r.Results) == 0 {
		return nil, usageError{path + ": not what `kikigaki eval --json` writes"}
	}
	return r, nil
}

// sameInterviews reports in words which interviews stand in one report alone, "" when none does. Figures of other
// interviews say nothing about an engine.
func sameInterviews(now []*score.Gold, then *evalReport) string {
	var lacks []string
	for _, g := range now {
		if !slices.ContainsFunc(then.Results, func(r score.Result) bool { return r.ID == g.ID }) {
			lacks = append(lacks, g.ID)
		}
	}
	for _, r := range then.Results {
		if !slices.ContainsFunc(now, func(g *score.Gold) bool { return g.ID == r.ID }) {
			lacks = append(lacks, r.ID)
		}
	}
	return strings.Join(lacks, ", ")
}

// compare writes the two reports beside each other: F1 of each interview and of each section, then what the drafts
// got wrong.
func compare(out io.Writer, now evalReport, then evalReport) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\tF1 %s\tF1 then (%s)\tdifference\t\n", now.Engine, then.Engine)
	row := func(name string, a, b float64) { fmt.Fprintf(w, "%s\t%.3f\t%.3f\t%+.3f\t\n", name, a, b, a-b) }
	for _, x := range now.Results {
		at := slices.IndexFunc(then.Results, func(r score.Result) bool { return r.ID == x.ID })
		row(x.ID, x.Overall.F1, then.Results[at].Overall.F1)
	}
	for _, s := range score.Sections {
		row(s, now.Overall.Sections[s].F1, then.Overall.Sections[s].F1)
	}
	row("all", now.Overall.Overall.F1, then.Overall.Overall.F1)
	share := func(name string, a, b *float64) {
		if a != nil && b != nil {
			row(name, *a, *b)
		}
	}
	share("owner", now.Overall.Owner, then.Overall.Owner)
	share("due", now.Overall.DueDate, then.Overall.DueDate)
	for _, x := range []struct {
		name string
		a, b int
	}{{"violations", now.Overall.Violations, then.Overall.Violations}, {"ungrounded", now.Overall.Ungrounded, then.Overall.Ungrounded}} {
		fmt.Fprintf(w, "%s\t%d\t%d\t%+d\t\n", x.name, x.a, x.b, x.a-x.b)
	}
	err := w.Flush()
	var lost, won []string
	for _, x := range now.Results {
		at := slices.IndexFunc(then.Results, func(r score.Result) bool { return r.ID == x.ID })
		for _, m := range x.Missed {
			if !slices.Contains(then.Results[at].Missed, m) {
				lost = append(lost, x.ID+" "+m)
			}
		}
		for _, m := range then.Results[at].Missed {
			if !slices.Contains(x.Missed, m) {
				won = append(won, x.ID+" "+m)
			}
		}
	}
	for _, x := range []struct {
		name string
		list []string
	}{{"found now, not then", won}, {"found then, not now", lost}} {
		if len(x.list) > 0 {
			_, werr := fmt.Fprintf(out, "%s: %s\n", x.name, strings.Join(x.list, ", "))
			err = errors.Join(err, werr)
		}
	}
	return err
}
