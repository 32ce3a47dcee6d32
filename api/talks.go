package api

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// etag is the version of something that changes in place: its updated_at, which the store never repeats.
func etag(t time.Time) string { return `"` + strconv.FormatInt(t.UnixMicro(), 36) + `"` }

// seenAt reads an If-Match made by etag. Needed says that changing this takes one. "*" matches whatever there is.
func seenAt(header string, needed bool) (time.Time, error) {
	h := strings.TrimPrefix(strings.TrimSpace(header), "W/")
	switch {
	case h == "" && needed:
		return time.Time{}, interview.E("precondition_required", nil)
	case h == "" || h == "*":
		return time.Time{}, nil
	}
	n, err := strconv.ParseInt(strings.Trim(h, `"`), 36, 64)
	if err != nil {
		return time.Time{}, interview.E("precondition_failed", nil)
	}
	return time.UnixMicro(n).UTC(), nil
}

// seenVersion compares an If-Match such as "d3" with the version that is there.
func seenVersion(header, prefix string, version int) error {
	h := strings.Trim(strings.TrimPrefix(strings.TrimSpace(header), "W/"), `"`)
	switch {
	case h == "":
		return interview.E("precondition_required", nil)
	case h == "*" || h == prefix+strconv.Itoa(version):
		return nil
	}
	return interview.E("precondition_failed", nil)
}

// allActions are the rows of the rights table, each once.
var allActions = func() []interview.Action {
	var out []interview.Action
	for _, g := range interview.Rights {
		if !slices.Contains(out, g.Action) {
			out = append(out, g.Action)
		}
	}
	return out
}()

// can lists what p may do to t now, narrowed by what the table leaves to the handlers.
func (s *Server) can(p interview.Person, t interview.Talk) []interview.Action {
	var out []interview.Action
	for _, a := range allActions {
		if interview.Judge(p, a, t) == nil && s.narrow(p, a, t) == nil {
			out = append(out, a)
		}
	}
	return out
}

// narrow holds the conditions of the rights page that hang on more than relation and state. It never widens.
func (s *Server) narrow(p interview.Person, a interview.Action, t interview.Talk) error {
	rel := interview.RelationOf(p, t)
	switch a {
	case interview.ActRedraft, interview.ActRevise:
		if rel.Subject {
			tpl, err := s.Templates.Get(t.Template, "")
			if err != nil || !tpl.MayRevise(interview.PartEmployee) {
				return interview.E("forbidden", nil)
			}
		}
	case interview.ActSucceed: // before the talk there is nothing to release
		if t.Draft == 0 && t.Status.In(interview.NeedsConsent, interview.AwaitingRecording) {
			return &interview.Error{Code: "state_conflict", State: t.Status}
		}
	case interview.ActUpload:
		if t.ByHand {
			return interview.E("consent_refused", nil)
		}
	case interview.ActWriteByHand:
		if t.Status == interview.NeedsConsent {
			return interview.E("needs_consent", nil)
		}
	case interview.ActHear:
		if t.Hold && t.ByHand { // the employee has said no; what is there lies closed until the hold ends
			return &interview.Error{Code: "state_conflict", State: t.Status}
		}
		if t.Status == interview.NeedsConsent {
			return interview.E("needs_consent", nil)
		}
	}
	return nil
}

func relationName(r interview.Relation) string {
	switch {
	case r.Subject:
		return "subject"
	case r.Interviewer:
		return "interviewer"
	case r.Successor && !r.HR:
		return "successor"
	}
	return "hr"
}

// show renders interviews for a caller. One interview is shown in full; of many, what a list needs.
func (s *Server) show(ctx context.Context, p interview.Person, full bool, talks ...interview.Talk) ([]Interview, error) {
	var ids []string
	for _, t := range talks {
		ids = append(ids, t.Employee, t.Interviewer, t.HeldBy())
	}
	people, err := s.Store.PeopleByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	owed := map[string]string{}
	for _, t := range talks {
		if t.Status == interview.InReview && interview.Judge(p, interview.ActComment, t) == nil && interview.RelationOf(p, t).Interviewer {
			owed[t.ID] = t.Employee
		}
	}
	waiting, err := s.Store.OwedThreads(ctx, owed)
	if err != nil {
		return nil, err
	}
	out := make([]Interview, 0, len(talks))
	for _, t := range talks {
		v := s.outline(ctx, p, t, people)
		v.Owed = waiting[t.ID]
		if t.Status == interview.Transcribing || full {
			if err := s.detail(ctx, p, t, &v, full); err != nil {
				return nil, err
			}
		}
		out = append(out, v)
	}
	progress := make([]*Progress, len(out))
	for i := range out {
		progress[i] = out[i].Progress
	}
	return out, s.turns(ctx, talks, progress)
}

