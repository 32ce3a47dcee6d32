package api

import (
	"time"

	"kikigaki/internal/interview"
)

// ConsentPage is everything the consent page shows.
type ConsentPage struct {
	Notice       NoticeText     `json:"notice" doc:"The text to be shown before a decision; its id goes into the decision"`
	AsksAbroad   bool           `json:"asks_abroad" doc:"Processing takes place abroad: abroad is asked beside the decision"`
	Own          *ConsentEntry  `json:"own" doc:"The caller's present decision"`
	Participants []ConsentEntry `json:"participants" doc:"Present decision of each participant"`
	History      []ConsentEntry `json:"history"`
	AttestText   string         `json:"attest_text,omitempty" doc:"What the interviewer states when attesting; only for the interviewer"`
}

// NoticeText is a stored version of the notice.
type NoticeText struct {
	ID         string `json:"id"`
	Name       string `json:"name" doc:"recording-consent/ja@1"`
	Language   string `json:"language"`
	Hash       string `json:"hash" doc:"SHA-256 of the text, hex"`
	Text       string `json:"text" doc:"Paragraphs separated by blank lines; **…** marks a heading"`
	Short      string `json:"short" doc:"What stands above the two buttons"`
	Processing string `json:"processing" doc:"Who processes what, one line"`
}

// ConsentEntry is one decision.
type ConsentEntry struct {
	Person   Ref                `json:"person"`
	Part     interview.Part     `json:"part"`
	Decision interview.Decision `json:"decision"`
	Abroad   bool               `json:"abroad"`
	By       Ref                `json:"by"`
	Method   string             `json:"method,omitempty"`
	Notice   string             `json:"notice"`
	At       time.Time          `json:"at"`
}

// ConsentDecision is the caller's own decision.
type ConsentDecision struct {
	Decision string `json:"decision" enum:"given,refused,withdrawn,objected" doc:"objected: the interviewer's statement is wrong"`
	Abroad   bool   `json:"abroad,omitempty" doc:"Processing abroad; a no makes processing internal"`
	Notice   string `json:"notice,omitempty" maxLength:"40" doc:"Id of the notice that was shown; needed for given"`
}

type consentIn struct {
	OnTalk
	Body ConsentDecision
}

type attestIn struct {
	OnTalk
	Body struct {
		Method string `json:"method" enum:"spoken,written"`
		Abroad bool   `json:"abroad,omitempty"`
		Notice string `json:"notice,omitempty" maxLength:"40"`
	}
}
