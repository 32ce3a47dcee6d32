// Package score compares drafts with annotated interviews: precision, recall and F1 per section, owners and due dates,
// words that must not appear, and statements without ground. The eval command and the benchmarks call it.
package score

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kikigaki/internal/interview"
)

// Sections are the scored sections, in the order of reports.
var Sections = []string{interview.Wishes, interview.Concerns, interview.SkillGaps, interview.ActionItems}

const (
	near      = 2   // evidence this many segments away still counts as the same place
	textMatch = 0.5 // F-score of the texts from which two items match without evidence
	contained = 0.6 // share of a forbidden text found in an item that makes a violation
)

// Item is one annotated or drafted item.
type Item struct {
	ID       string  `json:"id,omitempty"`
	Text     string  `json:"text"`
	Owner    string  `json:"owner,omitempty"`
	Due      *string `json:"due,omitempty"`
	DueDate  *string `json:"due_date,omitempty"`
	Evidence []int   `json:"evidence"`
	Quote    string  `json:"quote,omitempty"`
}

// Forbidden is something that must not appear in a draft.
type Forbidden struct {
	Text     string `json:"text"`
	Reason   string `json:"reason"`
	Segments []int  `json:"segments"`
}

// Gold is an annotated interview.
type Gold struct {
	ID           string `json:"id"`
	Language     string `json:"lang"`
	RecordedOn   string `json:"recorded_on"`
	Participants []struct {
		Speaker string         `json:"speaker"`
		Role    interview.Part `json:"role"`
		Name    string         `json:"name"`
	} `json:"participants"`
	Segments []interview.Segment `json:"segments"`
	Gold     struct {
		Wishes    []Item      `json:"wishes"`
		Concerns  []Item      `json:"concerns"`
		SkillGaps []Item      `json:"skill_gaps"`
		Actions   []Item      `json:"action_items"`
		Forbidden []Forbidden `json:"must_not_appear"`
		FollowUp  struct {
			Text string `json:"text"`
			Date string `json:"date"`
		} `json:"follow_up"`
		Summary string `json:"summary"`
	} `json:"gold"`
}

// Parse reads an annotated interview and checks that it can be scored: known language, roles, segments with ids.
func Parse(data []byte) (*Gold, error) {
	g := &Gold{}
	if err := json.Unmarshal(data, g); err != nil {
		return nil, fmt.Errorf("read annotated interview: %w", err)
	}
	roles := map[interview.Part]bool{}
	for _, p := range g.Participants {
		roles[p.Role] = true
	}
	if len(g.Segments) == 0 || !roles[interview.PartEmployee] || !roles[interview.PartInterviewer] {
		return nil, errors.New("read annotated interview: segments, an employee and an interviewer are required")
	}
	ids := map[int]bool{}
	for _, s := range g.Segments {
		if ids[s.ID] {
			return nil, fmt.Errorf("read annotated interview: segment id %d twice", s.ID)
		}
		ids[s.ID] = true
	}
	return g, nil
}

// Items returns the annotated items of a section.
func (g *Gold) Items(section string) []Item {
	switch section {
	case interview.Wishes:
		return g.Gold.Wishes
	case interview.Concerns:
		return g.Gold.Concerns
	case interview.SkillGaps:
		return g.Gold.SkillGaps
	case interview.ActionItems:
		return g.Gold.Actions
	}
	return nil
}

// Transcript is the annotated interview as a transcript whose roles are certain.
func (g *Gold) Transcript() *interview.Transcript {
	t := &interview.Transcript{Version: 1, Language: g.Language, Source: "captions", Timed: true, Segments: slices.Clone(g.Segments)}
	for _, p := range g.Participants {
		t.Speakers = append(t.Speakers, interview.Speaker{Label: p.Speaker, Name: p.Name, Role: p.Role, Confidence: 1, By: "participants"})
	}
	for _, s := range t.Segments {
		t.Coverage.Speech += s.End - s.Start
	}
	t.Coverage.Sent, t.Coverage.Transcribed = t.Coverage.Speech, t.Coverage.Speech
	return t
}

// Output is what is scored: a draft reduced to its items.
type Output struct {
	Items   map[string][]Item
	Summary string
}

// FromDraft reduces a draft. Of several quotes the longest is kept.
func FromDraft(d *interview.Draft) Output {
	out := Output{Items: map[string][]Item{}}
	for _, s := range d.Sections {
		if !slices.Contains(Sections, s.Key) {
			continue
		}
		for _, st := range s.Statements {
			it := Item{ID: st.ID, Text: st.Text, Owner: string(st.Owner), Due: st.Due, DueDate: st.DueDate}
			for _, e := range st.Evidence {
				it.Evidence = append(it.Evidence, e.Segment)
				if len([]rune(e.Quote)) > len([]rune(it.Quote)) {
					it.Quote = e.Quote
				}
			}
			out.Items[s.Key] = append(out.Items[s.Key], it)
		}
	}
	var sentences []string
	for _, s := range d.Summary {
		sentences = append(sentences, s.Text)
	}
	out.Summary = strings.Join(sentences, " ")
	return out
}

