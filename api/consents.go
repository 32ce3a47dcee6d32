package api

import (
	"context"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func (s *Server) getConsent(ctx context.Context, _ *OnTalk) (*Body[ConsentPage], error) {
	c := callOf(ctx)
	t := c.talk
	var page ConsentPage
	list, err := s.Store.Consents(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	ids := []string{t.Employee, t.Interviewer}
	for _, x := range list {
		ids = append(ids, x.Person, x.By)
	}
	people, err := s.Store.PeopleByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	latest := map[string]ConsentEntry{}
	for _, x := range list {
		e := ConsentEntry{Person: nameOf(people, x.Person), Part: partOf(t, x.Person), Decision: x.Decision, Abroad: x.Abroad,
			By: nameOf(people, x.By), Method: x.Method, Notice: x.Notice, At: x.At}
		page.History = append(page.History, e)
		latest[x.Person] = e
	}
	for _, id := range []string{t.Employee, t.Interviewer} {
		if e, ok := latest[id]; ok {
			page.Participants = append(page.Participants, e)
			if id == c.person.ID {
				page.Own = &e
			}
		}
	}
	if t.Status == interview.Erased {
		return &Body[ConsentPage]{page}, nil
	}
	if page.Notice, err = s.notice(ctx, t, c.lang); err != nil {
		return nil, err
	}
	page.AsksAbroad = s.asksAbroad(t)
	if interview.RelationOf(c.person, t).Interviewer {
		page.AttestText = s.attestText(t, page.Notice.Name, c.lang, s.noticeValues(t, people[t.Interviewer].Name, c.lang))
	}
	return &Body[ConsentPage]{page}, nil
}

func partOf(t interview.Talk, person string) interview.Part {
	switch person {
	case t.Employee:
		return interview.PartEmployee
	case t.Interviewer:
		return interview.PartInterviewer
	}
	return interview.PartOther
}

// putConsent takes the caller's own decision: the employee's about the interview, the interviewer's about their own voice.
func (s *Server) putConsent(ctx context.Context, in *consentIn) (*Body[Interview], error) {
	c := callOf(ctx)
	t := c.talk
	decision := interview.Decision(in.Body.Decision)
	if decision == interview.Given {
		if in.Body.Notice == "" {
			return nil, invalid("notice", "required")
		}
	}
	own := interview.Consent{Interview: t.ID, Person: c.person.ID, By: c.person.ID, Decision: decision, Abroad: in.Body.Abroad, Notice: in.Body.Notice}
	subject := interview.RelationOf(c.person, t).Subject
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		if !subject && decision == interview.Objected {
			return invalid("decision", "unknown")
		}
		var err error
		if t, err = s.locked(ctx, tx, interview.ActConsent); err != nil {
			return err
		}
		if decision == interview.Given {
			if err := s.presentNotice(ctx, tx, t, own.Notice); err != nil {
				return err
			}
		}
		if _, err := tx.AddConsent(ctx, own); err != nil {
			return err
		}
		if err := audit(ctx, tx, "consent_"+string(decision), own.Person, ""); err != nil {
			return err
		}
		if subject && t.Hold && saysNo(decision) {
			t, err = heldNo(ctx, tx, t)
		} else if subject {
			t, err = s.consentEffect(ctx, tx, t, decision, in.Body.Abroad)
		} else {
			t, err = s.ownVoice(ctx, tx, t, decision)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, t, stateEvent(t))
	return s.answerWith(ctx, t)
}

// presentNotice refuses a yes to a text that is not, or is no longer, the one that holds for this interview: who reads one
// thing has not agreed to another.
func (s *Server) presentNotice(ctx context.Context, tx *store.Tx, t interview.Talk, id string) error {
	shown, err := tx.Notice(ctx, id)
	if interview.Code(err) == "not_found" {
		return invalid("notice", "unknown")
	}
	if err != nil {
		return err
	}
	interviewer, err := tx.Person(ctx, t.Interviewer)
	if err != nil {
		return err
	}
	text, _, err := s.noticeText(t, interviewer.Name, shown.Language)
	if err == nil && text != shown.Text {
		err = interview.E("notice_changed", nil)
	}
	return err
}

// consentEffect moves an interview as the employee's decision demands.
func (s *Server) consentEffect(ctx context.Context, tx *store.Tx, t interview.Talk, d interview.Decision, abroad bool) (interview.Talk, error) {
	switch d {
	case interview.Given:
		var route interview.Route
		if s.goesAbroad(t) && !abroad {
			route = interview.Internal
		}
		if t.Status != interview.NeedsConsent {
			if no, err := interviewerSaidNo(ctx, tx, t); err != nil {
				return t, err
			} else if t.ByHand && t.Status == interview.AwaitingRecording && !no { // a refusal taken back before anything was written
				no := false
				return tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.ConsentRefused, From: t.Status, ByHand: &no, Processing: route})
			}
			if route != "" && t.Status.In(interview.BeforeApproval...) {
				return tx.UpdateTalk(ctx, t.ID, zero, store.TalkChange{Processing: &route})
			}
			return t, nil // an attested consent confirmed, or said again
		}
		t, err := tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.ConsentGiven, Processing: route})
		if err != nil {
			return t, err
		}
		return beginWithWhatIsThere(ctx, tx, t)
	case interview.Refused:
		return s.refused(ctx, tx, t, "consent_refused")
	case interview.Objected:
		// The interviewer's statement was wrong: as if it had been refused.
		if t.Status.In(interview.Approved, interview.ClosedUnconfirmed) {
			return t, tx.EraseRecordings(ctx, t.ID, true, callOf(ctx).person.ID, "consent_objected")
		}
		return s.refused(ctx, tx, t, "consent_objected")
	}
	return s.withdrawn(ctx, tx, t)
}

