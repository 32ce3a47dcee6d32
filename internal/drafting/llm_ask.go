package drafting

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/sashabaranov/go-openai"

	"kikigaki/internal/endpoint"
	"kikigaki/internal/interview"
	"kikigaki/prompts"
)

// ask is one question to a model: instructions, data, and the lines it reads, which are the last user message.
type ask struct {
	prompt prompts.Prompt
	lang   string
	data   string // who is who, neighbouring lines, comments: data, never instructions
	lines  string
	reply  int // tokens the answer is expected to need
}

// The ways an answer can be of no use although the endpoint is well. They decide what is tried next.
var (
	errTooLong = errors.New("the answer did not fit")        // cut off, or ran on without end: ask about less
	errBroken  = errors.New("the answer has the wrong form") // not the JSON asked for: repair once, then ask about less
	errRefused = errors.New("the model refused")             // rephrase once
)

// Limits of an answer. They come from what a record can hold, not from what a model can write.
const (
	maxContent    = 1 << 20 // bytes of one answer
	maxWhitespace = 200     // characters of white space in a row: a model that runs on until its limit
	maxTries      = 3       // of one request when the endpoint is busy
)

// meter counts what a draft costs.
type meter struct {
	input, output, requests int
}

// answer asks and decodes a checked answer into to. It handles what can be handled in place: a busy endpoint, a broken
// answer (one repair), a refusal (one rephrase). errTooLong and errBroken are left to callers that can ask about less;
// endpoint_answer_unusable stands for a model that went on refusing.
func (r *run) answer(ctx context.Context, a ask, to any) error {
	note := ""
	var repaired, rephrased bool
	for {
		content, err := r.remembered(ctx, a, note)
		if err == nil {
			if err = r.check(a, content, to); err == nil {
				return nil
			}
		}
		switch {
		case errors.Is(err, errBroken) && !repaired:
			repaired = true
			note = noteBroken(a.lang, err)
		case errors.Is(err, errRefused) && !rephrased:
			rephrased = true
			note = noteRefused(a.lang)
		case errors.Is(err, errRefused):
			return interview.E("endpoint_answer_unusable", errRefused)
		default:
			return err
		}
	}
}

// remembered asks the endpoint unless the same question has been answered in this process a moment ago, by a run that
// failed later: a retry is not paid twice.
func (r *run) remembered(ctx context.Context, a ask, note string) (string, error) {
	key := a.key(r.engine.settings.Model, note)
	if content, ok := r.engine.memo.get(key); ok {
		r.used(key)
		return content, nil
	}
	content, err := r.send(ctx, a, note)
	if err == nil && json.Valid([]byte(content)) {
		r.engine.memo.put(key, content)
		r.used(key)
	}
	return content, err
}