// outline is what needs no further query.
func (s *Server) outline(ctx context.Context, p interview.Person, t interview.Talk, people map[string]interview.Person) Interview {
	rel := interview.RelationOf(p, t)
	v := Interview{ID: t.ID, Employee: nameOf(people, t.Employee), Interviewer: nameOf(people, t.Interviewer), OpenedBy: t.OpenedBy,
		Template: t.Template, Language: t.Language, RecordedOn: t.RecordedOn, Purpose: t.Purpose, Processing: t.Processing, Engine: t.Engine,
		Status: t.Status, Draft: t.Draft, Sealed: t.Sealed, ByHand: t.ByHand, Hold: t.Hold, Relation: relationName(rel), Can: s.can(p, t),
		CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt, ReviewSince: t.ReviewSince, ApprovedAt: t.ApprovedAt}
	if t.Place != "" {
		v.Place = &t.Place
	}
	v.Closed = rel.Closed
	if t.HeldBy() != t.Interviewer {
		r := nameOf(people, t.HeldBy())
		v.HeldBy = &r
	}
	if t.WaitingFor != interview.ForNobody {
		w := t.WaitingFor
		v.WaitingFor = &w
	}
	lang := callOf(ctx).lang
	v.Error, v.LastError = trouble(t.Error, t.ID, rel.Subject, lang), trouble(t.LastError, t.ID, rel.Subject, lang)
	if t.Status.In(interview.Processing...) || t.Status == interview.Revising {
		v.Progress = &Progress{Step: string(t.Status)}
	}
	switch {
	case onlySealed(rel): // the drafts before approval are the two people's alone; that there is one is the status
		v.Draft = t.Sealed
	case rel.Closed:
		v.Draft, v.Sealed = 0, 0
	}
	return v
}

// trouble shows why an interview waits. The employee can do nothing about processing and reads that.
func trouble(e *interview.Trouble, id string, subject bool, lang string) *Trouble {
	if e == nil {
		return nil
	}
	if subject {
		text := interview.EmployeeProcessingText.EN
		if lang == "ja" {
			text = interview.EmployeeProcessingText.JA
		}
		return &Trouble{Code: "processing_stopped", Message: text, At: e.At}
	}
	args := map[string]string{"request_id": id} // a worker's failure has no request: the log knows it by the interview
	maps.Copy(args, e.Args)
	return &Trouble{Code: e.Code, Message: (&interview.Error{Code: e.Code, Args: args}).Text(lang), Step: e.Step, At: e.At}
}

// detail adds what takes queries of its own.
func (s *Server) detail(ctx context.Context, p interview.Person, t interview.Talk, v *Interview, full bool) error {
	if t.Status == interview.Erased {
		return nil
	}
	rec, err := s.Store.LatestRecording(ctx, t.ID)
	found := err == nil
	if err != nil && interview.Code(err) != "not_found" {
		return err
	}
	if found && t.Status == interview.Transcribing {
		n, err := s.Store.OpenCuts(ctx, rec.ID)
		if err != nil {
			return err
		}
		v.Progress.Done, v.Progress.Total = n.Total-n.Open, n.Total
	}
	if !full {
		return nil
	}
	consents, err := s.Store.LatestConsents(ctx, t.ID)
	if err != nil {
		return err
	}
	v.Consent = &ConsentSummary{}
	if c, ok := consents[t.Employee]; ok {
		*v.Consent = ConsentSummary{Employee: c.Decision, Abroad: c.Abroad, Attested: c.Decision == interview.Attested}
	}
	rel := interview.RelationOf(p, t)
	if !rel.Subject && !rel.Interviewer || rel.Closed || rel.Guarded {
		return nil
	}
	if found {
		v.Recording, err = s.recordingView(ctx, t, rec)
		if err != nil {
			return err
		}
	}
	versions, err := s.Store.Transcripts(ctx, t.ID)
	if err != nil {
		return err
	}
	if n := len(versions); n > 0 && s.narrow(p, interview.ActHear, t) == nil {
		v.Transcript = versions[n-1].Version
	}
	return nil
}

