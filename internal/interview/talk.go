package interview

import "time"

// Route says where voice and text of an interview may be processed.
type Route string

const (
	External Route = "external" // any configured endpoint
	Internal Route = "internal" // only endpoints marked internal, captions, and the extractive engine
)

// Talk is one interview: who talked with whom, when, what for, and where the record stands.
type Talk struct {
	ID          string      `json:"id"`
	Employee    string      `json:"employee"`    // person id
	Interviewer string      `json:"interviewer"` // person id
	OpenedBy    string      `json:"opened_by"`
	Template    string      `json:"template"`    // name, e.g. career-interview
	Language    string      `json:"language"`    // ja, en
	RecordedOn  string      `json:"recorded_on"` // YYYY-MM-DD, the day of the talk
	Place       string      `json:"place,omitempty"`
	Purpose     string      `json:"purpose,omitempty"`
	Processing  Route       `json:"processing"`
	Engine      string      `json:"engine,omitempty"` // "", llm, extractive: what a person asked for; "" means the installation's choice
	Status      Status      `json:"status"`
	WaitingFor  Party       `json:"waiting_for"`
	Generation  int         `json:"generation"` // grows with each retry, re-draft or new recording; part of every task id
	Attempt     int         `json:"attempt"`
	Error       *Trouble    `json:"error,omitempty"`      // why it failed or waits
	LastError   *Trouble    `json:"last_error,omitempty"` // why the last revision failed
	Draft       int         `json:"draft"`                // newest draft version, 0 when none
	Sealed      int         `json:"sealed"`               // approved draft version, 0 when none
	Hold        bool        `json:"hold"`                 // legal hold: no erasure
	ByHand      bool        `json:"by_hand"`              // consent refused: people write the record
	Succession  *Succession `json:"succession,omitempty"` // who else may see what was made before a handover
	CreatedAt   time.Time   `json:"created_at"`
	UpdatedAt   time.Time   `json:"updated_at"`
	ReviewSince *time.Time  `json:"review_since,omitempty"` // since when the present party is asked
	ApprovedAt  *time.Time  `json:"approved_at,omitempty"`
}

// Trouble is a stored verdict: a code of Messages with its placeholder values. It holds no content.
type Trouble struct {
	Code string            `json:"code"`
	Args map[string]string `json:"args,omitempty"`
	Step string            `json:"step,omitempty"`
	At   time.Time         `json:"at"`
}

// Decision is a participant's answer about consent.
type Decision string

const (
	Given     Decision = "given"
	Refused   Decision = "refused"
	Withdrawn Decision = "withdrawn"
	Attested  Decision = "attested" // stated by the interviewer; the employee can object
	Objected  Decision = "objected" // the employee says: I did not agree
)

// Consent is one decision of one participant about one version of the notice.
type Consent struct {
	ID        string    `json:"id"`
	Interview string    `json:"interview"`
	Person    string    `json:"person"` // whose consent
	By        string    `json:"by"`     // who entered it
	Decision  Decision  `json:"decision"`
	Abroad    bool      `json:"abroad"`
	Method    string    `json:"method,omitempty"` // attested: spoken, written
	Notice    string    `json:"notice"`           // id of the stored notice text shown
	At        time.Time `json:"at"`
}

// Notice is a stored, versioned text that was shown before a decision.
type Notice struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"` // recording-consent/ja@1
	Language string    `json:"language"`
	Hash     string    `json:"hash"` // SHA-256 of the text, hex
	Text     string    `json:"text"`
	At       time.Time `json:"at"`
}
