package api

import (
	"context"
	"maps"
	"slices"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

const (
	leastGroup = 5     // people: smaller groups are not shown
	statsScan  = 20000 // interviews looked at for one answer
)

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
	months, employees, approved, err := s.scanTalks(ctx, f)
	if err != nil {
		return nil, err
	}
	for _, m := range slices.Sorted(maps.Keys(months)) {
		out.Months = append(out.Months, *months[m])
	}
	out.Interviewed = len(employees)
	if out.Employees, err = s.Store.CountPeople(ctx); err != nil {
		return nil, err
	}
	if !p.Has(interview.RoleHR) {
		return &Body[Stats]{out}, nil
	}
	overdue, _, err := s.Store.Promises(ctx, store.PromiseFilter{State: "open", DueTo: yesterday(), ApprovedOnly: true}, store.Page{Limit: 200})
	if err != nil {
		return nil, err
	}
	out.Overdue = len(overdue)
	out.Content, err = s.contentStats(ctx, approved)
	return &Body[Stats]{out}, err
}

func (s *Server) scanTalks(ctx context.Context, f store.TalkFilter) (map[string]*MonthCount, map[string]bool, []interview.Talk, error) {
	months, employees := map[string]*MonthCount{}, map[string]bool{}
	var approved []interview.Talk
	cursor := ""
	for seen := 0; seen < statsScan; {
		talks, next, err := s.Store.Talks(ctx, f, store.Page{Limit: 200, Cursor: cursor})
		if err != nil {
			return nil, nil, nil, err
		}
		for _, t := range talks {
			if len(t.RecordedOn) < 7 || t.Status == interview.Erased {
				continue
			}
			m := t.RecordedOn[:7]
			if months[m] == nil {
				months[m] = &MonthCount{Month: m}
			}
			months[m].Opened++
			employees[t.Employee] = true
			if t.Status == interview.Approved && t.Sealed > 0 {
				months[m].Approved++
				approved = append(approved, t)
			}
		}
		seen += len(talks)
		if cursor = next; next == "" {
			break
		}
	}
	return months, employees, approved, nil
}

// contentStats counts statements of approved records by department. A department with fewer than five people is not
// shown, nor are statements that are for the two alone; with fewer than five people in all there is nothing to show.
func (s *Server) contentStats(ctx context.Context, talks []interview.Talk) (*ContentStats, error) {
	if len(talks) > 2000 {
		talks = talks[:2000] // the newest: an overview, not an archive
	}
	var ids []string
	everyone := map[string]bool{}
	for _, t := range talks {
		ids = append(ids, t.Employee)
		everyone[t.Employee] = true
	}
	if len(everyone) < leastGroup {
		return nil, nil
	}
	people, err := s.Store.PeopleByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	groups := map[string]map[string]bool{}
	sections := map[string]map[string]int{}
	for _, t := range talks {
		dep := people[t.Employee].Department
		if groups[dep] == nil {
			groups[dep], sections[dep] = map[string]bool{}, map[string]int{}
		}
		groups[dep][t.Employee] = true
		d, err := s.Store.Draft(ctx, t.ID, t.Sealed)
		if err != nil {
			return nil, err
		}
		forHR(d)
		for _, sec := range d.Sections {
			sections[dep][sec.Key] += len(sec.Statements)
		}
	}
	out := &ContentStats{Records: len(talks), People: len(everyone), Departments: []DepartmentStats{}}
	for _, dep := range slices.Sorted(maps.Keys(groups)) {
		if n := len(groups[dep]); n >= leastGroup && dep != "" {
			out.Departments = append(out.Departments, DepartmentStats{dep, n, sections[dep]})
		}
	}
	return out, nil
}
