package api

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kikigaki/internal/interview"
)

// Problem is an error as RFC 9457 describes it, with the stable code of the contract beside it.
type Problem struct {
	Type      string            `json:"type" doc:"URI of the kind of problem: urn:kikigaki:problem:<code>"`
	Title     string            `json:"title" doc:"Standard phrase of the HTTP status"`
	Status    int               `json:"status" doc:"HTTP status"`
	Code      string            `json:"code" doc:"Stable code; programs match on this"`
	Detail    string            `json:"detail" doc:"What happened and what to do, in the language of Accept-Language (ja, en)"`
	State     string            `json:"state,omitempty" doc:"The status met, for state_conflict"`
	Fields    []interview.Field `json:"fields,omitempty" doc:"Which inputs are wrong, for validation_failed"`
	RequestID string            `json:"request_id,omitempty" doc:"Number to give the operator"`

	wait time.Duration
}

var (
	_ huma.StatusError       = (*Problem)(nil)
	_ huma.HeadersError      = (*Problem)(nil)
	_ huma.ContentTypeFilter = (*Problem)(nil)
)

func (p *Problem) Error() string             { return p.Code }
func (p *Problem) GetStatus() int            { return p.Status }
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders gives the headers that belong to the status.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.wait > 0 {
		h.Set("Retry-After", strconv.Itoa(int((p.wait+time.Second-1)/time.Second)))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="kikigaki"`)
	}
	return h
}

// awayWait is how soon a client may ask again when a part we stand on is away and nobody knows for how long.
const awayWait = 2 * time.Second

// problem is the one mapping from an error to an answer. What is not a verdict becomes internal_error: its cause is
// logged by the caller and never shown.
func problem(err error, lang, requestID string) *Problem {
	var done *Problem
	if errors.As(err, &done) {
		return done
	}
	v, ok := errors.AsType[*interview.Error](err)
	if !ok || interview.Messages[v.Code].EN == "" {
		v = interview.E("internal_error", err)
	}
	status := cmp.Or(interview.Messages[v.Code].HTTP, http.StatusConflict)
	args := map[string]string{"request_id": requestID}
	for k, a := range v.Args {
		args[k] = a
	}
	if v.Wait > 0 && args["wait"] == "" {
		args["wait"] = waitText(v.Wait, lang)
	}
	text := (&interview.Error{Code: v.Code, Args: args}).Text(lang)
	p := &Problem{Type: "urn:kikigaki:problem:" + v.Code, Title: http.StatusText(status), Status: status, Code: v.Code,
		Detail: text, State: string(v.State), Fields: v.Fields, wait: v.Wait}
	if status >= 500 {
		p.RequestID = requestID
	}
	if status == http.StatusServiceUnavailable && p.wait <= 0 {
		p.wait = awayWait
	}
	return p
}

func waitText(d time.Duration, lang string) string {
	s := int((d + time.Second - 1) / time.Second)
	if lang == "ja" {
		if s < 60 {
			return strconv.Itoa(s) + "秒"
		}
		return strconv.Itoa((s+59)/60) + "分"
	}
	n, unit := s, " second"
	if s >= 60 {
		n, unit = (s+59)/60, " minute"
	}
	if n != 1 {
		unit += "s"
	}
	return strconv.Itoa(n) + unit
}

// invalid is a validation_failed error for one field.
func invalid(field, code string) error {
	return &interview.Error{Code: "validation_failed", Fields: []interview.Field{{Name: field, Code: code}}}
}

// fromHuma turns huma's own errors (bodies that do not parse, parameters out of bounds) into problems. The status huma
// chose is kept: it is already on its way to the client.
func fromHuma(e *huma.ErrorModel, lang, requestID string) *Problem {
	code := "validation_failed"
	if e.Status >= 500 {
		code = "internal_error"
	}
	p := problem(interview.E(code, nil), lang, requestID)
	p.Status, p.Title = e.Status, http.StatusText(e.Status)
	switch e.Status {
	case http.StatusRequestEntityTooLarge:
		p.Fields = append(p.Fields, interview.Field{Name: "body", Code: "too_large"})
	case http.StatusUnsupportedMediaType:
		p.Fields = append(p.Fields, interview.Field{Name: "body", Code: "media_type"})
	case http.StatusRequestTimeout:
		p.Fields = append(p.Fields, interview.Field{Name: "body", Code: "too_slow"})
	}
	for _, d := range e.Errors {
		if d == nil {
			continue
		}
		p.Fields = append(p.Fields, interview.Field{Name: fieldName(d), Code: fieldCode(d.Message)})
	}
	if len(p.Fields) == 0 && e.Status < 500 {
		p.Fields = []interview.Field{{Name: "body", Code: "malformed"}}
	}
	return p
}

// fieldName is the JSON path without the "body." in front; a missing property is named itself, not its object.
func fieldName(d *huma.ErrorDetail) string {
	name := d.Location
	if rest, ok := strings.CutPrefix(d.Message, "expected required property "); ok {
		missing, _, _ := strings.Cut(rest, " ")
		name += "." + missing
	}
	for _, p := range []string{"body.", "query.", "path.", "header.", "form."} {
		if s, ok := strings.CutPrefix(name, p); ok {
			return s
		}
	}
	return cmp.Or(name, "body")
}

// fieldCode reduces huma's English sentences to short stable codes.
func fieldCode(message string) string {
	for _, c := range []struct{ has, code string }{
		{"required", "required"}, {"unexpected property", "unknown"}, {"unknown query parameter", "unknown"},
		{"one of", "unknown"}, {"length <=", "too_long"}, {"length >=", "too_short"}, {"number <=", "too_large"},
		{"number <", "too_large"}, {"number >=", "too_small"}, {"number >", "too_small"}, {"unique", "duplicate"},
		{"RFC 3339 date", "date"}, {"pattern", "pattern"}, {"string to be", "pattern"},
		{"expected ", "type"}, {"invalid integer", "type"}, {"invalid", "malformed"},
	} {
		if strings.Contains(message, c.has) {
			return c.code
		}
	}
	return "malformed"
}

// writeProblem sends p on a raw handler's writer.
func writeProblem(w http.ResponseWriter, p *Problem) {
	for k, v := range p.GetHeaders() {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client is gone: nobody is left to tell
}
