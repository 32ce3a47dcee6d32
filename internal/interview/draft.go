package interview

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// The four sections at the heart of a record; their keys are part of the contract.
const (
	Wishes      = "wishes"
	Concerns    = "concerns"
	SkillGaps   = "skill_gaps"
	ActionItems = "action_items"
)

// SectionState says what is known about a section; the three kinds of absence are three different things.
type SectionState string

const (
	Discussed    SectionState = "discussed"
	NotDiscussed SectionState = "not_discussed"
	StatedNone   SectionState = "stated_none"
	Unclear      SectionState = "unclear"
)

// Draft is one version of a record. A draft is data: prose and documents are renderings of it. Versions are never
// changed; an edit is a new version.
type Draft struct {
	Interview  string        `json:"interview"`
	Version    int           `json:"version"`
	Template   string        `json:"template"` // name@version
	Transcript int           `json:"transcript"`
	Language   string        `json:"language"`
	CreatedAt  time.Time     `json:"created_at"`
	Stale      *Stale        `json:"stale"`
	Header     Header        `json:"header"`
	Author     Author        `json:"author"`
	Processing ProcessedBy   `json:"processing"`
	Summary    []Sentence    `json:"summary"`
	Sections   []Section     `json:"sections"`
	Dropped    []Dropped     `json:"dropped"`
	Removed    []Removed     `json:"removed,omitempty"` // statements a person deleted; a re-draft does not bring them back
	Flags      []Flag        `json:"flags,omitempty"`   // remarks for people: instruction-like speech, proposals, fixed lines
	Coverage   DraftCoverage `json:"coverage"`
	Cost       Cost          `json:"cost"`
}

// Stale says why a new draft is due.
type Stale struct {
	Reason string    `json:"reason"` // roles_swapped, transcript_corrected, off_record
	Since  time.Time `json:"since"`
}

// Header is 基本情報: filled by the program, never by a model.
type Header struct {
	Employee    Name    `json:"employee"`
	Interviewer Name    `json:"interviewer"`
	RecordedOn  string  `json:"recorded_on"`
	Place       *string `json:"place"`
	Purpose     string  `json:"purpose"`
}

// Name is a person as a record shows them.
type Name struct {
	ID         string `json:"id,omitempty"`
	Name       string `json:"name"`
	Department string `json:"department,omitempty"`
}

// Author says who or what wrote a version.
type Author struct {
	Kind   string `json:"kind"`             // ai, person
	ID     string `json:"id,omitempty"`     // person id
	Engine string `json:"engine,omitempty"` // llm, extractive
	Model  string `json:"model,omitempty"`
	Prompt string `json:"prompt,omitempty"` // version of the prompt text
}

// ProcessedBy names the processors of voice and text; nil where none took part.
type ProcessedBy struct {
	STT *Processor `json:"stt"`
	LLM *Processor `json:"llm"`
}

// Processor is an endpoint as people are told of it.
type Processor struct {
	Model     string `json:"model"`
	Processor string `json:"processor"`
	Country   string `json:"country"`
}

// Sentence is one sentence of the summary. Its ID stays the same through edits, revisions and new drafts that say the same.
type Sentence struct {
	ID       string     `json:"id,omitempty"` // absent in versions of an older program; see SentenceID
	Text     string     `json:"text"`
	Evidence []Evidence `json:"evidence"`
}

// Section is one heading of the record.
type Section struct {
	Key        string       `json:"key"`
	Title      string       `json:"title"`
	State      SectionState `json:"state"`
	Evidence   []Evidence   `json:"evidence,omitempty"` // of stated_none and unclear: where to listen
	Statements []Statement  `json:"statements"`
}

