package drafting

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/sashabaranov/go-openai"

	"kikigaki/internal/endpoint"
	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
	"kikigaki/prompts"
)

// LLM drafts with a language model behind an OpenAI-compatible endpoint. What the model sees: instructions and template
// in the system message; who is who, neighbouring lines and comments as data in a user message; the talk, one segment a
// line, as the last user message. No tools, no addresses, nothing of another interview. What it answers is checked by
// code and never stored before all of it has passed. An LLM is safe for use by many goroutines.
type LLM struct {
	settings endpoint.Settings
	model    endpoint.ChatModel
	limiter  endpoint.Limiter
	chat     *openai.Client
	options  Options
	memo     *memo
	pause    func(context.Context, time.Duration) error

	mu       sync.Mutex
	schemas  map[string]*jsonschema.Schema
	lowered  string  // form that a model without a row of its own turned out to need; "" = not known yet
	reported float64 // input tokens the endpoint reported per token we estimated
}

// Options of the LLM engine.
type Options struct {
	Parallel int // parts read at once; 0 means 4
}

// Forms in which a model is told the schema of its answer.
const (
	formStrict = "strict" // response_format json_schema
	formObject = "object" // response_format json_object, the schema in the instructions
	formNone   = "none"   // the schema in the instructions
)

var _ Engine = (*LLM)(nil)

// NewLLM makes the engine. limiter may be nil; hc may be nil for the endpoint package's own client.
func NewLLM(set endpoint.Settings, models endpoint.Models, limiter endpoint.Limiter, hc *http.Client, o Options) (*LLM, error) {
	client, err := endpoint.New(set, limiter, hc)
	if err != nil {
		return nil, fmt.Errorf("open chat endpoint: %w", err)
	}
	set = client.Settings()
	config := openai.DefaultConfig("") // the key is set by the endpoint client and nowhere else
	config.BaseURL = strings.TrimRight(set.BaseURL, "/")
	model := models.Chat(set.Model)
	config.HTTPClient = wire{client, model.AnyWhitespace}
	if o.Parallel <= 0 {
		o.Parallel = 4
	}
	return &LLM{settings: set, model: model, limiter: limiter, chat: openai.NewClientWithConfig(config),
		options: o, memo: newMemo(time.Now), pause: pause, schemas: map[string]*jsonschema.Schema{}, reported: 1}, nil
}

// Name is "llm".
func (l *LLM) Name() string { return EngineLLM }

func pause(ctx context.Context, d time.Duration) error {
	if d > maxPause {
		e := interview.E("endpoint_unavailable", errors.New("asked to wait"))
		e.Wait = d
		return e
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("wait for endpoint: %w", context.Cause(ctx))
	case <-t.C:
		return nil
	}
}

// form is how the schema goes to the model now. A model without a row is first asked as the API describes it.
func (l *LLM) form() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.lowered != "":
		return l.lowered
	case !l.model.Known:
		return formStrict
	}
	return l.model.Schema
}

// lower steps down from a form that the endpoint rejected; false when there is nothing below or the table is to be
// believed.
func (l *LLM) lower(from string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.model.Known {
		return false
	}
	next := map[string]string{formStrict: formObject, formObject: formNone}[from]
	if next == "" {
		return false
	}
	if l.lowered == "" || l.lowered == from {
		l.lowered = next
	}
	return true
}

// tokens estimates a text, corrected by what the endpoint has reported so far.
func (l *LLM) tokens(s string) int {
	l.mu.Lock()
	f := l.reported
	l.mu.Unlock()
	return int(math.Ceil(float64(l.model.Tokens(s)) * f))
}

// learn corrects the estimate, slowly and within bounds: a proxy can report nonsense.
func (l *LLM) learn(estimated, reported int) {
	if estimated < 200 || reported <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	ratio := l.reported * float64(reported) / float64(estimated)
	l.reported = 0.7*l.reported + 0.3*min(2, max(0.4, ratio))
}

// run is the making of one draft.
type run struct {
	engine  *LLM
	in      Input
	lang    string
	script  script
	reading *Reading
	checker *evidence.Checker
	known   map[int]*interview.Segment

	mu      sync.Mutex
	meter   meter
	keys    []string
	read    map[int]bool
	prompts map[prompts.Stage]prompts.Prompt
	dropped []interview.Dropped
	flags   []interview.Flag
}

func (l *LLM) start(in Input) (*run, error) {
	if in.Transcript == nil || in.Template == nil {
		return nil, errors.New("draft: transcript and template are required")
	}
	lang := in.Language
	if lang == "" {
		lang = in.Transcript.Language
	}
	if !in.Template.Speaks(lang) {
		return nil, interview.E("language_unknown", nil)
	}
	r := &run{engine: l, in: in, lang: lang, read: map[int]bool{}, prompts: map[prompts.Stage]prompts.Prompt{},
		known: map[int]*interview.Segment{}}
	r.reading = Read(in)
	r.checker = evidence.NewChecker(in.Transcript, r.reading.Calendar)
	r.script = newScript(in.Transcript, l.tokens)
	for i := range in.Transcript.Segments {
		r.known[in.Transcript.Segments[i].ID] = &in.Transcript.Segments[i]
	}
	return r, nil
}

