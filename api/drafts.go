package api

import (
	"context"
	"slices"
	"strconv"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func draftTag(n int) string { return `"d` + strconv.Itoa(n) + `"` }

// listDrafts lists the versions the caller may read: the two people all, hr the approved one.
func (s *Server) listDrafts(ctx context.Context, _ *OnTalk) (*Body[Page[Version]], error) {
	c := callOf(ctx)
	list, err := s.Store.Drafts(ctx, c.talk.ID)
	if err != nil {
		return nil, err
	}
	rel := interview.RelationOf(c.person, c.talk)
	out := []Version{}
	for _, d := range list {
		if onlySealed(rel) && d.Version != c.talk.Sealed {
			continue
		}
		v := Version{Version: d.Version, Template: d.Template, CreatedAt: d.CreatedAt, Stale: d.Stale, Sealed: d.Seal != "",
			Author: interview.Author{Kind: "ai", Engine: d.Engine}}
		if d.Author != "" {
			v.Author = interview.Author{Kind: "person", ID: d.Author}
		}
		if rel.Subject {
			opened, err := s.Store.Opened(ctx, c.talk.ID, d.Version, c.person.ID)
			if err != nil {
				return nil, err
			}
			for id, yes := range opened {
				if yes {
					v.Opened = append(v.Opened, id)
				}
			}
			slices.Sort(v.Opened)
		}
		out = append(out, v)
	}
	return &Body[Page[Version]]{pageOf(out, "")}, nil
}

// asHR reports whether somebody meets an interview as hr: an hr partner who holds it is its interviewer.
func asHR(rel interview.Relation) bool { return rel.HR && (!rel.Interviewer || rel.Closed) }

// onlySealed reports whether somebody reads the approved record and no draft.
func onlySealed(rel interview.Relation) bool { return asHR(rel) || rel.Successor }

// readable loads a version for the caller (0: the newest they may read) with everything taken out that is not for them.
func (s *Server) readable(ctx context.Context, n int) (*interview.Draft, error) {
	c := callOf(ctx)
	rel := interview.RelationOf(c.person, c.talk)
	sealed := onlySealed(rel)
	switch {
	case sealed && (c.talk.Sealed == 0 || n != 0 && n != c.talk.Sealed):
		return nil, interview.E("not_found", nil)
	case sealed:
		n = c.talk.Sealed
	case n == 0 && c.talk.Status == interview.Approved:
		n = c.talk.Sealed
	}
	d, err := s.draftFor(ctx, n)
	if err != nil {
		return nil, err
	}
	if asHR(rel) && !rel.Successor {
		forHR(d)
	}
	return d, nil
}

// forHR takes out of an approved record what is for the two alone: their statements, what in the summary rests on the
// same words, the quotes (which are transcript) and remarks on what was left out.
func forHR(d *interview.Draft) {
	hidden := map[int]bool{}
	for i := range d.Sections {
		sec := &d.Sections[i]
		sec.Evidence = nil
		kept := []interview.Statement{}
		for _, st := range sec.Statements {
			if st.Audience != "hr" || st.Sensitive {
				for _, e := range st.Evidence {
					hidden[e.Segment] = true
				}
				continue
			}
			st.Evidence = nil
			kept = append(kept, st)
		}
		sec.Statements = kept
	}
	d.NameSentences() // before some of them go
	summary := []interview.Sentence{}
	for _, x := range d.Summary {
		if !slices.ContainsFunc(x.Evidence, func(e interview.Evidence) bool { return hidden[e.Segment] }) {
			x.Evidence = nil
			summary = append(summary, x)
		}
	}
	d.Summary, d.Dropped, d.Removed, d.Flags = summary, nil, nil, nil
}

func (s *Server) getDraft(ctx context.Context, in *OnDraft) (*Tagged[DraftDocument], error) {
	d, err := s.readable(ctx, in.N)
	if err != nil {
		return nil, err
	}
	if err := s.logRead(ctx, callOf(ctx).talk, "record"); err != nil {
		return nil, err
	}
	return s.draftDocument(ctx, d)
}

func (s *Server) draftDocument(ctx context.Context, d *interview.Draft) (*Tagged[DraftDocument], error) {
	c := callOf(ctx)
	d.NameSentences()
	out := DraftDocument{Draft: *d, Latest: d.Version == c.talk.Draft, Sealed: d.Version == c.talk.Sealed}
	if interview.RelationOf(c.person, c.talk).Subject {
		look, opened, err := s.look(ctx, c.talk, d)
		if err != nil {
			return nil, err
		}
		out.Look, out.Opened = look, opened
	}
	return &Tagged[DraftDocument]{draftTag(d.Version), out}, nil
}

// look lists what the employee must open before approving: unclear, sensitive, changed since the version they last
// looked at, and actions of their own. What they opened in an earlier version and nobody changed since counts.
func (s *Server) look(ctx context.Context, t interview.Talk, d *interview.Draft) (look, opened []string, err error) {
	seen, err := s.Store.Opened(ctx, t.ID, d.Version, t.Employee)
	if err != nil {
		return nil, nil, err
	}
	changed, err := s.sinceLast(ctx, t, d, seen)
	if err != nil {
		return nil, nil, err
	}
	for _, sec := range d.Sections {
		if sec.State == interview.Unclear {
			look = append(look, "#"+sec.Key)
		}
		for _, st := range sec.Statements {
			own := st.Author == t.Employee && st.By == "person"
			action := sec.Key == interview.ActionItems && st.Owner == interview.PartEmployee
			if !own && (st.Sensitive || changed[st.ID] || action) {
				look = append(look, st.ID)
			}
		}
	}
	for _, id := range look {
		if seen[id] {
			opened = append(opened, id)
		}
	}
	return look, opened, nil
}

// sinceLast says which statements changed since the version the employee last looked at, and adds to seen what they
// opened then and nobody changed.
func (s *Server) sinceLast(ctx context.Context, t interview.Talk, d *interview.Draft, seen map[string]bool) (map[string]bool, error) {
	changed := map[string]bool{}
	verdicts, err := s.Store.Verdicts(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	answered := map[int]bool{}
	for _, v := range verdicts {
		if v.By == t.Employee {
			answered[v.Draft] = true
		}
	}
	since := false // the version they last looked into is found: what differs from it has changed
	for m := d.Version - 1; m > 0; m-- {
		then, err := s.Store.Opened(ctx, t.ID, m, t.Employee)
		if err != nil {
			return nil, err
		}
		if len(then) == 0 && (since || !answered[m]) {
			continue
		}
		old, err := s.Store.Draft(ctx, t.ID, m)
		if err != nil {
			return nil, err
		}
		differs := map[string]bool{}
		for _, ch := range evidence.Diff(old, d) {
			if ch.After != nil {
				differs[ch.After.ID] = true
			}
		}
		if !since {
			changed, since = differs, true
		}
		for id, yes := range then {
			if _, later := seen[id]; !later { // a later word on it counts
				seen[id] = yes && !differs[id]
			}
		}
	}
	return changed, nil
}

// markOpened notes what the employee has looked at.
func (s *Server) markOpened(ctx context.Context, in *openedIn) (*Body[Opened], error) {
	c := callOf(ctx)
	d, err := s.Store.Draft(ctx, c.talk.ID, in.N)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, sec := range d.Sections {
		known["#"+sec.Key] = true
		for _, st := range sec.Statements {
			known[st.ID] = true
		}
	}
	for name, ids := range map[string][]string{"statements": in.Body.Statements, "take_back": in.Body.TakeBack} {
		for _, id := range ids {
			if !known[id] {
				return nil, invalid(name, "unknown")
			}
		}
	}
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.MarkOpened(ctx, c.talk.ID, in.N, c.person.ID, in.Body.Statements...); err != nil {
			return err
		}
		return tx.TakeBackOpened(ctx, c.talk.ID, in.N, c.person.ID, in.Body.TakeBack...)
	})
	if err != nil {
		return nil, err
	}
	look, opened, err := s.look(ctx, c.talk, d)
	if err != nil {
		return nil, err
	}
	return &Body[Opened]{Opened{Look: look, Opened: opened, Open: len(look) - len(opened)}}, nil
}