// ownVoice is what the interviewer's decision about their own voice leads to. Nobody waits for their yes: they hand the
// recording in. Their no counts as anybody's: no recording of them is opened, and before there is a draft the record is
// written by hand. A no that comes later takes recording and transcript; the record is the employee's by then and stays.
func (s *Server) ownVoice(ctx context.Context, tx *store.Tx, t interview.Talk, d interview.Decision) (interview.Talk, error) {
	latest, err := tx.LatestConsents(ctx, t.ID)
	if err != nil {
		return t, err
	}
	employee := latest[t.Employee].Decision
	switch {
	case d == interview.Given:
		if t.ByHand && t.Status == interview.AwaitingRecording && (employee == interview.Given || employee == interview.Attested) {
			no := false
			return tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.ConsentRefused, From: t.Status, ByHand: &no})
		}
		return t, nil
	case t.Status == interview.Erased || t.ByHand:
		return t, nil
	case t.Status == interview.Revising: // an engine is reading the transcript at this moment
		return t, &interview.Error{Code: "state_conflict", State: t.Status}
	case t.Draft == 0 && t.Status.In(interview.BeforeApproval...):
		return s.refused(ctx, tx, t, "interviewer_refused")
	}
	return t, tx.EraseRecordings(ctx, t.ID, true, callOf(ctx).person.ID, "interviewer_withdrawn")
}

// interviewerSaidNo reports whether the interviewer has refused that their own voice is used.
func interviewerSaidNo(ctx context.Context, tx *store.Tx, t interview.Talk) (bool, error) {
	latest, err := tx.LatestConsents(ctx, t.ID)
	d := latest[t.Interviewer].Decision
	return d == interview.Refused || d == interview.Withdrawn, err
}

// refused erases what was handed in unopened, or made of it, and leaves the form to be filled in by hand.
func (s *Server) refused(ctx context.Context, tx *store.Tx, t interview.Talk, reason string) (interview.Talk, error) {
	yes := true
	t, err := tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.ConsentRefused, ByHand: &yes, NewGeneration: true})
	if err != nil {
		return t, err
	}
	if err := tx.DropMails(ctx, t.ID); err != nil {
		return t, err
	}
	who := callOf(ctx).person.ID
	if err := tx.EraseRecordings(ctx, t.ID, true, who, reason); err != nil {
		return t, err
	}
	if t.Draft > 0 {
		if err := tx.EraseDrafts(ctx, t.ID, who, reason); err != nil {
			return t, err
		}
		return tx.Talk(ctx, t.ID)
	}
	return t, nil
}

// withdrawn stops work at once. Before approval everything goes; after it recording and transcript go and the sealed
// record stays under its retention.
func (s *Server) withdrawn(ctx context.Context, tx *store.Tx, t interview.Talk) (interview.Talk, error) {
	who := callOf(ctx).person.ID
	if t.Status.In(interview.Approved, interview.ClosedUnconfirmed) {
		t, err := tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.ConsentWithdrawn})
		if err != nil {
			return t, err
		}
		return t, tx.EraseRecordings(ctx, t.ID, true, who, "consent_withdrawn")
	}
	if err := tx.EraseTalk(ctx, t.ID, interview.ConsentWithdrawn, who, "consent_withdrawn"); err != nil {
		return t, err
	}
	return tx.Talk(ctx, t.ID)
}

// attestConsent stores the interviewer's statement that the employee agreed. Only with CONSENT=attested it lets the
// work begin; else it is shown to the employee, who decides.
func (s *Server) attestConsent(ctx context.Context, in *attestIn) (*Body[Interview], error) {
	c := callOf(ctx)
	t := c.talk
	notice, err := s.notice(ctx, t, t.Language)
	if err != nil {
		return nil, err
	}
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if t, err = s.locked(ctx, tx, interview.ActAttest); err != nil {
			return err
		}
		latest, err := tx.LatestConsents(ctx, t.ID)
		if err != nil {
			return err
		}
		if d := latest[t.Employee].Decision; t.ByHand || d == interview.Refused || d == interview.Objected {
			return interview.E("consent_refused", nil) // nobody attests against a no
		}
		if in.Body.Notice != "" {
			if err := s.presentNotice(ctx, tx, t, in.Body.Notice); err != nil {
				return err
			}
		}
		if _, err := tx.AddConsent(ctx, interview.Consent{Interview: t.ID, Person: t.Employee, By: c.person.ID, Decision: interview.Attested,
			Abroad: in.Body.Abroad, Method: in.Body.Method, Notice: notice.ID}); err != nil {
			return err
		}
		if err := audit(ctx, tx, "consent_attested", t.Employee, in.Body.Method); err != nil {
			return err
		}
		if err := mail(ctx, tx, t, "consent_asked", t.Employee, "attested"); err != nil {
			return err
		}
		if s.ConsentMode != "attested" || t.Status != interview.NeedsConsent {
			return nil
		}
		t, err = s.consentEffect(ctx, tx, t, interview.Given, in.Body.Abroad)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, t, stateEvent(t))
	return s.answerWith(ctx, t)
}
