package testkit

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// Fault is a way in which the stand-in misbehaves.
type Fault string

// Faults of any call.
const (
	FaultBusy         Fault = "busy"          // 429, Retry-After in seconds
	FaultBusyDate     Fault = "busy_date"     // 429, Retry-After as an HTTP date
	FaultBusySilent   Fault = "busy_silent"   // 429 without Retry-After
	FaultUnauthorized Fault = "unauthorized"  // 401
	FaultPayment      Fault = "payment"       // 402
	FaultQuota        Fault = "quota"         // 429 insufficient_quota
	FaultModelGone    Fault = "model_gone"    // 404 model_not_found
	FaultServer       Fault = "server"        // 500
	FaultOverloaded   Fault = "overloaded"    // 503
	FaultBadRequest   Fault = "bad_request"   // 400
	FaultErrorString  Fault = "error_string"  // 500 {"error":"…"}
	FaultFastAPI      Fault = "fastapi"       // 422 {"detail":[…]}
	FaultHang         Fault = "hang"          // headers never come
	FaultHangBody     Fault = "hang_body"     // headers come, the body does not
	FaultTrickle      Fault = "trickle"       // one byte every 20 ms, for ever
	FaultCut          Fault = "cut"           // the connection ends in the middle of the body
	FaultDrop         Fault = "drop"          // the connection ends before any answer
	FaultOKError      Fault = "ok_error"      // 200 with {"error":…}
	FaultOKObject     Fault = "ok_object"     // 200 with {}
	FaultOKNothing    Fault = "ok_nothing"    // 200 with no body
	FaultHTML         Fault = "html"          // 200 with a web page
	FaultTruncated    Fault = "truncated"     // 200 with half a JSON document
	FaultTrailing     Fault = "trailing"      // 200 with something behind the JSON document
	FaultHuge         Fault = "huge"          // 200 with 64 MiB
	FaultRedirect     Fault = "redirect"      // 302 to OpenAIOptions.RedirectTo
	FaultRedirectKeep Fault = "redirect_keep" // 307
	FaultAccepted     Fault = "accepted"      // 202 with a good-looking body
)

// Faults of the text that speech is answered with.
const (
	FaultEmptyText      Fault = "empty_text"
	FaultNullText       Fault = "null_text"
	FaultLoop           Fault = "loop"
	FaultEcho           Fault = "echo" // the keywords or the prompt
	FaultStock          Fault = "stock"
	FaultStockTail      Fault = "stock_tail" // the true text, and a stock phrase behind it
	FaultKorean         Fault = "korean"
	FaultEnglish        Fault = "english"
	FaultMissingMiddle  Fault = "missing_middle"
	FaultMissingEnd     Fault = "missing_end"
	FaultNumbersAsText  Fault = "numbers_as_text"  // duration and times as strings, segment ids as strings
	FaultTimesBackwards Fault = "times_backwards"  // start after end, out of order
	FaultTimesInNano    Fault = "times_in_nanos"   // times in another unit
	FaultSpeakersMixed  Fault = "segments_foreign" // segments tell another text than text
)

// Faults of chat answers.
const (
	FaultLength        Fault = "length"         // finish_reason length, half the content
	FaultWhitespace    Fault = "whitespace"     // a run of white space until the limit
	FaultRefusal       Fault = "refusal"        // message.refusal, content empty
	FaultContentFilter Fault = "content_filter" // finish_reason content_filter
	FaultSchema        Fault = "schema"         // valid JSON that breaks the schema
	FaultUnknownIDs    Fault = "unknown_ids"    // segment ids that do not exist
	FaultNoChoices     Fault = "no_choices"
	FaultProse         Fault = "prose"        // no JSON at all
	FaultLongString    Fault = "long_string"  // a string of 6 MB
	FaultNoUsage       Fault = "no_usage"     // the answer without usage
	FaultFence         Fault = "fence"        // the JSON in a Markdown fence
	FaultContentJSON   Fault = "content_half" // finish_reason stop, half the content
)

