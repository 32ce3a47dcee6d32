package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"kikigaki/internal/blob"
	"kikigaki/internal/captions"
	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// putRecording streams a recording in one request (curl -T). The process holds two parts of it at a time.
func (s *Server) putRecording(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	c := callOf(ctx)
	if err := s.narrow(c.person, interview.ActUpload, c.talk); err != nil {
		return err
	}
	q := r.URL.Query()
	channels := partsOf(q.Get("channels"))
	for _, p := range channels {
		if p != interview.PartEmployee && p != interview.PartInterviewer && p != interview.PartOther && p != interview.PartUnknown || len(channels) > 2 {
			return invalid("channels", "unknown")
		}
	}
	speakers := 0
	if v := q.Get("speakers"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 3 {
			return invalid("speakers", "type")
		}
		speakers = n
	}
	sum := strings.ToLower(q.Get("sha256"))
	if err := s.duplicate(ctx, sum); err != nil {
		return err
	}
	if r.ContentLength == 0 {
		return interview.E("recording_empty", nil)
	}
	if r.ContentLength > s.MaxSize {
		return interview.E("recording_too_large", nil).With("limit", sizeText(s.MaxSize))
	}
	rec, err := s.receive(ctx, c.talk.ID, nameHint(r), patient(r), max(0, r.ContentLength))
	if err != nil {
		return err
	}
	if sum != "" && sum != rec.SHA256 {
		s.discardObject(ctx, rec.Key)
		return interview.E("checksum_mismatch", nil)
	}
	rec.Channels, rec.Speakers = channels, speakers
	return s.storeArrival(w, r, arrival{recording: rec})
}

// nameHint is where a file's ending may stand: the query, or the media type.
func nameHint(r *http.Request) string {
	if n := r.URL.Query().Get("name"); n != "" {
		return n
	}
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	switch strings.TrimSpace(strings.ToLower(kind)) {
	case "audio/mp4", "audio/x-m4a", "audio/m4a":
		return "x.m4a"
	case "audio/mpeg":
		return "x.mp3"
	case "audio/wav", "audio/x-wav", "audio/wave":
		return "x.wav"
	case "audio/webm", "video/webm":
		return "x.webm"
	case "audio/ogg":
		return "x.ogg"
	case "audio/flac":
		return "x.flac"
	case "video/mp4":
		return "x.mp4"
	case "text/vtt":
		return "x.vtt"
	case "text/plain":
		return "x.txt"
	case "application/json":
		return "x.json"
	case "application/x-subrip", "text/srt", "application/srt":
		return "x.srt"
	}
	return ""
}

// storeArrival commits what came in by PUT; what cannot be committed leaves no object.
func (s *Server) storeArrival(w http.ResponseWriter, r *http.Request, a arrival) error {
	err := s.concluded(w, r, http.StatusOK, func(ctx context.Context) (Interview, error) {
		var t interview.Talk
		err := s.Store.Tx(ctx, func(tx *store.Tx) error {
			var err error
			if t, err = s.locked(ctx, tx, interview.ActUpload); err != nil {
				return err
			}
			t, err = s.arrived(ctx, tx, t, a)
			return err
		})
		if err != nil {
			return Interview{}, err
		}
		s.committed(ctx, t, stateEvent(t))
		return s.showOne(ctx, t)
	})
	if err != nil && a.recording != nil {
		s.recordingNotStored(r.Context(), *a.recording, err)
	}
	return err
}

// recordingNotStored removes a recording that came in and was not stored.
func (s *Server) recordingNotStored(ctx context.Context, rec interview.Recording, why error) {
	s.discardUnless(ctx, why, rec.Key, func(ctx context.Context) error {
		_, err := s.Store.Recording(ctx, rec.ID)
		return err
	})
}

// putCaptions reads captions and stores them as a transcript. Alone they set the work going; with wait=1 a recording is
// still to follow.
func (s *Server) putCaptions(w http.ResponseWriter, r *http.Request) error {
	c := callOf(r.Context())
	if err := s.narrow(c.person, interview.ActUpload, c.talk); err != nil {
		return err
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, captions.MaxSize))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return interview.E("captions_unreadable", errors.New("larger than the limit"))
		}
		return interview.E("upload_incomplete", errors.New("the captions broke off"))
	}
	script, err := captions.Read(nameHint(r), bytes.NewReader(raw), c.talk.Language)
	if err != nil {
		return err
	}
	wait := r.URL.Query().Get("wait")
	return s.storeArrival(w, r, arrival{captions: script, alone: wait == "" || wait == "0"})
}