func (s *Server) diffDrafts(ctx context.Context, in *diffIn) (*Body[Difference], error) {
	against := in.Against
	if against == 0 {
		against = in.N - 1
	}
	if against < 1 || against >= in.N {
		return nil, invalid("against", "too_large")
	}
	old, err := s.draftFor(ctx, against)
	if err != nil {
		return nil, err
	}
	fresh, err := s.draftFor(ctx, in.N)
	if err != nil {
		return nil, err
	}
	if err := s.logRead(ctx, callOf(ctx).talk, "record"); err != nil {
		return nil, err
	}
	out := Difference{From: against, To: in.N, Changes: []StatementChange{}}
	for _, ch := range evidence.Diff(old, fresh) {
		x := StatementChange{Kind: ch.Kind, Section: ch.Section, Before: ch.Before, After: ch.After, By: ch.By}
		if ch.After != nil {
			x.ID = ch.After.ID
		} else if ch.Before != nil {
			x.ID = ch.Before.ID
		}
		out.Changes = append(out.Changes, x)
	}
	for _, sec := range fresh.Sections {
		if was := old.Section(sec.Key); was != nil && was.State != sec.State {
			out.Changes = append(out.Changes, StatementChange{Kind: "section_state", Section: sec.Key, Was: string(was.State), Is: string(sec.State)})
		}
	}
	if a, b := summaryText(old), summaryText(fresh); a != b {
		out.Changes = append(out.Changes, StatementChange{Kind: "summary", Was: a, Is: b})
	}
	return &Body[Difference]{out}, nil
}