// misbehave plays the faults that need nothing of the request but its connection. It reports whether it did.
func (h *OpenAIHandler) misbehave(w http.ResponseWriter, r *http.Request, f Fault) bool {
	wait := h.opts.RetryAfter
	if wait == 0 {
		wait = time.Second
	}
	raw := func(status int, body string) bool {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		io.WriteString(w, body)
		return true
	}
	errorOf := func(status int, kind, code string) bool {
		h.fail(w, status, kind, code, "scripted failure")
		return true
	}
	switch f {
	case FaultBusy:
		w.Header().Set("Retry-After", fmt.Sprintf("%g", wait.Seconds()))
		return errorOf(http.StatusTooManyRequests, "requests", "rate_limit_exceeded")
	case FaultBusyDate:
		w.Header().Set("Retry-After", time.Now().Add(wait).UTC().Format(http.TimeFormat))
		return errorOf(http.StatusTooManyRequests, "requests", "rate_limit_exceeded")
	case FaultBusySilent:
		return errorOf(http.StatusTooManyRequests, "requests", "rate_limit_exceeded")
	case FaultUnauthorized:
		return errorOf(http.StatusUnauthorized, "invalid_request_error", "invalid_api_key")
	case FaultPayment:
		return errorOf(http.StatusPaymentRequired, "billing", "")
	case FaultQuota:
		return errorOf(http.StatusTooManyRequests, "insufficient_quota", "insufficient_quota")
	case FaultModelGone:
		return errorOf(http.StatusNotFound, "invalid_request_error", "model_not_found")
	case FaultServer:
		return errorOf(http.StatusInternalServerError, "server_error", "")
	case FaultOverloaded:
		w.Header().Set("Retry-After", fmt.Sprintf("%g", wait.Seconds()))
		return errorOf(http.StatusServiceUnavailable, "server_error", "overloaded_error")
	case FaultBadRequest:
		return errorOf(http.StatusBadRequest, "invalid_request_error", "invalid_value")
	case FaultErrorString:
		return raw(http.StatusInternalServerError, mustJSON(map[string]any{"error": "it broke " + h.opts.Canary}))
	case FaultFastAPI:
		return raw(http.StatusUnprocessableEntity, mustJSON(map[string]any{"detail": []any{map[string]any{
			"type": "missing", "loc": []any{"body", "file"}, "msg": "Field required " + h.opts.Canary, "input": h.opts.Canary}}}))
	case FaultOKError:
		return raw(http.StatusOK, mustJSON(map[string]any{"error": map[string]any{"message": "could not decode " + h.opts.Canary, "type": "BadRequestError", "code": 400}}))
	case FaultOKObject:
		return raw(http.StatusOK, "{}")
	case FaultOKNothing:
		w.WriteHeader(http.StatusOK)
		return true
	case FaultAccepted:
		return raw(http.StatusAccepted, `{"text":"later"}`)
	case FaultHTML:
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, "<html><body>sign in "+h.opts.Canary+"</body></html>")
		return true
	case FaultRedirect, FaultRedirectKeep:
		status := http.StatusFound
		if f == FaultRedirectKeep {
			status = http.StatusTemporaryRedirect
		}
		http.Redirect(w, r, h.opts.RedirectTo, status)
		return true
	case FaultHuge:
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"text":"`)
		block := strings.Repeat("a", 1<<20)
		for range 64 {
			if _, err := io.WriteString(w, block); err != nil {
				return true
			}
		}
		io.WriteString(w, `"}`)
		return true
	case FaultHang:
		h.wait(r, 0)
		panic(http.ErrAbortHandler)
	case FaultHangBody:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusOK)
		flush(w)
		h.wait(r, 0)
		panic(http.ErrAbortHandler)
	case FaultTrickle:
		w.WriteHeader(http.StatusOK)
		for h.wait(r, 20*time.Millisecond) {
			io.WriteString(w, " ")
			flush(w)
		}
		panic(http.ErrAbortHandler)
	case FaultDrop:
		panic(http.ErrAbortHandler)
	case FaultCut:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "4096")
		io.WriteString(w, `{"text":"only the first half`)
		flush(w)
		panic(http.ErrAbortHandler)
	}
	return false
}

// wait blocks for d (0 = until the client or the server goes) and reports whether both are still there.
func (h *OpenAIHandler) wait(r *http.Request, d time.Duration) bool {
	var timer <-chan time.Time
	if d > 0 {
		timer = time.After(d)
	}
	select {
	case <-timer:
		return true
	case <-r.Context().Done():
	case <-h.stop:
	}
	return false
}

// write sends a good answer, unless the fault is to break it.
func (h *OpenAIHandler) write(w http.ResponseWriter, v any, f Fault) {
	body := mustJSON(v)
	switch f {
	case FaultTruncated:
		body = body[:len(body)/2]
		for !utf8.ValidString(body) {
			body = body[:len(body)-1]
		}
	case FaultTrailing:
		body += "\n{\"text\":\"and more\"}"
	}
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, body)
}

func flush(w http.ResponseWriter) {
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}

func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("testkit: " + err.Error()) // only plain maps are given
	}
	return string(b)
}
