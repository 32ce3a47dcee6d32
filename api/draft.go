package api

import (
	"time"

	"kikigaki/internal/interview"
)

// Version is one line of the list of versions.
type Version struct {
	Version   int              `json:"version"`
	Template  string           `json:"template"`
	CreatedAt time.Time        `json:"created_at"`
	Author    interview.Author `json:"author"`
	Stale     *interview.Stale `json:"stale"`
	Sealed    bool             `json:"sealed"`
	Opened    []string         `json:"opened" doc:"Statements the employee has opened in this version; only for the employee"`
}

// DraftDocument is a draft with what the caller needs to act on it.
type DraftDocument struct {
	interview.Draft
	Look   []string `json:"look" doc:"Statements the employee must open before approving: unclear, sensitive, changed, own actions; keys of unclear sections begin with #"`
	Opened []string `json:"opened" doc:"Of these, already opened"`
	Latest bool     `json:"latest"`
	Sealed bool     `json:"sealed"`
}

// Redraft asks for a new draft, or writes one by hand where no recording is used.
type Redraft struct {
	Template    string         `json:"template,omitempty" maxLength:"100"`
	Instruction string         `json:"instruction,omitempty" maxLength:"2000" doc:"What to do differently"`
	Engine      string         `json:"engine,omitempty" enum:"llm,extractive,auto"`
	ByHand      bool           `json:"by_hand,omitempty" doc:"People write the record: sections may be given, else the form is empty"`
	Sections    []SectionPatch `json:"sections,omitempty" maxItems:"60"`
}

type redraftIn struct {
	OnTalk
	Body *Redraft
}

// DraftPatch edits a version into a new one.
type DraftPatch struct {
	Statements []StatementPatch `json:"statements,omitempty" maxItems:"500"`
	Sections   []SectionPatch   `json:"sections,omitempty" maxItems:"60"`
	Summary    []SentencePatch  `json:"summary,omitempty" maxItems:"50" doc:"Replaces the summary; an empty list leaves none"`
}

// StatementPatch changes, adds or removes one statement. Absent fields stay as they are.
type StatementPatch struct {
	ID        string          `json:"id,omitempty" maxLength:"60" doc:"Absent: a new statement"`
	Section   string          `json:"section,omitempty" maxLength:"60" doc:"Section key; needed for a new statement, moves an old one"`
	Text      *string         `json:"text,omitempty" maxLength:"4000"`
	Speaker   *interview.Part `json:"speaker,omitempty" enum:"employee,interviewer,both,other,unknown"`
	Audience  *string         `json:"audience,omitempty" enum:"both,hr"`
	Sensitive *bool           `json:"sensitive,omitempty"`
	Evidence  []EvidencePatch `json:"evidence,omitempty" maxItems:"20" doc:"Replaces the evidence"`
	Owner     *interview.Part `json:"owner,omitempty" enum:"employee,interviewer,hr,unknown"`
	Due       *string         `json:"due,omitempty" maxLength:"100"`
	DueDate   *string         `json:"due_date,omitempty" maxLength:"10" doc:"YYYY-MM-DD, empty to clear"`
	Remove    bool            `json:"remove,omitempty"`
}

// EvidencePatch cites a segment.
type EvidencePatch struct {
	Segment int    `json:"segment" minimum:"0"`
	Quote   string `json:"quote" minLength:"1" maxLength:"2000"`
}

// SectionPatch sets the state of a section; with Statements it is written by hand.
type SectionPatch struct {
	Key        string                  `json:"key" maxLength:"60"`
	State      *interview.SectionState `json:"state,omitempty" enum:"discussed,not_discussed,stated_none,unclear"`
	Statements []StatementPatch        `json:"statements,omitempty" maxItems:"200"`
}

// SentencePatch is a sentence of the summary written by a person.
type SentencePatch struct {
	ID       string          `json:"id,omitempty" maxLength:"60" doc:"Of the sentence that it was; absent: of the one with the same text, else it is new"`
	Text     string          `json:"text" minLength:"1" maxLength:"2000"`
	Evidence []EvidencePatch `json:"evidence,omitempty" maxItems:"20"`
}

type editIn struct {
	OnDraft
	IfMatch
	Body DraftPatch
}

type openedIn struct {
	OnDraft
	Body struct {
		Statements []string `json:"statements,omitempty" maxItems:"500" maxLength:"60" doc:"Looked at"`
		TakeBack   []string `json:"take_back,omitempty" maxItems:"500" maxLength:"60" doc:"No longer to count as looked at"`
	}
}

// Opened says what is still to be looked at.
type Opened struct {
	Look   []string `json:"look"`
	Opened []string `json:"opened"`
	Open   int      `json:"open" doc:"How many still need a look"`
}

type diffIn struct {
	OnDraft
	Against int `query:"against" minimum:"1" doc:"Older version; default: the one before"`
}

// Difference is what changed from one version to another, statement by statement.
type Difference struct {
	From    int               `json:"from"`
	To      int               `json:"to"`
	Changes []StatementChange `json:"changes"`
}

// StatementChange is one changed statement.
type StatementChange struct {
	Kind    string               `json:"kind" enum:"added,removed,changed,moved,section_state,summary"`
	Section string               `json:"section"`
	ID      string               `json:"id,omitempty"`
	Before  *interview.Statement `json:"before"`
	After   *interview.Statement `json:"after"`
	Was     string               `json:"was,omitempty" doc:"For section_state and summary: what stood there"`
	Is      string               `json:"is,omitempty"`
	By      *string              `json:"by" doc:"Comment or person that caused it"`
}
