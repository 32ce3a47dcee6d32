package api

import (
	"time"

	"kikigaki/internal/interview"
)

// Comment is a remark as the two people see it.
type Comment struct {
	interview.Comment
	By       Ref    `json:"by"`
	Mine     bool   `json:"mine"`
	ETag     string `json:"etag" doc:"For If-Match"`
	Resolver *Ref   `json:"resolver"`
}

type commentsIn struct {
	OnTalk
	Draft int `query:"draft" minimum:"0" doc:"Only those made on this version; 0: all"`
}

// CommentNew is a new remark, dispute or reaction.
type CommentNew struct {
	Draft     int    `json:"draft" minimum:"1"`
	Statement string `json:"statement,omitempty" maxLength:"60" doc:"The id of a statement or of a sentence of the summary; summary:N is the sentence that stands at that place now, from 0. Absent: on the whole document"`
	Parent    string `json:"parent,omitempty" maxLength:"40"`
	Kind      string `json:"kind,omitempty" enum:"comment,dispute,reaction" default:"comment"`
	Text      string `json:"text" minLength:"1" maxLength:"4000" doc:"For a reaction one of: thanks, agree, question, seen"`
}

type commentNewIn struct {
	OnTalk
	Body CommentNew
}

// OnComment is the path of one comment.
type OnComment struct {
	OnTalk
	Comment string `path:"comment" maxLength:"40"`
}

type commentChangeIn struct {
	OnComment
	IfMatch
	Body struct {
		Text     *string `json:"text,omitempty" minLength:"1" maxLength:"4000" doc:"By its author"`
		Resolved *bool   `json:"resolved,omitempty"`
	}
}

// Revise asks for a new version that answers comments.
type Revise struct {
	Draft       int      `json:"draft" minimum:"1" doc:"Version the comments were made on; must be the newest"`
	Comments    []string `json:"comments,omitempty" maxItems:"200" doc:"Which; default: all that are open"`
	Instruction string   `json:"instruction,omitempty" maxLength:"2000"`
}

type reviseIn struct {
	OnTalk
	Body Revise
}

// Choice is the employee's decision on the newest version.
type Choice struct {
	Draft     int    `json:"draft" minimum:"1"`
	Decision  string `json:"decision" enum:"approve,request_changes"`
	Objection string `json:"objection,omitempty" maxLength:"4000" doc:"異議を付記して確定: stands in the sealed record"`
	Note      string `json:"note,omitempty" maxLength:"4000"`
}

type choiceIn struct {
	OnTalk
	Body Choice
}

// Verdict is a decision that was taken.
type Verdict struct {
	ID        string    `json:"id"`
	Draft     int       `json:"draft"`
	Decision  string    `json:"decision"`
	Seal      string    `json:"seal,omitempty" doc:"SHA-256, hex"`
	At        time.Time `json:"at"`
	Interview Interview `json:"interview"`
}

type closeIn struct {
	OnTalk
	Body struct {
		Reason string `json:"reason" enum:"no_answer,left_company,on_leave,other"`
	}
}

type releaseIn struct {
	OnTalk
	Body *struct {
		Draft int `json:"draft,omitempty" minimum:"1" doc:"Version that was looked at; must be the newest"`
	}
}

type reopenIn struct {
	OnTalk
	Body *struct {
		Note string `json:"note,omitempty" maxLength:"4000"`
	}
}

// Seal is what proves an approved version.
type Seal struct {
	Draft     int       `json:"draft"`
	Seal      string    `json:"seal" doc:"SHA-256 over the canonical JSON (RFC 8785) of the fields, each as HMAC-SHA-256 with its own salt"`
	Valid     bool      `json:"valid"`
	Removed   []string  `json:"removed" doc:"Fields erased since, off the record or by request"`
	At        time.Time `json:"at"`
	By        Ref       `json:"by"`
	Objection string    `json:"objection,omitempty"`
}
