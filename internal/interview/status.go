package interview

import "slices"

// Status is where an interview stands. The names are part of the contract.
type Status string

const (
	NeedsConsent       Status = "needs_consent"
	AwaitingRecording  Status = "awaiting_recording"
	Queued             Status = "queued"
	Preparing          Status = "preparing"
	Transcribing       Status = "transcribing"
	NeedsTranscription Status = "needs_transcription"
	Drafting           Status = "drafting"
	Checking           Status = "checking"
	InReview           Status = "in_review"
	Revising           Status = "revising"
	Approved           Status = "approved"
	ClosedUnconfirmed  Status = "closed_unconfirmed"
	Failed             Status = "failed"
	Erased             Status = "erased"
)

// Statuses lists every status in the order of an interview's way.
var Statuses = []Status{NeedsConsent, AwaitingRecording, Queued, Preparing, Transcribing, NeedsTranscription, Drafting,
	Checking, InReview, Revising, Approved, ClosedUnconfirmed, Failed, Erased}

// Party is somebody an interview can wait for.
type Party string

const (
	ForEmployee    Party = "employee"
	ForInterviewer Party = "interviewer"
	ForHR          Party = "hr"
	ForSystem      Party = "system"
	ForNobody      Party = "" // JSON null
)

// Processing are the states in which workers act.
var Processing = []Status{Queued, Preparing, Transcribing, Drafting}

// BeforeApproval are the states an interview passes before its record is approved.
var BeforeApproval = []Status{NeedsConsent, AwaitingRecording, Queued, Preparing, Transcribing, NeedsTranscription,
	Drafting, Checking, InReview, Revising, Failed}

// In reports whether s is one of set.
func (s Status) In(set ...Status) bool { return slices.Contains(set, s) }

// Event is what moves an interview.
type Event string

const (
	ConsentGiven     Event = "consent_given"
	ConsentRefused   Event = "consent_refused"
	ConsentWithdrawn Event = "consent_withdrawn"
	RecordingArrived Event = "recording_arrived" // a complete recording, with or without captions
	CaptionsArrived  Event = "captions_arrived"  // captions alone
	PrepareStarted   Event = "prepare_started"
	ChunksOut        Event = "chunks_out"     // the cut list stands, chunks are handed out
	NoEndpoint       Event = "no_endpoint"    // nothing can turn the speech into text
	EndpointThere    Event = "endpoint_there" // an endpoint or captions came
	TranscriptReady  Event = "transcript_ready"
	DraftToCheck     Event = "draft_to_check"  // draft stored, the template has the interviewer look first
	DraftToReview    Event = "draft_to_review" // draft stored, the employee looks first
	Broke            Event = "broke"           // a final error
	RetryAsked       Event = "retry_asked"
	Released         Event = "released"
	ChangesRequested Event = "changes_requested"
	ReviseAsked      Event = "revise_asked"
	ReviseDone       Event = "revise_done"
	ReviseBroke      Event = "revise_broke"
	EditMade         Event = "edit_made"
	HandedBack       Event = "handed_back" // the interviewer answered and changed nothing
	ApprovedBy       Event = "approved"
	ClosedByHR       Event = "closed_by_hr"
	Reopened         Event = "reopened"
	RedraftAsked     Event = "redraft_asked"
	HandWritten      Event = "hand_written" // people wrote the record themselves
	EraseAsked       Event = "erase_asked"
)

// Move is one row of the transition table.
type Move struct {
	Event      Event
	From       []Status
	To         Status
	WaitingFor Party
}

// Moves is the transition table of the contract. ConsentGiven leads to AwaitingRecording here; when a recording is
// already there the caller follows with RecordingArrived in the same transaction.
var Moves = []Move{
	{ConsentGiven, []Status{NeedsConsent}, AwaitingRecording, ForInterviewer},
	{ConsentRefused, BeforeApproval, AwaitingRecording, ForInterviewer},
	{RecordingArrived, []Status{AwaitingRecording, NeedsTranscription, Failed}, Queued, ForSystem},
	{CaptionsArrived, []Status{AwaitingRecording, NeedsTranscription, Failed}, Queued, ForSystem},
	{PrepareStarted, []Status{Queued, Preparing, NeedsTranscription}, Preparing, ForSystem},
	{ChunksOut, []Status{Preparing}, Transcribing, ForSystem},
	{NoEndpoint, []Status{Queued, Preparing, Transcribing, Drafting}, NeedsTranscription, ForInterviewer},
	{EndpointThere, []Status{NeedsTranscription}, Queued, ForSystem},
	{TranscriptReady, []Status{Queued, Preparing, Transcribing}, Drafting, ForSystem},
	{DraftToCheck, []Status{Drafting}, Checking, ForInterviewer},
	{DraftToReview, []Status{Drafting}, InReview, ForEmployee},
	{Broke, []Status{Queued, Preparing, Transcribing, Drafting}, Failed, ForInterviewer},
	{RetryAsked, []Status{Failed, NeedsTranscription}, Queued, ForSystem},
	{Released, []Status{Checking}, InReview, ForEmployee},
	{ChangesRequested, []Status{InReview}, InReview, ForInterviewer},
	{ReviseAsked, []Status{InReview}, Revising, ForSystem},
	{ReviseDone, []Status{Revising}, InReview, ForEmployee},
	{ReviseBroke, []Status{Revising}, InReview, ForInterviewer},
	{EditMade, []Status{InReview}, InReview, ForEmployee},
	{HandedBack, []Status{InReview}, InReview, ForEmployee},
	{RedraftAsked, []Status{Checking, InReview}, Drafting, ForSystem},
	{HandWritten, []Status{AwaitingRecording, NeedsTranscription, Failed}, InReview, ForEmployee},
	{ApprovedBy, []Status{InReview}, Approved, ForNobody},
	{ClosedByHR, []Status{InReview}, ClosedUnconfirmed, ForNobody},
	{Reopened, []Status{Approved}, InReview, ForEmployee},
	{ConsentWithdrawn, BeforeApproval, Erased, ForNobody},
	{ConsentWithdrawn, []Status{Approved, ClosedUnconfirmed}, Approved, ForNobody},
	{EraseAsked, []Status{NeedsConsent, AwaitingRecording, Queued, Preparing, Transcribing, NeedsTranscription, Drafting,
		Checking, InReview, Revising, Approved, ClosedUnconfirmed, Failed}, Erased, ForNobody},
}

// Next returns the move that ev makes from s, or state_conflict with the state met.
func Next(s Status, ev Event) (Move, error) {
	for _, m := range Moves {
		if m.Event == ev && slices.Contains(m.From, s) {
			if ev == ConsentWithdrawn && s == ClosedUnconfirmed {
				m.To = ClosedUnconfirmed // the record stays what it was; only recording and transcript go
			}
			return m, nil
		}
	}
	return Move{}, &Error{Code: "state_conflict", State: s}
}