// Perfect is an output made from the annotation itself.
func Perfect(g *Gold) Output {
	text := map[int]string{}
	for _, s := range g.Segments {
		text[s.ID] = s.Text
	}
	out := Output{Items: map[string][]Item{}, Summary: g.Gold.Summary}
	for _, name := range Sections {
		for _, it := range g.Items(name) {
			it.Quote = text[it.Evidence[0]]
			out.Items[name] = append(out.Items[name], it)
		}
	}
	return out
}

// Ratio is how many items were given, wanted and matched.
type Ratio struct {
	Gold      int     `json:"gold"`
	Output    int     `json:"output"`
	Matched   int     `json:"matched"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

func ratio(matched, given, wanted int) Ratio {
	r := Ratio{Gold: wanted, Output: given, Matched: matched}
	switch {
	case given > 0:
		r.Precision = float64(matched) / float64(given)
	case wanted == 0:
		r.Precision = 1
	}
	r.Recall = 1
	if wanted > 0 {
		r.Recall = float64(matched) / float64(wanted)
	}
	if r.Precision+r.Recall > 0 {
		r.F1 = 2 * r.Precision * r.Recall / (r.Precision + r.Recall)
	}
	return r
}

// Extra is an item that matches nothing.
type Extra struct {
	Section string `json:"section"`
	Text    string `json:"text"`
}

// Violation is an item that says or cites what must not appear.
type Violation struct {
	Section   string  `json:"section"`
	Text      string  `json:"text"`
	Reason    string  `json:"reason"`
	Forbidden string  `json:"forbidden"`
	Cites     []int   `json:"cites"`
	Contains  float64 `json:"contains"`
}

// Ungrounded is an item without ground in the transcript.
type Ungrounded struct {
	Section string `json:"section"`
	Text    string `json:"text"`
	Why     string `json:"why"`
}

// Result is the score of one output.
type Result struct {
	ID             string           `json:"id"`
	Sections       map[string]Ratio `json:"sections"`
	Overall        Ratio            `json:"overall"`
	TextSimilarity float64          `json:"text_similarity"`
	Owner          *float64         `json:"owner_accuracy"`    // nil when no action item matched
	DueDate        *float64         `json:"due_date_accuracy"` // likewise
	Actions        int              `json:"actions_matched"`
	Missed         []string         `json:"missed"`
	Extra          []Extra          `json:"extra"`
	Violations     []Violation      `json:"violations"`
	Ungrounded     []Ungrounded     `json:"ungrounded"`
	WithoutQuote   int              `json:"without_quote"`
}

// Score compares an output with the annotation.
func Score(g *Gold, out Output) Result {
	r := Result{ID: g.ID, Sections: map[string]Ratio{}, Missed: []string{}, Extra: []Extra{}, Violations: []Violation{}, Ungrounded: []Ungrounded{}}
	var matched, given, wanted int
	var owners, dues int
	var similar float64
	for _, name := range Sections {
		want, have := g.Items(name), out.Items[name]
		pairs := assign(weights(want, have, g.Language))
		r.Sections[name] = ratio(len(pairs), len(have), len(want))
		matched, given, wanted = matched+len(pairs), given+len(have), wanted+len(want)
		hit, used := map[int]bool{}, map[int]bool{}
		for _, p := range pairs {
			hit[p[0]], used[p[1]] = true, true
			similar += textF(want[p[0]].Text, have[p[1]].Text, g.Language)
			if name == interview.ActionItems {
				r.Actions++
				if want[p[0]].Owner == have[p[1]].Owner {
					owners++
				}
				if value(want[p[0]].DueDate) == value(have[p[1]].DueDate) {
					dues++
				}
			}
		}
		for i, w := range want {
			if !hit[i] {
				r.Missed = append(r.Missed, name+"/"+w.ID)
			}
		}
		for j, h := range have {
			if !used[j] {
				r.Extra = append(r.Extra, Extra{name, h.Text})
			}
		}
	}
	r.Overall = ratio(matched, given, wanted)
	if matched > 0 {
		r.TextSimilarity = similar / float64(matched)
	}
	if r.Actions > 0 {
		o, d := float64(owners)/float64(r.Actions), float64(dues)/float64(r.Actions)
		r.Owner, r.DueDate = &o, &d
	}
	r.violations(g, out)
	r.grounding(g, out)
	return r
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
