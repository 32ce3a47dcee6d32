package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kikigaki/internal/captions"
	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// openInterview takes JSON, or a form with the recording in it, streamed.
func (s *Server) openInterview(w http.ResponseWriter, r *http.Request) error {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return invalid("body", "media_type")
	}
	switch kind {
	case "multipart/form-data":
		return s.openForm(w, r, params["boundary"])
	case "application/json", "":
	default:
		return invalid("body", "media_type")
	}
	v, err := s.openJSON(r)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Location", "/v1/interviews/"+v.ID)
	h.Set("ETag", etag(v.UpdatedAt))
	return writeJSON(w, http.StatusCreated, v)
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	body, err := encodeJSON(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, err = w.Write(body)
	return err
}

func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(noNulls(v))
	return b.Bytes(), err
}

func (s *Server) openJSON(r *http.Request) (Interview, error) {
	var in Opening
	if err := s.decode(r.Body, &in); err != nil {
		return Interview{}, err
	}
	t, attest, err := s.newTalk(r.Context(), in)
	if err != nil {
		return Interview{}, err
	}
	t, err = s.storeTalk(r.Context(), t, attest, nil, nil)
	if err != nil {
		return Interview{}, err
	}
	return s.showOne(r.Context(), t)
}

// decode reads a JSON body of a raw handler and checks it against its schema, as huma does for typed ones.
func (s *Server) decode(body io.Reader, into any) error {
	raw, err := io.ReadAll(io.LimitReader(body, MaxBody+1))
	if err != nil {
		return invalid("body", "malformed")
	}
	if len(raw) > MaxBody {
		return invalid("body", "too_large")
	}
	raw = withoutDirections(raw)
	var any any
	if json.Unmarshal(raw, &any) != nil {
		return invalid("body", "malformed")
	}
	reg := s.api.OpenAPI().Components.Schemas
	res := &huma.ValidateResult{}
	huma.Validate(reg, reg.Schema(reflect.TypeOf(into).Elem(), true, ""), huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, any, res)
	if len(res.Errors) > 0 {
		e := &interview.Error{Code: "validation_failed"}
		for _, x := range res.Errors {
			if d, ok := errors.AsType[*huma.ErrorDetail](x); ok {
				e.Fields = append(e.Fields, interview.Field{Name: strings.TrimPrefix(fieldName(d), "."), Code: fieldCode(d.Message)})
			}
		}
		return e
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return invalid("body", "malformed")
	}
	return nil
}

// newTalk checks an opening and completes it.
func (s *Server) newTalk(ctx context.Context, in Opening) (interview.Talk, *Attestation, error) {
	c := callOf(ctx)
	t := interview.Talk{ID: interview.NewID(), OpenedBy: c.person.ID, Interviewer: c.person.ID, Template: in.Template, Language: in.Language,
		RecordedOn: in.RecordedOn, Place: in.Place, Purpose: in.Purpose, Processing: in.Processing, Generation: 1,
		Status: interview.NeedsConsent, WaitingFor: interview.ForEmployee}
	employee, err := s.findPerson(ctx, in.Employee)
	if interview.Code(err) == "not_found" {
		return t, nil, interview.E("unknown_employee", nil)
	}
	if err != nil {
		return t, nil, err
	}
	t.Employee = employee.ID
	if in.Interviewer != "" {
		p, err := s.findPerson(ctx, in.Interviewer)
		if interview.Code(err) == "not_found" || err == nil && !p.Has(interview.RoleInterviewer) && !p.Has(interview.RoleHR) {
			return t, nil, invalid("interviewer", "unknown")
		}
		if err != nil {
			return t, nil, err
		}
		t.Interviewer = p.ID
	}
	if t.Interviewer != c.person.ID && !c.person.Has(interview.RoleHR) {
		return t, nil, interview.E("forbidden", nil) // only hr opens interviews for others
	}
	if t.Employee == t.Interviewer {
		return t, nil, invalid("employee", "same_as_interviewer")
	}
	if t.Template == "" {
		t.Template = "career-interview"
	}
	if t.Language == "" {
		t.Language = "ja"
	}
	tpl, err := s.Templates.Get(t.Template, t.Language)
	if err != nil {
		return t, nil, err
	}
	if t.RecordedOn == "" {
		t.RecordedOn = time.Now().Format(time.DateOnly) // the installation's own day (TZ)
	}
	if !validDay(t.RecordedOn) {
		return t, nil, invalid("recorded_on", "date")
	}
	if t.Processing == "" {
		t.Processing = tpl.Processing
	}
	if t.Engine, err = s.engine(in.Engine); err != nil {
		return t, nil, err
	}
	if in.Consent == nil || !in.Consent.Attested {
		return t, nil, nil
	}
	if s.ConsentMode == "attested" {
		t.Status, t.WaitingFor = interview.AwaitingRecording, interview.ForInterviewer
		if s.goesAbroad(t) && !in.Consent.Abroad {
			t.Processing = interview.Internal
		}
	}
	return t, in.Consent, nil
}

