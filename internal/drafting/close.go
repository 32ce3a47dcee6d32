package drafting

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
	"kikigaki/prompts"
)

// sameMatter reports whether an engine's statement is about what a person already wrote.
func sameMatter(a, b interview.Statement) bool {
	shared := false
	for _, x := range a.Evidence {
		shared = shared || slices.ContainsFunc(b.Evidence, func(y interview.Evidence) bool { return x.Segment == y.Segment })
	}
	like := max(evidence.Coverage(a.Text, b.Text), evidence.Coverage(b.Text, a.Text))
	return shared && like >= 0.4 || like >= 0.8
}

func sharesEvidence(list []interview.Evidence, segments []int) bool {
	return slices.ContainsFunc(list, func(e interview.Evidence) bool { return slices.Contains(segments, e.Segment) })
}

// summary keeps the sentences that say nothing the statements do not: each must stand on evidence that a kept, not
// sensitive statement stands on, and pass the same checks.
func (f *finisher) summary(d *interview.Draft) {
	open, closed := map[int]bool{}, map[int]bool{}
	for _, s := range d.Sections {
		for _, st := range s.Statements {
			for _, e := range st.Evidence {
				if st.Sensitive {
					closed[e.Segment] = true
				} else {
					open[e.Segment] = true
				}
			}
		}
	}
	kept := []interview.Sentence{}
	for _, s := range d.Summary {
		if len(kept) == maxSummary {
			break
		}
		s.Text, s.Evidence = strings.TrimSpace(s.Text), f.literal(s.Evidence)
		if s.Text == "" || len(s.Evidence) == 0 || !f.summaryHolds(s, open, closed) {
			continue
		}
		evidence.Times(f.in.Transcript, s.Evidence)
		kept = append(kept, s)
	}
	nameSentences(kept, f.in.Previous)
	d.Summary = kept
}

func (f *finisher) summaryHolds(s interview.Sentence, open, closed map[int]bool) bool {
	for _, e := range s.Evidence {
		if !open[e.Segment] || f.reading.Out(e.Segment, e.Quote) != "" {
			return false
		}
	}
	if reason, at := f.reading.Repeats(s.Text); reason != "" {
		f.drop(at, reason)
		return false
	}
	st := interview.Statement{Text: s.Text, Evidence: s.Evidence, Speaker: interview.PartUnknown}
	if class, _ := f.reading.Class(interview.Statement{Text: s.Text}); class != "" {
		return false
	}
	faults := f.checker.Check(st, "", f.in.spoken())
	if f.lang != f.in.spoken() {
		faults = acrossLanguages(faults)
	}
	if len(faults) > 0 {
		f.drop(s.Evidence[0].Segment, string(faults[0].Kind))
		return false
	}
	return true
}

// minCovered is the share of the speech that must have become text for a silence to be called "not discussed".
const minCovered = 0.98

// states says of each section whether it was discussed, and of an empty one which of the three absences it is.
func (f *finisher) states(d *interview.Draft) {
	for i := range d.Sections {
		s := &d.Sections[i]
		want := f.in.Template.Section(s.Key)
		if len(s.Statements) > 0 {
			s.State, s.Evidence = interview.Discussed, nil
			continue
		}
		if want == nil || want.Source != prompts.SourceTalk {
			s.State, s.Evidence = interview.NotDiscussed, nil
			continue
		}
		s.State, s.Evidence = f.reading.absence(s.Key, f.in.Transcript)
		evidence.Times(f.in.Transcript, s.Evidence)
	}
}

// absence tells the three absences apart. stated_none needs a question as wide as the section and the employee's own
// no; unclear needs a place to listen to, or speech that never became text.
func (r *Reading) absence(key string, t *interview.Transcript) (interview.SectionState, []interview.Evidence) {
	var unclear []interview.Evidence
	for i, s := range r.sentences {
		if s.part == interview.PartEmployee || !s.ask || !r.c.questions[key].in(s.s) {
			continue
		}
		if e, ok := r.none(i, key); ok {
			return interview.StatedNone, []interview.Evidence{e}
		}
		for _, x := range t.Segments[s.seg:min(len(t.Segments), s.seg+4)] {
			if x.Unclear {
				unclear = append(unclear, interview.Evidence{Segment: x.ID})
			}
		}
	}
	if len(unclear) > 0 {
		return interview.Unclear, unclear
	}
	if t.Coverage.Share() < minCovered || len(t.Coverage.Holes) > 0 {
		return interview.Unclear, nil
	}
	return interview.NotDiscussed, nil
}

// none looks for the employee's own no in the answer to the question at sentence i. A no that is followed by a "but"
// is none.
func (r *Reading) none(i int, key string) (interview.Evidence, bool) {
	for j := i + 1; j < len(r.sentences) && r.sentences[j].turn <= r.sentences[i].turn+3; j++ {
		s := r.sentences[j]
		if s.part == interview.PartInterviewer && s.ask && s.turn > r.sentences[i].turn && r.asksAbout(s.s) != "" && !r.c.questions[key].in(s.s) {
			break // the next question
		}
		if s.part != interview.PartEmployee || s.out != "" || !r.c.none.in(s.s) {
			continue
		}
		for k := j + 1; k < len(r.sentences) && r.sentences[k].turn == s.turn; k++ {
			if x := r.sentences[k].s; utf8.RuneCountInString(x) > 8 && !r.c.none.in(x) {
				return interview.Evidence{}, false
			}
		}
		return interview.Evidence{Segment: s.id, Quote: s.raw}, true
	}
	return interview.Evidence{}, false
}

// tail fills what is left out and why, the remarks for people, and how much was heard and read.
func (f *finisher) tail(d *interview.Draft) {
	for _, s := range f.in.Transcript.Segments {
		if s.OffRecord {
			f.drop(s.ID, ReasonOffRecord)
		}
	}
	for id, reason := range f.reading.Segments() {
		f.drop(id, reason)
	}
	for _, x := range d.Dropped { // what the engine itself gave up
		f.drop(x.Segment, x.Reason)
	}
	slices.SortFunc(f.dropped, func(a, b interview.Dropped) int {
		if a.Segment != b.Segment {
			return a.Segment - b.Segment
		}
		return strings.Compare(a.Reason, b.Reason)
	})
	d.Dropped = f.dropped
	if d.Dropped == nil {
		d.Dropped = []interview.Dropped{}
	}
	flags := slices.Clone(f.reading.Flags)
	for _, x := range d.Flags {
		if !slices.Contains(flags, x) {
			flags = append(flags, x)
		}
	}
	d.Flags = flags
	c := f.in.Transcript.Coverage
	d.Coverage.Speech, d.Coverage.Transcribed, d.Coverage.Holes = c.Speech, c.Transcribed, c.Holes
	d.Coverage.Segments = len(f.in.Transcript.Segments)
	d.Coverage.Read = min(d.Coverage.Read, d.Coverage.Segments)
	d.Coverage.Incomplete = c.Share() < minCovered || d.Coverage.Read < d.Coverage.Segments
}
