package interview

import "slices"

// Action is something a person may want to do; the rows of the rights table.
type Action string

const (
	ActOpen             Action = "open"
	ActSee              Action = "see"
	ActChange           Action = "change" // date, purpose, template before the draft; handover is ActHandover
	ActConsent          Action = "consent"
	ActAttest           Action = "attest" // the interviewer states that consent was given
	ActUpload           Action = "upload"
	ActRetry            Action = "retry"
	ActWriteSheet       Action = "write_sheet"
	ActReadSheet        Action = "read_sheet"
	ActBriefing         Action = "briefing"
	ActHear             Action = "hear" // recording, transcript, insights
	ActOffRecord        Action = "off_record"
	ActCorrect          Action = "correct" // transcript text, speakers, roles
	ActReadDraft        Action = "read_draft"
	ActReadRecord       Action = "read_record" // the approved version
	ActEdit             Action = "edit"
	ActWriteNote        Action = "write_note"
	ActReadNote         Action = "read_note"
	ActComment          Action = "comment"
	ActRelease          Action = "release"
	ActRedraft          Action = "redraft"
	ActRevise           Action = "revise"
	ActHandBack         Action = "hand_back" // the version as it stands goes back to the employee
	ActRemind           Action = "remind"    // the employee is asked once more, for consent or for the review
	ActDecide           Action = "decide"
	ActReopen           Action = "reopen"
	ActAskReopen        Action = "ask_reopen" // ask the subject to open an approved record again
	ActCloseUnconfirmed Action = "close_unconfirmed"
	ActExport           Action = "export"
	ActSeeActions       Action = "see_actions"
	ActSeeReads         Action = "see_reads"
	ActRequest          Action = "request" // erase, correct, stop: asked for by the subject
	ActErase            Action = "erase"
	ActDraftReply       Action = "draft_reply" // an answer to a remark, drafted for the interviewer
	ActHandover         Action = "handover"
	ActSucceed          Action = "succeed"    // the subject releases the record to a successor, or takes that back
	ActSuccessors       Action = "successors" // see to whom it is released
	ActAudit            Action = "audit"
	ActPeople           Action = "people" // accounts and roles
	ActPeopleRead       Action = "people_read"
	ActOperate          Action = "operate" // templates, retention, webhooks, endpoints, tokens of others
	ActOperateRead      Action = "operate_read"
	ActWriteByHand      Action = "write_by_hand"  // the record without a recording, in the same form
	ActSeeRequests      Action = "see_requests"   // what the subject asked for and what became of it
	ActAnswerRequest    Action = "answer_request" // by hr, within 14 days
	ActStatistics       Action = "statistics"
	ActSelf             Action = "self"   // one's own account, tokens, lists, exports
	ActPublic           Action = "public" // health, sign-in, the app's own files
)

// Relation is what a person is to one interview.
type Relation struct {
	Subject           bool // the employee it is about
	Interviewer       bool // its interviewer
	Opener            bool // opened it (counts for hr uploads)
	HR                bool // has the hr role and is not the subject: hr never has hr rights over their own record
	Admin             bool
	IsInterviewerRole bool // the account has the interviewer role, whatever this interview
	Closed            bool // its interviewer since a handover, and the employee has not released what was made before
	Guarded           bool // may see what was made before without what is sensitive, or not at all
	Successor         bool // not its interviewer, but the employee released the record to them
}

// Grant is one row of the table: who may do it, and in which states (nil: all but erased).
type Grant struct {
	Action      Action
	Subject     bool
	Interviewer bool
	HR          bool
	Admin       bool
	Successor   bool // somebody the employee released an earlier record to
	States      []Status
}

var (
	inDrafts   = []Status{Checking, InReview, Revising, Approved, ClosedUnconfirmed}
	fromReview = []Status{InReview, Revising, Approved, ClosedUnconfirmed}
	sealed     = []Status{Approved, ClosedUnconfirmed}
	uploads    = []Status{NeedsConsent, AwaitingRecording, NeedsTranscription, Failed}
	anyState   = Statuses
)

