package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/queue"
	"kikigaki/internal/store"
)

// audit writes who did what to the interview in hand: ids and codes.
func audit(ctx context.Context, tx *store.Tx, action, object, reason string) error {
	c := callOf(ctx)
	return tx.AddAudit(ctx, interview.AuditEvent{Actor: c.person.ID, Action: action, Interview: c.talk.ID, Object: object, Reason: reason})
}

// mail puts a notification into the outbox; dedupe makes one event one mail.
func mail(ctx context.Context, tx *store.Tx, t interview.Talk, kind, person, dedupe string) error {
	m := store.Mail{Person: person, Kind: kind, Interview: t.ID, Dedupe: kind + ":" + t.ID + ":" + dedupe + ":" + person}
	_, err := tx.AddMail(ctx, m)
	return err
}

// committed tells workers and watchers what a transaction has changed. Both are best effort: SQL is the truth.
func (s *Server) committed(ctx context.Context, t interview.Talk, events ...queue.Event) {
	s.Store.After(ctx, func(ctx context.Context) { s.announce(ctx, t, events) })
}

func (s *Server) announce(ctx context.Context, t interview.Talk, events []queue.Event) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	rows, _, err := s.Store.Tasks(ctx, store.TaskFilter{Interview: t.ID, State: store.TaskPending}, store.Page{Limit: 200})
	if err == nil && len(rows) > 0 && s.Waker != nil {
		tasks := make([]interview.Task, len(rows))
		for i, r := range rows {
			tasks[i] = r.Task
		}
		s.Waker.Wake(ctx, tasks...)
	}
	if s.Events == nil {
		return
	}
	for _, e := range events {
		_ = s.Events.Publish(ctx, t.ID, e) // a courier that is away: watchers ask SQL when they come back
	}
}

// stateEvent tells watchers where an interview stands.
func stateEvent(t interview.Talk) queue.Event {
	return queue.Event{Type: "state", Status: string(t.Status), Waiting: string(t.WaitingFor)}
}

