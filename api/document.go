package api

import (
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"kikigaki/internal/interview"
)

// This file documents the raw handlers, whose types huma cannot see.

func param(in, name, doc string, required bool) *huma.Param {
	return &huma.Param{In: in, Name: name, Description: doc, Required: required, Schema: &huma.Schema{Type: huma.TypeString}}
}

func choices(p *huma.Param, values ...any) *huma.Param {
	p.Schema.Enum = values
	return p
}

func binary() *huma.MediaType {
	return &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
}

func answer(op *huma.Operation, status, doc string, content map[string]*huma.MediaType) {
	op.Responses[status] = &huma.Response{Description: doc, Content: content}
}

func (s *Server) talkPath(op *huma.Operation) {
	op.Parameters = append(op.Parameters, param("path", "id", "Interview id", true))
}

func (s *Server) jsonOf(t reflect.Type) map[string]*huma.MediaType {
	return map[string]*huma.MediaType{"application/json": {Schema: s.schema(t)}}
}

func (s *Server) documentOpen(op *huma.Operation) {
	form := &huma.Schema{Type: huma.TypeObject, Required: []string{"employee"}, Properties: map[string]*huma.Schema{
		"recording": {Type: huma.TypeString, Format: "binary", Description: "The recording; comes after the fields, or before: order is free"},
		"captions":  {Type: huma.TypeString, Format: "binary", Description: "Captions of the same talk"},
	}}
	for _, name := range openingFields {
		form.Properties[name] = &huma.Schema{Type: huma.TypeString}
	}
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/json":    {Schema: s.schema(reflect.TypeFor[Opening]())},
		"multipart/form-data": {Schema: form},
	}}
	answer(op, "201", "Opened", s.jsonOf(reflect.TypeFor[Interview]()))
}

// openingFields are the form fields of a multipart opening.
var openingFields = []string{"employee", "interviewer", "template", "language", "recorded_on", "place", "purpose", "processing", "engine",
	"consent.attested", "consent.method", "consent.abroad", "channels", "speakers"}

func (s *Server) documentPutRecording(op *huma.Operation) {
	s.talkPath(op)
	op.Parameters = append(op.Parameters,
		param("query", "name", "File name; only its ending is kept", false),
		param("query", "channels", "Who speaks on which channel: employee,interviewer", false),
		param("query", "speakers", "Voices in the recording: 1, 2, 3", false))
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/octet-stream": binary(), "audio/*": binary(), "video/*": binary()}}
	answer(op, "200", "Stored", s.jsonOf(reflect.TypeFor[Interview]()))
}

func (s *Server) documentPutCaptions(op *huma.Operation) {
	s.talkPath(op)
	op.Parameters = append(op.Parameters, param("query", "name", "File name: its ending says the format (.vtt .srt .sbv .txt .json .docx); else Content-Type does", false))
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/octet-stream": binary(), "text/vtt": binary(),
		"text/plain": binary(), "application/json": binary()}}
	answer(op, "200", "Stored", s.jsonOf(reflect.TypeFor[Interview]()))
}

func (s *Server) documentGetRecording(op *huma.Operation) {
	s.talkPath(op)
	op.Parameters = append(op.Parameters, param("header", "Range", "One byte range", false), param("header", "If-Range", "ETag", false),
		choices(param("query", "download", "1: as attachment", false), "1"))
	answer(op, "200", "The whole", map[string]*huma.MediaType{"audio/*": binary()})
	answer(op, "206", "A range", map[string]*huma.MediaType{"audio/*": binary()})
	answer(op, "416", "No such range", nil)
}

func (s *Server) documentGetTranscript(op *huma.Operation) {
	s.talkPath(op)
	op.Parameters = append(op.Parameters, param("header", "Accept", "application/json, text/vtt or text/plain", false),
		param("query", "version", "Default: the newest", false))
	content := s.jsonOf(reflect.TypeFor[interview.Transcript]())
	content["text/vtt"] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	content["text/plain"] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	answer(op, "200", http.StatusText(http.StatusOK), content)
	op.Responses["200"].Headers = map[string]*huma.Param{"ETag": {Schema: &huma.Schema{Type: huma.TypeString}}}
}

func (s *Server) documentExport(op *huma.Operation) {
	s.talkPath(op)
	op.Parameters = append(op.Parameters, choices(param("query", "format", "Kind of document", true), "docx", "pdf", "md", "json", "txt"),
		param("query", "draft", "Version; default: the newest the caller may read", false))
	answer(op, "200", "The document, as attachment", map[string]*huma.MediaType{"application/octet-stream": binary()})
}

func (s *Server) documentEvents(op *huma.Operation) {
	s.talkPath(op)
	answer(op, "200", "state, progress, draft, comment events; data is JSON with ids and counts only", map[string]*huma.MediaType{
		"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}})
}

func (s *Server) documentExportMe(op *huma.Operation) {
	answer(op, "200", "Everything stored about the caller, as attachment", map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: huma.TypeObject}}})
}
