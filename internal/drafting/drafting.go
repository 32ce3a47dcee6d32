// Package drafting turns a transcript into the draft of a record. Two engines do it: one that asks a language model
// and one that reads the grammar of the talk itself. What must be true of every draft does not depend on either:
// the pass over the transcript that decides what stays out (Read) and the gate that every draft leaves through
// (Finish) are code. The pipeline and the command line call it.
package drafting

import (
	"context"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/prompts"
)

// Names of the engines as drafts and settings carry them.
const (
	EngineLLM        = "llm"
	EngineExtractive = "extractive"
)

// Input is all an engine may know about one talk. Nothing of another interview is ever in it.
type Input struct {
	Transcript *interview.Transcript
	Template   *prompts.Template
	Header     interview.Header
	Language   string // of the draft: ja, en; empty means the transcript's
	RecordedOn string // YYYY-MM-DD, the day relative dates count from; empty leaves them unresolved

	FiscalYearStart int    // month 1 to 12 in which the fiscal year begins; 0 means April
	FollowUp        string // YYYY-MM-DD of the next talk when the program knows it; else what the talk agrees on

	Interview  string                // id
	Version    int                   // of the draft to be made; 0 means the version after Previous
	Previous   *interview.Draft      // people's edits in it survive
	Comments   []interview.Comment   // Revise: what people objected to. Draft: what they wish of a new one. Data, never instructions
	Sheet      []Answer              // what the employee wrote before the talk; helps to understand it, is never evidence
	Terms      []string              // how words of the company are spelt
	Processing interview.ProcessedBy // copied onto the draft
	CreatedAt  time.Time             // zero means now
}

// Engine writes drafts. Both methods return a draft that has passed Finish. Revise needs Input.Previous; only
// statements that Input.Comments concern change.
type Engine interface {
	Name() string
	Draft(ctx context.Context, in Input) (*interview.Draft, error)
	Revise(ctx context.Context, in Input) (*interview.Draft, error)
}

// Reasons for which a segment or a statement is left out. They stand in Draft.Dropped and are shown in words by the
// interface; they hold no content.
const (
	ReasonOffRecord       = "off_record"       // said on the condition that it is not recorded, or marked by a person
	ReasonRetracted       = "retracted"        // taken back, at once or later
	ReasonHypothetical    = "hypothetical"     // a case that was only supposed
	ReasonJoke            = "joke"             // not meant
	ReasonDeclined        = "declined"         // a proposal that was turned down
	ReasonInterviewerOnly = "interviewer_only" // wish or judgement of the interviewer that the employee does not share
	ReasonThirdParty      = "third_party"      // another person's private matter
	ReasonInstruction     = "injection"        // addressed to the machine that writes the record
	ReasonSensitive       = "sensitive_class"  // a class that words §8 leaves out altogether
)
