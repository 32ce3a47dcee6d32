package api

import (
	"context"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// listAudit shows the audit log: hr and the operator all of it, everybody else that of their own interviews, one at a
// time.
func (s *Server) listAudit(ctx context.Context, in *auditIn) (*Body[Page[Entry]], error) {
	p := callOf(ctx).person
	f := store.AuditFilter{Interview: in.Interview, Actor: in.Actor, Action: in.Action, From: in.From, To: in.To}
	if interview.JudgeAccount(p, interview.ActAudit) != nil {
		if in.Interview == "" {
			f.Actor = p.ID // what they did themselves
			if in.Actor != "" && in.Actor != p.ID {
				return nil, interview.E("forbidden", nil)
			}
		} else if _, err := s.reach(ctx, p, in.Interview, interview.ActAudit); err != nil {
			return nil, err
		}
	}
	list, next, err := s.Store.Audit(ctx, f, in.page())
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, e := range list {
		ids = append(ids, e.Actor)
	}
	people, err := s.Store.PeopleByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := []Entry{}
	for _, e := range list {
		v := Entry{AuditEvent: e}
		if q, ok := people[e.Actor]; ok {
			r := refOf(q)
			v.Person = &r
		}
		out = append(out, v)
	}
	return &Body[Page[Entry]]{pageOf(out, next)}, nil
}