// Rights is rights.md in code. Where a row depends on more than relation and state (own words, a template's
// permission, a release by the subject) the handler adds that check; it never widens a row.
var Rights = []Grant{
	{Action: ActSee, Subject: true, Interviewer: true, HR: true, States: anyState},
	{Action: ActSee, Successor: true, States: []Status{Approved}},
	{Action: ActChange, Interviewer: true, HR: true, States: BeforeApproval},
	{Action: ActConsent, Subject: true, Interviewer: true}, // the interviewer for their own voice
	{Action: ActAttest, Interviewer: true, States: []Status{NeedsConsent, AwaitingRecording}},
	{Action: ActUpload, Interviewer: true, HR: true, States: uploads}, // hr: interviews hr opened
	{Action: ActRetry, Interviewer: true, States: []Status{Failed, NeedsTranscription}},
	{Action: ActWriteSheet, Subject: true, States: []Status{NeedsConsent, AwaitingRecording}},
	{Action: ActReadSheet, Subject: true, Interviewer: true},
	{Action: ActBriefing, Interviewer: true},
	{Action: ActHear, Subject: true, Interviewer: true},
	{Action: ActOffRecord, Subject: true, Interviewer: true},
	{Action: ActCorrect, Subject: true, Interviewer: true, States: BeforeApproval},
	{Action: ActReadDraft, Interviewer: true, States: inDrafts},
	{Action: ActReadDraft, Subject: true, States: fromReview},
	{Action: ActReadRecord, Subject: true, Interviewer: true, HR: true, States: sealed},
	{Action: ActReadRecord, Successor: true, States: []Status{Approved}},
	{Action: ActSuccessors, Subject: true, Interviewer: true, HR: true},
	{Action: ActSucceed, Subject: true},
	{Action: ActEdit, Subject: true, Interviewer: true, States: []Status{InReview, Revising}},
	{Action: ActWriteNote, Interviewer: true, States: fromReview},
	{Action: ActReadNote, Interviewer: true, HR: true, States: fromReview},
	{Action: ActComment, Subject: true, Interviewer: true, States: []Status{InReview, Revising}},
	{Action: ActRelease, Interviewer: true, States: []Status{Checking}},
	{Action: ActRedraft, Interviewer: true, States: []Status{Checking, InReview}},
	{Action: ActRedraft, Subject: true, States: []Status{InReview}}, // where the template allows
	{Action: ActRevise, Subject: true, Interviewer: true, States: []Status{InReview}},
	{Action: ActDraftReply, Interviewer: true, States: []Status{InReview, Revising}},
	{Action: ActHandBack, Interviewer: true, States: []Status{InReview}},
	{Action: ActRemind, Interviewer: true, HR: true, States: []Status{NeedsConsent, InReview}},
	{Action: ActDecide, Subject: true, States: []Status{InReview}},
	{Action: ActReopen, Subject: true, States: []Status{Approved}},
	{Action: ActAskReopen, Interviewer: true, HR: true, States: []Status{Approved}},
	{Action: ActCloseUnconfirmed, HR: true, States: []Status{InReview}},
	{Action: ActExport, Subject: true, Interviewer: true, States: fromReview},
	{Action: ActExport, HR: true, States: sealed},
	{Action: ActSeeActions, Subject: true, Interviewer: true, States: fromReview},
	{Action: ActSeeActions, HR: true, Successor: true, States: []Status{Approved}},
	{Action: ActSeeReads, Subject: true, HR: true, States: anyState},
	{Action: ActRequest, Subject: true, States: anyState},
	{Action: ActSeeRequests, Subject: true, HR: true, States: anyState},
	{Action: ActAnswerRequest, HR: true, States: anyState},
	{Action: ActWriteByHand, Interviewer: true, States: []Status{AwaitingRecording, NeedsTranscription, Failed}},
	{Action: ActErase, HR: true},
	{Action: ActHandover, HR: true},
	{Action: ActAudit, Subject: true, Interviewer: true, HR: true, Admin: true, States: anyState},
}

// Account rights do not hang on one interview.
var AccountRights = map[Action][]Role{
	ActOpen:          {RoleInterviewer, RoleHR},
	ActPeople:        {RoleHR, RoleAdmin},
	ActPeopleRead:    {RoleInterviewer, RoleHR, RoleAdmin},
	ActOperate:       {RoleAdmin},
	ActOperateRead:   {RoleHR, RoleAdmin},
	ActStatistics:    {RoleHR, RoleAdmin},
	ActAudit:         {RoleHR, RoleAdmin},
	ActAnswerRequest: {RoleHR}, // what employees asked for, over all interviews
	ActSelf:          nil,      // everyone signed in
	ActPublic:        nil,      // everyone
}

// RelationOf works out what p is to t.
func RelationOf(p Person, t Talk) Relation {
	subject := t.Employee == p.ID
	rel := Relation{
		Subject: subject, Interviewer: t.Interviewer == p.ID && !subject, Opener: t.OpenedBy == p.ID,
		HR: p.Has(RoleHR) && !subject, Admin: p.Has(RoleAdmin), IsInterviewerRole: p.Has(RoleInterviewer),
	}
	switch {
	case rel.Interviewer:
		rel.Closed, rel.Guarded = t.closedTo(p.ID)
	case !subject && t.Succession.For(p.ID) != nil:
		rel.Successor, rel.Guarded = true, !t.Succession.For(p.ID).Sensitive
	}
	return rel
}

// Judge answers whether p may do a to t: nil, not_found (may not know it exists), forbidden (may see, not do) or
// state_conflict (may do it, but not now).
func Judge(p Person, a Action, t Talk) error {
	if p.Disabled {
		return E("not_found", nil)
	}
	rel := RelationOf(p, t)
	// A successor knows of an earlier record only while there is one to read.
	if !rel.Subject && !rel.Interviewer && !rel.HR && !(rel.Successor && t.Status == Approved) {
		if a == ActAudit && rel.Admin {
			return nil
		}
		return E("not_found", nil)
	}
	granted := false
	for _, g := range Rights {
		if g.Action != a {
			continue
		}
		interviewer := rel.Interviewer && !(rel.Closed && contentActions[a]) && !(rel.Guarded && soundActions[a])
		mine := g.Subject && rel.Subject || g.Interviewer && interviewer || g.HR && rel.HR || g.Admin && rel.Admin || g.Successor && rel.Successor
		if a == ActUpload && !rel.Interviewer && rel.HR && !rel.Opener {
			mine = false
		}
		if !mine {
			continue
		}
		granted = true
		if g.States == nil && t.Status != Erased || slices.Contains(g.States, t.Status) {
			return nil
		}
	}
	if granted {
		return &Error{Code: "state_conflict", State: t.Status}
	}
	return E("forbidden", nil)
}

// JudgeAccount answers whether p may do an action that hangs on no interview.
func JudgeAccount(p Person, a Action) error {
	roles, ok := AccountRights[a]
	if !ok || p.Disabled {
		return E("forbidden", nil)
	}
	if len(roles) == 0 {
		return nil
	}
	for _, r := range roles {
		if p.Has(r) {
			return nil
		}
	}
	return E("forbidden", nil)
}
