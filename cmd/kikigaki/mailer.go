package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/notify"
	"kikigaki/internal/store"
)

const reviewDays = 10 // business days an employee is asked to answer within

// mailer turns stored notifications into mails: it looks up what the mail says at the moment it is sent, and drops what
// nobody needs to be told any more.
type mailer struct {
	store    *store.Store
	sender   *notify.Sender
	calendar notify.Calendar
	base     string // address of the installation, without a slash at the end
	company  string
	contact  string
	keep     Keeping // of recordings
	now      func() time.Time
}

// newMailer makes the mailer of the settings; nil without SMTP_URL.
func newMailer(s *Settings, db *store.Store) (*mailer, error) {
	if s.SMTPURL == "" {
		return nil, nil
	}
	sender, err := notify.New(notify.Options{URL: s.SMTPURL, From: s.SMTPFrom})
	if err != nil {
		return nil, err
	}
	base := s.BaseURL
	if base == "" {
		base = "http://" + s.Addr
	}
	return &mailer{store: db, sender: sender, calendar: notify.NewCalendar(timezone()), base: strings.TrimRight(base, "/"),
		company: s.Company, contact: s.Contact, keep: s.RetentionAudio, now: interview.Now}, nil
}

// unwanted says that a notification has lost its point; the worker drops it.
func unwanted(why string) error { return interview.E("not_found", errors.New(why)) }

// Send sends a notification. not_found: it is no longer wanted. mail_quiet: not at this hour; Wait says how long.
// mail_failed, mail_refused: see notify.Sender.
func (m *mailer) Send(ctx context.Context, n store.Mail) error {
	kind := notify.Kind(n.Kind)
	person, err := m.store.Person(ctx, n.Person)
	if err != nil {
		return err
	}
	if person.Disabled {
		return unwanted("the account is switched off")
	}
	off, err := m.off(ctx, person.ID)
	if err != nil {
		return err
	}
	if kind.Off(off) {
		return unwanted("switched off by the person")
	}
	if kind == notify.HookStopped {
		return m.hookStopped(ctx, n, person)
	}
	talk, err := m.store.Talk(ctx, n.Interview)
	if err != nil {
		return err
	}
	if err := m.wanted(ctx, kind, person, talk); err != nil {
		return err
	}
	now := m.now()
	if at := m.calendar.When(kind, now); at.After(now) {
		return &interview.Error{Code: "mail_quiet", Wait: at.Sub(now)}
	}
	values, err := m.values(ctx, kind, person, talk, n.Subject)
	if err != nil {
		return err
	}
	msg, err := notify.Render(kind, person.Language, values)
	if err != nil {
		return interview.E("internal_error", err)
	}
	out := notify.Mail{ID: n.ID, Name: person.Name, Address: person.Email, Message: msg}
	if kind.Setting() != "" {
		out.Unwanted = values["settings_url"]
	}
	return m.sender.Send(ctx, out)
}

// off lists the kinds that a person switched off.
func (m *mailer) off(ctx context.Context, person string) ([]string, error) {
	raw, err := m.store.Settings(ctx, person)
	if err != nil {
		return nil, err
	}
	var set struct {
		MailOff []string `json:"mail_off"`
	}
	if err := json.Unmarshal(raw, &set); err != nil {
		return nil, fmt.Errorf("read the settings of a person: %w", interview.E("internal_error", nil))
	}
	return set.MailOff, nil
}

// wanted asks whether the mail still tells the truth: between the wish and the sending people act.
func (m *mailer) wanted(ctx context.Context, k notify.Kind, p interview.Person, t interview.Talk) error {
	ok := t.Status != interview.Erased
	switch k {
	case notify.RequestAnswered: // of an erased interview as well: that is the answer
		ok = true
	case notify.DraftReady, notify.Revised, notify.Reminder1, notify.Reminder2:
		ok = t.Status == interview.InReview && t.WaitingFor == interview.ForEmployee
	case notify.ChangesRequested:
		ok = t.Status == interview.InReview && t.WaitingFor == interview.ForInterviewer
	case notify.DraftToCheck:
		ok = t.Status == interview.Checking
	case notify.ProcessingFailed:
		ok = t.Status == interview.Failed || t.Status == interview.NeedsTranscription
	case notify.Approved:
		ok = ok && t.Sealed > 0
	case notify.ReopenAsked:
		ok = t.Status == interview.Approved
	case notify.ConsentAsked:
		all, err := m.store.LatestConsents(ctx, t.ID)
		if err != nil {
			return err
		}
		c, answered := all[p.ID]
		ok = ok && !(answered && c.By == p.ID) // an answer of their own ends the question
	}
	if !ok {
		return unwanted("the interview has moved on")
	}
	return nil
}

