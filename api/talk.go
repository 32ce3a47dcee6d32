package api

import (
	"time"

	"kikigaki/internal/interview"
)

// Interview is one interview as the API shows it to somebody who may know of it.
type Interview struct {
	ID          string             `json:"id"`
	Employee    Ref                `json:"employee"`
	Interviewer Ref                `json:"interviewer"`
	OpenedBy    string             `json:"opened_by"`
	Template    string             `json:"template"`
	Language    string             `json:"language"`
	RecordedOn  string             `json:"recorded_on" doc:"Day of the talk, YYYY-MM-DD"`
	Place       *string            `json:"place"`
	Purpose     string             `json:"purpose"`
	Processing  interview.Route    `json:"processing"`
	Engine      string             `json:"engine,omitempty" doc:"Engine a person asked for: llm or extractive; absent: the installation's choice"`
	Status      interview.Status   `json:"status"`
	WaitingFor  *interview.Party   `json:"waiting_for"`
	Progress    *Progress          `json:"progress" doc:"While workers act"`
	Error       *Trouble           `json:"error" doc:"Why it failed or waits"`
	LastError   *Trouble           `json:"last_error" doc:"Why the last revision failed"`
	Consent     *ConsentSummary    `json:"consent" doc:"null in lists"`
	Recording   *Recording         `json:"recording" doc:"The newest recording that is still kept; null in lists and for those who may not hear it"`
	Transcript  int                `json:"transcript" doc:"Newest transcript version; 0 when none, in lists, or not for the caller"`
	Draft       int                `json:"draft" doc:"Newest draft version, 0 when none"`
	Sealed      int                `json:"sealed" doc:"Approved version, 0 when none"`
	ByHand      bool               `json:"by_hand" doc:"No recording is used: people write the record"`
	Hold        bool               `json:"hold" doc:"Legal hold: nothing is erased"`
	Owed        int                `json:"owed" doc:"Remarks of the employee that wait for an answer, counted by statement; for the interviewer alone"`
	Relation    string             `json:"relation" enum:"subject,interviewer,hr,successor" doc:"What the caller is to it"`
	HeldBy      *Ref               `json:"held_by" doc:"With whom the talk was held, where that is not its present interviewer"`
	Closed      bool               `json:"closed" doc:"The caller is its interviewer since a handover, and the employee has not released what was made before"`
	Can         []interview.Action `json:"can" doc:"What the rights table lets the caller do now"`
	CreatedAt   time.Time          `json:"created_at"`
	UpdatedAt   time.Time          `json:"updated_at"`
	ReviewSince *time.Time         `json:"review_since"`
	ApprovedAt  *time.Time         `json:"approved_at"`
}

// Progress is how far the present step is.
type Progress struct {
	Step  string `json:"step" enum:"queued,preparing,transcribing,drafting,revising"`
	Done  int    `json:"done"`
	Total int    `json:"total" doc:"0 while unknown"`
	// Where it stands in the queue.
	Ahead   *int   `json:"ahead" doc:"How many interviews wait for their turn before this one; null once somebody works on it, and where that cannot be told"`
	Seconds *int   `json:"seconds" doc:"How long the present step will still take; null where that cannot be told"`
	Held    string `json:"held,omitempty" enum:"away,waiting" doc:"Why nobody works on it: away: nothing is begun until workers and queue are back; waiting: what the step needs is away, see error"`
}

// same reports whether two say the same.
func (p Progress) same(o Progress) bool {
	equal := func(a, b *int) bool { return a == b || a != nil && b != nil && *a == *b }
	return p.Step == o.Step && p.Done == o.Done && p.Total == o.Total && p.Held == o.Held && equal(p.Ahead, o.Ahead) && equal(p.Seconds, o.Seconds)
}

// Trouble is why an interview failed or waits, with its text.
type Trouble struct {
	Code    string    `json:"code"`
	Message string    `json:"message" doc:"What happened and what to do, in the caller's language"`
	Step    string    `json:"step,omitempty"`
	At      time.Time `json:"at"`
}

// ConsentSummary is where the employee's consent stands.
type ConsentSummary struct {
	Employee interview.Decision `json:"employee,omitempty" doc:"given, refused, withdrawn, attested, objected; absent: not yet asked or answered"`
	Abroad   bool               `json:"abroad"`
	Attested bool               `json:"attested" doc:"Stated by the interviewer, not by the employee"`
}

// Recording is the file handed in, as people see it.
type Recording struct {
	ID        string           `json:"id"`
	Size      int64            `json:"size"`
	Format    string           `json:"format,omitempty"`
	Seconds   float64          `json:"seconds" doc:"Decoded length, 0 before a worker has opened it"`
	SHA256    string           `json:"sha256,omitempty"`
	Channels  []interview.Part `json:"channels"`
	Speakers  int              `json:"speakers"`
	Partial   bool             `json:"partial" doc:"Only what could be read was used"`
	Playable  bool             `json:"playable"`
	At        time.Time        `json:"at"`
	KeepUntil *time.Time       `json:"keep_until" doc:"When it will be erased at the latest"`
}

