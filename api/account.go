package api

import (
	"time"

	"kikigaki/internal/interview"
)

// Me is the caller and what the app needs to know at start.
type Me struct {
	Person       Account            `json:"person"`
	Can          []interview.Action `json:"can" doc:"Account rights"`
	Mail         []string           `json:"mail_off" doc:"Kinds of notice mail switched off"`
	KeysOff      bool               `json:"keys_off" doc:"No single-letter keys in the app"`
	Installation Installation       `json:"installation"`
}

// Installation is what the interface has to know about this one.
type Installation struct {
	Company      string     `json:"company"`
	Contact      string     `json:"contact"`
	Version      string     `json:"version"`
	Auth         string     `json:"auth" enum:"dev,link,oidc"`
	Consent      string     `json:"consent" enum:"asked,attested" doc:"attested: the interviewer may state consent when opening"`
	MaxSize      int64      `json:"max_size" doc:"Bytes of a recording"`
	Processors   []Endpoint `json:"processors"`
	Templates    []string   `json:"templates"`
	Desks        []Desk     `json:"desks" doc:"Whom one can turn to, by matter; empty when no desk is named"`
	AudioDays    int        `json:"audio_days" doc:"A recording is erased so many days after approval"`
	AudioMaxDays int        `json:"audio_max_days"`
}

// Desk is whom one can turn to in a matter that a record does not solve.
type Desk struct {
	For  string `json:"for" enum:"crisis,harassment,whistle"`
	Name string `json:"name"`
}

// Endpoint is who processes voice or text.
type Endpoint struct {
	For       string `json:"for" enum:"stt,llm"`
	Model     string `json:"model"`
	Processor string `json:"processor"`
	Country   string `json:"country"`
	Internal  bool   `json:"internal"`
}

// Account is a person as those who look after accounts see them.
type Account struct {
	ID         string           `json:"id"`
	Email      string           `json:"email"`
	Name       string           `json:"name"`
	Department string           `json:"department,omitempty"`
	Roles      []interview.Role `json:"roles"`
	Language   string           `json:"language"`
	Disabled   bool             `json:"disabled"`
	CreatedAt  time.Time        `json:"created_at"`
}

type meChangeIn struct {
	Body struct {
		Language *string   `json:"language,omitempty" enum:"ja,en"`
		KeysOff  *bool     `json:"keys_off,omitempty" doc:"No single-letter keys in the app"`
		MailOff  *[]string `json:"mail_off,omitempty" maxItems:"20" enum:"draft_ready,draft_to_check,reminder,changes_requested,revised,approved,processing_failed,action_due"`
	}
}

type usersIn struct {
	Paging
	Role     string `query:"role" enum:"interviewer,hr,admin"`
	Disabled string `query:"disabled" enum:"true,false"`
}

// UserNew is a new account.
type UserNew struct {
	Email      string           `json:"email" minLength:"3" maxLength:"254"`
	Name       string           `json:"name" minLength:"1" maxLength:"100"`
	Department string           `json:"department,omitempty" maxLength:"100"`
	Roles      []interview.Role `json:"roles,omitempty" maxItems:"3"`
	Language   string           `json:"language,omitempty" enum:"ja,en" default:"ja"`
}

// OnUser is the path of one account.
type OnUser struct {
	User string `path:"user" maxLength:"40"`
}

type userChangeIn struct {
	OnUser
	IfMatch
	Body struct {
		Name       *string           `json:"name,omitempty" minLength:"1" maxLength:"100"`
		Department *string           `json:"department,omitempty" maxLength:"100"`
		Roles      *[]interview.Role `json:"roles,omitempty" maxItems:"3"`
		Disabled   *bool             `json:"disabled,omitempty"`
	}
}

// Token is an access token without its secret.
type Token struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Person    Ref        `json:"person"`
	CreatedAt time.Time  `json:"created_at"`
	LastUsed  *time.Time `json:"last_used"`
}

// TokenMade is a new token; the secret is shown this once.
type TokenMade struct {
	Token
	Secret string `json:"secret"`
}