// values are what the mail's text is filled with: dates, the names of the two, addresses. subject is the id of what the
// mail is about, where that is not the talk.
func (m *mailer) values(ctx context.Context, k notify.Kind, to interview.Person, t interview.Talk, subject string) (map[string]string, error) {
	lang := to.Language
	path := "/interviews/" + t.ID
	switch k {
	case notify.ConsentAsked:
		path += "/consent"
	case notify.ActionDue:
		path = "/actions"
	}
	if t.Status == interview.Erased {
		path = "/"
	}
	v := map[string]string{"to_name": to.Name, "date": mailDate(t.RecordedOn, lang), "url": m.base + path, "settings_url": m.base + "/settings",
		"company": m.company, "contact": m.desk(lang)}
	for name, id := range map[string]string{"employee": t.Employee, "interviewer": t.Interviewer} {
		p, err := m.store.Person(ctx, id)
		if err != nil && interview.Code(err) != "not_found" {
			return nil, err
		}
		v[name] = p.Name
	}
	switch k {
	case notify.DraftReady, notify.Revised, notify.Reminder1, notify.Reminder2:
		since := m.now()
		if t.ReviewSince != nil {
			since = *t.ReviewSince
		}
		v["due"] = mailDate(m.calendar.After(since, reviewDays).Format(time.DateOnly), lang)
	case notify.Approved, notify.RecordingDeletion:
		v["version"] = strconv.Itoa(t.Sealed)
		until, err := m.audioUntil(ctx, t)
		if err != nil {
			return nil, err
		}
		if until.IsZero() && k == notify.RecordingDeletion {
			return nil, unwanted("there is no recording")
		}
		if !until.IsZero() {
			v["audio_until"] = mailDate(until.In(m.calendar.Zone).Format(time.DateOnly), lang)
		}
	case notify.ProcessingFailed:
		v["code"] = "internal_error"
		if t.Error != nil {
			v["code"] = t.Error.Code
		}
	case notify.ChangesRequested:
		open, _, err := m.store.Comments(ctx, t.ID, store.CommentFilter{Open: true}, store.Page{Limit: 200})
		if err != nil {
			return nil, err
		}
		if len(open) > 0 {
			v["count"] = strconv.Itoa(len(open))
		}
	case notify.ActionDue:
		return v, m.promised(ctx, v, to, subject)
	case notify.RequestAnswered:
		return v, m.received(ctx, v, to, t)
	}
	return v, nil
}

// promised counts what a person promised in the same talk for the same day and has not done. A promise that was kept,
// dropped, given another date or missed meanwhile needs no mail.
func (m *mailer) promised(ctx context.Context, v map[string]string, to interview.Person, promise string) error {
	p, err := m.store.Promise(ctx, promise)
	if err != nil {
		return err
	}
	if p.State != "open" || p.Person != to.ID || p.DueDate < m.now().In(m.calendar.Place()).Format(time.DateOnly) {
		return unwanted("nothing is due")
	}
	f := store.PromiseFilter{Interview: p.Interview, Person: to.ID, State: "open", DueFrom: p.DueDate, DueTo: p.DueDate}
	n, err := m.store.CountPromises(ctx, f)
	if err != nil {
		return err
	}
	v["due"], v["count"] = mailDate(p.DueDate, to.Language), strconv.Itoa(n)
	return nil
}

// received is the day of the person's request that was answered last; erased with the interview, the mail does without.
func (m *mailer) received(ctx context.Context, v map[string]string, to interview.Person, t interview.Talk) error {
	list, _, err := m.store.Requests(ctx, store.RequestFilter{Interview: t.ID, Person: to.ID}, store.Page{Limit: 200})
	if err != nil {
		return err
	}
	var last time.Time
	for _, r := range list {
		if r.AnsweredAt != nil && r.AnsweredAt.After(last) {
			last = *r.AnsweredAt
			v["received"] = mailDate(r.CreatedAt.In(m.calendar.Zone).Format(time.DateOnly), to.Language)
		}
	}
	return nil
}

// audioUntil is when the recording goes: so long after approval, and at most so long after it was handed in. Zero: there
// is none.
func (m *mailer) audioUntil(ctx context.Context, t interview.Talk) (time.Time, error) {
	r, err := m.store.LatestRecording(ctx, t.ID)
	if interview.Code(err) == "not_found" || err == nil && r.Erased {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	until := r.At.Add(m.keep.AtMost)
	if t.ApprovedAt != nil && t.ApprovedAt.Add(m.keep.After).Before(until) {
		until = t.ApprovedAt.Add(m.keep.After)
	}
	return until, nil
}

// desk is whom people turn to.
func (m *mailer) desk(lang string) string {
	switch {
	case m.contact != "":
		return m.contact
	case lang == "ja":
		return "人事"
	}
	return "HR"
}

// SignIn sends the link that signs a person in. It is tried again within the time ctx leaves, since somebody waits.
func (m *mailer) SignIn(ctx context.Context, to interview.Person, link string, valid time.Duration) error {
	values := map[string]string{"to_name": to.Name, "url": link, "minutes": strconv.Itoa(int(valid.Minutes())), "company": m.company}
	msg, err := notify.Render(notify.SignIn, to.Language, values)
	if err != nil {
		return interview.E("internal_error", err)
	}
	out := notify.Mail{ID: interview.NewID(), Name: to.Name, Address: to.Email, Message: msg}
	for wait := time.Second; ; wait *= 3 {
		err := m.sender.Send(ctx, out)
		if err == nil || interview.ClassOf(err) == interview.Final || wait > 10*time.Second {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
		}
	}
}

// mailDate writes a day as people read it.
func mailDate(day, lang string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	if lang == "ja" {
		return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
	}
	return t.Format("2 January 2006")
}

// MessageID is the identity of a notice to its receiver, the same at every try.
func (m *mailer) MessageID(id string) string { return m.sender.MessageID(id) }