// Statement is one sentence of the record and the words it stands on.
type Statement struct {
	ID        string     `json:"id"`
	Text      string     `json:"text"`
	Speaker   Part       `json:"speaker"`
	By        string     `json:"by"`               // ai, person
	Author    string     `json:"author,omitempty"` // person id when By is person
	Audience  string     `json:"audience"`         // both = the two alone · hr = open to those who read the approved record
	Sensitive bool       `json:"sensitive"`
	Class     string     `json:"class,omitempty"` // class of sensitive matter, words §8
	Grounded  bool       `json:"grounded"`
	Evidence  []Evidence `json:"evidence"`
	ChangedBy *string    `json:"changed_by"`         // comment id or person id that caused the last change
	Owner     Part       `json:"owner,omitempty"`    // action_items only: employee, interviewer, hr, unknown
	Due       *string    `json:"due,omitempty"`      // as said
	DueDate   *string    `json:"due_date,omitempty"` // YYYY-MM-DD, resolved from recorded_on
}

// PartHR is the owner of an action item that the personnel department took on.
const PartHR Part = "hr"

// Evidence is a literal quote of one segment. Start and End are null without times.
type Evidence struct {
	Segment int      `json:"segment"`
	Quote   string   `json:"quote"`
	Start   *float64 `json:"start"`
	End     *float64 `json:"end"`
}

// Dropped names a segment whose content was left out, and why; it holds no words.
type Dropped struct {
	Segment int    `json:"segment"`
	Reason  string `json:"reason"`
}

// Removed names a statement that a person deleted, without its words: whoever edits a draft adds one, and a later
// draft leaves out what rests on the same segments in the same section.
type Removed struct {
	ID       string `json:"id"`
	Section  string `json:"section"`
	Segments []int  `json:"segments"`
	By       string `json:"by"` // person id
}

// Flag is a remark shown to both people.
type Flag struct {
	Kind    string `json:"kind"` // instruction_to_ai, crisis, harassment, off_record_proposal, wish_not_followed, …
	Segment int    `json:"segment,omitempty"`
}

// DraftCoverage says how much was heard and read.
type DraftCoverage struct {
	Speech      float64 `json:"speech_seconds"`
	Transcribed float64 `json:"transcribed_seconds"`
	Segments    int     `json:"segments"`
	Read        int     `json:"segments_read"`
	Holes       []Span  `json:"holes,omitempty"`
	Incomplete  bool    `json:"incomplete,omitempty"` // below 98 %: said on top of the draft
}

// Cost is what a draft used.
type Cost struct {
	AudioSeconds float64 `json:"audio_seconds"`
	InputTokens  int     `json:"input_tokens"`
	OutputTokens int     `json:"output_tokens"`
}

// Section returns the section with that key, nil when the template has none.
func (d *Draft) Section(key string) *Section {
	for i := range d.Sections {
		if d.Sections[i].Key == key {
			return &d.Sections[i]
		}
	}
	return nil
}

// oldSentence begins the name of a sentence that has no id of its own: "summary:2" is the third.
const oldSentence = "summary:"

// SentenceID is the name under which remarks and changes speak of sentence i of the summary: its id, or, in a version of
// before sentences had one, the name of its place.
func (d *Draft) SentenceID(i int) string {
	if id := d.Summary[i].ID; id != "" {
		return id
	}
	return oldSentence + strconv.Itoa(i)
}

// Sentence returns the place in the summary of the sentence that id speaks of, by its id or by the name of its place, which
// means whatever stands there now; -1 when there is none.
func (d *Draft) Sentence(id string) int {
	for i := range d.Summary {
		if d.SentenceID(i) == id {
			return i
		}
	}
	if at, ok := strings.CutPrefix(id, oldSentence); ok {
		n, err := strconv.Atoi(at)
		if err == nil && n >= 0 && n < len(d.Summary) && at == strconv.Itoa(n) && !strings.HasPrefix(d.Summary[n].ID, oldSentence) {
			return n
		}
	}
	return -1
}

// NameSentences gives every sentence its SentenceID. What was sealed without ids must not go through here before it is
// held against its seal.
func (d *Draft) NameSentences() {
	d.Summary = slices.Clone(d.Summary)
	for i := range d.Summary {
		d.Summary[i].ID = d.SentenceID(i)
	}
}