func summaryText(d *interview.Draft) string {
	text := ""
	for i, x := range d.Summary {
		if i > 0 {
			text += "\n"
		}
		text += x.Text
	}
	return text
}

// makeDraft asks for a new draft, or stores the one that people write where no recording is used.
func (s *Server) makeDraft(ctx context.Context, in *redraftIn) (*Body[Interview], error) {
	c := callOf(ctx)
	var ask Redraft
	if in.Body != nil {
		ask = *in.Body
	}
	if ask.ByHand {
		if err := interview.Judge(c.person, interview.ActWriteByHand, c.talk); err != nil {
			return nil, err
		}
		return s.writeByHand(ctx, ask)
	}
	if err := interview.Judge(c.person, interview.ActRedraft, c.talk); err != nil {
		return nil, err
	}
	if err := s.narrow(c.person, interview.ActRedraft, c.talk); err != nil {
		return nil, err
	}
	if len(ask.Sections) > 0 {
		return nil, invalid("sections", "unknown") // only with by_hand; an edit is a PATCH
	}
	var ch store.TalkChange
	if ask.Template != "" {
		if _, err := s.Templates.Get(ask.Template, c.talk.Language); err != nil {
			return nil, err
		}
		ch.Template = &ask.Template
	}
	if ask.Engine != "" {
		engine, err := s.engine(ask.Engine)
		if err != nil {
			return nil, err
		}
		ch.Engine = &engine
	}
	if versions, err := s.Store.Transcripts(ctx, c.talk.ID); err != nil {
		return nil, err
	} else if len(versions) == 0 {
		return nil, &interview.Error{Code: "state_conflict", State: c.talk.Status} // the transcript has reached its end
	}
	t := c.talk
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if _, err = tx.UpdateTalk(ctx, t.ID, zero, ch); err != nil {
			return err
		}
		if _, err := instruct(ctx, tx, c, ask.Instruction); err != nil {
			return err
		}
		if t, err = tx.Move(ctx, store.MoveInput{ID: c.talk.ID, Event: interview.RedraftAsked, NewGeneration: true}); err != nil {
			return err
		}
		if err := tx.AddTask(ctx, interview.Task{Kind: interview.TaskDraft, Interview: t.ID, Generation: t.Generation}, zero); err != nil {
			return err
		}
		return audit(ctx, tx, "redraft_asked", strconv.Itoa(t.Draft), "")
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, t, stateEvent(t))
	return s.answerWith(ctx, t)
}

// instruct keeps what a person wants done differently as a comment, and returns its id: tasks carry ids, never words.
func instruct(ctx context.Context, tx *store.Tx, c *call, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	x, err := tx.AddComment(ctx, interview.Comment{Interview: c.talk.ID, Draft: c.talk.Draft, Author: c.person.ID, Kind: "comment", Text: text})
	return x.ID, err
}