type tokensIn struct {
	User string `query:"user" maxLength:"40" doc:"Of somebody else; admin"`
}

type tokenNewIn struct {
	Body struct {
		Name string `json:"name,omitempty" maxLength:"100"`
	}
}

// OnToken is the path of one token.
type OnToken struct {
	Token string `path:"token" maxLength:"40"`
}

// Entry is one line of the audit log: ids, no words.
type Entry struct {
	interview.AuditEvent
	Person *Ref `json:"person" doc:"Who did it; null: the system"`
}

type auditIn struct {
	Paging
	Interview string    `query:"interview" maxLength:"40"`
	Actor     string    `query:"actor" maxLength:"40"`
	Action    string    `query:"action" maxLength:"60"`
	From      time.Time `query:"from"`
	To        time.Time `query:"to"`
}

// Stats are counts over the interviews the caller may count. Groups below five are not shown.
type Stats struct {
	From        string        `json:"from"`
	To          string        `json:"to"`
	Statuses    []StatusCount `json:"statuses"`
	Months      []MonthCount  `json:"months"`
	Content     *ContentStats `json:"content" doc:"Only for hr, over approved records of groups of five and more"`
	Overdue     int           `json:"actions_overdue"`
	Employees   int           `json:"employees"`
	Interviewed int           `json:"employees_interviewed"`
}

// StatusCount counts interviews in one status.
type StatusCount struct {
	Status interview.Status `json:"status"`
	Count  int              `json:"count"`
}

// MonthCount counts one month.
type MonthCount struct {
	Month    string `json:"month" doc:"YYYY-MM"`
	Opened   int    `json:"opened"`
	Approved int    `json:"approved"`
}

// ContentStats are counts over approved records.
type ContentStats struct {
	Records     int               `json:"records"`
	People      int               `json:"people"`
	Departments []DepartmentStats `json:"departments" doc:"Only those with five and more people"`
}

// DepartmentStats counts statements of one department.
type DepartmentStats struct {
	Department string         `json:"department"`
	People     int            `json:"people"`
	Sections   map[string]int `json:"sections" doc:"Statements by section key, sensitive ones left out"`
}

type statsIn struct {
	From string `query:"from" pattern:"^\\d{4}-\\d{2}-\\d{2}$"`
	To   string `query:"to" pattern:"^\\d{4}-\\d{2}-\\d{2}$"`
}

// TemplateInfo is a template in a list.
type TemplateInfo struct {
	Name        string            `json:"name"`
	Version     int               `json:"version"`
	Languages   []string          `json:"languages"`
	Title       map[string]string `json:"title"`
	Purpose     map[string]string `json:"purpose"`
	FirstReview interview.Part    `json:"first_review"`
	ReviseBy    []interview.Part  `json:"revise_by"`
	Processing  interview.Route   `json:"processing"`
}

// TemplateDoc is a template in full.
type TemplateDoc struct {
	TemplateInfo
	Sections []TemplateSection `json:"sections"`
}

// TemplateSection is one section of a template.
type TemplateSection struct {
	Key       string              `json:"key"`
	Source    string              `json:"source,omitempty"`
	Sensitive bool                `json:"sensitive"`
	Title     map[string]string   `json:"title"`
	In        map[string]string   `json:"in"`
	Out       map[string]string   `json:"out"`
	Wording   map[string]string   `json:"wording"`
	Questions map[string][]string `json:"questions"`
}

// OnTemplate is the path of one template.
type OnTemplate struct {
	Name string `path:"name" maxLength:"100"`
}

// Ways says how one signs in here.
type Ways struct {
	Auth     string      `json:"auth" enum:"dev,link,oidc"`
	Company  string      `json:"company"`
	People   []DevPerson `json:"people" doc:"Only with dev: whom one can be"`
	SignedIn bool        `json:"signed_in"`
}

// DevPerson is somebody one can be with AUTH=dev.
type DevPerson struct {
	Ref
	Email string           `json:"email"`
	Roles []interview.Role `json:"roles"`
}
