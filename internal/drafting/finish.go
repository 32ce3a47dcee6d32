package drafting

import (
	"fmt"
	"slices"
	"strings"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
	"kikigaki/prompts"
)

// maxSummary is the most sentences a summary may have (words §2, rule 15).
const maxSummary = 4

// Finish is the one door every draft leaves through, whoever wrote it. It puts the sections into the order of the
// template, replaces each quote by the words as they stand in the transcript, drops every statement that evidence
// does not carry or that rests on words which must stay out, resolves dues, marks sensitive matter, keeps what people
// wrote, and fills times, coverage, flags and the state of each section. d is changed and returned.
func Finish(in Input, d *interview.Draft) (*interview.Draft, error) {
	if in.Transcript == nil || in.Template == nil {
		return nil, interview.E("internal_error", fmt.Errorf("finish draft: no transcript or no template"))
	}
	return finishWith(in, d, Read(in))
}

// finishWith is Finish for an engine that has read the transcript already.
func finishWith(in Input, d *interview.Draft, r *Reading) (*interview.Draft, error) {
	if d == nil {
		d = &interview.Draft{}
	}
	f := newFinisher(in, r)
	f.head(d)
	f.sections(d)
	f.keepPeople(d)
	nameStatements(d, in.Previous)
	f.summary(d)
	f.states(d)
	f.tail(d)
	return d, nil
}

// Language is the language of the draft to be made.
func (in Input) language() string {
	switch {
	case in.Language != "":
		return in.Language
	case in.Transcript != nil && in.Transcript.Language != "":
		return in.Transcript.Language
	}
	return "ja"
}

// spoken is the language of the talk.
func (in Input) spoken() string {
	if in.Transcript.Language == "en" || in.Transcript.Language == "ja" {
		return in.Transcript.Language
	}
	return in.language()
}

type finisher struct {
	in       Input
	lang     string
	reading  *Reading
	checker  *evidence.Checker
	calendar evidence.Calendar
	dropped  []interview.Dropped
	seen     map[interview.Dropped]bool
}

func newFinisher(in Input, r *Reading) *finisher {
	return &finisher{in: in, lang: in.language(), reading: r, calendar: r.Calendar,
		checker: evidence.NewChecker(in.Transcript, r.Calendar), seen: map[interview.Dropped]bool{}}
}

func (f *finisher) drop(segment int, reason string) {
	x := interview.Dropped{Segment: segment, Reason: reason}
	if !f.seen[x] {
		f.seen[x] = true
		f.dropped = append(f.dropped, x)
	}
}

func (f *finisher) head(d *interview.Draft) {
	in := f.in
	d.Interview, d.Template, d.Transcript, d.Language = in.Interview, in.Template.ID(), in.Transcript.Version, f.lang
	d.Header, d.Processing = in.Header, in.Processing
	if d.Header.RecordedOn == "" {
		d.Header.RecordedOn = in.RecordedOn
	}
	d.Version = in.Version
	if d.Version == 0 {
		d.Version = 1
		if in.Previous != nil {
			d.Version = in.Previous.Version + 1
		}
	}
	d.CreatedAt = in.CreatedAt
	if d.CreatedAt.IsZero() {
		d.CreatedAt = interview.Now()
	}
	d.Stale = nil
}

// sections keeps the statements that hold, in the order and under the titles of the template.
func (f *finisher) sections(d *interview.Draft) {
	var out []interview.Section
	for _, want := range f.in.Template.Sections {
		s := interview.Section{Key: want.Key, Title: want.Title(f.lang), Statements: []interview.Statement{}}
		if have := d.Section(want.Key); have != nil && want.Source == prompts.SourceTalk {
			s.State, s.Evidence = have.State, have.Evidence
			for _, st := range have.Statements {
				if st.By == "person" {
					continue // merged from Previous, to the letter
				}
				if kept, ok := f.statement(st, want); ok {
					s.Statements = append(s.Statements, kept)
				}
			}
		}
		out = append(out, s)
	}
	d.Sections = out
}

