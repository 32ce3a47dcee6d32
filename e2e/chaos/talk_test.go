//go:build linux

package chaos

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"slices"
	"strings"
	"sync"
	"time"

	"kikigaki/internal/interview"
)

// story is one interview from the machine's side: what was handed in, what was answered, what it asked for.
type story struct {
	number    uint32
	how       string // way the recording goes in: parts, put, form
	sum       string
	redrafts  int // that are to be asked for
	abandon   bool
	person    string
	undisturb bool // of the second, quiet round

	mu       sync.Mutex
	id       string
	accepted time.Time // the recording is in: from here on nothing may be lost
	ready    time.Time // the first draft is there
	done     time.Time
	asked    int // redrafts that were accepted
	failures []string
	misled   []string // reasons to wait that were told of a step that had been left
	err      error
}

// live plays one interview: open, hand in, wait for the draft, ask for others.
func (s *story) live(ctx context.Context, w *world, c *client) {
	err := s.play(ctx, w, c)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err, s.done = err, time.Now()
}

func (s *story) play(ctx context.Context, w *world, c *client) error {
	round := ""
	if s.undisturb {
		round = "-again"
	}
	key := func(what string) string { return fmt.Sprintf("%s-%d-%d%s", what, w.seed, s.number, round) }
	if err := s.open(ctx, w, c, key); err != nil {
		return err
	}
	if _, err := s.settled(ctx, c, 1, key); err != nil {
		return err
	}
	s.mu.Lock()
	s.ready = time.Now()
	s.mu.Unlock()
	for n := range s.redrafts {
		if err := c.json(ctx, "POST", "/v1/interviews/"+s.id+"/drafts", key(fmt.Sprintf("draft%d", n)), map[string]any{}, nil); err != nil {
			return err
		}
		s.mu.Lock()
		s.asked++
		s.mu.Unlock()
		if _, err := s.settled(ctx, c, 2+n, key); err != nil {
			return err
		}
	}
	return nil
}

// open begins the interview and hands its recording in, in the story's way.
func (s *story) open(ctx context.Context, w *world, c *client, key func(string) string) error {
	wav, sum := talk(w.sentences, s.number, w.seed)
	s.sum = sum
	if s.how == "form" {
		var v view
		b, kind := form(s.person, wav)
		if err := c.call(ctx, "POST", "/v1/interviews", key("form"), kind, b, &v); err != nil {
			return err
		}
		s.in(v.ID)
		return nil
	}
	id := s.known()
	if id == "" {
		var err error
		if id, err = s.begin(ctx, c, key); err != nil {
			return err
		}
	}
	if s.abandon {
		if err := s.giveUp(ctx, c, key); err != nil {
			return err
		}
	}
	if err := s.handIn(ctx, c, key, wav); err != nil {
		return err
	}
	s.in(id)
	return nil
}

// begin opens the interview without its recording.
func (s *story) begin(ctx context.Context, c *client, key func(string) string) (string, error) {
	opening := map[string]any{"employee": s.person, "template": "career-interview", "language": "ja", "recorded_on": "2026-05-20",
		"consent": map[string]any{"attested": true, "method": "spoken"}}
	var v view
	if err := c.json(ctx, "POST", "/v1/interviews", key("open"), opening, &v); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.id = v.ID
	return v.ID, nil
}

// known is the interview's id, "" before it was opened.
func (s *story) known() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.id
}

func (s *story) in(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.id, s.accepted = id, time.Now()
}

// settled waits until the interview lies before its employee with at least that version, and presses retry when it failed.
func (s *story) settled(ctx context.Context, c *client, version int, key func(string) string) (view, error) {
	for retries := 0; ; {
		var v view
		if err := c.json(ctx, "GET", "/v1/interviews/"+s.id, "", nil, &v); err != nil {
			return v, err
		}
		if why := v.misled(); why != "" {
			s.mu.Lock()
			s.misled = append(s.misled, why)
			s.mu.Unlock()
		}
		switch v.Status {
		case interview.InReview, interview.Checking:
			if v.Draft >= version {
				return v, nil
			}
		case interview.Failed:
			if v.Error == nil || v.Error.Code == "" || v.Error.Message == "" {
				return v, fmt.Errorf("interview %d failed without a reason", s.number)
			}
			s.mu.Lock()
			s.failures = append(s.failures, v.Error.Code+" in "+v.Error.Step)
			s.mu.Unlock()
			if retries++; retries > 5 {
				return v, fmt.Errorf("interview %d failed five times: %v", s.number, s.failures)
			}
			err := c.json(ctx, "POST", "/v1/interviews/"+s.id+"/retry", key(fmt.Sprintf("retry%d-%d", version, retries)), map[string]any{}, nil)
			if err != nil && codeOf(err) != "state_conflict" {
				return v, err
			}
		}
		if ctx.Err() != nil {
			return v, fmt.Errorf("interview %d stands in %s: %w", s.number, v.Status, context.Cause(ctx))
		}
		pause(ctx, 250*time.Millisecond)
	}
}

