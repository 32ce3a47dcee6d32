package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kikigaki/internal/interview"
)

// How patient an upload is with a line that breaks.
const (
	uploadTries   = 8
	uploadStall   = 60 * time.Second // without a byte moving
	uploadWait    = 400 * time.Millisecond
	uploadMaxWait = 20 * time.Second
)

// uploadServer is an installation's API as the upload command needs it.
type uploadServer struct {
	base, token string
	http        *http.Client
	people      map[string]string // employee as given → person id
}

func newUploadServer(base, token string) *uploadServer {
	return &uploadServer{base: base, token: token, people: map[string]string{}, http: &http.Client{
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 4, TLSHandshakeTimeout: 20 * time.Second, IdleConnTimeout: 60 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // a token is not carried elsewhere
	}}
}

// refusal is an answer of the server that says no, with its stable code.
type refusal struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func (r *refusal) Error() string { return r.Code + ": " + r.Detail }

// call sends a JSON request until the server has answered it. What fails on the way or on the server's side is tried
// again; the calls made here may be repeated. out may be nil.
func (s *uploadServer) call(ctx context.Context, method, path string, in any, header map[string]string, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
		header = with(header, "Content-Type", "application/json")
	}
	return s.patiently(ctx, func(ctx context.Context) (time.Duration, error) {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
		defer cancel()
		return s.once(ctx, method, s.base+path, body, header, out)
	})
}

func with(h map[string]string, name, value string) map[string]string {
	out := map[string]string{name: value}
	for k, v := range h {
		out[k] = v
	}
	return out
}

// patiently runs try until it succeeds, is refused for good, or has failed too often.
func (s *uploadServer) patiently(ctx context.Context, try func(context.Context) (time.Duration, error)) error {
	wait := uploadWait
	for n := 1; ; n++ {
		asked, err := try(ctx)
		if err == nil || ctx.Err() != nil {
			return err
		}
		if r, ok := errors.AsType[*refusal](err); ok && r.Status < 500 && r.Status != http.StatusTooManyRequests && r.Status != http.StatusRequestTimeout {
			return err
		}
		if n >= uploadTries {
			return err
		}
		pause := wait/2 + rand.N(wait/2+1)
		if asked > 0 {
			pause = min(asked, time.Minute)
		}
		wait = min(wait*2, uploadMaxWait)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// once sends one request. The duration is what the server asks to wait before another.
func (s *uploadServer) once(ctx context.Context, method, address string, body []byte, header map[string]string, out any) (time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Accept-Language", language())
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := s.http.Do(req)
	if err != nil {
		return 0, unreachable(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
	if err != nil {
		return 0, unreachable(err)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return retryAfter(resp), refused(resp.StatusCode, b)
	}
	if out == nil {
		return 0, nil
	}
	if err := json.Unmarshal(b, out); err != nil {
		return 0, fmt.Errorf("the server's answer is not that of Kikigaki")
	}
	return 0, nil
}

// unreachable says what stands in the way without the address, which may be a presigned one.
func unreachable(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	return fmt.Errorf("the server cannot be reached: %w", err)
}

func refused(status int, body []byte) error {
	r := &refusal{}
	if err := json.Unmarshal(body, r); err != nil || r.Code == "" {
		r.Code, r.Detail = "http_"+strconv.Itoa(status), http.StatusText(status)
	}
	r.Status = status
	return r
}

func retryAfter(resp *http.Response) time.Duration {
	n, err := strconv.Atoi(resp.Header.Get("Retry-After"))
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(n) * time.Second
}

// remoteTalk is an interview as far as this command reads it.
type remoteTalk struct {
	ID         string   `json:"id"`
	Template   string   `json:"template"`
	Language   string   `json:"language"`
	RecordedOn string   `json:"recorded_on"`
	Status     string   `json:"status"`
	ByHand     bool     `json:"by_hand"`
	Can        []string `json:"can"`
	Recording  *struct {
		SHA256 string `json:"sha256"`
	} `json:"recording"`
}

// employee finds a person's id; unknown_employee.
func (s *uploadServer) employee(ctx context.Context, given string) (string, error) {
	if interview.ValidID(given) {
		return given, nil
	}
	if id := s.people[given]; id != "" {
		return id, nil
	}
	var found struct {
		Items []struct{ ID, Email string } `json:"items"`
	}
	if err := s.call(ctx, "POST", "/v1/users/search", map[string]any{"text": given, "limit": 200}, nil, &found); err != nil {
		return "", err
	}
	for _, p := range found.Items {
		if strings.EqualFold(p.Email, given) {
			s.people[given] = p.ID
			return p.ID, nil
		}
	}
	return "", interview.E("unknown_employee", nil)
}

// find looks among the caller's interviews with an employee for one that has the recording already, else for one of the
// day that still waits for a recording: perhaps opened by an earlier, broken run of the same command.
func (s *uploadServer) find(ctx context.Context, j uploadJob, employee, sum string) (t *remoteTalk, there bool, err error) {
	for cursor := ""; ; {
		var page struct {
			Items []remoteTalk `json:"items"`
			Next  string       `json:"next_cursor"`
		}
		q := url.Values{"employee": {employee}, "scope": {"all"}, "limit": {"100"}}
		if cursor != "" {
			q.Set("cursor", cursor)
		}
		if err := s.call(ctx, "GET", "/v1/interviews?"+q.Encode(), nil, nil, &page); err != nil {
			return nil, false, err
		}
		for _, item := range page.Items {
			v := remoteTalk{}
			if err := s.call(ctx, "GET", "/v1/interviews/"+item.ID, nil, nil, &v); err != nil {
				if r, ok := errors.AsType[*refusal](err); ok && r.Status == http.StatusNotFound {
					continue // gone between the two calls
				}
				return nil, false, err
			}
			if v.Recording != nil && v.Recording.SHA256 == sum {
				return &v, true, nil
			}
			if t == nil && v.waitsFor(j) {
				t = &v
			}
		}
		if cursor = page.Next; cursor == "" {
			return t, false, nil
		}
	}
}

// waitsFor reports whether an interview is one that j's recording may be meant for.
func (v *remoteTalk) waitsFor(j uploadJob) bool {
	may := false
	for _, a := range v.Can {
		may = may || a == string(interview.ActUpload)
	}
	template, _, _ := strings.Cut(j.template, "@")
	return may && !v.ByHand && v.Recording == nil && v.RecordedOn == j.date && v.Template == template && v.Language == j.language &&
		(v.Status == string(interview.NeedsConsent) || v.Status == string(interview.AwaitingRecording))
}

// open opens an interview for a recording. The same recording opens the same one, however often a reply is lost.
func (s *uploadServer) open(ctx context.Context, j uploadJob, employee, sum string) (*remoteTalk, error) {
	in := map[string]any{"employee": employee, "template": j.template, "language": j.language, "recorded_on": j.date}
	if j.consent != "" {
		in["consent"] = map[string]any{"attested": true, "method": j.consent}
	}
	key := sha256.Sum256([]byte(strings.Join([]string{"upload", sum, employee, j.date, j.template, j.language, j.consent}, "\x00")))
	v := &remoteTalk{}
	err := s.call(ctx, "POST", "/v1/interviews", in, map[string]string{"Idempotency-Key": hex.EncodeToString(key[:])}, v)
	if r, ok := errors.AsType[*refusal](err); ok && r.Status == http.StatusNotFound { // what it opened then is gone
		err = s.call(ctx, "POST", "/v1/interviews", in, map[string]string{"Idempotency-Key": interview.NewID()}, v)
	}
	return v, err
}
