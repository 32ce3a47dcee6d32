package api

import (
	"time"

	"kikigaki/internal/interview"
)

// Sheet is what the employee wrote before the talk.
type Sheet struct {
	Answers   []SheetAnswer `json:"answers"`
	UpdatedAt *time.Time    `json:"updated_at"`
}

// SheetAnswer is one answer; Key is a section of the template or free.
type SheetAnswer struct {
	Key  string `json:"key" minLength:"1" maxLength:"60"`
	Text string `json:"text" maxLength:"4000"`
}

type sheetIn struct {
	OnTalk
	IfMatch
	Body struct {
		Answers []SheetAnswer `json:"answers" maxItems:"40"`
	}
}

// Briefing is what the interviewer reads before the talk.
type Briefing struct {
	Sheet   Sheet         `json:"sheet"`
	Last    *LastRecord   `json:"last" doc:"The last confirmed record of the same two people, or one that the employee released"`
	Actions []Promise     `json:"actions" doc:"Still open"`
	Earlier []EarlierTalk `json:"earlier" doc:"Earlier confirmed records that the caller may read, newest first"`
}

// EarlierTalk is an earlier interview of the employee.
type EarlierTalk struct {
	Interview   string `json:"interview"`
	RecordedOn  string `json:"recorded_on"`
	Interviewer Ref    `json:"interviewer" doc:"Who held it"`
}

// LastRecord is the last confirmed record without sensitive statements.
type LastRecord struct {
	Interview  string              `json:"interview"`
	RecordedOn string              `json:"recorded_on"`
	Summary    []string            `json:"summary"`
	Sections   []interview.Section `json:"sections"`
}

// Insights are figures about the talk, for the two people alone.
type Insights struct {
	Seconds   float64            `json:"seconds" doc:"Length of the talk"`
	Timed     bool               `json:"timed" doc:"false: shares are of characters, times are missing"`
	Shares    []Share            `json:"shares"`
	Longest   []Monologue        `json:"longest" doc:"Longest stretch of each part"`
	Questions Questions          `json:"questions" doc:"Asked by the interviewer"`
	Silence   float64            `json:"silence_seconds"`
	Turns     []TurnSpan         `json:"turns" doc:"Who spoke when"`
	Coverage  interview.Coverage `json:"coverage"`
	Withheld  []Withheld         `json:"withheld" doc:"Figures that the recording does not allow, and why"`
}

// Withheld is a figure that is not told, because what it stands on is not certain enough.
type Withheld struct {
	Figure string `json:"figure" enum:"silence,share,turns,longest_monologue,questions"`
	Reason string `json:"reason" enum:"no_times,voices_uncertain,voices_not_told_apart,gaps_in_text"`
}

// Share is how much of the talk one part had.
type Share struct {
	Part       interview.Part `json:"part"`
	Seconds    float64        `json:"seconds"`
	Percent    float64        `json:"percent"`
	Turns      int            `json:"turns"`
	Characters int            `json:"characters"`
}

// Monologue is one part's longest uninterrupted stretch.
type Monologue struct {
	Part    interview.Part `json:"part"`
	Start   float64        `json:"start"`
	End     float64        `json:"end"`
	Segment int            `json:"segment" doc:"First segment of it"`
}

// Questions counts the interviewer's questions.
type Questions struct {
	Open   int        `json:"open" doc:"what, how, why …"`
	Closed int        `json:"closed"`
	Asked  []Question `json:"asked" doc:"Where they stand, in order; their words are in the transcript"`
}

// Question is one line in which the interviewer asks.
type Question struct {
	Segment int     `json:"segment"`
	Start   float64 `json:"start" doc:"Seconds; 0 without times"`
	End     float64 `json:"end"`
	Open    bool    `json:"open"`
}

// TurnSpan is one turn.
type TurnSpan struct {
	Part    interview.Part `json:"part"`
	Start   float64        `json:"start"`
	End     float64        `json:"end"`
	Segment int            `json:"segment"`
}

// Note is the interviewer's remark outside the draft.
type Note struct {
	Visibility string    `json:"visibility" enum:"hr,self"`
	Text       string    `json:"text"`
	Author     Ref       `json:"author"`
	UpdatedAt  time.Time `json:"updated_at"`
	ETag       string    `json:"etag" doc:"For If-Match, with one's own note"`
}

// Notes are the notes the caller may read.
type Notes struct {
	Items    []Note `json:"items"`
	Reminder string `json:"reminder" doc:"A disclosure request by the employee can cover notes"`
}

type noteIn struct {
	OnTalk
	IfMatch
	Body struct {
		Visibility string `json:"visibility" enum:"hr,self"`
		Text       string `json:"text" maxLength:"10000" doc:"Empty: the note is removed"`
	}
}

// Reading is one opening of a record, transcript or recording by somebody else.
type Reading struct {
	Person Ref       `json:"person"`
	What   string    `json:"what" enum:"record,transcript,recording,export"`
	At     time.Time `json:"at"`
}

type readsIn struct {
	OnTalk
	Paging
}

// Request is the employee's wish to have something erased, corrected or stopped.
type Request struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind" enum:"erase,correct,stop"`
	Text       string     `json:"text,omitempty"`
	State      string     `json:"state" enum:"open,done,refused"`
	Answer     string     `json:"answer,omitempty"`
	Due        time.Time  `json:"due" doc:"Answered by then at the latest"`
	At         time.Time  `json:"at"`
	AnsweredAt *time.Time `json:"answered_at"`
	AnsweredBy *Ref       `json:"answered_by"`
}

type requestIn struct {
	OnTalk
	Body struct {
		Kind string `json:"kind" enum:"erase,correct,stop"`
		Text string `json:"text,omitempty" maxLength:"4000"`
	}
}

type answerIn struct {
	OnTalk
	Request string `path:"request" maxLength:"40"`
	Body    struct {
		State  string `json:"state" enum:"done,refused"`
		Answer string `json:"answer" minLength:"1" maxLength:"4000"`
	}
}