func (s *Server) changeInterview(ctx context.Context, in *changeIn) (*Tagged[Interview], error) {
	c := callOf(ctx)
	seen, err := seenAt(in.IfMatch.IfMatch, true)
	if err != nil {
		return nil, err
	}
	ch, err := s.talkChange(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	t := c.talk
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if t, err = tx.UpdateTalk(ctx, c.talk.ID, seen, ch); err != nil {
			return err
		}
		if c.talk.Hold && !t.Hold {
			if t, err = s.afterHold(ctx, tx, t); err != nil {
				return err
			}
		}
		for action, done := range map[string]bool{"handed_over": ch.Interviewer != nil, "hold_changed": ch.Hold != nil,
			"interview_changed": ch.Template != nil || ch.Language != nil || ch.RecordedOn != nil || ch.Place != nil || ch.Purpose != nil ||
				ch.Processing != nil || ch.Engine != nil} {
			if !done {
				continue
			}
			object := ""
			if ch.Interviewer != nil {
				object = *ch.Interviewer
			}
			if err := audit(ctx, tx, action, object, ""); err != nil {
				return err
			}
			if action == "handed_over" { // who reads is the employee's concern before all
				if err := mail(ctx, tx, t, "handed_over", t.Employee, etag(t.UpdatedAt)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, t, stateEvent(t))
	if interview.Judge(c.person, interview.ActSee, t) != nil { // handed over: no longer for the caller's eyes
		return nil, interview.E("not_found", nil)
	}
	v, err := s.showOne(ctx, t)
	if err != nil {
		return nil, err
	}
	return &Tagged[Interview]{etag(t.UpdatedAt), v}, nil
}

// talkChange checks a change field by field against what the caller may do: date, purpose and template belong to the
// interviewer and hr before approval, the interviewer and the hold to hr.
func (s *Server) talkChange(ctx context.Context, in Change) (store.TalkChange, error) {
	c := callOf(ctx)
	ch := store.TalkChange{Template: in.Template, Language: in.Language, RecordedOn: in.RecordedOn, Place: in.Place, Purpose: in.Purpose,
		Processing: in.Processing, Hold: in.Hold}
	if in.Template != nil || in.Language != nil || in.RecordedOn != nil || in.Place != nil || in.Purpose != nil || in.Processing != nil || in.Engine != nil {
		if err := interview.Judge(c.person, interview.ActChange, c.talk); err != nil {
			return ch, err
		}
	}
	if in.Interviewer != nil || in.Hold != nil {
		if err := interview.Judge(c.person, interview.ActHandover, c.talk); err != nil {
			return ch, err
		}
	}
	if in.Template != nil || in.Language != nil {
		name, lang := c.talk.Template, c.talk.Language
		if in.Template != nil {
			name = *in.Template
		}
		if in.Language != nil {
			lang = *in.Language
		}
		if _, err := s.Templates.Get(name, lang); err != nil {
			return ch, err
		}
	}
	if in.RecordedOn != nil && !validDay(*in.RecordedOn) {
		return ch, invalid("recorded_on", "date")
	}
	if in.Processing != nil && *in.Processing == interview.External {
		// A no to processing abroad stands until the employee takes it back.
		if err := s.mayGoOut(ctx, c.talk); err != nil {
			return ch, err
		}
	}
	if in.Engine != nil {
		engine, err := s.engine(*in.Engine)
		if err != nil {
			return ch, err
		}
		ch.Engine = &engine
	}
	if in.Interviewer != nil {
		p, err := s.findPerson(ctx, *in.Interviewer)
		if err != nil || !p.Has(interview.RoleInterviewer) && !p.Has(interview.RoleHR) || p.ID == c.talk.Employee {
			if err != nil && interview.Code(err) != "not_found" {
				return ch, err
			}
			return ch, invalid("interviewer", "unknown")
		}
		if p.ID == c.talk.Interviewer {
			return ch, invalid("interviewer", "unchanged")
		}
		ch.Interviewer = &p.ID
	}
	return ch, nil
}

// mayGoOut refuses to send words out of the house against the employee's no to processing abroad, and on a yes that was given
// to a text that said they stay inside, or go to somebody else.
func (s *Server) mayGoOut(ctx context.Context, t interview.Talk) error {
	inside, outside := t, t
	inside.Processing, outside.Processing = interview.Internal, interview.External
	consents, err := s.Store.LatestConsents(ctx, t.ID)
	if err != nil {
		return err
	}
	c, answered := consents[t.Employee]
	if !answered || c.Decision == interview.Refused {
		return nil
	}
	if s.goesAbroad(outside) && !c.Abroad {
		return invalid("processing", "refused_by_employee")
	}
	if c.Notice == "" {
		return nil
	}
	read, err := s.Store.Notice(ctx, c.Notice)
	if err != nil {
		return err
	}
	in, _, err := s.noticeText(inside, "", read.Language)
	if err != nil {
		return err
	}
	out, _, err := s.noticeText(outside, "", read.Language)
	if err != nil {
		return err
	}
	stays, told := strings.Split(in, "\n"), strings.Split(read.Text, "\n")
	for line := range strings.SplitSeq(out, "\n") { // what only the text for processing outside says
		if !slices.Contains(stays, line) && !slices.Contains(told, line) {
			return invalid("processing", "not_agreed")
		}
	}
	return nil
}

// engine maps the engine a person asks for; auto is the installation's choice.
func (s *Server) engine(name string) (string, error) {
	switch name {
	case "", "auto":
		return "", nil
	case "llm":
		if s.Notice.LLM == nil {
			return "", invalid("engine", "unavailable")
		}
	}
	return name, nil
}

func validDay(v string) bool {
	_, err := time.Parse(time.DateOnly, v)
	return err == nil
}

func (s *Server) retryInterview(ctx context.Context, in *retryIn) (*Body[Interview], error) {
	c := callOf(ctx)
	var ask Again
	if in.Body != nil {
		ask = *in.Body
	}
	t := c.talk
	rec, recErr := s.Store.LatestRecording(ctx, t.ID)
	if recErr != nil && interview.Code(recErr) != "not_found" {
		return nil, recErr
	}
	if recErr != nil {
		versions, err := s.Store.Transcripts(ctx, t.ID)
		if err != nil {
			return nil, err
		}
		if len(versions) == 0 {
			return nil, invalid("recording", "required")
		}
	}
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		if ask.Engine != "" {
			engine, err := s.engine(ask.Engine)
			if err != nil {
				return err
			}
			if _, err := tx.UpdateTalk(ctx, t.ID, time.Time{}, store.TalkChange{Engine: &engine}); err != nil {
				return err
			}
		}
		if ask.Partial && recErr == nil {
			yes := true
			if _, err := tx.UpdateRecording(ctx, rec.ID, store.RecordingChange{Partial: &yes}); err != nil {
				return err
			}
		}
		if c.talk.Error != nil && c.talk.Error.Code == "coverage_too_low" && !ask.Partial && recErr == nil {
			if err := forgetUnclear(ctx, tx, rec.ID); err != nil {
				return err
			}
		}
		var err error
		if t, err = tx.Move(ctx, store.MoveInput{ID: t.ID, Event: interview.RetryAsked, NewGeneration: true}); err != nil {
			return err
		}
		if err := tx.AddTask(ctx, interview.FirstTask(t.ID, t.Generation, recErr == nil), time.Time{}); err != nil {
			return err
		}
		return audit(ctx, tx, "retried", "", "")
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, t, stateEvent(t))
	return s.answerWith(ctx, t)
}

// forgetUnclear opens the chunks again whose answers were worth nothing: with them the same share of the talk would be
// missing at every try. Good answers stay, unpaid.
func forgetUnclear(ctx context.Context, tx *store.Tx, recording string) error {
	answers, err := tx.Answers(ctx, recording)
	if err != nil {
		return err
	}
	var unclear []string
	for cut, a := range answers {
		if a.Unclear || a.Text == "" {
			unclear = append(unclear, cut)
		}
	}
	if len(unclear) == 0 {
		return nil
	}
	_, err = tx.ForgetAnswers(ctx, recording, unclear...)
	return err
}
