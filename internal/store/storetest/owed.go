package storetest

import (
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// owed counts what waits for an answer of the interviewer, thread by thread.
func owed(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v, quiet := talk(t, s, interview.InReview), talk(t, s, interview.InReview)
	say := func(author, statement, kind string) interview.Comment {
		c, err := s.AddComment(ctx, interview.Comment{Interview: v.ID, Draft: 1, Statement: statement, Author: author, Kind: kind, Text: "x"})
		check(t, err)
		return c
	}
	count := func() int {
		n, err := s.OwedThreads(ctx, map[string]string{v.ID: v.Employee, quiet.ID: quiet.Employee})
		check(t, err)
		equal(t, "an interview without remarks", n[quiet.ID], 0)
		return n[v.ID]
	}
	equal(t, "nothing", count(), 0)
	say(v.Employee, "a", "comment")
	say(v.Employee, "a", "dispute")
	say(v.Employee, "", "comment")
	settled := say(v.Employee, "b", "comment")
	equal(t, "by statement, the whole record among them", count(), 3)
	say(v.Interviewer, "a", "comment")
	say(v.Employee, "a", "reaction")
	yes := true
	_, err := s.UpdateComment(ctx, settled.ID, settled.UpdatedAt, store.CommentChange{Resolved: &yes, ResolvedBy: v.Employee})
	check(t, err)
	equal(t, "answered and settled ones are none, a reaction is no word", count(), 1)
	n, err := s.OwedThreads(ctx, nil)
	check(t, err)
	equal(t, "of none", len(n), 0)
}
