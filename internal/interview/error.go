package interview

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Class says what a worker does with an error.
type Class string

const (
	Final         Class = "final"         // the same input fails the same way: stop and tell the person what to do
	Retry         Class = "retry"         // try again with back-off
	RetryAfter    Class = "retry_after"   // try again, not before Error.Wait has passed
	Configuration Class = "configuration" // pause the step, tell the operator, go on by itself when mended
)

// Error is a verdict with a stable code that is safe to show: its texts come from the message table and hold no name,
// no file name and no word of a talk. Err is the cause; it goes to the log only after the code that made it has
// checked that it holds no content, and never to a client.
type Error struct {
	Code   string            // a key of Messages
	Args   map[string]string // values for {placeholders} of the texts
	Fields []Field           // which inputs are wrong, for validation_failed
	Wait   time.Duration     // earliest next attempt, for RetryAfter and for Retry-After headers
	State  Status            // the state met, for state_conflict
	Err    error
}

// Field names one wrong input by its JSON path; Code is a short stable reason (required, unknown, too_long, …).
type Field struct {
	Name string `json:"name"`
	Code string `json:"code"`
}

// E makes an Error from a code and its cause (nil when the code says all).
func E(code string, cause error) *Error { return &Error{Code: code, Err: cause} }

func (e *Error) Error() string {
	if e.Err == nil {
		return e.Code
	}
	return fmt.Sprintf("%s: %v", e.Code, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is(err, interview.E("not_found", nil)) compare codes.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Err == nil && t.Code == e.Code
}

// With returns e with a placeholder value set.
func (e *Error) With(key, value string) *Error {
	if e.Args == nil {
		e.Args = map[string]string{}
	}
	e.Args[key] = value
	return e
}

// Text is the sentence for a person in lang ("ja", else English). A placeholder without a value is left out together
// with its braces.
func (e *Error) Text(lang string) string {
	m := Messages[e.Code]
	s := m.EN
	if lang == "ja" {
		s = m.JA
	}
	for k, v := range e.Args {
		s = strings.ReplaceAll(s, "{"+k+"}", v)
	}
	return s
}

// Code returns the stable code of err, or internal_error.
func Code(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return "internal_error"
}

// ClassOf returns how a worker treats err. What is not an Error is retried.
func ClassOf(err error) Class {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return Retry
	}
	if e.Wait > 0 && Messages[e.Code].Class != Configuration {
		return RetryAfter
	}
	return Messages[e.Code].Class
}

// Message is the public text of one code.
type Message struct {
	HTTP  int // status of an API answer; 0 where the code is only that of a failed or waiting interview
	Class Class
	JA    string
	EN    string
}
