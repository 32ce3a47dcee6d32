package api

import (
	"time"

	"kikigaki/internal/interview"
)

// UploadStart declares a file before its first byte.
type UploadStart struct {
	Name        string           `json:"name" minLength:"1" maxLength:"255" doc:"File name; only its ending is kept"`
	Size        int64            `json:"size" minimum:"0" doc:"Bytes"`
	ContentType string           `json:"content_type,omitempty" maxLength:"100"`
	SHA256      string           `json:"sha256,omitempty" pattern:"^[0-9a-f]{64}$" doc:"Hex; checked by the worker when given"`
	Channels    []interview.Part `json:"channels,omitempty" maxItems:"2" doc:"Who speaks on which channel"`
	Speakers    int              `json:"speakers,omitempty" minimum:"1" maximum:"3"`
}

type uploadStartIn struct {
	OnTalk
	Body UploadStart
}

// OnUpload is the path of one upload.
type OnUpload struct {
	OnTalk
	Upload string `path:"upload" maxLength:"40" doc:"Upload id"`
}

// Upload is a resumable upload straight to the bucket.
type Upload struct {
	ID        string    `json:"id"`
	Size      int64     `json:"size"`
	PartSize  int64     `json:"part_size" doc:"Bytes of every part but the last"`
	Parts     int       `json:"parts" doc:"How many parts there are"`
	Arrived   []Part    `json:"arrived" doc:"Parts the bucket has"`
	State     string    `json:"state" enum:"open,complete,aborted"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Part is a part that has arrived.
type Part struct {
	Number int   `json:"number"`
	Size   int64 `json:"size"`
}

type partsIn struct {
	OnUpload
	Body struct {
		Numbers []int `json:"numbers" minItems:"1" maxItems:"10" minimum:"1" maximum:"10000" uniqueItems:"true"`
	}
}

// PartURLs are addresses to PUT parts to, without any further header.
type PartURLs struct {
	Parts     []PartURL `json:"parts"`
	ExpiresAt time.Time `json:"expires_at"`
}

// PartURL is where one part goes.
type PartURL struct {
	Number int    `json:"number"`
	URL    string `json:"url"`
	Size   int64  `json:"size" doc:"Bytes this part must have"`
}
