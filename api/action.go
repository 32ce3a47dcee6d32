package api

import (
	"time"

	"kikigaki/internal/interview"
)

// Promise is an action item that is followed up.
type Promise struct {
	ID         string         `json:"id"`
	Interview  string         `json:"interview"`
	Employee   Ref            `json:"employee"`
	RecordedOn string         `json:"recorded_on"`
	Statement  string         `json:"statement"`
	Text       string         `json:"text"`
	Owner      interview.Part `json:"owner"`
	Person     *Ref           `json:"person"`
	Due        string         `json:"due,omitempty"`
	DueDate    string         `json:"due_date,omitempty"`
	State      string         `json:"state" enum:"open,done,dropped"`
	Overdue    bool           `json:"overdue"`
	Mine       bool           `json:"mine"`
	CanChange  bool           `json:"can_change"`
	ETag       string         `json:"etag" doc:"For If-Match"`
	UpdatedAt  time.Time      `json:"updated_at"`
}

type actionsIn struct {
	Paging
	State     string `query:"state" enum:"open,done,dropped"`
	Interview string `query:"interview" maxLength:"40"`
	Mine      bool   `query:"mine" doc:"Only what the caller promised"`
	Overdue   bool   `query:"overdue"`
}

type actionChangeIn struct {
	Action string `path:"action" maxLength:"40"`
	IfMatch
	Body struct {
		State   *string `json:"state,omitempty" enum:"open,done,dropped"`
		DueDate *string `json:"due_date,omitempty" maxLength:"10" doc:"YYYY-MM-DD, empty to clear"`
	}
}
