//go:build linux

package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"kikigaki/internal/interview"
)

// client calls the API as a careful program does: it repeats a call whose connection was refused or broken, waits as
// long as Retry-After says, and names an unsafe call by an Idempotency-Key, so that a repeat is the same call.
type client struct {
	base, token string
	http        *http.Client

	mu     sync.Mutex
	broken int            // connections refused or broken
	told   map[string]int // answers that asked to wait, by code
	wrong  []string       // answers that no such program can do anything with
}

func newClient(base, token string) *client {
	return &client{base: base, token: token, told: map[string]int{}, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32, ResponseHeaderTimeout: time.Minute}}}
}

// refusal is an answer that means no.
type refusal struct {
	status int
	code   string
	what   string
}

func (r *refusal) Error() string { return fmt.Sprintf("%s: %d %s", r.what, r.status, r.code) }

// call sends one request until it is answered. A nil key sends none. The answer's body is decoded into out.
func (c *client) call(ctx context.Context, method, path, key, kind string, body []byte, out any) error {
	what := method + " " + path
	for {
		req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+c.token)
		if kind != "" {
			req.Header.Set("Content-Type", kind)
		}
		if key != "" {
			req.Header.Set("Idempotency-Key", key)
		}
		resp, err := c.http.Do(req)
		var answer []byte
		if err == nil {
			answer, err = io.ReadAll(resp.Body)
			resp.Body.Close()
		}
		if err != nil {
			if ctx.Err() != nil {
				return fmt.Errorf("%s: %w", what, context.Cause(ctx))
			}
			c.mu.Lock()
			c.broken++
			c.mu.Unlock()
			pause(ctx, 200*time.Millisecond)
			continue
		}
		if resp.StatusCode/100 == 2 {
			if out != nil {
				if err := json.Unmarshal(answer, out); err != nil {
					return fmt.Errorf("%s: %w", what, err)
				}
			}
			return nil
		}
		var problem struct {
			Code string `json:"code"`
		}
		_ = json.Unmarshal(answer, &problem) // an answer of the balancer has none
		wait, err := strconv.Atoi(resp.Header.Get("Retry-After"))
		if err == nil {
			c.mu.Lock()
			c.told[strconv.Itoa(resp.StatusCode)+" "+problem.Code]++
			c.mu.Unlock()
			pause(ctx, time.Duration(wait)*time.Second)
			continue
		}
		r := &refusal{resp.StatusCode, problem.Code, what}
		if resp.StatusCode >= 500 {
			c.mu.Lock()
			c.wrong = append(c.wrong, r.Error())
			c.mu.Unlock()
			pause(ctx, time.Second)
			continue
		}
		return r
	}
}

// json sends v as JSON.
func (c *client) json(ctx context.Context, method, path, key string, v, out any) error {
	var b []byte
	if v != nil {
		var err error
		if b, err = json.Marshal(v); err != nil {
			return err
		}
	}
	return c.call(ctx, method, path, key, "application/json", b, out)
}

func (c *client) faults() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.wrong)
}

func (c *client) met() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Sprintf("%d connections broken or refused, told to wait: %v", c.broken, c.told)
}

// put sends a part to a presigned address; the address may have grown old, and the bucket may be in trouble.
func (c *client) put(ctx context.Context, url string, part []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, url, bytes.NewReader(part))
	if err != nil {
		return err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body) // the status decides
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("part: status %d", resp.StatusCode)
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// codeOf is the stable code of a refusal, "" of other errors.
func codeOf(err error) string {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.code
	}
	return ""
}

// view is an interview as the API shows it, as far as the machine looks.
type view struct {
	ID         string           `json:"id"`
	Status     interview.Status `json:"status"`
	WaitingFor *string          `json:"waiting_for"`
	Draft      int              `json:"draft"`
	Error      *struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Step    string `json:"step"`
	} `json:"error"`
	Recording *struct {
		ID       string `json:"id"`
		SHA256   string `json:"sha256"`
		Playable bool   `json:"playable"`
	} `json:"recording"`
}

// stands are the states in which each step is done.
var stands = map[string][]interview.Status{
	string(interview.TaskPrepare):    {interview.Queued, interview.Preparing, interview.NeedsTranscription},
	string(interview.TaskTranscribe): {interview.Transcribing},
	string(interview.TaskAssemble):   {interview.Queued, interview.Preparing, interview.Transcribing},
	string(interview.TaskDraft):      {interview.Drafting},
}

// misled tells of a reason to wait that belongs to a step which the interview has left: whoever wrote it no longer had the
// right to; "" when there is none.
func (v view) misled() string {
	if v.Error == nil || v.Status == interview.Failed || v.Status.In(stands[v.Error.Step]...) {
		return ""
	}
	return fmt.Sprintf("it stands in %s and is said to wait because of %s in %s", v.Status, v.Error.Code, v.Error.Step)
}