func (s *Server) recordingView(ctx context.Context, t interview.Talk, r interview.Recording) (*Recording, error) {
	v := &Recording{ID: r.ID, Size: r.Size, Format: r.Format, SHA256: r.SHA256, Channels: r.Channels, Speakers: r.Speakers, Partial: r.Partial, At: r.At}
	if r.Sound != nil {
		v.Seconds = r.Sound.Duration
	}
	if t.Status != interview.NeedsConsent {
		_, err := s.playable(ctx, t, r)
		if err != nil && interview.Code(err) != "not_found" {
			return nil, err
		}
		v.Playable = err == nil
	}
	until := r.At.Add(s.Retention.AudioMax)
	if t.ApprovedAt != nil {
		if u := t.ApprovedAt.Add(s.Retention.Audio); u.Before(until) {
			until = u
		}
	}
	v.KeepUntil = &until
	return v, nil
}

func (s *Server) showOne(ctx context.Context, t interview.Talk) (Interview, error) {
	v, err := s.show(ctx, callOf(ctx).person, true, t)
	if err != nil {
		return Interview{}, err
	}
	return v[0], nil
}

// answerWith is the usual answer to a change: the interview as it is now.
func (s *Server) answerWith(ctx context.Context, t interview.Talk) (*Body[Interview], error) {
	v, err := s.showOne(ctx, t)
	if err != nil {
		return nil, err
	}
	return &Body[Interview]{v}, nil
}

// filter turns the parameters of a list into the store's, within what the caller may know of.
func (f Filter) filter(p interview.Person) store.TalkFilter {
	out := store.TalkFilter{Status: f.Status, Employee: f.Employee, Interviewer: f.Interviewer, From: f.From, To: f.To}
	if f.WaitingFor != "" {
		w := interview.Party(f.WaitingFor)
		out.WaitingFor = &w
	}
	if !p.Has(interview.RoleHR) || f.Scope == "mine" {
		out.Participant = p.ID
	}
	return out
}

func (s *Server) listInterviews(ctx context.Context, in *listIn) (*Body[Page[Interview]], error) {
	p := callOf(ctx).person
	talks, next, err := s.Store.Talks(ctx, in.filter(p), in.page())
	if err != nil {
		return nil, err
	}
	items, err := s.show(ctx, p, false, talks...)
	if err != nil {
		return nil, err
	}
	return &Body[Page[Interview]]{pageOf(items, next)}, nil
}

// searchScan bounds how many interviews one search call looks at; the cursor goes on from there.
const searchScan = 5000

func (s *Server) searchInterviews(ctx context.Context, in *struct{ Body Search }) (*Body[Page[Interview]], error) {
	p := callOf(ctx).person
	limit := in.Body.Limit
	if limit == 0 {
		limit = 50
	}
	words := strings.Fields(strings.ToLower(in.Body.Text))
	cursor, items := in.Body.Cursor, []Interview{}
	for seen := 0; len(items) < limit && seen < searchScan; {
		// A page never holds more than is still wanted, so that its end is always a place to go on from.
		page := store.Page{Limit: min(200, limit-len(items)), Cursor: cursor}
		talks, next, err := s.Store.Talks(ctx, (Filter{}).filter(p), page)
		if err != nil {
			return nil, err
		}
		shown, err := s.show(ctx, p, false, talks...)
		if err != nil {
			return nil, err
		}
		for _, v := range shown {
			if matches(v, words) {
				items = append(items, v)
			}
		}
		seen += len(talks)
		if cursor = next; next == "" {
			break
		}
	}
	return &Body[Page[Interview]]{pageOf(items, cursor)}, nil
}

// matches looks for every word in what a list shows: names, departments, place and purpose.
func matches(v Interview, words []string) bool {
	text := v.Employee.Name + "\n" + v.Employee.Department + "\n" + v.Interviewer.Name + "\n" + v.Purpose + "\n" + v.RecordedOn
	if v.Place != nil {
		text += "\n" + *v.Place
	}
	text = strings.ToLower(text)
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func (s *Server) getInterview(ctx context.Context, _ *OnTalk) (*Tagged[Interview], error) {
	t := callOf(ctx).talk
	v, err := s.showOne(ctx, t)
	if err != nil {
		return nil, err
	}
	return &Tagged[Interview]{etag(t.UpdatedAt), v}, nil
}