// statement checks one statement and fills what the program knows about it.
func (f *finisher) statement(s interview.Statement, section prompts.Section) (interview.Statement, bool) {
	s.Text = strings.TrimSpace(s.Text)
	s.By, s.Grounded = "ai", false
	s.Evidence = f.literal(s.Evidence)
	for _, e := range s.Evidence {
		reason := f.reading.Out(e.Segment, e.Quote)
		if reason == "" {
			reason = f.reading.SaysOut(e.Segment, s.Text, e.Quote)
		}
		if reason != "" {
			f.drop(e.Segment, reason)
			return s, false
		}
	}
	if reason, at := f.reading.Repeats(s.Text); reason != "" {
		f.drop(at, reason)
		return s, false
	}
	if section.Key == interview.ActionItems {
		f.due(&s)
	} else {
		s.Owner, s.Due, s.DueDate = "", nil, nil
	}
	faults := f.checker.Check(s, section.Key, f.in.spoken())
	if f.lang != f.in.spoken() {
		faults = acrossLanguages(faults)
	}
	if len(faults) > 0 {
		at := faults[0].Segment
		if at == 0 && len(s.Evidence) > 0 {
			at = s.Evidence[0].Segment
		}
		f.drop(at, string(faults[0].Kind))
		return s, false
	}
	if class, out := f.reading.Class(s); class != "" {
		if out {
			for _, e := range s.Evidence {
				f.drop(e.Segment, ReasonSensitive)
			}
			return s, false
		}
		s.Sensitive, s.Class = true, class
	}
	if section.Sensitive {
		s.Sensitive = true
	}
	s.Audience = "hr"
	if s.Sensitive {
		s.Audience = "both"
	}
	s.Grounded = true
	if s.ID == "" {
		s.ID = interview.NewID()
	}
	evidence.Times(f.in.Transcript, s.Evidence)
	return s, true
}

// acrossLanguages keeps the faults that mean something when record and talk are in different languages: quotes and
// speakers, but not the wording of the claim.
func acrossLanguages(faults []evidence.Fault) []evidence.Fault {
	return slices.DeleteFunc(faults, func(x evidence.Fault) bool {
		switch x.Kind {
		case evidence.Unsupported, evidence.Negation, evidence.Condition, evidence.Hearsay, evidence.WrongName:
			return true
		}
		return x.Kind == evidence.WrongDate && x.Word != ""
	})
}

// literal replaces each quote by the words of its segment. A quote that is not there stays as it is, for the check to
// find; a quote given twice is kept once.
func (f *finisher) literal(list []interview.Evidence) []interview.Evidence {
	out := make([]interview.Evidence, 0, len(list))
	for _, e := range list {
		if words, ok := f.checker.Quote(e.Segment, e.Quote); ok {
			e.Quote = words
			if rest := f.reading.Usable(e.Segment, words); rest != "" {
				e.Quote = rest
			}
		}
		if !slices.ContainsFunc(out, func(o interview.Evidence) bool { return o.Segment == e.Segment && o.Quote == e.Quote }) {
			out = append(out, e)
		}
	}
	return out
}

// due resolves the due of an action item from the words said, whatever the engine thought it means.
func (f *finisher) due(s *interview.Statement) {
	if s.Owner == "" {
		s.Owner = interview.PartUnknown
	}
	if s.Due != nil && strings.TrimSpace(*s.Due) == "" {
		s.Due = nil
	}
	given := s.DueDate
	s.DueDate = nil
	if s.Due == nil {
		return
	}
	ids := make([]int, 0, len(s.Evidence))
	for _, e := range s.Evidence {
		ids = append(ids, e.Segment)
	}
	dates := f.reading.datesOf(*s.Due, ids, f.in.Transcript)
	if given != nil && slices.Contains(dates, *given) {
		s.DueDate = given
		return
	}
	if len(dates) > 0 {
		s.DueDate = &dates[len(dates)-1]
	}
}

// keepPeople puts what people wrote or corrected back to the letter and keeps deleted what they deleted.
func (f *finisher) keepPeople(d *interview.Draft) {
	p := f.in.Previous
	if p == nil {
		return
	}
	for _, old := range p.Sections {
		s := d.Section(old.Key)
		for _, st := range old.Statements {
			if st.By != "person" {
				continue
			}
			if f.offRecord(st) {
				continue // off the record beats every other rule, people's edits included
			}
			if s == nil {
				d.Sections = append(d.Sections, interview.Section{Key: old.Key, Title: old.Title, Statements: []interview.Statement{}})
				s = &d.Sections[len(d.Sections)-1]
			}
			st.Evidence = slices.Clone(st.Evidence)
			evidence.Times(f.in.Transcript, st.Evidence)
			s.Statements = slices.DeleteFunc(s.Statements, func(x interview.Statement) bool {
				return x.ID == st.ID || x.By != "person" && sameMatter(x, st)
			})
			s.Statements = append(s.Statements, st)
		}
	}
	for _, id := range p.Removed {
		for i := range d.Sections {
			d.Sections[i].Statements = slices.DeleteFunc(d.Sections[i].Statements, func(x interview.Statement) bool {
				return x.By != "person" && (x.ID == id.ID || d.Sections[i].Key == id.Section && sharesEvidence(x.Evidence, id.Segments))
			})
		}
	}
	for _, gone := range p.Removed {
		if !slices.ContainsFunc(d.Removed, func(x interview.Removed) bool { return x.ID == gone.ID }) {
			d.Removed = append(d.Removed, gone)
		}
	}
}

func (f *finisher) offRecord(s interview.Statement) bool {
	for _, e := range s.Evidence {
		if seg := f.in.Transcript.Segment(e.Segment); seg != nil && seg.OffRecord {
			f.drop(e.Segment, ReasonOffRecord)
			return true
		}
	}
	return false
}
