package api

import (
	"context"
	"slices"

	"kikigaki/internal/interview"
	"kikigaki/internal/queue"
	"kikigaki/internal/store"
)

// reactions are the closed set of what a reaction can say; the app shows them as words with signs.
var reactions = []string{"thanks", "agree", "question", "seen"}

func (s *Server) listComments(ctx context.Context, in *commentsIn) (*Body[Page[Comment]], error) {
	c := callOf(ctx)
	out := []Comment{}
	cursor := ""
	for { // the two people's remarks on one record: hundreds at most, and the page shows them all
		list, next, err := s.Store.Comments(ctx, c.talk.ID, store.CommentFilter{Draft: in.Draft}, store.Page{Limit: 200, Cursor: cursor})
		if err != nil {
			return nil, err
		}
		if list, err = s.shownComments(ctx, list); err != nil {
			return nil, err
		}
		views, err := s.commentViews(ctx, list...)
		if err != nil {
			return nil, err
		}
		out = append(out, views...)
		if cursor = next; next == "" || len(out) >= 5000 {
			break
		}
	}
	return &Body[Page[Comment]]{pageOf(out, cursor)}, nil
}

// shownComments leaves out remarks on statements that the caller may not see.
func (s *Server) shownComments(ctx context.Context, list []interview.Comment) ([]interview.Comment, error) {
	c := callOf(ctx)
	if !interview.RelationOf(c.person, c.talk).Guarded {
		return list, nil
	}
	versions := map[int]*interview.Draft{}
	var out []interview.Comment
	for _, x := range list {
		if x.Statement == "" {
			continue // a remark on the whole record speaks of anything
		}
		if versions[x.Draft] == nil {
			d, err := s.draftFor(ctx, x.Draft)
			if err != nil {
				return nil, err
			}
			versions[x.Draft] = d
		}
		if has(versions[x.Draft], x.Statement) {
			out = append(out, x)
		}
	}
	return out, nil
}

func (s *Server) commentViews(ctx context.Context, list ...interview.Comment) ([]Comment, error) {
	var ids []string
	for _, x := range list {
		ids = append(ids, x.Author, x.ResolvedBy)
	}
	people, err := s.Store.PeopleByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := make([]Comment, 0, len(list))
	for _, x := range list {
		v := Comment{Comment: x, By: nameOf(people, x.Author), Mine: x.Author == callOf(ctx).person.ID, ETag: etag(x.UpdatedAt)}
		if x.ResolvedBy != "" {
			r := nameOf(people, x.ResolvedBy)
			v.Resolver = &r
		}
		out = append(out, v)
	}
	return out, nil
}

func (s *Server) makeComment(ctx context.Context, in *commentNewIn) (*Body[Comment], error) {
	c := callOf(ctx)
	b := in.Body
	if b.Kind == "" {
		b.Kind = "comment"
	}
	if b.Kind == "reaction" && !slices.Contains(reactions, b.Text) {
		return nil, invalid("text", "unknown")
	}
	if b.Kind == "dispute" && (b.Statement == "" || !interview.RelationOf(c.person, c.talk).Subject) {
		return nil, invalid("statement", "required") // ちがう is said of a statement, by the one it is about
	}
	d, err := s.draftFor(ctx, b.Draft)
	if interview.Code(err) == "not_found" {
		return nil, invalid("draft", "unknown")
	}
	if err != nil {
		return nil, err
	}
	if b.Statement != "" && !has(d, b.Statement) {
		return nil, invalid("statement", "unknown")
	}
	if at := d.Sentence(b.Statement); at >= 0 {
		b.Statement = d.SentenceID(at) // who names a place means the sentence that stands there now
	}
	x := interview.Comment{Interview: c.talk.ID, Draft: b.Draft, Statement: b.Statement, Parent: b.Parent, Author: c.person.ID, Kind: b.Kind, Text: b.Text}
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if x, err = tx.AddComment(ctx, x); err != nil {
			return err
		}
		return audit(ctx, tx, b.Kind+"_made", x.ID, "")
	})
	if err != nil {
		return nil, err
	}
	return s.commentAnswer(ctx, x)
}

func (s *Server) commentAnswer(ctx context.Context, x interview.Comment) (*Body[Comment], error) {
	s.committed(ctx, callOf(ctx).talk, queue.Event{Type: "comment", ID: x.ID, Version: x.Draft})
	v, err := s.commentViews(ctx, x)
	if err != nil {
		return nil, err
	}
	return &Body[Comment]{v[0]}, nil
}

// has reports whether a version has that statement, or that sentence of its summary.
func has(d *interview.Draft, statement string) bool {
	if d.Sentence(statement) >= 0 {
		return true
	}
	for _, sec := range d.Sections {
		for _, st := range sec.Statements {
			if st.ID == statement {
				return true
			}
		}
	}
	return false
}

// comment loads a remark of the interview in hand; one of another interview does not exist here.
func (s *Server) comment(ctx context.Context, id string) (interview.Comment, error) {
	return s.commentIn(ctx, s.Store, id)
}

// commentIn is comment within a transaction.
func (s *Server) commentIn(ctx context.Context, from interface {
	Comment(ctx context.Context, id string) (interview.Comment, error)
}, id string) (interview.Comment, error) {
	x, err := from.Comment(ctx, id)
	if err == nil && (x.Interview != callOf(ctx).talk.ID || x.DeletedAt != nil) {
		err = interview.E("not_found", nil)
	}
	if err == nil {
		shown, e := s.shownComments(ctx, []interview.Comment{x})
		if err = e; e == nil && len(shown) == 0 {
			err = interview.E("not_found", nil)
		}
	}
	return x, err
}

func (s *Server) changeComment(ctx context.Context, in *commentChangeIn) (*Body[Comment], error) {
	c := callOf(ctx)
	seen, err := seenAt(in.IfMatch.IfMatch, false)
	if err != nil {
		return nil, err
	}
	x, err := s.comment(ctx, in.Comment)
	if err != nil {
		return nil, err
	}
	if in.Body.Text == nil && in.Body.Resolved == nil {
		return nil, invalid("body", "empty")
	}
	if in.Body.Text != nil && (x.Author != c.person.ID || x.Kind == "reaction") {
		return nil, interview.E("forbidden", nil)
	}
	// A dispute is settled by the one who made it: the interviewer cannot call the employee satisfied.
	if in.Body.Resolved != nil && *in.Body.Resolved && x.Kind == "dispute" && x.Author != c.person.ID {
		return nil, interview.E("forbidden", nil)
	}
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if x, err = tx.UpdateComment(ctx, x.ID, seen, store.CommentChange{Text: in.Body.Text, Resolved: in.Body.Resolved, ResolvedBy: c.person.ID}); err != nil {
			return err
		}
		return audit(ctx, tx, "comment_changed", x.ID, "")
	})
	if err != nil {
		return nil, err
	}
	return s.commentAnswer(ctx, x)
}

func (s *Server) deleteComment(ctx context.Context, in *OnComment) (*None, error) {
	c := callOf(ctx)
	x, err := s.comment(ctx, in.Comment)
	if err != nil {
		return nil, err
	}
	if x.Author != c.person.ID {
		return nil, interview.E("forbidden", nil)
	}
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.DeleteComment(ctx, x.ID); err != nil {
			return err
		}
		return audit(ctx, tx, "comment_deleted", x.ID, "")
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, c.talk, queue.Event{Type: "comment", ID: x.ID})
	return nil, nil
}
