package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

const (
	replayLife = 24 * time.Hour
	maxReplay  = 1 << 20 // bytes of an answer that is kept
)

var idempotencyKeys = regexp.MustCompile(`^[\x21-\x7e]{1,200}$`)

// once runs an unsafe call with an Idempotency-Key one time: the same key and request again get the same answer, the
// same key with another request is refused, a second call while the first runs is told to wait. Of a streamed body only
// its length counts as the request: it is not kept to be compared.
func (s *Server) once(w http.ResponseWriter, r *http.Request, x *row, key string, h http.HandlerFunc) {
	ctx := r.Context()
	c := callOf(ctx)
	if !idempotencyKeys.MatchString(key) {
		s.refuse(w, r, invalid("Idempotency-Key", "pattern"))
		return
	}
	hash, err := requestHash(r, x)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	reply, err := s.Store.Begin(ctx, c.person.ID, key, hash, replayLife)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	if reply != nil {
		if reply.Interview != "" { // who may no longer know of it is not told what was answered once
			if err := s.mayHear(ctx, c.person, reply.Interview, x); err != nil {
				s.refuse(w, r, err)
				return
			}
		}
		for k, v := range reply.Header {
			w.Header()[k] = v
		}
		w.Header().Set("Idempotency-Replayed", "true")
		w.WriteHeader(reply.Status)
		_, _ = w.Write(reply.Body) // the client is gone: it will ask again
		return
	}
	keep := &keeper{ResponseWriter: w, head: http.Header{}}
	after := context.WithoutCancel(ctx)
	defer func() { // also when the handler panics: a key whose call did not end is free again
		if err := s.Store.Abandon(after, c.person.ID, key); err != nil {
			s.Log.ErrorContext(after, "idempotency key not freed", "request", c.requestID, "code", interview.Code(err))
		}
	}()
	if !oneTransaction(r, x) {
		keep.through = true
		p := &pending{person: c.person.ID, key: key}
		h(keep, r.WithContext(context.WithValue(ctx, pendingKey{}, p)))
		if p.kept {
			return
		}
		if err := s.keepReply(after, x, c, key, keep); err != nil {
			s.Log.ErrorContext(after, "answer not kept for its idempotency key", "request", c.requestID, "code", interview.Code(err))
		}
		return
	}
	// What is done and its answer stand or fall together: a process that dies in between has done nothing, or the same call
	// again finds the answer. The answer goes out once both are committed.
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.refuse(w, r, invalid("body", "malformed"))
		return
	}
	err = s.Store.Whole(ctx, func(ctx context.Context) error {
		*keep, c.cause = keeper{ResponseWriter: w, head: http.Header{}}, nil
		q := r.WithContext(ctx)
		q.Body = io.NopCloser(bytes.NewReader(body))
		h(keep, q)
		if keep.status >= 400 {
			if c.cause != nil {
				return c.cause
			}
			return errRefused
		}
		return s.keepReply(ctx, x, c, key, keep)
	})
	switch {
	case err == nil || keep.status >= 400:
		if keep.status == http.StatusUnprocessableEntity {
			if err := s.keepReply(after, x, c, key, keep); err != nil {
				s.Log.ErrorContext(after, "answer not kept for its idempotency key", "request", c.requestID, "code", interview.Code(err))
			}
		}
		keep.send()
	default:
		s.refuse(w, r, err)
	}
}

// pending is the Idempotency-Key of a streamed call that is at work.
type pending struct {
	person, key string
	kept        bool // its answer stands in SQL
}

type pendingKey struct{}