// Filter narrows a list of interviews. Filters take ids, never words: those go by POST …/search.
type Filter struct {
	Status      []interview.Status `query:"status" maxItems:"14" enum:"needs_consent,awaiting_recording,queued,preparing,transcribing,needs_transcription,drafting,checking,in_review,revising,approved,closed_unconfirmed,failed,erased" doc:"Any of these"`
	WaitingFor  string             `query:"waiting_for" enum:"employee,interviewer,hr,system"`
	Employee    string             `query:"employee" maxLength:"40" doc:"Person id"`
	Interviewer string             `query:"interviewer" maxLength:"40" doc:"Person id"`
	From        string             `query:"from" pattern:"^\\d{4}-\\d{2}-\\d{2}$" doc:"recorded_on from this day"`
	To          string             `query:"to" pattern:"^\\d{4}-\\d{2}-\\d{2}$" doc:"recorded_on to this day"`
	Scope       string             `query:"scope" enum:"mine,all" doc:"mine: where the caller is one of the two; all (default): everything the caller may know of"`
}

type listIn struct {
	Paging
	Filter
}

// Search is free text over names, places and purposes of the interviews the caller may know of.
type Search struct {
	Text   string `json:"text" minLength:"1" maxLength:"200"`
	Limit  int    `json:"limit,omitempty" minimum:"1" maximum:"200" default:"50"`
	Cursor string `json:"cursor,omitempty" maxLength:"400"`
}

// Opening is what opens an interview. In multipart/form-data the same names are form fields (consent.attested,
// consent.method and so on), with the files recording and captions beside them.
type Opening struct {
	Employee    string           `json:"employee" minLength:"1" maxLength:"254" doc:"Person id or e-mail"`
	Interviewer string           `json:"interviewer,omitempty" maxLength:"254" doc:"Person id or e-mail; default: the caller"`
	Template    string           `json:"template,omitempty" maxLength:"100" default:"career-interview"`
	Language    string           `json:"language,omitempty" maxLength:"10" default:"ja" doc:"ja or en"`
	RecordedOn  string           `json:"recorded_on,omitempty" maxLength:"10" doc:"YYYY-MM-DD; default: today"`
	Place       string           `json:"place,omitempty" maxLength:"200"`
	Purpose     string           `json:"purpose,omitempty" maxLength:"2000"`
	Processing  interview.Route  `json:"processing,omitempty" doc:"external or internal; default: the template's"`
	Engine      string           `json:"engine,omitempty" enum:"llm,extractive"`
	Consent     *Attestation     `json:"consent,omitempty"`
	Channels    []interview.Part `json:"channels,omitempty" maxItems:"2" doc:"Who speaks on which channel of the recording"`
	Speakers    int              `json:"speakers,omitempty" minimum:"1" maximum:"3" doc:"Voices in the recording; default 2"`
}

// Attestation is the interviewer's statement that the employee agreed.
type Attestation struct {
	Attested bool   `json:"attested"`
	Method   string `json:"method,omitempty" enum:"spoken,written"`
	Abroad   bool   `json:"abroad,omitempty" doc:"The employee also agreed to processing abroad"`
}

// Change changes an interview. Absent fields stay as they are.
type Change struct {
	Template    *string          `json:"template,omitempty" maxLength:"100"`
	Language    *string          `json:"language,omitempty" enum:"ja,en"`
	RecordedOn  *string          `json:"recorded_on,omitempty" maxLength:"10"`
	Place       *string          `json:"place,omitempty" maxLength:"200"`
	Purpose     *string          `json:"purpose,omitempty" maxLength:"2000"`
	Processing  *interview.Route `json:"processing,omitempty"`
	Engine      *string          `json:"engine,omitempty" enum:"llm,extractive,auto"`
	Interviewer *string          `json:"interviewer,omitempty" maxLength:"254" doc:"Handover by hr: person id or e-mail"`
	Hold        *bool            `json:"hold,omitempty" doc:"Legal hold, by hr"`
}

type changeIn struct {
	OnTalk
	IfMatch
	Body Change
}

type eraseIn struct {
	OnTalk
	Reason string `query:"reason" enum:"request,mistake,retention,legal" doc:"Needed from in_review on unless the employee asked for it"`
}

// Erased says what an erasure did: done, or it waits for a second person of hr.
type Erased struct {
	Status interview.Status `json:"status"`
	Needs  string           `json:"needs,omitempty" enum:"second_person" doc:"Another person of hr has to send the same"`
}

// Again tells a retry what to do differently.
type Again struct {
	Partial bool   `json:"partial,omitempty" doc:"Go on with what could be read of a truncated recording"`
	Engine  string `json:"engine,omitempty" enum:"llm,extractive,auto" doc:"extractive: draft from excerpts"`
}

type retryIn struct {
	OnTalk
	Body *Again
}
