package api

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"kikigaki/internal/blob"
	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

var zero time.Time

const (
	uploadLife  = 48 * time.Hour
	partLife    = 15 * time.Minute // of a presigned address; expired: ask again
	maxPartURLs = 10
	minPart     = 8 << 20 // bytes
	fewParts    = 9000    // below the protocol's 10,000
)

// partSize is the size of every part but the last, in bytes: 8 MiB, more where a file would have too many parts.
func partSize(size int64) int64 {
	per := (size + fewParts - 1) / fewParts
	if per <= minPart {
		return minPart
	}
	return (per + 1<<20 - 1) >> 20 << 20
}

// uploadOptions is what the uploader said of the recording; it waits in the upload's row.
type uploadOptions struct {
	Extension string           `json:"ext,omitempty"`
	SHA256    string           `json:"sha256,omitempty"`
	Channels  []interview.Part `json:"channels,omitempty"`
	Speakers  int              `json:"speakers,omitempty"`
}

// createUpload opens a multipart upload, or finds the one that the same person broke off: the same file again goes on
// where it stopped.
func (s *Server) createUpload(ctx context.Context, in *uploadStartIn) (*Body[Upload], error) {
	c := callOf(ctx)
	b := in.Body
	if err := s.narrow(c.person, interview.ActUpload, c.talk); err != nil {
		return nil, err
	}
	if b.Size == 0 {
		return nil, interview.E("recording_empty", nil)
	}
	if b.Size > s.MaxSize {
		return nil, interview.E("recording_too_large", nil).With("limit", sizeText(s.MaxSize))
	}
	if err := s.duplicate(ctx, b.SHA256); err != nil {
		return nil, err
	}
	hash := digest(fmt.Sprintf("%s\x00%d\x00%s", b.Name, b.Size, b.SHA256))
	old, err := s.Store.Uploads(ctx, c.talk.ID)
	if err != nil {
		return nil, err
	}
	for _, u := range old {
		if u.NameHash == hash && u.By == c.person.ID && u.State == store.UploadOpen && interview.Now().Before(u.ExpiresAt) {
			v, err := s.uploadView(ctx, u)
			if interview.Code(err) == "upload_expired" {
				break // the bucket has swept it: begin anew
			}
			if err != nil {
				return nil, err
			}
			return &Body[Upload]{v}, nil
		}
	}
	open := 0
	for _, u := range old {
		if u.State == store.UploadOpen && interview.Now().Before(u.ExpiresAt) {
			open++
		}
	}
	if open >= maxUploads {
		return nil, interview.E("too_many", nil)
	}
	ext := extension(b.Name)
	u := store.Upload{Interview: c.talk.ID, Key: interview.RecordingKey(c.talk.ID), Size: b.Size, PartSize: partSize(b.Size), NameHash: hash,
		ContentType: mediaType(ext), By: c.person.ID, ExpiresAt: interview.Now().Add(uploadLife)}
	if u.Options, err = json.Marshal(uploadOptions{ext, b.SHA256, b.Channels, b.Speakers}); err != nil {
		return nil, fmt.Errorf("encode upload options: %w", err)
	}
	if u.S3Upload, err = s.Bucket.CreateUpload(ctx, u.Key, u.ContentType); err != nil {
		return nil, err
	}
	if u, err = s.Store.AddUpload(ctx, u); err != nil {
		_ = s.Bucket.Abort(context.WithoutCancel(ctx), u.Key, u.S3Upload) // else the sweeper
		return nil, err
	}
	v, err := s.uploadView(ctx, u)
	if err != nil {
		return nil, err
	}
	return &Body[Upload]{v}, nil
}

// duplicate refuses a file whose declared digest another interview of the caller already has. It compares only with
// interviews the caller may hear: across others it would tell that they exist.
func (s *Server) duplicate(ctx context.Context, sum string) error {
	if sum == "" {
		return nil
	}
	c := callOf(ctx)
	same, err := s.Store.RecordingsBySHA256(ctx, sum)
	if err != nil {
		return err
	}
	for _, r := range same {
		if r.Interview == c.talk.ID {
			continue
		}
		t, err := s.Store.Talk(ctx, r.Interview)
		if err != nil {
			return err
		}
		if rel := interview.RelationOf(c.person, t); rel.Interviewer || rel.Subject || rel.Opener {
			return interview.E("duplicate_recording", nil)
		}
	}
	return nil
}

