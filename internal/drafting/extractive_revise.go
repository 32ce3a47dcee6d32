package drafting

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
)

// Revise answers comments as far as excerpts can. A comment is data: it says where to look, never what to write.
//   - a dispute takes the statement out: what the employee says is wrong is not defended
//   - a comment on a statement puts the literal words in the place of the shrunk ones
//   - a comment on the document adds the passage it speaks of, when the talk has one that is not in the draft yet
//
// Everything else stays as it was, people's words to the letter. Each change carries the id of its comment.
func (x *Extractive) Revise(ctx context.Context, in Input) (*interview.Draft, error) {
	if in.Previous == nil {
		return nil, interview.E("internal_error", errors.New("revise draft: the previous version is required"))
	}
	if in.Transcript == nil || in.Template == nil {
		return nil, interview.E("internal_error", errors.New("revise draft: no transcript or no template"))
	}
	e := &excerpt{in: in, r: Read(in), used: map[int]string{}, inTask: map[int]bool{}, before: map[int]bool{}}
	if e.r.lang == "ja" {
		k, err := x.dictionary()
		if err != nil {
			return nil, interview.E("internal_error", err)
		}
		e.k = k
	}
	d := copyDraft(in.Previous)
	d.Author = interview.Author{Kind: "ai", Engine: EngineExtractive}
	d.Dropped, d.Flags, d.Cost = nil, nil, interview.Cost{}
	d.Coverage.Read = len(in.Transcript.Segments)
	comments := slices.Clone(in.Comments)
	slices.SortStableFunc(comments, func(a, b interview.Comment) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID))
	})
	for _, c := range comments {
		if c.Resolved || c.DeletedAt != nil || c.Kind == "reaction" || strings.TrimSpace(c.Text) == "" && c.Kind != "dispute" {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("revise draft: %w", err)
		}
		switch {
		case c.Statement != "" && c.Kind == "dispute":
			e.takeOut(d, c)
		case c.Statement != "":
			e.literally(d, c)
		default:
			e.follow(d, c)
		}
	}
	d, err := finishWith(in, d, e.r)
	if err != nil {
		return nil, err
	}
	inOrder(d, in.Previous)
	return d, nil
}

// takeOut removes a disputed statement of the engine's. What it rested on does not come back by itself.
func (e *excerpt) takeOut(d *interview.Draft, c interview.Comment) {
	for i := range d.Sections {
		list := d.Sections[i].Statements
		at := slices.IndexFunc(list, func(s interview.Statement) bool { return s.ID == c.Statement && s.By != "person" })
		if at < 0 {
			continue
		}
		gone := interview.Removed{ID: c.Statement, Section: d.Sections[i].Key, By: c.Author}
		for _, q := range list[at].Evidence {
			gone.Segments = append(gone.Segments, q.Segment)
		}
		d.Sections[i].Statements = slices.Delete(list, at, at+1)
		d.Removed = append(d.Removed, gone)
	}
}

// literally puts the quoted words in the place of the excerpt's own wording.
func (e *excerpt) literally(d *interview.Draft, c interview.Comment) {
	for i := range d.Sections {
		for j := range d.Sections[i].Statements {
			s := &d.Sections[i].Statements[j]
			if s.ID != c.Statement || s.By == "person" || len(s.Evidence) == 0 {
				continue
			}
			best := s.Evidence[0]
			for _, q := range s.Evidence {
				if part := e.in.Transcript.Segment(q.Segment); part != nil && e.in.Transcript.Part(part.Speaker) == s.Speaker &&
					evidence.Coverage(c.Text, q.Quote) > evidence.Coverage(c.Text, best.Quote) {
					best = q
				}
			}
			text := "「" + trimStop(best.Quote) + "」"
			if e.in.language() == "en" {
				text = "\"" + trimStop(best.Quote) + "\""
			}
			if s.Text != text {
				id := c.ID
				s.Text, s.ChangedBy = text, &id
			}
		}
	}
}

// minAbout is the least share of a comment's words that a passage must hold to be what the comment speaks of.
const minAbout = 0.34

// follow does for a wish about the whole record what excerpts can: it adds the passage that the wish speaks of. That
// there was none, so that nothing was done, is said.
func (e *excerpt) follow(d *interview.Draft, c interview.Comment) {
	if e.addFrom(d, c) {
		return
	}
	if f := (interview.Flag{Kind: "wish_not_followed"}); !slices.Contains(d.Flags, f) {
		d.Flags = append(d.Flags, f)
	}
}

// addFrom adds the employee's sentence that a comment on the whole document speaks of.
func (e *excerpt) addFrom(d *interview.Draft, c interview.Comment) bool {
	cited := map[int]bool{}
	for _, s := range d.Sections {
		for _, st := range s.Statements {
			for _, q := range st.Evidence {
				cited[q.Segment] = true
			}
		}
	}
	_, topics := e.blocks()
	best, at, key := minAbout, -1, ""
	for i, s := range e.r.sentences {
		if s.part != interview.PartEmployee || s.out != "" || cited[s.id] {
			continue
		}
		about := evidence.Coverage(c.Text, s.raw)
		if about <= best {
			continue
		}
		section := topics[i]
		if j, ok := e.judge(i, topics[i]); ok {
			section = j.section
		}
		if d.Section(section) == nil || section == interview.ActionItems {
			continue
		}
		best, at, key = about, i, section
	}
	if at < 0 {
		return false
	}
	text := e.write(candidate{i: at}, key)
	if text == "" {
		return false
	}
	id := c.ID
	s := d.Section(key)
	s.Statements = append(s.Statements, interview.Statement{ID: interview.NewID(), Text: text, Speaker: interview.PartEmployee, By: "ai",
		Evidence: []interview.Evidence{e.quote(at)}, ChangedBy: &id})
	return true
}
