package api

import "kikigaki/internal/store"

// Page is one page of a list and where the next begins.
type Page[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor" doc:"Give it back as cursor for the next page; null at the end"`
}

func pageOf[T any](items []T, next string) Page[T] {
	p := Page[T]{Items: items}
	if next != "" {
		p.NextCursor = &next
	}
	return p
}

// Paging are the parameters every list takes.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Items per page"`
	Cursor string `query:"cursor" maxLength:"400" doc:"next_cursor of the page before"`
}

func (p Paging) page() store.Page { return store.Page{Limit: p.Limit, Cursor: p.Cursor} }

// OnTalk is the path of everything below one interview.
type OnTalk struct {
	ID string `path:"id" maxLength:"40" doc:"Interview id"`
}

// OnDraft is the path of one version of a record.
type OnDraft struct {
	OnTalk
	N int `path:"n" minimum:"1" doc:"Version number"`
}

// IfMatch carries the ETag a change stands on.
type IfMatch struct {
	IfMatch string `header:"If-Match" maxLength:"200" doc:"ETag of what was read; stale: 412"`
}

// None is an answer without a body.
type None struct{}

// Body is a plain JSON answer.
type Body[T any] struct{ Body T }

// Tagged is a JSON answer with an ETag.
type Tagged[T any] struct {
	ETag string `header:"ETag"`
	Body T
}