func sizeText(n int64) string {
	if n >= 1<<30 && n%(1<<30) == 0 {
		return strconv.FormatInt(n>>30, 10) + " GB"
	}
	return strconv.FormatInt(n>>20, 10) + " MB"
}

// uploadView asks the bucket which parts have arrived.
func (s *Server) uploadView(ctx context.Context, u store.Upload) (Upload, error) {
	v := Upload{ID: u.ID, Size: u.Size, PartSize: u.PartSize, Parts: int((u.Size + u.PartSize - 1) / u.PartSize), ExpiresAt: u.ExpiresAt, State: "open"}
	switch u.State {
	case store.UploadDone:
		v.State = "complete"
		return v, nil
	case store.UploadAborted:
		v.State = "aborted"
		return v, nil
	}
	parts, err := s.Bucket.Parts(ctx, u.Key, u.S3Upload)
	if err != nil {
		return v, err
	}
	for _, p := range parts {
		if p.Size == partLength(u, p.Number) { // a part of another length did not arrive whole
			v.Arrived = append(v.Arrived, Part{p.Number, p.Size})
		}
	}
	return v, nil
}

// partLength is how many bytes part n must have; 0 when there is no such part.
func partLength(u store.Upload, n int) int64 {
	from := int64(n-1) * u.PartSize
	if n < 1 || from >= u.Size {
		return 0
	}
	return min(u.PartSize, u.Size-from)
}

// upload returns an upload of the interview in hand. Once it is done it may be looked at by who sent it, so that a lost
// reply can be asked for again; everything else takes the right to upload, in the states that have it.
func (s *Server) upload(ctx context.Context, id string) (store.Upload, error) {
	c := callOf(ctx)
	u, err := s.Store.Upload(ctx, c.talk.ID, id)
	if err == nil && u.State == store.UploadDone && u.By == c.person.ID {
		return u, nil
	}
	if e := interview.Judge(c.person, interview.ActUpload, c.talk); e != nil {
		return u, e
	}
	if err != nil {
		return u, err
	}
	if e := s.narrow(c.person, interview.ActUpload, c.talk); e != nil {
		return u, e
	}
	if u.State == store.UploadAborted || u.State == store.UploadOpen && interview.Now().After(u.ExpiresAt) {
		return u, interview.E("upload_expired", nil)
	}
	return u, nil
}

func (s *Server) getUpload(ctx context.Context, in *OnUpload) (*Body[Upload], error) {
	u, err := s.upload(ctx, in.Upload)
	if err != nil {
		return nil, err
	}
	v, err := s.uploadView(ctx, u)
	if err != nil {
		return nil, err
	}
	return &Body[Upload]{v}, nil
}

// presignParts signs addresses for up to ten parts, just in time: an address lives 15 minutes, an upload two days.
func (s *Server) presignParts(ctx context.Context, in *partsIn) (*Body[PartURLs], error) {
	u, err := s.upload(ctx, in.Upload)
	if err != nil {
		return nil, err
	}
	if u.State != store.UploadOpen {
		return nil, &interview.Error{Code: "state_conflict", State: callOf(ctx).talk.Status}
	}
	out := PartURLs{ExpiresAt: interview.Now().Add(partLife)}
	for i, n := range in.Body.Numbers {
		size := partLength(u, n)
		if size == 0 {
			return nil, invalid(fmt.Sprintf("numbers[%d]", i), "unknown")
		}
		url, err := s.Bucket.PresignPart(ctx, s.publicBucket(ctx), u.Key, u.S3Upload, n, partLife)
		if err != nil {
			return nil, err
		}
		out.Parts = append(out.Parts, PartURL{n, url, size})
	}
	if err := s.Store.ExtendUpload(ctx, u.ID, interview.Now().Add(uploadLife)); err != nil {
		return nil, err
	}
	return &Body[PartURLs]{out}, nil
}

// publicBucket is the address under which the asking browser reaches the bucket: with the embedded one, the address it
// reached us by, whatever name that is.
func (s *Server) publicBucket(ctx context.Context) string {
	if s.PublicBucket == "" && s.Proxy != nil {
		return callOf(ctx).base
	}
	return s.PublicBucket
}