// arrival is a file that came with an opening or by PUT, already in the bucket.
type arrival struct {
	recording *interview.Recording
	captions  *interview.Transcript
	alone     bool // captions without a recording to follow
}

// storeTalk writes a new interview, what was attested and what came with it, in one transaction.
func (s *Server) storeTalk(ctx context.Context, t interview.Talk, attest *Attestation, rec *interview.Recording, words *interview.Transcript) (interview.Talk, error) {
	c := callOf(ctx)
	var notice NoticeText
	if attest != nil {
		var err error
		if notice, err = s.notice(ctx, t, t.Language); err != nil {
			return t, err
		}
	}
	fresh := t // a transaction that is run again begins with the same
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		var err error
		if t, err = tx.OpenTalk(ctx, fresh); err != nil {
			return err
		}
		c.talk = t
		if err := audit(ctx, tx, "opened", t.Employee, ""); err != nil {
			return err
		}
		if attest != nil {
			if _, err := tx.AddConsent(ctx, interview.Consent{Interview: t.ID, Person: t.Employee, By: c.person.ID, Decision: interview.Attested,
				Abroad: attest.Abroad, Method: method(attest.Method), Notice: notice.ID}); err != nil {
				return err
			}
			if err := audit(ctx, tx, "consent_attested", t.Employee, method(attest.Method)); err != nil {
				return err
			}
		}
		// Also of an attested consent the employee is told: the page has 「同意していません」 one tap away.
		if err := mail(ctx, tx, t, "consent_asked", t.Employee, "opening"); err != nil {
			return err
		}
		if rec != nil || words != nil {
			t, err = s.arrived(ctx, tx, t, arrival{recording: rec, captions: words, alone: rec == nil})
		}
		return err
	})
	if err != nil {
		return t, err
	}
	s.committed(ctx, t, stateEvent(t))
	return t, nil
}

func method(m string) string {
	if m == "" {
		return "spoken"
	}
	return m
}

// Limits of a form: what a person fills in, not what a file holds.
const (
	maxFormParts = 40
	maxFormField = 64 << 10
)

