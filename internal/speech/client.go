package speech

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"kikigaki/internal/endpoint"
	"kikigaki/internal/interview"
)

// Client is the Transcriber over the OpenAI-compatible audio API. The request is built here, because no chat library
// sends keywords[] and languages[], keeps Retry-After, or opens the file anew for a second attempt.
type Client struct {
	set     endpoint.Settings
	model   endpoint.SpeechModel
	limiter endpoint.Limiter
	call    *endpoint.Client
}

var _ Transcriber = (*Client)(nil)

// NewClient makes a client for the endpoint in set. limiter and hc may be nil.
func NewClient(set endpoint.Settings, models endpoint.Models, limiter endpoint.Limiter, hc *http.Client) (*Client, error) {
	call, err := endpoint.New(set, limiter, hc)
	if err != nil {
		return nil, err
	}
	if limiter == nil {
		limiter = endpoint.NewLocal(set.Limits("stt", nil))
	}
	return &Client{set: call.Settings(), model: models.Speech(set.Model), limiter: limiter, call: call}, nil
}

// Limits: see Transcriber.
func (c *Client) Limits() (float64, float64, float64) {
	return c.model.MinSeconds, c.model.TargetSeconds, c.model.MaxSeconds
}

// Model: see Transcriber.
func (c *Client) Model() interview.Processor { return c.set.Processed() }

// Capabilities is the row of the model table this client works by.
func (c *Client) Capabilities() endpoint.SpeechModel { return c.model }

// Transcribe: see Transcriber. A file the endpoint would refuse (too large, too long, a format it does not read) never
// leaves the process: endpoint_rejected.
func (c *Client) Transcribe(ctx context.Context, r Request) (interview.Answer, error) {
	f, err := c.form(r)
	if err != nil {
		return interview.Answer{}, err
	}
	seconds := r.Cut.Span().Seconds()
	release, err := c.limiter.Acquire(ctx, 1, int(math.Ceil(seconds)))
	if err != nil {
		return interview.Answer{}, fmt.Errorf("wait for the endpoint: %w", err)
	}
	defer release()
	file, err := os.Open(r.Path)
	if err != nil {
		return interview.Answer{}, fmt.Errorf("open cut %s: %w", r.Cut.ID(), err)
	}
	defer file.Close()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.call.URL("audio/transcriptions"), f.reader(file))
	if err != nil {
		return interview.Answer{}, fmt.Errorf("make request for cut %s: %w", r.Cut.ID(), err)
	}
	req.ContentLength = f.length() // net/http fails the call when the file turns out shorter or longer
	req.Header.Set("Content-Type", f.contentType)
	resp, err := c.call.Do(req)
	if err != nil {
		return interview.Answer{}, fmt.Errorf("transcribe cut %s: %w", r.Cut.ID(), err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return interview.Answer{}, fmt.Errorf("transcribe cut %s: %w", r.Cut.ID(), endpoint.ClassifyTransport(ctx, err))
	}
	id := endpoint.RequestID(resp.Header)
	reply, reason := decode(body, c.model.Response, seconds)
	if reason != "" {
		return interview.Answer{}, fmt.Errorf("transcribe cut %s: %w", r.Cut.ID(),
			endpoint.Unusable(&endpoint.Failure{Status: resp.StatusCode, Reason: reason, RequestID: id}))
	}
	billed := reply.seconds
	if billed <= 0 {
		billed = seconds
	}
	return interview.Answer{Cut: r.Cut.ID(), Text: reply.text, Pieces: reply.pieces, Model: c.set.Model,
		Language: reply.language, Seconds: billed, Tries: 1, Request: id}, nil
}

// form checks the file against what the model takes and writes everything of the request but the audio.
func (c *Client) form(r Request) (*form, error) {
	refuse := func(reason string) error {
		return fmt.Errorf("check cut %s: %w", r.Cut.ID(), interview.E("endpoint_rejected", &endpoint.Failure{Reason: reason}))
	}
	extension := strings.ToLower(strings.TrimPrefix(filepath.Ext(r.Path), "."))
	if !c.model.Accepts(extension) {
		return nil, refuse("format_not_accepted_by_model")
	}
	info, err := os.Stat(r.Path)
	if err != nil {
		return nil, fmt.Errorf("look at cut %s: %w", r.Cut.ID(), err)
	}
	switch seconds := r.Cut.Span().Seconds(); {
	case info.Size() == 0:
		return nil, fmt.Errorf("cut %s has no bytes", r.Cut.ID())
	case info.Size() > c.model.MaxBytes:
		return nil, refuse("chunk_too_large_for_model")
	case seconds <= 0 || seconds > c.model.LimitSeconds:
		return nil, refuse("chunk_too_long_for_model")
	}
	return newForm(c.set.Model, c.model, extension, info.Size(), r)
}
