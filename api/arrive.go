package api

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"kikigaki/internal/blob"
	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// idle is how long a sender may be silent before a streamed body is given up.
const idle = 90 * time.Second

// patient reads a body whose whole may take hours but whose next byte may not: the deadline moves with each read.
func patient(r *http.Request) io.Reader { return &patientBody{body: r.Body, deadline: deadlineOf(r)} }

type patientBody struct {
	body     io.Reader
	deadline func(time.Time) error
}

func (p *patientBody) Read(b []byte) (int, error) {
	_ = p.deadline(time.Now().Add(idle)) // a connection without deadlines is a test's
	return p.body.Read(b)
}

type writerKey struct{}

// deadlineOf finds the connection's read deadline through the writer that guard has left in the context.
func deadlineOf(r *http.Request) func(time.Time) error {
	if w, ok := r.Context().Value(writerKey{}).(http.ResponseWriter); ok {
		return http.NewResponseController(w).SetReadDeadline
	}
	return func(time.Time) error { return nil }
}

var extensions = regexp.MustCompile(`^[a-z0-9]{1,5}$`)

// extension is the only thing kept of a file's name.
func extension(name string) string {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return ""
	}
	ext := strings.ToLower(name[i+1:])
	if !extensions.MatchString(ext) {
		return ""
	}
	return ext
}

// mediaTypes are what a recording is served as before a worker has made its playback file. Whatever else a file claims
// to be, it is bytes.
var mediaTypes = map[string]string{"m4a": "audio/mp4", "mp4": "audio/mp4", "mp3": "audio/mpeg", "wav": "audio/wav", "webm": "audio/webm",
	"ogg": "audio/ogg", "opus": "audio/ogg", "flac": "audio/flac", "aac": "audio/aac", "mov": "video/quicktime", "mkv": "video/x-matroska"}

func mediaType(ext string) string {
	if t, ok := mediaTypes[ext]; ok {
		return t
	}
	return "application/octet-stream"
}

// receive streams a recording into the bucket with bounded memory. size is 0 when the sender does not say. After an
// error nothing is left there.
func (s *Server) receive(ctx context.Context, id, name string, r io.Reader, size int64) (*interview.Recording, error) {
	ext := extension(name)
	key := interview.RecordingKey(id)
	o, err := s.Bucket.Upload(ctx, key, r, blob.UploadOptions{ContentType: mediaType(ext), Size: size, MaxSize: s.MaxSize})
	if err != nil {
		return nil, err
	}
	return &interview.Recording{ID: interview.NewID(), Interview: id, Key: key, Version: o.Seen(), Size: o.Size, SHA256: o.SHA256, Format: ext}, nil
}

// discardObjects removes what came in for a change that was then refused. What cannot be removed now the sweeper finds.
func (s *Server) discardObjects(ctx context.Context, prefix string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	if _, err := s.Bucket.DeletePrefix(ctx, prefix); err != nil {
		s.Log.ErrorContext(ctx, "refused upload not removed", "request", callOf(ctx).requestID, "cause", err.Error())
	}
}

// discardUnless removes what came in for a change that was not stored. A refusal has stored nothing. After anything else (a
// connection that broke in the commit) nobody knows yet: what SQL names by then is a recording somebody may never be able
// to make again, so SQL is asked first, for as long as it takes to come back. named returns not_found when SQL does not
// name it. A key that ends in "/" is everything below it. What is not removed now the sweeper finds.
func (s *Server) discardUnless(ctx context.Context, why error, key string, named func(context.Context) error) {
	discard := s.discardObject
	if strings.HasSuffix(key, "/") {
		discard = s.discardObjects
	}
	if status := interview.Messages[interview.Code(why)].HTTP; status >= 400 && status < 500 {
		discard(ctx, key)
		return
	}
	after := context.WithoutCancel(ctx)
	go func() {
		ctx, cancel := context.WithTimeout(after, unsettledWait)
		defer cancel()
		var err error
		for { // first of all the commit, which may still be under way on the other side, gets its time
			select {
			case <-ctx.Done():
				s.Log.ErrorContext(after, "what came in was neither stored nor removed", "request", callOf(after).requestID, "code", interview.Code(err))
				return
			case <-time.After(unsettledPause):
			}
			switch err = named(ctx); {
			case err == nil:
				return
			case interview.Code(err) == "not_found":
				discard(ctx, key)
				return
			}
		}
	}()
}

// How long, and how often, the outcome of a change is asked for after its connection broke.
const (
	unsettledWait  = 10 * time.Minute
	unsettledPause = 2 * time.Second
)

func (s *Server) discardObject(ctx context.Context, key string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	if err := s.Bucket.Delete(ctx, key); err != nil {
		s.Log.ErrorContext(ctx, "refused upload not removed", "request", callOf(ctx).requestID, "cause", err.Error())
	}
}

// arrived stores what came in and sets the workers going, within the caller's transaction. Before consent it is kept
// and nothing else happens to it.
func (s *Server) arrived(ctx context.Context, tx *store.Tx, t interview.Talk, a arrival) (interview.Talk, error) {
	if t.ByHand { // refused while it was on its way
		return t, interview.E("consent_refused", nil)
	}
	if a.captions != nil {
		if err := tx.PutTranscript(ctx, t.ID, a.captions, store.AnyVersion); err != nil {
			return t, err
		}
		if err := audit(ctx, tx, "captions_arrived", "", ""); err != nil {
			return t, err
		}
	}
	if a.recording != nil {
		if _, err := tx.AddRecording(ctx, *a.recording); err != nil {
			return t, err
		}
		if err := audit(ctx, tx, "recording_arrived", a.recording.ID, ""); err != nil {
			return t, err
		}
	}
	if t.Status == interview.NeedsConsent {
		return t, nil
	}
	switch {
	case a.recording != nil:
		return begin(ctx, tx, t, interview.RecordingArrived, true)
	case a.alone:
		// A recording that waited for somebody to transcribe it is read too: for its checksum, and to be played.
		_, err := tx.LatestRecording(ctx, t.ID)
		if err != nil && interview.Code(err) != "not_found" {
			return t, err
		}
		return begin(ctx, tx, t, interview.CaptionsArrived, err == nil)
	}
	return t, nil
}

// begin moves an interview into the line and writes its first task.
func begin(ctx context.Context, tx *store.Tx, t interview.Talk, ev interview.Event, recording bool) (interview.Talk, error) {
	t, err := tx.Move(ctx, store.MoveInput{ID: t.ID, Event: ev, NewGeneration: true})
	if err != nil {
		return t, err
	}
	return t, tx.AddTask(ctx, interview.FirstTask(t.ID, t.Generation, recording), zero)
}

// beginWithWhatIsThere starts an interview whose consent has just come and for which a recording or captions wait.
func beginWithWhatIsThere(ctx context.Context, tx *store.Tx, t interview.Talk) (interview.Talk, error) {
	_, err := tx.LatestRecording(ctx, t.ID)
	if err == nil {
		return begin(ctx, tx, t, interview.RecordingArrived, true)
	}
	if interview.Code(err) != "not_found" {
		return t, err
	}
	versions, err := tx.Transcripts(ctx, t.ID)
	if err != nil || len(versions) == 0 {
		return t, err
	}
	return begin(ctx, tx, t, interview.CaptionsArrived, false)
}
