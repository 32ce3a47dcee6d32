//go:build linux

package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
)

// finding is something that must not be.
type finding struct{ rule, what string }

func (f finding) String() string { return f.rule + ": " + f.what }

// judge looks at the installation from outside: through the contract, at the bucket, at the bill, at the mails, at SQL.
type judge struct {
	w       *world
	stories []*story
	found   []finding
	strange int // objects of forms that never became an interview; workers tell of them and leave them alone
}

func (j *judge) find(rule, format string, args ...any) {
	j.found = append(j.found, finding{rule, fmt.Sprintf(format, args...)})
}

// Grace around a call: what was in flight when its worker died may be paid once more. After the answer is out, the worker
// has to store it.
const (
	justBefore  = 100 * time.Millisecond
	justAfter   = 2 * time.Second
	wholeChunk  = 60 * time.Second // of a chunk that is sent in pieces and kept as one
	fullEnough  = 0.999
	slackOnMail = 3 * time.Second
)

// ends: every accepted recording has its draft, and as many versions as were asked for.
func (j *judge) ends(ctx context.Context) {
	ids := map[string]*story{}
	for _, s := range j.stories {
		if s.err != nil {
			j.find("lost", "interview %d (%s, by %s): %v", s.number, s.id, s.how, s.err)
			continue
		}
		ids[s.id] = s
		for _, why := range s.misled {
			j.find("misled", "interview %d: %s", s.number, why)
		}
		var v view
		if err := j.w.client.json(ctx, "GET", "/v1/interviews/"+s.id, "", nil, &v); err != nil {
			j.find("lost", "interview %d: %v", s.number, err)
			continue
		}
		if v.Status != interview.InReview {
			j.find("lost", "interview %d ended in %s", s.number, v.Status)
		}
		if v.Recording == nil || v.Recording.SHA256 != s.sum {
			j.find("lost", "interview %d: the recording is not the one handed in", s.number)
		}
		var drafts struct {
			Items []struct {
				Version int `json:"version"`
			} `json:"items"`
		}
		if err := j.w.client.json(ctx, "GET", "/v1/interviews/"+s.id+"/drafts", "", nil, &drafts); err != nil {
			j.find("lost", "interview %d: drafts: %v", s.number, err)
		} else if len(drafts.Items) != 1+s.asked {
			j.find("doubled", "interview %d has %d draft versions for %d requests", s.number, len(drafts.Items), 1+s.asked)
		}
	}
	// An interview that nobody opened is one that was opened twice.
	seen := map[string]bool{}
	for cursor := ""; ; {
		var page struct {
			Items      []view `json:"items"`
			NextCursor string `json:"next_cursor"`
		}
		if err := j.w.client.json(ctx, "GET", "/v1/interviews?scope=mine&limit=200&cursor="+cursor, "", nil, &page); err != nil {
			j.find("lost", "list: %v", err)
			return
		}
		for _, v := range page.Items {
			seen[v.ID] = true
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	for id := range seen {
		if ids[id] == nil && !slices.ContainsFunc(j.stories, func(s *story) bool { return s.id == id }) {
			j.find("doubled", "interview %s was opened by a call that had already been done", id)
		}
	}
}

// whole: all speech became text.
func (j *judge) whole(ctx context.Context) {
	for _, s := range j.stories {
		if s.err != nil || j.spoiled(s) {
			continue
		}
		var d struct {
			Coverage struct {
				Speech      float64 `json:"speech_seconds"`
				Transcribed float64 `json:"transcribed_seconds"`
			} `json:"coverage"`
		}
		if err := j.w.client.json(ctx, "GET", "/v1/interviews/"+s.id+"/drafts/1", "", nil, &d); err != nil {
			j.find("coverage", "interview %d: %v", s.number, err)
		} else if d.Coverage.Speech < 3 || d.Coverage.Transcribed < fullEnough*d.Coverage.Speech {
			j.find("coverage", "interview %d: %.2f of %.2f s", s.number, d.Coverage.Transcribed, d.Coverage.Speech)
		}
	}
}

func (j *judge) spoiled(s *story) bool {
	j.w.stt.mu.Lock()
	defer j.w.stt.mu.Unlock()
	return j.w.stt.spoiled[s.number]
}

// paidOnce: each piece of sound was paid for once, and once more at most for each death of a worker while its call was in
// flight. It returns how many were paid for again with such an excuse.
func (j *judge) paidOnce() (again int) {
	for sum, calls := range j.w.stt.paid() {
		j.w.stt.mu.Lock()
		number := j.w.stt.numbers[sum]
		window := justAfter
		if j.w.stt.spoiled[number] {
			window = wholeChunk
		}
		j.w.stt.mu.Unlock()
		for i := 1; i < len(calls); i++ {
			if first := calls[i-1]; len(j.w.between(first.At.Add(-justBefore), first.Done.Add(window))) > 0 {
				again++
			} else {
				j.find("paid twice", "interview %d, chunk %.8s: %s", number, sum, calledAt(calls))
			}
		}
	}
	return again
}

func calledAt(calls []testkit.AudioCall) string {
	var b strings.Builder
	for _, c := range calls {
		fmt.Fprintf(&b, "%s–%s ", c.At.Format("15:04:05.0"), c.Done.Format("05.0"))
	}
	return strings.TrimSpace(b.String())
}

// mailedOnce: the same for mails; a repeat is the same mail to its receiver.
func (j *judge) mailedOnce() (again int) {
	byID, told := map[string][]letter{}, map[string]map[string]bool{}
	for _, l := range j.w.post.taken() {
		if l.ID == "" || l.Interview == "" {
			j.find("mail", "one without Message-ID or address: %q", l.Subject)
			continue
		}
		byID[l.ID] = append(byID[l.ID], l)
		event := l.To + " " + l.Subject + " " + l.Interview
		if told[event] == nil {
			told[event] = map[string]bool{}
		}
		told[event][l.ID] = true
	}
	for id, letters := range byID {
		for i := 1; i < len(letters); i++ {
			first := letters[i-1]
			if first.Lost || len(j.w.between(first.At.Add(-justBefore), first.At.Add(slackOnMail))) > 0 {
				again++
				continue
			}
			j.find("mail", "%s went out again %s later", id, letters[i].At.Sub(first.At).Round(time.Second))
		}
	}
	// One event, one mail: each version of a draft is an event of its own, and so is each failure.
	for event, ids := range told {
		most := 1
		for _, s := range j.stories {
			if strings.HasSuffix(event, " "+s.id) {
				most += s.asked + len(s.failures)
			}
		}
		if len(ids) > most {
			j.find("mail", "%d different mails about one event: %s", len(ids), event)
		}
	}
	for _, s := range j.stories {
		if s.err == nil && !slices.ContainsFunc(j.w.post.taken(), func(l letter) bool { return l.Interview == s.id }) {
			j.find("mail", "nobody was told of interview %d", s.number)
		}
	}
	return again
}

// still waits until nothing is left to do: no task open, no mail waiting. What stays open while nothing else is done either
// for the length of limit is a finding: a slow machine is none.
func (j *judge) still(ctx context.Context, limit time.Duration) {
	var open, before string
	moved := time.Now()
	err := eventually(20*time.Minute, func() bool {
		if open != before {
			before, moved = open, time.Now()
		}
		if time.Since(moved) > limit {
			return true
		}
		open = ""
		rows, err := j.w.db.QueryContext(ctx, `SELECT 'task ' || kind || ' ' || state || ' ' || code || ' ' || interview FROM tasks WHERE state IN ('pending', 'sent')
			UNION ALL SELECT 'mail ' || kind || ' ' || state || ' ' || code || ' ' || interview FROM mails WHERE state IN ('waiting', 'sending') ORDER BY 1`)
		if err != nil {
			open = err.Error()
			return false
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				open = err.Error()
				return false
			}
			open += s + "; "
		}
		if err := rows.Err(); err != nil {
			open = err.Error()
		}
		return open == ""
	}, "work is left")
	if err != nil || open != "" {
		j.find("stuck", "for %s nothing was done and left are: %.600s", limit, open)
	}
	var failed string
	err = j.w.db.QueryRowContext(ctx, `SELECT COALESCE(string_agg(kind || ' ' || code || ' ' || interview, '; '), '') FROM tasks WHERE state = 'failed'
		AND kind NOT IN ('prepare', 'transcribe', 'assemble', 'draft')`).Scan(&failed)
	if err != nil || failed != "" {
		j.find("stuck", "tasks that nobody can send again: %s %v", failed, err)
	}
}

// chain: the audit log is whole.
func (j *judge) chain(ctx context.Context) {
	if out, err := j.w.try(ctx, "audit", "verify"); err != nil {
		j.find("audit", "%s %v", out, err)
	}
}

// swept: in the bucket lies what SQL names, and nothing else.
func (j *judge) swept(ctx context.Context) {
	want := map[string]bool{}
	rows, err := j.w.db.QueryContext(ctx, `SELECT interview, id, key, playback FROM recordings WHERE NOT erased`)
	if err != nil {
		j.find("orphan", "%v", err)
		return
	}
	defer rows.Close()
	for rows.Next() {
		var talk, id, key, playback string
		if err := rows.Scan(&talk, &id, &key, &playback); err != nil {
			j.find("orphan", "%v", err)
			return
		}
		want[key], want[interview.PeaksKey(talk, id)] = true, true
		if playback == "" {
			j.find("lost", "interview %s has no playback file", talk)
			continue
		}
		want[playback] = true
	}
	if err := rows.Err(); err != nil {
		j.find("orphan", "%v", err)
	}
	talks := map[string]bool{}
	ids, err := j.w.db.QueryContext(ctx, `SELECT id FROM talks`)
	if err != nil {
		j.find("orphan", "%v", err)
		return
	}
	defer ids.Close()
	for ids.Next() {
		var id string
		if err := ids.Scan(&id); err != nil {
			j.find("orphan", "%v", err)
			return
		}
		talks[id] = true
	}
	if err := ids.Err(); err != nil {
		j.find("orphan", "%v", err)
		return
	}
	j.strange = 0
	for o, err := range j.w.bucket.List(ctx, "interviews/") {
		if err != nil {
			j.find("orphan", "%v", err)
			return
		}
		owner, _, _ := strings.Cut(strings.TrimPrefix(o.Key, "interviews/"), "/")
		if !want[o.Key] && !talks[owner] { // left alone on purpose: a database restored from a backup knows less than its bucket
			j.strange++
		} else if !want[o.Key] {
			j.find("orphan", "object %s (%d bytes)", o.Key, o.Size)
		}
		delete(want, o.Key)
	}
	for key := range want {
		j.find("lost", "object %s", key)
	}
	for u, err := range j.w.bucket.OpenUploads(ctx, "interviews/") {
		if err != nil {
			j.find("orphan", "%v", err)
			return
		}
		j.find("orphan", "parts of an upload to %s", u.Key)
	}
}

// clean: no temporary file, and no process without its parent.
func (j *judge) clean() {
	ours := map[int]bool{}
	for _, n := range slices.Concat(j.w.serves, j.w.works) {
		ours[n.pid()] = true
		for _, f := range n.workFiles() {
			j.find("orphan", "temporary file %s", f)
		}
	}
	for _, p := range strays(j.w.dir, ours) {
		j.find("orphan", "process %s", p)
	}
}

// same: without faults in what was said, every draft is the one of an undisturbed run.
func (j *judge) same(ctx context.Context, quiet []*story) (compared int) {
	for i, s := range j.stories[:len(quiet)] {
		if s.err != nil || quiet[i].err != nil || j.spoiled(s) {
			continue
		}
		for n := 1; n <= 1+s.asked; n++ {
			a, errA := j.plain(ctx, s.id, n)
			b, errB := j.plain(ctx, quiet[i].id, n)
			if errA != nil || errB != nil {
				j.find("different", "interview %d, version %d: %v %v", s.number, n, errA, errB)
				continue
			}
			compared++
			if a != b {
				j.find("different", "interview %d, version %d:\n%s\n%s", s.number, n, cutTo(a, b), cutTo(b, a))
			}
		}
	}
	return compared
}

// cutTo shows the place where two texts part.
func cutTo(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return a[max(0, i-60):min(len(a), i+160)]
}

// plain is a draft without ids, times and attempts.
func (j *judge) plain(ctx context.Context, id string, n int) (string, error) {
	var d map[string]any
	if err := j.w.client.json(ctx, "GET", fmt.Sprintf("/v1/interviews/%s/drafts/%d", id, n), "", nil, &d); err != nil {
		return "", err
	}
	strip(d)
	b, err := json.Marshal(d)
	return string(b), err
}

func strip(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range []string{"id", "interview", "created_at", "look", "opened", "cost"} {
			delete(v, k)
		}
		for _, x := range v {
			strip(x)
		}
	case []any:
		for _, x := range v {
			strip(x)
		}
	}
}

// report writes what was measured where CHAOS_REPORT says, beside the test's own log.
func report(w *world, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	w.t.Log(text)
	if path := os.Getenv("CHAOS_REPORT"); path != "" {
		if f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); err == nil {
			fmt.Fprintln(f, text)
			f.Close()
		}
	}
}