// giveUp begins an upload that nobody ends: the sweeper's.
func (s *story) giveUp(ctx context.Context, c *client, key func(string) string) error {
	var up struct {
		ID string `json:"id"`
	}
	base := "/v1/interviews/" + s.id + "/uploads"
	if err := c.json(ctx, "POST", base, key("abandoned"), map[string]any{"name": "other.wav", "size": 9 << 20}, &up); err != nil {
		return err
	}
	var signed struct {
		Parts []struct {
			URL string `json:"url"`
		} `json:"parts"`
	}
	if err := c.json(ctx, "POST", base+"/"+up.ID+"/parts", "", map[string]any{"numbers": []int{1}}, &signed); err != nil {
		return err
	}
	_ = c.put(ctx, signed.Parts[0].URL, bytes.Repeat([]byte("abandoned"), 1000)) // whether it arrives is all the same
	return nil
}

// handIn brings the recording in.
func (s *story) handIn(ctx context.Context, c *client, key func(string) string, wav []byte) error {
	base := "/v1/interviews/" + s.id
	if s.how == "put" {
		err := c.call(ctx, "PUT", base+"/recording?name=talk.wav&channels=interviewer,employee", key("put"), "audio/wav", wav, nil)
		if codeOf(err) == "state_conflict" && s.arrived(ctx, c) {
			return nil // it was in already: the answer had been lost
		}
		return err
	}
	var up struct {
		ID    string `json:"id"`
		State string `json:"state"`
	}
	start := map[string]any{"name": "talk.wav", "size": len(wav), "channels": []string{"interviewer", "employee"}}
	for try := 0; ; try++ {
		if err := c.json(ctx, "POST", base+"/uploads", key(fmt.Sprintf("upload%d", try)), start, &up); err != nil {
			return err
		}
		for sent := false; !sent; {
			var signed struct {
				Parts []struct {
					URL string `json:"url"`
				} `json:"parts"`
			}
			if err := c.json(ctx, "POST", base+"/uploads/"+up.ID+"/parts", "", map[string]any{"numbers": []int{1}}, &signed); err != nil {
				return err
			}
			if err := c.put(ctx, signed.Parts[0].URL, wav); err != nil {
				if ctx.Err() != nil {
					return err
				}
				pause(ctx, 300*time.Millisecond)
				continue
			}
			sent = true
		}
		err := c.json(ctx, "POST", base+"/uploads/"+up.ID+"/complete", "", nil, nil)
		if code := codeOf(err); (code == "upload_expired" || code == "upload_incomplete") && try < 5 {
			continue // the store lost it: begin anew
		}
		return err
	}
}

// arrived says whether the interview has the recording.
func (s *story) arrived(ctx context.Context, c *client) bool {
	var v view
	return c.json(ctx, "GET", "/v1/interviews/"+s.id, "", nil, &v) == nil && v.Recording != nil && v.Recording.SHA256 == s.sum
}

func form(person string, wav []byte) (body []byte, kind string) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.SetBoundary(strings.Repeat("kikigaki", 4)) // a repeat is the same bytes
	for _, f := range [][2]string{{"employee", person}, {"template", "career-interview"}, {"language", "ja"}, {"recorded_on", "2026-05-20"},
		{"consent.attested", "true"}, {"consent.method", "spoken"}, {"channels", "interviewer,employee"}} {
		_ = m.WriteField(f[0], f[1]) // into memory
	}
	p, _ := m.CreateFormFile("recording", "talk.wav")
	_, _ = p.Write(wav)
	m.Close()
	return b.Bytes(), m.FormDataContentType()
}

// latencies are the times from acceptance to the first draft, sorted.
func latencies(stories []*story) []time.Duration {
	var out []time.Duration
	for _, s := range stories {
		if !s.ready.IsZero() {
			out = append(out, s.ready.Sub(s.accepted))
		}
	}
	slices.Sort(out)
	return out
}

func share(sorted []time.Duration, part float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(part*float64(len(sorted))))].Round(10 * time.Millisecond)
}