// prompt renders a stage and remembers it for the draft's author line.
func (r *run) prompt(stage prompts.Stage, keys ...string) (prompts.Prompt, error) {
	p, err := r.in.Template.Prompt(stage, r.lang, keys...)
	if err != nil {
		return p, fmt.Errorf("render instructions: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, there := r.prompts[stage]; !there {
		r.prompts[stage] = p
	}
	return p, nil
}

func (r *run) count(estimated int, u openai.Usage) {
	input := u.PromptTokens
	if input <= 0 {
		input = estimated
	}
	r.engine.learn(estimated, u.PromptTokens)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.meter.requests++
	r.meter.input += input
	r.meter.output += max(0, u.CompletionTokens)
}

func (r *run) used(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys = append(r.keys, key)
}

// end forgets remembered answers unless the same run will be tried again.
func (r *run) end(err error) {
	if err == nil || interview.ClassOf(err) == interview.Final {
		r.engine.memo.drop(r.keys)
	}
}

func (r *run) drop(segment int, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dropped = append(r.dropped, interview.Dropped{Segment: segment, Reason: reason})
}

func (r *run) flag(kind string, segment int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := interview.Flag{Kind: kind, Segment: segment}
	if !slices.Contains(r.flags, f) {
		r.flags = append(r.flags, f)
	}
}

func (r *run) reads(lines []line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range lines {
		if l.last {
			r.read[l.segment] = true
		}
	}
}

// Draft reads the talk and writes the record. Talks of up to twenty minutes go in one pass; longer ones are read in
// parts, and the record is written from the facts found. Errors: endpoint_*, language_unknown, the context's. On an
// error there is no draft.
func (l *LLM) Draft(ctx context.Context, in Input) (_ *interview.Draft, err error) {
	r, err := l.start(in)
	if err != nil {
		return nil, err
	}
	defer func() { r.end(err) }()
	d := r.blank()
	if err := r.compose(ctx, d); err != nil {
		return nil, unusable(err)
	}
	if err := r.recheck(ctx, d); err != nil {
		return nil, unusable(err)
	}
	r.sign(d)
	return r.finish(d)
}

// finish hands the draft through the gate. The processor goes in with the input, because the gate fills the head.
func (r *run) finish(d *interview.Draft) (*interview.Draft, error) {
	in := r.in
	in.Processing = d.Processing
	out, err := Finish(in, d)
	if err != nil {
		return nil, fmt.Errorf("finish draft: %w", err)
	}
	return out, nil
}

func (r *run) compose(ctx context.Context, d *interview.Draft) error {
	if len(r.script.lines) == 0 {
		return nil // nothing was said that may be read; every section stays empty
	}
	fits, err := r.fitsSingle()
	if err != nil {
		return err
	}
	if fits {
		err := r.single(ctx, d)
		if !errors.Is(err, errTooLong) && !errors.Is(err, errBroken) {
			return err
		}
	}
	facts, err := r.extract(ctx)
	if err != nil {
		return err
	}
	return r.write(ctx, d, facts)
}

// unusable turns what could not be mended into the verdict people can read.
func unusable(err error) error {
	if errors.Is(err, errTooLong) || errors.Is(err, errBroken) || errors.Is(err, errRefused) {
		return interview.E("endpoint_answer_unusable", err)
	}
	return err
}

// blank is a draft without a word.
func (r *run) blank() *interview.Draft {
	d := &interview.Draft{Interview: r.in.Interview, Version: r.in.Version, Template: r.in.Template.ID(),
		Transcript: r.in.Transcript.Version, Language: r.lang, Header: r.in.Header}
	for _, s := range r.in.Template.Sections {
		d.Sections = append(d.Sections, interview.Section{Key: s.Key, Title: s.Title(r.lang), State: interview.NotDiscussed})
	}
	return d
}

// sign says who wrote the draft, what it cost and how much of the talk was read.
func (r *run) sign(d *interview.Draft) {
	var ids []string
	for _, s := range slices.Sorted(maps.Keys(r.prompts)) {
		ids = append(ids, r.prompts[s].ID())
	}
	d.Author = interview.Author{Kind: "ai", Engine: EngineLLM, Model: r.engine.settings.Model, Prompt: strings.Join(ids, " ")}
	p := r.engine.settings.Processed()
	d.Processing = r.in.Processing
	d.Processing.LLM = &p
	d.Cost.InputTokens += r.meter.input
	d.Cost.OutputTokens += r.meter.output
	d.Coverage.Segments = len(r.in.Transcript.Segments)
	d.Coverage.Read = len(r.read) + r.script.silent
	d.Dropped = append(d.Dropped, r.dropped...)
	d.Flags = append(d.Flags, r.flags...)
}