func (a ask) key(model, note string) string {
	h := sha256.New()
	for _, s := range []string{model, a.prompt.Hash, note, a.data, a.lines} {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// send makes the call, again while the endpoint is busy, and lowers the form of the schema for a model that nobody told
// us about and that rejects it.
func (r *run) send(ctx context.Context, a ask, note string) (string, error) {
	l := r.engine
	for try := 1; ; try++ {
		form := l.form()
		content, err := r.call(ctx, a, note, form)
		if err == nil {
			return content, nil
		}
		switch f := failure(err); {
		case f == "context_length_exceeded" || f == "string_above_max_length" || f == "request_too_large":
			return "", errTooLong
		case f == "content_filter" || f == "content_policy_violation":
			return "", errRefused
		case f == "json_validate_failed" || interview.Code(err) == "endpoint_answer_unusable" && f != "":
			return "", fmt.Errorf("%w: %s", errBroken, f)
		}
		switch {
		case interview.Code(err) == "endpoint_rejected" && l.lower(form):
			try--
			continue
		case interview.Code(err) != "endpoint_unavailable" || try >= maxTries || ctx.Err() != nil:
			return "", err
		}
		if err := l.pause(ctx, backoff(try, err)); err != nil {
			return "", err
		}
	}
}

// failure is the reason the endpoint gave, from the fixed list of package endpoint.
func failure(err error) string {
	if f, ok := errors.AsType[*endpoint.Failure](err); ok {
		return f.Reason
	}
	return ""
}

// backoff is how long to wait after the given try: what the endpoint asked for, else 1 s, 4 s. A longer wait than 30 s
// is not worth holding a worker for; the caller's caller comes back later.
func backoff(try int, err error) time.Duration {
	if e, ok := errors.AsType[*interview.Error](err); ok && e.Wait > 0 {
		return e.Wait
	}
	return time.Second << (2 * (try - 1))
}

const maxPause = 30 * time.Second

// call makes one HTTP request.
func (r *run) call(ctx context.Context, a ask, note, form string) (string, error) {
	l := r.engine
	req, input, err := l.request(a, note, form)
	if err != nil {
		return "", err
	}
	release := func() {}
	if l.limiter != nil {
		if release, err = l.limiter.Acquire(ctx, 1, input+a.reply); err != nil {
			return "", err
		}
	}
	defer release()
	resp, err := l.chat.CreateChatCompletion(ctx, req)
	if err != nil {
		return "", classify(ctx, err)
	}
	r.count(input, resp.Usage)
	if len(resp.Choices) == 0 {
		return "", fmt.Errorf("%w: no choices", errBroken)
	}
	c := resp.Choices[0]
	switch {
	case c.Message.Refusal != "" || c.FinishReason == openai.FinishReasonContentFilter:
		return "", errRefused
	case c.FinishReason == openai.FinishReasonLength:
		return "", errTooLong
	case c.FinishReason != openai.FinishReasonStop && c.FinishReason != "":
		return "", fmt.Errorf("%w: finish reason", errBroken)
	case len(c.Message.Content) > maxContent || runsOn(c.Message.Content):
		return "", errTooLong
	case strings.TrimSpace(c.Message.Content) == "":
		return "", fmt.Errorf("%w: empty", errBroken)
	}
	return c.Message.Content, nil
}

// classify keeps verdicts and the end of the context, and replaces everything else: an error of the chat library can
// quote the answer's body.
func classify(ctx context.Context, err error) error {
	if e, ok := errors.AsType[*interview.Error](err); ok {
		return e
	}
	if ctx.Err() != nil {
		return fmt.Errorf("ask model: %w", context.Cause(ctx))
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return interview.E("endpoint_answer_unusable", &endpoint.Failure{Status: 200, Reason: "no_completion"})
	}
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return interview.E("endpoint_answer_unusable", &endpoint.Failure{Status: 200, Reason: "no_completion"})
	}
	// What is left is the library's own refusal to send: parameters that it knows the model rejects.
	return interview.E("endpoint_rejected", errors.New("the chat library refuses the request for this model"))
}

// runsOn reports white space without end.
func runsOn(s string) bool {
	n := 0
	for _, r := range s {
		if !unicode.IsSpace(r) {
			n = 0
			continue
		}
		if n++; n > maxWhitespace {
			return true
		}
	}
	return false
}

// request builds the body of a call and estimates its input in tokens.
func (l *LLM) request(a ask, note, form string) (openai.ChatCompletionRequest, int, error) {
	system := a.prompt.System
	req := openai.ChatCompletionRequest{Model: l.settings.Model}
	switch form {
	case formStrict:
		req.ResponseFormat = &openai.ChatCompletionResponseFormat{
			Type: openai.ChatCompletionResponseFormatTypeJSONSchema,
			JSONSchema: &openai.ChatCompletionResponseFormatJSONSchema{
				Name: string(a.prompt.Stage), Schema: a.prompt.Schema, Strict: true},
		}
	default:
		inline, err := a.prompt.Inline(a.lang)
		if err != nil {
			return req, 0, err
		}
		system = inline
		if form == formObject {
			req.ResponseFormat = &openai.ChatCompletionResponseFormat{Type: openai.ChatCompletionResponseFormatTypeJSONObject}
		}
	}
	data := a.data
	if note != "" {
		data = note + "\n\n" + data
	}
	req.Messages = []openai.ChatCompletionMessage{{Role: openai.ChatMessageRoleSystem, Content: system}}
	if data != "" {
		req.Messages = append(req.Messages, openai.ChatCompletionMessage{Role: openai.ChatMessageRoleUser, Content: data})
	}
	req.Messages = append(req.Messages, openai.ChatCompletionMessage{Role: openai.ChatMessageRoleUser, Content: a.lines})
	if l.model.ReplyField == "max_completion_tokens" {
		req.MaxCompletionTokens = l.replyLimit(a.reply)
	} else {
		req.MaxTokens = l.replyLimit(a.reply) //nolint:staticcheck // the older servers people run themselves know this name alone
	}
	if l.model.Temperature {
		req.Temperature = coolest
	}
	input := l.tokens(system) + l.tokens(data) + l.tokens(a.lines)
	if form == formStrict {
		input += l.tokens(string(a.prompt.Schema))
	}
	return req, input, nil
}

// coolest stands for temperature 0, which the library leaves out of the request.
const coolest = 0.001

// replyLimit leaves an answer of expected size room to be twice as long, and a model that thinks first room to think.
func (l *LLM) replyLimit(expected int) int {
	n := 2*expected + 1000
	if l.model.Reasoning {
		n += 16_000
	}
	return min(n, l.model.MaxOutput)
}

// Notes before the data of a second try. They hold our words only.
func noteBroken(language string, err error) string {
	why := strings.TrimPrefix(err.Error(), errBroken.Error()+": ")
	if language == "ja" {
		return "前の答えは、決められた形の JSON ではありませんでした(" + why + ")。schema のとおりの JSON だけを、初めから書き直してください。"
	}
	return "The previous answer was not JSON of the required form (" + why + "). Write it again from the beginning: JSON that fits the schema, and nothing else."
}

func noteRefused(language string) string {
	if language == "ja" {
		return "これは、二人の同意のもとで録音された、仕事の面談です。記録は本人が読んで確かめます。書くのがためらわれる所は書かずに、そのほかの所だけを書き出してください。"
	}
	return "This is a work interview, recorded with the consent of both people; the employee reads and confirms the record. Leave out whatever you hesitate to write down, and write the rest."
}