// concluded stores, in one transaction, what came in with a streamed call and its answer for the call's Idempotency-Key, and
// then answers: a process that dies in between has either done nothing or left the answer to be found.
func (s *Server) concluded(w http.ResponseWriter, r *http.Request, status int, do func(ctx context.Context) (Interview, error)) error {
	ctx := r.Context()
	p, _ := ctx.Value(pendingKey{}).(*pending)
	var body []byte
	var head http.Header
	err := s.Store.Whole(ctx, func(ctx context.Context) error {
		v, err := do(ctx)
		if err != nil {
			return err
		}
		if body, err = encodeJSON(v); err != nil {
			return err
		}
		head = http.Header{"Content-Type": {"application/json"}, "Etag": {etag(v.UpdatedAt)}}
		if status == http.StatusCreated {
			head.Set("Location", "/v1/interviews/"+v.ID)
		}
		if p == nil {
			return nil
		}
		return s.Store.Finish(ctx, p.person, p.key, store.Reply{Status: status, Header: head, Body: body, Interview: v.ID})
	})
	if err != nil {
		return err
	}
	if p != nil {
		p.kept = true
	}
	for k, v := range head {
		w.Header()[k] = v
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client is gone: it will ask again
	return nil
}

// mayHear asks whether a person may still be told what a call of theirs was answered: who no longer has the right to it may
// not, whatever the interview's state is by now.
func (s *Server) mayHear(ctx context.Context, p interview.Person, id string, x *row) error {
	t, err := s.reach(ctx, p, id, interview.ActSee)
	if err != nil || len(x.access.talk) == 0 {
		return err
	}
	if err := mayAny(p, t, x.access.talk...); err != nil && interview.Code(err) != "state_conflict" {
		return err
	}
	return nil
}

// errRefused undoes what a call did that was answered with a refusal.
var errRefused = errors.New("the call was refused")

// oneTransaction reports whether a call works on SQL alone and at once: not one whose body streams in, which ends in concluded,
// and not one that talks with the bucket, which would keep every other writer waiting. Uploads are safe to be done again by
// themselves: a second one is found by its file, and a completed one is found completed.
func oneTransaction(r *http.Request, x *row) bool {
	return !streams(r, x) && !strings.Contains(x.pattern, "/uploads")
}

// keepReply stores an answer for its key. What may go better the next time is not an answer to keep: states and rights
// change, wrong input does not.
func (s *Server) keepReply(ctx context.Context, x *row, c *call, key string, keep *keeper) error {
	if keep.status == 0 {
		keep.status = http.StatusOK
	}
	if keep.over || keep.status >= 400 && keep.status != http.StatusUnprocessableEntity {
		return nil
	}
	body := keep.body.Bytes()
	if minting(x) {
		body = withoutSecret(body)
	}
	head := http.Header{}
	for _, k := range []string{"Content-Type", "ETag", "Location"} {
		if v := keep.Header().Values(k); len(v) > 0 {
			head[k] = v
		}
	}
	return s.Store.Finish(ctx, c.person.ID, key, store.Reply{Status: keep.status, Header: head, Body: body, Interview: c.talk.ID})
}

// withoutSecret takes the secret out of an answer that is kept: who lost it makes another one.
func withoutSecret(body []byte) []byte {
	var v map[string]any
	if json.Unmarshal(body, &v) != nil {
		return nil
	}
	delete(v, "secret")
	out, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return out
}

// requestHash is what makes two requests the same: method, address, the body or, of a stream, its length.
func requestHash(r *http.Request, x *row) (string, error) {
	sum := sha256.New()
	for _, v := range []string{r.Method, r.URL.Path, r.URL.RawQuery, r.Header.Get("If-Match")} {
		sum.Write([]byte(v))
		sum.Write([]byte{0})
	}
	if streams(r, x) {
		n := r.ContentLength
		for range 8 {
			sum.Write([]byte{byte(n)})
			n >>= 8
		}
		return hex.EncodeToString(sum.Sum(nil)), nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return "", invalid("body", "too_large")
		}
		return "", invalid("body", "malformed")
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	sum.Write(body)
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// streams reports whether a call's body is read while it arrives.
func streams(r *http.Request, x *row) bool {
	return x.stream && (strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") || r.Method == http.MethodPut)
}

// keeper holds an answer back until send, or copies it while it goes through.
type keeper struct {
	http.ResponseWriter
	through bool
	head    http.Header // of an answer that is held back
	status  int
	body    bytes.Buffer
	over    bool // too long to be kept for a replay
}

func (k *keeper) Unwrap() http.ResponseWriter { return k.ResponseWriter }

func (k *keeper) Header() http.Header {
	if k.through {
		return k.ResponseWriter.Header()
	}
	return k.head
}

func (k *keeper) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
	if k.through {
		k.ResponseWriter.WriteHeader(status)
	}
}

func (k *keeper) Write(b []byte) (int, error) {
	if k.status == 0 {
		k.status = http.StatusOK
	}
	k.over = k.over || k.body.Len()+len(b) > maxReplay
	if !k.over || !k.through {
		k.body.Write(b)
	}
	if k.through {
		return k.ResponseWriter.Write(b)
	}
	return len(b), nil
}

// send lets an answer go that was held back.
func (k *keeper) send() {
	for name, v := range k.head {
		k.ResponseWriter.Header()[name] = v
	}
	k.ResponseWriter.WriteHeader(k.status)
	_, _ = k.ResponseWriter.Write(k.body.Bytes()) // the client is gone: it will ask again
}
