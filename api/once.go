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
			if _, err := s.reach(ctx, c.person, reply.Interview, interview.ActSee); err != nil {
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
	keep := &keeper{ResponseWriter: w}
	settled := false
	after := context.WithoutCancel(ctx)
	defer func() { // also when the handler panics: the key is free again
		if !settled {
			if err := s.Store.Abandon(after, c.person.ID, key); err != nil {
				s.Log.ErrorContext(after, "idempotency key not freed", "request", c.requestID, "code", interview.Code(err))
			}
		}
	}()
	h(keep, r)
	if keep.status == 0 {
		keep.status = http.StatusOK
	}
	// What may go better the next time is not an answer to keep: states and rights change, wrong input does not.
	if keep.over || keep.status >= 400 && keep.status != http.StatusUnprocessableEntity {
		return
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
	err = s.Store.Finish(after, c.person.ID, key, store.Reply{Status: keep.status, Header: head, Body: body, Interview: c.talk.ID})
	if err != nil {
		s.Log.ErrorContext(after, "answer not kept for its idempotency key", "request", c.requestID, "code", interview.Code(err))
		return
	}
	settled = true
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
	form := len(r.Header.Get("Content-Type")) >= 10 && r.Header.Get("Content-Type")[:10] == "multipart/"
	if x.stream && (form || r.Method == http.MethodPut) {
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

// keeper copies an answer while it goes out.
type keeper struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
	over   bool
}

func (k *keeper) Unwrap() http.ResponseWriter { return k.ResponseWriter }

func (k *keeper) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
	k.ResponseWriter.WriteHeader(status)
}

func (k *keeper) Write(b []byte) (int, error) {
	if k.status == 0 {
		k.status = http.StatusOK
	}
	if k.body.Len()+len(b) > maxReplay {
		k.over = true
	} else {
		k.body.Write(b)
	}
	return k.ResponseWriter.Write(b)
}
