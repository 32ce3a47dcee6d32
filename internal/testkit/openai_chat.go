package testkit

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// chatBody is what is read of a chat request.
type chatBody struct {
	Model       string          `json:"model"`
	Messages    []ChatMessage   `json:"messages"`
	Format      json.RawMessage `json:"response_format"`
	Temperature *float64        `json:"temperature"`
	MaxTokens   int             `json:"max_tokens"`
	MaxReply    int             `json:"max_completion_tokens"`
	Stream      bool            `json:"stream"`
	Tools       json.RawMessage `json:"tools"`
}

func (h *OpenAIHandler) complete(w http.ResponseWriter, r *http.Request) {
	call := ChatCall{N: h.next("chat"), Key: bearer(r), At: time.Now()}
	status := &statusWriter{ResponseWriter: w, status: http.StatusOK}
	at := -1 // in h.chat
	record := func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if at < 0 {
			at = len(h.chat)
			h.chat = append(h.chat, ChatCall{})
		}
		h.chat[at] = call
	}
	defer func() {
		call.Status = status.status
		record()
	}()
	body, err := io.ReadAll(io.LimitReader(r.Body, 64<<20))
	var b chatBody
	if err != nil || json.Unmarshal(body, &b) != nil {
		h.fail(status, http.StatusBadRequest, "invalid_request_error", "invalid_request", "the body cannot be read")
		return
	}
	call.Model, call.Messages, call.Schema, call.Body = b.Model, b.Messages, b.Format, body
	record() // a client that hangs up has been answered before this handler knows
	if !h.authorized(status, r, b.Model) {
		return
	}
	call.Fault = h.fault(Call{Kind: "chat", N: call.N})
	if call.Fault == FaultDrop || call.Fault == FaultHang {
		status.status = 0
	}
	if h.misbehave(status, r, call.Fault) {
		return
	}
	if reason, message := checkChat(b); reason != "" {
		h.fail(status, http.StatusBadRequest, "invalid_request_error", reason, message)
		return
	}
	if h.opts.Delay != nil && !h.wait(r, h.opts.Delay(0)) {
		return
	}
	if h.opts.Chat == nil {
		h.fail(status, http.StatusServiceUnavailable, "server_error", "", "no model here")
		return
	}
	content, err := h.opts.Chat(call)
	if err != nil {
		h.fail(status, http.StatusInternalServerError, "server_error", "", "the scripted model broke")
		return
	}
	h.write(status, h.completion(call, content), call.Fault)
}

// reasoningModel matches the ids that refuse max_tokens and any temperature but 1.
var reasoningModel = regexp.MustCompile(`^(gpt-5|gpt-6|o1|o3|o4)`)

// checkChat enforces what the public endpoint enforces; "" means the request is taken.
func checkChat(b chatBody) (reason, message string) {
	switch {
	case b.Model == "" || len(b.Messages) == 0:
		return "missing_required_parameter", "model and messages are required"
	case reasoningModel.MatchString(b.Model) && b.MaxTokens != 0:
		return "unsupported_parameter", "use max_completion_tokens"
	case reasoningModel.MatchString(b.Model) && b.Temperature != nil && *b.Temperature != 1:
		return "unsupported_value", "temperature is not supported with this model"
	case b.Stream:
		return "unsupported_value", "this stand-in does not stream"
	}
	if len(b.Format) == 0 {
		return "", ""
	}
	var f struct {
		Type   string `json:"type"`
		Schema *struct {
			Name   string          `json:"name"`
			Strict bool            `json:"strict"`
			Schema json.RawMessage `json:"schema"`
		} `json:"json_schema"`
	}
	switch {
	case json.Unmarshal(b.Format, &f) != nil, !slices.Contains([]string{"text", "json_object", "json_schema"}, f.Type):
		return "invalid_value", "response_format cannot be read"
	case f.Type == "json_object" && !strings.Contains(strings.ToLower(joined(b.Messages)), "json"):
		return "invalid_value", "messages must contain the word json"
	case f.Type != "json_schema":
		return "", ""
	case f.Schema == nil || f.Schema.Name == "" || len(f.Schema.Schema) == 0:
		return "missing_required_parameter", "json_schema needs name and schema"
	}
	if !f.Schema.Strict {
		return "", ""
	}
	var s any
	if json.Unmarshal(f.Schema.Schema, &s) != nil {
		return "invalid_value", "schema cannot be read"
	}
	if where := looseObject(s, "$"); where != "" {
		return "invalid_value", "strict schema: object at " + where + " needs additionalProperties false and all properties required"
	}
	return "", ""
}

// looseObject finds an object schema that strict mode refuses.
func looseObject(s any, at string) string {
	m, ok := s.(map[string]any)
	if !ok {
		if list, ok := s.([]any); ok {
			for i, x := range list {
				if w := looseObject(x, fmt.Sprintf("%s[%d]", at, i)); w != "" {
					return w
				}
			}
		}
		return ""
	}
	if props, ok := m["properties"].(map[string]any); ok {
		required, _ := m["required"].([]any)
		if m["additionalProperties"] != false || len(required) != len(props) {
			return at
		}
	}
	for k, x := range m {
		if w := looseObject(x, at+"."+k); w != "" {
			return w
		}
	}
	return ""
}

func joined(ms []ChatMessage) string {
	var b strings.Builder
	for _, m := range ms {
		b.WriteString(m.Content)
	}
	return b.String()
}

// numberInJSON matches the numbers of segment ids in an answer.
var numberInJSON = regexp.MustCompile(`(?:[\[,:]\s*)(\d+)`)

// completion makes the chat answer, spoiled as the fault says.
func (h *OpenAIHandler) completion(call ChatCall, content string) map[string]any {
	finish, refusal := "stop", any(nil)
	half := func() string { r := []rune(content); return string(r[:len(r)/2]) }
	switch call.Fault {
	case FaultLength:
		content, finish = half(), "length"
	case FaultContentJSON:
		content = half()
	case FaultWhitespace:
		content, finish = half()+strings.Repeat(" \n", 2000), "length"
	case FaultRefusal:
		content, refusal = "", "I cannot help with that."
	case FaultContentFilter:
		content, finish = "", "content_filter"
	case FaultSchema:
		content = `{"unexpected":true}`
	case FaultProse:
		content = "Here is the record you asked for."
	case FaultFence:
		content = "```json\n" + content + "\n```"
	case FaultLongString:
		content = `{"text":"` + strings.Repeat("あ", 2<<20) + `"}`
	case FaultUnknownIDs:
		content = numberInJSON.ReplaceAllStringFunc(content, func(s string) string {
			return strings.TrimRight(s, "0123456789") + "987654"
		})
	}
	choices := []any{map[string]any{"index": 0, "finish_reason": finish,
		"message": map[string]any{"role": "assistant", "content": content, "refusal": refusal}}}
	if call.Fault == FaultNoChoices {
		choices = []any{}
	}
	in := len([]rune(joined(call.Messages)))
	out := map[string]any{"id": fmt.Sprintf("chatcmpl-%d", call.N), "object": "chat.completion", "created": time.Now().Unix(),
		"model": call.Model, "choices": choices}
	if call.Fault != FaultNoUsage {
		n := len([]rune(content))
		out["usage"] = map[string]any{"prompt_tokens": in, "completion_tokens": n, "total_tokens": in + n}
	}
	return out
}
