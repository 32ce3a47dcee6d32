package notify

// Kind is what a mail is about; it is the key of its text in mails.yaml.
type Kind string

// The kinds.
const (
	ConsentAsked      Kind = "consent_asked"
	DraftReady        Kind = "draft_ready"
	DraftToCheck      Kind = "draft_to_check"
	Reminder1         Kind = "reminder_1"
	Reminder2         Kind = "reminder_2"
	ChangesRequested  Kind = "changes_requested"
	Revised           Kind = "revised"
	Approved          Kind = "approved"
	ProcessingFailed  Kind = "processing_failed"
	SignIn            Kind = "sign_in"
	RecordingDeletion Kind = "recording_deletion_soon"
	RequestAnswered   Kind = "request_answered"
	ActionDue         Kind = "action_due_soon"
	HookStopped       Kind = "webhook_stopped" // to operators
	HandedOver        Kind = "handed_over"
	ReopenAsked       Kind = "reopen_asked"
)

// Kinds lists all.
var Kinds = []Kind{ConsentAsked, DraftReady, DraftToCheck, Reminder1, Reminder2, ChangesRequested, Revised, Approved, ProcessingFailed, SignIn,
	RecordingDeletion, RequestAnswered, ActionDue, HookStopped, HandedOver, ReopenAsked}

// Setting is the name under which a person switches k off; "" when that is not possible: sign-in, consent, deletion,
// answers to requests, another interviewer and what only an operator can mend are not a matter of taste.
func (k Kind) Setting() string {
	switch k {
	case Reminder1, Reminder2, ReopenAsked:
		return "reminder"
	case ActionDue:
		return "action_due"
	case DraftReady, DraftToCheck, ChangesRequested, Revised, Approved, ProcessingFailed:
		return string(k)
	}
	return ""
}

// Off reports whether a person who switched off the named settings gets no mail of kind k.
func (k Kind) Off(settings []string) bool {
	name := k.Setting()
	if name == "" {
		return false
	}
	for _, s := range settings {
		if s == name {
			return true
		}
	}
	return false
}
