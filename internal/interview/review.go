package interview

import "time"

// Comment is a remark on a document or on one statement.
type Comment struct {
	ID         string     `json:"id"`
	Interview  string     `json:"interview"`
	Draft      int        `json:"draft"`
	Statement  string     `json:"statement,omitempty"` // empty: on the whole document
	Parent     string     `json:"parent,omitempty"`
	Author     string     `json:"author"`
	Kind       string     `json:"kind"` // comment, dispute, reaction
	Text       string     `json:"text"`
	Resolved   bool       `json:"resolved"`
	ResolvedBy string     `json:"resolved_by,omitempty"`
	Asked      int        `json:"asked,omitempty"` // version whose revision was asked to answer it
	CreatedAt  time.Time  `json:"created_at"`
	UpdatedAt  time.Time  `json:"updated_at"`
	DeletedAt  *time.Time `json:"deleted_at,omitempty"`
}

// Verdict is the employee's decision on a version.
type Verdict struct {
	ID        string    `json:"id"`
	Interview string    `json:"interview"`
	Draft     int       `json:"draft"`
	By        string    `json:"by"`
	Decision  string    `json:"decision"` // approve, request_changes, close_unconfirmed, reopen
	Objection string    `json:"objection,omitempty"`
	Note      string    `json:"note,omitempty"`
	Seal      string    `json:"seal,omitempty"` // SHA-256, hex, of the sealed version
	At        time.Time `json:"at"`
}

// Promise is an action item that is followed up after approval.
type Promise struct {
	ID        string    `json:"id"`
	Interview string    `json:"interview"`
	Statement string    `json:"statement"`
	Owner     Part      `json:"owner"`
	Person    string    `json:"person,omitempty"` // whose it is, when the owner is one of the two
	Text      string    `json:"text"`
	Due       string    `json:"due,omitempty"`
	DueDate   string    `json:"due_date,omitempty"`
	State     string    `json:"state"` // open, done, dropped
	UpdatedAt time.Time `json:"updated_at"`
}

// Read is one opening of a record, transcript or recording by somebody.
type Read struct {
	Interview string    `json:"interview"`
	Person    string    `json:"person"`
	What      string    `json:"what"` // record, transcript, recording, export
	At        time.Time `json:"at"`
}

// AuditEvent is one line of the audit log: ids, no words.
type AuditEvent struct {
	ID        string    `json:"id"`
	At        time.Time `json:"at"`
	Actor     string    `json:"actor"` // person id, or "system"
	Action    string    `json:"action"`
	Interview string    `json:"interview,omitempty"`
	Object    string    `json:"object,omitempty"`
	Reason    string    `json:"reason,omitempty"` // a code, never free text
	Seq       int64     `json:"seq,omitempty"`    // place in the chain, once linked
	Hash      string    `json:"hash,omitempty"`
}