// completeUpload joins the parts that the bucket says it has. Sent again after a lost reply it gives the same answer.
func (s *Server) completeUpload(ctx context.Context, in *OnUpload) (*Body[Interview], error) {
	c := callOf(ctx)
	u, err := s.upload(ctx, in.Upload)
	if err != nil {
		return nil, err
	}
	if u.State == store.UploadDone {
		return s.answerWith(ctx, c.talk)
	}
	if u, err = s.Store.MoveUpload(ctx, u.ID, store.UploadCompleting, "", store.UploadOpen, store.UploadCompleting); err != nil {
		return nil, err
	}
	o, err := s.Bucket.Complete(ctx, u.Key, u.S3Upload, u.Size)
	if err != nil {
		return nil, s.completionFailed(ctx, u, err)
	}
	t, err := s.storeUpload(ctx, u, o)
	if err != nil {
		return nil, err
	}
	return s.answerWith(ctx, t)
}

// completionFailed puts an upload back to where it can go on, or gives it up when it never can.
func (s *Server) completionFailed(ctx context.Context, u store.Upload, err error) error {
	back := store.UploadOpen
	switch interview.Code(err) {
	case "upload_size_mismatch", "upload_expired", "recording_empty":
		back = store.UploadAborted
		s.discardObject(ctx, u.Key)
	}
	ctx = context.WithoutCancel(ctx)
	if _, e := s.Store.MoveUpload(ctx, u.ID, back, "", store.UploadCompleting); e != nil && interview.Code(e) != "state_conflict" {
		return e
	}
	return err
}

func (s *Server) storeUpload(ctx context.Context, u store.Upload, o blob.Object) (interview.Talk, error) {
	c := callOf(ctx)
	t := c.talk
	var said uploadOptions
	if err := json.Unmarshal(u.Options, &said); err != nil {
		return t, fmt.Errorf("decode upload options: %w", err)
	}
	rec := interview.Recording{ID: interview.NewID(), Interview: t.ID, Key: u.Key, Version: o.Seen(), Size: o.Size, Format: said.Extension,
		Channels: said.Channels, Speakers: said.Speakers, SHA256: said.SHA256}
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		may, refusal := s.locked(ctx, tx, interview.ActUpload)
		if t = may; t.Status == "" {
			return refusal
		}
		now, err := tx.Upload(ctx, c.talk.ID, u.ID)
		if err != nil {
			return err
		}
		if now.State == store.UploadDone { // another call was faster
			return nil
		}
		if refusal != nil {
			return refusal
		}
		if _, err := tx.MoveUpload(ctx, u.ID, store.UploadDone, rec.ID, store.UploadCompleting); err != nil {
			return err
		}
		t, err = s.arrived(ctx, tx, t, arrival{recording: &rec})
		return err
	})
	if err != nil {
		return t, s.notTaken(ctx, u, err)
	}
	s.committed(ctx, t, stateEvent(t))
	return t, nil
}

// notTaken gives up a recording that is whole and no longer wanted: it was refused meanwhile, or another one came first. After
// anything else it stays where the same call again finds it.
func (s *Server) notTaken(ctx context.Context, u store.Upload, err error) error {
	switch interview.Code(err) {
	case "consent_refused", "state_conflict":
		s.discardObject(ctx, u.Key)
		if _, e := s.Store.MoveUpload(context.WithoutCancel(ctx), u.ID, store.UploadAborted, "", store.UploadCompleting); e != nil && interview.Code(e) != "state_conflict" {
			return e
		}
	}
	return err
}

// deleteUpload gives an upload up and frees its parts. One that is already gone is gone.
func (s *Server) deleteUpload(ctx context.Context, in *OnUpload) (*None, error) {
	u, err := s.upload(ctx, in.Upload)
	switch {
	case interview.Code(err) == "upload_expired":
	case err != nil:
		return nil, err
	case u.State == store.UploadDone:
		return nil, &interview.Error{Code: "state_conflict", State: callOf(ctx).talk.Status}
	}
	if err := s.Bucket.Abort(ctx, u.Key, u.S3Upload); err != nil {
		return nil, err
	}
	if _, err := s.Store.MoveUpload(ctx, u.ID, store.UploadAborted, "", store.UploadOpen, store.UploadAborted); err != nil {
		return nil, err
	}
	return nil, nil
}