// openForm reads the form part by part. The recording goes to the bucket as it comes in, whatever its place among the
// fields; the interview is stored last, so that nothing of a form that turns out wrong stays.
func (s *Server) openForm(w http.ResponseWriter, r *http.Request, boundary string) (err error) {
	if boundary == "" {
		return invalid("body", "malformed")
	}
	ctx := r.Context()
	id := interview.NewID()
	fields := map[string]string{}
	var file *interview.Recording
	var words []byte
	var wordsName string
	defer func() {
		if err != nil && file != nil {
			s.discardUnless(ctx, err, interview.Prefix(id), func(ctx context.Context) error {
				_, err := s.Store.Talk(ctx, id)
				return err
			})
		}
	}()
	form := multipart.NewReader(patient(r), boundary)
	for n := 0; ; n++ {
		part, perr := form.NextRawPart()
		if perr == io.EOF {
			break
		}
		if perr != nil {
			return interview.E("upload_incomplete", errors.New("the form broke off"))
		}
		if n >= maxFormParts {
			return invalid("body", "too_many_parts")
		}
		switch name := part.FormName(); {
		case name == "recording":
			if file != nil {
				return invalid("recording", "duplicate")
			}
			if file, err = s.receive(ctx, id, part.FileName(), part, 0); err != nil {
				file = nil // receive has left nothing
				return err
			}
		case name == "captions":
			if words, err = io.ReadAll(io.LimitReader(part, captions.MaxSize+1)); err != nil {
				return interview.E("upload_incomplete", errors.New("the captions broke off"))
			}
			wordsName = part.FileName()
		default:
			b, err := io.ReadAll(io.LimitReader(part, maxFormField+1))
			if err != nil {
				return interview.E("upload_incomplete", errors.New("a field broke off"))
			}
			if len(b) > maxFormField {
				return invalid(name, "too_long")
			}
			fields[name] = string(b)
		}
	}
	in, err := openingOf(fields)
	if err != nil {
		return err
	}
	if err := s.check(in); err != nil {
		return err
	}
	t, attest, err := s.newTalk(ctx, in)
	if err != nil {
		return err
	}
	t.ID = id
	var script *interview.Transcript
	if words != nil {
		if script, err = captions.Read(wordsName, bytes.NewReader(words), t.Language); err != nil {
			return err
		}
	}
	if file != nil {
		file.Channels, file.Speakers = in.Channels, in.Speakers
	}
	return s.concluded(w, r, http.StatusCreated, func(ctx context.Context) (Interview, error) {
		stored, err := s.storeTalk(ctx, t, attest, file, script)
		if err != nil {
			return Interview{}, err
		}
		return s.showOne(ctx, stored)
	})
}

// check holds a value against its schema.
func (s *Server) check(in Opening) error {
	b, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return s.decode(bytes.NewReader(b), &in)
}

// openingOf reads the fields of a form. Unknown ones are named: a misspelt field must not be lost in silence.
func openingOf(f map[string]string) (Opening, error) {
	var in Opening
	var attest Attestation
	bad := &interview.Error{Code: "validation_failed"}
	flag := func(name string, to *bool) {
		switch strings.ToLower(f[name]) {
		case "true", "1", "on", "yes":
			*to = true
		case "", "false", "0", "off", "no":
		default:
			bad.Fields = append(bad.Fields, interview.Field{Name: name, Code: "type"})
		}
	}
	text := map[string]*string{"employee": &in.Employee, "interviewer": &in.Interviewer, "template": &in.Template, "language": &in.Language,
		"recorded_on": &in.RecordedOn, "place": &in.Place, "purpose": &in.Purpose, "engine": &in.Engine, "consent.method": &attest.Method}
	for name, v := range f {
		v = string(withoutDirections([]byte(v)))
		switch name {
		case "processing":
			in.Processing = interview.Route(v)
		case "consent.attested", "consent.abroad":
		case "consent": // as JSON
			if json.Unmarshal([]byte(v), &attest) != nil {
				bad.Fields = append(bad.Fields, interview.Field{Name: name, Code: "malformed"})
			}
		case "channels":
			in.Channels = partsOf(v)
		case "speakers":
			n, err := strconv.Atoi(v)
			if err != nil {
				bad.Fields = append(bad.Fields, interview.Field{Name: name, Code: "type"})
			}
			in.Speakers = n
		default:
			to, ok := text[name]
			if !ok {
				bad.Fields = append(bad.Fields, interview.Field{Name: name, Code: "unknown"})
				continue
			}
			*to = v
		}
	}
	flag("consent.attested", &attest.Attested)
	flag("consent.abroad", &attest.Abroad)
	if attest != (Attestation{}) {
		in.Consent = &attest
	}
	if in.Employee == "" {
		bad.Fields = append(bad.Fields, interview.Field{Name: "employee", Code: "required"})
	}
	if len(bad.Fields) > 0 {
		return in, bad
	}
	return in, nil
}

// partsOf reads "employee,interviewer".
func partsOf(v string) []interview.Part {
	var out []interview.Part
	for p := range strings.SplitSeq(v, ",") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, interview.Part(p))
		}
	}
	return out
}