// playable finds what may be played: the playback file, else the original where its browser can be told what it is.
// After an off-record mark the original is not played until the muted copy has taken its place.
func (s *Server) playable(ctx context.Context, t interview.Talk, rec interview.Recording) (store.Playback, error) {
	p, err := s.Store.Playback(ctx, rec.ID)
	if err == nil || interview.Code(err) != "not_found" {
		return p, err
	}
	script, err := s.Store.Transcript(ctx, t.ID, 0)
	if err != nil && interview.Code(err) != "not_found" {
		return p, err
	}
	if err == nil {
		for _, g := range script.Segments {
			if g.OffRecord {
				return p, interview.E("not_found", nil)
			}
		}
	}
	return store.Playback{Key: rec.Key, Type: mediaType(rec.Format)}, nil
}

var oneRange = regexp.MustCompile(`^bytes=(\d{1,18}-\d{0,18}|-\d{1,18})$`)

// getRecording plays the recording through us: each range request is authorised anew, and no address of the bucket
// leaves the house.
func (s *Server) getRecording(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	c := callOf(ctx)
	if err := s.narrow(c.person, interview.ActHear, c.talk); err != nil {
		return err
	}
	rec, err := s.Store.LatestRecording(ctx, c.talk.ID)
	if err != nil {
		return err
	}
	file, err := s.playable(ctx, c.talk, rec)
	if err != nil {
		return err
	}
	o, err := s.Bucket.Stat(ctx, file.Key)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", playType(file.Type))
	h.Set("Accept-Ranges", "bytes")
	h.Set("ETag", o.ETag)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	disposition := "inline"
	if r.URL.Query().Get("download") == "1" {
		disposition = attachment(fileName(c.talk, c.lang, "recording", extension("x."+rec.Format)))
	}
	h.Set("Content-Disposition", disposition)
	if err := s.logRead(ctx, c.talk, "recording"); err != nil {
		return err
	}
	if match := r.Header.Get("If-None-Match"); match != "" && match == o.ETag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	want := r.Header.Get("Range")
	if !oneRange.MatchString(want) || r.Header.Get("If-Range") != "" && r.Header.Get("If-Range") != o.ETag {
		want = "" // several ranges, other units, or another file by now: the whole
	}
	if r.Method == http.MethodHead {
		h.Set("Content-Length", strconv.FormatInt(o.Size, 10))
		w.WriteHeader(http.StatusOK)
		return nil
	}
	body, part, err := s.Bucket.GetRange(ctx, file.Key, o.Seen(), want)
	if errors.Is(err, blob.ErrRange) {
		h.Set("Content-Range", fmt.Sprintf("bytes */%d", o.Size))
		return interview.E("range_not_satisfiable", nil)
	}
	if err != nil {
		return err
	}
	defer body.Close()
	h.Set("Content-Length", strconv.FormatInt(part.Size, 10))
	status := http.StatusOK
	if want != "" && part.Range != "" {
		h.Set("Content-Range", part.Range)
		status = http.StatusPartialContent
	}
	w.WriteHeader(status)
	if _, err := io.Copy(w, body); err != nil {
		return fmt.Errorf("send recording: %w", err)
	}
	return nil
}

// playType serves audio and video as what they are and everything else as bytes: a page handed in as a recording is
// never shown as a page.
func playType(t string) string {
	if strings.HasPrefix(t, "audio/") || strings.HasPrefix(t, "video/") {
		return t
	}
	return "application/octet-stream"
}

// readOnce remembers what was logged a moment ago, so that a player's hundred range requests are one line.
type readOnce struct {
	mu   sync.Mutex
	seen map[string]time.Time
}

const readAgain = 10 * time.Minute

// fresh reports whether key was not noted within readAgain.
func (o *readOnce) fresh(key string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	at, ok := o.seen[key]
	return !ok || interview.Now().Sub(at) >= readAgain
}

// note remembers that key stands in the log.
func (o *readOnce) note(key string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := interview.Now()
	if len(o.seen) > 10000 {
		for k, at := range o.seen {
			if now.Sub(at) >= readAgain {
				delete(o.seen, k)
			}
		}
	}
	if o.seen == nil || len(o.seen) > 20000 {
		o.seen = map[string]time.Time{}
	}
	o.seen[key] = now
}

// logRead writes that somebody other than the employee opened something; the employee sees it.
func (s *Server) logRead(ctx context.Context, t interview.Talk, what string) error {
	c := callOf(ctx)
	key := c.person.ID + t.ID + what
	if t.Employee == c.person.ID || !s.reads.fresh(key) {
		return nil
	}
	if err := s.Store.AddRead(ctx, interview.Read{Interview: t.ID, Person: c.person.ID, What: what}); err != nil {
		return err // nothing is shown, and the next try writes it
	}
	s.reads.note(key)
	return nil
}

func (s *Server) getPeaks(ctx context.Context, _ *OnTalk) (*Body[Peaks], error) {
	c := callOf(ctx)
	if err := s.narrow(c.person, interview.ActHear, c.talk); err != nil {
		return nil, err
	}
	rec, err := s.Store.LatestRecording(ctx, c.talk.ID)
	if err != nil {
		return nil, err
	}
	return s.readPeaks(ctx, rec)
}
