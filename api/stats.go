package api

import (
	"context"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// leastGroup is how many people a group has at least: smaller ones are not shown.
const leastGroup = 5

// getStats counts. hr sees metadata of all and the content of approved records in groups of five and more; the operator
// sees counts only; nobody sees a single person's.
func (s *Server) getStats(ctx context.Context, in *statsIn) (*Body[Stats], error) {
	p := callOf(ctx).person
	out := Stats{From: in.From, To: in.To, Statuses: []StatusCount{}, Months: []MonthCount{}}
	if out.To == "" {
		out.To = interview.Now().Local().Format(time.DateOnly)
	}
	if out.From == "" {
		to, err := time.Parse(time.DateOnly, out.To)
		if err != nil {
			return nil, invalid("to", "date")
		}
		out.From = to.AddDate(-1, 0, 1).Format(time.DateOnly)
	}
	if !validDay(out.From) || !validDay(out.To) {
		return nil, invalid("from", "date")
	}
	f := store.TalkFilter{From: out.From, To: out.To}
	counts, err := s.Store.TalkCounts(ctx, f)
	if err != nil {
		return nil, err
	}
	for _, st := range interview.Statuses {
		if counts[st] > 0 {
			out.Statuses = append(out.Statuses, StatusCount{st, counts[st]})
		}
	}
	months, err := s.Store.TalkMonths(ctx, f)
	if err != nil {
		return nil, err
	}
	for _, m := range months {
		out.Months = append(out.Months, MonthCount{m.Month, m.Opened, m.Approved})
	}
	if out.Interviewed, err = s.Store.CountInterviewed(ctx, f); err != nil {
		return nil, err
	}
	if out.Employees, err = s.Store.CountPeople(ctx); err != nil {
		return nil, err
	}
	if !p.Has(interview.RoleHR) {
		return &Body[Stats]{out}, nil
	}
	out.Overdue, err = s.Store.CountPromises(ctx, store.PromiseFilter{State: "open", DueTo: yesterday(), ApprovedOnly: true})
	if err != nil {
		return nil, err
	}
	out.Content, err = s.contentStats(ctx, f)
	return &Body[Stats]{out}, err
}

// contentStats counts statements of approved records by department. A department with fewer than five people is not
// shown, nor are statements that are for the two alone; with fewer than five people in all there is nothing to show.
func (s *Server) contentStats(ctx context.Context, f store.TalkFilter) (*ContentStats, error) {
	groups, err := s.Store.Groups(ctx, f, countable)
	if err != nil {
		return nil, err
	}
	out := &ContentStats{Departments: []DepartmentStats{}}
	for _, g := range groups {
		out.Records += g.Records
		out.People += g.People
		if g.People >= leastGroup && g.Department != "" {
			out.Departments = append(out.Departments, DepartmentStats{g.Department, g.People, g.Sections})
		}
	}
	if out.People < leastGroup {
		return nil, nil
	}
	return out, nil
}

// countable counts by section the statements that hr may read.
func countable(d *interview.Draft) map[string]int {
	forHR(d)
	out := map[string]int{}
	for _, sec := range d.Sections {
		out[sec.Key] += len(sec.Statements)
	}
	return out
}
